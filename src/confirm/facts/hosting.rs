//! What is deployed.

use serde_json::{Value, json};

use super::super::lookup::Lookup;
use super::super::words::quoted;
use super::Facts;

pub(super) async fn project(id: &str, lookup: &Lookup<'_>) -> Facts {
    let found = lookup
        .data("projects_get_project", json!({"project": id}))
        .await;
    let mut facts = Facts::of("project", id, "slug", found);
    // Whether its apps serve anybody is not known.
    facts.in_use = true;
    called(&mut facts);
    facts
}

pub(super) async fn app(project: &str, id: &str, lookup: &Lookup<'_>) -> Facts {
    let named = json!({"project": project, "app": id});
    let found = lookup.data("apps_get_app", named).await;
    let mut facts = Facts::of("app", id, "slug", found);
    facts.set(format!("It is in the project {}", quoted(project)));
    called(&mut facts);
    match facts.text("currentDeploymentId").map(str::to_owned) {
        Some(deployment) => {
            facts.in_use = true;
            facts.set(format!(
                "Its deployment {} serves live traffic",
                quoted(&deployment)
            ));
        }
        None => facts.in_use = facts.current.is_err(),
    }
    facts
}

pub(super) async fn environment(project: &str, app: &str, id: &str, lookup: &Lookup<'_>) -> Facts {
    let named = json!({"project": project, "app": app, "environment": id});
    let found = lookup.data("environments_get_environment", named).await;
    let mut facts = Facts::of("environment", id, "slug", found);
    facts.set(format!(
        "It is in the app {} of the project {}",
        quoted(app),
        quoted(project)
    ));
    if let Some(kind) = facts.text("kind").map(quoted) {
        facts.set(format!("It is for {kind}"));
    }
    facts
}

pub(super) async fn deployment(id: &str, lookup: &Lookup<'_>) -> Facts {
    let named = json!({"deploymentId": id});
    let found = lookup.data("deployments_get_deployment", named).await;
    let mut facts = Facts::bare("deployment", id, found);
    let place = ["project", "app", "environment"].map(|field| facts.text(field).map(quoted));
    match place {
        [Some(project), Some(app), Some(environment)] => facts.set(format!(
            "It is of the app {app}, project {project}, environment {environment}"
        )),
        _ => facts.set("What it is of is not known"),
    }
    if let Some(status) = facts.text("status").map(quoted) {
        facts.set(format!("Its status is {status}"));
    }
    let current = facts.current.as_ref().ok();
    if current.is_some_and(|found| found["isCurrent"] == Value::Bool(true)) {
        facts.set("It serves live traffic");
    }
    facts
}

pub(super) async fn domain(id: &str, lookup: &Lookup<'_>) -> Facts {
    let found = lookup
        .data("domains_get_domain", json!({"domain": id}))
        .await;
    let mut facts = Facts::of("domain", id, "domain", found);
    if let Some(status) = facts.text("status").map(quoted) {
        facts.set(format!("Its status is {status}"));
    }
    facts
}

/// Adds what people call it.
fn called(facts: &mut Facts) {
    if let Some(name) = facts.text("name").map(quoted) {
        facts.set(format!("It is called {name}"));
    }
}
