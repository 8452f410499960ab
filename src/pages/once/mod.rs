//! Pages that show secrets once. Until then these are in memory alone, and after ten minutes they are
//! nowhere.
//!
//! `serve` has such a page on its own address. On stdio a listener on loopback has it, which lives as
//! long as a secret waits.

mod held;
mod html;
mod listener;
mod routes;

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use unkey_local::{Random, SystemRandom};
use unkey_tools::types::Secret;

use self::held::{Held, Item, Name, Page};
use self::listener::Listening;
pub(super) use self::routes::router;
use crate::stop::FAREWELL;

/// How long a secret waits for somebody to look at it.
const LIFETIME: Duration = Duration::from_mins(10);

/// How often it is looked whether pages still wait.
const LOOK: Duration = Duration::from_millis(100);

/// How many pages wait at once. Each is to be opened by a person.
const MOST: usize = 100;

/// The pages of one server. Cheap to clone.
#[derive(Clone)]
pub struct OneTime(Arc<Inner>);

struct Inner {
    random: Arc<dyn Random>,
    lifetime: Duration,
    held: Mutex<Held>,
    place: Place,
}

/// Where the pages are.
enum Place {
    /// On the address of `serve`.
    Server(SocketAddr),
    /// On one of their own, while there are any.
    Own(Mutex<Weak<Listening>>),
}

impl OneTime {
    /// Pages of a server that answers at `address`.
    pub fn at(address: SocketAddr) -> Self {
        Self::new(Place::Server(address), LIFETIME)
    }

    /// Pages that have a listener of their own.
    pub fn on_demand() -> Self {
        Self::new(Place::Own(Mutex::default()), LIFETIME)
    }

    fn new(place: Place, lifetime: Duration) -> Self {
        Self(Arc::new(Inner {
            random: Arc::new(SystemRandom),
            lifetime,
            held: Mutex::default(),
            place,
        }))
    }

    /// Makes room for a page, and has somebody answer there. It needs a runtime of tokio's around it.
    ///
    /// # Errors
    /// Why there can be no page, and what to do about it.
    pub(crate) fn reserve(&self) -> Result<Slot, String> {
        let (address, listening) = self.listening()?;
        let name = Name::new(&*self.0.random)
            .map_err(|_| "the system has no randomness to name a page with; try again")?;
        if !self.held().reserve(MOST) {
            return Err(format!(
                "{MOST} pages with secrets wait already; let the user open them, or wait ten minutes"
            ));
        }
        Ok(Slot {
            pages: self.clone(),
            address: format!("http://{address}{}{name}", routes::FOLDER),
            name,
            page: Some(Page::new(listening)),
        })
    }

    /// Whether a page waits.
    pub(crate) fn has_waiting(&self) -> bool {
        !self.held().is_empty()
    }

    /// Returns once no page waits any more, and the last was sent to who opened it.
    pub(crate) async fn seen(&self) {
        while self.has_waiting() {
            tokio::time::sleep(LOOK).await;
        }
        tokio::time::sleep(FAREWELL).await;
    }

    /// Where the pages are, and what answers there.
    fn listening(&self) -> Result<(SocketAddr, Option<Arc<Listening>>), String> {
        let own = match &self.0.place {
            Place::Server(address) => return Ok((*address, None)),
            Place::Own(own) => own,
        };
        let mut own = own.lock().unwrap_or_else(PoisonError::into_inner);
        let listening = if let Some(listening) = own.upgrade() {
            listening
        } else {
            let opened = listener::open(self).map_err(|error| {
                format!("this machine gives no address on loopback for a page: {error}")
            })?;
            *own = Arc::downgrade(&opened);
            opened
        };
        Ok((listening.address(), Some(listening)))
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for OneTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTime")
    }
}

/// A page that is being filled. Dropped before it is [published](Self::publish), it never was.
pub(crate) struct Slot {
    pages: OneTime,
    name: Name,
    address: String,
    page: Option<Page>,
}

impl Slot {
    /// Puts a secret onto the page: `whose`, and what the answer calls it.
    pub(crate) fn add(&mut self, secret: Secret, name: &str, whose: Option<&str>) {
        if let Some(page) = &mut self.page {
            page.items.push(Item {
                secret,
                name: name.to_owned(),
                whose: whose.map(str::to_owned),
            });
        }
    }

    /// Whether nothing was put onto it yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.page.as_ref().is_none_or(|page| page.items.is_empty())
    }

    /// Where the page is.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Lets the page be opened.
    pub(crate) fn publish(mut self) {
        let Some(mut page) = self.page.take() else {
            return;
        };
        let (pages, key) = (self.pages.clone(), self.name.key());
        let forgotten = async move {
            tokio::time::sleep(pages.0.lifetime).await;
            pages.held().take(&key);
        };
        page.forget_with(tokio::spawn(forgotten));
        self.pages.held().publish(self.name.key(), page);
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if self.page.is_some() {
            self.pages.held().give_up();
        }
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Slot")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(pages: &OneTime) -> String {
        let mut slot = pages.reserve().unwrap();
        slot.add(Secret::new("sk_1"), "key", Some("key_1"));
        let name = slot.address().rsplit('/').next().unwrap().to_owned();
        slot.publish();
        name
    }

    fn server(lifetime: Duration) -> OneTime {
        OneTime::new(Place::Server(([127, 0, 0, 1], 1).into()), lifetime)
    }

    fn waits(pages: &OneTime, name: &str) -> bool {
        Name::key_of(name).is_some_and(|key| pages.held().waits(&key))
    }

    #[tokio::test]
    async fn a_secret_is_taken_once() {
        let pages = server(LIFETIME);
        let name = page(&pages);
        assert!(
            waits(&pages, &name) && waits(&pages, &name),
            "a look leaves it"
        );
        let key = Name::key_of(&name).unwrap();
        let taken = pages.held().take(&key).unwrap();
        assert_eq!(taken.items[0].secret.reveal(), "sk_1");
        assert!(pages.held().take(&key).is_none());
        assert!(!waits(&pages, &name));
    }

    #[tokio::test]
    async fn a_secret_that_nobody_looks_at_is_forgotten() {
        let pages = server(Duration::from_millis(1));
        let name = page(&pages);
        while waits(&pages, &name) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert!(pages.held().is_empty());
    }

    #[tokio::test]
    async fn there_is_room_for_so_many_and_no_more() {
        let pages = server(LIFETIME);
        let mut slots: Vec<Slot> = (0..MOST).map(|_| pages.reserve().unwrap()).collect();
        assert!(pages.reserve().unwrap_err().contains("wait already"));
        slots.pop();
        let name = page(&pages);
        assert!(pages.reserve().is_err(), "one that waits takes room too");
        let key = Name::key_of(&name).unwrap();
        drop(pages.held().take(&key));
        drop(pages.reserve().unwrap());
        drop(slots);
        assert!(pages.held().is_empty());
    }
}
