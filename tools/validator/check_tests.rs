//! Which mistakes a check finds, and how it tells them.

use serde_json::json;

use super::*;

fn broken(schema: &Value, value: &Value) -> Vec<String> {
    let found = SchemaValidator::of(schema).check(value, 20);
    found
        .violations
        .into_iter()
        .map(|found| found.keyword)
        .collect()
}

#[test]
fn every_keyword_refuses_what_breaks_it_and_admits_its_edge() {
    for (schema, good, bad, keyword) in [
        (json!({"type": "string"}), json!(""), json!(1), "type"),
        (json!({"type": "integer"}), json!(1.0), json!(1.5), "type"),
        (json!({"type": "number"}), json!(1), json!("1"), "type"),
        (json!({"type": "boolean"}), json!(true), json!(0), "type"),
        (
            json!({"type": ["string", "null"]}),
            json!(null),
            json!(1),
            "type",
        ),
        (json!({"enum": ["a", "b"]}), json!("b"), json!("c"), "enum"),
        (
            json!({"pattern": "^a+$"}),
            json!("aa"),
            json!("ab"),
            "pattern",
        ),
        (
            json!({"minLength": 2}),
            json!("éé"),
            json!("é"),
            "minLength",
        ),
        (
            json!({"maxLength": 2}),
            json!("éé"),
            json!("ééé"),
            "maxLength",
        ),
        (json!({"minimum": 1}), json!(1), json!(0), "minimum"),
        (json!({"maximum": 1}), json!(1), json!(1.1), "maximum"),
        (json!({"minItems": 1}), json!([0]), json!([]), "minItems"),
        (
            json!({"maxItems": 1}),
            json!([0]),
            json!([0, 0]),
            "maxItems",
        ),
        (
            json!({"minProperties": 1}),
            json!({"a": 0}),
            json!({}),
            "minProperties",
        ),
        (
            json!({"maxProperties": 0}),
            json!({}),
            json!({"a": 0}),
            "maxProperties",
        ),
        (
            json!({"type": "boolean", "enum": [true]}),
            json!(true),
            json!(false),
            "enum",
        ),
        (
            json!({"required": ["a"]}),
            json!({"a": null}),
            json!({}),
            "required",
        ),
    ] {
        assert_eq!(broken(&schema, &good), [""; 0], "{schema} {good}");
        assert_eq!(
            broken(&schema, &bad),
            [format!("/{keyword}")],
            "{schema} {bad}"
        );
    }
}

#[test]
fn an_object_is_closed_once_it_lists_its_fields_unless_it_says_otherwise() {
    let sent = json!({"a": 1, "b": 2});
    assert_eq!(broken(&json!({"type": "object"}), &sent), [""; 0]);
    let listed = json!({"properties": {"a": {}}});
    assert_eq!(broken(&listed, &sent), ["/additionalProperties"]);
    let open = json!({"properties": {"a": {}}, "additionalProperties": true});
    assert_eq!(broken(&open, &sent), [""; 0]);
    let empty = json!({"type": "object", "additionalProperties": false});
    assert_eq!(broken(&empty, &sent), ["/additionalProperties"]);
    assert_eq!(broken(&empty, &json!({})), [""; 0]);
}

#[test]
fn a_violation_says_where_it_stands_in_the_value_and_in_the_schema() {
    let item = json!({"type": "object", "properties": {"name": {"minLength": 3}}});
    let schema = json!({"properties": {"list": {"type": "array", "items": item}}});
    let value = json!({"list": [{"name": "long"}, {"name": "no"}]});
    let expected = Violation {
        at: vec![
            Step::Field("list".to_owned()),
            Step::Item(1),
            Step::Field("name".to_owned()),
        ],
        keyword: "/properties/list/items/properties/name/minLength".to_owned(),
        mistake: Mistake::Size {
            got: 2,
            want: 3,
            keyword: "minLength",
        },
    };
    assert_eq!(
        SchemaValidator::of(&schema).check(&value, 20).violations,
        [expected]
    );
}

#[test]
fn a_value_of_the_wrong_kind_counts_once() {
    let schema = json!({"type": "string", "minLength": 3, "enum": ["abc"]});
    assert_eq!(broken(&schema, &json!(5)), ["/type"]);
}

#[test]
fn missing_and_unknown_fields_are_told_together() {
    let schema = json!({"properties": {"a": {}, "b": {}}, "required": ["a", "b"]});
    let found = SchemaValidator::of(&schema).check(&json!({"x": 1, "y": 2}), 20);
    let mistakes: Vec<Mistake> = found
        .violations
        .into_iter()
        .map(|found| found.mistake)
        .collect();
    let names = |list: [&str; 2]| list.map(str::to_owned).to_vec();
    assert_eq!(
        mistakes,
        [
            Mistake::Missing(names(["a", "b"])),
            Mistake::Unknown {
                names: names(["x", "y"]),
                known: names(["a", "b"]),
            },
        ]
    );
}

#[test]
fn the_first_mistakes_are_told_and_the_others_counted() {
    let item = json!({"type": "object", "properties": {"a": {}}, "required": ["a", "b"]});
    let schema = json!({"type": "array", "items": item});
    let wrong = json!([{"x": 1}, {"a": 1, "y": 2, "z": 3}, 5]);
    let found = |most| SchemaValidator::of(&schema).check(&wrong, most);
    let names = |list: &[&str]| {
        list.iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(found(20).more, 0);
    assert_eq!(found(20).violations.len(), 5);
    let three = found(4);
    assert_eq!(three.more, 3);
    let last = three.violations.last().unwrap();
    assert_eq!(last.mistake, Mistake::Missing(names(&["b"])));
    assert_eq!(found(0).more, 7);
}

#[test]
fn a_text_that_is_too_long_to_be_matched_is_told_as_that() {
    let schema = json!({"pattern": "^a+$"});
    let long = json!("a".repeat(100_000));
    assert_eq!(broken(&schema, &long), ["/maxLength"]);
    let bounded = json!({"pattern": "^a+$", "maxLength": 5});
    assert_eq!(broken(&bounded, &long), ["/maxLength"]);
}

#[test]
fn what_was_sent_is_kept_cut() {
    let schema = json!({"properties": {"a": {"pattern": "^a$"}}});
    let long = "é".repeat(1_000);
    let found = SchemaValidator::of(&schema).check(&json!({"a": long, (long.as_str()): 1}), 20);
    let kept = "é".repeat(512) + "…";
    for violation in found.violations {
        match violation.mistake {
            Mistake::Pattern { value, .. } => assert_eq!(value, kept),
            Mistake::Unknown { names, .. } => assert_eq!(names, [kept.as_str()]),
            other => panic!("{other:?}"),
        }
    }
}
