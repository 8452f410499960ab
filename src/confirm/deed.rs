//! Which calls a person may have to agree to, as far as the call alone tells.

use serde_json::Value;
use unkey_tools::Entry;

/// Whether a person has to agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// Whatever there is now.
    Certain,
    /// Where it takes something away from what there is now.
    Depends,
}

/// What a call would do; nothing where nobody need be asked.
///
/// What the catalogue calls destructive is asked about unless it is known to be harmless here, so that
/// an operation that is new to the catalogue is asked about.
pub(super) fn deed(entry: &Entry, body: &Value) -> Option<Deed> {
    if !entry.effect.is_destructive() {
        return None;
    }
    match entry.endpoint {
        "keys.setPermissions"
        | "keys.setRoles"
        | "keys.removePermissions"
        | "keys.removeRoles"
        | "permissions.setRolePermissions" => Some(Deed::Depends),
        "keys.updateCredits" => (body["operation"] != "increment").then_some(Deed::Depends),
        "keys.updateKey" => more_than_named(body).then_some(Deed::Depends),
        "identities.updateIdentity" => {
            let replaces = ["meta", "ratelimits"].map(|field| body.get(field).is_some());
            replaces.contains(&true).then_some(Deed::Depends)
        }
        "ratelimit.setOverride" => is_pattern(body).then_some(Deed::Certain),
        _ => Some(Deed::Certain),
    }
}

/// Whether an update of a key does more than to give it a name.
fn more_than_named(body: &Value) -> bool {
    let fields = body.as_object().into_iter().flatten();
    fields
        .filter(|(field, _)| *field != "keyId")
        .any(|(field, value)| field != "name" || value.is_null())
}

/// Whether an override is meant for all identifiers that match.
pub(super) fn is_pattern(body: &Value) -> bool {
    body["identifier"]
        .as_str()
        .is_some_and(|identifier| identifier.contains('*'))
}

/// What a call is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target<'a> {
    Key(&'a str),
    Api(&'a str),
    Identity(&'a str),
    Role(&'a str),
    Permission(&'a str),
    Override {
        namespace: &'a str,
        identifier: &'a str,
    },
    Deployment(&'a str),
    Domain(&'a str),
    Environment {
        project: &'a str,
        app: &'a str,
        environment: &'a str,
    },
    App {
        project: &'a str,
        app: &'a str,
    },
    Project(&'a str),
    Plan(&'a str),
    /// None of these.
    Other,
}

/// What a call is about, by the fields that name it.
pub(super) fn target(body: &Value) -> Target<'_> {
    let text = |field: &str| body[field].as_str();
    // Further fields narrow the thing down: the narrowest comes first.
    None.or_else(|| text("keyId").map(Target::Key))
        .or_else(|| text("apiId").map(Target::Api))
        .or_else(|| text("identity").map(Target::Identity))
        .or_else(|| text("roleId").or_else(|| text("role")).map(Target::Role))
        .or_else(|| text("permission").map(Target::Permission))
        .or_else(|| text("deploymentId").map(Target::Deployment))
        .or_else(|| {
            let (namespace, identifier) = text("namespace").zip(text("identifier"))?;
            Some(Target::Override {
                namespace,
                identifier,
            })
        })
        .or_else(|| {
            let (project, app) = text("project").zip(text("app"))?;
            let environment = text("environment").or_else(|| text("environmentSlug"));
            Some(match environment {
                Some(environment) => Target::Environment {
                    project,
                    app,
                    environment,
                },
                None => Target::App { project, app },
            })
        })
        .or_else(|| text("project").map(Target::Project))
        .or_else(|| text("domain").map(Target::Domain))
        .or_else(|| text("planId").map(Target::Plan))
        .unwrap_or(Target::Other)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(tool: &str, body: &Value) -> Option<Deed> {
        deed(unkey_tools::find(tool).unwrap(), body)
    }

    #[test]
    fn what_only_reads_adds_or_makes_is_not_asked_about() {
        for entry in &unkey_tools::CATALOGUE {
            if !entry.effect.is_destructive() {
                assert_eq!(deed(entry, &json!({})), None, "{}", entry.name);
            }
        }
    }

    #[test]
    fn all_that_deletes_is_asked_about() {
        for entry in &unkey_tools::CATALOGUE {
            if entry.effect == unkey_tools::Effect::Delete {
                assert!(deed(entry, &json!({})).is_some(), "{}", entry.name);
            }
        }
    }

    #[test]
    fn what_takes_nothing_away_is_not_asked_about() {
        for (tool, body) in [
            ("keys_update_key", json!({"keyId": "key_1", "name": "x"})),
            (
                "keys_update_credits",
                json!({"keyId": "key_1", "operation": "increment", "value": 1}),
            ),
            ("identities_update_identity", json!({"identity": "acme"})),
            (
                "ratelimit_set_override",
                json!({"namespace": "n", "identifier": "a", "limit": 1}),
            ),
        ] {
            assert_eq!(of(tool, &body), None, "{tool}");
        }
    }

    #[test]
    fn what_may_take_something_away_is_looked_at() {
        for (tool, body) in [
            ("keys_update_key", json!({"keyId": "key_1", "name": null})),
            (
                "keys_update_key",
                json!({"keyId": "key_1", "enabled": true}),
            ),
            (
                "keys_update_credits",
                json!({"keyId": "key_1", "operation": "set"}),
            ),
            (
                "identities_update_identity",
                json!({"identity": "acme", "meta": {}}),
            ),
            ("keys_set_roles", json!({"keyId": "key_1", "roles": []})),
        ] {
            assert_eq!(of(tool, &body), Some(Deed::Depends), "{tool}");
        }
        let wildcard = json!({"namespace": "n", "identifier": "a*", "limit": 1});
        assert_eq!(of("ratelimit_set_override", &wildcard), Some(Deed::Certain));
    }

    #[test]
    fn the_narrowest_field_says_what_a_call_is_about() {
        let environment = json!({"project": "p", "app": "a", "environment": "production"});
        assert!(matches!(
            target(&environment),
            Target::Environment {
                environment: "production",
                ..
            }
        ));
        assert!(matches!(
            target(&json!({"project": "p", "app": "a"})),
            Target::App { .. }
        ));
        assert_eq!(target(&json!({"project": "p"})), Target::Project("p"));
        assert_eq!(target(&json!([])), Target::Other);
    }
}
