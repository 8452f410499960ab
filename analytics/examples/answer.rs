//! Takes events and questions as JSON lines and prints an answer for each question.
//!
//! ```text
//! {"events": [{"request_id": "req_1", "time": 1767225600000, …}]}
//! {"question": {"query": "SELECT count() FROM key_verifications_v1", "workspace_id": "ws_1",
//!               "now": 1767225600000, "retention_days": 30, "max_rows": 10000}}
//! ```
//!
//! An answer is `{"rows": […], "micros": 123}` or `{"error": {"code": …, "detail": …}}`. The database
//! is in memory, or in the file that the first argument names.

use std::io::{BufRead, Write};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::{Value, json};
use unkey_analytics::{Event, Question, Recorder, SCHEMA, query};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut connection = match std::env::args().nth(1) {
        Some(path) => Connection::open(path)?,
        None => Connection::open_in_memory()?,
    };
    connection.execute_batch(SCHEMA)?;
    let mut answers = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line: Value = serde_json::from_str(&line?)?;
        if let Some(events) = line.get("events").and_then(Value::as_array) {
            let events: Vec<_> = events.iter().map(event).collect();
            let transaction = connection.transaction()?;
            Recorder::default().record(&transaction, &events)?;
            transaction.commit()?;
        }
        if let Some(asked) = line.get("question") {
            let started = Instant::now();
            let answer = match query(&connection, &question(asked)) {
                Ok(rows) => {
                    json!({"rows": rows, "micros": u64::try_from(started.elapsed().as_micros())?})
                }
                Err(error) => {
                    json!({"error": {"code": error.code.as_str(), "detail": error.detail}})
                }
            };
            writeln!(answers, "{answer}")?;
            answers.flush()?;
        }
    }
    Ok(())
}

fn text(value: &Value, name: &str) -> String {
    value
        .get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn number(value: &Value, name: &str) -> i64 {
    value.get(name).and_then(Value::as_i64).unwrap_or_default()
}

fn list(value: &Value, name: &str) -> Option<Vec<String>> {
    let items = value.get(name)?.as_array()?;
    Some(
        items
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
    )
}

fn event(value: &Value) -> Event {
    Event {
        request_id: text(value, "request_id"),
        time: number(value, "time"),
        workspace_id: text(value, "workspace_id"),
        key_space_id: text(value, "key_space_id"),
        identity_id: text(value, "identity_id"),
        external_id: text(value, "external_id"),
        key_id: text(value, "key_id"),
        region: text(value, "region"),
        outcome: text(value, "outcome"),
        tags: list(value, "tags").unwrap_or_default(),
        spent_credits: number(value, "spent_credits"),
        latency: value
            .get("latency")
            .and_then(Value::as_f64)
            .unwrap_or_default(),
    }
}

fn question(value: &Value) -> Question {
    Question {
        query: text(value, "query"),
        workspace_id: text(value, "workspace_id"),
        key_spaces: list(value, "key_spaces"),
        now: number(value, "now"),
        retention_days: number(value, "retention_days"),
        max_rows: number(value, "max_rows").unsigned_abs(),
        time_limit: Duration::from_secs(30),
    }
}
