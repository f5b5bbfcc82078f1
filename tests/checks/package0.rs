//! Package #0 from any octets.

use super::reference::{self, Fields};
use super::within;
use oma_dm_notification::{
    Credentials, DecodeErrorKind, EncodeError, Field, Initiator, Nonce, Package0, ServerId,
    SessionId, Trigger, UiMode, Version,
};

const PASSWORD: &[u8] = b"password";
const UI_MODES: [UiMode; 4] = [
    UiMode::NotSpecified,
    UiMode::Background,
    UiMode::Informative,
    UiMode::UserInteraction,
];
const INITIATORS: [Initiator; 2] = [Initiator::Client, Initiator::Server];

/// The octets as Package #0: what is accepted is what the reference reads, encodes to itself, and
/// is authentic exactly where the reference's digest says so; what is refused ends where the error
/// says.
pub fn package0(octets: &[u8]) {
    let package0 = match Package0::parse(octets) {
        Ok(package0) => package0,
        Err(error) => {
            within(error, octets);
            assert_eq!(error.kind(), DecodeErrorKind::Truncated);
            let expected = octets.get(16..).map_or((Field::Digest, 0), |trigger| {
                let (field, offset) = Fields::read(trigger).err().expect("the trigger is whole");
                (field, offset + 16)
            });
            assert_eq!((error.field(), error.offset()), expected);
            return;
        }
    };
    let (digest, octets_of_trigger) = octets.split_at(16);
    assert_eq!(package0.as_bytes(), octets);
    assert_eq!(package0.digest().as_bytes(), digest);
    let Ok(fields) = Fields::read(octets_of_trigger) else {
        panic!("the trigger is not whole");
    };
    trigger(package0.unverified(), &fields, octets_of_trigger);
    authenticity(octets, &fields);
}

/// The trigger has these fields and these octets, and is built and written as it was read.
fn trigger(trigger: &Trigger<'_>, fields: &Fields<'_>, octets: &[u8]) {
    let ui_mode = UI_MODES[usize::from(fields.ui_mode)];
    let initiator = INITIATORS[usize::from(fields.initiator)];
    assert_eq!(trigger.version().value(), fields.version);
    assert_eq!(trigger.ui_mode(), ui_mode);
    assert_eq!(trigger.initiator(), initiator);
    assert_eq!(trigger.future_use().value(), fields.future_use);
    assert_eq!(trigger.session_id().value(), fields.session_id);
    assert_eq!(trigger.server_id().as_bytes(), fields.server_id);
    assert_eq!(trigger.vendor_specific(), fields.vendor_specific);
    let departures = [
        fields.version != 11,
        fields.future_use != 0,
        fields.session_id == 0,
    ];
    let count = departures.iter().filter(|&&departure| departure).count();
    assert_eq!(trigger.conformance().count(), count);

    assert_eq!(fields.write(), octets);
    assert_eq!(trigger.received(), Some(octets));
    assert_eq!(trigger.encoded_len(), octets.len());
    let mut buffer = vec![0xEE; octets.len() + 1];
    assert_eq!(trigger.encode(&mut buffer).unwrap(), octets);
    assert_eq!(buffer[octets.len()], 0xEE);
    let text = trigger.session_id().to_text();
    let expected = format!("{:X}", fields.session_id);
    match &text {
        Some(text) => assert_eq!(text.as_str(), expected),
        None => assert_eq!(expected, "0"),
    }

    // Built again from its fields, it is the same, as far as a sender may send it.
    let changed = trigger.with_ui_mode(ui_mode);
    assert_eq!(changed.received(), None);
    assert_eq!(&changed, trigger);
    let written = changed.encode(&mut buffer);
    match (fields.session_id, fields.future_use) {
        (0, _) => assert!(out_of_range(written.unwrap_err(), Field::SessionId)),
        (_, 0) => {
            assert_eq!(written.unwrap(), octets);
            let session_id = SessionId::new(fields.session_id).unwrap();
            let built = Trigger::new(session_id, ServerId::new(fields.server_id).unwrap())
                .with_version(Version::new(fields.version).unwrap())
                .with_ui_mode(ui_mode)
                .with_initiator(initiator)
                .with_vendor_specific(fields.vendor_specific);
            assert_eq!(&built, trigger);
        }
        (_, _) => assert!(out_of_range(written.unwrap_err(), Field::FutureUse)),
    }
}

fn out_of_range(error: EncodeError, expected: Field) -> bool {
    matches!(error, EncodeError::OutOfRange { field, .. } if field == expected)
}

/// Signed, the trigger is authentic, under the right candidate; as it came, only where the digest
/// is that of the reference; and with any of its octets changed, never.
fn authenticity(octets: &[u8], fields: &Fields<'_>) {
    let (received, trigger) = octets.split_at(16);
    let credentials = Credentials::new(fields.server_id, PASSWORD);
    let digest = |nonce| reference::digest(fields.server_id, PASSWORD, nonce, trigger);
    let candidates = [&b"stored"[..], &[0; 4]].map(|nonce| (Nonce::new(nonce), digest(nonce)));
    let nonces = candidates.map(|(nonce, _)| nonce);

    let as_it_came = Package0::parse(octets).unwrap();
    let matching = candidates.iter().position(|(_, digest)| digest == received);
    let verdict = as_it_came.verify_any(&credentials, &nonces);
    assert_eq!(
        verdict.ok().map(|authentic| authentic.candidate()),
        matching
    );

    for (candidate, (_, digest)) in candidates.iter().enumerate() {
        let mut signed = [digest, trigger].concat();
        let package0 = Package0::parse(&signed).unwrap();
        let authentic = package0.verify_any(&credentials, &nonces).unwrap();
        assert_eq!(authentic.candidate(), candidate);
        assert!(package0.verify_any(&credentials, &[]).is_err());

        let at = usize::from(received[0]) << 8 | usize::from(received[1]);
        let change = received[2].max(1);
        let at = at % signed.len();
        signed[at] ^= change;
        if let Ok(changed) = Package0::parse(&signed) {
            assert!(
                changed.verify_any(&credentials, &nonces).is_err(),
                "octet {at}"
            );
        }
    }
}
