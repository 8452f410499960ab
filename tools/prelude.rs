//! What nearly every operation file names.

pub(crate) use schemars::JsonSchema;
pub(crate) use serde::{Deserialize, Serialize};
pub(crate) use serde_with::skip_serializing_none;

pub(crate) use crate::effect::Effect;
pub(crate) use crate::grant::Grant;
pub(crate) use crate::newer::Newer;
pub(crate) use crate::operation::Operation;
pub(crate) use crate::reply::{Data, Empty, Marker};
pub(crate) use crate::toolset::Toolset;
pub(crate) use crate::types::*;
