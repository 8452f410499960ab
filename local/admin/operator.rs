//! What the operator of an engine can do beside calling operations: what Unkey offers in its
//! dashboard alone.

use std::sync::mpsc::{self, SyncSender};

use rusqlite::Connection;
use unkey_tools::types::Secret;

use crate::domain::api_key;
use crate::domain::resource_name::ResourceName;
use crate::engine::Engine;
use crate::opening::OWNER;
use crate::run::apply::Effects;
use crate::run::shared::Shared;
use crate::run::transaction::TxContext;
use crate::run::writer::Job;
use crate::store::{
    Api, ApiSettings, Apis, ListedRootKey, MigrationAlgorithm, Migrations, NewRootKey, RootKeys,
    Workspaces,
};
use crate::system::random::NoRandomness;
use crate::system::trouble::{NotKept, Trouble, plain};
use crate::wire::failure::Failure;

/// Why something the operator asked for was not done.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    /// There is no such thing.
    #[error("there is no {0}")]
    NotFound(&'static str),
    /// The root key that may do everything cannot be deleted: it is what its file says.
    #[error(
        "the engine's own root key cannot be deleted; to change it, delete its file and start again"
    )]
    Owner,
    /// A permission names what is not the engine's.
    #[error(
        "`{permission}` would allow nothing here: this database is the workspace `{workspace}`"
    )]
    OtherWorkspace {
        /// The permission.
        permission: String,
        /// The workspace that there is.
        workspace: String,
    },
    /// The database could not be read or written.
    #[error("{}: {}", Trouble::from(.0), plain(.0))]
    Database(rusqlite::Error),
    /// The source of randomness failed.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    /// It could not be kept.
    #[error("{0}")]
    NotKept(NotKept),
}

impl From<rusqlite::Error> for OperatorError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl OperatorError {
    /// There is no writer any more.
    const CLOSED: Self = Self::NotKept(NotKept::undone(Trouble::Closed));
}

/// A root key to make.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewRootKeySettings {
    /// Label for people.
    pub name: String,
    /// What it may do, such as `api.*.create_key` or `api.api_1.verify_key`, compared literally; or
    /// what a [`ResourceName`] says.
    pub permissions: Vec<String>,
    /// When it stops working, Unix ms; `None` is never.
    pub expires: Option<i64>,
}

impl Engine {
    /// Makes a root key. Returns its id, and the key itself, which cannot be read again.
    ///
    /// # Errors
    /// [`OperatorError::OtherWorkspace`] for a permission that would allow nothing, others where
    /// the key could not be kept.
    pub fn create_root_key(
        &self,
        settings: NewRootKeySettings,
    ) -> Result<(String, Secret), OperatorError> {
        self.operate(move |shared, db| {
            let now = shared.clock.now();
            let workspace_id = Workspaces(db)
                .served()?
                .ok_or(OperatorError::NotFound("workspace"))?;
            settings
                .permissions
                .iter()
                .try_for_each(|permission| of_workspace(permission, &workspace_id))?;
            let made = api_key::generate(shared.random.as_ref(), Some("unkey"), 24)?;
            let id = shared.new_id("key")?;
            let key = NewRootKey {
                id: &id,
                hash: &made.hash,
                start: &made.start,
                name: &settings.name,
                workspace_id: &workspace_id,
                expires: settings.expires,
            };
            RootKeys(db).insert(&key, now)?;
            for permission in &settings.permissions {
                let permission_id = shared.new_id("perm")?;
                RootKeys(db).grant(&id, permission, &permission_id, now)?;
            }
            Ok((id, made.key))
        })
    }

    /// Every root key, the oldest first.
    ///
    /// # Errors
    /// [`OperatorError`] where the database cannot be read.
    pub fn root_keys(&self) -> Result<Vec<ListedRootKey>, OperatorError> {
        self.read(|db| Ok(RootKeys(db).list()?))
    }

    /// Deletes a root key by its id.
    ///
    /// # Errors
    /// [`OperatorError::NotFound`] where there is none, [`OperatorError::Owner`] for the one that
    /// may do everything, others where it could not be kept.
    pub fn delete_root_key(&self, id: &str) -> Result<(), OperatorError> {
        if id == OWNER {
            return Err(OperatorError::Owner);
        }
        let id = id.to_owned();
        self.operate(move |_, db| {
            let removed = RootKeys(db).remove(&id)?;
            removed
                .then_some(())
                .ok_or(OperatorError::NotFound("root key"))
        })
    }

    /// Sets what Unkey's dashboard sets of an API.
    ///
    /// # Errors
    /// [`OperatorError::NotFound`] where there is none, others where it could not be kept.
    pub fn configure_api(&self, id: &str, settings: ApiSettings) -> Result<(), OperatorError> {
        let id = id.to_owned();
        self.operate(move |_, db| {
            let api = live_api(db, &id)?;
            Ok(Apis(db).configure(&api, &settings)?)
        })
    }

    /// What is set of an API.
    ///
    /// # Errors
    /// [`OperatorError::NotFound`] where there is none, others where the database cannot be read.
    pub fn api_settings(&self, id: &str) -> Result<ApiSettings, OperatorError> {
        self.read(|db| Ok(Apis(db).settings(&live_api(db, id)?)?))
    }

    /// Ids and names of APIs, `most` of them at most: those of that name, or all.
    ///
    /// # Errors
    /// [`OperatorError`] where the database cannot be read.
    pub fn apis(
        &self,
        name: Option<&str>,
        most: u32,
    ) -> Result<Vec<(String, String)>, OperatorError> {
        self.read(|db| {
            let workspace_id = Workspaces(db).served()?.unwrap_or_default();
            Ok(Apis(db).named(&workspace_id, name, most)?)
        })
    }

    /// Changes some of what is set of an API, in one step. Returns what is set then.
    ///
    /// # Errors
    /// [`OperatorError::NotFound`] where there is none, others where it could not be kept.
    pub fn change_api(
        &self,
        id: &str,
        change: impl FnOnce(&mut ApiSettings) + Send + 'static,
    ) -> Result<ApiSettings, OperatorError> {
        let id = id.to_owned();
        self.operate(move |_, db| {
            let api = live_api(db, &id)?;
            let mut settings = Apis(db).settings(&api)?;
            change(&mut settings);
            Apis(db).configure(&api, &settings)?;
            Ok(settings)
        })
    }

    /// Makes a migration, whose id `keys.migrateKeys` and `keys.verifyKey` take. Unkey's support
    /// makes them for its customers.
    ///
    /// # Errors
    /// [`OperatorError`] where it could not be kept.
    pub fn create_migration(&self, algorithm: MigrationAlgorithm) -> Result<String, OperatorError> {
        self.operate(move |shared, db| {
            let workspace_id = Workspaces(db)
                .served()?
                .ok_or(OperatorError::NotFound("workspace"))?;
            let id = shared.new_id("mig")?;
            Migrations(db).insert(&workspace_id, &id, algorithm, shared.clock.now())?;
            Ok(id)
        })
    }

    /// The id of a migration of that kind: the first that there is, else a new one.
    ///
    /// # Errors
    /// [`OperatorError`] where it could not be kept.
    pub fn find_or_create_migration(
        &self,
        algorithm: MigrationAlgorithm,
    ) -> Result<String, OperatorError> {
        let found = self.read(|db| {
            let workspace_id = Workspaces(db).served()?.unwrap_or_default();
            Ok::<_, OperatorError>(Migrations(db).first(&workspace_id, algorithm)?)
        })?;
        found.map_or_else(|| self.create_migration(algorithm), Ok)
    }

    /// Does something on the writer's thread and waits until it is kept.
    pub(crate) fn operate<T: Send + 'static>(
        &self,
        run: impl FnOnce(&Shared, &Connection) -> Result<T, OperatorError> + Send + 'static,
    ) -> Result<T, OperatorError> {
        let (sender, result) = mpsc::sync_channel(1);
        self.enqueue(Box::new(Operation {
            run: Some(run),
            result: Err(OperatorError::CLOSED),
            sender,
        }));
        result.recv().unwrap_or(Err(OperatorError::CLOSED))
    }
}

/// Refuses a permission on what belongs to another workspace.
fn of_workspace(permission: &str, workspace_id: &str) -> Result<(), OperatorError> {
    match ResourceName::parse(permission) {
        Some(name) if name.workspace != workspace_id => Err(OperatorError::OtherWorkspace {
            permission: permission.to_owned(),
            workspace: workspace_id.to_owned(),
        }),
        _ => Ok(()),
    }
}

fn live_api(db: &Connection, id: &str) -> Result<Api, OperatorError> {
    let workspace_id = Workspaces(db).served()?.unwrap_or_default();
    Apis(db)
        .find_live(&workspace_id, id)?
        .ok_or(OperatorError::NotFound("API"))
}

struct Operation<T, F> {
    /// Taken when it runs.
    run: Option<F>,
    result: Result<T, OperatorError>,
    sender: SyncSender<Result<T, OperatorError>>,
}

impl<T, F> Job for Operation<T, F>
where
    T: Send,
    F: FnOnce(&Shared, &Connection) -> Result<T, OperatorError> + Send,
{
    fn run(&mut self, shared: &Shared, tx: TxContext<'_>) -> (Result<(), Failure>, Effects) {
        if let Some(run) = self.run.take() {
            self.result = run(shared, tx.db);
        }
        // The caller has a reason of its own; here it only matters that there is one.
        let outcome = match self.result {
            Ok(_) => Ok(()),
            Err(_) => Err(Failure::NotKept(NotKept::undone(Trouble::Other))),
        };
        let effects = Effects {
            invalidates: true,
            ..Effects::default()
        };
        (outcome, effects)
    }

    fn finish(self: Box<Self>, outcome: Result<(), Failure>) {
        let result = match (self.result, outcome) {
            (Ok(_), Err(Failure::NotKept(why))) => Err(OperatorError::NotKept(why)),
            (Ok(_), Err(_)) => Err(OperatorError::CLOSED),
            (result, _) => result,
        };
        // The receiver waits.
        let _ = self.sender.send(result);
    }
}
