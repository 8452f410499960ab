//! The way of one call between whoever makes it and the backend, with every check on that way. It
//! knows neither MCP nor HTTP: a tool call of a client takes it, and whatever else calls operations.

mod completion;
mod desk;
mod dry_run;
mod facts;
mod ids;
mod known;
mod policy;
mod refusal;
mod workflow;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};
use tracing::warn;
use unkey_local::{Clock, SystemClock};
use unkey_tools::Entry;

pub use self::completion::{Beginning, Fitting, Subject};
pub use self::desk::{DeskSettings, Seat};
pub use self::facts::{Facts, Misplaced};
pub use self::refusal::Refusal;
pub use self::workflow::Listener;
use self::workflow::{Parts, Work};
use crate::backend::{Backend, Failure, Upstream};
use crate::calls::{Busy, Calls, Permit};
use crate::config::data_folder;
use crate::confirm::{Asked, Confirmation, Lookup, Sent};
use crate::inventory::Inventory;
use crate::key_advice::{self, Issuer};
use crate::observe::{Observer, shown};
use crate::panics::faults;
use crate::policy::{Budget, Case};
use crate::remembered::{self, Remembered};
use crate::root_key::{Caller, Mistake};
use crate::secrets::{Body, Errand, Secrets};
use crate::settings::{ConfirmMode, Terms};
use crate::{summary, untrusted};

/// Carries calls out. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Dispatcher {
    backend: Backend,
    observer: Observer,
    calls: Calls,
    desk: DeskSettings,
    clock: Arc<dyn Clock>,
    budget: Budget,
    confirmation: Confirmation,
    secrets: Secrets,
    /// The APIs that calls have met, where they are remembered.
    remembered: Option<Arc<Remembered>>,
}

/// One call as it was asked for.
#[derive(Debug)]
pub struct Request<'a> {
    /// The operation.
    pub entry: &'static Entry,
    /// The arguments, as they were sent.
    pub arguments: Map<String, Value>,
    /// The tools that the caller has: a workflow calls no others.
    pub inventory: Inventory,
    /// Who calls, or why that is not known.
    pub caller: &'a Result<Caller, Mistake>,
    /// What goes to Unkey beside what is asked for.
    pub upstream: &'a Upstream,
    /// What the operator settled for it.
    pub terms: &'a Terms,
    /// Who answers, where it is not the dispatcher's own backend.
    pub backend: Option<&'a Backend>,
    /// How whoever calls can be asked to agree, and what they answered.
    pub asked: &'a Asked,
    /// Who is told how far a long call has come.
    pub listener: Option<Listener<'a>>,
    /// Where it is a part of a workflow: the place among the calls that this has.
    pub permit: Option<&'a Permit>,
}

/// A call whose arguments are understood.
struct Ready<'a> {
    caller: &'a Caller,
    body: Body,
    errand: Errand,
}

impl Dispatcher {
    /// Calls to `backend`, as many at once as `calls` allows.
    pub fn new(backend: Backend, observer: Observer, calls: Calls) -> Self {
        Self {
            backend,
            observer,
            calls,
            clock: Arc::new(SystemClock::new()),
            desk: DeskSettings::default(),
            budget: Budget::default(),
            confirmation: Confirmation::of_system(ConfirmMode::default()),
            secrets: Secrets::default(),
            remembered: None,
        }
    }

    /// The same, which remembers the APIs that calls to Unkey meet: all come from `caller`.
    #[must_use]
    pub fn remembering_for(
        mut self,
        api_url: Option<&str>,
        caller: &Result<Caller, Mistake>,
    ) -> Self {
        if let (Some(api_url), Ok(Caller::Key(root_key))) = (api_url, caller) {
            let folder = data_folder().map(|folder| folder.join("apis"));
            let remembered = Remembered::new(folder.as_deref(), api_url, root_key);
            self.remembered = Some(Arc::new(remembered));
        }
        self
    }

    /// The same, by another clock than the system's.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The same, with secrets that go there.
    #[must_use]
    pub fn with_secrets(mut self, secrets: Secrets) -> Self {
        self.secrets = secrets;
        self
    }

    /// The same, with a place for plans.
    #[must_use]
    pub fn with_desk(mut self, desk: DeskSettings) -> Self {
        self.desk = desk;
        self
    }

    /// What time it is.
    fn now(&self) -> Timestamp {
        // What no calendar has is no time of day: the clock is wrong, and any other is as good.
        Timestamp::from_millisecond(self.clock.now()).unwrap_or_default()
    }

    /// The calls under way, of all clones.
    pub const fn calls(&self) -> &Calls {
        &self.calls
    }

    /// Where secrets go.
    pub const fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Who makes the root keys that the backend takes.
    pub const fn issuer(&self) -> Issuer {
        self.backend.issuer()
    }

    /// Carries out one call, and returns Unkey's envelope with what this server says of it.
    ///
    /// Dropping the future gives the call up; what was sent stays sent.
    ///
    /// # Errors
    /// A [`Refusal`] says what kept the call from its end.
    pub async fn call(&self, request: Request<'_>) -> Result<Value, Refusal> {
        let parts = Parts {
            dispatcher: self,
            inventory: request.inventory,
            caller: request.caller,
            upstream: request.upstream,
            terms: request.terms,
            backend: request.backend,
        };
        let Request {
            entry,
            mut arguments,
            upstream,
            terms,
            backend,
            asked,
            listener,
            permit,
            ..
        } = request;
        let confirmation = self.confirmation.in_mode(terms.confirm);
        let sent = confirmation.receive(entry, &mut arguments);
        let backend = backend.unwrap_or(&self.backend);
        let is_part = permit.is_some();
        let Ready {
            caller,
            mut body,
            mut errand,
        } = self.ready(entry, arguments, &parts, is_part).await?;
        let case = Case {
            entry,
            body: &body,
            now: self.clock.now(),
        };
        self.uphold(&terms.policy, case, backend, caller, upstream)
            .await?;
        if terms.dry_run && !entry.effect.is_read_only() {
            let plan = parts.plan(entry, &body)?;
            let shown = dry_run::show(entry, &body, plan.as_ref());
            return Err(Refusal::DryRun(shown));
        }
        let room = self.room(entry, &body, terms)?;
        let admitted;
        let permit = if let Some(permit) = permit {
            permit
        } else {
            admitted = self.admit(caller)?;
            &admitted
        };
        // A person is asked about what was asked for, and not about each of its parts.
        if !is_part {
            let lookup = Lookup::new(backend, caller, upstream);
            let call = (entry, &*body, sent, asked);
            Self::confirm(&confirmation, call, lookup, &parts).await?;
        }
        faults::strike(&body);
        errand.reserve().await.map_err(Refusal::mistake)?;
        errand.fill(&mut body);
        // From here on it may have an effect.
        if let Some(room) = room {
            room.spend();
        }
        let summarised = terms.answers.summaries && !is_part;
        let summarised = summarised.then(|| summary::Asked::new(entry, &body));
        let facts = Facts::new(entry, &body);
        let answer = if entry.is_workflow() {
            // Most calls are none: they do not carry its size about.
            let work = Work {
                body: Value::clone(&body),
                listener,
                permit,
                handover: errand.handover(),
            };
            Ok(Box::pin(parts.run(entry, work)).await?)
        } else {
            self.made(entry, &body, backend, caller, upstream).await
        };
        let settled = errand.settle(&mut body, caller, answer).await;
        let mut envelope = settled.map_err(|unanswered| Refusal::unanswered(unanswered, facts))?;
        if !is_part {
            untrusted::mark(entry, &mut envelope);
        }
        if let Some(asked) = summarised.flatten() {
            asked.answered(&mut envelope, self.now());
        }
        Ok(envelope)
    }

    /// Makes what Unkey expects of the arguments.
    async fn ready<'a>(
        &self,
        entry: &'static Entry,
        mut arguments: Map<String, Value>,
        parts: &Parts<'a>,
        is_part: bool,
    ) -> Result<Ready<'a>, Refusal> {
        let Parts { caller, terms, .. } = *parts;
        let backend = parts.backend();
        // What a part reads is the workflow's, and nobody sees it there.
        let secrets = if is_part && entry.effect.is_read_only() {
            Secrets::default()
        } else {
            self.secrets.held_to(terms.secrets)
        };
        let errand = Errand::begin(&secrets, entry, &mut arguments);
        let body = match ids::of_apis(entry, arguments, terms, backend, caller).await {
            Ok(arguments) => entry
                .prepare(arguments, self.now())
                // It quotes names that a caller made up.
                .map_err(|bad| shown::lines(&bad.to_string())),
            Err(mistake) => Err(mistake),
        };
        // All mistakes at once, so that all can be mended at once.
        let (caller, body, mut errand) = match (caller, body, errand) {
            (Ok(caller), Ok(body), Ok(errand)) => (caller, body, errand),
            (caller, body, errand) => {
                let mistake = caller.as_ref().err();
                let mistakes = [
                    mistake.map(|mistake| key_advice::explain(mistake, self.issuer())),
                    body.err(),
                    errand.err(),
                ];
                return Err(Refusal::Mistakes(mistakes.into_iter().flatten().collect()));
            }
        };
        let mut body = Body::new(entry, body);
        errand.read(&mut body).await.map_err(Refusal::mistake)?;
        ids::of_namespaces(&mut body, terms);
        Ok(Ready {
            caller,
            body,
            errand,
        })
    }

    /// Has the backend carry the call out, and remembers the APIs that it meets.
    async fn made(
        &self,
        entry: &'static Entry,
        body: &Value,
        backend: &Backend,
        caller: &Caller,
        upstream: &Upstream,
    ) -> Result<Value, Failure> {
        let remembered = self.remembered.as_ref();
        let noted = remembered.map(|apis| (apis, remembered::Asked::new(entry, body)));
        let envelope = backend.call(entry, body, caller, upstream).await?;
        if let Some((apis, asked)) = noted {
            apis.note(asked, &envelope);
        }
        Ok(envelope)
    }

    /// Lets `caller` make a call, if there is room for it.
    fn admit(&self, caller: &Caller) -> Result<Permit, Busy> {
        self.calls.admit(caller).inspect_err(|busy| {
            if let Some(limit) = busy.limit() {
                self.observer.metrics().limit_hits.count(limit);
                warn!(limit, "a limit was reached");
            }
        })
    }

    /// Returns once the call may be made.
    async fn confirm(
        confirmation: &Confirmation,
        (entry, body, sent, asked): (&'static Entry, &Value, Sent, &Asked),
        lookup: Lookup<'_>,
        parts: &Parts<'_>,
    ) -> Result<(), Refusal> {
        let Some(pending) = confirmation.pending(entry, body, sent, asked) else {
            return Ok(());
        };
        let lookup = lookup.of_plan(parts.plan(entry, body)?);
        // Few calls are asked about, and what all carry along is to stay small.
        Ok(Box::pin(confirmation.settle(pending, &lookup)).await?)
    }
}
