//! What of a request helps to say why it failed.

use serde_json::Value;
use unkey_tools::{Entry, Grant};

/// What of a request helps to say why it failed: the request itself is gone by then.
#[derive(Debug, Default)]
pub struct Facts {
    /// The permissions that it needs, by what it asks for.
    pub needed: Vec<&'static Grant>,
    /// Those that it may need, by what there is on the server.
    pub possible: Vec<&'static Grant>,
    /// An id of one kind of thing where another was asked for.
    pub misplaced: Option<Misplaced>,
}

/// An id that is not of the kind of thing that its field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misplaced {
    /// The field.
    pub field: &'static str,
    /// How the ids begin that it takes.
    pub wanted: &'static str,
    /// How the id begins that was sent, where that tells what it is.
    pub sent: Option<&'static str>,
}

/// The fields that take an id and nothing else, and how it begins.
const FIELDS: [(&str, &str); 3] = [("apiId", "api_"), ("keyId", "key_"), ("roleId", "role_")];

/// How ids begin.
const PREFIXES: [&str; 8] = [
    "api_", "id_", "key_", "ks_", "perm_", "rl_", "rlns_", "role_",
];

impl Facts {
    /// Those of a request for `entry` with that body.
    pub fn new(entry: &'static Entry, body: &Value) -> Self {
        let mut facts = Self::default();
        for grant in entry.grants {
            match grant.is_needed_for(body) {
                Some(true) => facts.needed.push(grant),
                Some(false) => {}
                None => facts.possible.push(grant),
            }
        }
        let mut misplaced = FIELDS.into_iter().filter_map(|(field, wanted)| {
            let id = body.get(field)?.as_str()?;
            (!id.starts_with(wanted)).then(|| Misplaced {
                field,
                wanted,
                sent: PREFIXES.into_iter().find(|prefix| id.starts_with(prefix)),
            })
        });
        facts.misplaced = misplaced.next();
        facts
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn misplaced(tool: &str, body: &Value) -> Option<Misplaced> {
        Facts::new(unkey_tools::find(tool).unwrap(), body).misplaced
    }

    #[test]
    fn an_id_of_another_kind_of_thing_is_noticed() {
        let sent = |id: &str| misplaced("apis_get_api", &json!({"apiId": id})).map(|one| one.sent);
        assert_eq!(sent("api_1"), None);
        assert_eq!(sent("ks_1"), Some(Some("ks_")));
        assert_eq!(sent("payments"), Some(None));
        let key = misplaced("keys_get_key", &json!({"keyId": "sk_live_3ZZ"})).unwrap();
        assert_eq!((key.field, key.sent), ("keyId", None));
    }
}
