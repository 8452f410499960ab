//! What must be true of a database file, whatever happened to it.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

/// Queries for rows that must not be there, named by what these are.
const FAULTS: &[(&str, &str)] = &[
    (
        "negative balances",
        "SELECT id FROM keys WHERE remaining < 0",
    ),
    (
        "keys of no API",
        "SELECT keys.id FROM keys LEFT JOIN apis USING (key_space_id)
         WHERE apis.id IS NULL AND for_workspace_id IS NULL",
    ),
    (
        "links to missing rows",
        "SELECT \"table\" FROM pragma_foreign_key_check",
    ),
];

/// Checks that the file is sound, that no row refers to a missing one, and that no key has more
/// than it can have or less than it must.
#[track_caller]
pub(crate) fn is_consistent(file: &Path) {
    assert_eq!(rows(file, "PRAGMA integrity_check"), ["ok"]);
    for (fault, query) in FAULTS {
        assert_eq!(rows(file, query), [""; 0], "{fault}");
    }
}

/// The first column of what a query finds, as text.
pub(crate) fn rows(file: &Path, query: &str) -> Vec<String> {
    let db = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut query = db.prepare(query).unwrap();
    let rows = query.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}
