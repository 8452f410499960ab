//! How a request is carried out: who calls, which thread does it, inside which transaction.

pub(crate) mod apply;
pub(crate) mod batch;
pub(crate) mod caller;
pub(crate) mod daily_maintenance;
pub(crate) mod health;
pub(crate) mod integrity_check;
pub(crate) mod last_used;
pub(crate) mod pending_events;
pub(crate) mod questions;
pub(crate) mod readers;
pub(crate) mod required_permission;
pub(crate) mod routes;
pub(crate) mod shared;
pub(crate) mod transaction;
pub(crate) mod writer;
