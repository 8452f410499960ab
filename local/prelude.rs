//! What nearly every handler names.

pub(crate) use serde_json::{Value, json};
pub(crate) use unkey_tools::{Data, Empty, Nothing};

pub(crate) use crate::run::apply::{Access, Apply, Work};
pub(crate) use crate::run::caller::Need;
pub(crate) use crate::wire::failure::{Code, Failure};
pub(crate) use crate::wire::rules;
