//! What a person should know of a thing before they agree, looked up just then.

mod access;
mod hosting;
mod keys;
mod plan;
mod usage;

use std::collections::BTreeSet;

use serde_json::Value;

use super::deed::Target;
use super::lookup::{Lookup, Unknown};
use super::words::quoted;

/// What is known of the thing that a call is about.
#[derive(Debug)]
pub(super) struct Facts {
    /// What it is, with its name and its id.
    pub(super) what: String,
    /// What stands for it where a person types it: its name, or its id.
    pub(super) name: String,
    /// Facts that change only when somebody changes them.
    pub(super) settings: Vec<String>,
    /// Facts that change by themselves.
    pub(super) usage: Vec<String>,
    /// Whether it was used lately, or serves live traffic.
    pub(super) in_use: bool,
    /// What Unkey returned of it.
    pub(super) current: Result<Value, Unknown>,
    /// For a key: the permissions that its roles grant, where that is known.
    pub(super) by_roles: Option<BTreeSet<String>>,
}

impl Facts {
    /// A `kind` of thing of which nothing is known but what the call says of it.
    fn bare(kind: &str, id: &str, current: Result<Value, Unknown>) -> Self {
        Self {
            what: format!("the {kind} {}", quoted(id)),
            name: id.to_owned(),
            settings: Vec::new(),
            usage: Vec::new(),
            in_use: false,
            current,
            by_roles: None,
        }
    }

    /// A `kind` of thing that Unkey names by `name` and the call by `id`. Where it was not found,
    /// the facts say why.
    fn of(kind: &str, id: &str, name: &str, current: Result<Value, Unknown>) -> Self {
        let found = current.as_ref().ok();
        let name = found
            .and_then(|found| found[name].as_str())
            .map(str::to_owned);
        let mut facts = Self::bare(kind, id, current);
        if let Err(unknown) = &facts.current {
            facts.settings.push(format!("What it is like is {unknown}"));
        }
        if let Some(name) = name.filter(|name| !name.is_empty() && name != id) {
            facts.what = format!("the {kind} {} ({})", quoted(&name), quoted(id));
            // What has no plain name is typed by its id.
            if is_typable(&name) {
                facts.name = name;
            }
        }
        facts
    }

    /// A text of what Unkey returned.
    fn text(&self, field: &str) -> Option<&str> {
        self.current.as_ref().ok()?[field].as_str()
    }

    /// Adds a fact that changes only when somebody changes it.
    fn set(&mut self, fact: impl Into<String>) {
        self.settings.push(fact.into());
    }
}

/// Looks up what a person should know. `now` is the time, in Unix milliseconds.
pub(super) async fn gather(
    target: Target<'_>,
    body: &Value,
    lookup: &Lookup<'_>,
    now: i64,
) -> Facts {
    match target {
        Target::Key(id) => keys::key(id, body, lookup, now).await,
        Target::Api(id) => keys::api(id, lookup, now).await,
        Target::Identity(id) => keys::identity(id, lookup).await,
        Target::Role(id) => access::role(id, lookup).await,
        Target::Permission(id) => access::permission(id, lookup).await,
        Target::Override {
            namespace,
            identifier,
        } => access::limit(namespace, identifier, body, lookup).await,
        Target::Deployment(id) => hosting::deployment(id, lookup).await,
        Target::Domain(domain) => hosting::domain(domain, lookup).await,
        Target::Environment {
            project,
            app,
            environment,
        } => hosting::environment(project, app, environment, lookup).await,
        Target::App { project, app } => hosting::app(project, app, lookup).await,
        Target::Project(project) => hosting::project(project, lookup).await,
        Target::Plan(id) => plan::plan(id, lookup),
        Target::Other => Facts::bare("workspace", "", Err(Unknown::Unread)),
    }
}

/// Whether a person can type a name as it is shown: one short line of letters that are seen.
fn is_typable(name: &str) -> bool {
    name.trim() == name && quoted(name) == format!("\"{name}\"")
}
