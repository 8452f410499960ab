//! What holds for every operation: its effect, its permissions, its history.

use regex_lite::Regex;
use unkey_tools::{CATALOGUE, Effect, Entry, Grant, find, is_of_portal_users, listed};

use crate::catalogue::none;

#[test]
fn effects_are_what_the_verbs_say() {
    none(CATALOGUE.iter().filter_map(|tool| {
        let (_, operation) = tool.name.split_once('_')?;
        let effect = match operation.split('_').next()? {
            // What live traffic may be changed by is no mere addition.
            _ if ["create_deployment", "create_domain", "verify_domain"].contains(&operation) => {
                Effect::Alter
            }
            "get" | "list" | "whoami" => Effect::Read,
            "create" | "migrate" | "install" => Effect::Create,
            "verify" | "limit" | "multi" | "exchange" => Effect::Consume,
            "add" | "start" => Effect::Add,
            "reroll" | "promote" | "rollback" | "stop" => Effect::Alter,
            // It adds and subtracts: twice is not once.
            "update" if operation == "update_credits" => Effect::Alter,
            "set" | "update" => Effect::Replace,
            "delete" | "remove" => Effect::Delete,
            other => return Some(format!("{}: what does {other} do?", tool.name)),
        };
        (tool.effect != effect).then(|| format!("{} is {:?}", tool.name, tool.effect))
    }));
}

#[test]
fn grants_are_permissions_as_unkey_writes_them() {
    let allowed = Regex::new(
        r"^(api|app|environment|identity|portal|project|ratelimit|rbac|workspace)\.\*\.[a-z]+(_[a-z]+)*$",
    );
    let allowed = allowed.unwrap();
    let mut offenders = Vec::new();
    for tool in &CATALOGUE {
        if tool.grants.is_empty() != tool.name.starts_with("portal_exchange_") {
            offenders.push(format!("{}: {} grants", tool.name, tool.grants.len()));
        }
        for grant in tool.grants {
            let printed = grant.to_string();
            let workspace_wide = ["rbac.", "workspace."]
                .iter()
                .any(|kind| printed.starts_with(kind));
            if !allowed.is_match(&printed) || workspace_wide && grant.scoped() {
                offenders.push(format!("{}: {printed}", tool.name));
            }
        }
    }
    none(offenders);
}

#[test]
fn what_writes_says_how_to_find_out_whether_it_happened() {
    none(CATALOGUE.iter().filter_map(|tool| {
        let mut words = tool
            .recovery_hint
            .split(|letter: char| !letter.is_ascii_lowercase() && letter != '_');
        let good = if tool.effect.is_read_only() {
            tool.recovery_hint.is_empty()
        } else {
            tool.recovery_hint.ends_with('.') && words.any(|word| find(word).is_some())
        };
        (!good).then(|| format!("{}: {:?}", tool.name, tool.recovery_hint))
    }));
}

#[test]
fn resource_names_are_a_path_and_an_action() {
    let allowed = Regex::new(r"^[a-z]+(/([a-z]+|\*))*#[a-z]+(_[a-z]+)*$").unwrap();
    none(CATALOGUE.iter().flat_map(|tool| {
        let named = tool.grants.iter().filter_map(Grant::named);
        named
            .filter(|named| !allowed.is_match(named))
            .map(|named| format!("{}: {named}", tool.name))
            .collect::<Vec<_>>()
    }));
}

#[test]
fn what_is_newer_than_june_says_what_to_do_without_it() {
    let mut offenders = Vec::new();
    for tool in &CATALOGUE {
        for newer in tool.newer {
            let instead = newer.instead();
            let known = newer
                .of()
                .is_none_or(|field| tool.input().schema["properties"].get(field).is_some());
            if !known || instead.ends_with('.') || instead.is_empty() {
                offenders.push(format!("{}: {newer:?}", tool.name));
            }
        }
    }
    none(offenders);
}

#[test]
fn a_retired_operation_names_a_listed_one_that_stands_for_it() {
    let retired: Vec<_> = CATALOGUE.iter().filter(|tool| !tool.is_listed()).collect();
    assert_eq!(retired.len(), 1);
    none(retired.into_iter().filter_map(|tool| {
        let words = tool.retired?.split([' ', ',']);
        let found = words.filter_map(find).any(Entry::is_listed);
        (!found).then(|| tool.name.to_owned())
    }));
}

#[test]
fn what_only_a_user_of_the_portal_may_call_is_known_and_is_no_tool() {
    for name in [
        "portal_list_keys",
        "portal.rerollKey",
        "unkey_portal_get_verifications",
    ] {
        assert!(is_of_portal_users(name) && find(name).is_none(), "{name}");
    }
    assert!(!is_of_portal_users("keys_reroll_key"));
}

/// What live traffic depends on is never changed by a tool that calls itself harmless.
#[test]
fn what_changes_what_is_deployed_is_destructive() {
    let harmless = [
        "apps_create_app",
        "deployments_start_deployment",
        "github_install_app",
        "projects_create_project",
    ];
    let found: Vec<_> = listed()
        .filter(|tool| !tool.toolset.is_default())
        .filter(|tool| !tool.effect.is_read_only() && !tool.effect.is_destructive())
        .map(|tool| tool.name)
        .collect();
    assert_eq!(found, harmless);
}
