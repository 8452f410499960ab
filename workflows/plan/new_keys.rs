//! Plans that make keys: from a template, or from a file of another system.

use std::fs::File;
use std::io::{BufReader, Cursor};
use std::path::{Component, Path, PathBuf};

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use unkey_tools::keys::MigratingKey;
use unkey_tools::workflows::{Cannot, PlannedKey, Unread};

use super::change::{Creation, Import, Source};
use super::draft::Draft;
use super::item::{Item, Row, Work};
use super::roles::RolePermissions;
use crate::desk::{Desk, ImportFiles};
use crate::import::{self, ImportError, Input, Read, Sink};
use crate::operations::Api;
use crate::report::WorkflowError;

/// How many keys a request to import has at most.
const ROWS: usize = 100;

/// How many bytes it has, unless one key has more.
const BYTES: usize = 1_000_000;

/// Plans the keys of a template.
pub(crate) fn create(
    draft: &mut Draft,
    creation: &Creation,
    api: &Api,
    roles: &RolePermissions,
    now: i64,
) -> Result<(), WorkflowError> {
    let now = timestamp(now)?;
    let entry = unkey_tools::find("keys_create_key")
        .ok_or_else(|| WorkflowError::Bug("there is no keys_create_key".to_owned()))?;
    for own in &creation.each {
        let mut arguments = creation.template.clone();
        arguments.insert("apiId".to_owned(), json!(api.id));
        if let Some(owner) = &own.owner {
            arguments.insert("externalId".to_owned(), json!(owner));
        }
        if let Some(name) = &own.name {
            arguments.insert("name".to_owned(), json!(name));
        }
        let body = entry
            .prepare(arguments, now)
            .map_err(|bad| WorkflowError::Mistakes(vec![format!("`change.template`: {bad}")]))?;
        let Value::Object(arguments) = body else {
            return Err(WorkflowError::Bug("a request is no object".to_owned()));
        };
        missing_roles(arguments.get("roles"), roles)?;
        let text = |name: &str| {
            arguments
                .get(name)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let item = Item {
            key: PlannedKey {
                external_id: text("externalId"),
                name: text("name"),
                ..PlannedKey::default()
            },
            api_id: Some(api.id.clone()),
            saw: Map::new(),
            work: Work::Create { arguments },
        };
        draft.add(&item, Some(api.label()));
    }
    Ok(())
}

fn timestamp(now: i64) -> Result<Timestamp, WorkflowError> {
    Timestamp::from_millisecond(now).map_err(|error| WorkflowError::Bug(error.to_string()))
}

/// A mistake where a role does not exist.
pub(crate) fn missing_roles(
    named: Option<&Value>,
    roles: &RolePermissions,
) -> Result<(), WorkflowError> {
    let named = named.and_then(Value::as_array).into_iter().flatten();
    let missing: Vec<&str> = named
        .filter_map(Value::as_str)
        .filter(|role| roles.has(role) == Some(false))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let missing = missing.join("`, `");
    Err(WorkflowError::mistake(format!(
        "`change`: no role is called `{missing}`; make it with permissions_create_role first"
    )))
}

/// Plans an import. Also returns what has no place in Unkey.
pub(crate) fn import(
    draft: &mut Draft,
    import: &Import,
    api: &Api,
    desk: &Desk,
    now: i64,
) -> Result<Vec<Unread>, WorkflowError> {
    let mut batches = Batches {
        draft,
        api,
        migration_id: import.migration_id.clone(),
        now: timestamp(now)?,
        rows: Vec::new(),
        bytes: 0,
    };
    let read = match &import.source {
        Source::Inline(text) => import::read(
            Input {
                text: Cursor::new(text.as_bytes()),
                may_hold_keys: false,
                now,
            },
            &mut batches,
        ),
        Source::File(name) => {
            let file = open(name, desk)?;
            import::read(
                Input {
                    text: BufReader::new(file),
                    may_hold_keys: true,
                    now,
                },
                &mut batches,
            )
        }
    };
    let read = read.map_err(|error| mistake(&error))?;
    batches.close();
    Ok(told(draft, &read))
}

fn mistake(error: &ImportError) -> WorkflowError {
    WorkflowError::mistake(format!("The keys to import: {error}."))
}

/// Says what an import changes and leaves behind.
fn told(draft: &mut Draft, read: &Read) -> Vec<Unread> {
    for (what, count) in &read.changed {
        draft.note(format!("{count} rows have {what}."));
    }
    if draft.keys() > 0 {
        draft.note(
            "Owners, roles and permissions that are not there yet are created. Until an imported \
             key is used, lists show no start of it.",
        );
    }
    let behind = read.left_behind.iter();
    behind
        .map(|(field, count)| Unread {
            what: field.clone(),
            why: format!("in {count} rows; Unkey has no place for it"),
        })
        .collect()
}

/// The file that is meant, where the caller may name it.
fn open(name: &str, desk: &Desk) -> Result<File, WorkflowError> {
    let path = match &desk.files {
        ImportFiles::Nowhere => {
            return Err(WorkflowError::mistake(
                "`change.file`: this server reads no files of callers; give the hashes in `data`",
            ));
        }
        ImportFiles::Anywhere => PathBuf::from(name),
        ImportFiles::In(folder) => {
            let mut parts = Path::new(name).components();
            let parts = (parts.next(), parts.next());
            if !matches!(parts, (Some(Component::Normal(_)), None)) {
                return Err(WorkflowError::mistake(format!(
                    "`change.file`: is the name of a file in {}, and no path",
                    folder.display()
                )));
            }
            let path = folder.join(name);
            // What a link leads to was not put there.
            if !path.symlink_metadata().is_ok_and(|found| found.is_file()) {
                return Err(no_file(&path, "there is no such file"));
            }
            path
        }
    };
    File::open(&path).map_err(|error| no_file(&path, &error.to_string()))
}

fn no_file(path: &Path, why: &str) -> WorkflowError {
    let path = path.display();
    WorkflowError::mistake(format!("`change.file`: {path}: {why}"))
}

/// Rows on their way into requests.
struct Batches<'a> {
    draft: &'a mut Draft,
    api: &'a Api,
    migration_id: Option<String>,
    now: Timestamp,
    rows: Vec<Row>,
    bytes: usize,
}

impl Batches<'_> {
    fn close(&mut self) {
        self.bytes = 0;
        let rows = std::mem::take(&mut self.rows);
        if rows.is_empty() {
            return;
        }
        let item = Item {
            key: PlannedKey::default(),
            api_id: Some(self.api.id.clone()),
            saw: Map::new(),
            work: Work::Import {
                migration_id: self.migration_id.clone(),
                rows,
            },
        };
        self.draft.add(&item, Some(self.api.label()));
    }
}

impl Sink for Batches<'_> {
    fn key(&mut self, row: u64, key: MigratingKey) -> bool {
        let wrong = mistakes(&key, &self.api.id, self.now);
        if !wrong.is_empty() {
            for (field, why) in wrong {
                self.bad(Cannot {
                    row: Some(row),
                    field,
                    why,
                    ..Cannot::default()
                });
            }
            return false;
        }
        let size = serde_json::to_vec(&key).map_or(0, |json| json.len());
        if self.rows.len() == ROWS || (self.bytes + size > BYTES && !self.rows.is_empty()) {
            self.close();
        }
        self.bytes += size;
        self.rows.push(Row { row, key });
        true
    }

    fn bad(&mut self, bad: Cannot) {
        self.draft.refuse(bad);
    }
}

/// What Unkey would find wrong with a key: one such key would have its whole request refused.
fn mistakes(key: &MigratingKey, api_id: &str, now: Timestamp) -> Vec<(Option<String>, String)> {
    let Some(entry) = unkey_tools::find("keys_migrate_keys") else {
        return Vec::new();
    };
    let arguments = Map::from_iter([
        // Which one it is, is decided later.
        ("migrationId".to_owned(), json!("mig_later")),
        ("apiId".to_owned(), json!(api_id)),
        ("keys".to_owned(), json!([key])),
    ]);
    let Err(bad) = entry.prepare(arguments, now) else {
        return Vec::new();
    };
    let told = bad.mistakes().iter();
    told.map(|sentence| match sentence.strip_prefix("`keys[0].") {
        Some(rest) => match rest.split_once("`: ") {
            Some((field, why)) => (Some(field.to_owned()), why.to_owned()),
            None => (None, sentence.clone()),
        },
        None => (None, sentence.clone()),
    })
    .collect()
}
