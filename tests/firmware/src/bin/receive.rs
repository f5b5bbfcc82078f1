//! Every golden message, as every bearer carries it, through the whole handset; what comes out is
//! what went in.

#![no_std]
#![no_main]

#[path = "../../../vectors/golden.rs"]
mod golden;

use firmware::{entry, report::Report};
use golden::{GOLDEN, Golden};
use oma_dm_notification::{
    Credentials, Nonce, Package0, SessionId,
    handset::{Account, Delivery, Handset, Ignored, Outcome},
    obex::{Receiver, Target},
    session::{DeviceNonces, NonceChoice, Resynchronisation},
    wap::{self, cdma::RepeatedPorts},
};
use semihosting::println;

firmware::panics_are_told!();

/// Octets of the longest golden push, rounded up.
const OCTETS: usize = 512;

/// Keys of originators are octets; that of the server is another one each time, so that no session
/// has been started.
type Device = Handset<u8, u32, 1, OCTETS, 60, 8>;

#[entry]
fn main() -> ! {
    let mut report = Report::default();
    let mut device = Device::new();
    let mut server = 0;
    let mut receiver = Receiver::<OCTETS>::new(Connection::Optional);
    for golden in GOLDEN {
        report.message(golden.name);
        package0(&mut report, golden);
        let mut check = Check {
            report: &mut report,
            device: &mut device,
            golden,
            server: &mut server,
        };
        check.starts("package0", Delivery::Package0(golden.package0));
        check.starts(
            "datagram",
            Delivery::Datagram {
                destination_port: wap::udh::PUSH_PORT,
                payload: golden.wsp,
            },
        );
        check.short_messages(golden.short_messages);
        check.short_messages(golden.short_messages_16_bit_reference);
        for repeated_ports in [RepeatedPorts::Absent, RepeatedPorts::Strip] {
            let delivery = Delivery::Cdma {
                originator: 1,
                message_id: 1,
                segment: golden.cdma,
                repeated_ports,
            };
            check.starts("cdma", delivery);
        }
        let reply = receiver.receive(golden.obex_put);
        let success: &[u8] = &[0xA0, 0, 3];
        check.report.equal("response", reply.response(), success);
        let body = reply.package0().unwrap_or_default();
        check.report.equal("body", body, golden.package0);
        check.starts("obex", Delivery::Package0(body));
    }
    report.end()
}

/// Fields, secrets and digest.
fn package0(report: &mut Report, golden: &Golden) {
    let Ok(package0) = Package0::parse(golden.package0) else {
        return report.equal("package0", "refused", "accepted");
    };
    let server_id = package0.unverified().server_id();
    let credentials = Credentials::new(server_id.as_bytes(), golden.password);
    let candidates = [Nonce::new(b"not the nonce"), Nonce::new(golden.nonce)];
    let Ok(authentic) = package0.verify(&credentials, &candidates) else {
        return report.equal("digest", "refused", "authentic");
    };
    let trigger = authentic.trigger();
    println!(
        "version {}, {:?}, {:?}, session {:04X} of {:?} and {} octets",
        trigger.version(),
        trigger.ui_mode(),
        trigger.initiator(),
        trigger.session_id().value(),
        server_id,
        trigger.vendor_specific().len()
    );
    report.equal("candidate", authentic.candidate(), 1);
    report.equal("digest", package0.digest().as_bytes(), golden.digest);
    report.equal("trigger", trigger.as_bytes(), Some(golden.trigger));
    report.equal("version", trigger.version().value(), golden.version);
    report.equal("ui-mode", trigger.ui_mode() as u8, golden.ui_mode);
    report.equal("initiator", trigger.initiator() as u8, golden.initiator);
    report.equal(
        "future-use",
        trigger.future_use().value(),
        golden.future_use,
    );
    report.equal("sessionid", trigger.session_id().value(), golden.session_id);
    report.equal("server-identifier", server_id.as_bytes(), golden.server_id);
    report.equal(
        "vendor-specific",
        trigger.vendor_specific(),
        golden.vendor_specific,
    );
}

/// One message on its way through the handset.
struct Check<'a> {
    report: &'a mut Report,
    device: &'a mut Device,
    golden: &'static Golden,
    server: &'a mut u32,
}

impl Check<'_> {
    fn receive(&mut self, delivery: Delivery<'_, u8>) -> Outcome<u32> {
        let golden = self.golden;
        let credentials = Credentials::new(golden.server_id, golden.password);
        let nonce = Nonce::new(golden.nonce);
        let mut nonces = DeviceNonces::new(Resynchronisation::Forbidden);
        *self.server += 1;
        let server = *self.server;
        let received = self.device.receive(0, delivery, |server_id| {
            (server_id.as_bytes() == golden.server_id)
                .then(|| Account::new(server, &credentials, nonce, &mut nonces))
        });
        self.report.equal("displaced", received.displaced, None);
        received.outcome
    }

    /// The delivery makes the message whole: its session starts, unless its session id is 0.
    fn starts(&mut self, bearer: &str, delivery: Delivery<'_, u8>) {
        let (outcome, golden) = (self.receive(delivery), self.golden);
        let Outcome::Start(start) = outcome else {
            let expected = Outcome::Ignored(Ignored::NoSession);
            self.report.equal(bearer, outcome, expected);
            return self.report.equal(bearer, golden.session_id, 0);
        };
        let report = &mut *self.report;
        let session_id = SessionId::new(golden.session_id).and_then(SessionId::text);
        report.equal(bearer, start.server, *self.server);
        report.equal(bearer, Ok(start.session_id), session_id);
        report.equal(bearer, start.ui_mode as u8, golden.ui_mode);
        report.equal(bearer, start.initiator as u8, golden.initiator);
        report.equal(bearer, start.nonce, NonceChoice::Stored);
    }

    /// One short message, or several, of which the last one comes first.
    fn short_messages(&mut self, messages: &[&[u8]]) {
        let mut missing = messages.len() as u8;
        for &user_data in messages.iter().rev() {
            let originator = 1;
            let delivery = Delivery::ShortMessage {
                originator,
                user_data,
            };
            missing -= 1;
            if missing == 0 {
                self.starts("short messages", delivery);
            } else {
                let outcome = self.receive(delivery);
                let expected = Outcome::Incomplete { missing };
                self.report.equal("short message", outcome, expected);
            }
        }
    }
}
