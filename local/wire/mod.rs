//! Requests and answers: their form, their JSON, and what failures say.

pub(crate) mod envelope;
pub(crate) mod failure;
pub(crate) mod json;
pub(crate) mod meta;
pub(crate) mod numbers;
pub(crate) mod paging;
pub(crate) mod request;

pub(crate) mod schema;
pub(crate) mod validate;
