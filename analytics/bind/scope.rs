//! Which columns a name may mean.

use crate::error::{QueryError, Result};
use crate::nearest::nearest;
use crate::types::Type;

/// The columns behind FROM, from left to right.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    pub(crate) columns: Vec<ScopeColumn>,
}

#[derive(Clone, Debug)]
pub(crate) struct ScopeColumn {
    /// What may stand before the dot.
    pub(crate) qualifiers: Vec<String>,
    pub(crate) name: String,
    /// None for a state that cannot be read.
    pub(crate) kind: Option<Type>,
}

impl Scope {
    /// The place of the column that a name means: the leftmost of that name.
    pub(crate) fn find(&self, name: &[String]) -> Option<usize> {
        let (column, qualifier) = name.split_last()?;
        let qualifier = qualifier.join(".");
        self.columns.iter().position(|candidate| {
            candidate.name == *column
                && (qualifier.is_empty() || candidate.qualifiers.contains(&qualifier))
        })
    }

    /// Takes the name from a column: another one has it.
    pub(crate) fn hide(&mut self, index: usize) {
        if let Some(column) = self.columns.get_mut(index) {
            column.name.clear();
        }
    }

    /// What `*` calls a column: with its table where an earlier one has the same name.
    pub(crate) fn star_name(&self, index: usize) -> String {
        let Some(column) = self.columns.get(index) else {
            return String::new();
        };
        let hidden = self
            .columns
            .iter()
            .take(index)
            .any(|other| other.name == column.name);
        match column.qualifiers.first() {
            Some(qualifier) if hidden => format!("{qualifier}.{}", column.name),
            _ => column.name.clone(),
        }
    }

    /// The refusal of a name that means nothing here.
    pub(crate) fn unknown(&self, name: &[String]) -> QueryError {
        let names = self.columns.iter().map(|column| column.name.as_str());
        let all: Vec<_> = names.clone().collect();
        let written = name.join(".");
        let guess = match nearest(name.last().map_or("", String::as_str), names) {
            Some(near) => format!("Did you mean {near}? "),
            None => String::new(),
        };
        let tried = name.last().map(String::as_str);
        let instead = INSTEAD
            .iter()
            .find(|(other, column, _)| Some(*other) == tried && all.contains(column))
            .map_or("", |(_, _, instead)| instead);
        QueryError::query(format!(
            "Unknown identifier in analytics query: `{written}`."
        ))
        .hint(&format!(
            "{guess}{instead}The columns are: {}.",
            all.join(", ")
        ))
    }

    /// The type of a column, unless it is a state.
    pub(crate) fn kind(&self, index: usize) -> Result<Type> {
        match self.columns.get(index) {
            Some(ScopeColumn { kind: Some(kind), .. }) => Ok(kind.clone()),
            Some(column) => Err(QueryError::query(format!(
                "unsupported column type of `{}`: it is a state, which no allowed function can read.",
                column.name
            ))
            .hint("Name the columns you want instead of *; for latency use avg(latency) or quantile(0.99)(latency) over the raw table.")),
            None => Err(QueryError::query("A column is missing.")),
        }
    }
}

/// What is often tried, the column that there is for it, and a sentence about that.
const INSTEAD: &[(&str, &str, &str)] = &[
    (
        "api_id",
        "key_space_id",
        "Events name the key space of an API: use key_space_id. ",
    ),
    ("response_time", "latency", "Use latency, in milliseconds. "),
    (
        "valid_count",
        "count",
        "Use sumIf(count, outcome = 'VALID'). ",
    ),
    ("user_id", "external_id", "Use external_id. "),
    ("owner_id", "external_id", "Use external_id. "),
    ("user_id", "identifier", "Use identifier. "),
    ("key_id", "identifier", "Use identifier. "),
    ("success", "passed", "Use passed. "),
    ("cost", "tokens", "Use tokens. "),
    ("count", "total", "Use total. "),
    ("timestamp", "time", "Use time. "),
];
