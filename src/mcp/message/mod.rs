//! The bytes of one JSON-RPC message, judged the same way and in the same words on every transport.
//!
//! The SDK drops what it cannot read, and its errors often lack the id. A client then waits for
//! ever. Here every message becomes one of four: something for the SDK, in the form it takes; an
//! answer to be sent at once, with the id wherever one can be made out; or nothing, where nobody
//! waits.

mod envelope;
mod exact;
mod handshake;
mod id;
mod methods;
mod params;
mod refusal;
mod salvage;
mod surrogates;

use rmcp::model::{ErrorCode, ProtocolVersion};
use serde_json::{Map, Value};

use self::envelope::Envelope;
use self::refusal::Mistake;
pub use self::refusal::Refusal;

/// The longest message. What a model writes is far below.
pub(crate) const MAX_MESSAGE_BYTES: usize = 4 * 1024 * 1024;

/// How many values a message may have. Each costs a hundred bytes and as many nanoseconds several
/// times over, however short it is; the largest import of keys has fewer.
pub(crate) const MAX_VALUES: usize = 150_000;

/// The longest name of a version: no real one is as long, and errors quote it.
const MAX_NAME_CHARS: usize = 128;

/// What one message is.
#[derive(Debug)]
pub enum Incoming {
    /// Somebody waits for an answer.
    Request(Message),
    /// Nobody waits, whatever is wrong with it.
    Notification(Message),
    /// An answer to a request of the server, or one that nobody asked for.
    Response(Message),
    /// No message that can be carried out.
    Refused(Refusal),
    /// White space.
    Blank,
}

/// A JSON-RPC message in the form that the SDK takes.
#[derive(Debug)]
pub struct Message(Map<String, Value>);

impl Message {
    /// The method; empty for a response.
    pub fn method(&self) -> &str {
        self.0.get("method").and_then(Value::as_str).unwrap_or("")
    }

    /// The id as JSON, which tells `1` and `"1"` apart; `null` where there is none.
    pub fn id(&self) -> String {
        json(self.0.get("id"))
    }

    /// One of the parameters.
    pub fn param(&self, name: &str) -> Option<&Value> {
        self.0.get("params")?.get(name)
    }

    /// The id of the request that this notification cancels, as JSON.
    pub fn cancels(&self) -> Option<String> {
        let id = self.0.get("params")?.get("requestId")?;
        let id = id::whole(id).map_or_else(|| id.to_string(), |id| id.to_string());
        (self.method() == "notifications/cancelled").then_some(id)
    }

    /// The protocol version that the message names for itself, as clients without a handshake do.
    pub fn own_version(&self) -> Option<&str> {
        own_version(&self.0)
    }

    /// The message as JSON.
    pub fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}

/// Judges the bytes of one message.
pub fn parse(bytes: &[u8]) -> Incoming {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = text.trim_ascii();
    if text.is_empty() {
        return Incoming::Blank;
    }
    if values(text) > MAX_VALUES {
        return Incoming::Refused(Refusal::new(
            salvage::id(text),
            ErrorCode::INVALID_REQUEST,
            format!("the message has more than {MAX_VALUES} values: send less at once"),
        ));
    }
    match Envelope::read(text) {
        Ok(Envelope::Object { members, doubled }) => judge(members, doubled, text),
        Ok(Envelope::Array) => Incoming::Refused(Refusal::of_none(
            ErrorCode::INVALID_REQUEST,
            "batches are not taken: send one JSON-RPC message at a time, not an array",
        )),
        Ok(Envelope::Other) => Incoming::Refused(Refusal::of_none(
            ErrorCode::INVALID_REQUEST,
            "a JSON-RPC message is an object: {\"jsonrpc\": \"2.0\", \"id\": …, \"method\": …}",
        )),
        Err(error) => Incoming::Refused(Refusal::new(
            salvage::id(text),
            ErrorCode::PARSE_ERROR,
            unreadable(&error, text),
        )),
    }
}

/// Why a message is no JSON, and what to do about it.
fn unreadable(error: &serde_json::Error, text: &[u8]) -> String {
    let number = str::from_utf8(text).ok().and_then(unkey_tools::inexact);
    let next = number.map_or_else(
        || "send one message at a time".to_owned(),
        unkey_tools::inexact_words,
    );
    format!("the message cannot be read as JSON: {error}; {next}")
}

/// The answer to a message that is longer than `limit`, of which `beginning` was read.
pub fn too_long(beginning: &[u8], limit: usize) -> Refusal {
    let message = format!("the message is too long: it may have at most {limit} bytes");
    Refusal::new(salvage::id(beginning), ErrorCode::INVALID_REQUEST, message)
}

/// The answer to a request for a method that the version it is sent in does not have.
pub(crate) fn no_such_method(request: &Message) -> Refusal {
    let mistake = methods::missing(request.method(), true);
    Refusal::of_mistake(Some(request.id()), mistake)
}

/// Judges a message that is a JSON object.
fn judge(mut members: Map<String, Value>, doubled: Option<&'static str>, text: &[u8]) -> Incoming {
    let asks = members.contains_key("method");
    let answers = members.contains_key("result") || members.contains_key("error");
    if answers && !asks {
        // Never an error for an answer: two programs would go on answering each other.
        return Incoming::Response(Message(members));
    }
    let sent_id = match doubled {
        Some("id") => None,
        _ => members.get("id").and_then(|id| id::as_sent(id, text)),
    };
    let waits = members.contains_key("id");
    let judged = match doubled {
        Some(name) => Err(Mistake::of_request(format!(
            "`{name}` is there twice, and which one is meant is not known"
        ))),
        None => straighten(&mut members, text),
    };
    match judged {
        Ok(()) if waits => Incoming::Request(Message(members)),
        Ok(()) => Incoming::Notification(Message(members)),
        // A notification is never answered, and what it is without its mistakes does no harm.
        Err(mistake) if !waits && mistake.code != ErrorCode::INVALID_REQUEST => {
            members.remove("params");
            Incoming::Notification(Message(members))
        }
        Err(mistake) => Incoming::Refused(Refusal::of_mistake(sent_id, mistake)),
    }
}

/// Checks a request or a notification, and gives it the form that the SDK takes.
fn straighten(members: &mut Map<String, Value>, text: &[u8]) -> Result<(), Mistake> {
    if let Some(id) = members.get_mut("id") {
        id::straighten(id).map_err(Mistake::of_request)?;
    }
    if members.contains_key("result") || members.contains_key("error") {
        return Err(Mistake::of_request(
            "a message is a request with `method` or an answer, not both",
        ));
    }
    if members.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return Err(Mistake::of_request(
            "a JSON-RPC message needs \"jsonrpc\": \"2.0\"",
        ));
    }
    let method = match members.get("method") {
        Some(Value::String(method)) => method.clone(),
        Some(_) => return Err(Mistake::of_request("`method` must be text")),
        None => {
            return Err(Mistake::of_request(
                "a request needs `method`, the name of what is asked for",
            ));
        }
    };
    if members.contains_key("id") {
        let version = own_version(members);
        if let Some(version) = version.filter(|version| !is_known_version(version)) {
            return Err(Mistake::of_version(version));
        }
        methods::check(&method, version.is_some_and(has_no_handshake))?;
    }
    params::straighten(&method, members)?;
    exact::check(&method, text)
}

/// How many values JSON `text` has, give or take those of empty lists and objects.
pub(crate) fn values(text: &[u8]) -> usize {
    let (mut values, mut in_text, mut escaped) = (1, false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b',' | b'[' | b'{' if !in_text => values += 1,
            _ => {}
        }
    }
    values
}

/// Whether this server speaks that version of the protocol.
pub(crate) fn is_known_version(version: &str) -> bool {
    let mut known = ProtocolVersion::KNOWN_VERSIONS.iter();
    known.any(|known| known.as_str() == version)
}

/// Whether clients of that version begin without `initialize`. Versions are dates.
pub(crate) fn has_no_handshake(version: &str) -> bool {
    version >= ProtocolVersion::NO_INITIALIZE.as_str()
}

fn own_version(message: &Map<String, Value>) -> Option<&str> {
    let meta = message.get("params")?.get("_meta")?;
    meta.get(params::VERSION)?.as_str()
}

/// The beginning of a text that is longer than `limit`.
fn cut(text: &str, limit: usize) -> Option<String> {
    let (end, _) = text.char_indices().nth(limit)?;
    text.get(..end).map(|beginning| format!("{beginning}…"))
}

fn json(value: Option<&Value>) -> String {
    value.map_or_else(|| "null".to_owned(), Value::to_string)
}

#[cfg(test)]
mod tests;
