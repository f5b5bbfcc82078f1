//! Fields, encode, decode, compare: what a server sends is what the reference would, and a handset
//! reads it.

use super::reference::{self, Fields};
use super::{Input, package0};
use oma_dm_notification::wap::cdma::CdmaSegments;
use oma_dm_notification::wap::sms::ShortMessages;
use oma_dm_notification::wap::{
    self, cdma, reassembly,
    udh::{Reference, UserData},
    wsp::{DmPush, Push},
};
use oma_dm_notification::{
    Credentials, EncodeError, Initiator, Nonce, Package0, ServerId, SessionId, Trigger, UiMode,
    Version,
};

/// The octets as the fields of a message, its secrets, and what each bearer leaves to the sender.
pub fn compose(octets: &[u8]) {
    let mut input = Input(octets);
    let (version, bits) = (input.word() & 0x3FF, input.octet());
    let fields = Fields {
        version,
        ui_mode: bits & 3,
        initiator: bits >> 2 & 1,
        future_use: 0,
        session_id: input.word().max(1),
        server_id: input.counted(),
        vendor_specific: &[input.counted(), input.counted(), input.counted()].concat(),
    };
    let (password, nonce) = (input.counted(), input.counted());
    let trigger = Trigger::new(
        SessionId::new(fields.session_id).unwrap(),
        ServerId::new(fields.server_id).unwrap(),
    )
    .with_version(Version::new(version).unwrap())
    .with_ui_mode(
        [
            UiMode::NotSpecified,
            UiMode::Background,
            UiMode::Informative,
            UiMode::UserInteraction,
        ][usize::from(bits & 3)],
    )
    .with_initiator([Initiator::Client, Initiator::Server][usize::from(bits >> 2 & 1)])
    .with_vendor_specific(fields.vendor_specific);

    let credentials = Credentials::new(fields.server_id, password);
    let expected = fields.write();
    let digest = reference::digest(fields.server_id, password, nonce, &expected);
    let expected = [digest.as_slice(), &expected].concat();
    let signed = trigger.sign(&credentials, Nonce::new(nonce)).unwrap();
    assert_eq!(signed.encoded_len(), expected.len());
    let encode = |buffer: &mut [u8]| signed.encode(buffer).map(|octets| octets.to_vec());
    written(&expected, encode);

    let received = Package0::parse(&expected).unwrap();
    let authentic = received.verify(&credentials, Nonce::new(nonce)).unwrap();
    assert_eq!(authentic.trigger(), &trigger);
    package0(&expected);

    let push = DmPush::new(input.octet(), &signed);
    let push = with_headers(push, input.counted());
    in_a_datagram(&push, &expected);
    in_short_messages(&push, &mut input, &expected);
    over_cdma(&push, &mut input, &expected);
}

/// A buffer of just the length is enough, and one less is refused and left as it was.
#[track_caller]
fn written(expected: &[u8], encode: impl Fn(&mut [u8]) -> Result<Vec<u8>, EncodeError>) {
    let needed = expected.len();
    let mut buffer = vec![0xEE; needed];
    assert_eq!(encode(&mut buffer).unwrap(), expected);
    assert_eq!(buffer, expected);
    let mut buffer = vec![0xEE; needed - 1];
    let refusal = encode(&mut buffer).unwrap_err();
    assert!(matches!(refusal, EncodeError::BufferTooSmall { needed: n, .. } if n == needed));
    assert_eq!(buffer, vec![0xEE; needed - 1]);
}

/// With more headers, if they are well formed and do not say that the push is for another
/// application.
fn with_headers<'a>(push: DmPush<'a>, headers: &'a [u8]) -> DmPush<'a> {
    let short = &headers[..headers.len().min(35)];
    push.with_headers(short).unwrap_or(push)
}

fn in_a_datagram(push: &DmPush<'_>, package0: &[u8]) {
    let mut octets = vec![0; push.encoded_len()];
    match push.encode(&mut octets) {
        Ok(octets) => {
            let opened = wap::open_datagram(wap::udh::PUSH_PORT, octets).unwrap();
            assert_eq!(opened.body(), package0);
            assert_eq!(reference::dm_push(octets), Some(package0));
            let expected = octets.to_vec();
            written(&expected, |buffer| {
                push.encode(buffer).map(|octets| octets.to_vec())
            });
        }
        Err(error) => {
            assert!(matches!(error, EncodeError::TooLong { limit: 48, .. }));
            assert!(8 + push.encoded_len() - package0.len() > 48);
        }
    }
}

/// In as few short messages as there can be, of at most 140 octets, which a reassembler puts
/// together in any order.
fn in_short_messages(push: &DmPush<'_>, input: &mut Input<'_>, package0: &[u8]) {
    let (port, rotation) = (input.word(), input.octet());
    let (reference, room) = match input.word() {
        eight @ ..=0xFF => (Reference::Eight(eight.to_be_bytes()[1]), 128),
        sixteen => (Reference::Sixteen(sixteen), 127),
    };
    let length = push.encoded_len();
    let whole = length <= 133;
    let Ok(messages) = ShortMessages::new(*push, port, reference) else {
        let wdp = if whole { 7 } else { 140 - room };
        assert!(wdp + length - package0.len() > 48);
        return;
    };
    let mut messages: Vec<Vec<u8>> = messages
        .map(|message| message.encode(&mut [0; 140]).unwrap().to_vec())
        .collect();
    if whole {
        assert_eq!(messages.len(), 1);
        assert_eq!(
            wap::open_sms(&messages[0]).as_ref().map(Push::body),
            Ok(package0)
        );
        return;
    }
    let total = messages.len();
    assert_eq!(total, length.div_ceil(room));
    assert!(
        messages[..total - 1]
            .iter()
            .all(|message| message.len() == 140)
    );
    messages.rotate_left(usize::from(rotation) % total);
    let mut reassembler = reassembly::Reassembler::<(), 1, 1600>::new();
    for (came, message) in messages.iter().enumerate() {
        assert!(wap::open_sms(message).is_err());
        let user_data = UserData::parse(message).unwrap();
        let segment = reassembly::Segment::from_user_data(&user_data).unwrap();
        let accepted = reassembler.accept(0, (), &segment).unwrap();
        match accepted.outcome {
            reassembly::Reassembled::Whole { octets } => {
                assert_eq!(came + 1, total);
                assert_eq!(
                    wap::open_datagram(wap::udh::PUSH_PORT, octets)
                        .unwrap()
                        .body(),
                    package0
                );
            }
            outcome => {
                let expected = reassembly::Reassembled::Incomplete {
                    missing: u8::try_from(total - came - 1).unwrap(),
                    port_known: true,
                };
                assert_eq!(outcome, expected);
            }
        }
    }
}

/// In segments of at most so many octets, in order.
fn over_cdma(push: &DmPush<'_>, input: &mut Input<'_>, package0: &[u8]) {
    let (port, longest) = (input.word(), usize::from(input.octet()));
    let Ok(segments) = CdmaSegments::new(*push, port, longest) else {
        let headers = 7 + push.encoded_len() - package0.len();
        let needed = (push.encoded_len() + 4).div_ceil(longest.saturating_sub(3).max(1));
        assert!(longest < 7 || headers > 48 || needed > 255);
        return;
    };
    let mut datagram = Vec::new();
    for segment in segments {
        let mut buffer = [0; 255];
        let octets = segment.encode(&mut buffer[..longest]).unwrap();
        datagram.extend(cdma::WdpSegment::parse(octets).unwrap().payload());
    }
    let opened = cdma::open(&datagram, cdma::RepeatedPorts::Absent).unwrap();
    assert_eq!(opened.body(), package0);
}
