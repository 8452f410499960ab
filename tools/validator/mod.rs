//! A JSON Schema, compiled, and the mistakes it finds.
//!
//! It knows the keywords that Unkey's requests use and no others. Both sides use it: the tools
//! check arguments with it before anything is sent, the embedded engine checks bodies as Unkey's
//! server does. Each puts the mistakes into words of its own.

mod check;
pub(crate) mod kind;
pub(crate) mod violation;

use std::fmt;

use regex_lite::Regex;
use serde_json::Value;

pub use self::check::Findings;
pub use self::kind::Kind;
pub use self::violation::{Mistake, Step, Violation};
use crate::schema::{AT_MOST_ONE_OF, ELSEWHERE, NULLABLE, ONE_OF, OPEN, SOME_OF, TIME};
use crate::secrets::SECRET;

/// A JSON Schema, compiled.
#[derive(Debug, Default)]
pub struct SchemaValidator {
    pub(crate) kind: Option<Kind>,
    pub(crate) nullable: bool,
    pub(crate) times: Times,
    pub(crate) fields: Vec<(String, SchemaValidator)>,
    pub(crate) items: Option<Box<SchemaValidator>>,
    pub(crate) required: Vec<String>,
    pub(crate) choice: Option<Choice>,
    /// Fields of which at least one must be sent.
    pub(crate) some_of: Vec<String>,
    pub(crate) closed: bool,
    pub(crate) choices: Vec<String>,
    /// The only boolean that is taken, where not both are.
    pub(crate) only: Option<bool>,
    pub(crate) pattern: Option<(String, Regex)>,
    pub(crate) minimum: Option<f64>,
    pub(crate) maximum: Option<f64>,
    pub(crate) multiple_of: Option<f64>,
    /// Whether an integer must fit 64 bits.
    pub(crate) bounded: bool,
    pub(crate) sizes: Vec<(&'static str, usize)>,
}

/// Fields of which one may be sent.
#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) of: Vec<String>,
    /// Whether one must be sent.
    pub(crate) is_required: bool,
}

const SIZES: [&str; 6] = [
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
];

/// What says nothing about whether a value is right.
const ANNOTATIONS: [&str; 7] = [
    "title",
    "description",
    "default",
    "format",
    ELSEWHERE,
    OPEN,
    SECRET,
];

/// A schema that cannot be compiled: a fault of whoever wrote it, not of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidSchema {
    keyword: String,
    value: String,
}

impl InvalidSchema {
    fn new(keyword: &str, value: &Value) -> Self {
        Self {
            keyword: keyword.to_owned(),
            value: value.to_string(),
        }
    }
}

impl fmt::Display for InvalidSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { keyword, value } = self;
        write!(
            f,
            "a schema of ours is broken: `{keyword}` cannot be {value}"
        )
    }
}

impl std::error::Error for InvalidSchema {}

impl SchemaValidator {
    /// Compiles a schema that is part of the program.
    ///
    /// # Panics
    /// Where [`SchemaValidator::compile`] fails: a schema that is not checked in part would let
    /// through what it was written to stop.
    #[expect(
        clippy::panic,
        reason = "tests compile every schema of the program, and what calls it survives a panic"
    )]
    pub fn of(schema: &Value) -> Self {
        Self::compile(schema).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Compiles a schema. An object that lists its `properties` is closed unless it says
    /// `additionalProperties: true`, and one that lists none is where it says `false`.
    ///
    /// # Errors
    /// [`InvalidSchema`] for a pattern that is no regular expression, and for whatever else could
    /// not be checked: an unknown keyword, an unknown type, a bound that is no number.
    pub fn compile(schema: &Value) -> Result<Self, InvalidSchema> {
        let Value::Object(schema) = schema else {
            return Err(InvalidSchema::new("schema", schema));
        };
        let mut compiled = Self::default();
        let mut open = None;
        for (keyword, value) in schema {
            if !compiled.take(keyword, value, &mut open)? && !ANNOTATIONS.contains(&&**keyword) {
                return Err(InvalidSchema::new(keyword, value));
            }
        }
        compiled.closed = open.map_or(schema.contains_key("properties"), |open| !open);
        let inside = compiled.fields.iter().map(|(_, field)| field);
        if inside.chain(compiled.items.as_deref()).any(Self::has_times) {
            compiled.times = Times::Inside;
        }
        Ok(compiled)
    }

    /// Takes a keyword in; says whether it is one.
    fn take(
        &mut self,
        keyword: &str,
        value: &Value,
        open: &mut Option<bool>,
    ) -> Result<bool, InvalidSchema> {
        let invalid = || InvalidSchema::new(keyword, value);
        let number = || value.as_f64().ok_or_else(invalid);
        if let Some(size) = SIZES.into_iter().find(|size| *size == keyword) {
            let most = value.as_u64().and_then(|size| usize::try_from(size).ok());
            self.sizes.push((size, most.ok_or_else(invalid)?));
            return Ok(true);
        }
        match keyword {
            "type" => {
                let names = match value {
                    Value::Array(_) => texts(value).ok_or_else(invalid)?,
                    one => vec![one.as_str().ok_or_else(invalid)?.to_owned()],
                };
                for name in names {
                    match Kind::named(&name) {
                        Some(kind) if self.kind.is_none() => self.kind = Some(kind),
                        None if name == "null" => self.nullable = true,
                        _ => return Err(invalid()),
                    }
                }
            }
            NULLABLE => self.nullable = true,
            TIME => self.times = Times::Itself,
            "properties" => {
                for (name, field) in value.as_object().ok_or_else(invalid)? {
                    self.fields.push((name.clone(), Self::compile(field)?));
                }
            }
            "items" => self.items = Some(Box::new(Self::compile(value)?)),
            "required" => self.required = texts(value).ok_or_else(invalid)?,
            "enum" => match value.as_array().map(Vec::as_slice) {
                Some([Value::Bool(only)]) => self.only = Some(*only),
                _ => self.choices = texts(value).ok_or_else(invalid)?,
            },
            SOME_OF => self.some_of = texts(value).ok_or_else(invalid)?,
            "oneOf" | ONE_OF | AT_MOST_ONE_OF => {
                let of = match keyword {
                    "oneOf" => forms(value),
                    _ => texts(value),
                };
                self.choice = Some(Choice {
                    of: of.ok_or_else(invalid)?,
                    is_required: keyword != AT_MOST_ONE_OF,
                });
            }
            "pattern" => {
                let text = value.as_str().ok_or_else(invalid)?;
                let regex = Regex::new(text).map_err(|_| invalid())?;
                self.pattern = Some((text.to_owned(), regex));
            }
            "minimum" => self.minimum = Some(number()?),
            "maximum" => self.maximum = Some(number()?),
            "multipleOf" => {
                let step = number()?;
                self.multiple_of = Some(step).filter(|step| *step > 0.0);
                self.multiple_of.ok_or_else(invalid)?;
            }
            "additionalProperties" => *open = Some(value.as_bool().ok_or_else(invalid)?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The mistakes in `value`, from the outside in; a value of the wrong kind counts once.
    ///
    /// The first `most` are told, the others are counted: a body of megabytes can hold a million.
    pub fn check(&self, value: &Value, most: usize) -> Findings {
        Findings::of(self, value, most)
    }

    /// The same validator, where every integer must also be one that 64 bits hold: what takes the
    /// values reads them so.
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

    /// The validator of the value at `at`, and whether it must be there.
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

    /// Whether there are times in it, or it is one.
    pub(crate) fn has_times(&self) -> bool {
        self.times != Times::None
    }

    /// Whether a value without members is valid.
    pub(crate) fn takes_empty(&self) -> bool {
        let least = |key| matches!(key, "minItems" | "minProperties");
        self.required.is_empty()
            && !self
                .sizes
                .iter()
                .any(|(key, size)| least(*key) && *size > 0)
    }

    /// The validator of the field of that name.
    pub(crate) fn field(&self, name: &str) -> Option<&Self> {
        Some(self.known(name)?.1)
    }

    /// The validator of the field of that name, with the name as the validator holds it.
    pub(crate) fn known(&self, name: &str) -> Option<(&str, &Self)> {
        let (known, validator) = self.fields.iter().find(|(known, _)| known == name)?;
        Some((known, validator))
    }

    /// Whether an object without the field of that name is invalid.
    pub(crate) fn requires(&self, name: &str) -> bool {
        self.required.iter().any(|required| required == name)
    }
}

/// The texts in a list, where it is one of texts alone.
fn texts(list: &Value) -> Option<Vec<String>> {
    let texts = list.as_array()?.iter();
    texts.map(|text| text.as_str().map(str::to_owned)).collect()
}

/// The fields of which each branch of a `oneOf` asks for one, where it asks for nothing else.
fn forms(branches: &Value) -> Option<Vec<String>> {
    let form = |branch: &Value| {
        let mut keywords = branch.as_object()?.iter();
        let (keyword, names) = keywords.next()?;
        let is_all = keyword == "required" && keywords.next().is_none();
        match texts(names).filter(|_| is_all)?.as_slice() {
            [name] => Some(name.clone()),
            _ => None,
        }
    };
    branches.as_array()?.iter().map(form).collect()
}

/// Where there are times in Unix ms, which have twins that take words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Times {
    /// Nowhere.
    #[default]
    None,
    /// In a field or an item, however deep.
    Inside,
    /// The value is one.
    Itself,
}

/// Whether a value must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// An object without it is invalid.
    Required,
    /// It may be left out.
    Optional,
    /// It is an item of a list.
    Item,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_schema_that_cannot_be_checked_is_refused_wherever_the_fault_is() {
        for broken in [
            json!({"type": "string", "pattern": "["}),
            json!({"type": "string", "pattern": 1}),
            json!({"type": "text"}),
            json!({"type": ["string", "integer"]}),
            json!({"type": "string", "minLength": -1}),
            json!({"type": "integer", "maximum": "10"}),
            json!({"type": "integer", "minimun": 1}),
            json!({"type": "integer", "multipleOf": 0}),
            json!({"type": "string", "enum": [1]}),
            json!({"type": "object", "required": "name"}),
            json!({"type": "object", "oneOf": [{"required": ["a"]}, {"type": "string"}]}),
            json!({"type": "object", "oneOf": [{"required": ["a", "b"]}]}),
            json!({"type": "object", "x-one-of": "a"}),
            json!({"type": "object", "additionalProperties": {"type": "string"}}),
            json!([]),
        ] {
            SchemaValidator::compile(&broken).unwrap_err();
            let inside = json!({"type": "object", "properties": {"list": {"type": "array", "items": broken}}});
            SchemaValidator::compile(&inside).unwrap_err();
        }
    }

    #[test]
    #[should_panic(expected = "`pattern` cannot be \"[\"")]
    fn a_broken_schema_of_ours_is_no_silent_default() {
        SchemaValidator::of(&json!({"type": "string", "pattern": "["}));
    }
}
