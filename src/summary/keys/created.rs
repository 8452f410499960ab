//! Keys that were made or brought.

use unkey_tools::Data;
use unkey_tools::keys::{CreateKey, MigrateKeys, MigratedKeys};
use unkey_tools::types::{CreatedKey, Patch, UnixTime};

use super::refill::say_credits;
use super::status::{Status, balance};
use super::{say_expiry, say_once};
use crate::summary::Summarise;
use crate::summary::sentences::{Sentences, count, id};

impl Summarise for CreateKey {
    fn summarise(&self, answer: &Data<CreatedKey>, said: &mut Sentences) {
        let (key, api) = (id(&answer.data.key_id), id(&self.api_id));
        let expires = self.expires.map(UnixTime::millis);
        let left = balance(self.credits.as_ref());
        let enabled = self.enabled.unwrap_or(true);
        let status = Status::of_settings(enabled, expires, left, said.now()).code();
        said.say(format!("Created {key} in {api}; it is {status} now."));
        say_expiry(said, expires);
        let refill = self
            .credits
            .as_ref()
            .and_then(|credits| credits.refill.as_ref());
        say_credits(said, left, refill);
        if self.external_id.is_none() {
            said.say("It has no owner: externalId gives it one.");
        }
        say_once(said, self.recoverable == Some(true));
    }
}

impl Summarise for MigrateKeys {
    fn summarise(&self, answer: &Data<MigratedKeys>, said: &mut Sentences) {
        let MigratedKeys { migrated, failed } = &answer.data;
        let (number, all) = (migrated.len(), count(self.keys.len(), "key"));
        said.say(format!(
            "Imported {number} of {all} into {}.",
            id(&self.api_id)
        ));
        if let Patch::Set(failed) = failed
            && !failed.is_empty()
        {
            let failed = count(failed.len(), "hash");
            said.say(format!(
                "Taken already, perhaps by a deleted key: {failed}, in failed."
            ));
        }
        let now = said.now();
        let over = self.keys.iter();
        let over = over
            .filter(|key| key.expires.is_some_and(|expires| expires.millis() <= now))
            .count();
        if over > 0 {
            said.say(format!("Expired already, of those sent: {over}."));
        }
        said.say("Their holders go on using them; start is empty.");
    }
}
