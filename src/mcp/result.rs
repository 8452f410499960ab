//! Outcomes in words that a model can act on.

use std::fmt::Write as _;

use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::Value;
use unkey_tools::{ApiError, Entry};

use super::fit;
use super::next_step::{Next, next_step, outcome_unknown};
use crate::backend::Failure;
use crate::dispatch::Refusal;
use crate::key_advice::Issuer;
use crate::observe::shown;
use crate::root_key::{Caller, Mistake};

/// How much is told of what Unkey says of an error: far above what it writes itself.
const MAX_DETAIL_CHARS: usize = 16 * 1024;

/// How much is told of each other text that it sends with an error.
const MAX_FIELD_CHARS: usize = 400;

/// How many of the mistakes that Unkey found are told: as many as of those that are found here.
const MAX_FIELD_ERRORS: usize = 20;

/// The envelope of an answer, of so many bytes at most, for programs and, as compact JSON, for everyone
/// else.
pub(super) fn success(mut envelope: Value, most_bytes: usize) -> CallToolResult {
    fit(&mut envelope, most_bytes);
    structured(envelope)
}

/// The same for programs and, as compact JSON, for everyone else.
fn structured(content: Value) -> CallToolResult {
    // `CallToolResult::structured` formats the text piece by piece, at twice the cost.
    let text = serde_json::to_string(&content).unwrap_or_default();
    let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
    result.structured_content = Some(content);
    result
}

/// A call that has no result: what happened, and what to do next, in so many bytes at most.
pub(super) fn refused(
    entry: &Entry,
    refusal: &Refusal,
    caller: &Result<Caller, Mistake>,
    issuer: Issuer,
    most_bytes: usize,
) -> CallToolResult {
    match refusal {
        Refusal::DryRun(shown) => success(shown.clone(), most_bytes),
        refusal => {
            let mut text = refusal_text(entry, refusal, caller, issuer);
            fit::fit_error(&mut text, most_bytes);
            error(text)
        }
    }
}

/// What happened to a call that has no result, and what to do next.
pub fn refusal_text(
    entry: &Entry,
    refusal: &Refusal,
    caller: &Result<Caller, Mistake>,
    issuer: Issuer,
) -> String {
    match refusal {
        Refusal::Mistakes(mistakes) => mistakes.join("\n\n"),
        Refusal::Busy(busy) => busy.to_string(),
        Refusal::Policy(refused) => refused.to_string(),
        Refusal::Spent(spent) => spent.to_string(),
        Refusal::DryRun(shown) => shown.to_string(),
        Refusal::Lost(what) => what.clone(),
        Refusal::Unconfirmed(unconfirmed) => unconfirmed.to_string(),
        Refusal::Failed(failed, facts) => {
            let next = next_step(entry, failed, issuer, facts);
            failure(failed, &next, caller.as_ref().ok())
        }
        // What to do next is what there is to do about that call.
        Refusal::Part(part, refusal) => refusal_text(part, refusal, caller, issuer),
    }
}

/// A call that was given up because the server stops.
pub(super) fn cut_off(entry: &Entry) -> CallToolResult {
    let next = if entry.effect.is_read_only() {
        "wait until it runs again, then call again.".to_owned()
    } else {
        outcome_unknown(entry)
    };
    error(format!(
        "The server is stopping, and the call did not end in time.\nNext: {next}"
    ))
}

/// A call that its client cancelled; of a write nobody knows by then how far it came.
pub(crate) fn cancelled(entry: Option<&Entry>) -> String {
    let mut text = "the call was cancelled by its client".to_owned();
    if let Some(entry) = entry.filter(|entry| !entry.effect.is_read_only()) {
        text.push_str(".\nNext: ");
        text.push_str(&outcome_unknown(entry));
    }
    text
}

/// A call that broke off because of a bug of this server.
pub(super) fn panicked(entry: &Entry) -> String {
    let mut text = format!(
        "{} broke off: a bug of this server, not a mistake in the call. The server's log says where.",
        entry.name
    );
    if !entry.effect.is_read_only() {
        text.push_str("\nNext: ");
        text.push_str(&outcome_unknown(entry));
    }
    text
}

fn failure(failure: &Failure, next: &Next, caller: Option<&Caller>) -> String {
    let described = describe(failure, next.says_it_all);
    let shown = match failure {
        // Unkey names things by ids, which look as random as keys do.
        Failure::Refused { .. } | Failure::Undone { .. } => shown::without_root_keys(&described),
        _ => shown::redact(&described),
    };
    let mut text = shown.into_owned();
    text.push_str("\nNext: ");
    text.push_str(&next.words);
    if let Some(Caller::Key(root_key)) = caller {
        // What answered may have said back what it was sent.
        text = text.replace(root_key.reveal(), "[root key]");
    }
    text
}

/// Error results carry text alone: some clients check structured content against the schema of a
/// success, error or not.
fn error(text: String) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(text)])
}

/// `is_clear` where the documentation would add nothing.
fn describe(failure: &Failure, is_clear: bool) -> String {
    match failure {
        Failure::Refused { error, .. } | Failure::Undone { error } => refusal(error, is_clear),
        Failure::Unreadable { status, what } => format!(
            "HTTP {status}: the call was carried out, but its answer could not be read ({what})."
        ),
        Failure::UnknownPath => {
            "HTTP 404: the server has no such operation. Nothing was done.".to_owned()
        }
        Failure::Garbled { status, what, .. } if (300..400).contains(status) => format!(
            "HTTP {status} with {what}, which is not an answer of Unkey's API. Redirects are not \
             followed: they would carry the root key to an address that nobody chose."
        ),
        Failure::Garbled { status, what, .. } if (200..300).contains(status) => format!(
            "HTTP {status} with {what}, which is not an answer of Unkey's API. The status says that \
             the call was carried out, if it was Unkey that answered; something else may be \
             listening at the API address."
        ),
        Failure::Garbled { status, what, .. } => format!(
            "HTTP {status} with {what}, which is not an answer of Unkey's API. Something else may \
             be listening at the API address, or a proxy in between failed."
        ),
        Failure::Unreachable { url, reason, .. } => {
            format!("Cannot reach Unkey at {url}: {reason}. Nothing was sent.")
        }
        Failure::Broken { reason, begun, .. } => {
            let when = if *begun {
                "while the answer came"
            } else {
                "before the answer came"
            };
            format!("The connection to Unkey broke {when}: {reason}.")
        }
        Failure::TimedOut { limit, begun } => {
            let what = if *begun {
                "Unkey began to answer and did not come to an end"
            } else {
                "Unkey did not answer"
            };
            format!("{what} within {} s.", limit.as_secs_f64())
        }
        Failure::TooLong { status, limit } => format!(
            "HTTP {status} with an answer that is longer than {limit} bytes; it was not read to its end."
        ),
        Failure::Unsendable { reason } => {
            format!("The request could not be made: {reason}. Nothing was sent.")
        }
    }
}

/// Everything that Unkey said; where that is clear, without the address of the documentation.
fn refusal(ApiError { error, meta }: &ApiError, is_clear: bool) -> String {
    // It quotes what others wrote: a line of theirs must not pass for one of ours.
    let quoted = |text, most| shown::escaped(shown::cut(text, most));
    let field = |text| quoted(text, MAX_FIELD_CHARS);
    let mut text = format!(
        "{} {}: {}",
        error.status,
        field(&error.title),
        quoted(&error.detail, MAX_DETAIL_CHARS)
    );
    let fields = error.errors.as_deref().unwrap_or_default();
    for one in fields.iter().take(MAX_FIELD_ERRORS) {
        // Writing to a string does not fail.
        let _ = write!(
            text,
            "\n- {}: {}",
            field(&one.location),
            field(&one.message)
        );
        if let Some(fix) = &one.fix {
            let _ = write!(text, " ({})", field(fix));
        }
    }
    if let Some(more @ 1..) = fields.len().checked_sub(MAX_FIELD_ERRORS) {
        let _ = write!(text, "\n- and {more} more");
    }
    if !meta.request_id.is_empty() {
        let _ = write!(text, "\nRequest id: {}", field(&meta.request_id));
    }
    if !error.r#type.is_empty() && !is_clear {
        let _ = write!(text, "\nDocumentation: {}", field(&error.r#type));
    }
    text
}
