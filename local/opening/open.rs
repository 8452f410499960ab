//! Opening: the folder, the file, the tables, the workspace and the first root key.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicI64;

use rusqlite::{Connection, TransactionBehavior};
use tempfile::TempDir;
use unkey_tools::types::Secret;

use super::options::{Location, Options};
use crate::cache::snapshots::Snapshots;
use crate::domain::api_key;
use crate::domain::grants::EVERY_GRANT;
use crate::domain::ids::new_id;
use crate::domain::limiter::Limiter;
use crate::domain::refill::utc_day;
use crate::domain::vault::Vault;
use crate::run::health::Health;
use crate::run::pending_events::PendingEvents;
use crate::run::questions::Questions;
use crate::run::shared::Shared;
use crate::store::{
    Durability, EncryptedKeys, NewRootKey, Portals, RootKeys, Settings, Workspaces, open_writer,
};
use crate::system::open_error::OpenError;
use crate::system::random::{NoRandomness, Random};
use crate::system::{self, SecretFile, SecretProblem, Watch};

/// What an engine is made of.
pub(crate) struct Opened {
    pub(crate) shared: Shared,
    pub(crate) connection: Connection,
    pub(crate) root_key: Secret,
    pub(crate) root_key_file: Option<PathBuf>,
    pub(crate) folder: Option<TempDir>,
}

/// The id of the root key that may do everything.
pub(crate) const OWNER: &str = "key_owner";

/// The slug of the one portal there is.
const PORTAL: &str = "local";

/// The shortest root key that is taken from a file. Those that are made have 38 letters or so.
const SHORTEST: usize = 16;

/// Opens what `options` name, and makes what is missing.
pub(crate) fn open(options: Options) -> Result<Opened, OpenError> {
    let random = options.random;
    let ids = Ids::generate(random.as_ref())?;
    let made = || api_key::generate(random.as_ref(), Some("unkey"), 24).map(|made| made.key);
    let now = options.clock.now();
    let paths = Paths::prepare(options.place)?;
    let path = &paths.path;
    let in_database = |error| OpenError::in_database(path, error);
    let (connection, root_key) = match &paths.root_key_file {
        None => {
            let root_key = made()?;
            let mut connection = open_writer(path, paths.durability)?;
            bootstrap(&mut connection, &ids, &root_key, now).map_err(in_database)?;
            (connection, root_key)
        }
        Some(file) => open_file(path, file, made, |connection, root_key| {
            bootstrap(connection, &ids, root_key, now).map_err(in_database)
        })?,
    };
    examine_vault(&connection, &paths)?;
    let refilled_day = Settings(&connection).refilled_day().map_err(in_database)?;
    let watch = match paths.folder {
        Some(_) => Watch::nothing(),
        None => Watch::over(path).map_err(|error| OpenError::File(path.clone(), error))?,
    };
    let shared = Shared {
        path: paths.path,
        clock: options.clock,
        random,
        limiter: Limiter::new(),
        vault: paths.vault,
        events: PendingEvents::default(),
        questions: Questions::default(),
        watch,
        health: Health::default(),
        root_keys: Snapshots::default(),
        keys: Snapshots::default(),
        apis: Snapshots::default(),
        namespaces: Snapshots::default(),
        refilled_day: AtomicI64::new(refilled_day.unwrap_or(i64::MIN)),
    };
    Ok(Opened {
        shared,
        connection,
        root_key,
        root_key_file: paths.root_key_file,
        folder: paths.folder,
    })
}

/// Where the engine's files are.
struct Paths {
    path: PathBuf,
    /// Goes away with the engine.
    folder: Option<TempDir>,
    durability: Durability,
    vault: Vault,
    root_key_file: Option<PathBuf>,
}

impl Paths {
    fn prepare(place: Location) -> Result<Self, OpenError> {
        match place {
            // SQLite's own databases in memory take either one connection or locks on whole
            // tables. A file that only this process may read behaves as the real one does, and
            // where nothing waits for the disk it stays in the system's cache.
            Location::Memory => {
                let folder = tempfile::Builder::new().prefix("unkey-").tempdir();
                let folder = folder.map_err(|error| OpenError::File(env::temp_dir(), error))?;
                Ok(Self {
                    path: folder.path().join("unkey.db"),
                    folder: Some(folder),
                    durability: Durability::None,
                    vault: Vault::in_memory(),
                    root_key_file: None,
                })
            }
            Location::File(path) => {
                let path = system::resolve(&path)?;
                system::claim(&path)?;
                Ok(Self {
                    folder: None,
                    durability: Durability::Disk,
                    vault: Vault::beside(&path),
                    root_key_file: Some(system::beside(&path, ".root-key")),
                    path,
                })
            }
        }
    }
}

/// Opens the database while no other process does: a second one would find its tables half made.
/// The root key is the one in `file`, else one that `make` makes.
fn open_file(
    path: &Path,
    file: &Path,
    make: impl FnOnce() -> Result<Secret, NoRandomness>,
    bootstrap: impl FnOnce(&mut Connection, &Secret) -> Result<(), OpenError>,
) -> Result<(Connection, Secret), OpenError> {
    let in_secret = |problem| OpenError::RootKeyFile(file.to_owned(), problem);
    let mut held = SecretFile::hold(file).map_err(in_secret)?;
    let found = read_root_key(&mut held).map_err(in_secret)?;
    let opened = system::make(path).and_then(|()| open_writer(path, Durability::Disk));
    let mut connection = match opened {
        Ok(connection) => connection,
        Err(error) => {
            held.remove_empty();
            return Err(error);
        }
    };
    if let Some(root_key) = found {
        recognise(&connection, path, file, &root_key)?;
        bootstrap(&mut connection, &root_key)?;
        return Ok((connection, root_key));
    }
    let served = Workspaces(&connection).served();
    let served = served.map_err(|error| OpenError::in_database(path, error))?;
    if served.is_some() && !held.is_new() {
        // Whoever emptied it did not ask for another key: that is done by deleting it.
        return Err(in_secret(SecretProblem::Empty));
    }
    let root_key = make()?;
    // The file comes first: a start that is cut short in between leaves the key of a database that
    // has none yet, and the next one takes it.
    held.write(&root_key).map_err(in_secret)?;
    match bootstrap(&mut connection, &root_key) {
        Ok(()) => Ok((connection, root_key)),
        Err(error) => {
            held.remove();
            Err(error)
        }
    }
}

/// Refuses a root key that is not the database's: whoever holds the real one would be shut out.
/// A new database takes any that was put there for it.
fn recognise(
    connection: &Connection,
    path: &Path,
    file: &Path,
    root_key: &Secret,
) -> Result<(), OpenError> {
    let in_database = |error| OpenError::in_database(path, error);
    let served = Workspaces(connection).served().map_err(in_database)?;
    if served.is_none() {
        return Ok(());
    }
    let hash = api_key::hash(root_key.reveal());
    match RootKeys(connection).find(&hash).map_err(in_database)? {
        Some(key) if key.id == OWNER || key.holds_all(EVERY_GRANT) => Ok(()),
        Some(_) => Err(OpenError::LimitedRootKey(file.to_owned())),
        None => Err(OpenError::UnknownRootKey(file.to_owned())),
    }
}

fn read_root_key(held: &mut SecretFile) -> Result<Option<Secret>, SecretProblem> {
    match held.read()? {
        Some(secret) if secret.reveal().len() < SHORTEST => Err(SecretProblem::TooShort),
        found => Ok(found),
    }
}

/// Refuses a vault key that does not open what was encrypted last, before a key is encrypted under
/// it. One that is missing is for the log alone: all else works without it, and nothing makes another.
fn examine_vault(connection: &Connection, paths: &Paths) -> Result<(), OpenError> {
    let last = EncryptedKeys(connection).last();
    let last = last.map_err(|error| OpenError::in_database(&paths.path, error))?;
    let last = last.as_ref().map(|(id, sealed)| (&**id, &**sealed));
    match paths.vault.examine(last) {
        Err(error) if error.is_missing() => {
            let path = paths.path.display();
            tracing::error!(%path, "{}", error.for_caller());
            Ok(())
        }
        examined => examined.map_err(|error| OpenError::VaultKeyFile(error.to_string())),
    }
}

/// Ids that may be needed.
struct Ids {
    workspace: String,
    portal: String,
    grants: Vec<(&'static str, String)>,
}

impl Ids {
    fn generate(random: &dyn Random) -> Result<Self, NoRandomness> {
        let grants = EVERY_GRANT.iter();
        Ok(Self {
            workspace: new_id(random, "ws")?,
            portal: new_id(random, "pc")?,
            grants: grants
                .map(|grant| Ok((*grant, new_id(random, "perm")?)))
                .collect::<Result<_, NoRandomness>>()?,
        })
    }
}

/// Makes the workspace if there is none, and makes `root_key` the one that may do everything.
///
/// To change that key, delete its file and start again.
fn bootstrap(
    connection: &mut Connection,
    ids: &Ids,
    root_key: &Secret,
    now: i64,
) -> rusqlite::Result<()> {
    let hash = api_key::hash(root_key.reveal());
    let known = RootKeys(connection).find(&hash)?;
    if known.is_some_and(|key| key.holds_all(EVERY_GRANT)) {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let workspaces = Workspaces(&transaction);
    let workspace_id = if let Some(id) = workspaces.served()? {
        id
    } else {
        workspaces.create(&ids.workspace, now)?;
        Portals(&transaction).insert(&ids.workspace, &ids.portal, PORTAL, now)?;
        Settings(&transaction).set_refilled_day(utc_day(now))?;
        ids.workspace.clone()
    };
    let root_keys = RootKeys(&transaction);
    root_keys.remove(OWNER)?;
    let key = NewRootKey {
        id: OWNER,
        hash: &hash,
        start: root_key.reveal().get(..10).unwrap_or_default(),
        name: "owner",
        workspace_id: &workspace_id,
        expires: None,
    };
    root_keys.insert(&key, now)?;
    for (grant, id) in &ids.grants {
        root_keys.grant(OWNER, grant, id, now)?;
    }
    Settings(&transaction).next_generation()?;
    transaction.commit()
}
