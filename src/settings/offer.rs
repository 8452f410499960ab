//! What an endpoint offers, by the settings as they stand.

use std::sync::Arc;

use super::loaded::Loaded;
use super::terms::{BadTerms, Settings, Terms};
use crate::inventory::{Inventory, Server};

/// What an endpoint offers, by the settings as they stand. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Offer {
    settings: Settings,
    server: Server,
    /// What the backend can carry out.
    carried_out: Inventory,
}

impl Offer {
    /// What `server` offers of what the backend can carry out.
    pub const fn new(settings: Settings, server: Server, carried_out: Inventory) -> Self {
        Self {
            settings,
            server,
            carried_out,
        }
    }

    /// What the file says now.
    pub fn loaded(&self) -> Option<Arc<Loaded>> {
        self.settings.loaded()
    }

    /// The tools, and what holds for a call of them, where the caller chose the profile `asked` or
    /// none.
    ///
    /// # Errors
    /// [`BadTerms`] where there is no such profile.
    pub fn of(
        &self,
        loaded: Option<&Loaded>,
        asked: Option<&str>,
    ) -> Result<(Inventory, Terms), BadTerms> {
        let terms = self.settings.terms_of(loaded, asked)?;
        let inventory = terms
            .allowed
            .on(self.server)
            .and(terms.narrowed)
            .and(self.carried_out);
        Ok((inventory, terms))
    }
}
