//! Every golden message, as every bearer carries it, through the whole handset; what comes out is what went in.

#![no_std]
#![no_main]

#[path = "../../../vectors/golden.rs"]
mod golden;

use firmware::{entry, report::Report};
use golden::{GOLDEN, Golden};
use oma_dm_notification::{Credentials, DecodeError, DecodeErrorKind, Field, Nonce, Package0, wap};
use semihosting::println;

firmware::panics_are_told!();

#[entry]
fn main() -> ! {
    let mut report = Report::default();
    for golden in GOLDEN {
        report.message(golden.name);
        package0(&mut report, golden);
        datagram(&mut report, golden);
        short_messages(&mut report, golden.short_messages, golden);
        short_messages(&mut report, golden.short_messages_16_bit_reference, golden);
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

/// UDP.
fn datagram(report: &mut Report, golden: &Golden) {
    let body = wap::open_datagram(wap::PORT, golden.wsp).map(|push| push.body());
    report.equal("datagram", body, Ok(golden.package0));
}

/// One short message, or several.
fn short_messages(report: &mut Report, messages: &[&[u8]], golden: &Golden) {
    if let [message] = messages {
        let body = wap::open_sms(message).map(|push| push.body());
        report.equal("short message", body, Ok(golden.package0));
        return;
    }
    for message in messages {
        let why =
            wap::open_sms(message).map_err(|error: DecodeError| (error.kind(), error.field()));
        report.equal(
            "segment",
            why.map(|push| push.body()),
            Err((DecodeErrorKind::Segment, Field::Concatenation)),
        );
    }
    // Reassembly, CDMA and OBEX follow.
}
