//! Plain HTTP, driven over keep-alive connections: the stub itself, or the server's MCP endpoint.

use std::io::{self, BufRead, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Instant;

use crate::drive::{Figures, percentiles, resident_mib};

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

/// Calls a tool over MCP, with the root key in a header.
pub(crate) fn measure(
    upstream: &str,
    tool: &str,
    arguments: &str,
    calls: usize,
) -> io::Result<Figures> {
    let started = Instant::now();
    let server = Served::start(upstream)?;
    let path = "/mcp/v2";
    let list = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
    Connection::open(server.address)?.post(path, list)?;
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
    let mut connection = Connection::open(address)?;
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
            let mut connection = Connection::open(address)?;
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

struct Connection {
    socket: TcpStream,
    reader: BufReader<TcpStream>,
    line: String,
    body: Vec<u8>,
}

impl Connection {
    fn open(address: SocketAddr) -> io::Result<Self> {
        let socket = TcpStream::connect(address)?;
        socket.set_nodelay(true)?;
        let reader = BufReader::new(socket.try_clone()?);
        Ok(Self {
            socket,
            reader,
            line: String::new(),
            body: Vec::new(),
        })
    }

    fn post(&mut self, path: &str, body: &str) -> io::Result<()> {
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             accept: application/json, text/event-stream\r\nmcp-protocol-version: 2025-06-18\r\n\
             mcp-unkey-bearer-auth: unkey_bench\r\nauthorization: Bearer unkey_bench\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.socket.write_all(request.as_bytes())?;
        let mut length = 0;
        let mut first = true;
        loop {
            self.line.clear();
            if self.reader.read_line(&mut self.line)? == 0 {
                return Err(io::Error::other("the connection ended"));
            }
            let line = self.line.trim_end();
            if first && !line.contains(" 200 ") {
                return Err(io::Error::other(format!("unexpected status: {line}")));
            }
            first = false;
            if line.is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        self.body.resize(length, 0);
        self.reader.read_exact(&mut self.body)
    }
}

struct Served {
    child: Child,
    address: SocketAddr,
}

impl Served {
    fn start(upstream: &str) -> io::Result<Self> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_unkey-mcp"))
            .args(["serve", "--bind", "127.0.0.1:0", "--api-url", upstream])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let stdout = child
            .stdout
            .take()
            .ok_or_else(|| io::Error::other("no stdout"))?;
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            let address = line
                .split("http://")
                .nth(1)
                .and_then(|rest| rest.split('/').next()?.parse().ok());
            if let Some(address) = address {
                return Ok(Self { child, address });
            }
        }
        Err(io::Error::other("the server named no address"))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
