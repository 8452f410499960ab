//! The only file that shapes the JSON Schema a model sees.
//!
//! Every client has a construct it chokes on, so the schemas use what all of them read: no
//! references, no unions, no lists of types, no formats of numbers, bounds that a double holds.

use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use crate::operation::Operation;
use crate::rule::Rule;

/// Marks a schema that takes `null` too. It never leaves this crate: inputs offer `clear`
/// instead, outputs leave the type open.
pub const NULLABLE: &str = "x-nullable";

/// The argument that holds the body of an operation whose body is an array.
pub const ARRAY_ARGUMENT: &str = "limits";

/// The argument that names the fields to send as `null`.
pub const CLEAR: &str = "clear";

/// The largest integer that a double, and so every JSON parser, holds exactly.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// What a model sees of an operation, and what its arguments are checked against.
#[derive(Debug)]
pub struct Input {
    /// The tool's description.
    pub description: String,
    /// The schema of the arguments: an object.
    pub schema: Map<String, Value>,
    /// Whether the body is an array, taken as [`ARRAY_ARGUMENT`].
    pub array_body: bool,
    /// The fields that `clear` may name, in dotted form.
    pub clearable: Vec<String>,
    /// The rule that the body keeps.
    pub rule: Rule,
}

/// The words and schema of `Op`'s arguments.
pub fn input<Op: Operation>() -> Input {
    let mut schema = generate::<Op>(Side::Input);
    let description = match schema.remove("description") {
        Some(Value::String(words)) => words,
        _ => String::new(),
    };
    let array_body = schema.get("type") == Some(&json!("array"));
    if array_body {
        schema = object(Map::from_iter([(
            ARRAY_ARGUMENT.to_owned(),
            Value::Object(schema),
        )]));
        schema.insert("required".to_owned(), json!([ARRAY_ARGUMENT]));
    }
    let mut schema = Value::Object(schema);
    let rule = Rule::compile(&schema);
    let clearable = clearable(&schema);
    strip_marks(&mut schema);
    let mut schema = match schema {
        Value::Object(schema) => schema,
        _ => Map::new(),
    };
    if !clearable.is_empty() {
        offer_clear(&mut schema, &clearable);
    }
    schema.insert("additionalProperties".to_owned(), json!(false));
    Input {
        description,
        schema,
        array_body,
        clearable,
        rule,
    }
}

/// The schema of a result that carries `Response`: names and types, all of them optional, so that
/// a field Unkey adds or leaves out tomorrow does not make a client refuse the answer.
pub fn output<Response: JsonSchema>() -> Map<String, Value> {
    let mut schema = Value::Object(generate::<Response>(Side::Output));
    loosen(&mut schema);
    let mut properties = Map::from_iter([(
        "meta".to_owned(),
        json!({"type": "object", "properties": {"requestId": {"type": "string"}}}),
    )]);
    if let Some(Value::Object(members)) = schema.get_mut("properties").map(Value::take) {
        properties.extend(members);
    }
    object(properties)
}

fn object(properties: Map<String, Value>) -> Map<String, Value> {
    Map::from_iter([
        ("type".to_owned(), json!("object")),
        ("properties".to_owned(), Value::Object(properties)),
    ])
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Input,
    Output,
}

fn generate<T: JsonSchema>(side: Side) -> Map<String, Value> {
    let mut settings = SchemaSettings::draft2020_12();
    settings.inline_subschemas = true;
    settings.meta_schema = None;
    settings.transforms.push(Box::new(Portable));
    if side == Side::Output {
        settings = settings.for_serialize();
    }
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let mut schema = match schema.to_value() {
        Value::Object(schema) => schema,
        _ => Map::new(),
    };
    schema.remove("title");
    if schema.get("type") == Some(&json!("object")) {
        schema.entry("properties").or_insert_with(|| json!({}));
    }
    schema
}

/// Rewrites what schemars emits into what every client reads.
#[derive(Clone)]
struct Portable;

impl Transform for Portable {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let Some(schema) = schema.as_object_mut() else {
            return;
        };
        drop_null(schema);
        collapse_choices(schema);
        if let Some(Value::String(words)) = schema.get_mut("description") {
            *words = unwrap_lines(words);
        }
        let is_number = matches!(
            schema.get("type").and_then(Value::as_str),
            Some("integer" | "number")
        );
        if is_number {
            schema.remove("format");
        }
        if schema.get("default") == Some(&Value::Null) {
            schema.remove("default");
        }
        for bound in ["minimum", "maximum"] {
            if let Some(bound) = schema.get_mut(bound) {
                clamp(bound);
            }
        }
        if schema.get("type") == Some(&json!("object")) && !schema.contains_key("properties") {
            schema
                .entry("additionalProperties")
                .or_insert_with(|| json!(true));
        }
    }
}

/// Doc comments break their lines for the editor; a model needs none of it. Blank lines, which
/// part the paragraphs, stay.
fn unwrap_lines(words: &str) -> String {
    let paragraphs: Vec<String> = words
        .split("\n\n")
        .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    paragraphs.join("\n\n")
}

/// `["string", "null"]` and `anyOf: [T, null]`, which `Option` makes, become plain `T`.
fn drop_null(schema: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = schema.get_mut("enum") {
        choices.retain(|choice| !choice.is_null());
    }
    let Some(Value::Array(branches)) = schema.get_mut("anyOf") else {
        return;
    };
    branches.retain(|branch| branch.get("type") != Some(&json!("null")));
    if let [Value::Object(only)] = branches.as_slice() {
        let only = only.clone();
        schema.remove("anyOf");
        for (key, value) in only {
            // The field's own words win over those of its type.
            schema.entry(key).or_insert(value);
        }
    }
}

/// An enumeration whose variants have words becomes a plain list of its values.
fn collapse_choices(schema: &mut Map<String, Value>) {
    let Some(Value::Array(branches)) = schema.get("oneOf") else {
        return;
    };
    let mut choices = Vec::new();
    for branch in branches {
        match (branch.get("const"), branch.get("enum")) {
            (Some(choice), _) => choices.push(choice.clone()),
            (None, Some(Value::Array(more))) => choices.extend(more.iter().cloned()),
            _ => return,
        }
    }
    schema.remove("oneOf");
    schema.insert("type".to_owned(), json!("string"));
    schema.insert("enum".to_owned(), Value::Array(choices));
}

fn clamp(bound: &mut Value) {
    let Some(value) = bound.as_f64() else { return };
    let value = value.clamp(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER);
    // schemars writes some bounds as 1.0; models copy what they see.
    if let Some(whole) = integer(value) {
        *bound = whole.into();
    }
}

/// The integer that `float` is, where it is one and no digit is lost.
pub(crate) fn integer(float: f64) -> Option<i64> {
    (float.fract() == 0.0 && float.abs() <= MAX_SAFE_INTEGER)
        .then(|| format!("{float:.0}").parse().ok())
        .flatten()
}

/// The optional fields that take `null`, at the top and one object below.
fn clearable(schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (name, field) in optional_fields(schema) {
        if field.get(NULLABLE).is_some() {
            found.push(name.clone());
        }
        for (inner, below) in optional_fields(field) {
            if below.get(NULLABLE).is_some() {
                found.push(format!("{name}.{inner}"));
            }
        }
    }
    found
}

fn optional_fields(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let required = schema.get("required").and_then(Value::as_array);
    schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter(move |(name, _)| !required.is_some_and(|list| list.contains(&json!(name))))
}

fn offer_clear(schema: &mut Map<String, Value>, clearable: &[String]) {
    let offer = json!({
        "description": "Fields to reset, as sending null for them would.",
        "type": "array",
        "items": {"type": "string", "enum": clearable},
    });
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.insert(CLEAR.to_owned(), offer);
    }
}

/// Takes out what a model has no use for: our own marks, and the words of a list's items, which
/// say again what those of the list say.
fn strip_marks(schema: &mut Value) {
    each_schema(schema, &mut |schema| {
        schema.remove(NULLABLE);
        if let Some(Value::Object(items)) = schema.get_mut("items") {
            items.remove("description");
        }
    });
}

fn loosen(schema: &mut Value) {
    each_schema(schema, &mut |schema| {
        if schema.remove(NULLABLE).is_some() {
            schema.clear();
            return;
        }
        schema.retain(|key, _| matches!(key.as_str(), "type" | "properties" | "items"));
    });
}

/// Calls `visit` for a schema and all those inside it, the outer ones first.
fn each_schema(schema: &mut Value, visit: &mut impl FnMut(&mut Map<String, Value>)) {
    let Value::Object(schema) = schema else {
        return;
    };
    visit(schema);
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for property in properties.values_mut() {
            each_schema(property, visit);
        }
    }
    if let Some(items) = schema.get_mut("items") {
        each_schema(items, visit);
    }
}
