//! Whether a message is authentic, and what is odd if it is not.

use super::layers::{Bearer, View};
use super::messages;
use super::nonce::NonceForm;
use oma_dm_notification::{Credentials, Nonce, Package0};

/// What a message is verified with.
#[derive(Clone, Debug)]
pub(crate) struct Secret {
    pub(crate) key: Key,
    /// The stored nonce; none if no nonce has been agreed yet.
    pub(crate) nonce: Vec<u8>,
    /// How the nonce was typed, in whatever form.
    pub(crate) typed: Option<String>,
    /// Whether the nonce 0 is accepted instead of the stored one (OMA §5.1).
    pub(crate) resync: bool,
}

/// The secret of an account.
#[derive(Clone)]
pub(crate) enum Key {
    /// The server's password.
    Password(Vec<u8>),
    /// What a device stores in its place.
    Credentials(Credentials),
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(..)")
    }
}

/// Which nonce a message is authentic under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// There was nothing to verify it with.
    Unverified,
    NotAuthentic,
    Stored,
    Resync,
}

impl Secret {
    fn credentials(&self, package0: &Package0<'_>) -> Credentials {
        match &self.key {
            Key::Password(password) => {
                Credentials::new(package0.unverified().server_id().as_bytes(), password)
            }
            Key::Credentials(credentials) => credentials.clone(),
        }
    }

    fn verify(&self, package0: &Package0<'_>) -> Verdict {
        let candidates = [Nonce::new(&self.nonce), Nonce::RESYNC];
        let candidates = if self.resync {
            &candidates[..]
        } else {
            &candidates[..1]
        };
        match package0.verify_any(&self.credentials(package0), candidates) {
            Ok(among) if among.candidate() == 0 => Verdict::Stored,
            Ok(_) => Verdict::Resync,
            Err(_) => Verdict::NotAuthentic,
        }
    }

    /// Names the other nonces under which the message would be authentic.
    fn other_nonces(&self, package0: &Package0<'_>) -> Vec<String> {
        let credentials = self.credentials(package0);
        let matches = |nonce: &[u8]| package0.verify(&credentials, Nonce::new(nonce)).is_ok();
        let typed = self.typed.as_ref().into_iter();
        let forms = typed.flat_map(|text| {
            [
                (NonceForm::Text, "as text"),
                (NonceForm::Base64, "as Base64"),
                (NonceForm::Hexadecimal, "as hexadecimal"),
            ]
            .into_iter()
            .filter_map(|(form, how)| Some((form.octets(text).ok()?, how)))
        });
        let others = [
            (Vec::new(), "with an empty nonce"),
            (vec![0; 4], "under the nonce 0"),
        ];
        forms
            .chain(others)
            .filter(|(nonce, _)| matches(nonce))
            .map(|(_, how)| match how.strip_prefix("as ") {
                Some(form) => format!("The nonce would match as {form}."),
                None => format!("The digest would match {how}."),
            })
            .collect()
    }
}

/// Verifies a Package #0, and names what is odd about it if it is not authentic.
pub(crate) fn of(view: &View, secret: Option<&Secret>) -> (Verdict, Vec<String>) {
    let (Some(secret), Ok(package0)) = (secret, Package0::parse(view.bytes())) else {
        return (Verdict::Unverified, Vec::new());
    };
    let verdict = secret.verify(&package0);
    if verdict != Verdict::NotAuthentic {
        return (verdict, Vec::new());
    }
    let mut diagnoses = secret.other_nonces(&package0);
    let vendor_specific = package0.unverified().vendor_specific();
    if let Some(bearer) = other_message(vendor_specific) {
        diagnoses.push(format!(
            "The vendor-specific octets look like another message ({}).",
            bearer.name()
        ));
    }
    (verdict, diagnoses)
}

/// Returns the bearer as which octets within a message can be read, if they look like another.
fn other_message(octets: &[u8]) -> Option<Bearer> {
    let found = messages::outermost(octets)?;
    (found != Bearer::Package0).then_some(found)
}
