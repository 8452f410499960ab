//! Keys that were changed or deleted.

use unkey_tools::keys::{DeleteKey, UpdateCreditsOfKey, UpdateKey};
use unkey_tools::types::{Patch, UnixTime};
use unkey_tools::{Data, Empty};

use super::refill::say_credits;
use super::say_expiry;
use crate::summary::Summarise;
use crate::summary::sentences::{Sentences, id, listing};

impl Summarise for UpdateKey {
    fn summarise(&self, _: &Data<Empty>, said: &mut Sentences) {
        let key = id(&self.key_id);
        let changed = changed(self);
        if changed.is_empty() {
            return said.say(format!("No setting of {key} was changed."));
        }
        said.say(format!("Changed {} of {key}.", listing(&changed)));
        match self.enabled {
            Some(false) => said.say("It is DISABLED now."),
            Some(true) => said.say("It is enabled; it may still be expired or out of credits."),
            None => {}
        }
        match self.expires {
            Patch::Keep => {}
            Patch::Clear => say_expiry(said, None),
            Patch::Set(expires) => say_expiry(said, Some(UnixTime::millis(expires))),
        }
        say_change_of_credits(said, &self.credits);
        let replaced = replaced(self);
        if !replaced.is_empty() {
            said.say(format!(
                "What was in {} before is gone.",
                listing(&replaced)
            ));
        }
    }
}

/// The fields that were set or cleared.
fn changed(request: &UpdateKey) -> Vec<&'static str> {
    let fields = [
        (!request.name.is_keep(), "name"),
        (!request.external_id.is_keep(), "owner"),
        (!request.meta.is_keep(), "meta"),
        (!request.expires.is_keep(), "expires"),
        (!request.credits.is_keep(), "credits"),
        (request.ratelimits.is_some(), "ratelimits"),
        (request.enabled.is_some(), "enabled"),
        (request.roles.is_some(), "roles"),
        (request.permissions.is_some(), "permissions"),
    ];
    named(fields)
}

/// The fields of many parts, which are replaced whole.
fn replaced(request: &UpdateKey) -> Vec<&'static str> {
    named([
        (!request.meta.is_keep(), "meta"),
        (request.ratelimits.is_some(), "ratelimits"),
        (request.roles.is_some(), "roles"),
        (request.permissions.is_some(), "permissions"),
    ])
}

fn named<const N: usize>(fields: [(bool, &'static str); N]) -> Vec<&'static str> {
    let fields = fields.into_iter();
    fields.filter_map(|(is, name)| is.then_some(name)).collect()
}

fn say_change_of_credits(said: &mut Sentences, credits: &Patch<UpdateCreditsOfKey>) {
    let UpdateCreditsOfKey { remaining, refill } = match credits {
        Patch::Keep => return,
        Patch::Clear => return said.say("Its credits are unlimited now, and have no refill."),
        Patch::Set(credits) => credits,
    };
    match (remaining, refill) {
        (Patch::Set(left), Patch::Set(refill)) => say_credits(said, Some(*left), Some(refill)),
        (Patch::Set(left), Patch::Clear) => say_credits(said, Some(*left), None),
        (Patch::Set(left), Patch::Keep) => {
            said.say(format!(
                "Credits left: {left}, counted from now; a refill stays as it was."
            ));
        }
        (Patch::Clear, Patch::Set(refill)) => say_credits(said, None, Some(refill)),
        (Patch::Clear, _) => said.say("Its credits are unlimited now, and have no refill."),
        (Patch::Keep, Patch::Set(refill)) => said.say(format!(
            "Its credits are refilled to {} from now on; unlimited ones become limited by that.",
            refill.amount
        )),
        (Patch::Keep, Patch::Clear) => said.say("Its credits stay, and are refilled no longer."),
        (Patch::Keep, Patch::Keep) => {}
    }
}

impl Summarise for DeleteKey {
    fn summarise(&self, _: &Data<Empty>, said: &mut Sentences) {
        said.say(format!(
            "Deleted {}: it is NOT_FOUND from now on.",
            id(&self.key_id)
        ));
        said.say(if self.permanent == Some(true) {
            "Its record is erased."
        } else {
            "Its record stays and can no longer be erased; the same key cannot be imported again."
        });
    }
}
