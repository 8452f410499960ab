//! Whose calls these are, and what holds for them.

use std::sync::{Arc, Mutex, PoisonError};

use tracing::error;

use crate::backend::Backend;
use crate::inventory::Inventory;
use crate::root_key::{Caller, Mistake};
use crate::settings::{BadTerms, Loaded, Offer, Terms};

/// Whose calls these are, which tools they may see, and what else holds for them. Over HTTP every
/// request has its own.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The tools.
    pub inventory: Inventory,
    /// Who calls, or why that is not known.
    pub caller: Result<Caller, Mistake>,
    /// What the operator settled for them.
    pub terms: Terms,
    /// Who answers, where it is not the server's own backend.
    pub backend: Option<Backend>,
}

/// The scope of a connection, which follows the configuration file.
#[derive(Debug)]
pub struct ConnectionScope {
    offer: Offer,
    held: Mutex<Held>,
}

#[derive(Debug)]
struct Held {
    /// What the scope was made of.
    loaded: Option<Arc<Loaded>>,
    scope: Arc<Scope>,
}

impl ConnectionScope {
    /// The scope of whoever is connected.
    ///
    /// # Errors
    /// [`BadTerms`] where the settings do not fit each other.
    pub fn new(offer: Offer, caller: Result<Caller, Mistake>) -> Result<Self, BadTerms> {
        let loaded = offer.loaded();
        let (inventory, terms) = offer.of(loaded.as_deref(), None)?;
        let scope = Arc::new(Scope {
            inventory,
            caller,
            terms,
            backend: None,
        });
        let held = Mutex::new(Held { loaded, scope });
        Ok(Self { offer, held })
    }

    /// The scope of a request that comes now.
    pub fn now(&self) -> Arc<Scope> {
        let loaded = self.offer.loaded();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let same = match (&loaded, &held.loaded) {
            (Some(loaded), Some(held)) => Arc::ptr_eq(loaded, held),
            (loaded, held) => loaded.is_none() && held.is_none(),
        };
        if !same {
            match self.offer.of(loaded.as_deref(), None) {
                Ok((inventory, terms)) => {
                    held.scope = Arc::new(Scope {
                        inventory,
                        terms,
                        ..(*held.scope).clone()
                    });
                }
                Err(bad) => error!("what was settled goes on: {bad}"),
            }
            held.loaded = loaded;
        }
        held.scope.clone()
    }
}
