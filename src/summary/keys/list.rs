//! The keys of an API.

use unkey_tools::Page;
use unkey_tools::apis::ListKeys;
use unkey_tools::types::Key;

use super::status::Status;
use crate::summary::Summarise;
use crate::summary::page::say_page;
use crate::summary::sentences::{Sentences, count, id};

/// What runs out within it is told: 30 days, ms.
const SOON: i64 = 30 * 24 * 60 * 60 * 1_000;

impl Summarise for ListKeys {
    fn summarise(&self, answer: &Page<Key>, said: &mut Sentences) {
        let keys = &answer.data;
        say_page(said, answer, "key", self.cursor.as_ref());
        if keys.is_empty() {
            if self.external_id.is_some() && self.cursor.is_none() {
                said.say("The owner of that externalId has none here, or there is no such owner.");
            }
            return;
        }
        say_states(said, keys);
        say_ends(said, keys);
        let unused = keys.iter().filter(|key| key.last_used_at.is_none()).count();
        if unused > 0 {
            said.say(format!("Never verified: {unused}."));
        }
        let unowned = keys.iter().filter(|key| key.identity.is_none()).count();
        if unowned > 0 {
            said.say(format!("Without an owner: {unowned}."));
        }
        let shown = keys.iter().filter(|key| key.plaintext.is_some()).count();
        if shown > 0 {
            said.say(format!("{} in plain text.", count(shown, "key")));
        }
    }
}

/// Says how many keys a verification would answer with which code now.
fn say_states(said: &mut Sentences, keys: &[Key]) {
    let now = said.now();
    let of = |status| {
        keys.iter()
            .filter(|key| Status::of(key, now) == status)
            .count()
    };
    let states: Vec<String> = Status::ALL
        .into_iter()
        .map(|status| (status, of(status)))
        .filter(|(_, number)| *number > 0)
        .map(|(status, number)| format!("{number} {}", status.code()))
        .collect();
    said.say(format!("Now {}.", states.join(", ")));
}

/// Says what runs out soon.
fn say_ends(said: &mut Sentences, keys: &[Key]) {
    let now = said.now();
    let soon = now..now.saturating_add(SOON);
    let ends = || {
        let ends = keys.iter().filter_map(|key| Some((key.expires?, key)));
        ends.filter(|(end, _)| *end > now && soon.contains(end))
    };
    if let Some((end, key)) = ends().min_by_key(|(end, _)| *end) {
        let (first, when) = (id(&key.key_id), said.when(end));
        said.say(format!(
            "Expiring within 30 days: {}, {first} first, at {when}.",
            ends().count()
        ));
    }
}
