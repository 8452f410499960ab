//! How long recording and asking take: `cargo bench --package unkey-analytics`.
//!
//! A question's time is that of the processor where the system tells it (on Linux), so that others may work
//! beside it, and otherwise what went by.
//!
//! Arguments say how many events there are and of how many keys (the defaults are 200000 and 500), and
//! name files of statements as those in `tests/golden`, to ask instead.

use std::io::Write;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use unkey_analytics::{
    Dataset, Event, QueryContext, RatelimitCheck, Recorder, SCHEMA, Verification, answer,
};

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
    let events = (0..count).map(|index| Event::Verification(event(index, count, keys)));
    let events: Vec<_> = events.collect();
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("events.db");
    let mut connection = Connection::open(&path)?;
    connection.execute_batch(SCHEMA)?;
    let (single, batches) = events.split_at(events.len() / 10);
    let checks: Vec<_> = (0..count)
        .map(|index| Event::Ratelimit(check(index, count, keys)))
        .collect();
    let mut recorder = Recorder::default();
    for (what, size, events) in [
        ("a verification", 100, single),
        ("a verification", 10_000, batches),
        ("a check of a limit", 10_000, &checks),
    ] {
        let started = Instant::now();
        for batch in events.chunks(size) {
            let transaction = connection.transaction()?;
            recorder.record(&transaction, batch)?;
            transaction.commit()?;
        }
        let each = started.elapsed() / u32::try_from(events.len().max(1))?;
        writeln!(out, "{each:>10.1?} {what}, recorded in batches of {size}")?;
    }
    writeln!(
        out,
        "{} bytes a verification and a check",
        std::fs::metadata(&path)?.len() / count.unsigned_abs()
    )?;
    let question = QueryContext {
        dataset: Dataset::Verifications,
        workspace_id: "ws_1".into(),
        only_in: None,
        now: NOW,
        retention_days: 30,
        max_rows: 10_000,
        max_bytes: 4 << 20,
        time_limit: Duration::from_mins(1),
        abandoned: std::sync::Arc::default(),
    };
    let mut times = Vec::new();
    for sql in questions()? {
        let (started, worked) = (Instant::now(), worked());
        let refused = answer(&mut connection, &sql, &question).err();
        let time = self::worked().saturating_sub(worked);
        let time = if time.is_zero() {
            started.elapsed()
        } else {
            time
        };
        times.push((time, sql, refused.map_or("", |error| error.code.as_str())));
    }
    times.sort();
    for (time, sql, refused) in times {
        let sql = sql.split_whitespace().collect::<Vec<_>>().join(" ");
        writeln!(out, "{time:>10.1?} {refused} {sql}")?;
    }
    Ok(())
}

/// How long this process has had a processor; nothing where the system does not tell.
fn worked() -> Duration {
    let told = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let first = told.split(' ').next().and_then(|nanos| nanos.parse().ok());
    Duration::from_nanos(first.unwrap_or(0))
}

/// The statements of the files that the arguments name, or those above.
fn questions() -> Result<Vec<String>, Failure> {
    let mut questions = Vec::new();
    for path in std::env::args()
        .skip(1)
        .filter(|argument| std::path::Path::new(argument).is_file())
    {
        for line in std::fs::read_to_string(path)?.lines() {
            let line: serde_json::Value = serde_json::from_str(line)?;
            let sql = line.get("sql").and_then(serde_json::Value::as_str);
            questions.extend(sql.map(str::to_owned));
        }
    }
    if questions.is_empty() {
        questions = QUESTIONS.map(str::to_owned).to_vec();
    }
    Ok(questions)
}

/// An event of the last 30 days; keys, outcomes and tags repeat.
fn event(index: i64, count: i64, keys: i64) -> Verification {
    // A multiplier that spreads neighbouring indexes.
    let dice = index.wrapping_mul(0x5851_F42D_4C95_7F2D).unsigned_abs() >> 33;
    let key = dice % keys.unsigned_abs().max(1);
    Verification {
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

/// A check of the last 30 days; identifiers repeat.
fn check(index: i64, count: i64, keys: i64) -> RatelimitCheck {
    RatelimitCheck {
        request_id: format!("req_{index:09}"),
        time: NOW - (count - index) * 30 * 86_400_000 / count,
        workspace_id: "ws_1".into(),
        namespace_id: format!("rlns_{}", index % 3),
        identifier: format!("user_{}", index % keys),
        passed: index % 10 != 0,
        latency: 0.1,
        override_id: String::new(),
        limit: 100,
        remaining: 50,
        reset_at: NOW,
        tokens: 1,
    }
}
