//! How long recording and asking take: `cargo bench --package unkey-analytics`.
//!
//! Arguments say how many events there are and of how many keys; the defaults are 200000 and 500.

use std::io::Write;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use unkey_analytics::{Event, Question, Recorder, SCHEMA, query};

type Failure = Box<dyn std::error::Error>;

const NOW: i64 = 1_781_524_800_000;
const QUESTIONS: [&str; 8] = [
    "SELECT count() FROM key_verifications_v1",
    "SELECT outcome, count() FROM key_verifications_v1 GROUP BY outcome",
    "SELECT toStartOfHour(fromUnixTimestamp64Milli(time)) AS h, uniq(key_id) FROM key_verifications_v1 GROUP BY h",
    "SELECT arrayJoin(tags) AS tag, count() FROM key_verifications_v1 GROUP BY tag",
    "SELECT * FROM key_verifications_v1 ORDER BY time DESC LIMIT 100",
    "SELECT time, sum(count) FROM key_verifications_per_hour_v1 WHERE time >= now() - INTERVAL 7 DAY GROUP BY time",
    "SELECT external_id, sum(count) AS n FROM key_verifications_per_day_v1 GROUP BY external_id ORDER BY n DESC LIMIT 10",
    "SELECT key_id, sumIf(count, outcome = 'VALID') FROM key_verifications_per_day_v1 GROUP BY key_id",
];

fn main() -> Result<(), Failure> {
    let mut numbers = std::env::args().filter_map(|argument| argument.parse().ok());
    let count = numbers.next().unwrap_or(200_000);
    let keys = numbers.next().unwrap_or(500);
    let mut out = std::io::stderr().lock();
    let events: Vec<_> = (0..count).map(|index| event(index, count, keys)).collect();
    let mut connection = Connection::open_in_memory()?;
    connection.execute_batch(SCHEMA)?;
    let (single, batches) = events.split_at(events.len() / 10);
    let mut recorder = Recorder::default();
    for (size, events) in [(1, single), (10_000, batches)] {
        let started = Instant::now();
        for batch in events.chunks(size) {
            let transaction = connection.transaction()?;
            recorder.record(&transaction, batch)?;
            transaction.commit()?;
        }
        let each = started.elapsed() / u32::try_from(events.len().max(1))?;
        writeln!(out, "{each:>10.1?} an event, recorded in batches of {size}")?;
    }
    for sql in QUESTIONS {
        let question = Question {
            query: sql.into(),
            workspace_id: "ws_1".into(),
            key_spaces: None,
            now: NOW,
            retention_days: 30,
            max_rows: 10_000,
            time_limit: Duration::from_secs(30),
        };
        let mut best = Duration::MAX;
        for _ in 0..5 {
            let started = Instant::now();
            query(&connection, &question)?;
            best = best.min(started.elapsed());
        }
        writeln!(out, "{best:>10.1?} {sql}")?;
    }
    Ok(())
}

/// An event of the last 30 days; keys, outcomes and tags repeat.
fn event(index: i64, count: i64, keys: i64) -> Event {
    // A multiplier that spreads neighbouring indexes.
    let dice = index.wrapping_mul(0x5851_F42D_4C95_7F2D).unsigned_abs() >> 33;
    let key = dice % keys.unsigned_abs().max(1);
    Event {
        request_id: format!("req_{index:09}"),
        time: NOW - (count - index) * 30 * 86_400_000 / count,
        workspace_id: "ws_1".into(),
        key_space_id: format!("ks_{}", key % 5),
        identity_id: format!("id_{}", key % 100),
        external_id: format!("user_{}", key % 100),
        key_id: format!("key_{key}"),
        region: "local".into(),
        outcome: if dice.is_multiple_of(10) {
            "RATE_LIMITED"
        } else {
            "VALID"
        }
        .into(),
        tags: vec![format!("path=/{}", dice % 7), format!("team={}", dice % 3)],
        spent_credits: 1,
        latency: 2.0,
    }
}
