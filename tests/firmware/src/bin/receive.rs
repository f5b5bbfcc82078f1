//! Every golden message, as every bearer carries it, through inbox and account; what comes out is
//! what went in.

#![no_std]
#![no_main]

#[path = "../../../vectors/golden.rs"]
mod golden;

use firmware::{entry, report::Report};
use golden::{GOLDEN, Golden};
use oma_dm_notification::{
    Credentials, Nonce, NonceChoice, Package0, SessionId,
    account::{Account, AccountState, Decision, Ignored, ResyncPolicy},
    bearer::{
        Address,
        cdma::CdmaDelivery,
        rp::RpData,
        tpdu::{Deliver, Framing},
    },
    inbox::{Delivery, Inbox, Outcome},
    obex::{Connection, Receiver},
    wap::{
        cdma::{CdmaSegments, RepeatedPorts},
        udh::PUSH_PORT,
        wsp::DmPush,
    },
};
use semihosting::println;
use static_cell::ConstStaticCell;

firmware::panics_are_told!();

/// Octets of the longest golden push with those that its segments take, rounded up.
const OCTETS: usize = 512;

static INBOX: ConstStaticCell<Inbox<u32, 1, OCTETS>> = ConstStaticCell::new(Inbox::new());

#[entry]
fn main() -> ! {
    let mut report = Report::default();
    let inbox = INBOX.take();
    inbox.set_max_age(60);
    let mut receiver = Receiver::<OCTETS>::new(Connection::Optional);
    for golden in GOLDEN {
        report.message(golden.name);
        package0(&mut report, golden);
        let mut check = Check {
            report: &mut report,
            inbox,
            state: AccountState::new(),
            golden,
        };
        check.starts("package0", Delivery::Package0(golden.package0));
        check.starts(
            "datagram",
            Delivery::Datagram {
                destination_port: PUSH_PORT,
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
        check.tpdus(golden.short_messages);
        check.tpdus(golden.short_messages_16_bit_reference);
        check.cdma_messages();
        let reply = receiver.receive(golden.obex_put);
        let success: &[u8] = &[0xA0, 0, 3];
        check.report.equal("response", reply.response(), success);
        let body = reply.package0().unwrap_or_default();
        check.report.equal("body", body, golden.package0);
        check.starts("obex", Delivery::Package0(body));
        check.repeated();
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
    let Ok(authentic) = package0.verify_any(&credentials, &candidates) else {
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
    report.equal("trigger", trigger.received(), Some(golden.trigger));
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

/// One message on its way through inbox and account.
struct Check<'a> {
    report: &'a mut Report,
    inbox: &'a mut Inbox<u32, 1, OCTETS>,
    state: AccountState,
    golden: &'static Golden,
}

impl Check<'_> {
    /// The delivery makes the message whole: its session starts, unless its session id is 0. It
    /// fails, so that the next delivery starts it again.
    fn starts(&mut self, bearer: &str, delivery: Delivery<'_, u32>) {
        let received = self.inbox.receive(0, delivery);
        let golden = self.golden;
        let report = &mut *self.report;
        report.equal("displaced", received.displaced, None);
        let Outcome::Package0(package0) = received.outcome else {
            return report.equal(bearer, received.outcome, Outcome::RepeatedSegment);
        };
        report.equal(bearer, package0.as_bytes(), golden.package0);
        let decision = decide(&mut self.state, &package0, golden);
        let Decision::Start {
            session,
            notification,
        } = decision
        else {
            report.equal(bearer, decision, Decision::Ignored(Ignored::NoSession));
            return report.equal(bearer, golden.session_id, 0);
        };
        let session_id = SessionId::new(golden.session_id).ok();
        let text = session_id.and_then(SessionId::to_text);
        report.equal(bearer, Some(notification.session_id()), session_id);
        report.equal(bearer, Some(notification.session_id_text()), text);
        report.equal(bearer, notification.trigger(), package0.unverified());
        // A golden nonce may be the nonce 0.
        let nonce = if golden.nonce == [0; 4] {
            NonceChoice::Resync
        } else {
            NonceChoice::Stored
        };
        report.equal(bearer, session.client_nonce(), nonce);
        report.equal(bearer, session.server_nonce(), nonce);
        self.state.failed(session);
    }

    /// The message, whose session completes now, starts none after a power cycle.
    fn repeated(&mut self) {
        let (golden, report) = (self.golden, &mut *self.report);
        let Ok(package0) = Package0::parse(golden.package0) else {
            return;
        };
        report.equal("state", self.state, AccountState::new());
        if let Decision::Start { session, .. } = decide(&mut self.state, &package0, golden) {
            self.state.completed(session);
        }
        let restored = AccountState::from_bytes(&self.state.to_bytes());
        report.equal("restored", restored, Ok(self.state));
        report.equal("interrupted", self.state.power_cycled().count(), 0);
        let repeated = match decide(&mut self.state, &package0, golden) {
            Decision::Repeated { under_way, .. } => !under_way,
            _ => golden.session_id == 0,
        };
        report.equal("repeated", repeated, true);
    }

    /// One short message, or several, of which the last one comes first.
    fn short_messages(&mut self, messages: &[&[u8]]) {
        for (missing, &user_data) in messages.iter().enumerate().rev() {
            let delivery = Delivery::ShortMessage {
                originator: 1,
                user_data,
            };
            self.segment("short messages", missing, delivery);
        }
    }

    /// The same, each in a TPDU, and each in an RP-DATA.
    fn tpdus(&mut self, messages: &[&[u8]]) {
        let originator: Address = "+447700900123".parse().unwrap();
        let service_centre: Address = "+447700900999".parse().unwrap();
        let (mut buffer, mut rp) = ([0; 200], [0; 250]);
        for (missing, user_data) in messages.iter().enumerate().rev() {
            let deliver = Deliver::new(originator, user_data).with_service_centre(service_centre);
            let octets = &*deliver.encode_with_service_centre(&mut buffer).unwrap();
            let framing = Framing::ServiceCentre;
            self.segment("tpdu", missing, Delivery::Tpdu { octets, framing });
        }
        self.inbox.clear();
        for (missing, user_data) in messages.iter().enumerate().rev() {
            let deliver = Deliver::new(originator, user_data);
            let octets = &*deliver.encode(&mut buffer).unwrap();
            let framing = Framing::Length(octets.len());
            self.segment("tpdu alone", missing, Delivery::Tpdu { octets, framing });
        }
        self.inbox.clear();
        for (missing, user_data) in messages.iter().enumerate().rev() {
            let deliver = Deliver::new(originator, user_data);
            let octets = &*deliver.encode(&mut buffer).unwrap();
            let data = RpData::to_device(1, service_centre, octets);
            let octets = &*data.encode(&mut rp).unwrap();
            self.segment("rp-data", missing, Delivery::RpData(octets));
        }
    }

    /// In C.S0015 messages, of both teleservices. The first segment comes first, so that the port
    /// is known.
    fn cdma_messages(&mut self) {
        let originator: Address = "447700900123".parse().unwrap();
        let push = DmPush::relay(1, self.golden.package0);
        for is_nested in [false, true] {
            self.inbox.clear();
            let segments = CdmaSegments::new(push, 0xC002, 140).unwrap();
            let mut missing = segments.len();
            for segment in segments {
                missing -= 1;
                let (mut user_data, mut message, mut buffer) = ([0; 140], [0; 255], [0; 255]);
                let user_data = segment.encode(&mut user_data).unwrap();
                let mut delivery = CdmaDelivery::new(originator, 7, user_data);
                if is_nested {
                    delivery = delivery.nested(8);
                }
                let message = Delivery::CdmaMessage {
                    octets: delivery.encode(&mut message).unwrap(),
                    repeated_ports: RepeatedPorts::Absent,
                    buffer: &mut buffer,
                };
                self.segment("cdma message", missing, message);
            }
        }
    }

    /// One segment of which others are missing, or the last one.
    fn segment(&mut self, bearer: &str, missing: usize, delivery: Delivery<'_, u32>) {
        if missing == 0 {
            return self.starts(bearer, delivery);
        }
        let is_incomplete = match self.inbox.receive(0, delivery).outcome {
            Outcome::Incomplete {
                missing: still,
                port_known,
                ..
            } => port_known && usize::from(still) == missing,
            _ => false,
        };
        self.report.equal(bearer, is_incomplete, true);
    }
}

fn decide<'a>(state: &mut AccountState, package0: &Package0<'a>, golden: &Golden) -> Decision<'a> {
    let credentials = Credentials::new(golden.server_id, golden.password);
    let nonce = Nonce::new(golden.nonce);
    let account = Account::new(&credentials, nonce, ResyncPolicy::Limited);
    state.receive(package0, &account)
}
