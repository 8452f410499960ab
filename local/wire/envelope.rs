//! Unkey's envelope: `{"data", "meta"}` around a success, `{"error", "meta"}` around a failure.

use serde::Serialize;
use unkey_tools::{ApiError, Meta, Problem};

use crate::system::trouble::plain;
use crate::wire::failure::{Failure, Refusal};
use crate::wire::numbers::to_json;
use crate::wire::request::Answer;

#[derive(Serialize)]
struct Success<'a, R> {
    #[serde(flatten)]
    reply: &'a R,
    meta: Meta,
}

/// The bytes of a success. `reply` holds `data`, and `pagination` where there is one.
pub(crate) fn success<R: Serialize>(reply: &R, request_id: &str) -> Result<Vec<u8>, Failure> {
    let meta = Meta {
        request_id: request_id.to_owned(),
    };
    to_json(&Success { reply, meta }).map_err(|error| Failure::Unexpected(error.to_string()))
}

/// The answer to an operation that ended so.
pub(crate) fn answer(outcome: Result<Vec<u8>, Failure>, request_id: &str) -> Answer {
    match outcome {
        Ok(body) => Answer {
            status: 200,
            body,
            validation: false,
            undone: false,
        },
        Err(failure) => {
            match &failure {
                Failure::Refused(_) | Failure::NotKept(_) => {}
                Failure::Broken(error) | Failure::NotStored { error, .. } => {
                    let error = plain(error);
                    tracing::error!(request_id, error, "the database failed");
                }
                Failure::Vault(error) => {
                    tracing::error!(request_id, %error, "a recoverable key is out of reach");
                }
                Failure::Unexpected(reason) => {
                    tracing::error!(request_id, reason, "a request failed");
                }
                Failure::Panicked => tracing::error!(request_id, "a handler panicked"),
            }
            let undone = failure.changed_nothing();
            Answer {
                undone,
                ..refusal(failure.into_refusal(), request_id)
            }
        }
    }
}

/// The answer that tells a caller `refusal`.
pub(crate) fn refusal(refusal: Refusal, request_id: &str) -> Answer {
    let meaning = refusal.code.meaning();
    let error = ApiError {
        error: Problem {
            detail: refusal.detail,
            errors: meaning.has_errors().then_some(refusal.errors),
            status: meaning.status,
            title: meaning.title.to_owned(),
            r#type: meaning.link(),
        },
        meta: Meta {
            request_id: request_id.to_owned(),
        },
    };
    Answer {
        status: meaning.status,
        // Text and numbers always serialise.
        body: serde_json::to_vec(&error).unwrap_or_default(),
        validation: refusal.validation,
        undone: true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use unkey_tools::{Data, Page, Pagination};

    use super::*;
    use crate::wire::failure::Code;

    fn read(answer: &Answer) -> Value {
        serde_json::from_slice(&answer.body).unwrap()
    }

    #[test]
    fn a_success_holds_data_meta_and_on_lists_pagination() {
        let body = success(&Data { data: 1 }, "req_1").unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body, json!({"data": 1, "meta": {"requestId": "req_1"}}));
        let page = Page {
            data: vec![1],
            pagination: Pagination::default(),
        };
        let body: Value = serde_json::from_slice(&success(&page, "req_1").unwrap()).unwrap();
        assert_eq!(body["pagination"], json!({"hasMore": false}));
    }

    #[test]
    fn only_some_statuses_carry_a_list_of_errors() {
        let bad = answer(Err(Code::QuerySyntax.because("x")), "req_1");
        assert_eq!(read(&bad)["error"]["errors"], json!([]));
        let missing = answer(Err(Code::ApiNotFound.because("x")), "req_1");
        assert_eq!(
            read(&missing),
            json!({
                "error": {
                    "detail": "x",
                    "status": 404,
                    "title": "Not Found",
                    "type": "https://unkey.com/docs/errors/unkey/data/api_not_found",
                },
                "meta": {"requestId": "req_1"},
            })
        );
    }

    #[test]
    fn a_caller_never_learns_why_the_database_failed() {
        let failure = Failure::from(rusqlite::Error::InvalidQuery);
        let answer = answer(Err(failure), "req_1");
        assert_eq!(answer.status, 500);
        assert!(!String::from_utf8(answer.body).unwrap().contains("Query"));
    }
}
