//! From a client's arguments to a body for Unkey.

mod coerce;
mod message;
mod twins;

use std::fmt;

use jiff::Timestamp;
use serde_json::{Map, Value};

use self::coerce::coerce;
use self::message::{listing, messages};
use crate::effect::Effect;
use crate::exact::inexact;
use crate::nearest::nearest;
use crate::schema::{ARRAY_ARGUMENT, CLEAR, Input};
use crate::shorten::shorten;
use crate::validator::kind::kind_of;

/// How many mistakes are told one by one. Whoever mends twenty sees what is wrong with the others.
const TOLD: usize = 20;

/// Arguments that break the tool's schema. Prints as a message for the model that sent them.
#[derive(Clone, Debug, PartialEq)]
pub struct BadArguments {
    tool: &'static str,
    mistakes: Vec<String>,
    more: usize,
}

impl BadArguments {
    /// The first mistakes, each in a sentence that names the field.
    pub fn mistakes(&self) -> &[String] {
        &self.mistakes
    }

    /// How many more there are.
    pub const fn more(&self) -> usize {
        self.more
    }

    /// Keeps what `words` says of a mistake, or counts it where enough are told.
    fn add(&mut self, words: impl FnOnce() -> String) {
        if self.mistakes.len() < TOLD {
            self.mistakes.push(words());
        } else {
            self.more += 1;
        }
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
        if self.more > 0 {
            writeln!(f, "- and {} more", self.more)?;
        }
        f.write_str("Correct them and call the tool again.")
    }
}

impl std::error::Error for BadArguments {}

/// See [`Entry::prepare`](crate::Entry::prepare).
pub(crate) fn prepare(
    tool: &'static str,
    input: &Input,
    effect: Effect,
    arguments: Map<String, Value>,
    now: Timestamp,
) -> Result<Value, BadArguments> {
    let mut arguments = unwrap_body(input, arguments);
    let mut bad = BadArguments {
        tool,
        mistakes: Vec::new(),
        more: 0,
    };
    let cleared = arguments.remove(CLEAR).filter(|value| !value.is_null());
    let mut body = Value::Object(arguments);
    let overwrites = matches!(effect, Effect::Replace | Effect::Alter);
    let mut lost = Vec::new();
    coerce(&input.validator, &mut body, !overwrites, &mut lost);
    for words in lost {
        bad.add(|| words);
    }
    twins::resolve(&input.validator, &mut body, now, &mut |words| {
        bad.add(|| words);
    });
    if let Some(cleared) = cleared {
        if input.clearable.is_empty() {
            bad.add(|| format!("`{CLEAR}`: this tool has no fields to clear"));
        } else {
            clear(input, &mut body, cleared, &mut bad);
        }
    }
    let found = input
        .validator
        .check(&body, TOLD.saturating_sub(bad.mistakes.len()));
    let sentences = found.violations.iter();
    bad.mistakes
        .extend(sentences.flat_map(|violation| messages(violation, input)));
    bad.more += found.more;
    if !bad.mistakes.is_empty() {
        return Err(bad);
    }
    Ok(match body {
        Value::Object(mut fields) if input.array_body => {
            fields.remove(ARRAY_ARGUMENT).unwrap_or_default()
        }
        body => body,
    })
}

/// Takes off the `body` that other servers for Unkey put around the arguments.
pub(crate) fn unwrap_body(input: &Input, mut arguments: Map<String, Value>) -> Map<String, Value> {
    if arguments.len() != 1 || input.validator.field("body").is_some() {
        return arguments;
    }
    let mut body = match arguments.get_mut("body") {
        Some(body) => body.take(),
        None => return arguments,
    };
    if let Value::String(text) = &body
        && inexact(text).is_none()
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
fn clear(input: &Input, body: &mut Value, cleared: Value, bad: &mut BadArguments) {
    // A list, a list in text, or one bare name.
    let names = match cleared {
        Value::Array(names) => names,
        Value::String(text) => match serde_json::from_str(&text) {
            Ok(Value::Array(names)) => names,
            _ => vec![Value::String(text)],
        },
        _ => return bad.add(|| format!("`{CLEAR}`: must be a list of field names")),
    };
    for name in names {
        let known = name
            .as_str()
            .filter(|name| input.clearable.iter().any(|field| field == name));
        let Some(name) = known else {
            bad.add(|| not_clearable(input, &name));
            continue;
        };
        if !set_null(body, name) {
            bad.add(|| format!("`{name}`: is set and cleared at once; do one of the two"));
        }
    }
}

fn not_clearable(input: &Input, name: &Value) -> String {
    let list = input.clearable.iter().map(String::as_str);
    let (shown, guess) = match name {
        Value::String(name) => (
            Value::from(shorten(name)).to_string(),
            nearest(name, list.clone()),
        ),
        other => (format!("of kind {}", kind_of(other)), None),
    };
    let instead = guess.map_or_else(
        || format!("it can be: {}", listing(list)),
        |guess| format!("did you mean `{guess}`?"),
    );
    format!("`{CLEAR}`: {shown} cannot be cleared; {instead}")
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::find;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    /// The body that `tool` makes of `arguments`.
    fn body(tool: &str, arguments: Value) -> Value {
        let Value::Object(arguments) = arguments else {
            panic!("arguments are an object");
        };
        find(tool).unwrap().prepare(arguments, NOW).unwrap()
    }

    /// What `tool` says against `arguments`.
    fn mistakes(tool: &str, arguments: Value) -> Vec<String> {
        let Value::Object(arguments) = arguments else {
            panic!("arguments are an object");
        };
        find(tool)
            .unwrap()
            .prepare(arguments, NOW)
            .unwrap_err()
            .mistakes
    }

    #[test]
    fn an_overwrite_takes_no_null_in_silence() {
        let sent = json!({"keyId": "key_1", "roles": null, "enabled": null});
        assert_eq!(
            mistakes("keys_update_key", sent),
            ["`roles`: takes no null, leave it out to keep it; send [] to empty it"]
        );
        let sent = json!({"identity": "id_1", "meta": null});
        assert_eq!(
            mistakes("identities_update_identity", sent),
            ["`meta`: takes no null, leave it out to keep it; send {} to empty it"]
        );
    }

    #[test]
    fn good_arguments_are_the_body() {
        let sent = json!({"apiId": "api_12345678", "enabled": false, "meta": {"plan": null}});
        assert_eq!(body("keys_create_key", sent.clone()), sent);
        assert_eq!(body("identities_list_identities", json!({})), json!({}));
    }

    #[test]
    fn what_arrives_as_text_becomes_what_it_spells() {
        let sent = json!({
            "apiId": "api_12345678",
            "byteLength": "32",
            "enabled": "false",
            "meta": r#"{"plan": "pro"}"#,
            "roles": r#"["admin"]"#,
            "credits": r#"{"remaining": "10"}"#,
            "name": "12",
        });
        let meant = json!({
            "apiId": "api_12345678",
            "byteLength": 32,
            "enabled": false,
            "meta": {"plan": "pro"},
            "roles": ["admin"],
            "credits": {"remaining": 10},
            "name": "12",
        });
        assert_eq!(body("keys_create_key", sent), meant);
    }

    #[test]
    fn null_for_unset_is_dropped_and_null_for_clear_is_kept() {
        let sent = json!({"keyId": "key_1", "name": null, "enabled": null});
        let meant = json!({"keyId": "key_1", "name": null});
        assert_eq!(body("keys_update_key", sent), meant);
        let unlimited = json!({"keyId": "key_1", "operation": "set", "value": null});
        assert_eq!(body("keys_update_credits", unlimited.clone()), unlimited);
        let sent = json!({"apiId": "api_12345678", "credits": {"remaining": null}, "name": null});
        let meant = json!({"apiId": "api_12345678", "credits": {"remaining": null}});
        assert_eq!(body("keys_create_key", sent), meant);
    }

    #[test]
    fn a_body_around_the_arguments_is_taken_off() {
        let meant = json!({"apiId": "api_12345678"});
        for wrapped in [
            json!({"apiId": "api_12345678"}),
            json!(r#"{"apiId": "api_12345678"}"#),
        ] {
            assert_eq!(body("apis_get_api", json!({"body": wrapped})), meant);
        }
        let said = mistakes("apis_get_api", json!({"body": "api_12345678"}));
        assert!(
            said.iter()
                .any(|said| said.starts_with("`body`: unknown field"))
        );
    }

    #[test]
    fn limits_are_the_body_however_they_arrive() {
        let limit = json!({"namespace": "mail", "identifier": "u", "limit": 1, "duration": 1000});
        let list = json!([limit]);
        let text = list.to_string();
        for sent in [
            json!({"limits": list}),
            json!({"limits": text}),
            json!({"body": list}),
            json!({"body": text}),
            json!({"body": {"limits": list}}),
        ] {
            assert_eq!(body("ratelimit_multi_limit", sent), list);
        }
    }

    #[test]
    fn clear_sends_null() {
        let fields = json!(["name", "credits.refill"]);
        let meant = json!({"keyId": "key_1", "name": null, "credits": {"refill": null}});
        let as_text = json!(fields.to_string());
        for clear in [fields, as_text] {
            let sent = json!({"keyId": "key_1", "clear": clear});
            assert_eq!(body("keys_update_key", sent), meant);
        }
        let sent = json!({"keyId": "key_1", "clear": "expires"});
        let meant = json!({"keyId": "key_1", "expires": null});
        assert_eq!(body("keys_update_key", sent), meant);
        let sent =
            json!({"keyId": "key_1", "credits": {"remaining": 5}, "clear": ["credits.refill"]});
        let meant = json!({"keyId": "key_1", "credits": {"remaining": 5, "refill": null}});
        assert_eq!(body("keys_update_key", sent), meant);
        let sent = json!({"keyId": "key_1", "clear": []});
        assert_eq!(body("keys_update_key", sent), json!({"keyId": "key_1"}));
    }

    #[test]
    fn a_field_that_cannot_be_cleared_is_refused() {
        let said = |clear| mistakes("keys_update_key", json!({"keyId": "key_1", "clear": clear}));
        assert_eq!(
            said(json!(["external_id"])),
            ["`clear`: \"external_id\" cannot be cleared; did you mean `externalId`?"]
        );
        assert_eq!(
            said(json!(["zone"])),
            [
                "`clear`: \"zone\" cannot be cleared; it can be: `name`, `externalId`, `meta`, \
              `expires`, `credits`, `credits.remaining`, `credits.refill`"
            ]
        );
        assert_eq!(said(json!(3)), ["`clear`: must be a list of field names"]);
        assert_eq!(
            mistakes(
                "apis_get_api",
                json!({"apiId": "api_12345678", "clear": ["apiId"]})
            ),
            ["`clear`: this tool has no fields to clear"]
        );
    }

    #[test]
    fn a_field_is_not_set_and_cleared_at_once() {
        let sent = json!({"keyId": "key_1", "name": "x", "clear": ["name"]});
        assert_eq!(
            mistakes("keys_update_key", sent),
            ["`name`: is set and cleared at once; do one of the two"]
        );
    }

    #[test]
    fn large_integers_keep_every_digit() {
        let sent = json!({
            "apiId": "api_12345678",
            "meta": {"id": 9_007_199_254_740_993_i64, "text": "9007199254740993"},
            "credits": {"remaining": i64::MAX},
        });
        assert_eq!(body("keys_create_key", sent.clone()), sent);
    }

    #[test]
    fn a_mistake_names_the_field_the_fault_and_the_nearest_name() {
        let bad = find("keys_create_key")
            .unwrap()
            .prepare(
                Map::from_iter([("api_id".to_owned(), json!("api_12345678"))]),
                NOW,
            )
            .unwrap_err();
        assert_eq!(
            bad.to_string(),
            "The arguments of keys_create_key are not valid; nothing was sent:\n\
             - `apiId`: is required\n\
             - `api_id`: unknown field; did you mean `apiId`?\n\
             Correct them and call the tool again."
        );
    }
}
