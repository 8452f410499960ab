//! What waits to be shown.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use tokio::task::JoinHandle;
use tokio_util::task::AbortOnDropHandle;
use unkey_local::{NoRandomness, Random};
use unkey_tools::types::Secret;

use super::listener::Listening;

/// How long a name is, in bytes before it is written in letters.
const NAME: usize = 32;

/// By what a page is found: a hash of its name, so that looking for it tells nothing of the name.
pub(super) type Key = [u8; 32];

/// What a page's address ends with. Nobody guesses it.
pub(super) struct Name(String);

impl Name {
    pub(super) fn new(random: &dyn Random) -> Result<Self, NoRandomness> {
        let mut bytes = [0; NAME];
        random.fill(&mut bytes)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    pub(super) fn key(&self) -> Key {
        Sha256::digest(&self.0).into()
    }

    /// The key of what somebody sent, where it may be a name.
    pub(super) fn key_of(text: &str) -> Option<Key> {
        // Longer than any is not worth a hash.
        (text.len() <= 2 * NAME).then(|| Sha256::digest(text).into())
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A secret, and what it is.
pub(super) struct Item {
    pub(super) secret: Secret,
    /// What the answer calls it.
    pub(super) name: String,
    /// The id of what it belongs to.
    pub(super) whose: Option<String>,
}

/// The secrets of one answer.
pub(super) struct Page {
    pub(super) items: Vec<Item>,
    /// Ends when the last page does.
    _listening: Option<Arc<Listening>>,
    forgets: Option<AbortOnDropHandle<()>>,
}

impl Page {
    pub(super) const fn new(listening: Option<Arc<Listening>>) -> Self {
        Self {
            items: Vec::new(),
            _listening: listening,
            forgets: None,
        }
    }

    /// Keeps the task that will forget it, which has nothing to do once it is gone.
    pub(super) fn forget_with(&mut self, task: JoinHandle<()>) {
        self.forgets = Some(AbortOnDropHandle::new(task));
    }
}

/// All pages that wait.
#[derive(Default)]
pub(super) struct Held {
    pages: BTreeMap<Key, Page>,
    /// Pages that are being filled.
    reserved: usize,
}

impl Held {
    /// Keeps room for one page, where there are not `most` yet.
    pub(super) fn reserve(&mut self, most: usize) -> bool {
        let has_room = self.pages.len() + self.reserved < most;
        self.reserved += usize::from(has_room);
        has_room
    }

    /// Gives up room that was kept.
    pub(super) const fn give_up(&mut self) {
        self.reserved = self.reserved.saturating_sub(1);
    }

    pub(super) fn publish(&mut self, key: Key, page: Page) {
        self.give_up();
        self.pages.insert(key, page);
    }

    pub(super) fn waits(&self, key: &Key) -> bool {
        self.pages.contains_key(key)
    }

    /// Takes a page out: nobody else will get it.
    pub(super) fn take(&mut self, key: &Key) -> Option<Page> {
        self.pages.remove(key)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pages.is_empty() && self.reserved == 0
    }
}
