//! Keys.

mod changed;
mod created;
mod credits;
mod grants;
mod list;
mod looked_up;
mod refill;
mod rerolled;
mod status;
mod verification;

use super::sentences::Sentences;

/// Says when a key stops working.
fn say_expiry(said: &mut Sentences, expires: Option<i64>) {
    match expires {
        None => said.say("It never expires."),
        Some(expires) => {
            let is_over = expires <= said.now();
            let when = said.when(expires);
            said.say(if is_over {
                format!("It expired at {when}.")
            } else {
                format!("It expires at {when}.")
            });
        }
    }
}

/// Says that a new key is shown once, unless it is stored to be read again.
fn say_once(said: &mut Sentences, recoverable: bool) {
    said.say(if recoverable {
        "keys_get_key with decrypt reads `key` again."
    } else {
        "`key` cannot be read again: hand it on now."
    });
}
