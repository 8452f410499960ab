//! What keys may do: permissions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::PermissionId;

/// A permission of the workspace.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Permission {
    /// Names the permission.
    pub id: PermissionId,
    /// Label for people.
    pub name: String,
    /// What verification compares.
    pub slug: String,
    /// What it allows, in words.
    pub description: Option<String>,
}
