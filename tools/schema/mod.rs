//! What a model sees of an operation: its description and its two JSON Schemas.

mod listed;
mod portable;
mod twins;

use std::sync::Arc;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use self::listed::strip_for_lists;
use self::portable::Portable;
pub(crate) use self::portable::integer;
use self::twins::offer_twins;
pub(crate) use self::twins::{TIME, twin_of};
use crate::secrets::Shape;
use crate::untrusted::{Part, TRUSTED};
use crate::validator::SchemaValidator;

/// Marks a schema that takes `null` too. It never leaves this crate: inputs offer `clear`
/// instead, outputs leave the type open.
pub const NULLABLE: &str = "x-nullable";

/// Marks an object that Unkey's document leaves open for other fields. No tool takes them, since they
/// are slips; it is for comparing with another document.
pub const OPEN: &str = "x-open";

/// Marks an object with fields of which exactly one must be there. Where Unkey's document says it
/// too, `oneOf` does.
pub const ONE_OF: &str = "x-one-of";

/// The same where none need be there.
pub const AT_MOST_ONE_OF: &str = "x-at-most-one-of";

/// Marks what another tool's list entry describes: lists name it alone.
pub const ELSEWHERE: &str = "x-elsewhere";

/// Marks an object with fields of which at least one must be there.
pub const SOME_OF: &str = "x-some-of";

/// The argument that holds the body of an operation whose body is an array.
pub const ARRAY_ARGUMENT: &str = "limits";

/// The argument that names the fields to send as `null`.
pub const CLEAR: &str = "clear";

/// What a model sees of an operation, and what its arguments are checked against.
#[derive(Debug)]
pub struct Input {
    /// The tool's description.
    pub description: String,
    /// The schema of the arguments, as lists show it: an object.
    pub schema: Arc<Map<String, Value>>,
    /// The schema of what Unkey takes, with the bounds that a model is not shown.
    pub full_schema: Value,
    /// Whether the body is an array, taken as [`ARRAY_ARGUMENT`].
    pub array_body: bool,
    /// The fields that `clear` may name, in dotted form.
    pub clearable: Vec<String>,
    /// The validator that the arguments keep, and the body with them.
    pub validator: SchemaValidator,
}

impl Input {
    /// The schema of the body, with all its bounds.
    pub fn body_schema(&self) -> &Value {
        let limits = self.full_schema.pointer("/properties/limits");
        limits
            .filter(|_| self.array_body)
            .unwrap_or(&self.full_schema)
    }
}

/// The words and schema of the arguments that make a `Request`.
pub fn input<Request: JsonSchema>() -> Input {
    let mut schema = generate::<Request>(Side::Input);
    let array_body = schema.get("type") == Some(&json!("array"));
    let description = if array_body {
        schema.insert("description".to_owned(), json!("The limits to check."))
    } else {
        schema.shift_remove("description")
    };
    if array_body {
        schema = object(Map::from_iter([(
            ARRAY_ARGUMENT.to_owned(),
            Value::Object(schema),
        )]));
        schema.insert("required".to_owned(), json!([ARRAY_ARGUMENT]));
    }
    // An operation without fields takes none: it is no object of any fields.
    let fields = schema.get("properties").and_then(Value::as_object);
    if fields.is_none_or(Map::is_empty) {
        schema.insert("properties".to_owned(), json!({}));
        schema.shift_remove("additionalProperties");
    }
    let mut schema = Value::Object(schema);
    let clearable = clearable(&schema);
    let full_schema = schema.clone();
    offer_twins(&mut schema);
    let validator = SchemaValidator::of(&schema).with_bounded_integers();
    strip_for_lists(&mut schema);
    let mut schema = match schema {
        Value::Object(schema) => schema,
        _ => Map::new(),
    };
    if !clearable.is_empty() {
        offer_clear(&mut schema, &clearable);
    }
    schema.insert("additionalProperties".to_owned(), json!(false));
    Input {
        description: match description {
            Some(Value::String(words)) => words,
            _ => String::new(),
        },
        schema: Arc::new(schema),
        full_schema,
        array_body,
        clearable,
        validator,
    }
}

/// The schema of a result that carries `Response` and a summary of it in words: names and types, all
/// of them optional, so that a field Unkey adds or leaves out tomorrow does not make a client refuse
/// the answer.
pub fn output<Response: JsonSchema>() -> Map<String, Value> {
    let mut schema = Value::Object(full_output::<Response>());
    loosen(&mut schema);
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.insert("summary".to_owned(), json!({"type": "string"}));
    }
    match schema {
        Value::Object(schema) => schema,
        _ => Map::new(),
    }
}

/// That of Unkey's answer alone, with what a client is not told, such as the values that Unkey gives a field today.
pub fn full_output<Response: JsonSchema>() -> Map<String, Value> {
    let mut schema = generate::<Response>(Side::Output);
    let mut properties = Map::from_iter([(
        "meta".to_owned(),
        json!({"type": "object", "properties": {"requestId": {"type": "string"}}}),
    )]);
    if let Some(Value::Object(members)) = schema.shift_remove("properties") {
        properties.extend(members);
    }
    object(properties)
}

/// Who writes what in an answer that carries `Response`.
pub(crate) fn origins<Response: JsonSchema>() -> Part {
    let mut schema = generate::<Response>(Side::Output);
    let meta = json!({"properties": {"requestId": {"type": "string", (TRUSTED): true}}});
    if let Some(Value::Object(members)) = schema.get_mut("properties") {
        members.insert("meta".to_owned(), meta);
    }
    Part::whole(&Value::Object(schema))
}

/// Where the secrets are in an answer that carries `Response`.
pub(crate) fn answer_shape<Response: JsonSchema>() -> Shape {
    let mut schema = generate::<Response>(Side::Output);
    let meta = json!({"properties": {"requestId": {"type": "string"}}});
    if let Some(Value::Object(members)) = schema.get_mut("properties") {
        members.insert("meta".to_owned(), meta);
    }
    Shape::of(&Value::Object(schema))
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
    schema.shift_remove("title");
    if schema.get("type") == Some(&json!("object")) {
        schema.entry("properties").or_insert_with(|| json!({}));
    }
    schema
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
        "type": "array",
        "items": {"type": "string", "enum": clearable},
    });
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.insert(CLEAR.to_owned(), offer);
    }
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

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::reply::{Data, Empty, Page};
    use crate::types::{Patch, Secret};

    /// A thing.
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct Thing {
        /// Its name.
        #[schemars(length(min = 3))]
        name: String,
        /// What is left; null is all.
        left: Patch<i64>,
        /// Not to be printed.
        secret: Option<Secret>,
    }

    fn printed(schema: Map<String, Value>) -> String {
        Value::Object(schema).to_string()
    }

    const META: &str = r#""meta":{"type":"object","properties":{"requestId":{"type":"string"}}}"#;
    const SUMMARY: &str = r#""summary":{"type":"string"}"#;

    #[test]
    fn an_output_gives_names_and_kinds_and_leaves_open_what_may_be_null() {
        let thing = r#"{"type":"object","properties":{"name":{"type":"string"},"left":{},"secret":{"type":"string"}}}"#;
        assert_eq!(
            printed(output::<Data<Thing>>()),
            format!(r#"{{"type":"object","properties":{{{META},"data":{thing},{SUMMARY}}}}}"#)
        );
        let pagination = r#"{"type":"object","properties":{"hasMore":{"type":"boolean"},"cursor":{"type":"string"}}}"#;
        assert_eq!(
            printed(output::<Page<Thing>>()),
            format!(
                r#"{{"type":"object","properties":{{{META},"data":{{"type":"array","items":{thing}}},"pagination":{pagination},{SUMMARY}}}}}"#
            )
        );
    }

    #[test]
    fn an_output_that_says_nothing_still_has_its_meta() {
        assert_eq!(
            printed(output::<Empty>()),
            format!(r#"{{"type":"object","properties":{{{META},{SUMMARY}}}}}"#)
        );
        assert_eq!(
            printed(output::<Data<Empty>>()),
            format!(
                r#"{{"type":"object","properties":{{{META},"data":{{"type":"object"}},{SUMMARY}}}}}"#
            )
        );
    }

    #[test]
    fn fields_that_take_null_can_be_cleared_down_to_one_object_below() {
        let input = input::<crate::keys::UpdateKey>();
        assert_eq!(
            input.clearable,
            [
                "name",
                "externalId",
                "meta",
                "expires",
                "credits",
                "credits.remaining",
                "credits.refill"
            ]
        );
        let offered = &input.schema["properties"][CLEAR]["items"]["enum"];
        assert_eq!(offered, &json!(input.clearable));
        assert!(!printed((*input.schema).clone()).contains(NULLABLE));
    }

    #[test]
    fn a_required_field_that_takes_null_is_sent_and_not_cleared() {
        let input = input::<crate::keys::CreateKey>();
        assert!(input.clearable.is_empty());
        assert!(
            !input.schema["properties"]
                .as_object()
                .unwrap()
                .contains_key(CLEAR)
        );
        let unlimited = json!({"apiId": "api_1", "credits": {"remaining": null}});
        assert!(input.validator.check(&unlimited, 1).is_empty());
    }

    #[test]
    fn a_body_that_is_a_list_becomes_one_argument() {
        let input = input::<crate::ratelimit::MultiLimit>();
        assert!(input.array_body);
        assert!(input.description.starts_with("Checks several rate limits"));
        let argument = &input.schema["properties"][ARRAY_ARGUMENT];
        assert_eq!(argument["type"], "array");
        assert_eq!(input.schema["required"], json!([ARRAY_ARGUMENT]));
    }
}
