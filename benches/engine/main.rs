//! What the embedded engine carries: verifications and rate limits per second, with 32 asking at
//! once, spread over few and many keys; over HTTP, through the real binary, and in process. Beside
//! it, in the same run, what a stub that only answers carries over HTTP, so that figures of
//! different machines compare as ratios.
//!
//! `cargo bench --bench engine`; `BENCH_KEYS=10000` leaves out databases with more keys than that.

#[path = "../common/mod.rs"]
mod common;
mod fill;
mod load;
mod workload;

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::Path;

use unkey_local::{Engine, Location, Options, Request};

use crate::common::connection::Connection;
use crate::common::served::Served;
use crate::common::stub;
use crate::common::times::median;
use crate::load::Load;
use crate::workload::Workload;

const SIZES: [usize; 3] = [10, 10_000, 1_000_000];
const ROUNDS: usize = 3;

fn main() -> io::Result<()> {
    let most = std::env::var_os("BENCH_KEYS").map_or(Ok(usize::MAX), |most| {
        let most = most.to_string_lossy().parse();
        most.map_err(|_| io::Error::other("BENCH_KEYS is no number"))
    })?;
    let stub = stub::start()?;
    let mut out = io::stdout().lock();
    writeln!(out, "medians of {ROUNDS} rounds, 32 callers at once")?;
    writeln!(
        out,
        "                                      calls/s  / stub   p50 µs   p99 µs  p99/p50"
    )?;
    for keys in SIZES.into_iter().filter(|keys| *keys <= most) {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("unkey.db");
        let bench = Bench {
            keys,
            stub,
            root_key: fill::fill(&file, keys)?,
        };
        for workload in Workload::ALL {
            bench.measure(&mut out, &file, workload)?;
        }
    }
    Ok(())
}

/// A database and what it is compared with.
struct Bench {
    keys: usize,
    stub: SocketAddr,
    root_key: String,
}

impl Bench {
    fn measure(&self, out: &mut impl io::Write, file: &Path, load: Workload) -> io::Result<()> {
        let (mut bare, mut served, mut inside) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            bare.push(self.over_http(self.stub, load, "req_bench")?);
            let server = Served::start([format!("--local={}", file.display())])?;
            served.push(self.over_http(server.address, load, load.passed())?);
            drop(server);
            inside.push(self.in_process(file, load)?);
        }
        let name = load.name();
        self.row(out, name, "stub", &bare, &bare)?;
        self.row(out, name, "HTTP", &served, &bare)?;
        self.row(out, name, "in process", &inside, &bare)
    }

    fn over_http(&self, to: SocketAddr, load: Workload, wanted: &str) -> io::Result<Load> {
        let path = format!("/v2/{}", load.endpoint());
        Load::put(self.keys, load, || {
            let mut connection = Connection::open(to, &self.root_key)?;
            let path = &path;
            Ok(move |body: &str| must_contain(connection.post(path, body)?, wanted))
        })
    }

    fn in_process(&self, file: &Path, load: Workload) -> io::Result<Load> {
        let options = Options::new(Location::File(file.to_owned()));
        let engine = Engine::open(options).map_err(io::Error::other)?;
        let engine = &engine;
        Load::put(self.keys, load, || {
            Ok(move |body: &str| {
                let request = Request {
                    endpoint: load.endpoint().to_owned(),
                    authorization: Some(format!("Bearer {}", self.root_key)),
                    content_type: Some("application/json".to_owned()),
                    body: body.as_bytes().to_vec(),
                    caller_ip: None,
                    is_recorded: true,
                    abandoned: std::sync::Arc::default(),
                };
                must_contain(&engine.ask(request).body, load.passed())
            })
        })
    }

    fn row(
        &self,
        out: &mut impl io::Write,
        load: &str,
        by: &str,
        rounds: &[Load],
        bare: &[Load],
    ) -> io::Result<()> {
        let of = |figure: fn(&Load) -> f64| {
            let mut values: Vec<f64> = rounds.iter().map(figure).collect();
            median(&mut values)
        };
        let pairs = rounds.iter().zip(bare);
        let mut ratios: Vec<f64> = pairs
            .map(|(load, bare)| load.calls_per_second / bare.calls_per_second)
            .collect();
        writeln!(
            out,
            "{:>9} {load:<16} {by:<10}{:>9.0}{:>8.2}{:>9.0}{:>9.0}{:>9.1}",
            self.keys,
            of(|load| load.calls_per_second),
            median(&mut ratios),
            of(|load| load.p50_us),
            of(|load| load.p99_us),
            of(|load| load.p99_us / load.p50_us),
        )
    }
}

/// Figures of refusals would be worth nothing.
fn must_contain(answer: &[u8], wanted: &str) -> io::Result<()> {
    let found = answer
        .windows(wanted.len())
        .any(|part| part == wanted.as_bytes());
    if found {
        Ok(())
    } else {
        let answer = String::from_utf8_lossy(answer);
        Err(io::Error::other(format!("no {wanted} in {answer}")))
    }
}
