//! Limits of keys and identities; namespaces and their overrides.

mod namespaces;
mod overrides;
mod ratelimits;

pub use namespaces::KnownNamespace;
pub(crate) use namespaces::*;
pub(crate) use overrides::*;
pub(crate) use ratelimits::*;
