//! Which key spaces a question names, so that the caller can check the right to see them.

use std::collections::BTreeSet;

use crate::ast::{Body, Expr, Query};
use crate::deep::deep;

/// The key spaces that the outermost WHERE and HAVING of `query` name.
pub(crate) fn named(query: &Query) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    collect_query(query, &mut named);
    named
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

fn collect(condition: &Expr, named: &mut BTreeSet<String>) {
    let Expr::Call(call) = condition else { return };
    match (call.name.as_str(), call.arguments.as_slice()) {
        ("and" | "or" | "not", parts) => {
            for part in parts {
                deep(|| collect(part, named));
            }
        }
        ("equals" | "in", [Expr::Name(column), value] | [value, Expr::Name(column)])
            if column.last().is_some_and(|name| name == "key_space_id") =>
        {
            let values = match value {
                Expr::Tuple(values) | Expr::Array(values) => values.as_slice(),
                value => std::slice::from_ref(value),
            };
            for value in values {
                if let Expr::Text(name) = value {
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

    fn names(condition: &str) -> Vec<String> {
        let query = format!("SELECT count() FROM key_verifications_v1 WHERE {condition}");
        named(&crate::parse::parse(&query).unwrap())
            .into_iter()
            .collect()
    }

    #[test]
    fn equality_and_lists_name_key_spaces() {
        assert_eq!(names("key_space_id = 'ks_1'"), ["ks_1"]);
        assert_eq!(names("'ks_1' = key_space_id"), ["ks_1"]);
        assert_eq!(
            names("time > 1 AND (key_space_id IN ('ks_2', 'ks_1') OR kv.key_space_id = 'ks_3')"),
            ["ks_1", "ks_2", "ks_3"]
        );
    }

    #[test]
    fn other_columns_and_inner_queries_name_none() {
        assert!(names("key_id = 'ks_1'").is_empty());
        assert!(
            names(
                "key_id IN (SELECT key_id FROM key_verifications_v1 WHERE key_space_id = 'ks_1')"
            )
            .is_empty()
        );
    }
}
