//! A key, as the tools that look one up return it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use serde_with::skip_serializing_none;

use super::{Credits, Identity, KeyId, Ratelimit, Secret};

/// A key. What is empty, zero or unset is left out.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Key {
    /// Names the key.
    pub key_id: KeyId,
    /// The prefix and the first characters of the secret; empty for an imported key that was
    /// never used.
    pub start: String,
    /// Whether it is switched on.
    pub enabled: bool,
    /// Label for people.
    pub name: Option<String>,
    /// Free data.
    pub meta: Option<Map<String, Value>>,
    /// When it was made, Unix ms.
    pub created_at: i64,
    /// When its settings last changed, Unix ms.
    pub updated_at: Option<i64>,
    /// When it was last verified, Unix ms; up to a minute late.
    pub last_used_at: Option<i64>,
    /// When it stops working, Unix ms.
    pub expires: Option<i64>,
    /// Slugs, its own and those of its roles.
    pub permissions: Option<Vec<String>>,
    /// Names of its roles.
    pub roles: Option<Vec<String>>,
    /// Uses left; absent where they are unlimited.
    pub credits: Option<Credits>,
    /// Its owner.
    pub identity: Option<Identity>,
    /// The key itself; only where it was asked for and is recoverable.
    #[schemars(extend("x-secret" = crate::secrets::KEY))]
    pub plaintext: Option<Secret>,
    /// Limits of the key; those of its owner stand in `identity`.
    pub ratelimits: Option<Vec<Ratelimit>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_key_does_not_have_is_left_out() {
        let text = r#"{"keyId":"key_1","start":"","enabled":true,"createdAt":1}"#;
        let key: Key = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&key).unwrap(), text);
    }

    #[test]
    fn a_key_in_plain_text_is_not_printed() {
        let text =
            r#"{"keyId":"key_1","start":"sk","enabled":true,"createdAt":1,"plaintext":"sk_3Za"}"#;
        let key: Key = serde_json::from_str(text).unwrap();
        assert!(!format!("{key:?}").contains("3Za"));
        assert_eq!(serde_json::to_string(&key).unwrap(), text);
    }
}
