//! The flags of the commands for the embedded engine's operator.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::IpAddr;

use clap::{Args, Subcommand, ValueEnum};
use unkey_local::{Clock as _, Export, MigrationAlgorithm, NewRootKeySettings, SystemClock};
use unkey_tools::types::Patch;

use super::examples;
use super::invocation::Action;
use super::path::path;
use crate::config;
use crate::error::StartError;
use crate::operator::{ApiChanges, Assignment, Task, expiry, permissions};

#[derive(Debug, Subcommand)]
pub(super) enum RootKeyCommand {
    /// Make a root key; prints its id and the key, which cannot be read again
    Create(CreateRootKeyFlags),
    /// List the root keys, without the keys themselves
    List(EngineFlags),
    /// Delete a root key; it stops working at once
    Delete(DeleteRootKeyFlags),
}

#[derive(Args, Debug)]
pub(super) struct CreateRootKeyFlags {
    /// Label for people
    #[arg(long)]
    name: String,
    /// What it may do, comma-separated: permissions such as `api.*.create_key` or
    /// `api.api_123.read_key`, or `all`
    #[arg(
        long,
        value_name = "PERMISSIONS",
        value_delimiter = ',',
        required = true
    )]
    permissions: Vec<String>,
    /// When it stops working: a duration from now (30d, 12h), an RFC 3339 time, or Unix ms
    /// [default: never]
    #[arg(long, value_name = "WHEN")]
    expires: Option<String>,
    #[command(flatten)]
    engine: EngineFlags,
}

#[derive(Args, Debug)]
pub(super) struct DeleteRootKeyFlags {
    /// Its id, as `root-key list` shows it
    id: String,
    #[command(flatten)]
    engine: EngineFlags,
}

#[derive(Args, Debug)]
#[command(after_help = examples::API)]
pub(super) struct ApiFlags {
    /// The API, api_…; without a flag its settings are shown
    id: String,
    /// Whether keys may be created recoverable
    #[arg(long, value_name = "BOOL")]
    encrypted_keys: Option<bool>,
    /// Whether apis.deleteApi is refused
    #[arg(long, value_name = "BOOL")]
    delete_protection: Option<bool>,
    /// Addresses that may verify its keys, comma-separated; empty: all may
    #[arg(long, value_name = "ADDRESSES")]
    allowed_addresses: Option<String>,
    /// What new keys start with where the request names no prefix; empty: nothing
    #[arg(long, value_name = "PREFIX")]
    default_prefix: Option<String>,
    /// Random bytes of new keys where the request does not say, 16 to 255; empty: 16
    #[arg(long, value_name = "BYTES")]
    default_bytes: Option<String>,
    #[command(flatten)]
    engine: EngineFlags,
}

#[derive(Debug, Subcommand)]
pub(super) enum MigrationCommand {
    /// Make a migration; prints its id, which keys.migrateKeys and keys.verifyKey take
    Create(CreateMigrationFlags),
}

#[derive(Args, Debug)]
pub(super) struct CreateMigrationFlags {
    /// How its keys are hashed where they come from
    #[arg(long, value_enum, default_value = "sha256")]
    algorithm: Algorithm,
    #[command(flatten)]
    engine: EngineFlags,
}

#[derive(Args, Debug)]
#[command(after_help = examples::EXPORT)]
pub(super) struct ExportFlags {
    /// The migration, mig_…, of the workspace that imports
    #[arg(long, value_name = "ID")]
    migration_id: String,
    /// The id that an API has there, by the id it has here; repeatable [default: the same]
    #[arg(long = "api", value_name = "OLD=NEW", value_parser = renamed)]
    apis: Vec<(String, String)>,
    /// How that migration says the keys are hashed; keys that are hashed otherwise stay
    #[arg(long, value_enum, default_value = "sha256")]
    algorithm: Algorithm,
    /// A folder for one file per request, new or empty [default: one line per request on stdout]
    #[arg(long, value_name = "FOLDER")]
    output: Option<OsString>,
    #[command(flatten)]
    engine: EngineFlags,
}

#[derive(Args, Debug)]
pub(super) struct EngineFlags {
    /// The embedded engine's file; without a path, the data folder's
    #[arg(
        long,
        env = "UNKEY_MCP_LOCAL",
        value_name = "PATH",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )]
    local: Option<OsString>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Algorithm {
    /// As Unkey hashes: SHA-256 of the key, in Base64
    Sha256,
    /// As `prefixed-api-key` does: SHA-256 of the key's last part, in hexadecimal
    #[value(alias = "github.com/seamapi/prefixed-api-key")]
    PrefixedApiKey,
}

impl From<Algorithm> for MigrationAlgorithm {
    fn from(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Sha256 => Self::Sha256,
            Algorithm::PrefixedApiKey => Self::PrefixedApiKey,
        }
    }
}

impl RootKeyCommand {
    pub(super) fn parse(self) -> Result<Action, StartError> {
        match self {
            Self::Create(flags) => flags.parse(),
            Self::List(engine) => engine.assign(Task::ListRootKeys),
            Self::Delete(flags) => flags.engine.assign(Task::DeleteRootKey(flags.id)),
        }
    }
}

impl CreateRootKeyFlags {
    fn parse(self) -> Result<Action, StartError> {
        let usage = |flag: &str, why: String| StartError::Usage(format!("--{flag}: {why}"));
        let name = self.name.trim();
        if !(1..=255).contains(&name.chars().count()) || name.contains(char::is_control) {
            let why = "1 to 255 characters are needed, without line breaks".to_owned();
            return Err(usage("name", why));
        }
        let now = SystemClock::new().now();
        let expires = self.expires.map(|when| expiry(&when, now)).transpose();
        let settings = NewRootKeySettings {
            name: name.to_owned(),
            permissions: permissions(&self.permissions).map_err(|why| usage("permissions", why))?,
            expires: expires.map_err(|why| usage("expires", why))?,
        };
        self.engine.assign(Task::CreateRootKey(settings))
    }
}

impl ApiFlags {
    pub(super) fn parse(self) -> Result<Action, StartError> {
        let changes = ApiChanges {
            recoverable_keys: self.encrypted_keys,
            delete_protection: self.delete_protection,
            allowed_addresses: self
                .allowed_addresses
                .map(|text| addresses(&text))
                .transpose()?,
            default_prefix: patch(self.default_prefix, prefix)?,
            default_bytes: patch(self.default_bytes, bytes)?,
        };
        self.engine.assign(Task::Api {
            id: self.id,
            changes,
        })
    }
}

impl MigrationCommand {
    pub(super) fn parse(self) -> Result<Action, StartError> {
        match self {
            Self::Create(flags) => {
                let algorithm = flags.algorithm.into();
                flags.engine.assign(Task::CreateMigration(algorithm))
            }
        }
    }
}

impl ExportFlags {
    pub(super) fn parse(self) -> Result<Action, StartError> {
        let mut apis = BTreeMap::new();
        for (old, new) in self.apis {
            if apis.insert(old.clone(), new).is_some() {
                let why = format!("--api: `{old}` is given two new ids");
                return Err(StartError::Usage(why));
            }
        }
        let export = Export {
            migration_id: self.migration_id,
            algorithm: self.algorithm.into(),
            apis,
        };
        let output = self
            .output
            .map(|value| path("--output", &value))
            .transpose()?;
        self.engine.assign(Task::Export { export, output })
    }
}

impl EngineFlags {
    fn assign(self, task: Task) -> Result<Action, StartError> {
        Ok(Action::Operate(Assignment {
            database: config::database(self.local.as_deref())?,
            task,
        }))
    }
}

/// `OLD=NEW`.
fn renamed(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((old, new)) if !old.is_empty() && !new.is_empty() => {
            Ok((old.to_owned(), new.to_owned()))
        }
        _ => Err("two ids are needed, as in api_old=api_new"),
    }
}

fn addresses(text: &str) -> Result<Vec<IpAddr>, StartError> {
    let each = text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    each.map(|part| {
        part.parse().map_err(|_| {
            StartError::Usage(format!("--allowed-addresses: `{part}` is no IP address"))
        })
    })
    .collect()
}

/// What a flag that may be empty does to a setting.
fn patch<T>(
    flag: Option<String>,
    read: impl FnOnce(&str) -> Result<T, StartError>,
) -> Result<Patch<T>, StartError> {
    match flag {
        None => Ok(Patch::Keep),
        Some(text) if text.is_empty() => Ok(Patch::Clear),
        Some(text) => read(&text).map(Patch::Set),
    }
}

fn prefix(text: &str) -> Result<String, StartError> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    if text.len() <= 16 && text.chars().all(fits) {
        return Ok(text.to_owned());
    }
    let why = "--default-prefix: 1 to 16 letters, digits and underscores are needed";
    Err(StartError::Usage(why.to_owned()))
}

fn bytes(text: &str) -> Result<i64, StartError> {
    let bytes = text.parse().ok().filter(|bytes| (16..=255).contains(bytes));
    bytes.ok_or_else(|| {
        StartError::Usage(format!(
            "--default-bytes: a number from 16 to 255 is needed, got `{text}`"
        ))
    })
}
