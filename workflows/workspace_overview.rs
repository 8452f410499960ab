//! `workspace_overview`: what there is.

use std::ops::ControlFlow;

use futures_util::future::join3;
use serde_json::{Map, Value};
use unkey_tools::workflows::{
    KeyState, KnownApi, Overview, Sample, StateCounts, Unread, WorkspaceOverview,
};

use crate::apis::all;
use crate::context::Context;
use crate::key_spaces::{Samples, by_samples};
use crate::keys_find::{states, unread};
use crate::operations::{Api, CallError, Namespace};
use crate::report::{Report, WorkflowError};
use crate::sql::{rows, text};
use crate::text::count;
use crate::walk::Walk;

/// How many names are told of a list.
const MOST_TOLD: usize = 20;

/// How many pages of a list are counted.
const MOST_PAGES: usize = 10;

/// How many key spaces and namespaces are asked for.
const MOST_ROWS: usize = 1000;

/// Says what there is.
pub(crate) async fn workspace_overview(
    request: WorkspaceOverview,
    cx: &Context<'_>,
) -> Result<Report, WorkflowError> {
    let (mut apis, known) = all(cx).await?;
    let mut missing = Vec::new();
    let counted = if request.count_keys == Some(false) {
        Vec::new()
    } else {
        count_keys(cx, &mut apis, &mut missing).await
    };
    let other_key_spaces = key_spaces(cx, &apis, &mut missing).await;
    let namespaces = namespaces(cx, known.namespaces, &mut missing).await;
    let (roles, permissions, identities) = join3(
        sample(cx, "permissions_list_roles", "name"),
        sample(cx, "permissions_list_permissions", "slug"),
        sample(cx, "identities_list_identities", "externalId"),
    )
    .await;
    let mut part = |name: &str, sample: Result<Sample, CallError>| match sample {
        Ok(sample) => Some(sample),
        Err(error) => {
            missing.push(Unread {
                what: name.to_owned(),
                why: error.reason(),
            });
            None
        }
    };
    let roles = part("roles", roles);
    let permissions = part("permissions", permissions);
    let identities = part("identities", identities);
    let mut overview = Overview {
        apis: apis.iter().map(|api| told(api, None)).collect(),
        apis_are_all: known.complete,
        other_key_spaces: (!other_key_spaces.is_empty()).then_some(other_key_spaces),
        namespaces,
        roles,
        permissions,
        identities,
        unread: None,
    };
    for (api, counts) in overview.apis.iter_mut().zip(&counted) {
        api.keys = Some(counts.total());
        api.by_state = Some(*counts);
    }
    let summary = summary(&overview, &counted, &missing);
    overview.unread = (!missing.is_empty()).then_some(missing);
    Report::new(overview, None, summary)
}

fn told(api: &Api, by_state: Option<StateCounts>) -> KnownApi {
    KnownApi {
        api_id: api.id.clone(),
        name: api.name.clone(),
        key_space_id: api.key_space.clone(),
        keys: by_state.as_ref().map(StateCounts::total),
        by_state,
    }
}

/// Counts the keys of each API, and learns its key space on the way.
async fn count_keys(
    cx: &Context<'_>,
    apis: &mut [Api],
    missing: &mut Vec<Unread>,
) -> Vec<StateCounts> {
    let now = cx.clock.now();
    let mut counted = vec![StateCounts::default(); apis.len()];
    let mut samples = Samples::default();
    let walk = Walk {
        apis,
        ..Walk::default()
    };
    let end = walk
        .run(cx, &mut |place, key| {
            if let Some(counts) = counted.get_mut(place) {
                counts.add(KeyState::of(&key, now));
            }
            samples.take(place, &key);
            ControlFlow::Continue(())
        })
        .await;
    missing.extend(unread(&end, apis));
    by_samples(cx, apis, &samples).await;
    counted
}

/// The key spaces with verifications that belong to no API in `apis`.
async fn key_spaces(cx: &Context<'_>, apis: &[Api], missing: &mut Vec<Unread>) -> Vec<String> {
    let query = format!(
        "SELECT key_space_id, SUM(count) AS uses FROM key_verifications_per_month_v1 \
         GROUP BY key_space_id ORDER BY uses DESC LIMIT {MOST_ROWS}"
    );
    match rows(cx, "analytics_get_verifications", query).await {
        Ok(found) => found
            .iter()
            .map(|row| text(row, "key_space_id").to_owned())
            .filter(|space| apis.iter().all(|api| api.key_space.as_ref() != Some(space)))
            .collect(),
        Err(error) => {
            missing.push(Unread {
                what: "verifications".to_owned(),
                why: error.reason(),
            });
            Vec::new()
        }
    }
}

/// The namespaces that are known, and those in which something was checked.
async fn namespaces(
    cx: &Context<'_>,
    known: Vec<Namespace>,
    missing: &mut Vec<Unread>,
) -> Option<Sample> {
    let query = format!(
        "SELECT namespace_id, SUM(total) AS checks FROM ratelimits_per_month_v1 \
         GROUP BY namespace_id ORDER BY checks DESC LIMIT {MOST_ROWS}"
    );
    let mut names: Vec<String> = known.iter().map(|space| space.name.clone()).collect();
    match rows(cx, "analytics_get_ratelimits", query).await {
        Ok(found) => {
            let ids = found.iter().map(|row| text(row, "namespace_id"));
            let unknown =
                ids.filter(|id| known.iter().all(|space| space.id.as_deref() != Some(id)));
            names.extend(unknown.map(str::to_owned));
        }
        Err(error) => missing.push(Unread {
            what: "namespaces".to_owned(),
            why: error.reason(),
        }),
    }
    (!names.is_empty()).then(|| Sample {
        count: u64::try_from(names.len()).unwrap_or(u64::MAX),
        more: names.len() >= MOST_ROWS,
        first: names.into_iter().take(MOST_TOLD).collect(),
    })
}

/// Counts what `tool` lists, and keeps the first names.
async fn sample(cx: &Context<'_>, tool: &'static str, field: &str) -> Result<Sample, CallError> {
    let mut sample = Sample::default();
    let mut arguments = Map::new();
    for _ in 0..MOST_PAGES {
        let answer = cx.read(tool, arguments.clone()).await?;
        let items = answer.get("data").and_then(Value::as_array);
        for item in items.into_iter().flatten() {
            sample.count += 1;
            let name = item.get(field).and_then(Value::as_str);
            if let (true, Some(name)) = (sample.first.len() < MOST_TOLD, name) {
                sample.first.push(name.to_owned());
            }
        }
        match answer.pointer("/pagination/cursor").and_then(Value::as_str) {
            Some(cursor) => arguments.insert("cursor".to_owned(), cursor.into()),
            None => return Ok(sample),
        };
    }
    sample.more = true;
    Ok(sample)
}

fn summary(overview: &Overview, counted: &[StateCounts], missing: &[Unread]) -> Vec<String> {
    let apis = u64::try_from(overview.apis.len()).unwrap_or(u64::MAX);
    let mut all = StateCounts::default();
    for counts in counted {
        all.valid += counts.valid;
        all.disabled += counts.disabled;
        all.expired += counts.expired;
        all.usage_exceeded += counts.usage_exceeded;
    }
    let mut said = vec![if counted.is_empty() {
        format!("{}.", count(apis, "API"))
    } else {
        let keys = count(all.total(), "key");
        format!("{} with {keys}{}.", count(apis, "API"), states(&all))
    }];
    if !overview.apis_are_all {
        said.push("There may be more APIs: Unkey has no operation that lists them.".to_owned());
    }
    if let Some(spaces) = &overview.other_key_spaces {
        let spaces = u64::try_from(spaces.len()).unwrap_or(u64::MAX);
        let spaces = count(spaces, "key space");
        said.push(format!(
            "{spaces} with verifications belong to no API that is known here."
        ));
    }
    let parts = [
        ("role", &overview.roles),
        ("permission", &overview.permissions),
        ("owner", &overview.identities),
        ("namespace", &overview.namespaces),
    ];
    let parts = parts.into_iter().filter_map(|(one, sample)| {
        let sample = sample.as_ref()?;
        let more = if sample.more { " or more" } else { "" };
        Some(format!("{}{more}", count(sample.count, one)))
    });
    let parts: Vec<String> = parts.collect();
    if !parts.is_empty() {
        said.push(format!("{}.", parts.join(", ")));
    }
    if !missing.is_empty() {
        said.push("Not all could be read: `unread` says what, and why.".to_owned());
    }
    said
}
