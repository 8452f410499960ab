//! What the workspace holds that no operation of Unkey lists.

use crate::admin::OperatorError;
use crate::engine::Engine;
use crate::store::{Apis, KnownApi, KnownNamespace, Namespaces, Workspaces};

impl Engine {
    /// Every API of the workspace, in the order of their ids.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn known_apis(&self) -> Result<Vec<KnownApi>, OperatorError> {
        self.read(|db| {
            let workspace = Workspaces(db).served()?;
            let workspace = workspace.ok_or(OperatorError::NotFound("workspace"))?;
            Ok(Apis(db).known(&workspace)?)
        })
    }

    /// Every rate-limit namespace of the workspace, in the order of their names.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn known_namespaces(&self) -> Result<Vec<KnownNamespace>, OperatorError> {
        self.read(|db| {
            let workspace = Workspaces(db).served()?;
            let workspace = workspace.ok_or(OperatorError::NotFound("workspace"))?;
            Ok(Namespaces(db).known(&workspace)?)
        })
    }
}
