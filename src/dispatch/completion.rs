//! What may stand for an id or a name of which a person typed the beginning.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::time::timeout;
use unkey_workflows::Operations;

use super::Dispatcher;
use super::known::known;
use super::workflow::{Parts, Running};
use crate::backend::{Backend, Upstream};
use crate::inventory::Inventory;
use crate::observe::shown;
use crate::root_key::{Caller, Mistake};
use crate::settings::Terms;

/// How many are told.
const MOST: usize = 100;

/// A person types on: what comes later helps nobody.
const DEADLINE: Duration = Duration::from_secs(2);

/// What has names that can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// APIs, by name and by id.
    Apis,
    /// Rate-limit namespaces.
    Namespaces,
    /// Roles.
    Roles,
    /// Permissions, by slug.
    Permissions,
}

impl Subject {
    /// What an argument of that name wants.
    pub fn of_argument(name: &str) -> Option<Self> {
        match name {
            "apiId" | "api" | "apis" => Some(Self::Apis),
            "namespace" => Some(Self::Namespaces),
            "role" | "roles" => Some(Self::Roles),
            "permission" | "permissions" => Some(Self::Permissions),
            _ => None,
        }
    }
}

/// What a person is typing, and who asks for them.
#[derive(Debug)]
pub struct Beginning<'a> {
    /// What it is the beginning of.
    pub subject: Subject,
    /// What is typed so far.
    pub typed: &'a str,
    /// The tools that the caller has: nothing is read that they could not.
    pub inventory: Inventory,
    /// Who asks, or why that is not known.
    pub caller: &'a Result<Caller, Mistake>,
    /// What goes to Unkey beside what is asked for.
    pub upstream: &'a Upstream,
    /// What the operator settled for them.
    pub terms: &'a Terms,
    /// Who answers, where it is not the dispatcher's own backend.
    pub backend: Option<&'a Backend>,
}

/// What fits, each once, and whether there is more than is told.
#[derive(Debug, Default)]
pub struct Fitting {
    /// A hundred at most.
    pub values: Vec<String>,
    /// Whether there are others.
    pub has_more: bool,
    seen: BTreeSet<String>,
    typed: String,
}

impl Dispatcher {
    /// What begins as `beginning` does: names of the configuration file, and as far as the caller may
    /// read them those that are known without asking, or on a first page. It never fails: what cannot
    /// be read, or not in time, is left out.
    pub async fn complete(&self, beginning: Beginning<'_>) -> Fitting {
        let mut fitting = Fitting::of(beginning.typed, []);
        let names = &beginning.terms.names;
        match beginning.subject {
            Subject::Apis => fitting.extend(names.apis.keys().cloned()),
            Subject::Namespaces => fitting.extend(names.namespaces.keys().cloned()),
            Subject::Roles | Subject::Permissions => {}
        }
        let Ok(caller) = beginning.caller else {
            return fitting;
        };
        let Ok(permit) = self.admit(caller) else {
            return fitting;
        };
        let parts = Parts {
            dispatcher: self,
            inventory: beginning.inventory,
            caller: beginning.caller,
            upstream: beginning.upstream,
            terms: beginning.terms,
            backend: beginning.backend,
        };
        let calls = Running::that_reads(&parts, &permit);
        let read = async {
            match beginning.subject {
                Subject::Apis => fitting.apis(&parts, &calls).await,
                Subject::Namespaces => fitting.namespaces(&parts, &calls).await,
                Subject::Roles => fitting.page("permissions_list_roles", "name", &calls).await,
                Subject::Permissions => {
                    let tool = "permissions_list_permissions";
                    fitting.page(tool, "slug", &calls).await;
                }
            }
        };
        // Whatever came in time is told.
        let _ = timeout(DEADLINE, Box::pin(read)).await;
        fitting
    }
}

impl Fitting {
    /// Those of `names` that begin with what is typed.
    pub fn of(typed: &str, names: impl IntoIterator<Item = &'static str>) -> Self {
        let mut fitting = Self {
            typed: typed.to_lowercase(),
            ..Self::default()
        };
        fitting.extend(names.into_iter().map(str::to_owned));
        fitting
    }

    fn extend(&mut self, names: impl IntoIterator<Item = String>) {
        for name in names {
            let fits = name.to_lowercase().starts_with(&self.typed);
            // What nobody sees, nobody can type; it may be there to deceive.
            if !fits || name.is_empty() || shown::escaped(&name) != name {
                continue;
            }
            if self.values.len() == MOST {
                self.has_more |= !self.seen.contains(&name);
            } else if self.seen.insert(name.clone()) {
                self.values.push(name);
            }
        }
    }

    async fn apis(&mut self, parts: &Parts<'_>, calls: &Running<'_>) {
        let known = known(parts, calls).await;
        let (ids, names): (Vec<_>, Vec<_>) =
            known.apis.into_iter().map(|api| (api.id, api.name)).unzip();
        // People know names; an id is offered to whoever begins to write one, or where no name is.
        self.extend(names.into_iter().flatten());
        self.extend(ids);
    }

    async fn namespaces(&mut self, parts: &Parts<'_>, calls: &Running<'_>) {
        let known = known(parts, calls).await;
        let is_owner = matches!(parts.caller, Ok(Caller::Owner));
        for namespace in known.namespaces {
            if !namespace.name.to_lowercase().starts_with(&self.typed) {
                continue;
            }
            if self.values.len() == MOST {
                self.has_more = true;
                return;
            }
            // The engine knows all of them, and its root keys need not.
            if is_owner || may_read(&namespace.name, calls).await {
                self.extend([namespace.name]);
            }
        }
    }

    /// The members of one page whose texts hold what was typed.
    async fn page(&mut self, tool: &'static str, member: &str, calls: &Running<'_>) {
        if !calls.offers(tool) {
            return;
        }
        let mut arguments = Map::from_iter([("limit".to_owned(), json!(MOST))]);
        if !self.typed.is_empty() {
            arguments.insert("search".to_owned(), json!(self.typed));
        }
        let answer = match calls.call(tool, arguments).await {
            Ok(answer) => answer,
            // An older Unkey knows no search.
            Err(error) if error.status == Some(400) => match calls.call(tool, Map::new()).await {
                Ok(answer) => answer,
                Err(_) => return,
            },
            Err(_) => return,
        };
        let items = answer.pointer("/data").and_then(Value::as_array);
        let names = items.into_iter().flatten();
        let names = names.filter_map(|item| item.get(member)?.as_str().map(str::to_owned));
        self.extend(names);
        self.has_more |= answer.pointer("/pagination/hasMore") == Some(&json!(true));
    }
}

/// Whether the caller may know of a namespace.
async fn may_read(namespace: &str, calls: &Running<'_>) -> bool {
    let tool = "ratelimit_list_overrides";
    let arguments = Map::from_iter([("namespace".to_owned(), json!(namespace))]);
    calls.offers(tool) && calls.call(tool, arguments).await.is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_told_once_and_no_more_than_a_hundred() {
        let mut all = Fitting::of("", []);
        all.extend(["b", "a", "b", ""].map(str::to_owned));
        assert_eq!(all.values, ["b", "a"]);
        assert!(!all.has_more);
        all.extend((0..98).map(|number| number.to_string()));
        assert!(!all.has_more);
        all.extend(["a".to_owned()]);
        assert!(!all.has_more, "it was told");
        all.extend(["c".to_owned()]);
        assert_eq!((all.values.len(), all.has_more), (MOST, true));
    }

    #[test]
    fn what_fits_begins_so_whatever_its_case_and_can_be_seen() {
        let mut some = Fitting::of("pay", []);
        some.extend(["Payments", "repay", "pay\u{202e}", "pay\nnow"].map(str::to_owned));
        assert_eq!(some.values, ["Payments"]);
    }
}
