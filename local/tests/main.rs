//! Stories told to an engine from outside: requests in, answers out.

mod apis;
mod authentication;
mod durability;
mod form;
mod keys;
mod ratelimit;
mod support;
mod verify;
