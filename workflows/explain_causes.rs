//! What stands in a key's way, in the order in which a verification looks at it, and what to tell a
//! customer. All words are ours: what others wrote is never said.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use unkey_tools::types::{Key, Refill, RefillInterval};
use unkey_tools::workflows::{Cause, ExplainedLimit, LimitSource};

use crate::explain_outcomes::Outcomes;
use crate::selection::remaining;
use crate::text::{count, iso, span};

/// What is known of a key and of its use.
pub(crate) struct Facts<'a> {
    pub(crate) key: &'a Key,
    pub(crate) now: i64,
    pub(crate) cost: i64,
    pub(crate) asks_for_permissions: bool,
    pub(crate) lacks_permissions: bool,
    pub(crate) is_of_another_api: Option<bool>,
    pub(crate) limits: &'a [ExplainedLimit],
    pub(crate) outcomes: &'a Outcomes,
}

/// Everything that stands in the way, the first one first.
pub(crate) fn causes(facts: &Facts<'_>) -> Vec<Cause> {
    let found = [
        another_api(facts),
        disabled(facts),
        expired(facts),
        forbidden(facts),
        permissions(facts),
        rate_limited(facts),
        usage_exceeded(facts),
    ];
    found.into_iter().flatten().collect()
}

fn cause(code: &str, why: String, mend: impl Into<String>) -> Cause {
    Cause {
        code: code.to_owned(),
        why,
        mend: mend.into(),
    }
}

fn another_api(facts: &Facts<'_>) -> Option<Cause> {
    facts.is_of_another_api.filter(|other| *other).map(|_| {
        cause(
            "NOT_FOUND",
            "The key is not of this API: a root key that may verify keys of this API alone is answered \
             NOT_FOUND."
                .to_owned(),
            "Use a key of this API, or verify with a root key that may verify keys of the other one.",
        )
    })
}

fn disabled(facts: &Facts<'_>) -> Option<Cause> {
    if facts.key.enabled {
        return None;
    }
    let since = facts.key.updated_at.map_or_else(String::new, |at| {
        format!("; its settings last changed at {}", iso(at))
    });
    Some(cause(
        "DISABLED",
        format!("The key is switched off{since}."),
        "keys_update_key with `enabled: true` switches it on.",
    ))
}

fn expired(facts: &Facts<'_>) -> Option<Cause> {
    let expires = facts.key.expires.filter(|expires| facts.now > *expires)?;
    Some(cause(
        "EXPIRED",
        format!("The key expired at {}.", iso(expires)),
        "keys_update_key with a later `expires` lets it in again.",
    ))
}

fn forbidden(facts: &Facts<'_>) -> Option<Cause> {
    let last = facts.outcomes.since_passed("FORBIDDEN")?;
    Some(cause(
        "FORBIDDEN",
        format!(
            "Calls come from an address that the API does not allow, at {} the last time.",
            iso(last)
        ),
        "Call from an allowed address, or change the API's list of addresses in the dashboard (with \
         --local: `unkey-mcp api`).",
    ))
}

fn permissions(facts: &Facts<'_>) -> Option<Cause> {
    const CODE: &str = "INSUFFICIENT_PERMISSIONS";
    let mend = "keys_add_permissions or keys_add_roles gives what is missing; a star is a letter like \
                others.";
    if facts.asks_for_permissions {
        return facts.lacks_permissions.then(|| {
            let why = "The key lacks permissions that the query asks for: `missing` has them.";
            cause(CODE, why.to_owned(), mend)
        });
    }
    let last = facts.outcomes.since_passed(CODE)?;
    let why = format!(
        "The verification at {} asked for permissions that the key lacked; with `permissions`, the \
         query, this tool says which.",
        iso(last)
    );
    Some(cause(CODE, why, mend))
}

/// The limit that refuses the next verification, if one does.
fn reached<'a>(facts: &Facts<'a>) -> Option<&'a ExplainedLimit> {
    let mut limits = facts.limits.iter();
    limits.find(|limit| limit.left.is_some_and(|left| left < 1))
}

fn rate_limited(facts: &Facts<'_>) -> Option<Cause> {
    const CODE: &str = "RATE_LIMITED";
    if let Some(limit) = reached(facts) {
        let (whose, mend) = match limit.set_by {
            LimitSource::Identity => (
                "that all keys of its owner share",
                "identities_update_identity with `ratelimits` changes it.",
            ),
            _ => (
                "of the key",
                "keys_update_key with `ratelimits` changes it.",
            ),
        };
        let why = format!(
            "A limit {whose} is reached: {} per {}; its window ends at {}.",
            limit.limit,
            span(limit.duration),
            limit.resets_at.as_deref().unwrap_or_default()
        );
        return Some(cause(CODE, why, mend));
    }
    let last = facts.outcomes.since_passed(CODE)?;
    // Limits that are checked on their own say by themselves that something is left.
    let others = facts.limits.iter().filter(|limit| limit.left.is_none());
    let longest = others.map(|limit| limit.duration).max().unwrap_or(0);
    if !facts.limits.is_empty() && last < facts.now.saturating_sub(longest) {
        return None;
    }
    let why = format!(
        "The verification at {} was refused by a limit that is checked only where the verification \
         names it.",
        iso(last)
    );
    let mend = "See which limits the verification names, and with what `limit` and `duration`.";
    Some(cause(CODE, why, mend))
}

fn usage_exceeded(facts: &Facts<'_>) -> Option<Cause> {
    let left = remaining(facts.key).filter(|left| *left < facts.cost)?;
    let credits = facts.key.credits.as_ref();
    let refill = credits.and_then(|credits| credits.refill.as_ref());
    let refill = refill.and_then(|refill| Some((refill.amount, next_refill(refill, facts.now)?)));
    let back = refill.map_or_else(
        || "; none come back by themselves".to_owned(),
        |(amount, at)| format!("; {amount} come back at {at}"),
    );
    let left = count(u64::try_from(left).unwrap_or_default(), "credit");
    Some(cause(
        "USAGE_EXCEEDED",
        format!(
            "The key has {left} left, and this costs {}{back}.",
            facts.cost
        ),
        "keys_update_credits gives it more.",
    ))
}

/// When credits come back next: at midnight, UTC.
pub(crate) fn next_refill(refill: &Refill, now: i64) -> Option<String> {
    let today = Timestamp::from_millisecond(now).ok()?;
    let today = today.to_zoned_datetime(TimeZone::UTC).date();
    let next = match (refill.interval, refill.refill_day) {
        (RefillInterval::Daily, _) | (_, None) => today.checked_add(1.day()).ok()?,
        (RefillInterval::Monthly, Some(day)) => {
            let this = in_month(today, day)?;
            if this > today {
                this
            } else {
                in_month(today.first_of_month().checked_add(1.month()).ok()?, day)?
            }
        }
    };
    let at = next.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp();
    Some(at.to_string())
}

/// That day of the month; its last one where it has fewer.
fn in_month(month: Date, day: i64) -> Option<Date> {
    let last = month.last_of_month();
    let day = i8::try_from(day).ok()?.min(last.day());
    Date::new(month.year(), month.month(), day).ok()
}

/// A sentence for whoever uses the key.
pub(crate) fn for_customer(first: Option<&Cause>, facts: &Facts<'_>) -> String {
    let code = first.map_or("VALID", |cause| &cause.code);
    match code {
        "DISABLED" => {
            "Your API key is switched off at the moment; please ask us to switch it on.".to_owned()
        }
        "EXPIRED" => format!(
            "Your API key stopped working on {}; please ask us to extend it.",
            facts
                .key
                .expires
                .map(iso)
                .unwrap_or_default()
                .split('T')
                .next()
                .unwrap_or_default()
        ),
        "FORBIDDEN" => {
            "Your requests come from an address from which your API key may not be used.".to_owned()
        }
        "INSUFFICIENT_PERMISSIONS" => {
            "Your API key does not include what this request needs; please ask us to add it."
                .to_owned()
        }
        "RATE_LIMITED" => reached(facts).map_or_else(
            || {
                "You have sent more requests than your limit allows; please try again later."
                    .to_owned()
            },
            |limit| {
                format!(
                    "You have reached your limit of {} requests per {}; please send fewer, and try \
                     again after {}.",
                    limit.limit,
                    span(limit.duration),
                    limit.resets_at.as_deref().unwrap_or_default()
                )
            },
        ),
        "USAGE_EXCEEDED" => {
            let credits = facts.key.credits.as_ref();
            let refill = credits.and_then(|credits| credits.refill.as_ref());
            match refill.and_then(|refill| next_refill(refill, facts.now)) {
                Some(at) => format!(
                    "You have used all requests that your API key includes; new ones come at {at}."
                ),
                None => "You have used all requests that your API key includes; please ask us for \
                         more."
                    .to_owned(),
            }
        }
        "NOT_FOUND" => {
            "Your API key belongs to another of our APIs; please use the key of this one."
                .to_owned()
        }
        _ => "Your API key works; if a request is refused again, please send us its time and the \
              answer."
            .to_owned(),
    }
}
