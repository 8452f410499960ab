//! Plans: what would be done to which keys, and what was seen of them.
//!
//! - `change.rs`: what the argument `change` means.
//! - `decide.rs`: what a change means for one key; `aspect.rs` has the parts of a key, `roles.rs` what
//!   roles grant, `undo.rs` what takes a change back.
//! - `item.rs`: one piece of work; `file.rs`: the file of all; `folder.rs`: the folder of files;
//!   `outline.rs`: what a person should know of one.

pub(crate) mod aspect;
pub(crate) mod change;
pub(crate) mod decide;
pub(crate) mod draft;
pub(crate) mod file;
pub(crate) mod folder;
pub(crate) mod item;
pub(crate) mod new_keys;
pub(crate) mod outline;
pub(crate) mod roles;
pub(crate) mod undo;
