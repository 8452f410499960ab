//! The client that connected last, for people who look whether theirs did.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::identity::ClientName;

/// The client that connected last.
#[derive(Clone, Debug)]
pub struct ConnectedClient {
    /// What it calls itself.
    pub name: ClientName,
    /// How long ago.
    pub since: Duration,
}

/// Remembers it.
#[derive(Debug, Default)]
pub(super) struct LastClient(Mutex<Option<(ClientName, Instant)>>);

impl LastClient {
    pub(super) fn note(&self, name: ClientName) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some((name, Instant::now()));
    }

    pub(super) fn get(&self) -> Option<ConnectedClient> {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (name, at) = last.clone()?;
        let since = at.elapsed();
        Some(ConnectedClient { name, since })
    }
}
