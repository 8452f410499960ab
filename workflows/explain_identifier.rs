//! Why an identifier is refused in a rate-limit namespace: which limit goes for it, and what is left.

use serde_json::{Map, Value};
use unkey_tools::workflows::{
    Cause, ExplainedLimit, Explanation, KeysExplain, LimitSource, PastOutcome,
};

use crate::context::Context;
use crate::keys_explain::{of, report};
use crate::operations::CallError;
use crate::report::{Report, WorkflowError};
use crate::sql::{number, quoted, rows, text};
use crate::text::{iso, span};
use crate::window::Window;

/// How far back is looked, ms.
const LOOK_BACK: i64 = 7 * 86_400_000;

/// Where checks of rate limits are asked for.
const ANALYTICS: &str = "analytics_get_ratelimits";

/// Explains an identifier.
pub(crate) async fn explain_identifier(
    namespace: &str,
    identifier: &str,
    request: &KeysExplain,
    cx: &Context<'_>,
) -> Result<Report, WorkflowError> {
    let now = cx.clock.now();
    let mut unread = Vec::new();
    let mut limit = match override_of(namespace, identifier, cx).await {
        Ok(found) => found,
        Err(error) if error.status == Some(401) => {
            return Err(WorkflowError::failed("ratelimit_get_override", error));
        }
        Err(error) => {
            unread.push(of("overrides", &error));
            None
        }
    };
    if let (None, Some(asked), Some(duration)) = (&limit, request.limit, request.duration) {
        limit = Some(ExplainedLimit {
            name: namespace.to_owned(),
            set_by: LimitSource::Call,
            limit: asked,
            duration,
            ..ExplainedLimit::default()
        });
    }
    let checks = match namespace_id(namespace, identifier, cx).await {
        Ok(Some(id)) => Some(format!(
            "namespace_id = {} AND identifier = {}",
            quoted(&id),
            quoted(identifier)
        )),
        Ok(None) => None,
        Err(error) => {
            unread.push(of("past checks", &error));
            None
        }
    };
    let mut outcomes = Vec::new();
    if let Some(checks) = &checks {
        match past(checks, now, cx).await {
            Ok(past) => outcomes = past,
            Err(error) => unread.push(of("past checks", &error)),
        }
        if let Some(limit) = &mut limit {
            let window = Window::at(now, limit.duration);
            limit.resets_at = Some(iso(window.end()));
            match used(checks, window, cx).await {
                Ok((current, previous)) => {
                    limit.left = Some(window.left(limit.limit, current, previous));
                }
                Err(error) => unread.push(of("what is left", &error)),
            }
        }
    } else if let Some(limit) = &mut limit {
        limit.left = unread.is_empty().then_some(limit.limit);
        limit.resets_at = Some(iso(Window::at(now, limit.duration).end()));
    }
    let cost = request.cost.unwrap_or(1);
    let causes: Vec<Cause> = cause(limit.as_ref(), &outcomes, cost).into_iter().collect();
    let left = limit.as_ref().and_then(|limit| limit.left);
    let code = if !causes.is_empty() {
        "RATE_LIMITED"
    } else if left.is_none() && !unread.is_empty() {
        "UNKNOWN"
    } else {
        "VALID"
    };
    report(Explanation {
        code: code.to_owned(),
        for_customer: for_customer(limit.as_ref(), code),
        causes,
        limits: limit.map(|limit| vec![limit]),
        outcomes: (!outcomes.is_empty()).then_some(outcomes),
        unread: (!unread.is_empty()).then_some(unread),
        ..Explanation::default()
    })
}

/// The override that goes for the identifier: Unkey looks it up as a check does.
async fn override_of(
    namespace: &str,
    identifier: &str,
    cx: &Context<'_>,
) -> Result<Option<ExplainedLimit>, CallError> {
    let arguments = Map::from_iter([
        ("namespace".to_owned(), Value::from(namespace)),
        ("identifier".to_owned(), Value::from(identifier)),
    ]);
    let answer = match cx.read("ratelimit_get_override", arguments).await {
        Ok(answer) => answer,
        // Neither an override nor a namespace without one is worth a word.
        Err(error) if error.status == Some(404) => return Ok(None),
        Err(error) => return Err(error),
    };
    let data = answer.get("data").and_then(Value::as_object);
    Ok(data.map(|data| ExplainedLimit {
        name: namespace.to_owned(),
        set_by: LimitSource::Override,
        limit: number(data, "limit"),
        duration: number(data, "duration"),
        pattern: Some(text(data, "identifier").to_owned()),
        override_id: Some(text(data, "overrideId").into()),
        ..ExplainedLimit::default()
    }))
}

/// The id under which checks in `namespace` are recorded; none where nothing was checked.
async fn namespace_id(
    namespace: &str,
    identifier: &str,
    cx: &Context<'_>,
) -> Result<Option<String>, CallError> {
    let known = cx.operations.known().await?;
    let mut spaces = known.namespaces.into_iter();
    let is_it =
        |id: &Option<String>, name: &str| name == namespace || id.as_deref() == Some(namespace);
    if let Some(id) = spaces
        .find(|space| is_it(&space.id, &space.name))
        .and_then(|space| space.id)
    {
        return Ok(Some(id));
    }
    // No operation tells the id of a namespace. Where the identifier was checked in one alone, it is
    // that one.
    let from = cx.clock.now() - LOOK_BACK;
    let query = format!(
        "SELECT namespace_id, COUNT(*) AS checks FROM ratelimits_v1 WHERE time >= {from} \
         AND identifier = {} GROUP BY namespace_id LIMIT 100",
        quoted(identifier)
    );
    let found = rows(cx, ANALYTICS, query).await?;
    let ids: Vec<&str> = found.iter().map(|row| text(row, "namespace_id")).collect();
    match ids.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some((*only).to_owned())),
        several if several.contains(&namespace) => Ok(Some(namespace.to_owned())),
        _ => Err(CallError::of(
            None,
            "the identifier was checked in several namespaces; give the namespace's id",
        )),
    }
}

/// How often it passed and was refused lately.
async fn past(checks: &str, now: i64, cx: &Context<'_>) -> Result<Vec<PastOutcome>, CallError> {
    let from = now - LOOK_BACK;
    let query = format!(
        "SELECT passed, COUNT(*) AS answers, MAX(time) AS last FROM ratelimits_v1 \
         WHERE time >= {from} AND {checks} GROUP BY passed ORDER BY last DESC LIMIT 10"
    );
    let rows = rows(cx, ANALYTICS, query).await?;
    let told = rows.iter().map(|row| {
        let passed = row
            .get("passed")
            .is_some_and(|passed| passed.as_bool() == Some(true) || passed.as_i64() == Some(1));
        PastOutcome {
            outcome: if passed { "PASSED" } else { "REFUSED" }.to_owned(),
            count: u64::try_from(number(row, "answers")).unwrap_or_default(),
            last: iso(number(row, "last")),
        }
    });
    Ok(told.collect())
}

/// What was spent in a window and in the one before.
async fn used(checks: &str, window: Window, cx: &Context<'_>) -> Result<(i64, i64), CallError> {
    let (begin, before) = (window.begin, window.before());
    let query = format!(
        "SELECT sumIf(tokens, time >= {begin}) AS current, sumIf(tokens, time < {begin}) AS previous \
         FROM ratelimits_v1 WHERE time >= {before} AND {checks} AND passed = true"
    );
    let rows = rows(cx, ANALYTICS, query).await?;
    let spent = rows
        .first()
        .map(|row| (number(row, "current"), number(row, "previous")));
    Ok(spent.unwrap_or_default())
}

fn cause(limit: Option<&ExplainedLimit>, past: &[PastOutcome], cost: i64) -> Option<Cause> {
    let Some(limit) = limit else {
        let refused = past.first().filter(|last| last.outcome == "REFUSED")?;
        return Some(Cause {
            code: "RATE_LIMITED".to_owned(),
            why: format!(
                "The last check, at {}, was refused, and no override goes for this identifier: the \
                 limit is that of whoever checks.",
                refused.last
            ),
            mend: "With `limit` and `duration`, as the check sends them, this tool says what is left; \
                   ratelimit_set_override gives this identifier a limit of its own."
                .to_owned(),
        });
    };
    let is_reached = limit.left? < cost;
    is_reached.then(|| Cause {
        code: "RATE_LIMITED".to_owned(),
        why: format!(
            "{} is reached: {} per {}; its window ends at {}.",
            match limit.set_by {
                LimitSource::Override => "The limit of the override that goes for this identifier",
                _ => "The limit that the check asks for",
            },
            limit.limit,
            span(limit.duration),
            limit.resets_at.as_deref().unwrap_or_default()
        ),
        mend: "ratelimit_set_override changes it for this identifier.".to_owned(),
    })
}

fn for_customer(limit: Option<&ExplainedLimit>, code: &str) -> String {
    match limit {
        _ if code == "UNKNOWN" => {
            "We could not see yet why your request was refused; please send us its time and the answer."
                .to_owned()
        }
        _ if code == "VALID" => {
            "You are within your limit; if a request is refused again, please send us its \
                        time and the answer."
                .to_owned()
        }
        Some(limit) => format!(
            "You have reached your limit of {} requests per {}; please send fewer, and try again \
             after {}.",
            limit.limit,
            span(limit.duration),
            limit.resets_at.as_deref().unwrap_or_default()
        ),
        None => {
            "You have sent more requests than your limit allows; please try again later.".to_owned()
        }
    }
}
