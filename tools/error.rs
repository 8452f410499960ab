//! Unkey's error envelope, as it is sent and as it is read.

use serde::{Deserialize, Serialize};

/// An error as Unkey's API reports it: `{"meta": {"requestId"}, "error": {…}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError {
    /// What went wrong.
    pub error: Problem,
    /// Which request it was.
    #[serde(default)]
    pub meta: Meta,
}

/// What went wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Problem {
    /// What happened, in a sentence.
    pub detail: String,
    /// Mistakes in single fields; Unkey sends the list, perhaps empty, with a 400 and no other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<FieldProblem>>,
    /// The HTTP status.
    pub status: u16,
    /// The kind of error in a few words.
    pub title: String,
    /// Address of the page that documents this kind of error.
    pub r#type: String,
}

/// A mistake in one field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldProblem {
    /// What to do about it, where Unkey knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
    /// Which keyword of the request's schema was broken, or which field.
    pub location: String,
    /// What was wrong.
    pub message: String,
}

/// What every answer carries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Meta {
    /// Names the request in Unkey's logs; support asks for it.
    pub request_id: String,
}
