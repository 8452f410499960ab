//! Verdicts on keys.

use unkey_tools::Data;
use unkey_tools::keys::{CheckedRatelimit, Verification, VerifyKey};

use super::status::Status;
use crate::summary::Summarise;
use crate::summary::ratelimit::rate;
use crate::summary::sentences::{Sentences, count, id};

impl Summarise for VerifyKey {
    fn summarise(&self, answer: &Data<Verification>, said: &mut Sentences) {
        let verdict = &answer.data;
        let Some(key) = verdict.key_id.as_ref().map(id) else {
            if verdict.code == "NOT_FOUND" {
                said.say(
                    "NOT_FOUND: no such key, a deleted one or API, or one that this root key may not \
                     verify.",
                );
            }
            return;
        };
        let cost = self.credits.as_ref().map_or(1, |credits| credits.cost);
        if verdict.valid {
            said.say(format!("{key} passed: VALID."));
            say_spent(said, cost, verdict.credits);
        } else {
            say_refusal(said, key, verdict, cost);
        }
        if cost == 0 {
            said.say("With cost 0 no credits were spent; it counts as a use in lastUsedAt and analytics.");
        }
        if verdict.code != "RATE_LIMITED" {
            say_limits(said, verdict.ratelimits.as_deref().unwrap_or_default());
        }
    }
}

fn say_spent(said: &mut Sentences, cost: i64, left: Option<i64>) {
    match left {
        None => said.say("Its credits are unlimited."),
        Some(left) if cost == 0 => said.say(format!("Credits left: {left}.")),
        Some(left) => said.say(format!("It spent {}; left: {left}.", count(cost, "credit"))),
    }
}

/// Says why a key was refused.
fn say_refusal(said: &mut Sentences, key: &str, verdict: &Verification, cost: i64) {
    let refused = |code| format!("{key} was refused: {code}.");
    let remedy = |status: Status| status.remedy().unwrap_or_default();
    match verdict.code.as_str() {
        "DISABLED" => {
            said.say(refused("DISABLED"));
            said.say(remedy(Status::Disabled));
        }
        "EXPIRED" => {
            said.say(refused("EXPIRED"));
            if let Some(expires) = verdict.expires {
                said.say(format!("It expired at {}.", said.when(expires)));
            }
            said.say(remedy(Status::Expired));
        }
        "USAGE_EXCEEDED" => {
            said.say(refused("USAGE_EXCEEDED"));
            if let Some(left) = verdict.credits {
                said.say(format!(
                    "It has {}, and this use costs {cost}.",
                    count(left, "credit")
                ));
            }
            said.say(remedy(Status::UsageExceeded));
        }
        "RATE_LIMITED" => {
            said.say(refused("RATE_LIMITED"));
            let limits = verdict.ratelimits.as_deref().unwrap_or_default();
            for limit in limits.iter().filter(|limit| limit.exceeded).take(TOLD) {
                say_exceeded(said, limit);
            }
            said.say("No credits were spent.");
        }
        "INSUFFICIENT_PERMISSIONS" => {
            said.say(refused("INSUFFICIENT_PERMISSIONS"));
            said.say("It lacks what was asked for: compare permissions; `*` means only itself.");
        }
        "FORBIDDEN" => {
            said.say(refused("FORBIDDEN"));
            said.say(
                "Its API lets in only some addresses, and not the one that this call came from.",
            );
        }
        // A reason of tomorrow's: what it says is for the reader to judge.
        _ => said.say(format!("{key} was refused, for the reason in code.")),
    }
}

/// How many limits are told one by one.
const TOLD: usize = 2;

fn say_exceeded(said: &mut Sentences, limit: &CheckedRatelimit) {
    let rate = rate(limit.limit, limit.duration);
    let end = said.when(limit.reset);
    said.say(format!(
        "{} allows {rate}; its window ends at {end}.",
        name(limit)
    ));
}

/// Says how much the limit that is nearest to its end has left.
fn say_limits(said: &mut Sentences, limits: &[CheckedRatelimit]) {
    if let Some(limit) = limits.iter().min_by_key(|limit| limit.remaining) {
        let (left, all, end) = (limit.remaining, limit.limit, said.when(limit.reset));
        said.say(format!(
            "{} has {left} of {all} left; its window ends at {end}.",
            name(limit)
        ));
    }
}

/// A limit by its id; one made up for the call has none.
fn name(limit: &CheckedRatelimit) -> String {
    if limit.id.as_str().is_empty() {
        "A limit of this call".to_owned()
    } else {
        format!("The limit {}", id(&limit.id))
    }
}
