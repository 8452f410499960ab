//! Schemas that say the same in other words.

use serde_json::{Value, json};
use unkey_mcp::api_diff::{Document, Fields};

/// What a document says of the request `schema`.
#[track_caller]
fn request(schema: &Value) -> Fields {
    let document = json!({
        "openapi": "3.0.3",
        "paths": {"/v2/x.y": {"post": {"requestBody": {"$ref": "#/components/requestBodies/Body"}}}},
        "components": {
            "requestBodies": {
                "Body": {"content": {"application/json; charset=utf-8": {"schema": schema}}},
            },
            "schemas": {
                "Name": {"type": "string", "maxLength": 5},
                "Tree": {
                    "type": "object",
                    "properties": {
                        "name": {"type": "string"},
                        "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
                    },
                },
            },
        },
    });
    let document = Document::parse(document.to_string().as_bytes()).unwrap();
    let mut operations = document.api().unwrap().operations;
    operations.remove("POST /v2/x.y").unwrap().request
}

#[track_caller]
fn assert_same(one: &Value, other: &Value) {
    let of = |field: &Value| request(&json!({"properties": {"field": field}}));
    assert_eq!(of(one), of(other), "{one} {other}");
}

#[test]
fn a_field_that_may_be_null_is_said_in_many_ways() {
    let plain = json!({"type": "string", "maxLength": 5, "nullable": true});
    for other in [
        json!({"type": ["string", "null"], "maxLength": 5}),
        json!({"anyOf": [{"$ref": "#/components/schemas/Name"}, {"type": "null"}]}),
        json!({"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Name"}]}),
        json!({"allOf": [{"$ref": "#/components/schemas/Name"}], "nullable": true}),
        json!({"$ref": "#/components/schemas/Name", "x-nullable": true}),
    ] {
        assert_same(&plain, &other);
    }
    assert_same(
        &json!({"enum": ["a", "b", null]}),
        &json!({"enum": ["b", "a"], "nullable": true}),
    );
}

#[test]
fn bounds_are_the_same_however_they_are_written() {
    for (one, other) in [
        (
            json!({"type": "integer", "minimum": 1.0, "maximum": 9_223_372_036_854_775_807_i64}),
            json!({"type": "integer", "minimum": 1}),
        ),
        (
            json!({"type": "number", "minimum": 0, "exclusiveMinimum": true}),
            json!({"type": "number", "exclusiveMinimum": 0}),
        ),
        (
            json!({"type": "number", "minimum": 0, "exclusiveMinimum": false}),
            json!({"type": "number", "minimum": 0}),
        ),
        (
            json!({"type": "string", "minLength": 0}),
            json!({"type": "string"}),
        ),
        (json!({"const": "a"}), json!({"enum": ["a"]})),
        (
            json!({"type": "string", "format": "uri", "description": "An address.", "example": "x"}),
            json!({"type": "string"}),
        ),
        (
            json!({"properties": {"a": {}}}),
            json!({"type": "object", "properties": {"a": true}}),
        ),
    ] {
        assert_same(&one, &other);
    }
}

#[test]
fn what_several_schemas_ask_for_is_asked_for_together() {
    let split = json!({
        "required": ["a"],
        "properties": {"a": {"type": "string"}},
        "allOf": [
            {"required": ["b"], "properties": {"b": {"type": "integer"}}},
            {"properties": {"a": {"maxLength": 5}, "c": {"type": "boolean"}}},
        ],
    });
    let whole = json!({
        "required": ["a", "b"],
        "properties": {
            "a": {"type": "string", "maxLength": 5},
            "b": {"type": "integer"},
            "c": {"type": "boolean"},
        },
    });
    assert_eq!(request(&split), request(&whole));
}

#[test]
fn of_a_union_only_what_every_branch_asks_for_counts() {
    let union = json!({
        "oneOf": [
            {"required": ["kind", "a"], "properties": {
                "kind": {"const": "a"}, "a": {"type": "string", "maxLength": 5}, "x": {"type": "string"},
            }},
            {"required": ["kind", "b"], "properties": {
                "kind": {"const": "b"}, "b": {"type": "integer"}, "x": {"type": "integer"},
            }},
        ],
    });
    let whole = json!({
        "required": ["kind"],
        "properties": {
            "kind": {"enum": ["a", "b"]},
            "a": {"type": "string", "maxLength": 5},
            "b": {"type": "integer"},
            "x": {},
        },
    });
    assert_eq!(request(&union), request(&whole));
    let forms = json!({
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
    });
    assert!(
        request(&forms)
            .values()
            .all(|said| !said.contains_key("required"))
    );
}

#[test]
fn places_are_told_from_the_outside_in() {
    let schema = json!({
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                "open": {"type": "object", "additionalProperties": {}},
                "tree": {"$ref": "#/components/schemas/Tree"},
            },
        },
    });
    let places: Vec<String> = request(&schema).into_keys().collect();
    let expected = [
        "[]",
        "[].labels",
        "[].labels.*",
        "[].open",
        "[].tree",
        "[].tree.children",
        "[].tree.children[]",
        "[].tree.name",
    ];
    assert_eq!(places, expected);
}

#[test]
fn what_is_sent_outside_the_body_is_a_field_too() {
    let document = json!({
        "openapi": "3.1.0",
        "paths": {"/v2/x.y": {
            "parameters": [{"name": "X-Trace", "in": "header"}],
            "post": {"parameters": [
                {"name": "limit", "in": "query", "required": true, "schema": {"type": "integer", "maximum": 9}},
            ]},
        }},
    });
    let document = Document::parse(document.to_string().as_bytes()).unwrap();
    let operation = &document.api().unwrap().operations["POST /v2/x.y"];
    let places: Vec<&str> = operation.request.keys().map(String::as_str).collect();
    assert_eq!(places, ["X-Trace (in the header)", "limit (in the query)"]);
    let said = &operation.request["limit (in the query)"];
    let expected = json!({"type": "integer", "maximum": 9, "required": true});
    assert_eq!(json!(said), expected);
}

#[test]
fn what_narrows_or_opens_a_value_is_told() {
    let of = |field: &Value| request(&json!({"properties": {"field": field}}))["field"].clone();
    for (one, other) in [
        (
            json!({"type": "object", "additionalProperties": false}),
            json!({"type": "object", "additionalProperties": true}),
        ),
        (
            json!({"type": "boolean", "enum": [true]}),
            json!({"type": "boolean"}),
        ),
        (
            json!({"type": "array", "uniqueItems": true}),
            json!({"type": "array"}),
        ),
    ] {
        assert_ne!(of(&one), of(&other), "{one} {other}");
    }
    assert_same(
        &json!({"type": "object"}),
        &json!({"type": "object", "additionalProperties": true}),
    );
}
