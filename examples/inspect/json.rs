//! A notification, or why there is none, as one JSON object.

use crate::Verdict;
use crate::layers::{Failure, Message};
use oma_dm_notification::{Departure, Package0};
use serde_json::{Value, json};

pub(crate) fn notification(message: &Message, package0: &Package0<'_>, verdict: Verdict) -> Value {
    let trigger = package0.unverified();
    json!({
        "version": trigger.version().value(),
        "ui_mode": trigger.ui_mode().to_string(),
        "initiator": trigger.initiator().to_string(),
        "future_use": trigger.future_use().value(),
        "session_id": trigger.session_id().value(),
        "session_id_text": trigger.session_id().to_text().map(|text| text.to_string()),
        "server_id": hex::encode(trigger.server_id().as_bytes()),
        "vendor_specific": hex::encode(trigger.vendor_specific()),
        "digest": hex::encode(package0.digest().as_bytes()),
        "authentic": match verdict {
            Verdict::Unverified => None,
            Verdict::NotAuthentic => Some(false),
            Verdict::Stored | Verdict::Resync => Some(true),
        },
        "nonce": match verdict {
            Verdict::Unverified | Verdict::NotAuthentic => None,
            Verdict::Stored => Some("stored"),
            Verdict::Resync => Some("resync"),
        },
        "conformance": trigger
            .conformance()
            .map(|departure: Departure| departure.to_string())
            .collect::<Vec<_>>(),
        "segments": message.segments,
    })
}

pub(crate) fn failure(failure: &Failure) -> Value {
    json!({
        "error": {
            "kind": failure.kind,
            "field": failure.field,
            "offset": failure.offset,
            "message": failure.message,
        },
    })
}
