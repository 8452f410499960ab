//! The balance of a key.

use unkey_tools::Data;
use unkey_tools::keys::UpdateCredits;
use unkey_tools::types::Credits;

use super::refill::say_credits;
use super::status::balance;
use crate::summary::Summarise;
use crate::summary::sentences::{Sentences, id};

impl Summarise for UpdateCredits {
    fn summarise(&self, answer: &Data<Credits>, said: &mut Sentences) {
        let credits = &answer.data;
        let left = balance(Some(credits));
        said.say(format!("Changed the credits of {}.", id(&self.key_id)));
        say_credits(said, left, credits.refill.as_ref());
        match left {
            Some(0) => said.say("While it is enabled and not expired it is USAGE_EXCEEDED."),
            Some(_) => said.say("Uses count against it from now on."),
            None => {}
        }
    }
}
