//! Which of the catalogue's tools a connection offers.

use std::fmt;

use unkey_tools::nearest::nearest;
use unkey_tools::{CATALOGUE, Entry, Toolset};

/// A set of tools: one bit for each entry of the catalogue, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inventory(u64);

impl Inventory {
    /// Every tool.
    pub fn everything() -> Self {
        Self::of(|_| true)
    }

    /// The tools that `wanted` says yes to.
    pub fn of(wanted: impl Fn(&Entry) -> bool) -> Self {
        let bits = CATALOGUE
            .iter()
            .enumerate()
            .filter(|(_, entry)| wanted(entry))
            .fold(0, |bits, (index, _)| bits | 1 << index);
        Self(bits)
    }

    /// The tools that are in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether no tool is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether `entry` is in it.
    pub fn contains(self, entry: &Entry) -> bool {
        self.entries().any(|candidate| candidate.name == entry.name)
    }

    /// Its tools, in the catalogue's order.
    pub fn entries(self) -> impl Iterator<Item = &'static Entry> {
        self.indices().filter_map(|index| CATALOGUE.get(index))
    }

    /// The positions of its tools in the catalogue.
    pub fn indices(self) -> impl Iterator<Item = usize> {
        (0..CATALOGUE.len()).filter(move |index| self.0 & 1 << index != 0)
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
        write!(f, "there is no {} `{}`; ", self.what, self.name)?;
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
