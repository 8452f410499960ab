//! Which of the catalogue's tools a connection offers.

use std::fmt;

use unkey_tools::nearest::nearest;
use unkey_tools::{CATALOGUE, Entry, Toolset, WORKFLOWS, every};

use crate::error::StartError;
use crate::observe::shown;

/// How many tools there are.
const TOOLS: usize = CATALOGUE.len() + WORKFLOWS.len();

/// A set of tools: for each entry of the catalogue, in its order, whether it is in the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inventory {
    /// Those that clients see and call.
    offered: [bool; TOOLS],
    /// Those that a workflow may call: these, and what the workflows among them read.
    within_reach: [bool; TOOLS],
}

impl Inventory {
    /// Every tool.
    pub fn everything() -> Self {
        Self::of(|_| true)
    }

    /// The tools that `wanted` says yes to.
    pub fn of(wanted: impl Fn(&Entry) -> bool) -> Self {
        let mut offered = [false; TOOLS];
        for (is_in, entry) in offered.iter_mut().zip(every()) {
            *is_in = wanted(entry);
        }
        Self {
            offered,
            within_reach: offered,
        }
    }

    /// The same set, whose workflows may call as well what they read, if `allowed` says yes to that:
    /// whoever asks for a workflow by its name need not name its parts. What writes has to be in the
    /// set itself.
    fn with_parts(mut self, allowed: impl Fn(&Entry) -> bool) -> Self {
        let workflows: Vec<&Entry> = self.entries().collect();
        for (is_in, entry) in self.within_reach.iter_mut().zip(every()) {
            let is_part = workflows
                .iter()
                .any(|workflow| workflow.uses.contains(&entry.name));
            *is_in |= is_part && entry.effect.is_read_only() && allowed(entry);
        }
        self
    }

    /// The tools that are in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let mut both = self;
        for (mine, theirs) in both.offered.iter_mut().zip(other.offered) {
            *mine &= theirs;
        }
        for (mine, theirs) in both.within_reach.iter_mut().zip(other.within_reach) {
            *mine &= theirs;
        }
        both
    }

    /// Whether no tool is in it, listed or not.
    pub fn is_empty(self) -> bool {
        !self.offered.contains(&true)
    }

    /// Refuses to serve nothing, and warns of lists that would be empty.
    ///
    /// # Errors
    /// [`StartError::NothingLeft`] where no tool is in it.
    pub fn check(self) -> Result<(), StartError> {
        if self.is_empty() {
            return Err(StartError::NothingLeft);
        }
        if self.entries().next().is_none() {
            tracing::warn!(
                "tools/list is empty: lists no longer show what these flags leave, which is called \
                 by its name alone"
            );
        }
        Ok(())
    }

    /// Whether `entry` may be called; also one that lists no longer show.
    pub fn contains(self, entry: &Entry) -> bool {
        let mut all = every().zip(self.offered);
        all.any(|(candidate, is_in)| is_in && candidate.name == entry.name)
    }

    /// Whether a workflow may call `entry`.
    pub fn reaches(&self, entry: &Entry) -> bool {
        let mut all = every().zip(self.within_reach);
        all.any(|(candidate, is_in)| is_in && candidate.name == entry.name)
    }

    /// Its tools that lists show, in the catalogue's order.
    pub fn entries(self) -> impl Iterator<Item = &'static Entry> {
        let all = every().zip(self.offered);
        all.filter_map(|(entry, is_in)| (is_in && entry.is_listed()).then_some(entry))
    }

    /// The positions in the catalogue of its tools that lists show.
    pub fn indices(self) -> impl Iterator<Item = usize> {
        let all = every().zip(self.offered).enumerate();
        all.filter_map(|(index, (entry, is_in))| (is_in && entry.is_listed()).then_some(index))
    }
}

/// What one MCP endpoint offers at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Server {
    /// The whole API; without a choice of tools, what is about keys and limits.
    Keys,
    /// The rate-limit service alone.
    Ratelimit,
    /// What is about deploying apps.
    Deploy,
}

/// The tools that an operator allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowed {
    inventory: Inventory,
    /// Whether the operator named toolsets or tools.
    named: bool,
}

impl Allowed {
    /// What `server` offers of them. The default toolsets make way for what the operator named.
    pub fn on(self, server: Server) -> Inventory {
        self.inventory.and(match server {
            Server::Keys if self.named => Inventory::everything(),
            Server::Keys => Inventory::of(|entry| entry.toolset.is_default()),
            Server::Ratelimit => Inventory::of(|entry| entry.toolset == Toolset::Ratelimit),
            Server::Deploy => Inventory::of(|entry| !entry.toolset.is_default()),
        })
    }

    /// The tools that are in both.
    #[must_use]
    pub fn and(self, other: Inventory) -> Self {
        Self {
            inventory: self.inventory.and(other),
            ..self
        }
    }

    /// What the servers together offer at most.
    pub const fn inventory(self) -> Inventory {
        self.inventory
    }
}

/// What an operator's flags or a client's headers ask for. Each part narrows the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Narrowing {
    /// Only tools of these toolsets, which `default` and `all` name as well; empty: of all.
    pub toolsets: Vec<String>,
    /// Only these tools; empty: all.
    pub tools: Vec<String>,
    /// Not these tools.
    pub exclude_tools: Vec<String>,
    /// Only tools that change nothing.
    pub read_only: bool,
}

impl Narrowing {
    /// What an operator who says so allows.
    ///
    /// # Errors
    /// [`UnknownName`] for a toolset or tool that does not exist.
    pub fn allowed(&self) -> Result<Allowed, UnknownName> {
        Ok(Allowed {
            inventory: self.inventory()?,
            named: !(self.toolsets.is_empty() && self.tools.is_empty()),
        })
    }

    /// The tools that it leaves.
    ///
    /// # Errors
    /// [`UnknownName`] for a toolset or tool that does not exist.
    pub fn inventory(&self) -> Result<Inventory, UnknownName> {
        let toolsets = each(&self.toolsets, toolsets)?.concat();
        let tools = each(&self.tools, tool)?;
        let excluded = each(&self.exclude_tools, tool)?;
        let named = |list: &[&Entry], entry: &Entry| list.iter().any(|one| one.name == entry.name);
        let allowed = |entry: &Entry| {
            !named(&excluded, entry) && (!self.read_only || entry.effect.is_read_only())
        };
        let offered = Inventory::of(|entry| {
            (toolsets.is_empty() || toolsets.contains(&entry.toolset))
                && (tools.is_empty() || named(&tools, entry))
                && allowed(entry)
        });
        Ok(offered.with_parts(allowed))
    }
}

/// The names in a comma-separated list.
pub fn names(list: &str) -> Vec<String> {
    list.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A toolset or tool that does not exist. Prints with the nearest name that does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct UnknownName {
    what: &'static str,
    name: String,
    nearest: Option<&'static str>,
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "there is no {} `{}`; ",
            self.what,
            shown::name(&self.name)
        )?;
        match self.nearest {
            Some(name) => write!(f, "did you mean `{name}`?"),
            None if self.what == "toolset" => {
                write!(
                    f,
                    "there are: {}; and {DEFAULT} and {ALL}",
                    Toolset::ALL.map(Toolset::name).join(", ")
                )
            }
            None => f.write_str("`unkey-mcp tools` lists them"),
        }
    }
}

fn each<T>(
    names: &[String],
    find: impl Fn(&str) -> Result<T, UnknownName>,
) -> Result<Vec<T>, UnknownName> {
    names.iter().map(|name| find(name)).collect()
}

/// The name that stands for the toolsets which need not be asked for.
const DEFAULT: &str = "default";
/// The name that stands for every toolset.
const ALL: &str = "all";

/// The toolsets that `name` stands for.
fn toolsets(name: &str) -> Result<Vec<Toolset>, UnknownName> {
    match name {
        ALL => return Ok(Toolset::ALL.to_vec()),
        DEFAULT => {
            let every = Toolset::ALL.into_iter();
            return Ok(every.filter(|toolset| toolset.is_default()).collect());
        }
        _ => {}
    }
    let toolset = Toolset::named(name).ok_or_else(|| UnknownName {
        what: "toolset",
        name: name.to_owned(),
        nearest: nearest(
            name,
            Toolset::ALL
                .map(Toolset::name)
                .into_iter()
                .chain([DEFAULT, ALL]),
        ),
    })?;
    Ok(vec![toolset])
}

fn tool(name: &str) -> Result<&'static Entry, UnknownName> {
    unkey_tools::find(name).ok_or_else(|| UnknownName {
        what: "tool",
        name: name.to_owned(),
        nearest: nearest_tool(name, Inventory::everything()),
    })
}

/// The tool of `inventory` that `name` probably means.
pub fn nearest_tool(name: &str, inventory: Inventory) -> Option<&'static str> {
    nearest(name, inventory.entries().map(|entry| entry.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tool_has_a_place_of_its_own_however_many_there_are() {
        assert!(CATALOGUE.len() > 64, "more than a machine word has bits");
        for (index, entry) in every().enumerate() {
            let alone = Inventory::of(|one| one.name == entry.name);
            let listed: &[usize] = if entry.is_listed() { &[index] } else { &[] };
            assert_eq!(alone.indices().collect::<Vec<_>>(), listed);
            let others = Inventory::of(|one| one.name != entry.name);
            assert!(alone.contains(entry) && !others.contains(entry));
            assert!(alone.and(others).is_empty());
            let count = unkey_tools::listed().count() - listed.len();
            assert_eq!(others.entries().count(), count);
        }
    }

    #[test]
    fn an_operator_who_names_toolsets_has_those_and_others_have_the_default_ones() {
        let on = |server, toolsets: &[&str]| -> Vec<&str> {
            let narrowing = Narrowing {
                toolsets: toolsets.iter().map(|name| (*name).to_owned()).collect(),
                ..Narrowing::default()
            };
            let mut found: Vec<&str> = narrowing
                .allowed()
                .unwrap()
                .on(server)
                .entries()
                .map(|entry| entry.toolset.name())
                .collect();
            found.dedup();
            found
        };
        let keys = [
            "analytics",
            "apis",
            "identities",
            "keys",
            "permissions",
            "portal",
            "ratelimit",
            "workflows",
        ];
        let deploy = [
            "apps",
            "deploy",
            "deployments",
            "domains",
            "environments",
            "gateway",
            "github",
            "projects",
        ];
        assert_eq!(on(Server::Keys, &[]), keys);
        assert_eq!(on(Server::Keys, &["default"]), keys);
        assert_eq!(on(Server::Keys, &["all"]), Toolset::ALL.map(Toolset::name));
        assert_eq!(
            on(Server::Keys, &["default", "apps"])[..3],
            ["analytics", "apis", "apps"]
        );
        assert_eq!(on(Server::Keys, &["apps"]), ["apps"]);
        assert_eq!(on(Server::Deploy, &[]), deploy);
        assert_eq!(on(Server::Deploy, &["keys", "apps"]), ["apps"]);
        assert_eq!(on(Server::Ratelimit, &["all"]), ["ratelimit"]);
        assert!(on(Server::Ratelimit, &["apps"]).is_empty());
    }

    #[test]
    fn a_tool_that_is_named_is_offered_whatever_its_toolset() {
        let narrowing = Narrowing {
            tools: vec!["apps_get_app".to_owned()],
            ..Narrowing::default()
        };
        let offered = narrowing.allowed().unwrap().on(Server::Keys);
        let names: Vec<&str> = offered.entries().map(|entry| entry.name).collect();
        assert_eq!(names, ["apps_get_app"]);
    }
}
