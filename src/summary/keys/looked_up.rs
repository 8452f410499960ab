//! A key that was looked up.

use unkey_tools::Data;
use unkey_tools::keys::{GetKey, Whoami};
use unkey_tools::types::Key;

use super::refill::say_credits;
use super::say_expiry;
use super::status::{Status, balance};
use crate::summary::Summarise;
use crate::summary::sentences::{Sentences, count, id, listing};

impl Summarise for GetKey {
    fn summarise(&self, answer: &Data<Key>, said: &mut Sentences) {
        let key = &answer.data;
        say_key(said, key);
        if self.decrypt == Some(true) {
            said.say(match key.plaintext {
                Some(_) => "`plaintext` is the key itself.",
                None => "It has no plaintext: it is not recoverable, or could not be decrypted.",
            });
        }
    }
}

impl Summarise for Whoami {
    fn summarise(&self, answer: &Data<Key>, said: &mut Sentences) {
        say_key(said, &answer.data);
    }
}

fn say_key(said: &mut Sentences, key: &Key) {
    let status = Status::of(key, said.now());
    say_status(said, key, status);
    say_expiry(said, key.expires);
    let refill = key
        .credits
        .as_ref()
        .and_then(|credits| credits.refill.as_ref());
    say_credits(said, balance(key.credits.as_ref()), refill);
    said.say(match key.last_used_at {
        Some(used) => format!("Last verified at {}.", said.when(used)),
        None => "Never verified, or only within the last minute.".to_owned(),
    });
    say_holdings(said, key);
}

/// Says whether the key may be used, and why it would not be even if it were not for that.
fn say_status(said: &mut Sentences, key: &Key, status: Status) {
    let (name, code) = (id(&key.key_id), status.code());
    let left = balance(key.credits.as_ref());
    let (lifted, next) = match status {
        Status::Disabled => (
            "enabled",
            Status::of_settings(true, key.expires, left, said.now()),
        ),
        Status::Expired => (
            "with a later expiresAt",
            Status::of_settings(true, None, left, said.now()),
        ),
        Status::Valid | Status::UsageExceeded => ("", Status::Valid),
    };
    said.say(match status.remedy() {
        None => {
            format!("{name} is {code} now; limits, permission queries and allowed addresses aside.")
        }
        Some(remedy) if next == Status::Valid => format!("{name} is {code} now; {remedy}"),
        Some(_) => format!(
            "{name} is {code} now, and {lifted} it would be {}.",
            next.code()
        ),
    });
}

/// Says what belongs to the key.
fn say_holdings(said: &mut Sentences, key: &Key) {
    let number = |list: Option<usize>| list.unwrap_or_default();
    let shared = key
        .identity
        .as_ref()
        .and_then(|owner| owner.ratelimits.as_ref());
    let things = [
        (number(key.roles.as_ref().map(Vec::len)), "role"),
        (number(key.permissions.as_ref().map(Vec::len)), "permission"),
        (number(key.ratelimits.as_ref().map(Vec::len)), "limit"),
        (
            number(shared.map(Vec::len)),
            "limit shared by its owner's key",
        ),
    ];
    let has: Vec<String> = key
        .identity
        .iter()
        .map(|owner| format!("the owner {}", id(&owner.id)))
        .chain(
            things
                .into_iter()
                .filter(|(number, _)| *number > 0)
                .map(|(number, one)| count(number, one).to_string()),
        )
        .collect();
    let lacks: Vec<&str> = [
        (key.identity.is_none(), "owner"),
        (key.permissions.is_none(), "permissions"),
    ]
    .into_iter()
    .filter_map(|(lacks, what)| lacks.then_some(what))
    .collect();
    let (has, lacks) = (listing(&has), lacks.join(" and no "));
    said.say(match (has.as_str(), lacks.as_str()) {
        (has, "") => format!("It has {has}."),
        ("", lacks) => format!("It has no {lacks}."),
        (has, lacks) => format!("It has {has}, and no {lacks}."),
    });
}
