//! A JSON Schema, compiled, and the mistakes it finds.
//!
//! It knows the keywords that Unkey's requests use and no others. Both sides use it: the tools
//! check arguments with it before anything is sent, the embedded engine checks bodies as Unkey's
//! server does. Each puts the mistakes into words of its own.

use regex_lite::Regex;
use serde_json::{Map, Value};

use crate::kind::{Kind, kind_of};
use crate::schema::NULLABLE;
use crate::violation::{Mistake, Step, Violation};

/// A JSON Schema, compiled.
#[derive(Debug, Default)]
pub struct Rule {
    pub(crate) kind: Option<Kind>,
    pub(crate) nullable: bool,
    pub(crate) fields: Vec<(String, Rule)>,
    pub(crate) items: Option<Box<Rule>>,
    required: Vec<String>,
    closed: bool,
    choices: Vec<String>,
    pattern: Option<(String, Regex)>,
    minimum: Option<f64>,
    maximum: Option<f64>,
    sizes: Vec<(&'static str, usize)>,
}

const SIZES: [&str; 6] = [
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
];

impl Rule {
    /// Compiles a schema. An object that lists its `properties` is closed unless it says
    /// `additionalProperties: true`; a pattern that is no regular expression is not checked.
    pub fn compile(schema: &Value) -> Self {
        let text = |key: &str| schema.get(key).and_then(Value::as_str);
        let names = |key: &str| -> Vec<String> {
            let list = schema.get(key).and_then(Value::as_array);
            list.into_iter()
                .flatten()
                .filter_map(|name| name.as_str().map(str::to_owned))
                .collect()
        };
        let types = names("type");
        let fields: Vec<(String, Self)> = schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .map(|(name, field)| (name.clone(), Self::compile(field)))
            .collect();
        Self {
            kind: text("type")
                .or_else(|| {
                    types
                        .iter()
                        .map(String::as_str)
                        .find(|name| *name != "null")
                })
                .and_then(Kind::named),
            nullable: schema.get(NULLABLE).is_some() || types.iter().any(|name| name == "null"),
            closed: schema.get("properties").is_some()
                && schema.get("additionalProperties") != Some(&Value::Bool(true)),
            fields,
            items: schema
                .get("items")
                .map(|items| Box::new(Self::compile(items))),
            required: names("required"),
            choices: names("enum"),
            pattern: text("pattern")
                .and_then(|text| Some((text.to_owned(), Regex::new(text).ok()?))),
            minimum: schema.get("minimum").and_then(Value::as_f64),
            maximum: schema.get("maximum").and_then(Value::as_f64),
            sizes: SIZES
                .into_iter()
                .filter_map(|key| {
                    let size = schema.get(key).and_then(Value::as_u64)?;
                    Some((key, usize::try_from(size).ok()?))
                })
                .collect(),
        }
    }

    /// Every mistake in `value`, from the outside in; a value of the wrong kind counts once.
    pub fn check(&self, value: &Value) -> Vec<Violation> {
        let mut found = Findings::default();
        found.check(self, value);
        found.violations
    }

    /// The rule of the field of that name.
    pub(crate) fn field(&self, name: &str) -> Option<&Self> {
        let (_, rule) = self.fields.iter().find(|(known, _)| known == name)?;
        Some(rule)
    }

    /// Whether an object without the field of that name breaks the rule.
    pub(crate) fn requires(&self, name: &str) -> bool {
        self.required.iter().any(|required| required == name)
    }
}

/// Where the check stands, and what it has found.
#[derive(Default)]
struct Findings {
    at: Vec<Step>,
    keyword: String,
    violations: Vec<Violation>,
}

impl Findings {
    fn add(&mut self, keyword: &str, mistake: Mistake) {
        self.violations.push(Violation {
            at: self.at.clone(),
            keyword: format!("{}/{keyword}", self.keyword),
            mistake,
        });
    }

    fn inside(&mut self, step: Step, keyword: &str, rule: &Rule, value: &Value) {
        let length = self.keyword.len();
        self.keyword.push('/');
        self.keyword.push_str(keyword);
        self.at.push(step);
        self.check(rule, value);
        self.at.pop();
        self.keyword.truncate(length);
    }

    fn check(&mut self, rule: &Rule, value: &Value) {
        if rule.nullable && value.is_null() {
            return;
        }
        if let Some(kind) = rule.kind.filter(|kind| !kind.admits(value)) {
            let mistake = Mistake::Type {
                got: kind_of(value),
                want: kind,
                or_null: rule.nullable,
            };
            return self.add("type", mistake);
        }
        match value {
            Value::String(text) => self.check_text(rule, text),
            Value::Number(number) => self.check_number(rule, number.as_f64().unwrap_or(f64::NAN)),
            Value::Array(items) => self.check_items(rule, items),
            Value::Object(fields) => self.check_fields(rule, fields),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn check_size(&mut self, rule: &Rule, what: &str, got: usize) {
        for &(keyword, want) in &rule.sizes {
            let broken = match keyword.split_at(3) {
                ("min", of) => of == what && got < want,
                (_, of) => of == what && got > want,
            };
            if broken {
                self.add(keyword, Mistake::Size { got, want, keyword });
            }
        }
    }

    fn check_text(&mut self, rule: &Rule, text: &str) {
        if !rule.sizes.is_empty() {
            self.check_size(rule, "Length", text.chars().count());
        }
        if !rule.choices.is_empty() && !rule.choices.iter().any(|choice| choice == text) {
            self.add("enum", Mistake::NotOneOf(rule.choices.clone()));
        }
        if let Some((pattern, regex)) = &rule.pattern
            && !regex.is_match(text)
        {
            let mistake = Mistake::Pattern {
                value: text.to_owned(),
                pattern: pattern.clone(),
            };
            self.add("pattern", mistake);
        }
    }

    fn check_number(&mut self, rule: &Rule, got: f64) {
        for (keyword, bound) in [("minimum", rule.minimum), ("maximum", rule.maximum)] {
            let Some(want) = bound else { continue };
            let broken = if keyword == "minimum" {
                got < want
            } else {
                got > want
            };
            if broken {
                self.add(keyword, Mistake::Bound { got, want, keyword });
            }
        }
    }

    fn check_items(&mut self, rule: &Rule, items: &[Value]) {
        self.check_size(rule, "Items", items.len());
        if let Some(rule) = &rule.items {
            for (index, item) in items.iter().enumerate() {
                self.inside(Step::Item(index), "items", rule, item);
            }
        }
    }

    fn check_fields(&mut self, rule: &Rule, fields: &Map<String, Value>) {
        self.check_size(rule, "Properties", fields.len());
        let missing: Vec<String> = rule
            .required
            .iter()
            .filter(|name| !fields.contains_key(*name))
            .cloned()
            .collect();
        if !missing.is_empty() {
            self.add("required", Mistake::Missing(missing));
        }
        let mut unknown = Vec::new();
        for (name, value) in fields {
            match rule.field(name) {
                Some(inner) => {
                    let keyword = format!("properties/{name}");
                    self.inside(Step::Field(name.clone()), &keyword, inner, value);
                }
                None if rule.closed => unknown.push(name.clone()),
                None => {}
            }
        }
        if !unknown.is_empty() {
            let mistake = Mistake::Unknown {
                names: unknown,
                known: rule.fields.iter().map(|(name, _)| name.clone()).collect(),
            };
            self.add("additionalProperties", mistake);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn broken(schema: &Value, value: &Value) -> Vec<String> {
        let violations = Rule::compile(schema).check(value);
        violations.into_iter().map(|found| found.keyword).collect()
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
        assert_eq!(Rule::compile(&schema).check(&value), [expected]);
    }

    #[test]
    fn a_value_of_the_wrong_kind_counts_once() {
        let schema = json!({"type": "string", "minLength": 3, "enum": ["abc"]});
        assert_eq!(broken(&schema, &json!(5)), ["/type"]);
    }

    #[test]
    fn missing_and_unknown_fields_are_told_together() {
        let schema = json!({"properties": {"a": {}, "b": {}}, "required": ["a", "b"]});
        let found = Rule::compile(&schema).check(&json!({"x": 1, "y": 2}));
        let mistakes: Vec<Mistake> = found.into_iter().map(|found| found.mistake).collect();
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
}
