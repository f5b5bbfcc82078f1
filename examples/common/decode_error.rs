//! A decode error as the programs print it in JSON.

use oma_dm_notification::DecodeError;
use serde_json::{Value, json};
use std::fmt::Debug;

/// Makes the object that `inspect --json` prints as `error`.
pub(crate) fn json(error: &DecodeError) -> Value {
    json!({
        "kind": name(error.kind()),
        "field": error.field().to_string(),
        "offset": error.offset(),
        "message": error.to_string(),
    })
}

/// Names a variant in lower case, with hyphens between the words.
pub(crate) fn name(variant: impl Debug) -> String {
    let mut text = String::new();
    for letter in format!("{variant:?}").chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}
