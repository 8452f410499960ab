//! Finds the mistakes in a value.

use serde_json::{Map, Number, Value};

use crate::shorten::cut;
use crate::validator::SchemaValidator;
use crate::validator::kind::kind_of;
use crate::validator::violation::{Mistake, Step, Violation};

/// How many characters of a name or a text that breaks a validator are kept.
const KEPT: usize = 512;

/// The longest text in bytes that is matched with a pattern, which takes much longer than anything
/// else here. Nothing that has a pattern comes near it.
const LONGEST_MATCHED: usize = 64 * 1024;

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// The first mistakes.
    pub violations: Vec<Violation>,
    /// How many more there are. Of an object's fields that are missing or unknown each counts.
    pub more: usize,
}

impl Findings {
    /// See [`SchemaValidator::check`].
    pub(crate) fn of(validator: &SchemaValidator, value: &Value, most: usize) -> Self {
        let mut check = Check {
            at: Vec::new(),
            room: most,
            found: Self::default(),
        };
        check.value(validator, value);
        check.found
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.violations.is_empty()
    }
}

/// One step from a value to a value inside it, not yet written down.
#[derive(Clone, Copy)]
enum PathSegment<'a> {
    Field(&'a str),
    Item(usize),
}

/// Where a check stands, and what it has found.
struct Check<'a> {
    at: Vec<PathSegment<'a>>,
    /// How many more mistakes are to be told.
    room: usize,
    found: Findings,
}

impl<'a> Check<'a> {
    /// Writes a mistake down, or only counts it. `count` is how many mistakes it stands for.
    fn add(&mut self, keyword: &str, count: usize, mistake: impl FnOnce(usize) -> Mistake) {
        let told = count.min(self.room);
        self.found.more += count - told;
        self.room -= told;
        if told == 0 {
            return;
        }
        let mut path = String::new();
        for place in &self.at {
            match place {
                PathSegment::Field(name) => {
                    path.push_str("/properties/");
                    path.push_str(name);
                }
                PathSegment::Item(_) => path.push_str("/items"),
            }
        }
        let step = |place: &PathSegment<'_>| match *place {
            PathSegment::Field(name) => Step::Field(name.to_owned()),
            PathSegment::Item(index) => Step::Item(index),
        };
        self.found.violations.push(Violation {
            at: self.at.iter().map(step).collect(),
            keyword: format!("{path}/{keyword}"),
            mistake: mistake(told),
        });
    }

    fn inside(&mut self, place: PathSegment<'a>, validator: &'a SchemaValidator, value: &Value) {
        self.at.push(place);
        self.value(validator, value);
        self.at.pop();
    }

    fn value(&mut self, validator: &'a SchemaValidator, value: &Value) {
        if validator.nullable && value.is_null() {
            return;
        }
        if let Some(kind) = validator.kind.filter(|kind| !kind.admits(value)) {
            return self.add("type", 1, |_| Mistake::Type {
                got: kind_of(value),
                want: kind,
                or_null: validator.nullable,
            });
        }
        match value {
            Value::String(text) => self.check_text(validator, text),
            Value::Number(number) => self.check_number(validator, number),
            Value::Array(items) => self.check_items(validator, items),
            Value::Object(fields) => self.check_fields(validator, fields),
            Value::Bool(sent) => self.check_boolean(validator, *sent),
            Value::Null => {}
        }
    }

    fn check_size(&mut self, validator: &SchemaValidator, what: &str, got: usize) {
        for &(keyword, want) in &validator.sizes {
            let broken = match keyword.split_at(3) {
                ("min", of) => of == what && got < want,
                (_, of) => of == what && got > want,
            };
            if broken {
                self.add(keyword, 1, |_| Mistake::Size { got, want, keyword });
            }
        }
    }

    fn check_boolean(&mut self, validator: &SchemaValidator, sent: bool) {
        if let Some(only) = validator.only.filter(|only| *only != sent) {
            self.add("enum", 1, |_| Mistake::NotOneOf(vec![only.to_string()]));
        }
    }

    fn check_text(&mut self, validator: &SchemaValidator, text: &str) {
        if !validator.sizes.is_empty() {
            self.check_size(validator, "Length", text.chars().count());
        }
        if !validator.choices.is_empty() && !validator.choices.iter().any(|choice| choice == text) {
            self.add("enum", 1, |_| Mistake::NotOneOf(validator.choices.clone()));
        }
        let Some((pattern, regex)) = &validator.pattern else {
            return;
        };
        if text.len() > LONGEST_MATCHED {
            return self.check_longest(validator, text);
        }
        if !regex.is_match(text) {
            self.add("pattern", 1, |_| Mistake::Pattern {
                value: cut(text, KEPT).into_owned(),
                pattern: pattern.clone(),
            });
        }
    }

    /// Refuses a text that is too long to be matched with its pattern.
    fn check_longest(&mut self, validator: &SchemaValidator, text: &str) {
        let keyword = "maxLength";
        // A validator with a bound of its own has told it.
        if !validator.sizes.iter().any(|(key, _)| *key == keyword) {
            self.add(keyword, 1, |_| Mistake::Size {
                got: text.chars().count(),
                want: LONGEST_MATCHED,
                keyword,
            });
        }
    }

    fn check_number(&mut self, validator: &SchemaValidator, number: &Number) {
        let got = number.as_f64().unwrap_or(f64::NAN);
        for (keyword, bound) in [
            ("minimum", validator.minimum),
            ("maximum", validator.maximum),
        ] {
            let Some(want) = bound else { continue };
            let broken = if keyword == "minimum" {
                got < want
            } else {
                got > want
            };
            if broken {
                return self.add(keyword, 1, |_| Mistake::Bound { got, want, keyword });
            }
        }
        if let Some(of) = validator.multiple_of
            && got % of != 0.0
        {
            self.add("multipleOf", 1, |_| Mistake::NotMultiple { got, of });
        }
        if validator.bounded && !number.is_i64() {
            self.add("format", 1, |_| Mistake::TooWide {
                got: number.clone(),
                bound: if got > 0.0 { i64::MAX } else { i64::MIN },
            });
        }
    }

    fn check_items(&mut self, validator: &'a SchemaValidator, items: &[Value]) {
        self.check_size(validator, "Items", items.len());
        if let Some(validator) = &validator.items {
            for (index, item) in items.iter().enumerate() {
                self.inside(PathSegment::Item(index), validator, item);
            }
        }
    }

    fn check_fields(&mut self, validator: &'a SchemaValidator, fields: &Map<String, Value>) {
        self.check_size(validator, "Properties", fields.len());
        let missing = || {
            let required = validator.required.iter();
            required.filter(|name| !fields.contains_key(*name))
        };
        let count = missing().count();
        if count > 0 {
            self.add("required", count, |told| {
                Mistake::Missing(missing().take(told).cloned().collect())
            });
        }
        self.check_choice(validator, fields);
        let some_of = &validator.some_of;
        if !some_of.is_empty() && !some_of.iter().any(|name| fields.contains_key(name)) {
            self.add("anyOf", 1, |_| Mistake::NoneOf(some_of.clone()));
        }
        for (name, value) in fields {
            if let Some((name, inner)) = validator.known(name) {
                self.inside(PathSegment::Field(name), inner, value);
            }
        }
        if validator.closed {
            self.check_unknown(validator, fields);
        }
    }

    fn check_choice(&mut self, validator: &SchemaValidator, fields: &Map<String, Value>) {
        let Some(choice) = &validator.choice else {
            return;
        };
        let sent = || choice.of.iter().filter(|name| fields.contains_key(*name));
        let count = sent().count();
        if count > 1 || (count == 0 && choice.is_required) {
            self.add("oneOf", 1, |_| Mistake::Choice {
                of: choice.of.clone(),
                sent: sent().cloned().collect(),
                is_required: choice.is_required,
            });
        }
    }

    fn check_unknown(&mut self, validator: &SchemaValidator, fields: &Map<String, Value>) {
        let unknown = || fields.keys().filter(|name| validator.known(name).is_none());
        let count = unknown().count();
        if count > 0 {
            self.add("additionalProperties", count, |told| Mistake::Unknown {
                names: unknown()
                    .take(told)
                    .map(|name| cut(name, KEPT).into_owned())
                    .collect(),
                known: validator
                    .fields
                    .iter()
                    .map(|(name, _)| name.clone())
                    .collect(),
            });
        }
    }
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
