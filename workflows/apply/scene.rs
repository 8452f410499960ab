//! What all steps of a run share.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use unkey_tools::Workflow as _;
use unkey_tools::types::Secret;
use unkey_tools::workflows::KeysApply;

use crate::context::Context;
use crate::plan::roles::RolePermissions;

/// What all steps of a run share.
#[derive(Debug)]
pub(crate) struct Scene<'a> {
    pub(crate) cx: &'a Context<'a>,
    pub(crate) plan_id: &'a str,
    pub(crate) roles: RolePermissions,
    pub(crate) migration_id: Option<String>,
    /// How plain texts are delivered, where they do not go into the answer.
    pub(crate) deliver: Option<&'static str>,
    /// The keys that bear marks of pieces without owners, where they were looked for.
    pub(crate) marked: Option<BTreeMap<u32, String>>,
    /// The plain texts that are handed out at the end.
    pub(crate) held: BTreeMap<u32, Secret>,
}

impl Scene<'_> {
    /// Whether the plain text of the key that the piece made is held.
    pub(crate) fn holds(&self, number: u32) -> bool {
        self.held.contains_key(&number)
    }

    /// The same arguments with where the plain text is to go.
    pub(crate) fn delivered(&self, mut arguments: Map<String, Value>) -> Map<String, Value> {
        if let Some(way) = self.deliver {
            arguments.insert("deliver".to_owned(), way.into());
        }
        arguments
    }
}

/// The tool of that name, where applying plans may call it.
pub(crate) fn tool(name: &str) -> Option<&'static str> {
    KeysApply::USES.iter().find(|tool| **tool == name).copied()
}
