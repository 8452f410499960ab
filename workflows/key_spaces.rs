//! Which key space belongs to which API. Analytics knows key spaces alone, and no operation says
//! whose they are: keys of an API that were verified tell.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use unkey_tools::types::Key;

use crate::context::Context;
use crate::operations::Api;
use crate::sql::{any_of, rows, text};

/// How many keys of an API are looked up in analytics.
pub(crate) const MOST_SAMPLES: usize = 10;

/// How many APIs are looked into.
const MOST_APIS: usize = 100;

/// Keys of APIs that were verified, by the place of the API.
#[derive(Debug, Default)]
pub(crate) struct Samples(BTreeMap<String, usize>, BTreeMap<usize, usize>);

impl Samples {
    /// Takes a key as a sample of its API, if it is a good one.
    pub(crate) fn take(&mut self, api: usize, key: &Key) {
        let taken = self.1.entry(api).or_default();
        if key.last_used_at.is_some() && *taken < MOST_SAMPLES {
            *taken += 1;
            self.0.insert(key.key_id.as_str().to_owned(), api);
        }
    }
}

/// Finds the key spaces that are not known by the first keys of each API.
pub(crate) async fn find(cx: &Context<'_>, apis: &mut [Api]) {
    let mut samples = Samples::default();
    for (place, api) in apis.iter().enumerate().take(MOST_APIS) {
        if api.key_space.is_some() {
            continue;
        }
        let arguments = Map::from_iter([("apiId".to_owned(), Value::from(api.id.clone()))]);
        let Ok(answer) = cx.read("apis_list_keys", arguments).await else {
            continue;
        };
        let keys = answer.get("data").and_then(Value::as_array);
        for key in keys.into_iter().flatten() {
            if let Ok(key) = serde::Deserialize::deserialize(key) {
                samples.take(place, &key);
            }
        }
    }
    by_samples(cx, apis, &samples).await;
}

/// Finds the key spaces that are not known by these keys.
pub(crate) async fn by_samples(cx: &Context<'_>, apis: &mut [Api], samples: &Samples) {
    let unknown = |place: &usize| apis.get(*place).is_some_and(|api| api.key_space.is_none());
    let keys = samples.0.iter().filter(|(_, place)| unknown(place));
    let keys: Vec<&str> = keys.map(|(key, _)| &**key).collect();
    if keys.is_empty() {
        return;
    }
    let query = format!(
        "SELECT key_id, key_space_id, SUM(count) AS uses FROM key_verifications_per_month_v1 \
         WHERE key_id IN {} GROUP BY key_id, key_space_id LIMIT 10000",
        any_of(keys)
    );
    let Ok(found) = rows(cx, "analytics_get_verifications", query).await else {
        return;
    };
    for row in found {
        let place = samples.0.get(text(&row, "key_id"));
        if let Some(api) = place.and_then(|place| apis.get_mut(*place)) {
            api.key_space = Some(text(&row, "key_space_id").to_owned());
        }
    }
}
