//! Every golden message, composed and sent by every bearer: the octets are those of the golden one.

#![no_std]
#![no_main]

#[path = "../../../vectors/golden.rs"]
mod golden;

use firmware::{entry, report::Report};
use golden::{GOLDEN, Golden};
use oma_dm_notification::{
    Credentials, EncodeError, Field, Initiator, Nonce, ServerId, SessionId, Trigger, UiMode,
    Version,
    obex::{MaximumPacketLength, Put},
    wap::{cdma::CdmaSegments, sms::ShortMessages, udh::Reference, wsp::DmPush},
};
use semihosting::println;

firmware::panics_are_told!();

/// More than the longest golden message has.
const LENGTH: usize = 600;

#[entry]
fn main() -> ! {
    let mut report = Report::default();
    for golden in GOLDEN {
        report.message(golden.name);
        package0(&mut report, golden);
        datagram(&mut report, golden);
        let (eight, sixteen) = (Reference::Eight(0x5A), Reference::Sixteen(0xABCD));
        short_messages(&mut report, golden, eight, golden.short_messages);
        short_messages(
            &mut report,
            golden,
            sixteen,
            golden.short_messages_16_bit_reference,
        );
        cdma(&mut report, golden);
        obex(&mut report, golden);
    }
    report.end()
}

/// Fields, secrets and digest.
fn package0(report: &mut Report, golden: &Golden) {
    let mut buffer = [0; LENGTH];
    let composed = compose(golden, &mut buffer);
    println!("{} octets", composed.map_or(0, <[u8]>::len));
    // Session id 0 and reserved bits are to be read, not to be sent.
    let field = if golden.session_id == 0 {
        Field::SessionId
    } else {
        Field::FutureUse
    };
    let sendable = golden.session_id != 0 && golden.future_use == 0;
    match composed {
        Err(EncodeError::OutOfRange { field: refused, .. }) => {
            report.equal("may be sent", false, sendable);
            report.equal("field", refused, field);
        }
        octets => report.equal("package0", octets, Ok(golden.package0)),
    }
}

fn compose<'b>(golden: &Golden, buffer: &'b mut [u8]) -> Result<&'b [u8], EncodeError> {
    let trigger = if golden.future_use == 0 {
        let server_id = ServerId::new(golden.server_id)?;
        Trigger::new(SessionId::new(golden.session_id)?, server_id)
            .with_version(Version::new(golden.version)?)
            .with_ui_mode(match golden.ui_mode {
                0 => UiMode::NotSpecified,
                1 => UiMode::Background,
                2 => UiMode::Informative,
                _ => UiMode::UserInteraction,
            })
            .with_initiator(match golden.initiator {
                0 => Initiator::Client,
                _ => Initiator::Server,
            })
            .with_vendor_specific(golden.vendor_specific)
    } else {
        // Only a received trigger has reserved bits.
        Trigger::parse(golden.trigger).unwrap()
    };
    let credentials = Credentials::new(golden.server_id, golden.password);
    let nonce = Nonce::new(golden.nonce);
    let signed = trigger.sign(&credentials, nonce)?;
    signed.encode(buffer).map(|octets| &*octets)
}

/// UDP.
fn datagram(report: &mut Report, golden: &Golden) {
    let mut buffer = [0; LENGTH];
    let payload = DmPush::relay(1, golden.package0).encode(&mut buffer);
    report.equal("datagram", payload.as_deref(), Ok(golden.wsp));
}

/// One short message, or several.
fn short_messages(report: &mut Report, golden: &Golden, reference: Reference, expected: &[&[u8]]) {
    let push = DmPush::relay(1, golden.package0);
    let messages = ShortMessages::new(push, 0xC002, reference).unwrap();
    report.equal("short messages", messages.len(), expected.len());
    for (message, &expected) in messages.zip(expected) {
        let mut buffer = [0; 140];
        let encoded = message.encode(&mut buffer);
        report.equal("short message", encoded.as_deref(), Ok(expected));
    }
}

/// One segment over CDMA.
fn cdma(report: &mut Report, golden: &Golden) {
    let push = DmPush::relay(1, golden.package0);
    let segments = CdmaSegments::new(push, 0xC002, usize::MAX).unwrap();
    report.equal("segments", segments.len(), 1);
    for segment in segments {
        let mut buffer = [0; LENGTH];
        let encoded = segment.encode(&mut buffer);
        report.equal("segment", encoded.as_deref(), Ok(golden.cdma));
    }
}

/// One packet of OBEX.
fn obex(report: &mut Report, golden: &Golden) {
    let put = Put::relay(golden.package0, Some(1))
        .with_maximum_packet_length(MaximumPacketLength::DEFAULT);
    report.equal("packets", put.packets().count(), 1);
    for packet in put.packets() {
        let mut buffer = [0; LENGTH];
        let encoded = packet.encode(&mut buffer);
        report.equal("packet", encoded.as_deref(), Ok(golden.obex_put));
    }
}
