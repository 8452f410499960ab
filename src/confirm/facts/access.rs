//! What says what keys may do, and how often.

use futures_util::future::join;
use serde_json::{Value, json};

use super::super::deed::is_pattern;
use super::super::lookup::{Lookup, Unknown};
use super::super::words::{count, grouped, names, quoted, span};
use super::Facts;

/// How many roles are looked through.
const PAGE: usize = 100;

pub(super) async fn role(id: &str, lookup: &Lookup<'_>) -> Facts {
    let found = lookup
        .data("permissions_get_role", json!({"role": id}))
        .await;
    let mut facts = Facts::of("role", id, "name", found);
    if let Ok(role) = &facts.current {
        let permissions = role["permissions"].as_array().into_iter().flatten();
        let slugs: Vec<&str> = permissions
            .filter_map(|permission| permission["slug"].as_str())
            .collect();
        let grants = match slugs.as_slice() {
            [] => "It grants nothing".to_owned(),
            slugs => format!("It grants {}", names(slugs.iter().copied())),
        };
        facts.set(grants);
    }
    facts.set("How many keys have it is not known");
    facts
}

pub(super) async fn permission(id: &str, lookup: &Lookup<'_>) -> Facts {
    let found = lookup.data("permissions_get_permission", json!({"permission": id}));
    let roles = lookup.envelope("permissions_list_roles", json!({"limit": PAGE}));
    let (found, roles) = join(found, roles).await;
    let mut facts = Facts::of("permission", id, "slug", found);
    if let Some(name) = facts.text("name").filter(|name| *name != facts.name) {
        let called = format!("It is called {}", quoted(name));
        facts.set(called);
    }
    let slug = facts.text("slug").map(str::to_owned);
    facts.set(match (roles, slug) {
        (Ok(roles), Some(slug)) => granted_by(&roles, &slug),
        (Err(unknown), _) => format!("Which roles grant it is {unknown}"),
        (Ok(_), None) => format!("Which roles grant it is {}", Unknown::Hidden),
    });
    facts.set("How many keys have it is not known");
    facts
}

/// Which of the roles grant the permission.
fn granted_by(roles: &Value, slug: &str) -> String {
    let more = roles.pointer("/pagination/hasMore") == Some(&Value::Bool(true));
    let grants = |role: &&Value| {
        let permissions = role["permissions"].as_array().into_iter().flatten();
        permissions
            .into_iter()
            .any(|permission| permission["slug"] == slug)
    };
    let roles = roles["data"].as_array().into_iter().flatten();
    let granting: Vec<&str> = roles
        .filter(grants)
        .filter_map(|role| role["name"].as_str())
        .collect();
    let among = if more {
        format!(" of the first {PAGE}")
    } else {
        String::new()
    };
    match granting.as_slice() {
        [] => format!("No role{among} grants it"),
        roles => format!(
            "Roles{among} that grant it: {}",
            names(roles.iter().copied())
        ),
    }
}

/// An override.
pub(super) async fn limit(
    namespace: &str,
    identifier: &str,
    body: &Value,
    lookup: &Lookup<'_>,
) -> Facts {
    let named = json!({"namespace": namespace, "identifier": identifier});
    let found = lookup.data("ratelimit_get_override", named).await;
    // It finds what applies to the identifier, which may be another one.
    let found = match found {
        Ok(found)
            if found
                .get("identifier")
                .is_some_and(|known| known == identifier) =>
        {
            Ok(found)
        }
        Ok(_) => Err(Unknown::Hidden),
        Err(unknown) => Err(unknown),
    };
    let mut facts = Facts::bare("override of", identifier, found);
    facts.what = format!(
        "the override of {} in the namespace {}",
        quoted(identifier),
        quoted(namespace)
    );
    if is_pattern(body) {
        facts.set("It applies to every identifier that its `*` matches");
    }
    if body.get("limit").is_some() {
        facts.set(format!("It is to allow {}", rate(body)));
    }
    let now = match &facts.current {
        Ok(found) => format!("Now it allows {}", rate(found)),
        Err(Unknown::Hidden) => "No such override is there now, as far as is known".to_owned(),
        Err(unknown) => format!("What it allows now is {unknown}"),
    };
    facts.set(now);
    facts
}

fn rate(limit: &Value) -> String {
    let number = |field: &str| limit[field].as_u64();
    match (number("limit"), number("duration")) {
        (Some(limit), Some(duration)) => {
            format!("{} in {}", count(limit, "use", "uses"), span(duration))
        }
        (Some(limit), None) => format!("{} uses", grouped(limit)),
        _ => "what is not known".to_owned(),
    }
}
