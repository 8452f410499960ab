//! The question that a person is asked.

use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use unkey_tools::Entry;

use super::facts::Facts;
use super::seal::Shown;
use super::words::{quoted, span};

/// A question, as far as the facts go.
#[derive(Debug)]
pub(super) struct Question {
    /// What is asked, with the facts.
    pub(super) text: String,
    /// What a person has to type.
    pub(super) typed: Option<String>,
    /// A hash of what must not change between the question and the call.
    pub(super) shown: Shown,
}

impl Question {
    /// Asks about what `entry` would do with `body`. What it takes away is `taken`; `now` is the
    /// time, in Unix milliseconds.
    pub(super) fn new(
        entry: &Entry,
        body: &Value,
        facts: &Facts,
        taken: &[String],
        now: i64,
    ) -> Self {
        let mut text = format!("{}: {}", entry.title, facts.what);
        for line in [entry.sentence().to_owned()]
            .iter()
            .chain(&more(entry, body, now))
        {
            text.push('\n');
            text.push_str(line);
        }
        for line in taken.iter().chain(&facts.settings) {
            // Writing to a string does not fail.
            let _ = write!(text, "\n- {line}");
        }
        let mut hash = Sha256::new();
        hash.update(&text);
        // It is not enough that it was agreed to while nobody seemed to use it.
        hash.update([u8::from(facts.in_use)]);
        let mut shown = Shown::default();
        for (byte, hashed) in shown.iter_mut().zip(hash.finalize()) {
            *byte = hashed;
        }
        for line in &facts.usage {
            let _ = write!(text, "\n- {line}");
        }
        Self {
            text,
            typed: facts.in_use.then(|| facts.name.clone()),
            shown,
        }
    }
}

/// What the call itself says beside what it is about.
fn more(entry: &Entry, body: &Value, now: i64) -> Vec<String> {
    let mut more = Vec::new();
    match entry.endpoint {
        "keys.deleteKey" if body["permanent"] == true => {
            more.push("Its record is erased too.".to_owned());
        }
        "keys.rerollKey" => more.push(match body["expiration"].as_u64() {
            Some(0) | None => "The old key ends now.".to_owned(),
            Some(span) if now.checked_add_unsigned(span).is_none() => {
                "The old key does not end.".to_owned()
            }
            Some(left) => format!("The old key ends in {}.", span(left)),
        }),
        "environments.setEnvironmentVariables" => {
            let variables = body["variables"].as_array().into_iter().flatten();
            let named = variables.filter_map(|variable| variable["key"].as_str());
            more.push(format!("Variables: {}.", super::words::names(named)));
            if body["prune"] == true {
                more.push("All other variables are deleted.".to_owned());
            }
        }
        "environments.removeEnvironmentVariables" => {
            let variables = body["variables"].as_array().into_iter().flatten();
            let named = variables.filter_map(Value::as_str);
            more.push(format!("Variables: {}.", super::words::names(named)));
        }
        "domains.createDomain" => {
            let domain = body["domain"].as_str().unwrap_or_default();
            more.push(format!("Domain: {}.", quoted(domain)));
        }
        _ => {}
    }
    more
}
