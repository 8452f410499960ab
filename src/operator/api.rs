//! `api`: what Unkey's dashboard sets of an API.

use std::net::IpAddr;

use unkey_local::{ApiSettings, Engine};
use unkey_tools::types::Patch;

use super::assignment::not_done;
use super::root_key::yes_or_no;
use crate::error::StartError;
use crate::output;

/// Changes to the settings of an API. What is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiChanges {
    /// Whether keys may be created recoverable.
    pub recoverable_keys: Option<bool>,
    /// Whether the API cannot be deleted.
    pub delete_protection: Option<bool>,
    /// The addresses that may verify; empty: all may.
    pub allowed_addresses: Option<Vec<IpAddr>>,
    /// What new keys start with.
    pub default_prefix: Patch<String>,
    /// How many random bytes new keys have.
    pub default_bytes: Patch<i64>,
}

impl ApiChanges {
    fn apply(self, settings: &mut ApiSettings) {
        if let Some(recoverable_keys) = self.recoverable_keys {
            settings.recoverable_keys = recoverable_keys;
        }
        if let Some(delete_protection) = self.delete_protection {
            settings.delete_protection = delete_protection;
        }
        if let Some(addresses) = self.allowed_addresses {
            settings.allowed_addresses = addresses.iter().map(IpAddr::to_string).collect();
        }
        patch(&mut settings.default_prefix, self.default_prefix);
        patch(&mut settings.default_bytes, self.default_bytes);
    }
}

fn patch<T>(setting: &mut Option<T>, change: Patch<T>) {
    match change {
        Patch::Keep => {}
        Patch::Clear => *setting = None,
        Patch::Set(value) => *setting = Some(value),
    }
}

/// Changes settings of an API, and prints all of them.
pub(super) fn configure(engine: &Engine, id: &str, changes: ApiChanges) -> Result<(), StartError> {
    let settings = if changes == ApiChanges::default() {
        engine.api_settings(id)
    } else {
        engine.change_api(id, |settings| changes.apply(settings))
    };
    output::print(&show(&settings.map_err(|error| not_done(&error))?))
}

fn show(settings: &ApiSettings) -> String {
    let addresses = settings.allowed_addresses.join(", ");
    let bytes = settings.default_bytes.map(|bytes| bytes.to_string());
    format!(
        "encrypted keys:    {}\ndelete protection: {}\nallowed addresses: {}\n\
         default prefix:    {}\ndefault bytes:     {}\n",
        yes_or_no(settings.recoverable_keys),
        yes_or_no(settings.delete_protection),
        if addresses.is_empty() {
            "all"
        } else {
            &addresses
        },
        settings.default_prefix.as_deref().unwrap_or("none"),
        bytes.as_deref().unwrap_or("16"),
    )
}
