//! Who answers a call: Unkey over HTTP, or the embedded engine.

mod answer;
mod body;
mod elsewhere;
mod failure;
mod lenient;
mod local;
mod remote;
mod retry;
mod retry_after;
mod upstream;

use std::sync::Arc;

use serde_json::Value;
use unkey_tools::Entry;
use url::Url;

pub use self::elsewhere::Elsewhere;
pub use self::failure::Failure;
pub use self::local::Local;
pub use self::remote::{Greeting, Remote, look};
pub use self::upstream::Upstream;
use crate::config::BackendSettings;
use crate::inventory::Inventory;
use crate::key_advice::Issuer;
use crate::root_key::Caller;

/// Who answers a call. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Backend {
    /// Unkey, over HTTP.
    Remote(Arc<Remote>),
    /// The embedded engine.
    Local(Arc<Local>),
}

/// Whether the embedded engine offers `entry`.
pub fn is_local(entry: &Entry) -> bool {
    entry.is_workflow() || unkey_local::supports(entry.endpoint)
}

impl Backend {
    /// The backend of that kind. Touches neither network nor disk.
    pub fn new(settings: BackendSettings) -> Self {
        match settings {
            BackendSettings::Remote { api_url, timeout } => {
                Self::Remote(Arc::new(Remote::new(api_url, timeout)))
            }
            BackendSettings::Local(place) => Self::Local(Arc::new(Local::new(place))),
        }
    }

    /// The tools that it can carry out.
    pub fn inventory(&self) -> Inventory {
        match self {
            Self::Remote(_) => Inventory::everything(),
            Self::Local(_) => Inventory::of(is_local),
        }
    }

    /// Who makes the root keys that it takes.
    pub const fn issuer(&self) -> Issuer {
        match self {
            Self::Remote(_) => Issuer::Unkey,
            Self::Local(_) => Issuer::Engine,
        }
    }

    /// Whether it sends to that address.
    pub fn is_at(&self, url: &Url) -> bool {
        matches!(self, Self::Remote(remote) if remote.api_url() == url)
    }

    /// Which Unkey it is: its address, or the engine's file, however that was written.
    pub fn place(&self) -> String {
        match self {
            Self::Remote(remote) => remote.api_url().to_string(),
            Self::Local(local) => std::path::absolute(local.path())
                .unwrap_or_else(|_| local.path().to_owned())
                .display()
                .to_string(),
        }
    }

    /// Ids and names of the embedded engine's APIs, `most` at most: those of that name, or all.
    /// `None` where there is no such list: no operation of Unkey's tells them.
    pub async fn apis(&self, name: Option<String>, most: u32) -> Option<Vec<(String, String)>> {
        match self {
            Self::Remote(_) => None,
            Self::Local(local) => local.apis(name, most).await,
        }
    }

    /// Carries out `entry` with `body` for `caller`, and returns Unkey's envelope.
    ///
    /// Dropping the future gives the call up; what was sent stays sent.
    ///
    /// # Errors
    /// A [`Failure`] says whether the call had an effect, as far as that can be known.
    pub async fn call(
        &self,
        entry: &'static Entry,
        body: &Value,
        caller: &Caller,
        upstream: &Upstream,
    ) -> Result<Value, Failure> {
        match (self, caller) {
            (Self::Remote(remote), Caller::Key(root_key)) => {
                remote.call(entry, body, root_key, upstream).await
            }
            // Only the embedded engine has an owner.
            (Self::Remote(_), Caller::Owner) => Err(Failure::Unsendable {
                reason: "no root key belongs to this call".to_owned(),
            }),
            (Self::Local(local), caller) => local.call(entry, body, caller).await,
        }
    }

    /// Writes out what is not yet written.
    pub fn close(&self) {
        match self {
            Self::Remote(_) => {}
            Self::Local(local) => local.close(),
        }
    }
}
