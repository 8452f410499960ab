//! What the operator asks for, and doing it.

use std::path::PathBuf;
use std::{fs, io};

use tracing::level_filters::LevelFilter;
use unkey_local::{Engine, Export, MigrationAlgorithm, NewRootKeySettings, OperatorError};

use super::api::{self, ApiChanges};
use super::{export, root_key};
use crate::backend::Local;
use crate::config::EnginePlace;
use crate::error::StartError;
use crate::observe::{Log, LogSettings};
use crate::output;

/// Something to do, and the engine to do it in.
#[derive(Debug)]
pub struct Assignment {
    /// The engine's file.
    pub database: PathBuf,
    /// What to do.
    pub task: Task,
}

/// What the operator asks for.
#[derive(Debug)]
pub enum Task {
    /// Make a root key and print it.
    CreateRootKey(NewRootKeySettings),
    /// Print what is known of every root key.
    ListRootKeys,
    /// Delete the root key of that id.
    DeleteRootKey(String),
    /// Change settings of an API and print them all.
    Api {
        /// The API's id.
        id: String,
        /// What to change.
        changes: ApiChanges,
    },
    /// Make a migration and print its id.
    CreateMigration(MigrationAlgorithm),
    /// Write the keys for another Unkey.
    Export {
        /// Which, and how.
        export: Export,
        /// A folder for a file per request; `None` writes lines to stdout.
        output: Option<PathBuf>,
    },
}

impl Task {
    /// Whether an engine that does not exist yet is made for it. Where there is nothing to show or
    /// change, the path is more likely a slip than a wish.
    const fn makes_an_engine(&self) -> bool {
        matches!(self, Self::CreateRootKey(_) | Self::CreateMigration(_))
    }
}

/// Does what was asked for.
///
/// # Errors
/// Where the engine cannot be opened, or refused it, or the outcome cannot be written.
pub fn run(assignment: Assignment) -> Result<(), StartError> {
    let Assignment { database, task } = assignment;
    let log = Log::start(LogSettings::to_stderr(LevelFilter::WARN))?;
    let done = open_and_do(database, task);
    log.end();
    done
}

fn open_and_do(database: PathBuf, task: Task) -> Result<(), StartError> {
    if !task.makes_an_engine() {
        // That it cannot be looked at is not that it is not there: opening it says what is wrong.
        match fs::metadata(&database) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(StartError::NoDatabase(database));
            }
            _ => {}
        }
    }
    let local = Local::new(EnginePlace::File(database));
    let engine = local.engine()?;
    let done = carry_out(&engine, task);
    local.close();
    done
}

fn carry_out(engine: &Engine, task: Task) -> Result<(), StartError> {
    match task {
        Task::CreateRootKey(settings) => root_key::create(engine, settings),
        Task::ListRootKeys => root_key::list(engine),
        Task::DeleteRootKey(id) => root_key::delete(engine, &id),
        Task::Api { id, changes } => api::configure(engine, &id, changes),
        Task::CreateMigration(algorithm) => {
            let id = engine
                .create_migration(algorithm)
                .map_err(|error| not_done(&error))?;
            output::print(&format!("{id}\n"))
        }
        Task::Export { export, output } => export::write(engine, &export, output.as_deref()),
    }
}

/// Why the engine did not do it.
pub(super) fn not_done(error: &OperatorError) -> StartError {
    StartError::NotDone(error.to_string())
}
