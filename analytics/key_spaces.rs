//! Which key spaces a question names, so that the caller can check the right to see them.

use std::collections::BTreeSet;

use crate::deep::deep;
use crate::error::Result;
use crate::parse::parse;
use crate::tree::{Body, Query, Term};

/// The key spaces that the outermost WHERE and HAVING of `query` name with `key_space_id = '…'` or
/// `key_space_id IN ('…', …)`.
///
/// # Errors
/// Those of a text that is not a SELECT.
pub fn key_spaces_named(query: &str) -> Result<BTreeSet<String>> {
    let mut named = BTreeSet::new();
    collect_query(&parse(query)?, &mut named);
    Ok(named)
}

fn collect_query(query: &Query, named: &mut BTreeSet<String>) {
    match &query.body {
        Body::Set { left, right, .. } => {
            deep(|| collect_query(left, named));
            deep(|| collect_query(right, named));
        }
        Body::Select(select) => {
            for condition in [&select.filter, &select.having].into_iter().flatten() {
                collect(condition, named);
            }
        }
    }
}

fn collect(condition: &Term, named: &mut BTreeSet<String>) {
    let Term::Call(call) = condition else { return };
    match (call.name.as_str(), call.arguments.as_slice()) {
        ("and" | "or" | "not", parts) => {
            {
                for part in parts {
                    deep(|| collect(part, named));
                }
            };
        }
        ("equals" | "in", [Term::Name(column), value] | [value, Term::Name(column)])
            if column.last().is_some_and(|name| name == "key_space_id") =>
        {
            let values = match value {
                Term::Tuple(values) | Term::Array(values) => values.as_slice(),
                value => std::slice::from_ref(value),
            };
            for value in values {
                if let Term::Text(name) = value {
                    named.insert(name.clone());
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(condition: &str) -> Vec<String> {
        let query = format!("SELECT count() FROM key_verifications_v1 WHERE {condition}");
        key_spaces_named(&query).unwrap().into_iter().collect()
    }

    #[test]
    fn equality_and_lists_name_key_spaces() {
        assert_eq!(named("key_space_id = 'ks_1'"), ["ks_1"]);
        assert_eq!(named("'ks_1' = key_space_id"), ["ks_1"]);
        assert_eq!(
            named("time > 1 AND (key_space_id IN ('ks_2', 'ks_1') OR kv.key_space_id = 'ks_3')"),
            ["ks_1", "ks_2", "ks_3"]
        );
    }

    #[test]
    fn other_columns_and_inner_queries_name_none() {
        assert!(named("key_id = 'ks_1'").is_empty());
        assert!(
            named(
                "key_id IN (SELECT key_id FROM key_verifications_v1 WHERE key_space_id = 'ks_1')"
            )
            .is_empty()
        );
    }
}
