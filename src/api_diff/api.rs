//! What an API takes and answers, as far as the catalogue has it too.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use unkey_tools::{CATALOGUE, Entry};

use super::document::DocumentError;
use super::fields::{Fields, Side, Unlisted, fields};
use super::schema::Schemas;

/// What stands before an endpoint in the name of an operation.
const BEFORE_ENDPOINT: &str = "POST /v2/";

/// Operations by method and path, such as `POST /v2/keys.createKey`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Api {
    /// Every operation.
    pub operations: BTreeMap<String, Operation>,
}

/// What an operation takes and answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// The fields of its request.
    pub request: Fields,
    /// The fields of its answer, where it succeeds.
    pub response: Fields,
    /// Who may call it.
    pub caller: Caller,
    /// Whether it is said to go.
    pub deprecated: bool,
}

/// Who may call an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Caller {
    /// Whoever has a root key that may.
    RootKey,
    /// Everyone.
    Anyone,
    /// Nothing is said of it.
    Unsaid,
    /// Whom these schemes authorise, and no root key does.
    Other(Vec<String>),
}

impl Api {
    /// What the catalogue has, with what is no longer listed.
    ///
    /// # Errors
    /// None that a catalogue of ours has; a test reads it whole.
    pub fn of_catalogue() -> Result<Self, DocumentError> {
        let mut api = Self::default();
        for entry in &CATALOGUE {
            api.operations.insert(name(entry), operation(entry)?);
        }
        Ok(api)
    }
}

/// What a document calls the operation.
pub(super) fn name(entry: &Entry) -> String {
    format!("{BEFORE_ENDPOINT}{}", entry.endpoint)
}

/// The endpoint in the name of an operation, or the name itself where it has another form.
pub(super) fn endpoint(name: &str) -> &str {
    name.strip_prefix(BEFORE_ENDPOINT).unwrap_or(name)
}

fn operation(entry: &Entry) -> Result<Operation, DocumentError> {
    // Schemas of ours refer to nothing.
    let schemas = Schemas::new(&Value::Null);
    let output = Value::Object(entry.full_output_schema());
    Ok(Operation {
        request: fields(
            &schemas,
            entry.input().body_schema(),
            Side::Request(Unlisted::Closed),
        )?,
        response: fields(&schemas, &output, Side::Response)?,
        // What no permission is asked for takes no root key either.
        caller: if entry.grants.is_empty() {
            Caller::Anyone
        } else {
            Caller::RootKey
        },
        deprecated: entry.deprecated,
    })
}
