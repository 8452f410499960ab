//! Times that came in words become the Unix ms that Unkey takes.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::message::place;
use crate::schema::twin_of;
use crate::times::moment;
use crate::validator::kind::kind_of;
use crate::validator::violation::Step;
use crate::validator::{SchemaValidator, Times};

/// Puts what the twins say into the fields that they stand for; tells `wrong` what cannot be.
pub(super) fn resolve(
    validator: &SchemaValidator,
    value: &mut Value,
    now: Timestamp,
    wrong: &mut impl FnMut(String),
) {
    Twins {
        now,
        wrong,
        at: Vec::new(),
    }
    .inside(validator, value);
}

struct Twins<'a, Wrong> {
    now: Timestamp,
    wrong: &'a mut Wrong,
    at: Vec<Step>,
}

impl<Wrong: FnMut(String)> Twins<'_, Wrong> {
    fn inside(&mut self, validator: &SchemaValidator, value: &mut Value) {
        // Most requests have no times, and some are long lists.
        if !validator.has_times() {
            return;
        }
        match value {
            Value::Object(fields) => {
                for (name, field) in &validator.fields {
                    if field.times == Times::Itself {
                        self.field(name, field, fields);
                    } else if let Some(value) = fields.get_mut(name) {
                        self.step(Step::Field(name.clone()), field, value);
                    }
                }
            }
            Value::Array(items) => {
                if let Some(validator) = &validator.items {
                    for (index, item) in items.iter_mut().enumerate() {
                        self.step(Step::Item(index), validator, item);
                    }
                }
            }
            _ => {}
        }
    }

    fn step(&mut self, step: Step, validator: &SchemaValidator, value: &mut Value) {
        self.at.push(step);
        self.inside(validator, value);
        self.at.pop();
    }

    fn field(&mut self, name: &str, field: &SchemaValidator, fields: &mut Map<String, Value>) {
        let twin = twin_of(name);
        let read = match fields.shift_remove(&twin) {
            None => return,
            Some(Value::Null) if fields.contains_key(name) => return,
            // Only where the field takes it: what else is null was dropped before.
            Some(Value::Null) => Ok(Value::Null),
            Some(_) if fields.contains_key(name) => {
                Err(format!("is `{name}` in words; send one of the two"))
            }
            Some(Value::String(text)) => self.read(&text, field),
            Some(other) => Err(format!(
                "must be a string such as `30d`, got {}; Unix ms go into `{name}`",
                kind_of(&other)
            )),
        };
        match read {
            Ok(time) => {
                fields.insert(name.to_owned(), time);
            }
            Err(words) => {
                self.at.push(Step::Field(twin));
                (self.wrong)(format!("`{}`: {words}", place(&self.at)));
                self.at.pop();
            }
        }
    }

    fn read(&self, text: &str, field: &SchemaValidator) -> Result<Value, String> {
        let moment = moment(text, self.now).ok_or_else(|| {
            "must be a date such as `2027-12-31`, a date-time such as `2027-12-31T12:00:00Z`, or a \
             duration from now such as `30d` or `48h`"
                .to_owned()
        })?;
        let outside = |bound: Option<f64>, is_beyond: fn(Timestamp, Timestamp) -> bool| {
            bound
                .and_then(crate::schema::integer)
                .and_then(|bound| Timestamp::from_millisecond(bound).ok())
                .filter(|bound| is_beyond(moment, *bound))
        };
        if let Some(least) = outside(field.minimum, |moment, least| moment < least) {
            return Err(format!("must be at least {least}, got {moment}"));
        }
        if let Some(most) = outside(field.maximum, |moment, most| moment > most) {
            return Err(format!("must be at most {most}, got {moment}"));
        }
        Ok(moment.as_millisecond().into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::arguments::BadArguments;
    use crate::find;

    /// 2026-03-10 12:00:00 UTC, Unix ms.
    const NOON: i64 = 1_773_144_000_000;
    const DAY: i64 = 86_400_000;

    fn prepared(tool: &str, arguments: &Value) -> Result<Value, BadArguments> {
        let now = Timestamp::from_millisecond(NOON).unwrap();
        let arguments = arguments.as_object().unwrap().clone();
        find(tool).unwrap().prepare(arguments, now)
    }

    #[track_caller]
    fn body(tool: &str, arguments: &Value) -> Value {
        prepared(tool, arguments).unwrap()
    }

    fn mistakes(tool: &str, arguments: &Value) -> Vec<String> {
        prepared(tool, arguments).unwrap_err().mistakes().to_vec()
    }

    #[test]
    fn a_time_in_words_is_sent_in_unix_ms() {
        let sent = json!({"apiId": "api_12345678", "expiresAt": "30d"});
        let meant = json!({"apiId": "api_12345678", "expires": NOON + 30 * DAY});
        assert_eq!(body("keys_create_key", &sent), meant);
        let sent = json!({"body": {"apiId": "api_12345678", "expiresAt": "2026-03-10"}});
        let meant = json!({"apiId": "api_12345678", "expires": NOON + DAY / 2 - 1});
        assert_eq!(body("keys_create_key", &sent), meant);
        // It may be over: Unkey takes that too.
        let sent = json!({"keyId": "key_1", "expiresAt": "2026-03-09T12:00:00Z"});
        let meant = json!({"keyId": "key_1", "expires": NOON - DAY});
        assert_eq!(body("keys_update_key", &sent), meant);
    }

    #[test]
    fn a_time_is_taken_in_words_wherever_it_stands() {
        let keys = json!([{"hash": "abc", "expiresAt": "1d"}, {"hash": "def"}]);
        let sent = json!({"migrationId": "m_1", "apiId": "api_1", "keys": keys.to_string()});
        let meant = json!([{"hash": "abc", "expires": NOON + DAY}, {"hash": "def"}]);
        assert_eq!(body("keys_migrate_keys", &sent)["keys"], meant);
        let sent = json!({
            "project": "p", "app": "a", "environmentSlug": "e", "dockerImage": "i", "branch": "b",
            "gitCommit": {"timestampAt": "2026-03-10T12:00:00Z"},
        });
        let meant = json!({"timestamp": NOON});
        assert_eq!(body("deploy_create_deployment", &sent)["gitCommit"], meant);
    }

    #[test]
    fn a_time_is_said_once() {
        let both = json!({"apiId": "api_1", "expires": NOON, "expiresAt": "1d"});
        let words = "`expiresAt`: is `expires` in words; send one of the two";
        assert_eq!(mistakes("keys_create_key", &both), [words]);
        let both = json!({"keyId": "key_1", "expires": null, "expiresAt": "1d"});
        assert_eq!(mistakes("keys_update_key", &both), [words]);
        let cleared = json!({"keyId": "key_1", "expiresAt": "1d", "clear": ["expires"]});
        assert_eq!(
            mistakes("keys_update_key", &cleared),
            ["`expires`: is set and cleared at once; do one of the two"]
        );
        let keys = json!([{"hash": "abc"}, {"hash": "def", "expires": 1, "expiresAt": "1d"}]);
        let sent = json!({"migrationId": "m_1", "apiId": "api_1", "keys": keys});
        assert_eq!(
            mistakes("keys_migrate_keys", &sent),
            ["`keys[1].expiresAt`: is `expires` in words; send one of the two"]
        );
    }

    #[test]
    fn null_in_words_is_null() {
        let sent = json!({"keyId": "key_1", "expiresAt": null});
        let meant = json!({"keyId": "key_1", "expires": null});
        assert_eq!(body("keys_update_key", &sent), meant);
        let sent = json!({"keyId": "key_1", "expires": NOON, "expiresAt": null});
        let meant = json!({"keyId": "key_1", "expires": NOON});
        assert_eq!(body("keys_update_key", &sent), meant);
        let sent = json!({"apiId": "api_1", "expires": null, "expiresAt": null});
        assert_eq!(body("keys_create_key", &sent), json!({"apiId": "api_1"}));
    }

    #[test]
    fn what_is_no_time_is_answered_with_what_would_be() {
        let said = |value: Value| {
            let sent = json!({"apiId": "api_1", "expiresAt": value});
            mistakes("keys_create_key", &sent).join("; ")
        };
        assert_eq!(
            said(json!("tomorrow")),
            "`expiresAt`: must be a date such as `2027-12-31`, a date-time such as \
             `2027-12-31T12:00:00Z`, or a duration from now such as `30d` or `48h`"
        );
        assert_eq!(
            said(json!(NOON)),
            "`expiresAt`: must be a string such as `30d`, got number; Unix ms go into `expires`"
        );
        assert_eq!(
            said(json!("2100-01-01")),
            "`expiresAt`: must be at most 2100-01-01T00:00:00Z, got 2100-01-01T23:59:59.999Z"
        );
        assert_eq!(
            said(json!("1969-12-31")),
            "`expiresAt`: must be at least 1970-01-01T00:00:00Z, got 1969-12-31T23:59:59.999Z"
        );
    }

    #[test]
    fn the_twin_is_found_by_a_name_that_is_near() {
        let sent = json!({"apiId": "api_1", "expires_at": "30d"});
        assert_eq!(
            mistakes("keys_create_key", &sent),
            ["`expires_at`: unknown field; did you mean `expiresAt`?"]
        );
    }

    #[test]
    fn every_time_in_unix_ms_has_a_twin_and_nothing_else_has() {
        fn twins(at: &str, schema: &Value, found: &mut Vec<String>) {
            if let Some(fields) = schema["properties"].as_object() {
                for (name, field) in fields {
                    if field["description"].to_string().contains("Instead: `2027") {
                        found.push(format!("{at}.{name}"));
                    }
                    twins(&format!("{at}.{name}"), field, found);
                }
            }
            if schema["items"].is_object() {
                twins(&format!("{at}[]"), &schema["items"], found);
            }
        }
        let mut found = Vec::new();
        for entry in &crate::CATALOGUE {
            let schema = Value::Object(Map::clone(&entry.input().schema));
            twins(entry.name, &schema, &mut found);
            assert!(!schema.to_string().contains("x-time"), "{}", entry.name);
        }
        assert_eq!(
            found,
            [
                "deploy_create_deployment.gitCommit.timestampAt",
                "keys_create_key.expiresAt",
                "keys_migrate_keys.keys[].expiresAt",
                "keys_update_key.expiresAt",
            ]
        );
    }
}
