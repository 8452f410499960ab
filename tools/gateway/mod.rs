//! The `gateway` service: what is done with requests before they reach an app.

mod list_policies;
mod policy;
mod request_match;
mod set_policies;
mod update_policy;

pub use list_policies::*;
pub use policy::*;
pub use request_match::*;
pub use set_policies::*;
pub use update_policy::*;
