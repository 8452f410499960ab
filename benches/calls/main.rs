//! What the server costs: a call over each transport beside a direct one, throughput, start-up and
//! memory, and a call that is logged, counted and audited; all in one run against one stub, so that the
//! figures compare as ratios.
//!
//! `cargo bench --bench calls` measures this server. With `BENCH_AGAINST='command args…'` a second
//! stdio server is measured in turn with it (`{upstream}` stands for the stub's address, the tool
//! is named by `BENCH_AGAINST_TOOL`), and the ratios of the medians are printed.

#[path = "../common/mod.rs"]
mod common;
mod drive;
mod http;
mod stdio;

use std::io::{self, Write as _};
use std::process::Command;

use crate::common::stub;
use crate::common::times::median;
use crate::drive::Figures;

const ROUNDS: usize = 5;
const LOAD: usize = 100_000;
const ARGUMENTS: &str = r#"{"key":"sk_1234abcd"}"#;

fn main() -> io::Result<()> {
    let stub = stub::start()?;
    let upstream = format!("http://{stub}");
    let ours = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_unkey-mcp"));
        command
            .arg("stdio")
            .env("UNKEY_MCP_API_URL", &upstream)
            .env("UNKEY_ROOT_KEY", "unkey_bench");
        command
    };
    let other = std::env::var_os("BENCH_AGAINST").map(|line| {
        let line = line.to_string_lossy().replace("{upstream}", &upstream);
        let tool = std::env::var_os("BENCH_AGAINST_TOOL");
        let tool = tool.map_or_else(
            || "verify_key".to_owned(),
            |tool| tool.to_string_lossy().into_owned(),
        );
        (line, tool)
    });

    let plain = [format!("--api-url={upstream}")];
    let files = tempfile::tempdir()?;
    let file = |flag: &str, name: &str| format!("{flag}={}", files.path().join(name).display());
    let observed = [
        plain[0].clone(),
        "--metrics=127.0.0.1:0".to_owned(),
        "--log=info".to_owned(),
        "--log-format=json".to_owned(),
        file("--log-file", "log"),
        file("--audit", "audit"),
    ];
    let over_http = |flags: &[String]| http::measure(flags, "keys_verify_key", ARGUMENTS, LOAD);

    let (mut direct, mut over_stdio, mut against) = (Vec::new(), Vec::new(), Vec::new());
    let (mut unobserved_http, mut observed_http) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        direct.push(http::direct(stub, "/v2/keys.verifyKey", ARGUMENTS)?);
        over_stdio.push(stdio::measure(ours(), "keys_verify_key", ARGUMENTS, LOAD)?);
        if let Some((line, tool)) = &other {
            against.push(stdio::measure(stdio::command(line), tool, ARGUMENTS, LOAD)?);
        }
        unobserved_http.push(over_http(&plain)?);
        observed_http.push(over_http(&observed)?);
    }

    let mut out = io::stdout().lock();
    writeln!(
        out,
        "medians of {ROUNDS} rounds; p50 and p99 one call at a time, calls/s with 32 in flight"
    )?;
    writeln!(out, "{}", Figures::HEADER)?;
    print(&mut out, "direct POST", &direct)?;
    print(&mut out, "stdio", &over_stdio)?;
    print(&mut out, "HTTP", &unobserved_http)?;
    print(&mut out, "HTTP, observed", &observed_http)?;
    if !against.is_empty() {
        print(&mut out, "the other, stdio", &against)?;
        print_ratios(&mut out, "ours / other, stdio", &over_stdio, &against)?;
    }
    print_ratios(
        &mut out,
        "observed / unobserved, HTTP",
        &observed_http,
        &unobserved_http,
    )
}

/// Medians of what each round of `ours` had beside the same round of `other`.
fn print_ratios(
    out: &mut impl io::Write,
    name: &str,
    ours: &[Figures],
    other: &[Figures],
) -> io::Result<()> {
    let ratio = |figure: fn(&Figures) -> f64| {
        let rounds = ours.iter().zip(other);
        median(
            &mut rounds
                .map(|(ours, other)| figure(ours) / figure(other))
                .collect::<Vec<_>>(),
        )
    };
    writeln!(
        out,
        "{name}, round by round: p50 {:.2}, calls/s {:.2}",
        ratio(|figures| figures.p50_us),
        ratio(|figures| figures.calls_per_second)
    )
}

fn print(out: &mut impl io::Write, name: &str, rounds: &[Figures]) -> io::Result<()> {
    writeln!(out, "{}", Figures::medians(rounds).row(name))
}
