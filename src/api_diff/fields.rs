//! The fields of a schema, each with what is asked of it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use unkey_tools::schema::OPEN;

use super::document::DocumentError;
use super::schema::{FORMS, Flat, MOST_DEEP, NULLABLE, Schemas};

/// Fields by place: `credits.refill.amount`, `ratelimits[].name`, `labels.*` for any name.
pub type Fields = BTreeMap<String, Keywords>;

/// The place of the whole body of a request.
pub(super) const BODY: &str = "(body)";

/// What is said of a field: JSON Schema's keywords with their values. `required`, `nullable`,
/// `uniqueItems`, and the `additionalProperties` of an object are there where they are true; `oneOf`
/// and `anyOf` hold the fields that are asked for in turn.
pub type Keywords = BTreeMap<&'static str, Value>;

/// Of numbers that are further out, a bound is none: no double holds them all.
const UNBOUNDED: f64 = 9_007_199_254_740_991.0;

const BOUNDS: [&str; 11] = [
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
];

/// Which side of an operation a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// What it takes: everything counts.
    Request(Unlisted),
    /// What it answers: fields, types and choices count, since a result is passed on as it comes.
    Response,
}

/// What an object that lists its fields is like where nothing is said of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unlisted {
    /// It takes them, as JSON Schema says.
    Open,
    /// It takes none, as the tools do.
    Closed,
}

/// The fields of `schema` and of what is inside it.
pub(super) fn fields(
    schemas: &Schemas<'_>,
    schema: &Value,
    side: Side,
) -> Result<Fields, DocumentError> {
    let mut walk = Walk {
        schemas,
        side,
        within: Vec::new(),
        depth: 0,
        found: Fields::new(),
    };
    let root = schemas.flat(schema)?;
    if side != Side::Response {
        let mut said = said(&root.keywords, side);
        // That there is a body, and of which type, shows in its fields.
        said.remove("type");
        if !said.is_empty() {
            walk.found.insert(BODY.to_owned(), said);
        }
    }
    walk.inside("", root)?;
    Ok(walk.found)
}

struct Walk<'a> {
    schemas: &'a Schemas<'a>,
    side: Side,
    /// The references that led here: a schema that is in itself is not gone into again.
    within: Vec<String>,
    depth: usize,
    found: Fields,
}

impl Walk<'_> {
    fn inside(&mut self, at: &str, schema: Flat) -> Result<(), DocumentError> {
        if self.depth > MOST_DEEP {
            return Err(DocumentError::TooLarge);
        }
        self.depth += 1;
        let outer = self.within.len();
        self.within.extend(schema.references);
        let keywords = schema.keywords;
        let required = keywords.get("required").and_then(Value::as_array);
        let fields = keywords.get("properties").and_then(Value::as_object);
        for (name, field) in fields.into_iter().flatten() {
            // Every answer has it.
            if self.side == Side::Response && at.is_empty() && name == "meta" {
                continue;
            }
            let place = match at {
                "" => name.clone(),
                at => format!("{at}.{name}"),
            };
            let is_required = required.is_some_and(|list| list.contains(&json!(name)));
            self.field(&place, field, is_required)?;
        }
        for (keyword, mark) in [("items", "[]"), ("additionalProperties", ".*")] {
            match keywords.get(keyword) {
                Some(schema @ Value::Object(members)) if !members.is_empty() => {
                    self.field(&format!("{at}{mark}"), schema, false)?;
                }
                _ => {}
            }
        }
        self.within.truncate(outer);
        self.depth -= 1;
        Ok(())
    }

    fn field(
        &mut self,
        place: &str,
        schema: &Value,
        is_required: bool,
    ) -> Result<(), DocumentError> {
        let flat = self.schemas.flat(schema)?;
        let mut said = said(&flat.keywords, self.side);
        if is_required && self.side != Side::Response {
            said.insert("required", json!(true));
        }
        self.found.insert(place.to_owned(), said);
        if flat.references.iter().any(|one| self.within.contains(one)) {
            return Ok(());
        }
        self.inside(place, flat)
    }
}

/// What a schema says of a value, in one form.
fn said(schema: &Map<String, Value>, side: Side) -> Keywords {
    let mut said = Keywords::new();
    let nullable = schema.contains_key(NULLABLE);
    let kind = match schema.get("type") {
        Some(Value::String(kind)) => Some(kind.clone()),
        Some(Value::Array(kinds)) => {
            let mut kinds: Vec<&str> = kinds.iter().filter_map(Value::as_str).collect();
            kinds.sort_unstable();
            Some(kinds.join(" or "))
        }
        _ if schema.contains_key("properties") => Some("object".to_owned()),
        _ if schema.contains_key("items") => Some("array".to_owned()),
        _ => None,
    };
    if let Some(Value::Array(choices)) = schema.get("enum") {
        let mut choices = choices.clone();
        choices.sort_by_key(Value::to_string);
        choices.dedup();
        said.insert("enum", Value::Array(choices));
    }
    let Side::Request(unlisted) = side else {
        // The catalogue leaves open what may be null.
        if let Some(kind) = kind.filter(|_| !nullable) {
            said.insert("type", json!(kind));
        }
        return said;
    };
    if kind.as_deref() == Some("object") && is_open(schema, unlisted) {
        said.insert("additionalProperties", json!(true));
    }
    for union in FORMS {
        if let Some(forms) = schema.get(union) {
            said.insert(union, forms.clone());
        }
    }
    if let Some(kind) = &kind {
        said.insert("type", json!(kind));
    }
    if nullable {
        said.insert(NULLABLE, json!(true));
    }
    for keyword in BOUNDS {
        if let Some(bound) = schema.get(keyword).and_then(|bound| number(keyword, bound)) {
            said.insert(keyword, bound);
        }
    }
    if schema.get("uniqueItems") == Some(&json!(true)) {
        said.insert("uniqueItems", json!(true));
    }
    if let Some(pattern @ Value::String(_)) = schema.get("pattern") {
        said.insert("pattern", pattern.clone());
    }
    said
}

/// Whether an object takes other fields than those that it lists.
fn is_open(schema: &Map<String, Value>, unlisted: Unlisted) -> bool {
    match schema.get("additionalProperties") {
        Some(Value::Bool(open)) => *open,
        Some(_) => true,
        None => unlisted == Unlisted::Open || schema.contains_key(OPEN),
    }
}

/// A bound in one form, if it is one.
fn number(keyword: &str, bound: &Value) -> Option<Value> {
    let float = bound.as_f64().filter(|float| float.abs() < UNBOUNDED)?;
    let says_nothing = float == 0.0 && keyword.starts_with("min") && keyword != "minimum";
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it is whole, and small enough"
    )]
    let bound = if float.fract() == 0.0 {
        json!(float as i64)
    } else {
        json!(float)
    };
    (!says_nothing).then_some(bound)
}
