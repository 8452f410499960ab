//! What an HTTP answer holds: Unkey's envelope, or why it is none.

use std::time::SystemTime;

use ::http::{HeaderMap, HeaderName, StatusCode, header};
use serde_json::Value;
use serde_json::error::Category;
use unkey_tools::ApiError;
use url::Url;

use super::failure::Failure;
use super::lenient;
use super::retry_after::retry_after;
use crate::observe::shown;

/// The envelope in an answer, or the failure that it tells of.
pub(super) fn parse(
    status: StatusCode,
    headers: &HeaderMap,
    answer: &[u8],
    attempts: u32,
    now: SystemTime,
) -> Result<Value, Failure> {
    envelope(status.as_u16(), answer).map_err(|failure| match failure {
        Failure::Refused { error, .. } => Failure::Refused {
            error,
            retry_after: retry_after(headers, now),
            attempts,
        },
        _ if status.is_success() && is_an_object(headers, answer) => Failure::Unreadable {
            status: status.as_u16(),
            what: describe(status, headers, answer),
        },
        _ if is_unknown_path(status, answer) => Failure::UnknownPath,
        _ => Failure::Garbled {
            status: status.as_u16(),
            what: describe(status, headers, answer),
            retry_after: retry_after(headers, now),
            attempts,
        },
    })
}

/// Reads Unkey's envelope: a result where `status` is a success, else an error.
pub(super) fn envelope(status: u16, answer: &[u8]) -> Result<Value, Failure> {
    let garbled = || Failure::Garbled {
        status,
        what: format!("{} bytes", answer.len()),
        retry_after: None,
        attempts: 1,
    };
    let read = lenient::read(answer).ok_or_else(garbled)?;
    if (200..300).contains(&status) {
        return if read.is_object() {
            Ok(read)
        } else {
            Err(garbled())
        };
    }
    let mut error: ApiError = serde_json::from_value(read).map_err(|_| garbled())?;
    // The status line is what a proxy in between may have changed; it is what counts.
    error.error.status = status;
    Err(Failure::Refused {
        error: Box::new(error),
        retry_after: None,
        attempts: 1,
    })
}

/// Whether it is what Unkey's router says of a path that it does not know.
fn is_unknown_path(status: StatusCode, answer: &[u8]) -> bool {
    status == StatusCode::NOT_FOUND && answer.trim_ascii() == b"404 page not found"
}

/// Whether an answer begins as Unkey's do, or would but for what compressed it on the way.
fn is_an_object(headers: &HeaderMap, answer: &[u8]) -> bool {
    let is_json = text(headers, &header::CONTENT_TYPE).is_none_or(|kind| kind.contains("json"));
    let bare = answer.strip_prefix("\u{feff}".as_bytes()).unwrap_or(answer);
    let begins = bare.trim_ascii_start().first() == Some(&b'{');
    is_json && (begins || is_compressed(headers) && !answer.is_empty())
}

fn is_compressed(headers: &HeaderMap) -> bool {
    text(headers, &header::CONTENT_ENCODING).is_some_and(|name| name != "identity")
}

/// What an answer is that is not Unkey's, in a few words.
fn describe(status: StatusCode, headers: &HeaderMap, answer: &[u8]) -> String {
    if let Some(target) = redirect(status, headers) {
        return format!("a redirect to {target}");
    }
    if answer.is_empty() {
        return "an empty body".to_owned();
    }
    let bytes = answer.len();
    let encoding = text(headers, &header::CONTENT_ENCODING).filter(|name| name != "identity");
    if let Some(encoding) = encoding {
        return format!("{bytes} bytes compressed with {encoding}, which was not asked for");
    }
    let kind = text(headers, &header::CONTENT_TYPE);
    let Some(kind) = kind else {
        return format!("{bytes} bytes of no content type");
    };
    if !kind.contains("json") {
        return format!("{bytes} bytes of {kind}");
    }
    let flaw = match serde_json::from_slice::<Value>(answer) {
        _ if std::str::from_utf8(answer).is_err() => "that are not UTF-8",
        Err(error) if error.classify() == Category::Eof => "that end in the middle",
        Err(_) => "that are no JSON",
        Ok(_) => "without Unkey's envelope",
    };
    format!("{bytes} bytes of {kind} {flaw}")
}

/// Where a redirect leads: the address of the server alone, the rest may hold anything.
fn redirect(status: StatusCode, headers: &HeaderMap) -> Option<String> {
    if !status.is_redirection() {
        return None;
    }
    let target = headers.get(header::LOCATION)?.to_str().ok()?;
    let origin = Url::parse(target)
        .ok()
        .filter(Url::has_host)
        .map(|url| url.origin().ascii_serialization());
    Some(origin.map_or_else(|| "another path".to_owned(), |origin| shown::name(&origin)))
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(shown::name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(status: u16, headers: &[(HeaderName, &'static str)], body: &[u8]) -> String {
        let status = StatusCode::from_u16(status).unwrap();
        let headers = headers
            .iter()
            .map(|(name, value)| (name.clone(), value.parse().unwrap()))
            .collect();
        match parse(status, &headers, body, 1, SystemTime::UNIX_EPOCH) {
            Err(Failure::Garbled { what, .. } | Failure::Unreadable { what, .. }) => what,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_answer_that_is_not_unkeys_is_described_as_what_it_is() {
        let kind = |kind| (header::CONTENT_TYPE, kind);
        let json = kind("application/json");
        let gzip = (header::CONTENT_ENCODING, "gzip");
        let location = |place| (header::LOCATION, place);
        for (status, headers, body, what) in [
            (204, vec![], &b""[..], "an empty body"),
            (
                200,
                vec![kind("text/html")],
                b"<html>",
                "6 bytes of text/html",
            ),
            (200, vec![], b"x", "1 bytes of no content type"),
            (
                200,
                vec![json.clone(), gzip],
                b"\x1f\x8b",
                "2 bytes compressed with gzip, which was not asked for",
            ),
            (
                200,
                vec![json.clone()],
                b"{\"data\":\"\xff\"",
                "11 bytes of application/json that are not UTF-8",
            ),
            (
                200,
                vec![json.clone()],
                b"{\"data\":",
                "8 bytes of application/json that end in the middle",
            ),
            (
                200,
                vec![json.clone()],
                b"{]",
                "2 bytes of application/json that are no JSON",
            ),
            (
                500,
                vec![json.clone()],
                b"{}",
                "2 bytes of application/json without Unkey's envelope",
            ),
            (
                308,
                vec![location("https://api.unkey.com/v2/keys.getKey?key=hush")],
                b"",
                "a redirect to https://api.unkey.com",
            ),
            (
                307,
                vec![location("/login")],
                b"",
                "a redirect to another path",
            ),
            (304, vec![], b"", "an empty body"),
        ] {
            assert_eq!(
                described(status, &headers, body),
                what,
                "{status} {headers:?}"
            );
        }
    }

    #[test]
    fn a_header_of_any_length_is_told_cut() {
        let long: &'static str = Box::leak("x".repeat(10_000).into_boxed_str());
        let what = described(200, &[(header::CONTENT_TYPE, long)], b"x");
        assert!(what.len() < 100, "{what}");
    }
}
