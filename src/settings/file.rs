//! What may stand in the configuration file.

use std::collections::BTreeMap;
use std::num::{NonZeroU16, NonZeroU32};

use schemars::JsonSchema;
use serde::Deserialize;

use super::{ConfirmMode, SecretsMode};

/// The configuration of unkey-mcp.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct SettingsFile {
    /// Settings that `--profile NAME` chooses together.
    pub profiles: BTreeMap<String, Profile>,
    /// Rules for every call, whatever the profile.
    pub policy: PolicyRules,
}

/// Settings that are chosen together. Flags and variables win over them.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Profile {
    /// Where Unkey's API is, such as `https://api.unkey.com`.
    pub api_url: Option<String>,
    /// The environment variable that holds the root key. The key itself has no place in this file.
    pub root_key_env: Option<String>,
    /// The file that holds the root key.
    pub root_key_file: Option<String>,
    /// The entry of `unkey-mcp login` that holds the root key.
    pub root_key_keychain: Option<String>,
    /// Only tools of these toolsets; `default` and `all` stand for several.
    pub toolsets: Vec<String>,
    /// Only tools that change nothing.
    pub read_only: Option<bool>,
    /// When a person is asked before something is destroyed.
    pub confirm: Option<ConfirmMode>,
    /// Where a secret goes that Unkey shows only once.
    pub secrets: Option<SecretsMode>,
    /// What the workspace is for.
    pub environment: Option<Environment>,
    /// Names for ids of APIs: `billing = "api_xxxx"`.
    pub apis: BTreeMap<String, String>,
    /// Names for rate-limit namespaces: `mail = "rlns_xxxx"`.
    pub namespaces: BTreeMap<String, String>,
}

/// What a workspace is for.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Environment {
    /// Real users: only tools that change nothing, and `confirm = "always"`, unless said otherwise.
    Production,
    /// A trial before that; changes no other setting.
    Staging,
    /// Work in progress; changes no other setting.
    Development,
}

impl Profile {
    /// Whether only tools that change nothing are offered.
    pub fn is_read_only(&self) -> bool {
        self.read_only.unwrap_or_else(|| self.is_production())
    }

    /// When a person is asked, where the profile says so.
    pub fn confirm(&self) -> Option<ConfirmMode> {
        let careful = self.is_production().then_some(ConfirmMode::Always);
        self.confirm.or(careful)
    }

    fn is_production(&self) -> bool {
        self.environment == Some(Environment::Production)
    }
}

/// Rules for every call. What breaks one is refused before anything is sent.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct PolicyRules {
    /// APIs that no call may concern, by id or by a name that a profile gives.
    pub deny_apis: Vec<String>,
    /// Rate-limit namespaces that no call may concern.
    pub deny_namespaces: Vec<String>,
    /// Tools that may not be called.
    pub deny_tools: Vec<String>,
    /// A new key must stop working within so many days, and none may be made to work longer.
    pub max_expiry_days: Option<NonZeroU16>,
    /// A new key must have an owner (`externalId`), and none may lose it.
    pub require_owner: bool,
    /// A new key must have these fields in its `meta`, and none may lose them.
    pub require_meta: Vec<String>,
    /// A key must have credits, and no more than these.
    pub max_credits: Option<u32>,
    /// No permission with a `*` for a key or a role.
    pub deny_wildcard_permissions: bool,
    /// No rate-limit override with a `*`.
    pub deny_wildcard_overrides: bool,
    /// How many writes there may be in an hour, for each process.
    pub max_writes: Option<NonZeroU32>,
}
