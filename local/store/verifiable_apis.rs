//! The table `apis` as verification sees it: whose keys live in a key space, and who may verify them.

use rusqlite::Connection;

use crate::store::statements::Statements as _;

/// The APIs that hold keys.
#[derive(Clone, Copy)]
pub(crate) struct VerifiableApis<'a>(pub(crate) &'a Connection);

/// What decides the use of all the keys of an API.
#[derive(Debug)]
pub(crate) struct VerifiableApi {
    pub(crate) id: String,
    pub(crate) deleted: bool,
    /// The addresses that may verify; empty: all may.
    pub(crate) allowed_addresses: Vec<String>,
}

impl VerifiableApis<'_> {
    /// The API with that key space, deleted ones included.
    pub(crate) fn find(self, key_space_id: &str) -> rusqlite::Result<Option<VerifiableApi>> {
        self.0.optional_row(
            "SELECT id, deleted_at IS NOT NULL, ip_whitelist FROM apis WHERE key_space_id = ?1",
            [key_space_id],
            |row| {
                let addresses: Option<String> = row.get(2)?;
                Ok(VerifiableApi {
                    id: row.get(0)?,
                    deleted: row.get(1)?,
                    allowed_addresses: split_addresses(addresses.as_deref()),
                })
            },
        )
    }
}

fn split_addresses(list: Option<&str>) -> Vec<String> {
    list.unwrap_or_default()
        .split(',')
        .map(str::trim)
        .filter(|address| !address.is_empty())
        .map(str::to_owned)
        .collect()
}
