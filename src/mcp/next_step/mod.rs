//! What to do next after a failure, in a sentence for the model.

mod error_type;
mod masked;
mod misplaced;
mod queries;
mod versions;

use std::time::Duration;

use unkey_tools::Entry;

use crate::backend::Failure;
use crate::dispatch::Facts;
use crate::key_advice::{self, Issuer};

/// What to do next.
#[derive(Debug)]
pub(super) struct Next {
    /// In a sentence or two.
    pub(super) words: String,
    /// Whether that fits the case so well that the documentation would add nothing.
    pub(super) says_it_all: bool,
}

impl Next {
    fn whole(words: impl Into<String>) -> Self {
        Self {
            words: words.into(),
            says_it_all: true,
        }
    }

    fn part(words: impl Into<String>) -> Self {
        Self {
            words: words.into(),
            says_it_all: false,
        }
    }
}

/// What to do where nobody knows whether a call took effect.
pub(super) fn outcome_unknown(entry: &Entry) -> String {
    format!(
        "whether the call took effect is unknown, and it was not repeated. {}",
        entry.recovery_hint
    )
}

/// What to do next after a call that has no result.
pub(super) fn next_step(entry: &Entry, failure: &Failure, issuer: Issuer, facts: &Facts) -> Next {
    if failure.outcome_unknown() && !entry.effect.is_read_only() {
        return Next::part(outcome_unknown(entry));
    }
    versions::next_step(entry, failure, issuer)
        .map(Next::whole)
        .or_else(|| misplaced::next_step(failure, facts).map(Next::whole))
        .unwrap_or_else(|| {
            let mut next = error_type::next_step(failure, issuer)
                .unwrap_or_else(|| Next::part(by_kind(entry, failure, issuer, facts)));
            if let Some(permissions) = masked::permissions(entry, failure, facts) {
                next.words.push(' ');
                next.words.push_str(&permissions);
            }
            next
        })
}

/// What to do next after a failure of that kind, whatever it was about.
fn by_kind(entry: &Entry, failure: &Failure, issuer: Issuer, facts: &Facts) -> String {
    match failure {
        Failure::Refused { error, retry_after, attempts } => {
            let status = error.error.status;
            match (status, issuer) {
                (401, _) => key_advice::unknown(issuer),
                (403, _) => key_advice::not_allowed(issuer, facts, &error.error.detail),
                (500.., Issuer::Engine) => {
                    "the embedded engine failed: the server's log says why.".to_owned()
                }
                _ => advice(status, *retry_after, *attempts),
            }
        }
        Failure::Unreadable { .. } if entry.effect.is_read_only() => {
            "call again; if it stays so, ask for less or for something else.".to_owned()
        }
        Failure::Unreadable { .. } => {
            format!("do not call again: it took effect. {}", entry.recovery_hint)
        }
        Failure::Undone { .. } => {
            "mend what the message names, then call again; the server's log has more.".to_owned()
        }
        Failure::Garbled { status, attempts, .. } if *status >= 500 => {
            format!("try again in a while ({attempts} attempts failed); check --api-url if it stays so.")
        }
        Failure::Garbled {
            status: 429,
            retry_after,
            attempts,
            ..
        } => advice(429, *retry_after, *attempts),
        Failure::Garbled { status: 300..400, .. } => {
            "set --api-url (UNKEY_API_URL) to where it leads, if that is Unkey.".to_owned()
        }
        Failure::UnknownPath => "check --api-url (UNKEY_API_URL): every Unkey has this operation."
            .to_owned(),
        Failure::Garbled { .. } => "check --api-url (UNKEY_API_URL).".to_owned(),
        Failure::TooLong { .. } => {
            "ask for less at once (a smaller limit, fewer rows or columns); where that is not \
             possible, check --api-url (UNKEY_API_URL): Unkey's answers are much shorter."
                .to_owned()
        }
        Failure::Unreachable { attempts, .. } => format!(
            "check --api-url (UNKEY_API_URL) and the network, then call again ({attempts} attempts failed)."
        ),
        Failure::Broken { .. } | Failure::TimedOut { .. } => {
            "call again; if it stays so, ask for less at once (a smaller limit), or raise --timeout."
                .to_owned()
        }
        Failure::Unsendable { .. } => "check the server's settings and its log.".to_owned(),
    }
}

/// One sentence for what Unkey's answer calls for.
fn advice(status: u16, retry_after: Option<Duration>, attempts: u32) -> String {
    match status {
        400 => "correct the arguments as the message says and call again.".to_owned(),
        404 => {
            "check the id or name: it may be mistyped, deleted, of another workspace, or beyond what \
             the root key may see. List or get what there is before you call again."
                .to_owned()
        }
        409 => "it exists already: use it as it is, or choose another name.".to_owned(),
        410 => "it was deleted and its name stays taken: choose another name.".to_owned(),
        412 => "bring about what the message asks for, then call again.".to_owned(),
        413 => "send less in one call.".to_owned(),
        422 => "ask for less: a shorter time range, fewer columns or rows, or a coarser table."
            .to_owned(),
        429 => retry_after.map_or_else(
            || "wait a minute, then call again; call less often.".to_owned(),
            |wait| {
                let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
                format!("wait {seconds} s, then call again; call less often.")
            },
        ),
        500.. => format!(
            "Unkey failed ({attempts} attempts): try again in a while; if it stays so, give the \
             request id to Unkey's support."
        ),
        _ => "read the message and the documentation linked above.".to_owned(),
    }
}
