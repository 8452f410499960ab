//! A JSON Schema, compiled, and the mistakes it finds.
//!
//! It knows the keywords that Unkey's requests use and no others. Both sides use it: the tools
//! check arguments with it before anything is sent, the embedded engine checks bodies as Unkey's
//! server does. Each puts the mistakes into words of its own.

use regex_lite::Regex;
use serde_json::{Map, Value};

use crate::schema::NULLABLE;

/// What kind of JSON value a rule asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`.
    Boolean,
    /// Any number.
    Number,
    /// A number without a fraction.
    Integer,
    /// Text.
    String,
    /// A list.
    Array,
    /// An object.
    Object,
}

impl Kind {
    /// The kind's name in JSON Schema.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [
            Self::Boolean,
            Self::Number,
            Self::Integer,
            Self::String,
            Self::Array,
            Self::Object,
        ]
        .into_iter()
        .find(|kind| kind.name() == name)
    }

    fn admits(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Boolean, Value::Bool(_))
            | (Self::Number, Value::Number(_))
            | (Self::String, Value::String(_))
            | (Self::Array, Value::Array(_))
            | (Self::Object, Value::Object(_)) => true,
            // JSON Schema counts 1.0 among the integers.
            (Self::Integer, Value::Number(number)) => {
                !number.is_f64() || number.as_f64().is_some_and(|value| value.fract() == 0.0)
            }
            _ => false,
        }
    }
}

/// One step from a value to a value inside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The member of that name.
    Field(String),
    /// The item at that index, from 0.
    Item(usize),
}

/// A mistake and where it was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// From the root to the value that is wrong.
    pub at: Vec<Step>,
    /// From the root of the schema to the keyword that was broken, as `/properties/name/minLength`.
    pub keyword: String,
    /// What is wrong.
    pub mistake: Mistake,
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Mistake {
    /// Another kind of value was asked for.
    Type {
        /// The name of the kind that was sent.
        got: &'static str,
        /// What was asked for.
        want: Kind,
        /// Whether `null` would have done.
        or_null: bool,
    },
    /// Fields that must be there are not.
    Missing(Vec<String>),
    /// Fields that do not exist were sent.
    Unknown {
        /// The fields sent.
        names: Vec<String>,
        /// The fields there are.
        known: Vec<String>,
    },
    /// The text is none of these.
    NotOneOf(Vec<String>),
    /// The text has characters or a form that the pattern does not allow.
    Pattern {
        /// What was sent.
        value: String,
        /// The regular expression.
        pattern: String,
    },
    /// A number is below or above its bound.
    Bound {
        /// What was sent.
        got: f64,
        /// The bound.
        want: f64,
        /// The broken keyword: `minimum` or `maximum`.
        keyword: &'static str,
    },
    /// There are too few or too many characters, items or fields.
    Size {
        /// How many there are.
        got: usize,
        /// The bound.
        want: usize,
        /// The broken keyword, such as `minLength`.
        keyword: &'static str,
    },
}

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

/// The name that JSON Schema gives the kind of `value`.
const fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
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
