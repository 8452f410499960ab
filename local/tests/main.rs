//! Stories told to an engine from outside: requests in, answers out.

// Says to the lints that all of this is tests, helpers too: they may unwrap.
#![cfg(test)]

mod analytics;
mod apis;
mod audit;
mod authentication;
mod crashes;
mod damage;
mod durability;
mod earlier_release;
mod export;
mod files;
mod form;
mod identities;
mod key_changes;
mod key_links;
mod keys;
mod migrations;
mod overrides;
mod permissions;
mod portal;
mod properties;
mod ratelimit;
mod ratelimit_analytics;
mod refills;
mod resource_names;
mod roles;
mod secrets;
mod set_role_permissions;
mod support;
mod verify;
mod verify_limits;
