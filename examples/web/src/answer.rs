//! What the page shows: each message with its octets, its layers and the verdict.

use crate::decoder::{self, Layer, Message, Verdict, table};
use crate::request::Request;
use serde_json::{Value, json};
use std::rc::Rc;

/// Returns the answer to a request; both are JSON.
pub(crate) fn to(request: &str) -> String {
    let controls = serde_json::from_str(request).unwrap_or_default();
    let request = Request::read(&controls);
    let messages = decoder::decode(&[request.paste], &request.options);
    let problem = request.problem.as_ref().map(|(control, _)| *control);
    let messages: Vec<Value> = messages.iter().map(|it| message(it, problem)).collect();
    let problem = request
        .problem
        .map(|(control, why)| json!({"control": control, "why": why}));
    json!({"problem": problem, "messages": messages}).to_string()
}

/// Shows a message. `problem` is the control that kept it from being verified.
fn message(message: &Message, problem: Option<&str>) -> Value {
    let mut blocks = Blocks::default();
    let layers: Vec<Value> = message
        .layers
        .iter()
        .map(|it| layer(it, &mut blocks))
        .collect();
    let mut remarks = table::remarks(message);
    let verdict = match &message.content {
        Ok(notification) => match notification.verdict {
            Verdict::Stored | Verdict::Resync => "authentic",
            Verdict::NotAuthentic => "not-authentic",
            Verdict::Unverified => "unverified",
        },
        Err(_) => "error",
    };
    if let (Some(control), Some(first)) = (problem, remarks.first_mut()) {
        *first = format!("Nothing was verified: the {control} cannot be read.");
    }
    if let Some(joined) = message.place.joined {
        remarks.push(format!("{joined} lines were joined."));
    }
    let error = message.content.as_ref().err().map(|failure| {
        json!({
            "message": failure.message,
            "hint": failure.hint,
            "block": (!failure.octets.is_empty()).then(|| blocks.number(&failure.octets)),
            "offset": failure.offset,
        })
    });
    let text = [message.table(), message.error().unwrap_or_default()];
    json!({
        "verdict": verdict,
        "remarks": remarks,
        "error": error,
        "line": message.place.line,
        "layers": layers,
        "blocks": blocks.hexadecimal(),
        "text": text.join("\n").trim(),
        "json": message.json(),
    })
}

fn layer(layer: &Layer, blocks: &mut Blocks) -> Value {
    let rows = layer.rows.iter().map(|row| {
        json!({
            "start": row.range.start,
            "end": row.range.end,
            "meaning": row.meaning,
            "value": row.value,
        })
    });
    json!({
        "title": layer.title,
        "block": blocks.number(&layer.octets),
        "rows": rows.collect::<Vec<_>>(),
    })
}

/// The octets that ranges count in, each once: layers share them.
#[derive(Default)]
struct Blocks(Vec<Rc<[u8]>>);

impl Blocks {
    /// Returns the number of the block that these octets are.
    fn number(&mut self, octets: &Rc<[u8]>) -> usize {
        let known = self.0.iter().position(|block| Rc::ptr_eq(block, octets));
        known.unwrap_or_else(|| {
            self.0.push(Rc::clone(octets));
            self.0.len() - 1
        })
    }

    fn hexadecimal(&self) -> Vec<String> {
        self.0.iter().map(hex::encode_upper).collect()
    }
}
