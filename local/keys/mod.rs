//! The `keys` service.

mod attach;
mod create_key;
mod delete_key;
mod find;
mod get_key;
mod issue;
mod limits;
mod refill_day;
mod reroll_key;
mod update_credits;
mod update_key;
mod verify_key;
mod whoami;

pub(crate) use find::*;
