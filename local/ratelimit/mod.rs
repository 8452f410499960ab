//! The `ratelimit` service.

mod delete_override;
mod get_override;
mod limit;
mod list_overrides;
mod multi_limit;
mod namespace;
mod set_override;
mod wanted;
