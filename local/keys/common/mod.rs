//! What several operations on keys share.

pub(super) mod attachments;
pub(super) mod credits;
pub(super) mod find;
pub(super) mod issue;
pub(super) mod limits;
pub(super) mod migration;
pub(crate) mod permission;
