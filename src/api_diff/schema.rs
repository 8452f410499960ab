//! A document's schemas, each as one object: without references and without unions.

use std::cell::Cell;

use serde_json::{Map, Value, json};

use super::document::DocumentError;

/// How many schemas may be looked at. Few references can describe more than there is memory for.
const MOST_SCHEMAS: usize = 50_000;

/// How deep schemas may be in one another.
pub(super) const MOST_DEEP: usize = 100;

/// Marks a schema that takes `null` too.
pub(super) const NULLABLE: &str = "nullable";

/// Unions of which the branches may be no schemas of a value, and say only which fields it has.
pub(super) const FORMS: [&str; 2] = ["anyOf", "oneOf"];

/// The schemas of one document.
pub(super) struct Schemas<'a> {
    document: &'a Value,
    seen: Cell<usize>,
}

/// A schema as one object.
#[derive(Default)]
pub(super) struct Flat {
    /// Its keywords.
    pub(super) keywords: Map<String, Value>,
    /// The references that led to them.
    pub(super) references: Vec<String>,
}

impl<'a> Schemas<'a> {
    pub(super) const fn new(document: &'a Value) -> Self {
        Self {
            document,
            seen: Cell::new(0),
        }
    }

    /// What `value` refers to, or itself.
    pub(super) fn target<'b>(&'b self, value: &'b Value) -> Result<&'b Value, DocumentError> {
        let mut target = value;
        let mut followed = Vec::new();
        while let Some(reference) = target.get("$ref").and_then(Value::as_str) {
            if followed.contains(&reference) {
                return Err(DocumentError::Circular(reference.to_owned()));
            }
            followed.push(reference);
            target = self.at(reference)?;
        }
        Ok(target)
    }

    fn at(&self, reference: &str) -> Result<&'a Value, DocumentError> {
        reference
            .strip_prefix('#')
            .and_then(|place| self.document.pointer(place))
            .ok_or_else(|| DocumentError::Dangling(reference.to_owned()))
    }

    /// The schema without references and unions. A field that only some branches of a union ask
    /// for is optional, and a bound that only some have is none.
    pub(super) fn flat(&self, schema: &Value) -> Result<Flat, DocumentError> {
        let mut flat = Flat::default();
        flat.keywords = self.flattened(schema, &mut Vec::new(), &mut flat.references)?;
        normalise(&mut flat.keywords);
        Ok(flat)
    }

    fn flattened(
        &self,
        schema: &Value,
        within: &mut Vec<String>,
        references: &mut Vec<String>,
    ) -> Result<Map<String, Value>, DocumentError> {
        self.seen.set(self.seen.get() + 1);
        if self.seen.get() > MOST_SCHEMAS || within.len() > MOST_DEEP {
            return Err(DocumentError::TooLarge);
        }
        // `true` takes everything.
        let Value::Object(schema) = schema else {
            return Ok(Map::new());
        };
        let mut flat = Map::new();
        for (keyword, value) in schema {
            if !["$ref", "allOf", "anyOf", "oneOf"].contains(&keyword.as_str()) {
                flat.insert(keyword.clone(), value.clone());
            }
        }
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            if within.iter().any(|outer| outer == reference) {
                return Err(DocumentError::Circular(reference.to_owned()));
            }
            within.push(reference.to_owned());
            references.push(reference.to_owned());
            all_of(
                &mut flat,
                self.flattened(self.at(reference)?, within, references)?,
            );
            within.pop();
        }
        for branch in branches(schema, "allOf") {
            all_of(&mut flat, self.flattened(branch, within, references)?);
        }
        for union in FORMS {
            if let Some(forms) = self.forms(schema, union)? {
                flat.insert(union.to_owned(), forms);
                continue;
            }
            let mut united: Option<Map<String, Value>> = None;
            for branch in branches(schema, union) {
                let mut branch = self.flattened(branch, within, references)?;
                if branch.get("type") == Some(&json!("null")) {
                    flat.insert(NULLABLE.to_owned(), json!(true));
                    continue;
                }
                normalise(&mut branch);
                united = Some(match united {
                    Some(united) => any_of(united, branch),
                    None => branch,
                });
            }
            all_of(&mut flat, united.unwrap_or_default());
        }
        Ok(flat)
    }
}

impl Schemas<'_> {
    /// The fields that each branch of a union asks for, where it asks for nothing else.
    fn forms(
        &self,
        schema: &Map<String, Value>,
        union: &str,
    ) -> Result<Option<Value>, DocumentError> {
        let mut forms = Vec::new();
        for branch in branches(schema, union) {
            let Value::Object(branch) = self.target(branch)? else {
                return Ok(None);
            };
            let mut asked = match branch.get("required") {
                Some(Value::Array(asked)) if branch.keys().all(|keyword| says_no_more(keyword)) => {
                    asked.iter().filter_map(Value::as_str).collect::<Vec<_>>()
                }
                _ => return Ok(None),
            };
            asked.sort_unstable();
            forms.push(asked.join("+"));
        }
        forms.sort_unstable();
        Ok((!forms.is_empty()).then(|| json!(forms)))
    }
}

/// Whether a branch with that keyword and `required` asks for fields and nothing else.
fn says_no_more(keyword: &str) -> bool {
    ["required", "title", "description"].contains(&keyword)
}

fn branches<'a>(schema: &'a Map<String, Value>, union: &str) -> impl Iterator<Item = &'a Value> {
    let branches = schema.get(union).and_then(Value::as_array);
    branches.into_iter().flatten()
}

/// Adds what another schema asks for as well.
fn all_of(flat: &mut Map<String, Value>, other: Map<String, Value>) {
    for (keyword, value) in other {
        match (flat.get_mut(&keyword), value) {
            (Some(Value::Object(fields)), Value::Object(more)) if keyword == "properties" => {
                for (name, field) in more {
                    let both = match fields.shift_remove(&name) {
                        Some(known) => json!({"allOf": [known, field]}),
                        None => field,
                    };
                    fields.insert(name, both);
                }
            }
            (Some(Value::Array(required)), Value::Array(more)) if keyword == "required" => {
                required.extend(more);
            }
            (Some(_), _) => {}
            (None, value) => {
                flat.insert(keyword, value);
            }
        }
    }
}

/// What a value must be that one of two schemas takes.
fn any_of(one: Map<String, Value>, mut other: Map<String, Value>) -> Map<String, Value> {
    let mut either = Map::new();
    for (keyword, value) in one {
        match (keyword.as_str(), value, other.shift_remove(&keyword)) {
            ("properties", Value::Object(mut fields), Some(Value::Object(more))) => {
                for (name, field) in more {
                    let both = match fields.shift_remove(&name) {
                        Some(known) => json!({"anyOf": [known, field]}),
                        None => field,
                    };
                    fields.insert(name, both);
                }
                either.insert(keyword, Value::Object(fields));
            }
            ("properties", fields, None) => {
                either.insert(keyword, fields);
            }
            ("required", Value::Array(mut names), Some(Value::Array(others))) => {
                names.retain(|name| others.contains(name));
                either.insert(keyword, Value::Array(names));
            }
            ("enum", Value::Array(mut choices), Some(Value::Array(more))) => {
                choices.extend(more);
                either.insert(keyword, Value::Array(choices));
            }
            (NULLABLE, value, _) => {
                either.insert(keyword, value);
            }
            (_, value, Some(same)) if value == same => {
                either.insert(keyword, value);
            }
            _ => {}
        }
    }
    for keyword in ["properties", NULLABLE] {
        if let Some(value) = other.shift_remove(keyword) {
            either.insert(keyword.to_owned(), value);
        }
    }
    either
}

/// Says in one way what versions of OpenAPI say in several.
fn normalise(schema: &mut Map<String, Value>) {
    if let Some(only) = schema.shift_remove("const") {
        schema.insert("enum".to_owned(), json!([only]));
    }
    let mut nullable = false;
    // Before 3.1 it was a keyword, and before that an extension.
    for mark in [NULLABLE, "x-nullable"] {
        nullable |= schema.shift_remove(mark) == Some(json!(true));
    }
    if let Some(Value::Array(kinds)) = schema.get_mut("type") {
        let all = kinds.len();
        kinds.retain(|kind| kind != "null");
        nullable |= kinds.len() < all;
        if let [kind] = kinds.as_slice() {
            let kind = kind.clone();
            schema.insert("type".to_owned(), kind);
        }
    }
    if let Some(Value::Array(choices)) = schema.get_mut("enum") {
        let all = choices.len();
        choices.retain(|choice| !choice.is_null());
        nullable |= choices.len() < all;
    }
    if nullable {
        schema.insert(NULLABLE.to_owned(), json!(true));
    }
    for (exclusive, bound) in [
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ] {
        // Before 3.1 it was a mark on the bound.
        match schema.get(exclusive) {
            Some(Value::Bool(true)) => {
                let bound = schema.shift_remove(bound).unwrap_or_default();
                schema.insert(exclusive.to_owned(), bound);
            }
            Some(Value::Bool(false)) => {
                schema.shift_remove(exclusive);
            }
            _ => {}
        }
    }
}
