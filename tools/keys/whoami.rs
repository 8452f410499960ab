//! `keys_whoami` · `POST /v2/keys.whoami`

use crate::prelude::*;

/// Looks a key up by its plain text, without counting a use.
///
/// Finds disabled and expired keys too. A 404 may also mean that the root key may not read it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Whoami {
    /// The key in plain text.
    #[schemars(length(min = 1, max = 512))]
    pub key: Secret,
}

impl Operation for Whoami {
    type Response = Data<Key>;
    const NAME: &'static str = "keys_whoami";
    const ENDPOINT: &'static str = "keys.whoami";
    const TITLE: &'static str = "Look up a key";
    const TOOLSET: Toolset = Toolset::Keys;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] = &[Grant::api("read_key").or("keyspaces/*/keys/*#read_key")];
    // Whoever asks has the plain text.
    const WITHHOLDS_SECRETS: bool = true;
    const RECOVERY_HINT: &'static str = "";
}
