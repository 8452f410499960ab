//! The rate limits that go for a key, and what is left of each as the recorded verifications tell.

use unkey_tools::types::{Key, Ratelimit};
use unkey_tools::workflows::{ExplainedLimit, LimitSource};

use crate::context::Context;
use crate::operations::CallError;
use crate::sql::{number, quoted, rows};
use crate::text::iso;
use crate::window::Window;

/// How many limits are looked into.
const MOST_LIMITS: usize = 20;

/// The limits of a key and its owner.
///
/// # Errors
/// The limits alone, where what was used of them cannot be read, and why.
pub(crate) async fn limits_of_key(
    key: &Key,
    cx: &Context<'_>,
) -> Result<Vec<ExplainedLimit>, (Vec<ExplainedLimit>, CallError)> {
    let now = cx.clock.now();
    let own = key.ratelimits.as_deref().unwrap_or_default();
    let identity = key.identity.as_ref();
    let shared = identity.and_then(|identity| identity.ratelimits.as_deref());
    // A limit of the key takes the place of its owner's of the same name.
    let is_hidden = |limit: &&Ratelimit| own.iter().any(|own| own.name == limit.name);
    let shared = shared.unwrap_or_default().iter();
    let shared = shared.filter(|limit| !is_hidden(limit));
    let of_key = format!("key_id = {}", quoted(key.key_id.as_str()));
    let of_identity = identity.map_or_else(String::new, |identity| {
        format!("identity_id = {}", quoted(identity.id.as_str()))
    });
    let own = own.iter().map(|limit| (limit, LimitSource::Key, &of_key));
    let shared = shared.map(|limit| (limit, LimitSource::Identity, &of_identity));
    let mut explained = Vec::new();
    let mut failed = None;
    for (limit, set_by, whose) in own.chain(shared).take(MOST_LIMITS) {
        let mut told = told(limit, set_by, now);
        // What only named checks count is not recorded limit by limit.
        if limit.auto_apply && failed.is_none() {
            match used(whose, Window::at(now, limit.duration), cx).await {
                Ok((current, previous)) => {
                    let window = Window::at(now, limit.duration);
                    told.left = Some(window.left(limit.limit, current, previous));
                }
                Err(error) => failed = Some(error),
            }
        }
        explained.push(told);
    }
    match failed {
        None => Ok(explained),
        Some(error) => Err((explained, error)),
    }
}

fn told(limit: &Ratelimit, set_by: LimitSource, now: i64) -> ExplainedLimit {
    ExplainedLimit {
        name: limit.name.clone(),
        set_by,
        limit: limit.limit,
        duration: limit.duration,
        auto_apply: Some(limit.auto_apply),
        resets_at: Some(iso(Window::at(now, limit.duration).end())),
        ..ExplainedLimit::default()
    }
}

/// How many verifications counted in a window and in the one before: those that passed the limits,
/// whether or not credits were left.
async fn used(whose: &str, window: Window, cx: &Context<'_>) -> Result<(i64, i64), CallError> {
    let (begin, before) = (window.begin, window.before());
    let query = format!(
        "SELECT countIf(time >= {begin}) AS current, countIf(time < {begin}) AS previous \
         FROM key_verifications_v1 WHERE time >= {before} AND {whose} \
         AND outcome IN ('VALID', 'USAGE_EXCEEDED')"
    );
    let rows = rows(cx, "analytics_get_verifications", query).await?;
    let counted = rows
        .first()
        .map(|row| (number(row, "current"), number(row, "previous")));
    Ok(counted.unwrap_or_default())
}
