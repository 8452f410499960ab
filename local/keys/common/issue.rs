//! Making a key and its row.

use unkey_tools::types::CreatedKey;

use crate::domain::api_key;
use crate::run::apply::Context;
use crate::store::{Balance, EncryptedKeys, KeySpace, Keys, NewKey};
use crate::wire::failure::Failure;

/// Random bytes in a key where nobody says how many.
const BYTES: i64 = 16;

/// A key to make.
pub(crate) struct Issue<'a> {
    pub(crate) key_space: &'a KeySpace,
    pub(crate) prefix: Option<&'a str>,
    pub(crate) byte_length: Option<i64>,
    pub(crate) name: Option<&'a str>,
    /// JSON.
    pub(crate) meta: Option<&'a str>,
    pub(crate) identity_id: Option<&'a str>,
    pub(crate) enabled: bool,
    /// Unix ms.
    pub(crate) expires: Option<i64>,
    pub(crate) balance: Balance,
    pub(crate) recoverable: bool,
}

/// For `map_err`: a key was not `done`. Only its metadata may be more than its row holds.
pub(crate) fn not_written(done: &str) -> impl FnOnce(rusqlite::Error) -> Failure {
    Failure::not_stored(
        format!("The key could not be {done}"),
        "its metadata is larger than 65,535 bytes. Store less in it.",
    )
}

/// Makes a key in the caller's workspace.
pub(crate) fn issue(cx: &Context<'_>, issue: &Issue<'_>) -> Result<CreatedKey, Failure> {
    let length = issue.byte_length.or(issue.key_space.default_bytes);
    let length = usize::try_from(length.unwrap_or(BYTES)).unwrap_or_default();
    let random = cx.shared.random.as_ref();
    let made = api_key::generate(random, issue.prefix, length)?;
    let id = cx.new_id("key")?;
    let row = NewKey {
        id: &id,
        hash: &made.hash,
        key_space_id: &issue.key_space.id,
        workspace_id: cx.workspace(),
        for_workspace_id: None,
        start: &made.start,
        name: issue.name,
        meta: issue.meta,
        identity_id: issue.identity_id,
        enabled: issue.enabled,
        expires: issue.expires,
        balance: issue.balance,
        pending_migration_id: None,
    };
    let inserted = Keys(cx.db()).insert(&row, cx.now());
    inserted.map_err(not_written("created"))?;
    if issue.recoverable {
        let last = EncryptedKeys(cx.db()).last()?;
        let last = last.as_ref().map(|(id, sealed)| (&**id, &**sealed));
        let sealed = cx.vault().seal(random, &id, &made.key, last)?;
        EncryptedKeys(cx.db()).insert(&id, &sealed, cx.now())?;
    }
    Ok(CreatedKey {
        key_id: id.into(),
        key: made.key,
    })
}
