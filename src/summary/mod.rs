//! What a result says, in one to six short sentences: what its numbers mean, what a write changed,
//! what is easily overlooked, and what to do next where that is not plain.
//!
//! A summary is made of what was asked and what came back, without another call. It says ids,
//! numbers, times and words of ours, and neither secrets nor text that anybody else wrote.

mod analytics;
mod api;
mod deploy;
mod identity;
mod keys;
mod page;
mod portal;
mod ratelimit;
mod rbac;
mod sentences;
mod table;
mod time;

use std::fmt;

use jiff::Timestamp;
use serde::Deserialize as _;
use serde_json::Value;
use tracing::{debug, error};
use unkey_tools::{Entry, Operation};

use self::sentences::Sentences;
use self::table::SUMMARIES;

/// The field of a result that holds its summary.
const SUMMARY: &str = "summary";

/// An operation whose results speak.
trait Summarise: Operation {
    /// Says what `answer` means to whoever asked this.
    fn summarise(&self, answer: &Self::Response, said: &mut Sentences);
}

/// What was asked, kept to say what the answer means.
pub struct Asked {
    tool: &'static str,
    speak: Box<Speak>,
}

type Speak = dyn FnOnce(&Value, Sentences) -> serde_json::Result<Option<String>> + Send;

impl Asked {
    /// Keeps of `body`, which goes to Unkey, what its summary needs.
    pub fn new(entry: &Entry, body: &Value) -> Option<Self> {
        let asked = SUMMARIES.iter().find(|summary| summary.tool == entry.name);
        let asked = asked.map(|summary| (summary.ask)(body));
        asked?
            .inspect_err(|error| {
                // The body was checked. Its words may quote it.
                let kind = error.classify();
                error!(
                    tool = entry.name,
                    ?kind,
                    "a body that was checked is none of its tool"
                );
            })
            .ok()
    }

    fn of<Op: Summarise + Send>(body: &Value) -> serde_json::Result<Self> {
        let asked = Op::deserialize(body)?;
        Ok(Self {
            tool: Op::NAME,
            speak: Box::new(move |envelope, mut said| {
                asked.summarise(&Op::Response::deserialize(envelope)?, &mut said);
                Ok(said.join())
            }),
        })
    }

    /// Puts the summary of `envelope`, which came at that time, into it.
    pub fn answered(self, envelope: &mut Value, now: Timestamp) {
        if let (Some(summary), Value::Object(members)) = (self.summary(envelope, now), envelope) {
            members.shift_insert(0, SUMMARY.to_owned(), summary.into());
        }
    }

    /// The summary of `envelope`, which came at that time. An answer of another form than this was
    /// written for has none.
    pub fn summary(self, envelope: &Value, now: Timestamp) -> Option<String> {
        let said = Sentences::new(now.as_millisecond());
        (self.speak)(envelope, said)
            .inspect_err(|error| {
                // Its words may quote the answer.
                let kind = error.classify();
                debug!(
                    tool = self.tool,
                    ?kind,
                    "an answer of a form that is not known"
                );
            })
            .ok()
            .flatten()
    }
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Asked").field(&self.tool).finish()
    }
}
