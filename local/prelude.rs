//! What nearly every handler names.

pub(crate) use serde_json::{Value, json};
pub(crate) use unkey_tools::{Data, Empty};

pub(crate) use crate::run::apply::{Access, Apply, Context};
pub(crate) use crate::run::required_permission::RequiredPermission;
pub(crate) use crate::wire::failure::{Code, Failure};
pub(crate) use crate::wire::schema;
