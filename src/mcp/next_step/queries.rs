//! What to do where an older Unkey refuses a query that newer ones take.

use unkey_tools::{Entry, Toolset};

use crate::key_advice::Issuer;

/// Columns over which an Unkey of June 2026 stumbles and newer ones do not; what newer ones have, and
/// what to do without.
const COLUMNS: [(&str, &str, &str); 4] = [
    ("source", "the column `source`", "leave it out"),
    ("app_id", "the column `app_id`", "leave it out"),
    (
        "workspace_id",
        NESTED,
        "select `workspace_id` in the inner SELECT too",
    ),
    ("time", NESTED, "select `time` in the inner SELECT too"),
];

const NESTED: &str = "queries whose inner SELECT may select any columns";

/// Functions that came after June 2026, as an older Unkey names them, and how they are written.
const FUNCTIONS: [(&str, &str); 1] = [("jsonextractstring", "JSONExtractString")];

/// What to do next, where `detail` says that a column or a function is not known which newer servers
/// know. Newer ones do not name what they refuse.
pub(super) fn next_step(entry: &Entry, detail: &str, issuer: Issuer) -> Option<String> {
    if entry.toolset != Toolset::Analytics || issuer != Issuer::Unkey {
        return None;
    }
    let function = FUNCTIONS
        .iter()
        .find(|(refused, _)| detail.contains(&format!("'{refused}' is not allowed")));
    if let Some((_, function)) = function {
        return Some(format!(
            "this Unkey is older than the function `{function}`, which came after June 2026: do without it."
        ));
    }
    let name = unknown_column(detail)?;
    let (_, newer, instead) = COLUMNS.iter().find(|(column, ..)| *column == name)?;
    Some(format!(
        "this Unkey is older than {newer}, which came after June 2026: {instead}."
    ))
}

/// The column that ClickHouse does not know, without the table before it.
fn unknown_column(detail: &str) -> Option<&str> {
    let (_, rest) = [
        "Unknown expression identifier",
        "Unknown identifier",
        "Missing columns:",
    ]
    .iter()
    .find_map(|words| detail.split_once(words))?;
    let quoted = |letter: char| " :`'\"".contains(letter);
    let rest = rest.trim_start_matches(quoted);
    let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && !"_.".contains(letter));
    let (name, _) = rest.split_at(end.unwrap_or(rest.len()));
    name.rsplit('.').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(detail: &str) -> Option<String> {
        let entry = unkey_tools::find("analytics_get_verifications").unwrap();
        next_step(entry, detail, Issuer::Unkey)
    }

    #[test]
    fn a_column_that_is_newer_is_named_however_it_is_quoted() {
        for detail in [
            "Unknown expression identifier `source` in scope SELECT source FROM default.x",
            "Unknown expression identifier 'v.source' in scope SELECT v.source FROM default.x AS v",
            "Unknown identifier: source",
            "Missing columns: 'source' while processing query",
        ] {
            let next = told(detail).unwrap();
            assert!(
                next.contains("`source`") && next.contains("older"),
                "{next}"
            );
        }
    }

    #[test]
    fn what_no_unkey_knows_is_not_laid_to_its_age() {
        for detail in [
            "Unknown expression identifier `sources` in scope SELECT source FROM default.x",
            "Unknown identifier in analytics query",
            "Unknown expression identifier",
            "Function 'sleep' is not allowed",
            "",
        ] {
            assert_eq!(told(detail), None, "{detail}");
        }
    }

    #[test]
    fn a_function_that_is_newer_is_named_as_it_is_written() {
        let next = told("Function 'jsonextractstring' is not allowed").unwrap();
        assert!(next.contains("`JSONExtractString`"), "{next}");
    }
}
