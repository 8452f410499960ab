//! Export: every key as `keys.migrateKeys` takes it, for a workspace on Unkey's cloud or on a
//! self-hosted Unkey.
//!
//! Keys leave as hashes, which is all there is of them, and work where they arrive as they worked
//! here. They are read a page at a time inside one transaction: an export of millions holds a page
//! in memory, and shows one moment whatever a server writes meanwhile.

use std::collections::BTreeMap;
use std::io;

use rusqlite::Connection;
use serde_json::json;
use unkey_tools::keys::MigratingKey;

use crate::admin::operator::OperatorError;
use crate::engine::Engine;
use crate::store::{
    ExportPage, ExportableApi, Exports, LeftBehind, MigrationAlgorithm, Workspaces,
};

/// How many keys a request holds at most.
const BATCH: usize = 1_000;

/// How many bytes a request has, unless a single key has more. Unkey's server takes twice that.
const BATCH_BYTES: usize = 5_000_000;

/// How many bytes a key has at most: the server's 10 MiB, less what stands around the key.
const KEY_BYTES: usize = 10 * 1_024 * 1_024 - 4_096;

/// How many keys are read at a time.
const PAGE: i64 = 500;

/// What to export.
#[derive(Clone, Debug)]
pub struct Export {
    /// The migration, of the workspace that imports.
    pub migration_id: String,
    /// How that migration says the keys are hashed. Keys that are hashed otherwise stay.
    pub algorithm: MigrationAlgorithm,
    /// The id that an API has where its keys go, by the id it has here. APIs without one keep
    /// theirs.
    pub apis: BTreeMap<String, String>,
}

/// What an export hands over, as it comes.
#[derive(Debug)]
pub enum Exported<'a> {
    /// The body of one request.
    Body(&'a [u8]),
    /// A key that `keys.migrateKeys` refuses, and with it every key of the same request.
    LeftOut {
        /// Names the key.
        key_id: &'a str,
        /// What there is too much of.
        why: &'static str,
    },
}

/// What an export did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The APIs, in the order in which they were exported.
    pub apis: Vec<ExportedApi>,
    /// How many requests there are.
    pub bodies: i64,
    /// How many keys were left out because they do not fit.
    pub left_out: i64,
    /// How many keys stayed because the migration says that they are hashed in another way.
    pub hashed_otherwise: i64,
    /// What the keys leave behind.
    pub left_behind: LeftBehind,
}

/// An API of which the keys were exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedApi {
    /// Its id here.
    pub id: String,
    /// Its id where the keys go.
    pub target: String,
    /// Its name.
    pub name: String,
    /// How many keys of it were exported.
    pub keys: i64,
}

/// Why an export failed. What was handed over until then is not all.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A new id was given for an API that is not there.
    #[error("there is no API `{0}`")]
    NoSuchApi(String),
    /// The engine could not be read.
    #[error(transparent)]
    Engine(#[from] OperatorError),
    /// The database could not be read.
    #[error(transparent)]
    Database(OperatorError),
    /// A key could not be written as JSON.
    #[error("a key cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// Whoever takes what is exported did not take it.
    #[error(transparent)]
    Output(#[from] io::Error),
}

impl From<rusqlite::Error> for ExportError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(OperatorError::Database(error))
    }
}

impl Engine {
    /// Hands every key of the workspace to `take`, as bodies of requests to `keys.migrateKeys` of
    /// at most 1,000 keys and 5 MB. Other processes may go on using the database.
    ///
    /// # Errors
    /// [`ExportError`]: an API that is not there, or something that could not be read or written.
    pub fn export(
        &self,
        export: &Export,
        mut take: impl FnMut(Exported<'_>) -> io::Result<()>,
    ) -> Result<Summary, ExportError> {
        // Whatever the writer does, it first gives back the credits of midnights that passed.
        self.operate(|_, _| Ok(()))?;
        self.read(|db| {
            let workspace_id = Workspaces(db).served()?.unwrap_or_default();
            let apis = Exports(db).apis(&workspace_id)?;
            let here = |id: &String| apis.iter().any(|api| api.id == *id);
            if let Some(missing) = export.apis.keys().find(|id| !here(id)) {
                return Err(ExportError::NoSuchApi(missing.clone()));
            }
            let mut summary = Summary {
                apis: Vec::with_capacity(apis.len()),
                bodies: 0,
                left_out: 0,
                hashed_otherwise: 0,
                left_behind: Exports(db).left_behind(&workspace_id)?,
            };
            for api in apis {
                export_api(db, export, api, &mut summary, &mut take)?;
            }
            Ok(summary)
        })
    }
}

fn export_api(
    db: &Connection,
    export: &Export,
    api: ExportableApi,
    summary: &mut Summary,
    take: &mut impl FnMut(Exported<'_>) -> io::Result<()>,
) -> Result<(), ExportError> {
    let target = export.apis.get(&api.id).unwrap_or(&api.id).clone();
    let mut batch = Batch::new(&export.migration_id, &target);
    let mut keys = 0;
    let mut after = String::new();
    loop {
        let page = Exports(db).keys(ExportPage {
            key_space_id: &api.key_space_id,
            algorithm: export.algorithm,
            after: &after,
            limit: PAGE,
        })?;
        let Some((last, _)) = page.last() else {
            break;
        };
        after.clone_from(last);
        for (key_id, key) in &page {
            let json = serde_json::to_vec(key)?;
            if let Some(why) = too_much(key, &json) {
                summary.left_out += 1;
                take(Exported::LeftOut { key_id, why })?;
                continue;
            }
            keys += 1;
            if !batch.has_room(&json) {
                summary.bodies += 1;
                take(Exported::Body(batch.close()))?;
            }
            batch.add(&json);
        }
    }
    if batch.keys > 0 {
        summary.bodies += 1;
        take(Exported::Body(batch.close()))?;
    }
    summary.hashed_otherwise +=
        Exports(db).hashed_otherwise(&api.key_space_id, export.algorithm)?;
    summary.apis.push(ExportedApi {
        id: api.id,
        target,
        name: api.name,
        keys,
    });
    Ok(())
}

/// A request that is being written.
struct Batch {
    /// What stands before the keys.
    head: Vec<u8>,
    body: Vec<u8>,
    keys: usize,
    closed: bool,
}

impl Batch {
    fn new(migration_id: &str, api_id: &str) -> Self {
        let (migration_id, api_id) = (json!(migration_id), json!(api_id));
        let head = format!(r#"{{"migrationId":{migration_id},"apiId":{api_id},"keys":["#);
        Self {
            body: head.clone().into(),
            head: head.into(),
            keys: 0,
            closed: false,
        }
    }

    /// Whether the key may follow those that are there. A first one always may.
    fn has_room(&self, key: &[u8]) -> bool {
        let ends = ",]}".len();
        self.closed
            || self.keys == 0
            || (self.keys < BATCH && self.body.len() + key.len() + ends <= BATCH_BYTES)
    }

    fn add(&mut self, key: &[u8]) {
        if self.closed {
            self.body.clear();
            self.body.extend_from_slice(&self.head);
            self.keys = 0;
            self.closed = false;
        }
        if self.keys > 0 {
            self.body.push(b',');
        }
        self.body.extend_from_slice(key);
        self.keys += 1;
    }

    /// Ends the request; the next key begins another.
    fn close(&mut self) -> &[u8] {
        self.body.extend_from_slice(b"]}");
        self.closed = true;
        &self.body
    }
}

/// What `keys.migrateKeys` would find too much of. Calls that change a key one thing at a time can
/// bring it further than one call can.
fn too_much(key: &MigratingKey, json: &[u8]) -> Option<&'static str> {
    let count = |list: &Option<Vec<String>>| list.as_ref().map_or(0, Vec::len);
    let long = |list: &Option<Vec<String>>| {
        let mut names = list.iter().flatten();
        names.any(|name| name.chars().count() > 100)
    };
    let checks = [
        (count(&key.roles) > 100, "more than 100 roles"),
        (
            long(&key.roles),
            "a role with a name of more than 100 characters",
        ),
        (
            count(&key.permissions) > 1_000,
            "more than 1,000 permissions",
        ),
        (
            long(&key.permissions),
            "a permission with a slug of more than 100 characters",
        ),
        (
            key.ratelimits
                .as_ref()
                .is_some_and(|limits| limits.len() > 50),
            "more than 50 rate limits",
        ),
        (json.len() > KEY_BYTES, "more than 10 MiB of data"),
    ];
    let found = checks.into_iter().find(|(found, _)| *found);
    found.map(|(_, why)| why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_holds_a_thousand_keys_and_the_next_one_begins_anew() {
        let mut batch = Batch::new("mig_1", "api_1");
        for _ in 0..BATCH {
            assert!(batch.has_room(b"{}"));
            batch.add(b"{}");
        }
        assert!(!batch.has_room(b"{}"));
        let body: serde_json::Value = serde_json::from_slice(batch.close()).unwrap();
        assert_eq!(body["keys"].as_array().unwrap().len(), BATCH);
        assert!(batch.has_room(b"{}"));
        batch.add(br#"{"hash":"one"}"#);
        assert_eq!(
            batch.close(),
            br#"{"migrationId":"mig_1","apiId":"api_1","keys":[{"hash":"one"}]}"#
        );
    }

    #[test]
    fn a_body_is_never_larger_than_it_may_be_unless_one_key_is() {
        let mut batch = Batch::new("mig_1", "api_1");
        let half = vec![b' '; BATCH_BYTES / 2 - 100];
        let huge = vec![b' '; BATCH_BYTES + 1];
        batch.add(&half);
        assert!(batch.has_room(&half));
        batch.add(&half);
        assert!(!batch.has_room(&half));
        assert!(batch.close().len() <= BATCH_BYTES);
        assert!(batch.has_room(&huge));
    }

    #[test]
    fn what_an_import_would_refuse_is_named() {
        let key = |fields: serde_json::Value| -> Option<&'static str> {
            let mut key = fields;
            key["hash"] = "abc".into();
            let text = key.to_string();
            too_much(&serde_json::from_str(&text).unwrap(), text.as_bytes())
        };
        assert_eq!(key(json!({})), None);
        let names = |count: usize, length: usize| vec!["x".repeat(length); count];
        assert_eq!(key(json!({"roles": names(100, 100)})), None);
        assert_eq!(
            key(json!({"roles": names(101, 1)})),
            Some("more than 100 roles")
        );
        assert_eq!(
            key(json!({"permissions": names(1, 101)})),
            Some("a permission with a slug of more than 100 characters")
        );
    }
}
