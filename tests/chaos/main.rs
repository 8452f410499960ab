//! Two minutes of bad company: slow, idle, flooding, oversized and garbled clients, faults of
//! Unkey's, cancellations and panics, and among them one caller who behaves and must never notice.
//!
//! They want the machine to themselves, so they run alone, and the soak by hand:
//! `UNKEY_CHAOS_SECONDS=120 cargo test -p unkey-mcp --features planted-faults --test chaos a_caller -- --ignored`,
//! `UNKEY_SOAK_SECONDS=1800 cargo test … soak -- --ignored --nocapture`. A target of their own is built in
//! release in a fraction of the time that all tests take.

#![cfg(test)]

mod attackers;
mod caller;
mod process;
#[expect(dead_code, unused_imports, reason = "it is the support of all tests")]
#[path = "../support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use self::caller::Caller;
use self::process::Usage;
use self::support::{Answer, Binary, Cloud, Server};

/// The root key of the caller who behaves. Unkey never fails this one.
const GOOD_KEY: &str = "unkey_3ZZZgoodcaller";

/// The longest that 99 of 100 calls of the caller who behaves may take.
const P99: Duration = Duration::from_millis(250);

/// Limits so low that the attackers reach them.
const LIMITS: [&str; 6] = [
    "--max-connections=120",
    "--head-timeout=2",
    "--body-timeout=3",
    "--idle-timeout=5",
    "--max-calls-per-caller=20",
    "--timeout=5",
];

/// A time in seconds that is chosen when the test is run.
#[expect(
    clippy::disallowed_methods,
    reason = "the variable is of the one who runs the test"
)]
fn chosen(variable: &str, default: f64) -> Duration {
    let seconds = std::env::var(variable).ok();
    let seconds = seconds.map_or(default, |seconds| seconds.parse().unwrap());
    Duration::from_secs_f64(seconds)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "it wants the machine to itself and a release build; .ci/run has both"]
async fn a_caller_who_behaves_notices_nothing_before_unkey() {
    let cloud = faulty_cloud().await;
    let server = Binary::new(["serve", &cloud.flag()])
        .args(LIMITS)
        .serve()
        .await;
    survive(&server, Some(GOOD_KEY)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "it wants the machine to itself and a release build; .ci/run has both"]
async fn a_caller_who_behaves_notices_nothing_before_the_engine() {
    let server = Binary::new(["serve", "--local"]).args(LIMITS).serve().await;
    survive(&server, None).await;
}

/// Attacks `server` while a caller behaves, then looks at what is left of it.
async fn survive(server: &Server, root_key: Option<&str>) {
    let caller = Caller::of(server, root_key);
    // What the first calls make is there to stay.
    caller.behave(Duration::from_secs(1)).await.assert_well();
    let before = Usage::of(server);

    // Two backends share the time.
    let duration = chosen("UNKEY_CHAOS_SECONDS", 10.0) / 2;
    let until = Instant::now() + duration;
    let attack = tokio::spawn(attackers::all(server.url.clone(), until, 1));
    let experience = caller.behave(duration).await;
    attack.await.unwrap();
    experience.assert_well();
    assert!(experience.p99() < P99, "{experience:?}");

    // Connections that were left hanging are closed by their time limits.
    let back = Instant::now() + Duration::from_secs(20);
    loop {
        let after = Usage::of(server);
        if after.is_back_at(before) {
            break;
        }
        assert!(Instant::now() < back, "before {before:?}, after {after:?}");
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    caller.behave(Duration::from_secs(1)).await.assert_well();
}

/// Both backends for half an hour, with few of the attackers; prints what is held every minute.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "it takes half an hour, and is run by hand"]
#[expect(clippy::print_stderr, reason = "its figures are for who runs it")]
async fn soak() {
    let cloud = faulty_cloud().await;
    let remote = Binary::new(["serve", &cloud.flag()]);
    let (remote, local) = (remote, Binary::new(["serve", "--local"]));
    let servers = (
        remote.args(LIMITS).serve().await,
        local.args(LIMITS).serve().await,
    );
    let callers = (
        Caller::of(&servers.0, Some(GOOD_KEY)),
        Caller::of(&servers.1, None),
    );
    let until = Instant::now() + chosen("UNKEY_SOAK_SECONDS", 60.0);
    for server in [&servers.0, &servers.1] {
        tokio::spawn(attackers::all(server.url.clone(), until, 4));
    }
    while Instant::now() < until {
        let minute = Duration::from_mins(1).min(until - Instant::now());
        let (first, second) = tokio::join!(callers.0.behave(minute), callers.1.behave(minute));
        for (name, server, experience) in
            [("Unkey", &servers.0, first), ("engine", &servers.1, second)]
        {
            experience.assert_well();
            let (calls, p99) = (experience.calls(), experience.p99());
            eprintln!(
                "{name}: {calls} calls, p99 {p99:?}, {:?}",
                Usage::of(server)
            );
        }
    }
}

/// An Unkey that serves the caller who behaves, and fails everybody else in every way.
async fn faulty_cloud() -> Cloud {
    Cloud::script(|seen, before| {
        if seen.header("authorization") == [format!("Bearer {GOOD_KEY}")] {
            return Answer::data(&serde_json::json!({"apiId": "api_1", "name": "good"}));
        }
        match before % 10 {
            0 => Answer::Hang,
            1 => Answer::Reset,
            2 => Answer::Close,
            3 => Answer::Cut,
            4 => Answer::problem(500, "Internal Server Error", "it broke"),
            5 => Answer::problem(429, "Too Many Requests", "wait")
                .with_header("Retry-After", "9223372036854775807"),
            6 => Answer::raw(502, "text/html", "<html>bad gateway</html>"),
            7 => Answer::raw(200, "application/json", vec![b'['; 17 << 20]),
            8 => Answer::raw(200, "application/json", [0xff, 0xfe, b'{']),
            _ => Answer::data(&serde_json::json!({})),
        }
    })
    .await
}
