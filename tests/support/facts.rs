//! What Unkey takes, as `tests/facts/` says it, and a fake Unkey that takes no more.

use std::collections::BTreeMap;

use regex_lite::Regex;
use serde_json::{Value, json};

use super::cloud::{Answer, Cloud};

/// Of each operation the fields of its request, by place: `ratelimits[].name`.
pub(crate) struct Facts(BTreeMap<String, BTreeMap<String, Field>>);

/// What is asked of a field.
#[derive(Default)]
pub(crate) struct Field {
    pub(crate) kind: String,
    /// The least and the most of it: letters, items, or the number itself.
    pub(crate) least: Option<i64>,
    pub(crate) most: Option<i64>,
    pub(crate) pattern: Option<Regex>,
    choices: Vec<String>,
}

/// A mistake as Unkey tells it: the message, and where the broken keyword stands.
type Mistake = (String, String);

impl Facts {
    pub(crate) fn of_june() -> Self {
        Self::read(include_str!("../facts/unkey-2026-06-01.txt"))
    }

    pub(crate) fn of_august() -> Self {
        Self::read(include_str!("../facts/unkey-2026-08-21.txt"))
    }

    fn read(text: &str) -> Self {
        let mut known = BTreeMap::<String, BTreeMap<String, Field>>::new();
        for line in text.lines() {
            let endpoint = line.split(' ').next().unwrap().to_owned();
            let fields = known.entry(endpoint).or_default();
            if let Some((_, field)) = line.split_once(" <- ") {
                let (place, told) = field.split_once(": ").unwrap();
                fields.insert(place.to_owned(), Field::read(told));
            }
        }
        Self(known)
    }

    /// Every field, with its operation and its place.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &str, &Field)> {
        let operations = self.0.iter();
        operations.flat_map(|(endpoint, fields)| {
            let fields = fields.iter();
            fields.map(move |(place, field)| (&**endpoint, &**place, field))
        })
    }

    /// The field of that operation at that place.
    pub(crate) fn field(&self, endpoint: &str, place: &str) -> Option<&Field> {
        self.0.get(endpoint)?.get(place)
    }

    pub(crate) fn knows(&self, endpoint: &str) -> bool {
        self.0.contains_key(endpoint)
    }

    /// The fields of a request that the operation does not know.
    pub(crate) fn unknown(&self, endpoint: &str, body: &Value) -> Vec<String> {
        let fields = &self.0[endpoint];
        let mut unknown = Vec::new();
        walk(body, "", "", &mut |place, _, value| {
            let names = value
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, _)| name);
            // What has no fields of its own takes any.
            let before = if place.is_empty() {
                String::new()
            } else {
                format!("{place}.")
            };
            if fields.keys().any(|known| known.starts_with(&before)) {
                let names = names.filter(|name| !fields.contains_key(&format!("{before}{name}")));
                unknown.extend(names.cloned());
            }
        });
        unknown
    }

    /// What is wrong with a request's fields that the operation knows.
    fn mistakes(&self, endpoint: &str, body: &Value) -> Vec<Mistake> {
        let fields = &self.0[endpoint];
        let mut mistakes = Vec::new();
        walk(body, "", "", &mut |place, keywords, value| {
            if let Some((message, keyword)) =
                fields.get(place).and_then(|field| field.mistake(value))
            {
                mistakes.push((message, format!("{keywords}/{keyword}")));
            }
        });
        mistakes
    }

    /// An Unkey that knows no other operations and fields, and asks of each what is asked here.
    pub(crate) async fn cloud(self) -> Cloud {
        Cloud::script(move |seen, _| {
            let endpoint = seen.line.split(['/', ' ']).nth(3).unwrap();
            if !self.knows(endpoint) {
                return no_such_path();
            }
            let body = seen.json();
            let unknown = self.unknown(endpoint, &body);
            let mut mistakes = self.mistakes(endpoint, &body);
            if !unknown.is_empty() {
                let list = unknown.iter().map(|name| format!("'{name}'"));
                let list = list.collect::<Vec<_>>().join(", ");
                let message = format!("additional properties {list} not allowed");
                mistakes.push((message, "/additionalProperties".to_owned()));
            }
            if !mistakes.is_empty() {
                return invalid(&mistakes);
            }
            Answer::data(&match endpoint {
                "analytics.getVerifications" => json!([]),
                "ratelimit.getOverride" => json!({
                    "overrideId": "rlor_1", "identifier": "acme", "limit": 5, "duration": 60_000,
                }),
                _ => json!({}),
            })
        })
        .await
    }
}

impl Field {
    /// Reads what `tests/openapi.rs` writes.
    fn read(told: &str) -> Self {
        let mut field = Self::default();
        let told = told.strip_prefix("required ").unwrap_or(told);
        let mut words = told.split(' ');
        field.kind = words.next().unwrap().to_owned();
        for word in words {
            match (word.split_once(".."), word) {
                (
                    _,
                    "or" | "null" | "and" | "other" | "fields" | "characters" | "items" | "each"
                    | "once",
                ) => {}
                (Some((least, most)), _) if !word.starts_with('^') => {
                    field.least = least.parse().ok();
                    field.most = most.parse().ok();
                }
                (_, pattern) if pattern.starts_with('^') => {
                    field.pattern = Some(Regex::new(pattern).unwrap());
                }
                (_, choices) => field.choices = choices.split('|').map(str::to_owned).collect(),
            }
        }
        field
    }

    /// What is wrong with a value, and which keyword says so.
    fn mistake(&self, value: &Value) -> Option<(String, &'static str)> {
        let size = |count: usize| i64::try_from(count).unwrap();
        let (size, least, most) = match value {
            Value::String(text) => (size(text.chars().count()), "minLength", "maxLength"),
            Value::Array(items) => (size(items.len()), "minItems", "maxItems"),
            Value::Object(members) => (size(members.len()), "minProperties", "maxProperties"),
            Value::Number(number) => (number.as_i64()?, "minimum", "maximum"),
            _ => return None,
        };
        if let Some(want) = self.least.filter(|want| size < *want) {
            return Some((format!("{least}: got {size}, want {want}"), least));
        }
        if let Some(want) = self.most.filter(|want| size > *want) {
            return Some((format!("{most}: got {size}, want {want}"), most));
        }
        let text = value.as_str()?;
        if let Some(pattern) = self
            .pattern
            .as_ref()
            .filter(|pattern| !pattern.is_match(text))
        {
            return Some((
                format!("'{text}' does not match pattern '{pattern}'"),
                "pattern",
            ));
        }
        let is_one = self.choices.is_empty() || self.choices.iter().any(|choice| choice == text);
        (!is_one).then(|| {
            (
                format!("value must be one of {}", self.choices.join(", ")),
                "enum",
            )
        })
    }
}

/// Calls `visit` for `value` and all that is inside it, with its place and its schema's.
fn walk(value: &Value, place: &str, keywords: &str, visit: &mut impl FnMut(&str, &str, &Value)) {
    visit(place, keywords, value);
    match value {
        Value::Array(items) => {
            for item in items {
                walk(
                    item,
                    &format!("{place}[]"),
                    &format!("{keywords}/items"),
                    visit,
                );
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                let place = if place.is_empty() {
                    name.clone()
                } else {
                    format!("{place}.{name}")
                };
                walk(
                    value,
                    &place,
                    &format!("{keywords}/properties/{name}"),
                    visit,
                );
            }
        }
        _ => {}
    }
}

/// What Unkey answers to a path that it does not know.
pub(crate) fn no_such_path() -> Answer {
    Answer::raw(404, "text/plain; charset=utf-8", "404 page not found\n")
}

/// Unkey's refusal of a body that does not have the form it asks for.
pub(crate) fn invalid(mistakes: &[Mistake]) -> Answer {
    let told = mistakes
        .iter()
        .map(|(message, location)| json!({"message": message, "location": location}));
    Answer::json(
        400,
        &json!({
            "meta": {"requestId": "req_1"},
            "error": {
                "title": "Bad Request",
                "detail": "POST request body failed to validate schema",
                "status": 400,
                "type": "https://unkey.com/docs/errors/unkey/application/invalid_input",
                "errors": told.collect::<Vec<_>>(),
            },
        }),
    )
}
