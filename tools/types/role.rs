//! Sets of permissions: roles.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{Permission, RoleId};

/// A role of the workspace.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Role {
    /// Names the role.
    pub id: RoleId,
    /// What keys are given it by.
    pub name: String,
    /// Who it is for, in words.
    pub description: Option<String>,
    /// What it grants; absent where it grants nothing.
    pub permissions: Option<Vec<Permission>>,
}
