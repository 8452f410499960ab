//! Which parts of a request or an answer are secrets. Their types tell: a [`Secret`] is one.
//!
//! [`Secret`]: crate::types::Secret

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::types::ID;

/// Marks a text that is a secret: `true`, or [`KEY`], or [`OWN`]. It never leaves this crate.
pub(crate) const SECRET: &str = "x-secret";

/// The mark of a key, whose first letters Unkey itself shows.
pub(crate) const KEY: &str = "key";

/// The mark of a secret that its owner wrote, and that may read as anything.
pub(crate) const OWN: &str = "own";

/// What stands before the name of a file in the place of a secret.
pub const FILE: &str = "secret:";

/// What stands before the name of a variable in the place of a secret.
pub const VARIABLE: &str = "env:";

/// The member beside them that says where that file is.
pub const PATH: &str = "path";

/// The member that says why a secret is not where it was asked for.
pub const NOTICE: &str = "notice";

/// What the server itself puts beside the name of a file in the place of a secret.
pub(crate) const BESIDE_SECRETS: [&str; 2] = [PATH, NOTICE];

/// Whether something else stands in the place of a secret.
pub(crate) fn is_reference(value: &Value) -> bool {
    let starts = |text: &str| text.starts_with(FILE) || text.starts_with(VARIABLE);
    value.as_str().is_some_and(starts)
}

/// A part of an answer that nobody may read who must not see its secrets.
#[derive(Debug)]
pub enum SecretPart<'a> {
    /// A secret: the member `name` of `holder`.
    Secret {
        /// The object that holds it.
        holder: &'a mut Map<String, Value>,
        /// The name that it has there.
        name: &'a str,
        /// The name of the member beside it that says whose secret it is.
        id: Option<&'a str>,
        /// Whether it is a key, whose first letters Unkey itself shows.
        is_key: bool,
    },
    /// What the types do not know, which may hold a secret.
    Unknown(&'a mut Value),
}

/// A field of a request that holds a secret.
#[derive(Debug)]
pub struct SecretField<'a> {
    /// The name of the field.
    pub name: &'a str,
    /// What it holds.
    pub value: &'a mut Value,
    /// Whether it is one that Unkey made, and not what its owner wrote.
    pub is_unkeys: bool,
}

/// A part of a request or an answer, as far as secrets are concerned.
#[derive(Debug)]
pub(crate) enum Shape {
    Secret {
        is_key: bool,
        is_unkeys: bool,
    },
    Members(BTreeMap<String, Shape>, Option<String>),
    Items(Box<Shape>),
    /// Anything at all, such as free data.
    Open,
    /// No secret, and neither a list nor an object.
    Plain,
}

impl Shape {
    /// The shape of what has that schema.
    pub(crate) fn of(schema: &Value) -> Self {
        if let Some(Value::Object(fields)) = schema.get("properties") {
            let id = fields.iter().find(|(_, field)| is_id(field));
            let shapes = fields.iter();
            let shapes = shapes.map(|(name, field)| (name.clone(), Self::of(field)));
            return Self::Members(shapes.collect(), id.map(|(name, _)| name.clone()));
        }
        if let Some(items) = schema.get("items") {
            return Self::Items(Box::new(Self::of(items)));
        }
        match (
            schema.get(SECRET),
            schema.get("type").and_then(Value::as_str),
        ) {
            (Some(mark), _) => Self::Secret {
                is_key: mark == KEY,
                is_unkeys: mark != OWN,
            },
            (None, Some("object" | "array") | None) => Self::Open,
            (None, Some(_)) => Self::Plain,
        }
    }

    /// Whether there is a secret in it.
    pub(crate) fn holds_secrets(&self) -> bool {
        match self {
            Self::Secret { .. } => true,
            Self::Members(shapes, _) => shapes.values().any(Self::holds_secrets),
            Self::Items(shape) => shape.holds_secrets(),
            Self::Open | Self::Plain => false,
        }
    }

    /// Whether there may be any number of secrets in it.
    pub(crate) fn lists_secrets(&self) -> bool {
        match self {
            Self::Members(shapes, _) => shapes.values().any(Self::lists_secrets),
            Self::Items(shape) => shape.holds_secrets(),
            Self::Secret { .. } | Self::Open | Self::Plain => false,
        }
    }

    /// Calls `visit` for the secrets in an answer, and for what the types do not know of it.
    pub(crate) fn visit_answer(&self, value: &mut Value, visit: &mut dyn FnMut(SecretPart<'_>)) {
        match (self, value) {
            (Self::Members(shapes, id), Value::Object(members)) => {
                for (name, shape) in shapes {
                    if let Self::Secret { is_key, .. } = shape
                        && members.get(name).is_some_and(|value| !value.is_null())
                    {
                        visit(SecretPart::Secret {
                            holder: members,
                            name,
                            id: id.as_deref(),
                            is_key: *is_key,
                        });
                    }
                }
                for (name, member) in members {
                    match shapes.get(name) {
                        Some(Self::Secret { .. }) => {}
                        Some(shape) => shape.visit_answer(member, visit),
                        None => visit(SecretPart::Unknown(member)),
                    }
                }
            }
            (Self::Items(shape), Value::Array(items)) => {
                for item in items {
                    shape.visit_answer(item, visit);
                }
            }
            // A secret in a list, or where an object was to be: nobody said what it is.
            (Self::Secret { .. } | Self::Members(..) | Self::Items(_), value)
            | (Self::Plain, value @ (Value::Object(_) | Value::Array(_))) => {
                visit(SecretPart::Unknown(value));
            }
            (Self::Plain | Self::Open, _) => {}
        }
    }

    /// Calls `visit` for the secrets in a request.
    pub(crate) fn visit_request(&self, value: &mut Value, visit: &mut dyn FnMut(SecretField<'_>)) {
        match (self, value) {
            (Self::Members(shapes, _), Value::Object(members)) => {
                for (name, member) in members {
                    match shapes.get(name) {
                        Some(Self::Secret { is_unkeys, .. }) => visit(SecretField {
                            name,
                            value: member,
                            is_unkeys: *is_unkeys,
                        }),
                        Some(shape) => shape.visit_request(member, visit),
                        None => {}
                    }
                }
            }
            (Self::Items(shape), Value::Array(items)) => {
                for item in items {
                    shape.visit_request(item, visit);
                }
            }
            _ => {}
        }
    }
}

fn is_id(schema: &Value) -> bool {
    schema.get("pattern").and_then(Value::as_str) == Some(ID)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{CATALOGUE, find};

    /// The secrets in an answer of `tool`, and what is unknown of it.
    fn parts(tool: &str, mut answer: Value) -> Vec<Value> {
        let mut found = Vec::new();
        let entry = find(tool).unwrap();
        entry.secrets_in_answer(&mut answer, &mut |part| {
            found.push(match part {
                SecretPart::Secret {
                    holder,
                    name,
                    id,
                    is_key,
                } => json!([holder[name], id.map(|id| &holder[id]), is_key]),
                SecretPart::Unknown(value) => value.take(),
            });
        });
        found
    }

    #[test]
    fn the_tools_that_tell_secrets_are_known() {
        let tells = |which: fn(&crate::Entry) -> bool| -> Vec<&str> {
            let entries = CATALOGUE.iter().filter(|entry| which(entry));
            entries.map(|entry| entry.name).collect()
        };
        assert_eq!(
            tells(crate::Entry::answers_with_secrets),
            [
                "apis_list_keys",
                "environments_list_environment_variables",
                "github_install_app",
                "keys_create_key",
                "keys_get_key",
                "keys_reroll_key",
                "keys_whoami",
                "portal_create_session",
                "portal_exchange_code",
                "portal_exchange_session",
            ]
        );
        assert!(!find("keys_whoami").unwrap().tells_secrets());
        assert_eq!(
            tells(crate::Entry::lists_secrets),
            ["apis_list_keys", "environments_list_environment_variables"]
        );
    }

    #[test]
    fn a_secret_is_found_with_what_names_it() {
        let made = json!({"data": {"keyId": "key_1", "key": "sk_1"}, "meta": {"requestId": "r"}});
        assert_eq!(
            parts("keys_create_key", made),
            [json!(["sk_1", "key_1", true])]
        );
        let link = json!({"data": {"id": "pse_1", "url": "https://x"}});
        assert_eq!(
            parts("portal_create_session", link),
            [json!(["https://x", null, false])]
        );
        let page = json!({"data": [
            {"keyId": "key_1", "plaintext": "sk_1", "meta": {"plaintext": "free"}},
            {"keyId": "key_2", "plaintext": null},
        ]});
        assert_eq!(
            parts("apis_list_keys", page),
            [json!(["sk_1", "key_1", true])]
        );
    }

    #[test]
    fn what_the_types_do_not_know_is_found_wherever_it_is() {
        for (answer, unknown) in [
            (
                json!({"data": {"keyId": "key_1", "apiKey": "sk_1"}}),
                json!("sk_1"),
            ),
            (json!({"data": "sk_1"}), json!("sk_1")),
            (json!({"data": ["sk_1"]}), json!(["sk_1"])),
            (json!({"data": {"keyId": ["sk_1"]}}), json!(["sk_1"])),
            (json!({"key": "sk_1"}), json!("sk_1")),
            (json!({"meta": {"key": "sk_1"}}), json!("sk_1")),
            (json!(["sk_1"]), json!(["sk_1"])),
        ] {
            assert_eq!(parts("keys_create_key", answer), [unknown]);
        }
    }

    #[test]
    fn the_secrets_of_a_request_are_found() {
        let fields = |tool: &str, mut body: Value| -> Vec<Value> {
            let mut found = Vec::new();
            find(tool)
                .unwrap()
                .secrets_in_request(&mut body, &mut |field| {
                    found.push(json!([field.name, field.value, field.is_unkeys]));
                });
            found
        };
        assert_eq!(
            fields("keys_whoami", json!({"key": "sk_1"})),
            [json!(["key", "sk_1", true])]
        );
        let variables = json!({"project": "p", "variables": [{"key": "A", "value": "b"}]});
        assert_eq!(
            fields("environments_set_environment_variables", variables),
            [json!(["value", "b", false])]
        );
        assert!(fields("keys_create_key", json!({"name": "x"})).is_empty());
    }
}
