//! What the threads of an engine share.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use rusqlite::Connection;
use serde_json::Value;

use crate::cache::freshness::Freshness;
use crate::cache::snapshots::Snapshots;
use crate::domain::limiter::Limiter;
use crate::domain::mint;
use crate::domain::refill::utc_day;
use crate::domain::vault::Vault;
use crate::run::apply::{Access, Admission, Effects, Facts, Side, Work, snapshot};
use crate::run::caller::{self, Caller};
use crate::run::events::Events;
use crate::run::health::Health;
use crate::run::routes::Route;
use crate::store::{Namespace, RootKey, RootKeys, Settings, VerifiableApi, VerifiableKey};
use crate::system::Watch;
use crate::system::clock::Clock;
use crate::system::random::{NoRandomness, Random};
use crate::wire::failure::Failure;

/// What the threads of an engine share.
pub(crate) struct Shared {
    pub(crate) path: PathBuf,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Box<dyn Random>,
    pub(crate) limiter: Limiter,
    pub(crate) vault: Vault,
    pub(crate) events: Events,
    pub(crate) freshness: Freshness,
    pub(crate) watch: Watch,
    pub(crate) health: Health,
    pub(crate) root_keys: Snapshots<RootKey>,
    pub(crate) keys: Snapshots<VerifiableKey>,
    /// By key space.
    pub(crate) apis: Snapshots<VerifiableApi>,
    pub(crate) namespaces: Snapshots<Namespace>,
    /// The last UTC day whose refills were applied, as far as this process knows.
    pub(crate) refilled_day: AtomicI64,
}

/// A request that has the form its operation asks for.
#[derive(Debug)]
pub(crate) struct Pending {
    pub(crate) route: &'static Route,
    pub(crate) body: Value,
    /// The value of the `Authorization` header.
    pub(crate) authorization: String,
    pub(crate) facts: Facts,
}

/// A transaction to work in, and the generation that snapshots must be of.
#[derive(Clone, Copy)]
pub(crate) struct Turn<'a> {
    pub(crate) side: Side<'a>,
    pub(crate) generation: i64,
}

impl Shared {
    /// A new id, `<prefix>_` and nine characters.
    pub(crate) fn mint_id(&self, prefix: &str) -> Result<String, NoRandomness> {
        mint::id(self.random.as_ref(), prefix)
    }

    /// Whether midnight, UTC, passed since the last refills.
    pub(crate) fn refill_is_due(&self, now: i64) -> bool {
        utc_day(now) > self.refilled_day.load(Ordering::Acquire)
    }

    /// Notes the last UTC day whose refills were applied.
    pub(crate) fn set_refilled_day(&self, day: i64) {
        self.refilled_day.fetch_max(day, Ordering::AcqRel);
    }

    /// The generation of the transaction that `db` is in, which began at `began` or later. It is
    /// noted for those that come without a transaction.
    pub(crate) fn generation(&self, db: &Connection, began: Duration) -> rusqlite::Result<i64> {
        let generation = Settings(db).generation()?;
        self.freshness.note(generation, began);
        Ok(generation)
    }

    /// Carries a request out: who calls, then what they ask for.
    pub(crate) fn carry_out(
        &self,
        pending: &Pending,
        turn: Turn<'_>,
    ) -> (Result<Vec<u8>, Failure>, Effects) {
        let caller = match pending.route.admission {
            Admission::RootKey => self.authenticate(pending, turn),
            Admission::Anyone => Ok(Caller::Anyone),
        };
        let caller = match caller {
            Ok(caller) => caller,
            Err(failure) => return (Err(failure), Effects::default()),
        };
        if matches!(turn.side, Side::Memory(_) | Side::Reader(_))
            && pending.route.access != Access::Read
        {
            return (Err(Failure::NeedsWriter), Effects::default());
        }
        let mut work = Work {
            caller: &caller,
            facts: &pending.facts,
            shared: self,
            side: turn.side,
            generation: turn.generation,
            effects: Effects {
                invalidates: pending.route.access == Access::Write,
                ..Effects::default()
            },
        };
        let outcome = pending.route.run(&pending.body, &mut work);
        (outcome, work.effects)
    }

    fn authenticate(&self, pending: &Pending, turn: Turn<'_>) -> Result<Caller, Failure> {
        let token = caller::bearer(&pending.authorization)?;
        let hash = mint::hash(token);
        let load = |db: &Connection| RootKeys(db).find(&hash);
        let key = snapshot(turn.side, turn.generation, &self.root_keys, &hash, load)?;
        let key = key.ok_or_else(caller::unknown)?;
        caller::admit(&key, pending.facts.now)?;
        Ok(Caller::RootKey(key))
    }
}
