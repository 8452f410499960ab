//! A JSON Schema, compiled, and the mistakes it finds.
//!
//! It knows the keywords that Unkey's requests use and no others. Both sides use it: the tools
//! check arguments with it before anything is sent, the embedded engine checks bodies as Unkey's
//! server does. Each puts the mistakes into words of its own.

use regex_lite::Regex;
use serde_json::Value;

use crate::check::Findings;
use crate::kind::Kind;
use crate::schema::NULLABLE;
use crate::violation::Step;

/// A JSON Schema, compiled.
#[derive(Debug, Default)]
pub struct Rule {
    pub(crate) kind: Option<Kind>,
    pub(crate) nullable: bool,
    pub(crate) fields: Vec<(String, Rule)>,
    pub(crate) items: Option<Box<Rule>>,
    pub(crate) required: Vec<String>,
    pub(crate) closed: bool,
    pub(crate) choices: Vec<String>,
    pub(crate) pattern: Option<(String, Regex)>,
    pub(crate) minimum: Option<f64>,
    pub(crate) maximum: Option<f64>,
    /// Whether an integer must fit 64 bits.
    pub(crate) bounded: bool,
    pub(crate) sizes: Vec<(&'static str, usize)>,
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
            bounded: false,
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

    /// The mistakes in `value`, from the outside in; a value of the wrong kind counts once.
    ///
    /// The first `most` are told, the others are counted: a body of megabytes can hold a million.
    pub fn check(&self, value: &Value, most: usize) -> Findings {
        Findings::of(self, value, most)
    }

    /// The same rule, where every integer must also be one that 64 bits hold: what takes the values
    /// reads them so.
    #[must_use]
    pub fn with_bounded_integers(mut self) -> Self {
        self.bounded = self.kind == Some(Kind::Integer);
        for (_, field) in &mut self.fields {
            *field = std::mem::take(field).with_bounded_integers();
        }
        self.items = self
            .items
            .map(|items| Box::new(items.with_bounded_integers()));
        self
    }

    /// The rule of the value at `at`, and whether it must be there.
    pub(crate) fn at(&self, at: &[Step]) -> Option<(&Self, Presence)> {
        let mut here = (self, Presence::Required);
        for step in at {
            here = match step {
                Step::Field(name) if here.0.requires(name) => {
                    (here.0.field(name)?, Presence::Required)
                }
                Step::Field(name) => (here.0.field(name)?, Presence::Optional),
                Step::Item(_) => (here.0.items.as_deref()?, Presence::Item),
            };
        }
        Some(here)
    }

    /// Whether a value without members breaks the rule.
    pub(crate) fn takes_empty(&self) -> bool {
        let least = |key| matches!(key, "minItems" | "minProperties");
        self.required.is_empty()
            && !self
                .sizes
                .iter()
                .any(|(key, size)| least(*key) && *size > 0)
    }

    /// The rule of the field of that name.
    pub(crate) fn field(&self, name: &str) -> Option<&Self> {
        Some(self.known(name)?.1)
    }

    /// The rule of the field of that name, with the name as the rule holds it.
    pub(crate) fn known(&self, name: &str) -> Option<(&str, &Self)> {
        let (known, rule) = self.fields.iter().find(|(known, _)| known == name)?;
        Some((known, rule))
    }

    /// Whether an object without the field of that name breaks the rule.
    pub(crate) fn requires(&self, name: &str) -> bool {
        self.required.iter().any(|required| required == name)
    }
}

/// Whether a value must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// An object without it breaks the rule.
    Required,
    /// It may be left out.
    Optional,
    /// It is an item of a list.
    Item,
}
