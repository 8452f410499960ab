//! Which of the catalogue's tools a connection offers.

use std::fmt;

use unkey_tools::nearest::nearest;
use unkey_tools::{CATALOGUE, Entry, Toolset};

use crate::observe::shown;

/// A set of tools: for each entry of the catalogue, in its order, whether it is in the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inventory([bool; CATALOGUE.len()]);

impl Inventory {
    /// Every tool.
    pub fn everything() -> Self {
        Self::of(|_| true)
    }

    /// The tools that `wanted` says yes to.
    pub fn of(wanted: impl Fn(&Entry) -> bool) -> Self {
        Self(CATALOGUE.each_ref().map(wanted))
    }

    /// The tools that are in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let mut both = self;
        for (mine, theirs) in both.0.iter_mut().zip(other.0) {
            *mine &= theirs;
        }
        both
    }

    /// Whether no tool is in it.
    pub fn is_empty(self) -> bool {
        !self.0.contains(&true)
    }

    /// Whether `entry` is in it.
    pub fn contains(self, entry: &Entry) -> bool {
        self.entries().any(|candidate| candidate.name == entry.name)
    }

    /// Its tools, in the catalogue's order.
    pub fn entries(self) -> impl Iterator<Item = &'static Entry> {
        let listed = CATALOGUE.iter().zip(self.0);
        listed.filter_map(|(entry, is_in)| is_in.then_some(entry))
    }

    /// The positions of its tools in the catalogue.
    pub fn indices(self) -> impl Iterator<Item = usize> {
        let listed = self.0.into_iter().enumerate();
        listed.filter_map(|(index, is_in)| is_in.then_some(index))
    }
}

/// What one MCP endpoint offers at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Server {
    /// The whole API.
    Keys,
    /// The rate-limit service alone.
    Ratelimit,
}

impl Server {
    /// The server's tools.
    pub fn inventory(self) -> Inventory {
        match self {
            Self::Keys => Inventory::everything(),
            Self::Ratelimit => Inventory::of(|entry| entry.toolset == Toolset::Ratelimit),
        }
    }
}

/// What an operator's flags or a client's headers ask for. Each part narrows the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Narrowing {
    /// Only tools of these toolsets; empty: of all.
    pub toolsets: Vec<String>,
    /// Only these tools; empty: all.
    pub tools: Vec<String>,
    /// Not these tools.
    pub exclude_tools: Vec<String>,
    /// Only tools that change nothing.
    pub read_only: bool,
}

impl Narrowing {
    /// The tools that it leaves.
    ///
    /// # Errors
    /// [`UnknownName`] for a toolset or tool that does not exist.
    pub fn inventory(&self) -> Result<Inventory, UnknownName> {
        let toolsets = each(&self.toolsets, toolset)?;
        let tools = each(&self.tools, tool)?;
        let excluded = each(&self.exclude_tools, tool)?;
        let named = |list: &[&Entry], entry: &Entry| list.iter().any(|one| one.name == entry.name);
        Ok(Inventory::of(|entry| {
            (toolsets.is_empty() || toolsets.contains(&entry.toolset))
                && (tools.is_empty() || named(&tools, entry))
                && !named(&excluded, entry)
                && (!self.read_only || entry.effect.is_read_only())
        }))
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
                    "there are: {}",
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

fn toolset(name: &str) -> Result<Toolset, UnknownName> {
    Toolset::named(name).ok_or_else(|| UnknownName {
        what: "toolset",
        name: name.to_owned(),
        nearest: nearest(name, Toolset::ALL.map(Toolset::name)),
    })
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
        for (index, entry) in CATALOGUE.iter().enumerate() {
            let alone = Inventory::of(|one| one.name == entry.name);
            assert_eq!(alone.indices().collect::<Vec<_>>(), [index]);
            let others = Inventory::of(|one| one.name != entry.name);
            assert!(!others.contains(entry) && alone.and(others).is_empty());
            assert_eq!(others.entries().count(), CATALOGUE.len() - 1);
        }
    }
}
