//! What ClickHouse answers, replayed: every line of `tests/golden/*.jsonl` is a statement with the
//! answer that ClickHouse gave, or with the code of its refusal. `.ci/analytics/run` asks it again.

mod events;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use serde::Deserialize;
use serde_json::{Map, Value};
use unkey_analytics::{Dataset, QueryContext, Recorder};

use crate::workspace::{self, database, query};

/// A statement and its answer.
#[derive(Deserialize)]
struct Golden {
    sql: String,
    /// Asked without a retention.
    #[serde(default)]
    everything: bool,
    refused: Option<String>,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    rows: Vec<Vec<Value>>,
    /// The column by which the rows are ordered first. Of rows that are equal there any may come first.
    ordered: Option<usize>,
    /// A LIMIT may cut among equals.
    #[serde(default)]
    cut: bool,
}

#[test]
fn statements_are_answered_as_clickhouse_answers_them() {
    let mut connection = database();
    let transaction = connection.transaction().unwrap();
    Recorder::default()
        .record(&transaction, &workspace::events(&events::events()))
        .unwrap();
    transaction.commit().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "jsonl"))
        .collect();
    files.sort();
    let (mut replayed, mut different) = (0, BTreeMap::new());
    for line in files.iter().flat_map(|path| {
        fs::read_to_string(path)
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    }) {
        let golden: Golden = serde_json::from_str(&line).unwrap();
        let difference = difference(&mut connection, &golden);
        replayed += 1;
        if let Some(difference) = difference {
            different.insert(golden.sql, difference);
        }
    }
    assert!(replayed > 600, "only {replayed} statements were found");
    let list: Vec<_> = different
        .iter()
        .map(|(sql, difference)| format!("{sql}\n    {difference}"))
        .collect();
    assert!(
        different.is_empty(),
        "{} of {replayed} differ:\n{}",
        different.len(),
        list.join("\n")
    );
}

/// What is different from ClickHouse's answer, or None.
fn difference(connection: &mut Connection, golden: &Golden) -> Option<String> {
    let question = QueryContext {
        dataset: Dataset::Verifications,
        workspace_id: "ws_1".into(),
        only_in: None,
        now: events::NOW,
        retention_days: if golden.everything { 0 } else { 30 },
        max_rows: 10_000_000,
        max_bytes: usize::MAX,
        time_limit: Duration::from_mins(1),
        abandoned: std::sync::Arc::default(),
    };
    match (query(connection, &golden.sql, &question), &golden.refused) {
        (Err(error), Some(code)) if error.code.as_str() == code => None,
        (Err(error), _) => Some(format!("refused: {error}")),
        (Ok(rows), Some(code)) => Some(format!("{} rows instead of {code}", rows.len())),
        (Ok(rows), None) => rows_differ(&rows, golden),
    }
}

fn rows_differ(rows: &[Map<String, Value>], golden: &Golden) -> Option<String> {
    if let Some(row) = rows.first()
        && !row.keys().eq(&golden.names)
    {
        return Some(format!(
            "names {:?} instead of {:?}",
            row.keys().collect::<Vec<_>>(),
            golden.names
        ));
    }
    let unordered = golden.sql.contains("groupArray") || golden.sql.contains("groupUniqArray");
    let shown = |row: Vec<Value>| -> Vec<Value> {
        row.into_iter()
            .map(|value| match value {
                Value::Array(mut items) if unordered => {
                    items.sort_by_key(Value::to_string);
                    Value::Array(items)
                }
                value => value,
            })
            .collect()
    };
    let mut ours: Vec<Vec<_>> = rows
        .iter()
        .map(|row| shown(row.values().cloned().collect()))
        .collect();
    let mut theirs: Vec<Vec<_>> = golden.rows.iter().cloned().map(shown).collect();
    if ours.len() != theirs.len() {
        return Some(format!("{} rows instead of {}", ours.len(), theirs.len()));
    }
    if let Some(column) = golden.ordered
        && let Some((ours, theirs)) = ours
            .iter()
            .zip(&theirs)
            .find(|(ours, theirs)| !same(&ours[column], &theirs[column]))
    {
        return Some(format!("order: {ours:?} instead of {theirs:?}"));
    }
    if golden.cut && (golden.ordered.is_some() || golden.sql.contains("DISTINCT")) {
        return None;
    }
    ours.sort_by_key(|row| sort_key(row));
    theirs.sort_by_key(|row| sort_key(row));
    ours.iter()
        .zip(&theirs)
        .find(|(ours, theirs)| !ours.iter().zip(*theirs).all(|(a, b)| same(a, b)))
        .map(|(ours, theirs)| format!("{ours:?} instead of {theirs:?}"))
}

/// Whether two values are equal, numbers up to rounding.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Number(x), Value::Number(y)) if a != b => {
            let (Some(x), Some(y)) = (x.as_f64(), y.as_f64()) else {
                return false;
            };
            (x - y).abs() <= 1e-9 * x.abs().max(y.abs()) + 1e-12
        }
        _ => a == b,
    }
}

fn sort_key(row: &[Value]) -> String {
    row.iter()
        .map(|value| match value.as_f64() {
            Some(number) => format!("{number:.6e} "),
            None => format!("{value} "),
        })
        .collect()
}
