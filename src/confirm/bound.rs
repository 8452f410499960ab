//! What a confirmation is good for, as a hash: the Unkey, the caller, the tool and the arguments.

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::seal::Bound;
use crate::root_key::Caller;

/// The hash of arguments as they were sent, whatever the order of their names.
pub(super) fn of_arguments(arguments: &Map<String, Value>) -> [u8; 32] {
    let mut hash = Sha256::new();
    object(&mut hash, arguments);
    hash.finalize().into()
}

/// The hash of all that a confirmation is good for: the way in which it comes back, the Unkey that
/// would be changed, the tool, the caller and the arguments.
pub(super) fn of_call(names: [&str; 3], caller: &Caller, arguments: &[u8; 32]) -> Bound {
    let mut hash = Sha256::new();
    for name in names {
        text(&mut hash, name);
    }
    match caller {
        Caller::Key(root_key) => {
            hash.update(b"k");
            text(&mut hash, root_key.reveal());
        }
        Caller::Owner => hash.update(b"o"),
    }
    hash.update(arguments);
    hash.finalize().into()
}

fn value(hash: &mut Sha256, value: &Value) {
    match value {
        Value::Object(members) => object(hash, members),
        Value::Array(items) => {
            hash.update(b"[");
            length(hash, items.len());
            for item in items {
                self::value(hash, item);
            }
        }
        Value::String(string) => {
            hash.update(b"s");
            text(hash, string);
        }
        other => {
            hash.update(b"v");
            text(hash, &other.to_string());
        }
    }
}

fn object(hash: &mut Sha256, members: &Map<String, Value>) {
    hash.update(b"{");
    length(hash, members.len());
    // Whoever sends the same again may send it in another order.
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_unstable_by_key(|(name, _)| *name);
    for (name, member) in sorted {
        text(hash, name);
        value(hash, member);
    }
}

fn text(hash: &mut Sha256, text: &str) {
    length(hash, text.len());
    hash.update(text);
}

fn length(hash: &mut Sha256, length: usize) {
    hash.update((length as u64).to_be_bytes());
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn hash(arguments: &Value) -> [u8; 32] {
        of_arguments(arguments.as_object().unwrap())
    }

    #[test]
    fn the_order_of_names_does_not_matter_and_all_else_does() {
        let one = json!({"a": {"x": 1, "y": [1, 2]}, "b": "c"});
        let same: Value = serde_json::from_str(r#"{"b":"c","a":{"y":[1,2],"x":1}}"#).unwrap();
        assert_eq!(hash(&one), hash(&same));
        for other in [
            json!({}),
            json!({"a": {"x": 1, "y": [2, 1]}, "b": "c"}),
            json!({"a": {"x": "1", "y": [1, 2]}, "b": "c"}),
            json!({"a": {"x": 1, "y": [1, 2]}, "b": "c", "d": null}),
        ] {
            assert_ne!(hash(&one), hash(&other), "{other}");
        }
    }

    #[test]
    fn a_confirmation_is_good_for_one_way_one_unkey_and_one_tool() {
        let bound = |names| of_call(names, &Caller::Owner, &[0; 32]);
        let one = bound(["form", "https://one", "keys_delete_key"]);
        for other in [
            ["token", "https://one", "keys_delete_key"],
            ["form", "https://two", "keys_delete_key"],
            ["form", "https://one", "apis_delete_api"],
        ] {
            assert_ne!(one, bound(other), "{other:?}");
        }
    }
}
