//! What the threads of an engine share.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use rusqlite::Connection;
use serde_json::Value;

use crate::cache::snapshots::Snapshots;
use crate::domain::api_key;
use crate::domain::ids::new_id;
use crate::domain::limiter::Limiter;
use crate::domain::refill::utc_day;
use crate::domain::vault::Vault;
use crate::run::apply::{Access, Authentication, Context, Effects, RequestMeta};
use crate::run::caller::{self, Caller};
use crate::run::health::Health;
use crate::run::pending_events::PendingEvents;
use crate::run::questions::Questions;
use crate::run::routes::{Route, RouteResult};
use crate::run::transaction::TxContext;
use crate::store::{Namespace, RootKey, RootKeys, VerifiableApi, VerifiableKey};
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
    pub(crate) events: PendingEvents,
    pub(crate) questions: Questions,
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

/// A request that was checked: it has the form its operation asks for.
#[derive(Debug)]
pub(crate) struct ValidatedRequest {
    pub(crate) route: &'static Route,
    pub(crate) body: Value,
    /// The value of the `Authorization` header.
    pub(crate) authorization: String,
    pub(crate) meta: RequestMeta,
}

/// A step of carrying a request out.
pub(crate) type Step = fn(&Shared, &ValidatedRequest, TxContext<'_>) -> (RouteResult, Effects);

impl Shared {
    /// A new id, `<prefix>_` and nine characters.
    pub(crate) fn new_id(&self, prefix: &str) -> Result<String, NoRandomness> {
        new_id(self.random.as_ref(), prefix)
    }

    /// Whether midnight, UTC, passed since the last refills.
    pub(crate) fn refill_is_due(&self, now: i64) -> bool {
        utc_day(now) > self.refilled_day.load(Ordering::Acquire)
    }

    /// Notes the last UTC day whose refills were applied.
    pub(crate) fn set_refilled_day(&self, day: i64) {
        self.refilled_day.fetch_max(day, Ordering::AcqRel);
    }

    /// Finds out who calls, and refuses those who may not.
    pub(crate) fn admit(
        &self,
        pending: &ValidatedRequest,
        tx: TxContext<'_>,
    ) -> (RouteResult, Effects) {
        let caller = self.caller(pending, tx);
        (caller.map(|_| None), Effects::default())
    }

    /// Carries a request out: who calls, then what they ask for. No answer hands it over to the
    /// writer.
    pub(crate) fn execute(
        &self,
        pending: &ValidatedRequest,
        tx: TxContext<'_>,
    ) -> (RouteResult, Effects) {
        let caller = match self.caller(pending, tx) {
            Ok(caller) => caller,
            Err(failure) => return (Err(failure), Effects::default()),
        };
        let mut cx = Context {
            caller: &caller,
            request: &pending.meta,
            shared: self,
            tx,
            effects: Effects {
                invalidates: pending.route.access == Access::Write,
                ..Effects::default()
            },
        };
        let outcome = pending.route.run(&pending.body, &mut cx);
        (outcome, cx.effects)
    }

    fn caller(&self, pending: &ValidatedRequest, tx: TxContext<'_>) -> Result<Caller, Failure> {
        match pending.route.authentication {
            Authentication::RootKey => self.authenticate(pending, tx),
            Authentication::None => Ok(Caller::Anyone),
        }
    }

    fn authenticate(
        &self,
        pending: &ValidatedRequest,
        tx: TxContext<'_>,
    ) -> Result<Caller, Failure> {
        let token = caller::bearer(&pending.authorization)?;
        let hash = api_key::hash(token);
        let load = |db: &Connection| RootKeys(db).find(&hash);
        let key = tx.snapshot(&self.root_keys, &hash, load)?;
        let key = key.ok_or_else(caller::unknown)?;
        caller::admit(&key, pending.meta.now)?;
        Ok(Caller::RootKey(key))
    }
}
