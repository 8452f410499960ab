//! Where plans are kept, and whom they belong to.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use tokio::task::spawn_blocking;
use unkey_local::MigrationAlgorithm;
use unkey_tools::Entry;
use unkey_workflows::{
    CallError, Desk, Handover, ImportFiles, Maker, Outline, Plans, WorkflowError, outline,
};

use super::workflow::{Parts, refusal};
use super::{Dispatcher, Refusal};
use crate::backend::Backend;
use crate::observe::Fingerprint;
use crate::root_key::{Caller, Mistake};
use crate::settings::Terms;
use crate::{config, key_advice};

/// Where plans are kept, and for whom.
#[derive(Clone, Debug, Default)]
pub struct DeskSettings {
    /// The data folder; without one there are no plans.
    pub data_folder: Option<PathBuf>,
    /// Where callers sit.
    pub seat: Seat,
}

/// Where callers sit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seat {
    /// At the terminal that the process runs in: they name its files, and wait as long as it takes.
    Terminal,
    /// At the same machine, behind a client.
    SameMachine,
    /// Elsewhere.
    #[default]
    Elsewhere,
}

impl DeskSettings {
    /// Those of callers who sit there: plans lie in the platform's data folder.
    pub fn of(seat: Seat) -> Self {
        Self {
            data_folder: config::data_folder(),
            seat,
        }
    }
}

/// How long a call over MCP carries out a plan before it says that there is more: the clients' own
/// limit is a minute.
const CALL_TIME: Duration = Duration::from_secs(45);

impl Dispatcher {
    /// The plan of that id, where `caller` made it on the Unkey of these terms.
    ///
    /// # Errors
    /// What is wrong with it, in words for the caller.
    pub fn plan(
        &self,
        plan_id: &str,
        caller: &Result<Caller, Mistake>,
        terms: &Terms,
        backend: Option<&Backend>,
    ) -> Result<Outline, String> {
        if let Err(mistake) = caller {
            return Err(key_advice::explain(mistake, self.issuer()));
        }
        let backend = backend.unwrap_or(&self.backend);
        let desk = self.desk_of(caller, terms, backend, Handover::Answer);
        let desk = desk.ok_or("this machine has no data folder, where plans would be kept")?;
        outline(plan_id, &desk, self.now().as_millisecond()).map_err(|error| match error {
            WorkflowError::Mistakes(mistakes) => mistakes.join(" "),
            WorkflowError::Failed { error, .. } => error.reason(),
            WorkflowError::Bug(what) => what,
        })
    }
    /// What plans need of `caller`, where there is a data folder.
    fn desk_of(
        &self,
        caller: &Result<Caller, Mistake>,
        terms: &Terms,
        backend: &Backend,
        handover: Handover,
    ) -> Option<Desk> {
        let settings = &self.desk;
        let folder = settings.data_folder.as_ref()?;
        let secrets = self.secrets.path();
        let files = match settings.seat {
            Seat::Terminal => ImportFiles::Anywhere,
            Seat::SameMachine => secrets.map_or(ImportFiles::Nowhere, |path| {
                ImportFiles::In(path.to_owned())
            }),
            Seat::Elsewhere => ImportFiles::Nowhere,
        };
        Some(Desk {
            plans: Plans::new(folder.join("plans")),
            maker: Maker {
                root_key: Fingerprint::of_caller(caller).to_string(),
                profile: terms.profile.clone(),
                backend: backend.place(),
            },
            files,
            secrets: handover,
            time: (settings.seat != Seat::Terminal).then_some(CALL_TIME),
        })
    }
}

impl Parts<'_> {
    /// What plans need, where there is a data folder, and where new keys go.
    pub(super) fn desk(&self, handover: Handover) -> Option<Desk> {
        let dispatcher = self.dispatcher;
        dispatcher.desk_of(self.caller, self.terms, self.backend(), handover)
    }

    /// The plan that a call would carry out, where it carries one out.
    pub(super) fn plan(
        &self,
        entry: &'static Entry,
        body: &Value,
    ) -> Result<Option<Outline>, Refusal> {
        let Some(plan_id) = body.get("planId").and_then(Value::as_str) else {
            return Ok(None);
        };
        let Some(desk) = self.desk(Handover::Answer) else {
            return Ok(None);
        };
        let plan = outline(plan_id, &desk, self.dispatcher.now().as_millisecond());
        plan.map(Some).map_err(|error| refusal(entry, error))
    }

    /// The engine's own migration.
    pub(super) async fn own_migration(&self) -> Result<Option<String>, CallError> {
        let Backend::Local(local) = self.backend() else {
            return Ok(None);
        };
        let failed = |what: String| CallError::of(None, what);
        let engine = local.engine().map_err(|error| failed(error.to_string()))?;
        let found =
            spawn_blocking(move || engine.find_or_create_migration(MigrationAlgorithm::Sha256));
        match found.await {
            Ok(Ok(id)) => Ok(Some(id)),
            Ok(Err(error)) => Err(failed(error.to_string())),
            Err(error) => Err(failed(error.to_string())),
        }
    }
}
