//! `root-key`: making, listing and deleting root keys.

use std::fmt::Write as _;

use jiff::Timestamp;
use tracing::warn;
use unkey_local::{EVERY_GRANT, Engine, ListedRootKey, NewRootKeySettings};

use super::assignment::not_done;
use super::permission::idle;
use crate::error::StartError;
use crate::observe::shown;
use crate::output;

/// Makes a root key and prints it: the one time that it can be read.
pub(super) fn create(engine: &Engine, settings: NewRootKeySettings) -> Result<(), StartError> {
    let idle = idle(engine, &settings.permissions).map_err(|error| not_done(&error))?;
    let made = engine.create_root_key(settings);
    let (id, key) = made.map_err(|error| not_done(&error))?;
    for why in idle {
        warn!("{why}");
    }
    output::print(&format!("id:  {id}\nkey: {}\n", key.reveal()))
}

/// Prints a table of all root keys, without the keys.
pub(super) fn list(engine: &Engine) -> Result<(), StartError> {
    let keys = engine.root_keys().map_err(|error| not_done(&error))?;
    output::print(&table(&keys))
}

/// Deletes a root key.
pub(super) fn delete(engine: &Engine, id: &str) -> Result<(), StartError> {
    engine
        .delete_root_key(id)
        .map_err(|error| not_done(&error))?;
    output::print(&format!("deleted {id}\n"))
}

fn table(keys: &[ListedRootKey]) -> String {
    let head = ["ID", "NAME", "START", "ENABLED", "EXPIRES", "PERMISSIONS"];
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(keys.iter().map(row));
    let mut widths = [0; 6];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            // Writing to a string cannot fail.
            let _ = write!(line, "{cell:width$}  ");
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

fn row(key: &ListedRootKey) -> [String; 6] {
    let permissions = if EVERY_GRANT
        .iter()
        .all(|&grant| key.permissions.iter().any(|held| held == grant))
    {
        "all".to_owned()
    } else {
        key.permissions.join(",")
    };
    [
        key.id.clone(),
        // Somebody may have taken a key for a name.
        shown::redact(key.name.as_deref().unwrap_or_default()).into_owned(),
        key.start.clone(),
        yes_or_no(key.enabled).to_owned(),
        key.expires.map_or_else(|| "never".to_owned(), time),
        permissions,
    ]
}

/// Unix ms as people read them.
fn time(unix_ms: i64) -> String {
    Timestamp::from_millisecond(unix_ms)
        .map_or_else(|_| unix_ms.to_string(), |time| time.to_string())
}

pub(super) const fn yes_or_no(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}
