//! Opening: the folder, the file, the tables, the workspace and the first root key.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicI64;
use std::{env, io};

use rusqlite::{Connection, TransactionBehavior};
use tempfile::TempDir;
use unkey_tools::types::Secret;

use crate::events::Events;
use crate::freshness::Freshness;
use crate::grants::EVERY_GRANT;
use crate::limiter::Limiter;
use crate::options::{Options, Place};
use crate::random::{NoRandomness, Random};
use crate::refill::utc_day;
use crate::shared::Shared;
use crate::snapshots::Snapshots;
use crate::store::{
    Durability, NewRootKey, Portals, RootKeys, Settings, Unusable, Workspaces, open_writer,
};
use crate::vault::Vault;
use crate::{mint, private_file};

/// Why an engine could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder, the database or the root key's file cannot be made or read.
    #[error("make or read {}", .0.display())]
    File(PathBuf, #[source] io::Error),
    /// The database cannot be used.
    #[error("use the database {}", .0.display())]
    Database(PathBuf, #[source] rusqlite::Error),
    /// The file is a database of some other program. It was left as it is.
    #[error("use {}: it is the database of another program", .0.display())]
    Foreign(PathBuf),
    /// A later version of the engine has changed the database.
    #[error("use the database {}: a later version has changed it", .0.display())]
    Newer(PathBuf),
    /// The thread that writes cannot be started.
    #[error("start the thread that writes")]
    Thread(#[source] io::Error),
    /// The source of randomness failed.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
}

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

/// Opens what `options` name, and makes what is missing.
pub(crate) fn open(options: Options) -> Result<Opened, OpenError> {
    let random = options.random;
    let ground = Ground::prepare(options.place)?;
    let path = ground.path.clone();
    let in_database = |error| OpenError::Database(path.clone(), error);
    let mut connection = open_alone(&ground).map_err(|why| match why {
        Unusable::Broken(error) => in_database(error),
        Unusable::Foreign => OpenError::Foreign(path.clone()),
        Unusable::Newer => OpenError::Newer(path.clone()),
    })?;
    let root_key = root_key(ground.root_key_file.as_deref(), random.as_ref())?;
    let ids = Ids::mint(random.as_ref())?;
    let now = options.clock.now();
    settle(&mut connection, &ids, &root_key, now).map_err(in_database)?;
    let refilled_day = Settings(&connection).refilled_day().map_err(in_database)?;
    let shared = Shared {
        path: ground.path,
        clock: options.clock,
        random,
        limiter: Limiter::new(),
        vault: ground.vault,
        events: Events::default(),
        freshness: Freshness::new(),
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
        root_key_file: ground.root_key_file,
        folder: ground.folder,
    })
}

/// Where the engine's files are.
struct Ground {
    path: PathBuf,
    /// Goes away with the engine.
    folder: Option<TempDir>,
    durability: Durability,
    vault: Vault,
    root_key_file: Option<PathBuf>,
}

impl Ground {
    fn prepare(place: Place) -> Result<Self, OpenError> {
        match place {
            // SQLite's own databases in memory take either one connection or locks on whole
            // tables. A file that only this process may read behaves as the real one does, and
            // where nothing waits for the disk it stays in the system's cache.
            Place::Memory => {
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
            Place::File(path) => {
                make_private(&path).map_err(|error| OpenError::File(path.clone(), error))?;
                Ok(Self {
                    folder: None,
                    durability: Durability::Disk,
                    vault: Vault::beside(&path),
                    root_key_file: Some(private_file::beside(&path, ".root-key")),
                    path,
                })
            }
        }
    }
}

/// Opens the database while no other process does: a second one would find its tables half made.
fn open_alone(ground: &Ground) -> Result<Connection, Unusable> {
    let Some(file) = &ground.root_key_file else {
        return open_writer(&ground.path, ground.durability);
    };
    // Where the lock is not to be had, SQLite's own have to do.
    let held = private_file::hold(file).ok();
    let opened = open_writer(&ground.path, ground.durability);
    if opened.is_err() {
        private_file::remove_empty(file);
    }
    drop(held);
    opened
}

/// The root key in that file, made where there is none; a new one where there is no file.
fn root_key(file: Option<&Path>, random: &dyn Random) -> Result<Secret, OpenError> {
    let make = || mint::key(random, Some("unkey"), 24).map(|made| made.key);
    match file {
        None => Ok(make()?),
        Some(file) => private_file::read_or_make(file, || make().map_err(io::Error::other))
            .map_err(|error| OpenError::File(file.to_owned(), error)),
    }
}

/// Makes the folder and the file, for the owner's eyes only where they are new.
fn make_private(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| *folder != Path::new(""));
    if let Some(folder) = folder.filter(|folder| !folder.exists()) {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop)
}

/// Ids that may be needed.
struct Ids {
    workspace: String,
    portal: String,
    grants: Vec<(&'static str, String)>,
}

impl Ids {
    fn mint(random: &dyn Random) -> Result<Self, NoRandomness> {
        let grants = EVERY_GRANT.iter();
        Ok(Self {
            workspace: mint::id(random, "ws")?,
            portal: mint::id(random, "pc")?,
            grants: grants
                .map(|grant| Ok((*grant, mint::id(random, "perm")?)))
                .collect::<Result<_, NoRandomness>>()?,
        })
    }
}

/// Makes the workspace if there is none, and makes `root_key` the one that may do everything.
///
/// The key is what its file says: to change it, change or delete the file and start again.
fn settle(
    connection: &mut Connection,
    ids: &Ids,
    root_key: &Secret,
    now: i64,
) -> rusqlite::Result<()> {
    let hash = mint::hash(root_key.reveal());
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
