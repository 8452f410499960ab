//! What differs between the catalogue and a document.

use std::collections::BTreeMap;

use serde::Serialize;
use unkey_tools::{find, is_of_portal_users, listed};

use super::api::{Api, Caller, Operation, endpoint, name};
use super::document::{Document, DocumentError};
use super::fields::{BODY, Fields, Keywords};

/// The sides of an operation.
const REQUEST: &str = "request";
pub(super) const RESPONSE: &str = "response";

/// What is called without a tool.
const LIVENESS: &str = "GET /v2/liveness";

/// What differs between the catalogue and a document.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// The document's title and version.
    pub document: String,
    /// How many operations both have.
    pub compared: usize,
    /// Operations of the document that no root key may call, and that the catalogue leaves out.
    pub left_out: Vec<String>,
    /// Operations that the document alone has.
    pub new: Vec<OtherOperation>,
    /// Operations that the catalogue alone has.
    pub gone: Vec<OtherOperation>,
    /// Operations that are not the same.
    pub changed: Vec<OperationChange>,
}

/// An operation that one side has.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OtherOperation {
    /// Its endpoint, or its method and path.
    pub operation: String,
    /// The tool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<&'static str>,
    /// Who may call it.
    pub caller: Caller,
}

/// An operation that is not the same.
#[derive(Debug, Serialize)]
pub struct OperationChange {
    /// Its endpoint.
    pub operation: String,
    /// The tool.
    pub tool: &'static str,
    /// Who may call it, where that is not the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller: Option<Caller>,
    /// Whether the document says that it is to go, where the catalogue says otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<bool>,
    /// What is not the same.
    pub fields: Vec<FieldChange>,
}

/// A field that is not the same.
#[derive(Debug, Serialize)]
pub struct FieldChange {
    /// `request` or `response`.
    pub of: &'static str,
    /// Its place.
    pub field: String,
    /// `new`, `gone` or `changed`.
    pub change: &'static str,
    /// What the catalogue says of it; of what is changed, what the document does not say.
    pub catalogue: Keywords,
    /// What the document says of it; of what is changed, what the catalogue does not say.
    pub document: Keywords,
}

impl Comparison {
    /// Compares the catalogue with a document.
    ///
    /// # Errors
    /// Where the document refers to what it does not hold, or describes too much.
    pub fn of(document: &Document) -> Result<Self, DocumentError> {
        let ours = Api::of_catalogue()?.operations;
        let theirs = document.api()?.operations;
        let mut comparison = Self {
            document: document.title(),
            compared: 0,
            left_out: Vec::new(),
            new: Vec::new(),
            gone: Vec::new(),
            changed: Vec::new(),
        };
        for (name, operation) in &theirs {
            comparison.take(name, ours.get(name), operation);
        }
        comparison.gone = gone(&theirs);
        Ok(comparison)
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.gone.is_empty() && self.changed.is_empty()
    }

    fn take(&mut self, name: &str, ours: Option<&Operation>, theirs: &Operation) {
        let operation = endpoint(name).to_owned();
        let tool = find(&operation);
        if let (Some(ours), Some(tool)) = (ours, tool) {
            self.compared += 1;
            let fields = changes(ours, theirs);
            let changed = theirs.caller != Caller::Unsaid && theirs.caller != ours.caller;
            let deprecated = (theirs.deprecated != ours.deprecated).then_some(theirs.deprecated);
            if changed || deprecated.is_some() || !fields.is_empty() {
                self.changed.push(OperationChange {
                    operation,
                    tool: tool.name,
                    caller: changed.then(|| theirs.caller.clone()),
                    deprecated,
                    fields,
                });
            }
        } else if is_of_portal_users(&operation) && theirs.caller != Caller::RootKey {
            self.left_out.push(operation);
        } else if name != LIVENESS {
            self.new.push(OtherOperation {
                operation,
                tool: None,
                caller: theirs.caller.clone(),
            });
        }
    }
}

/// What the catalogue offers, and the document has not.
fn gone(theirs: &BTreeMap<String, Operation>) -> Vec<OtherOperation> {
    let operations = listed().filter(|entry| !entry.is_workflow());
    let tools = operations.map(|entry| (name(entry), Some(entry.name)));
    tools
        .chain([(LIVENESS.to_owned(), None)])
        .filter(|(name, _)| !theirs.contains_key(name))
        .map(|(name, tool)| OtherOperation {
            operation: endpoint(&name).to_owned(),
            caller: if tool.is_some() {
                Caller::RootKey
            } else {
                Caller::Anyone
            },
            tool,
        })
        .collect()
}

fn changes(ours: &Operation, theirs: &Operation) -> Vec<FieldChange> {
    let mut changes = of_fields(REQUEST, &ours.request, &theirs.request);
    changes.extend(of_fields(RESPONSE, &ours.response, &theirs.response));
    changes
}

/// What differs between fields. What is inside a field that only one side has goes with it, and what
/// is inside one that the catalogue leaves open may be anything.
fn of_fields(of: &'static str, ours: &Fields, theirs: &Fields) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    let mut closed: Vec<&str> = Vec::new();
    let mut places: Vec<&String> = ours.keys().chain(theirs.keys()).collect();
    places.sort_unstable();
    places.dedup();
    for place in places {
        let is_inside = |outer: &&str| {
            let rest = place.strip_prefix(*outer);
            rest.is_some_and(|rest| rest.starts_with(['.', '[']))
        };
        if closed.iter().any(is_inside) {
            continue;
        }
        let none = Keywords::new();
        let of_side = |fields: &Fields| match fields.get(place) {
            // There always is a body.
            None if place == BODY => Some(none.clone()),
            found => found.cloned(),
        };
        let (change, catalogue, document) = match (of_side(ours), of_side(theirs)) {
            (None, Some(theirs)) => ("new", none, theirs),
            (Some(ours), None) => ("gone", ours, none),
            (Some(ours), Some(_)) if of == RESPONSE && ours.is_empty() => {
                closed.push(place);
                continue;
            }
            (Some(ours), Some(theirs)) if ours != theirs => {
                ("changed", without(&ours, &theirs), without(&theirs, &ours))
            }
            _ => continue,
        };
        if change != "changed" {
            closed.push(place);
        }
        changes.push(FieldChange {
            of,
            field: place.clone(),
            change,
            catalogue,
            document,
        });
    }
    changes
}

/// What one side says of a field and the other does not.
fn without(one: &Keywords, other: &Keywords) -> Keywords {
    one.iter()
        .filter(|(keyword, value)| other.get(*keyword) != Some(value))
        .map(|(keyword, value)| (*keyword, value.clone()))
        .collect()
}
