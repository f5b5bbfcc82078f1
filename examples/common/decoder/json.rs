//! A message, or why it is none, as one JSON object.

use super::verdict::Verdict;
use super::{Bearer, Message, Notification};
use oma_dm_notification::Package0;
use serde_json::{Value, json};

pub(crate) fn message(message: &Message) -> Value {
    let mut object = match &message.content {
        Ok(notification) => fields(notification),
        Err(_) => json!({"error": error(message)}),
    };
    let also: Vec<&str> = message.also.iter().map(|bearer| bearer.name()).collect();
    if message.content.is_ok() {
        object["segments"] = message.segments.into();
        object["originator"] = message.originator.clone().into();
        object["service_centre"] = message.service_centre.clone().into();
    }
    object["bearer"] = message.bearer.map(Bearer::name).into();
    object["also"] = also.into();
    if message.repeated_segments > 0 {
        object["repeated_segments"] = message.repeated_segments.into();
    }
    if let Some(lines) = message.place.joined {
        object["joined_lines"] = lines.into();
    }
    object
}

fn fields(notification: &Notification) -> Value {
    let Ok(package0) = Package0::parse(notification.package0.bytes()) else {
        return Value::Null;
    };
    let trigger = package0.unverified();
    let departures = trigger.conformance().map(|departure| departure.to_string());
    let mut object = json!({
        "version": trigger.version().value(),
        "ui_mode": trigger.ui_mode().to_string(),
        "initiator": trigger.initiator().to_string(),
        "future_use": trigger.future_use().value(),
        "session_id": trigger.session_id().value(),
        "session_id_text": trigger.session_id().to_text().map(|text| text.to_string()),
        "server_id": hex::encode(trigger.server_id().as_bytes()),
        "vendor_specific": hex::encode(trigger.vendor_specific()),
        "digest": hex::encode(package0.digest().as_bytes()),
        "authentic": match notification.verdict {
            Verdict::Unverified => None,
            Verdict::NotAuthentic => Some(false),
            Verdict::Stored | Verdict::Resync => Some(true),
        },
        "nonce": match notification.verdict {
            Verdict::Unverified | Verdict::NotAuthentic => None,
            Verdict::Stored => Some("stored"),
            Verdict::Resync => Some("resync"),
        },
        "conformance": departures.collect::<Vec<_>>(),
    });
    if !notification.diagnoses.is_empty() {
        object["diagnoses"] = notification.diagnoses.clone().into();
    }
    object
}

fn error(message: &Message) -> Value {
    let Err(failure) = &message.content else {
        return Value::Null;
    };
    let mut object = json!({
        "kind": failure.kind,
        "field": failure.field,
        "offset": failure.offset,
        "message": failure.message,
    });
    if let Some(argument) = message.place.paste {
        object["argument"] = argument.into();
    }
    if let Some(line) = message.place.line {
        object["line"] = line.into();
    }
    if let Some(hint) = &failure.hint {
        object["hint"] = hint.clone().into();
    }
    object
}
