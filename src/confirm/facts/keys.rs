//! Keys, and what holds or owns them.

use std::collections::BTreeSet;

use futures_util::future::{join, join_all};
use serde_json::{Value, json};

use super::super::lookup::{Lookup, Unknown};
use super::super::words::{count, grouped, moment, quoted};
use super::Facts;
use super::usage::verifications;

/// How many roles of a key are looked up.
const ROLES: usize = 4;

/// How many keys of an API are looked at.
const PAGE: usize = 100;

pub(super) async fn key(id: &str, body: &Value, lookup: &Lookup<'_>, now: i64) -> Facts {
    let found = lookup.data("keys_get_key", json!({"keyId": id}));
    let ids = [id];
    let used = verifications("key_id", &ids, lookup);
    let (found, used) = join(found, used).await;
    let mut facts = Facts::of("key", id, "name", found);
    if let Ok(key) = facts.current.clone() {
        if body.get("permissions").is_some() {
            facts.by_roles = granted_by_roles(&key, lookup).await;
        }
        describe(&mut facts, &key, now);
    }
    facts.verified(used, "");
    facts
}

fn describe(facts: &mut Facts, key: &Value, now: i64) {
    if let Some(start) = key["start"].as_str().filter(|start| !start.is_empty()) {
        facts.set(format!("It starts with {}", quoted(start)));
    }
    facts.set(
        match key.pointer("/identity/externalId").and_then(Value::as_str) {
            Some(owner) => format!("Its owner is {}", quoted(owner)),
            None => "It has no owner".to_owned(),
        },
    );
    let switched = if key["enabled"] == false { "off" } else { "on" };
    facts.set(format!("It is switched {switched}"));
    if let Some(end) = key["expires"].as_i64() {
        let verb = if end <= now { "stopped" } else { "stops" };
        facts.set(format!("It {verb} working {}", moment(end)));
    }
    facts.last_used(key["lastUsedAt"].as_i64(), now);
}

/// The permissions that a key has by its roles.
async fn granted_by_roles(key: &Value, lookup: &Lookup<'_>) -> Option<BTreeSet<String>> {
    let roles = key["roles"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    if roles.len() > ROLES {
        return None;
    }
    let roles = roles
        .iter()
        .map(|role| lookup.data("permissions_get_role", json!({"role": role})));
    let mut granted = BTreeSet::new();
    for role in join_all(roles).await {
        let role = role.ok()?;
        let permissions = role.get("permissions").and_then(Value::as_array);
        let permissions = permissions.into_iter().flatten();
        let slugs = permissions.filter_map(|permission| permission["slug"].as_str());
        granted.extend(slugs.map(str::to_owned));
    }
    Some(granted)
}

pub(super) async fn api(id: &str, lookup: &Lookup<'_>, now: i64) -> Facts {
    let found = lookup.data("apis_get_api", json!({"apiId": id}));
    let keys = lookup.envelope("apis_list_keys", json!({"apiId": id, "limit": PAGE}));
    let (found, keys) = join(found, keys).await;
    let mut facts = Facts::of("API", id, "name", found);
    let keys = match keys {
        Ok(keys) => keys,
        Err(unknown) => {
            facts.set(format!("How many keys are in it is {unknown}"));
            facts.verified(Err(unknown), "");
            return facts;
        }
    };
    let listed = keys
        .get("data")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let more = keys.pointer("/pagination/hasMore") == Some(&Value::Bool(true));
    let number = u64::try_from(listed.len()).unwrap_or(u64::MAX);
    facts.set(if more {
        format!("It holds more than {} keys", grouped(number))
    } else {
        format!("It holds {}", count(number, "key", "keys"))
    });
    let ids: Vec<&str> = listed
        .iter()
        .filter_map(|key| key["keyId"].as_str())
        .collect();
    let used = verifications("key_id", &ids, lookup).await;
    if number > 0 {
        let last = listed
            .iter()
            .filter_map(|key| key["lastUsedAt"].as_i64())
            .max();
        facts.last_used(last, now);
        facts.verified(used, if more { " of the first keys" } else { "" });
    }
    facts
}

pub(super) async fn identity(id: &str, lookup: &Lookup<'_>) -> Facts {
    let found = lookup
        .data("identities_get_identity", json!({"identity": id}))
        .await;
    let mut facts = Facts::of("identity", id, "externalId", found);
    let known = facts.text("id").map(str::to_owned);
    let used = match &known {
        Some(id) => verifications("identity_id", &[id], lookup).await,
        None => Err(Unknown::Hidden),
    };
    if let Ok(identity) = &facts.current {
        let size = |field: &str| {
            let members = identity[field].as_object().map(serde_json::Map::len);
            let size = members.or_else(|| identity[field].as_array().map(Vec::len));
            u64::try_from(size.unwrap_or_default()).unwrap_or(u64::MAX)
        };
        let held = format!(
            "It has {} of metadata and {}",
            count(size("meta"), "field", "fields"),
            count(size("ratelimits"), "shared limit", "shared limits"),
        );
        facts.set(held);
    }
    facts.verified_keys(used);
    facts.verified(used, "");
    facts
}
