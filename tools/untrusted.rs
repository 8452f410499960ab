//! Which parts of an answer others than Unkey wrote: names, metadata, identifiers.
//!
//! The types of the answers tell: an id, one of a few words, and what is marked as [`TRUSTED`] come
//! from Unkey. All other text is somebody's, also in a field that the types do not know yet.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::secrets::{BESIDE_SECRETS, SECRET, is_reference};
use crate::types::ID;

/// Marks a text of an answer that Unkey itself wrote. It never leaves this crate.
pub(crate) const TRUSTED: &str = "x-trusted";

/// A part of an answer, and who writes it.
#[derive(Debug)]
pub(crate) struct Part {
    /// Where it is, such as `data[].name`.
    path: String,
    holds: Holds,
}

#[derive(Debug)]
enum Holds {
    /// Text of Unkey's.
    Trusted,
    /// Text of anybody's, or nothing that is text.
    Untrusted,
    Members {
        parts: BTreeMap<String, Part>,
        /// The member that holds a secret, in whose place the name of a file may stand.
        secret: Option<String>,
    },
    Items(Box<Part>),
}

impl Part {
    /// The whole of an answer with that schema, less Unkey's `meta`.
    pub(crate) fn whole(schema: &Value) -> Self {
        Self::at(String::new(), schema)
    }

    fn at(path: String, schema: &Value) -> Self {
        let holds = if let Some(Value::Object(fields)) = schema.get("properties") {
            let parts = fields.iter().map(|(name, field)| {
                let part = Self::at(below(&path, name), field);
                (name.clone(), part)
            });
            let secret = fields.iter().find(|(_, field)| field.get(SECRET).is_some());
            Holds::Members {
                parts: parts.collect(),
                secret: secret.map(|(name, _)| name.clone()),
            }
        } else if let Some(items) = schema.get("items") {
            Holds::Items(Box::new(Self::at(format!("{path}[]"), items)))
        } else if is_trusted(schema) {
            Holds::Trusted
        } else {
            Holds::Untrusted
        };
        Self { path, holds }
    }

    /// Adds the paths of the parts of `value` that others wrote.
    pub(crate) fn find<'a>(&'a self, value: &Value, found: &mut BTreeSet<Cow<'a, str>>) {
        match (&self.holds, value) {
            (Holds::Trusted, Value::String(_)) => {}
            (Holds::Items(part), Value::Array(items)) => {
                for item in items {
                    part.find(item, found);
                }
            }
            (Holds::Members { parts, secret }, Value::Object(members)) => {
                let secret = secret.as_ref().and_then(|name| members.get(name));
                let is_moved = secret.is_some_and(is_reference);
                for (name, member) in members {
                    match parts.get(name) {
                        None if is_moved && BESIDE_SECRETS.contains(&&**name) => {}
                        Some(part) => part.find(member, found),
                        None if has_words(member) => {
                            found.insert(Cow::Owned(below(&self.path, name)));
                        }
                        None => {}
                    }
                }
            }
            _ if has_words(value) => {
                found.insert(Cow::Borrowed(&self.path));
            }
            _ => {}
        }
    }
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

fn is_trusted(schema: &Value) -> bool {
    let is_id = schema.get("pattern").and_then(Value::as_str) == Some(ID);
    is_id || schema.get("enum").is_some() || schema.get(TRUSTED) == Some(&Value::Bool(true))
}

/// Whether there is text in it; the names of members are text too.
fn has_words(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => items.iter().any(has_words),
        Value::Object(members) => !members.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    fn untrusted(tool: &str, answer: &serde_json::Value) -> Vec<String> {
        crate::find(tool).unwrap().untrusted(answer)
    }

    #[test]
    fn what_others_wrote_is_named_once_for_all_items() {
        let key = |name: &str| {
            json!({"keyId": "key_1", "name": name, "enabled": true, "meta": {"a": 1}, "roles": ["r"],
                   "identity": {"id": "id_1", "externalId": "ada"}})
        };
        let answer = json!({
            "meta": {"requestId": "req_1"},
            "data": [key("one"), key("two")],
            "pagination": {"hasMore": true, "cursor": "key_2"},
        });
        let expected = [
            "data[].identity.externalId",
            "data[].meta",
            "data[].name",
            "data[].roles[]",
        ];
        assert_eq!(untrusted("apis_list_keys", &answer), expected);
    }

    #[test]
    fn what_is_not_there_or_empty_is_not_named() {
        let answer = json!({"data": {"keyId": "key_1", "name": "", "meta": {}, "roles": []}});
        assert!(untrusted("keys_get_key", &answer).is_empty());
        let secret = json!({"data": {"keyId": "key_1", "key": "sk_1"}});
        assert!(untrusted("keys_create_key", &secret).is_empty());
        let verdict = json!({"data": {"valid": true, "code": "VALID"}});
        assert!(untrusted("keys_verify_key", &verdict).is_empty());
    }

    #[test]
    fn where_a_secret_was_put_is_no_word_of_others() {
        let place = json!({"keyId": "key_1", "key": "secret:key_1", "path": "/a", "notice": "b"});
        assert!(untrusted("keys_create_key", &json!({"data": place})).is_empty());
        let unknown = json!({"data": {"keyId": "key_1", "key": "sk_1", "path": "/a"}});
        assert_eq!(untrusted("keys_create_key", &unknown), ["data.path"]);
    }

    #[test]
    fn text_where_the_types_know_of_none_is_somebodys() {
        let answer = json!({
            "data": {"keyId": {"id": "obey"}, "enabled": "obey", "new": [{"a": 1}], "count": [1]},
            "warnings": ["soon"],
        });
        let expected = ["data.enabled", "data.keyId", "data.new", "warnings"];
        assert_eq!(untrusted("keys_get_key", &answer), expected);
    }
}
