//! Looking up the key that a request names.

use crate::run::apply::Context;
use crate::store::{LiveKey, LiveKeys};
use crate::wire::failure::{Code, Failure};

/// The key of that id. The two ways of not being found have texts of their own, as Unkey's server
/// has them.
pub(crate) fn find_key(cx: &Context<'_>, id: &str) -> Result<LiveKey, Failure> {
    own(cx, LiveKeys(cx.db()).find(id)?)
}

/// The key that hashes so.
pub(crate) fn find_key_by_hash(cx: &Context<'_>, hash: &str) -> Result<LiveKey, Failure> {
    own(cx, LiveKeys(cx.db()).find_by_hash(hash)?)
}

/// The key of that id, for operations that have one text for every way of not being found.
pub(crate) fn find_specified_key(cx: &Context<'_>, id: &str) -> Result<LiveKey, Failure> {
    LiveKeys(cx.db())
        .find(id)?
        .filter(|key| key.workspace_id == cx.workspace())
        .ok_or_else(|| unknown_key(SPECIFIED))
}

/// The text for a key of someone else.
pub(crate) const SPECIFIED: &str = "The specified key was not found.";

fn own(cx: &Context<'_>, key: Option<LiveKey>) -> Result<LiveKey, Failure> {
    let key = key.ok_or_else(|| unknown_key("We could not find the requested key."))?;
    if key.workspace_id == cx.workspace() {
        Ok(key)
    } else {
        Err(unknown_key(SPECIFIED))
    }
}

fn unknown_key(detail: &str) -> Failure {
    Code::KeyNotFound.because(detail)
}
