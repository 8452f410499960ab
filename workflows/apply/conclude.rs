//! What the answer to a call means for the piece of work that it was made for.

use std::time::Duration;

use serde_json::{Map, Value};
use unkey_tools::types::Secret;

use super::import;
use super::journal::Event;
use super::next::{Call, end};
use super::progress::{End, Made, Outcome, Step, UnderWay};
use crate::operations::CallError;
use crate::plan::item::{Item, Work};

/// How long is waited where nobody says.
const PAUSE: Duration = Duration::from_secs(1);

/// What begins the place of a plain text that is kept in a file.
const PLACE: &str = "secret:";

/// What a call came to.
pub(super) enum After {
    /// This happened.
    Events {
        events: Vec<Event>,
        /// The plain text of the key that was made, where the answer has it.
        held: Option<Secret>,
    },
    /// It was refused.
    Refused {
        end: End,
        /// Whether because of the root key.
        blames_caller: bool,
    },
    /// Nobody knows yet.
    Unknown,
    /// It did not happen, and may be tried again.
    Unsent { wait: Duration, why: String },
    /// It did not happen, and neither would another.
    Stop(String),
}

/// What the answer to `call` means. `piece` is how far the work had come before the call was begun.
pub(super) fn conclude(
    item: &Item,
    piece: &UnderWay,
    call: &Call,
    answer: Result<Value, CallError>,
) -> After {
    match answer {
        Ok(envelope) => answered(item, piece, call, envelope),
        Err(error) if error.outcome_unknown => After::Unknown,
        Err(error) => failed(item, piece, call, &error),
    }
}

fn answered(item: &Item, piece: &UnderWay, call: &Call, mut envelope: Value) -> After {
    let mut held = None;
    let step = call.begun.step;
    let events = match step {
        Step::Edit | Step::Delete | Step::Retire => {
            vec![Event::End(end(item, Outcome::Done, None))]
        }
        Step::Discard | Step::Tidy => vec![Event::Did { step }],
        Step::Import => match &item.work {
            Work::Import { rows, .. } => import::answered(item, rows, piece, &mut envelope),
            _ => vec![Event::Unknown],
        },
        Step::Create => match made(&mut envelope) {
            Some((made, secret)) => {
                held = secret;
                vec![Event::Made(made)]
            }
            // There is a key, and its mark finds it.
            None => return After::Unknown,
        },
    };
    After::Events { events, held }
}

fn made(envelope: &mut Value) -> Option<(Made, Option<Secret>)> {
    let data = envelope.get_mut("data")?.as_object_mut()?;
    let key_id = data.get("keyId")?.as_str()?.into();
    let path = text(data, "path");
    let Some(Value::String(key)) = data.get_mut("key").map(Value::take) else {
        return None;
    };
    let is_kept = key.starts_with(PLACE);
    let (place, secret) = if is_kept {
        (Some(key), None)
    } else {
        (None, Some(Secret::new(key)))
    };
    Some((
        Made {
            key_id,
            place,
            path,
        },
        secret,
    ))
}

fn text(data: &Map<String, Value>, name: &str) -> Option<String> {
    data.get(name)?.as_str().map(str::to_owned)
}

/// Why a call was refused, and what that leaves behind.
fn refused(call: &Call, error: &CallError) -> String {
    let what = match call.begun.step {
        Step::Discard => {
            "a key was made of which the plain text is lost, and deleting it was refused"
        }
        Step::Tidy => "the key was made; taking the mark off its metadata was refused",
        Step::Retire => "the new key was made; ending the old one was refused",
        _ => return error.detail.clone(),
    };
    let key_id = text(&call.arguments, "keyId").unwrap_or_default();
    format!("{what} ({key_id}): {}", error.detail)
}

fn failed(item: &Item, piece: &UnderWay, call: &Call, error: &CallError) -> After {
    let why = || error.detail.clone();
    match error.status {
        // It was carried out, and nobody can read what came of it.
        Some(..=399) => After::Unknown,
        // The server says that it did nothing.
        Some(429 | 500..=599) => After::Unsent {
            wait: error.retry_after.unwrap_or(PAUSE),
            why: format!("the server was too busy: {}", error.reason()),
        },
        Some(404) if matches!(call.begun.step, Step::Discard | Step::Tidy | Step::Retire) => {
            match call.begun.step {
                // Gone, as it should be.
                Step::Retire => After::Events {
                    events: vec![Event::End(end(item, Outcome::Done, None))],
                    held: None,
                },
                step => After::Events {
                    events: vec![Event::Did { step }],
                    held: None,
                },
            }
        }
        Some(404) if call.begun.step == Step::Delete => After::Refused {
            end: end(item, Outcome::Changed, Some("the key is gone")),
            blames_caller: false,
        },
        Some(400) if call.begun.step == Step::Import => match &item.work {
            Work::Import { rows, .. } => After::Events {
                events: vec![import::refused(rows, piece, &why())],
                held: None,
            },
            _ => After::Stop(why()),
        },
        Some(status) => After::Refused {
            end: end(item, Outcome::Failed, Some(&refused(call, error))),
            blames_caller: matches!(status, 401 | 403) || call.begun.step == Step::Import,
        },
        None if error.is_unreached => After::Unsent {
            wait: error.retry_after.unwrap_or(PAUSE),
            why: match error.detail.as_str() {
                "" => "Unkey could not be reached".to_owned(),
                why => why.to_owned(),
            },
        },
        // Something of ours was against it, and would be against others.
        None => After::Refused {
            end: end(item, Outcome::Failed, Some(&why())),
            blames_caller: true,
        },
    }
}
