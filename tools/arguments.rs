//! From a client's arguments to a body for Unkey, and the words for what was wrong with them.

use std::fmt::{self, Write as _};

use serde_json::{Map, Value};

use crate::nearest::nearest;
use crate::rule::{Kind, Mistake, Step, Violation};
use crate::schema::{ARRAY_ARGUMENT, CLEAR, Input};
use crate::straighten::straighten;

/// Arguments that break the tool's schema. Prints as a message for the model that sent them.
#[derive(Clone, Debug, PartialEq)]
pub struct BadArguments {
    tool: &'static str,
    mistakes: Vec<String>,
}

impl BadArguments {
    /// Each mistake in a sentence that names the field.
    pub fn mistakes(&self) -> &[String] {
        &self.mistakes
    }
}

impl fmt::Display for BadArguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "The arguments of {} are not valid; nothing was sent:",
            self.tool
        )?;
        for mistake in &self.mistakes {
            writeln!(f, "- {mistake}")?;
        }
        f.write_str("Correct them and call the tool again.")
    }
}

impl std::error::Error for BadArguments {}

/// See [`Entry::prepare`](crate::Entry::prepare).
pub(crate) fn prepare(
    tool: &'static str,
    input: &Input,
    arguments: Map<String, Value>,
) -> Result<Value, BadArguments> {
    let mut arguments = unwrap_body(input, arguments);
    let mut mistakes = Vec::new();
    let cleared = arguments.remove(CLEAR).filter(|value| !value.is_null());
    let mut body = Value::Object(arguments);
    straighten(&input.rule, &mut body);
    if let Some(cleared) = cleared {
        if input.clearable.is_empty() {
            mistakes.push(format!("`{CLEAR}`: this tool has no fields to clear"));
        } else {
            clear(input, &mut body, cleared, &mut mistakes);
        }
    }
    let broken = input.rule.check(&body);
    mistakes.extend(broken.iter().flat_map(|violation| words(violation, input)));
    if !mistakes.is_empty() {
        return Err(BadArguments { tool, mistakes });
    }
    Ok(match body {
        Value::Object(mut fields) if input.array_body => {
            fields.remove(ARRAY_ARGUMENT).unwrap_or_default()
        }
        body => body,
    })
}

/// Takes off the `body` that other servers for Unkey put around the arguments.
fn unwrap_body(input: &Input, mut arguments: Map<String, Value>) -> Map<String, Value> {
    if arguments.len() != 1 || input.rule.field("body").is_some() {
        return arguments;
    }
    let mut body = match arguments.get_mut("body") {
        Some(body) => body.take(),
        None => return arguments,
    };
    if let Value::String(text) = &body
        && let Ok(parsed @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text)
    {
        body = parsed;
    }
    match body {
        Value::Object(fields) => fields,
        body @ Value::Array(_) if input.array_body => {
            Map::from_iter([(ARRAY_ARGUMENT.to_owned(), body)])
        }
        body => Map::from_iter([("body".to_owned(), body)]),
    }
}

/// Sets the fields that `clear` names to `null`.
fn clear(input: &Input, body: &mut Value, mut cleared: Value, mistakes: &mut Vec<String>) {
    if let Value::String(text) = &cleared {
        // A list in text, or one bare name.
        cleared = serde_json::from_str(text)
            .ok()
            .filter(Value::is_array)
            .unwrap_or_else(|| Value::Array(vec![cleared.clone()]));
    }
    let Value::Array(names) = cleared else {
        mistakes.push(format!("`{CLEAR}`: must be a list of field names"));
        return;
    };
    for name in names {
        let known = name
            .as_str()
            .filter(|name| input.clearable.iter().any(|field| field == name));
        let Some(name) = known else {
            let list = input.clearable.iter().map(String::as_str);
            let guess = name.as_str().and_then(|name| nearest(name, list.clone()));
            mistakes.push(format!(
                "`{CLEAR}`: {name} cannot be cleared{}",
                guess.map_or_else(
                    || format!("; it can be: {}", listing(list)),
                    |guess| format!("; did you mean `{guess}`?"),
                )
            ));
            continue;
        };
        if !set_null(body, name) {
            mistakes.push(format!(
                "`{name}`: is set and cleared at once; do one of the two"
            ));
        }
    }
}

/// Sets a field of `body`, given in dotted form, to `null`; says whether it was free.
fn set_null(body: &mut Value, dotted: &str) -> bool {
    let mut place = body;
    for name in dotted.split('.') {
        if place.is_null() {
            *place = Value::Object(Map::new());
        }
        let Value::Object(fields) = place else {
            return false;
        };
        place = fields.entry(name).or_insert(Value::Null);
    }
    place.is_null()
}

/// A mistake in words, one sentence for each field.
fn words(violation: &Violation, input: &Input) -> Vec<String> {
    let place = place(&violation.at);
    let inside = |name: &str| {
        if violation.at.is_empty() {
            format!("`{name}`")
        } else {
            format!("`{place}.{name}`")
        }
    };
    match &violation.mistake {
        Mistake::Missing(names) => names
            .iter()
            .map(|name| format!("{}: is required", inside(name)))
            .collect(),
        Mistake::Unknown { names, known } => {
            let known = || {
                let clear =
                    (violation.at.is_empty() && !input.clearable.is_empty()).then_some(CLEAR);
                known.iter().map(String::as_str).chain(clear)
            };
            let meant = |name: &str| match nearest(name, known()) {
                Some(guess) => format!("did you mean `{guess}`?"),
                None => format!("expected one of {}", listing(known())),
            };
            names
                .iter()
                .map(|name| format!("{}: unknown field; {}", inside(name), meant(name)))
                .collect()
        }
        mistake => {
            let place = if place.is_empty() {
                "arguments"
            } else {
                &place
            };
            vec![format!("`{place}`: {}", complaint(mistake))]
        }
    }
}

fn complaint(mistake: &Mistake) -> String {
    match mistake {
        Mistake::Type { got, want, or_null } => {
            let null = if *or_null { " or null" } else { "" };
            format!("must be {}{null}, got {got}", a(*want))
        }
        Mistake::NotOneOf(choices) => {
            format!(
                "must be one of {}",
                listing(choices.iter().map(String::as_str))
            )
        }
        Mistake::Pattern { pattern, .. } => format!("must match {pattern}"),
        Mistake::Bound { got, want, keyword } => {
            let side = if *keyword == "minimum" {
                "least"
            } else {
                "most"
            };
            format!("must be at {side} {want}, got {got}")
        }
        Mistake::Size { got, want, keyword } => {
            let (side, of) = keyword.split_at(3);
            let side = if side == "min" { "least" } else { "most" };
            let of = match of {
                "Length" => "characters",
                "Items" => "items",
                _ => "fields",
            };
            format!("must have at {side} {want} {of}, has {got}")
        }
        Mistake::Missing(_) | Mistake::Unknown { .. } => String::new(),
    }
}

const fn a(kind: Kind) -> &'static str {
    match kind {
        Kind::Boolean => "a boolean",
        Kind::Number => "a number",
        Kind::Integer => "an integer",
        Kind::String => "a string",
        Kind::Array => "an array",
        Kind::Object => "an object",
    }
}

fn place(at: &[Step]) -> String {
    let mut place = String::new();
    for step in at {
        match step {
            Step::Field(name) => {
                if !place.is_empty() {
                    place.push('.');
                }
                place.push_str(name);
            }
            Step::Item(index) => {
                // Writing to a string does not fail.
                let _ = write!(place, "[{index}]");
            }
        }
    }
    place
}

fn listing<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
