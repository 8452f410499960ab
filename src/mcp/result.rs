//! Outcomes in words that a model can act on.

use std::fmt::Write as _;
use std::time::Duration;

use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::Value;
use unkey_tools::{ApiError, Entry};

use super::{not_found, versions};
use crate::backend::Failure;
use crate::calls::Busy;
use crate::key_advice::{self, Issuer};
use crate::observe::shown;
use crate::root_key::Caller;

/// How much is told of each text that Unkey sent with an error: far above what it writes itself.
const MAX_DETAIL_CHARS: usize = 16 * 1024;

/// How many of the mistakes that Unkey found are told: as many as it lists for a request.
const MAX_FIELD_ERRORS: usize = 100;

/// Unkey's envelope, for programs and, as compact JSON, for everyone else.
pub(super) fn success(envelope: Value) -> CallToolResult {
    // `CallToolResult::structured` formats the text piece by piece, at twice the cost.
    let text = serde_json::to_string(&envelope).unwrap_or_default();
    let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
    result.structured_content = Some(envelope);
    result
}

/// Mistakes that were found before anything was sent.
pub(super) fn mistakes(mistakes: impl Iterator<Item = String>) -> CallToolResult {
    error(mistakes.collect::<Vec<_>>().join("\n\n"))
}

/// A call for which there is no room.
pub(super) fn busy(busy: Busy) -> CallToolResult {
    error(busy.to_string())
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

fn outcome_unknown(entry: &Entry) -> String {
    format!(
        "whether the call took effect is unknown, and it was not repeated. {}",
        entry.recovery_hint
    )
}

/// A call that has no result: what happened, and what to do next.
pub(super) fn failure(
    entry: &Entry,
    failure: &Failure,
    caller: &Caller,
    issuer: Issuer,
) -> CallToolResult {
    let described = describe(failure);
    let shown = match failure {
        // Unkey names things by ids, which look as random as keys do.
        Failure::Refused { .. } | Failure::Undone { .. } => shown::without_root_keys(&described),
        _ => shown::redact(&described),
    };
    let mut text = shown.into_owned();
    text.push_str("\nNext: ");
    text.push_str(&next_step(entry, failure, issuer));
    if let Caller::Key(root_key) = caller {
        // What answered may have said back what it was sent.
        text = text.replace(root_key.reveal(), "[root key]");
    }
    error(text)
}

/// Error results carry text alone: some clients check structured content against the schema of a
/// success, error or not.
fn error(text: String) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(text)])
}

fn describe(failure: &Failure) -> String {
    match failure {
        Failure::Refused { error, .. } | Failure::Undone { error } => refusal(error),
        Failure::Unreadable { status, what } => format!(
            "HTTP {status}: the call was carried out, but its answer could not be read ({what})."
        ),
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

/// Everything that Unkey said.
fn refusal(ApiError { error, meta }: &ApiError) -> String {
    let whole = |text| shown::cut(text, MAX_DETAIL_CHARS);
    let mut text = format!(
        "{} {}: {}",
        error.status,
        whole(&error.title),
        whole(&error.detail)
    );
    let fields = error.errors.as_deref().unwrap_or_default();
    for field in fields.iter().take(MAX_FIELD_ERRORS) {
        // Writing to a string does not fail.
        let _ = write!(
            text,
            "\n- {}: {}",
            whole(&field.location),
            whole(&field.message)
        );
        if let Some(fix) = &field.fix {
            let _ = write!(text, " ({})", whole(fix));
        }
    }
    if let Some(more @ 1..) = fields.len().checked_sub(MAX_FIELD_ERRORS) {
        let _ = write!(text, "\n- and {more} more");
    }
    if !meta.request_id.is_empty() {
        let _ = write!(text, "\nRequest id: {}", meta.request_id);
    }
    if !error.r#type.is_empty() {
        let _ = write!(text, "\nDocumentation: {}", error.r#type);
    }
    text
}

fn next_step(entry: &Entry, failure: &Failure, issuer: Issuer) -> String {
    if failure.outcome_unknown() && !entry.effect.is_read_only() {
        return outcome_unknown(entry);
    }
    if let Some(next) = versions::next_step(entry, failure, issuer) {
        return next;
    }
    if let Some(next) = not_found::next_step(failure, issuer) {
        return next.to_owned();
    }
    match failure {
        Failure::Refused { error, retry_after, attempts } => {
            let status = error.error.status;
            match (status, issuer) {
                (401, _) => key_advice::unknown(issuer),
                (403, _) => key_advice::not_allowed(issuer, entry),
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
