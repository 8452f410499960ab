//! Who answers a call: Unkey over HTTP, or the embedded engine.

mod failure;
mod remote;
mod retry;

use std::sync::Arc;

use serde_json::Value;
use unkey_tools::Entry;

pub use self::failure::Failure;
pub use self::remote::Remote;
use crate::config::BackendSettings;
use crate::error::StartError;
use crate::inventory::Inventory;
use crate::root_key::Caller;

/// Who answers a call. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Backend {
    /// Unkey, over HTTP.
    Remote(Arc<Remote>),
    /// x
    Local(Arc<()>),
}

/// Whether the embedded engine offers `entry`.
pub fn is_local(entry: &Entry) -> bool {
    let _ = entry;
    false
}

impl Backend {
    /// The backend of that kind. Touches no network.
    ///
    /// # Errors
    /// Where the embedded engine cannot be opened.
    pub fn open(settings: BackendSettings) -> Result<Self, StartError> {
        match settings {
            BackendSettings::Remote { api_url, timeout } => {
                Ok(Self::Remote(Arc::new(Remote::new(api_url, timeout))))
            }
            BackendSettings::Local(_) => Err(StartError::NothingLeft),
        }
    }

    /// The tools that it can carry out.
    pub fn inventory(&self) -> Inventory {
        match self {
            Self::Remote(_) => Inventory::everything(),
            Self::Local(_) => Inventory::of(is_local),
        }
    }

    /// Whether it is the embedded engine.
    pub const fn is_embedded(&self) -> bool {
        matches!(self, Self::Local(_))
    }

    /// What a person who starts a server wants to know of it.
    pub fn introduce(&self, _address: &str) -> String {
        match self {
            Self::Remote(remote) => format!("Unkey API          {}\n", remote.api_url()),
            Self::Local(_) => String::new(),
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
        body: Value,
        caller: &Caller,
    ) -> Result<Value, Failure> {
        match (self, caller) {
            (Self::Remote(remote), Caller::Key(root_key)) => {
                remote.call(entry, &body, root_key).await
            }
            (Self::Remote(_), Caller::Owner) | (Self::Local(_), _) => Err(Failure::Unsendable {
                reason: "no root key belongs to this call".to_owned(),
            }),
        }
    }

    /// Writes out what is not yet written.
    pub fn close(&self) {}
}
