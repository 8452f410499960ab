//! Stories told to an engine from outside: requests in, answers out.

mod apis;
mod authentication;
mod durability;
mod form;
mod identities;
mod key_links;
mod keys;
mod permissions;
mod ratelimit;
mod support;
mod verify;
