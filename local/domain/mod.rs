//! Rules that need no database: limits, refills, permissions, ids and encryption.

pub(crate) mod api_key;
pub(crate) mod grants;
pub(crate) mod ids;
pub(crate) mod limiter;
pub(crate) mod permission_query;
pub(crate) mod refill;
pub(crate) mod resource_name;
pub(crate) mod vault;
pub(crate) mod wildcard;
pub(crate) mod window;
