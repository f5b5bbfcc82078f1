//! What the page asks: what was pasted, and what the controls say.

use crate::decoder::nonce::{self, NonceForm};
use crate::decoder::{Bearer, Key, Options, Secret};
use serde_json::Value;

/// A request, as far as it can be read.
pub(crate) struct Request {
    pub(crate) paste: String,
    pub(crate) options: Options,
    /// The control that cannot be read, and why; then nothing is verified.
    pub(crate) problem: Option<(&'static str, String)>,
}

impl Request {
    /// Reads the values of the page's controls, by their names.
    pub(crate) fn read(controls: &Value) -> Self {
        let text = |name: &str| controls[name].as_str().unwrap_or_default().to_owned();
        let is_on = |name: &str| controls[name].as_bool().unwrap_or_default();
        let bearer = text("bearer");
        let mut bearers = Bearer::ALL.into_iter();
        let (secret, problem) = match secret(&text, is_on("resync")) {
            Ok(secret) => (secret, None),
            Err(problem) => (None, Some(problem)),
        };
        Self {
            paste: text("paste"),
            options: Options {
                bearer: bearers.find(|known| known.name() == bearer),
                secret,
                repeated_ports: is_on("repeated_ports"),
            },
            problem,
        }
    }
}

/// Reads what to verify with; `None` if no secret was given.
fn secret(
    text: &impl Fn(&str) -> String,
    resync: bool,
) -> Result<Option<Secret>, (&'static str, String)> {
    let secret = text("secret");
    if secret.is_empty() {
        return Ok(None);
    }
    let key = match &*text("secret_form") {
        "hash" => Key::Credentials(nonce::credentials(&secret).map_err(|why| ("secret", why))?),
        _ => Key::Password(secret.into_bytes()),
    };
    let form = match &*text("nonce_form") {
        "base64" => NonceForm::Base64,
        "text" => NonceForm::Text,
        _ => NonceForm::Hexadecimal,
    };
    let typed = text("nonce");
    Ok(Some(Secret {
        key,
        nonce: form.octets(&typed).map_err(|why| ("nonce", why))?,
        typed: (!typed.is_empty()).then_some(typed),
        resync,
    }))
}
