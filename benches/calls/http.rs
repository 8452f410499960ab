//! Plain HTTP, driven over keep-alive connections: the stub itself, or the server's MCP endpoint.

use std::net::SocketAddr;
use std::time::Instant;
use std::{io, thread};

use crate::common::connection::Connection;
use crate::common::served::Served;
use crate::common::times::percentiles;
use crate::drive::{Figures, resident_mib};

const ROOT_KEY: &str = "unkey_bench";
const IN_FLIGHT: usize = 32;
const ONE_BY_ONE: usize = 3_000;

/// POSTs straight to the stub: what no server in between can be faster than.
pub(crate) fn direct(stub: SocketAddr, path: &str, body: &str) -> io::Result<Figures> {
    let (p50_us, p99_us) = one_by_one(stub, path, body)?;
    let calls_per_second = load(stub, path, body, 50_000)?;
    Ok(Figures {
        p50_us,
        p99_us,
        calls_per_second,
        ..Figures::NONE
    })
}

/// Calls a tool of a server with those flags over MCP, with the root key in a header.
pub(crate) fn measure(
    flags: &[String],
    tool: &str,
    arguments: &str,
    calls: usize,
) -> io::Result<Figures> {
    let started = Instant::now();
    let server = Served::start(flags)?;
    let path = "/mcp/v2";
    let list = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
    Connection::open(server.address, ROOT_KEY)?.post(path, list)?;
    let list_ms = started.elapsed().as_secs_f64() * 1e3;
    let rss_listed_mib = resident_mib(server.child.id());
    let call = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{tool}","arguments":{arguments}}}}}"#
    );
    let (p50_us, p99_us) = one_by_one(server.address, path, &call)?;
    let calls_per_second = load(server.address, path, &call, calls)?;
    let rss_loaded_mib = resident_mib(server.child.id());
    Ok(Figures {
        p50_us,
        p99_us,
        calls_per_second,
        list_ms,
        rss_listed_mib,
        rss_loaded_mib,
    })
}

fn one_by_one(address: SocketAddr, path: &str, body: &str) -> io::Result<(f64, f64)> {
    let mut connection = Connection::open(address, ROOT_KEY)?;
    let mut times = Vec::with_capacity(ONE_BY_ONE);
    for number in 0..ONE_BY_ONE + 200 {
        let asked = Instant::now();
        connection.post(path, body)?;
        if number >= 200 {
            times.push(asked.elapsed());
        }
    }
    Ok(percentiles(&mut times))
}

/// `calls` calls over 32 connections; calls per second.
fn load(address: SocketAddr, path: &str, body: &str, calls: usize) -> io::Result<f64> {
    let each = calls / IN_FLIGHT;
    let started = Instant::now();
    thread::scope(|scope| {
        let run = || {
            let mut connection = Connection::open(address, ROOT_KEY)?;
            for _ in 0..each {
                connection.post(path, body)?;
            }
            io::Result::Ok(())
        };
        let clients: Vec<_> = (0..IN_FLIGHT).map(|_| scope.spawn(run)).collect();
        clients.into_iter().try_for_each(|client| {
            client
                .join()
                .map_err(|_| io::Error::other("a client panicked"))?
        })
    })?;
    #[expect(
        clippy::cast_precision_loss,
        reason = "a count of calls is far below 2^52"
    )]
    Ok((each * IN_FLIGHT) as f64 / started.elapsed().as_secs_f64())
}
