//! Kills a process that writes, again and again, at moments of chance.

use std::io::{BufRead as _, BufReader};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;
use std::{env, thread};

use serde_json::Value;

use super::child::{DATABASE, SAYS, SEED};
use super::expected_log::ExpectedLog;

/// The variable that says how many processes to kill.
const ROUNDS: &str = "UNKEY_CRASH_ROUNDS";

/// So many processes die on one database, each after the last one's remains were looked at.
const LIVES: u64 = 5;

/// How long a process is waited for to begin its work.
const PATIENCE: Duration = Duration::from_mins(1);

#[test]
fn what_was_acknowledged_survives_a_kill_and_nothing_is_half_done() {
    let rounds = number(ROUNDS).unwrap_or(LIVES);
    let seed = number(SEED).unwrap_or_else(|| fastrand::u64(..));
    let mut random = fastrand::Rng::with_seed(seed);
    let mut acknowledged = 0;
    let mut round = 0;
    while round < rounds {
        let folder = tempfile::tempdir().unwrap();
        let mut expected = ExpectedLog::default();
        for _ in 0..LIVES.min(rounds - round) {
            let live_and_die = || {
                kill_one(folder.path(), &mut random, &mut expected);
                expected.resolve(&folder.path().join(DATABASE));
            };
            // The cause has been printed by then.
            if catch_unwind(AssertUnwindSafe(live_and_die)).is_err() {
                let remains = folder.keep();
                panic!("round {round} of {SEED}={seed}: see {}", remains.display());
            }
            round += 1;
        }
        acknowledged += expected.acknowledged();
    }
    assert!(
        acknowledged > 0,
        "no process lived long enough to do anything"
    );
}

/// Starts a process, kills it at a moment of chance and takes down what it said.
fn kill_one(folder: &Path, random: &mut fastrand::Rng, expected: &mut ExpectedLog) {
    let mut child = start(folder, random.u64(..));
    let said = listen(&mut child);
    // One in eight does not live to say a word: its database may be half made.
    if random.u8(..8) > 0 {
        expected.note(&said.recv_timeout(PATIENCE).unwrap());
    }
    thread::sleep(Duration::from_micros(random.u64(..80_000)));
    child.kill().unwrap();
    child.wait().unwrap();
    for what in said {
        expected.note(&what);
    }
}

fn start(folder: &Path, seed: u64) -> Child {
    Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "crashes::child::a_process_that_writes_until_it_is_killed",
        ])
        .args(["--ignored", "--nocapture"])
        .env(SEED, seed.to_string())
        .current_dir(folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What a process says, until it is dead. It never waits for who listens.
fn listen(child: &mut Child) -> Receiver<Value> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (sender, said) = mpsc::channel();
    thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            if let Some(what) = line.strip_prefix(SAYS) {
                // The other end may have failed.
                let _ = sender.send(serde_json::from_str(what).unwrap());
            }
        }
    });
    said
}

fn number(variable: &str) -> Option<u64> {
    let text = env::var_os(variable)?;
    let number = text.to_str().and_then(|text| text.parse().ok());
    Some(number.unwrap_or_else(|| panic!("{variable} is no number")))
}
