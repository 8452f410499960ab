//! Which rate limits a verification checks, and what they found.

use std::collections::BTreeMap;

use unkey_tools::keys::{CheckedRatelimit, RequestedRatelimit};
use unkey_tools::types::{Ratelimit, RatelimitId};

use crate::domain::limiter::{Check, Space};
use crate::run::apply::Context;
use crate::store::VerifiableKey;
use crate::wire::failure::{Code, Failure};

/// The shortest window that the limiter takes, ms.
const SHORTEST: i64 = 1_000;

/// A limit to check.
pub(crate) struct Selected<'a> {
    id: RatelimitId,
    name: &'a str,
    limit: i64,
    /// Milliseconds.
    duration: i64,
    auto_apply: bool,
    cost: i64,
    /// Whom it limits: the key, or the identity that shares the limit among its keys.
    identifier: &'a str,
}

impl<'a> Selected<'a> {
    fn stored(limit: &'a Ratelimit, identifier: &'a str, cost: i64) -> Self {
        Self {
            id: limit.id.clone(),
            name: &limit.name,
            limit: limit.limit,
            duration: limit.duration,
            auto_apply: limit.auto_apply,
            cost,
            identifier,
        }
    }
}

/// Selects the limits to check: those that always are, and those that the request names.
///
/// A limit of the key takes the place of its identity's limit of the same name.
pub(crate) fn select<'a>(
    key: &'a VerifiableKey,
    requested: &'a [RequestedRatelimit],
) -> Result<Vec<Selected<'a>>, Failure> {
    let mut known: BTreeMap<&str, (&Ratelimit, &str)> = BTreeMap::new();
    if let Some(identity) = &key.identity {
        for limit in identity.ratelimits.iter().flatten() {
            known.insert(&limit.name, (limit, identity.id.as_str()));
        }
    }
    for limit in &key.ratelimits {
        known.insert(&limit.name, (limit, &key.id));
    }
    let mut selected: BTreeMap<&str, Selected<'a>> = known
        .iter()
        .filter(|(_, (limit, _))| limit.auto_apply)
        .map(|(&name, &(limit, identifier))| (name, Selected::stored(limit, identifier, 1)))
        .collect();
    for request in requested {
        let name = request.name.as_str();
        let cost = request.cost.unwrap_or(1);
        let limit = match (request.limit, request.duration, known.get(name)) {
            (Some(limit), Some(duration), _) => Selected {
                id: String::new().into(),
                name,
                limit,
                duration,
                auto_apply: false,
                cost,
                identifier: &key.id,
            },
            (_, _, Some(&(limit, identifier))) => Selected::stored(limit, identifier, cost),
            (_, _, None) => return Err(no_such_limit(key, name)),
        };
        selected.insert(name, limit);
    }
    Ok(selected.into_values().collect())
}

fn no_such_limit(key: &VerifiableKey, name: &str) -> Failure {
    let key_id = &key.id;
    let asked = format!("ratelimit '{name}' was requested but does not exist for key '{key_id}'");
    Code::PreconditionFailed.because(match &key.identity {
        Some(identity) => format!(
            "{asked} nor identity: '{}' external ID: '{}'",
            identity.id, identity.external_id
        ),
        None => format!("{asked} and there is no identity connected."),
    })
}

/// Checks the limits and counts them if all pass. `None` where one of them is none that a limiter
/// takes: then, as with Unkey's server, none is checked and the key passes.
pub(crate) fn check(cx: &Context<'_>, selected: &[Selected<'_>]) -> Option<Vec<CheckedRatelimit>> {
    let takes = |limit: &Selected<'_>| limit.limit > 0 && limit.duration >= SHORTEST;
    if selected.is_empty() || !selected.iter().all(takes) {
        return None;
    }
    let checks: Vec<Check<'_>> = selected
        .iter()
        .map(|limit| Check {
            workspace: cx.workspace(),
            space: Space::Limit(limit.name),
            identifier: limit.identifier,
            duration: limit.duration,
            limit: limit.limit,
            cost: limit.cost,
        })
        .collect();
    let decisions = cx.limiter().check_all(cx.now(), &checks);
    let checked = selected.iter().zip(decisions);
    Some(
        checked
            .map(|(limit, decision)| CheckedRatelimit {
                exceeded: !decision.passed,
                id: limit.id.clone(),
                name: limit.name.to_owned(),
                limit: limit.limit,
                duration: limit.duration,
                reset: decision.reset,
                remaining: decision.remaining,
                auto_apply: limit.auto_apply,
            })
            .collect(),
    )
}
