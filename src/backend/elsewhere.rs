//! Unkeys at other addresses than the server's own: those that profiles name.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use url::Url;

use super::{Backend, Remote};

/// Unkeys at other addresses than the server's own. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    timeout: Duration,
    made: Arc<Mutex<BTreeMap<String, Backend>>>,
}

impl Elsewhere {
    /// None yet; each call to one may take `timeout`.
    pub fn new(timeout: Duration) -> Self {
        Self {
            timeout,
            made: Arc::default(),
        }
    }

    /// The one at `url`, which the operator named. Touches no network.
    pub fn at(&self, url: &Url) -> Backend {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let backend = made.entry(url.as_str().to_owned());
        backend
            .or_insert_with(|| Backend::Remote(Arc::new(Remote::new(url.clone(), self.timeout))))
            .clone()
    }
}
