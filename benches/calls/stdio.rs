//! A stdio server, driven over pipes.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use crate::common::times::percentiles;
use crate::drive::{Figures, resident_mib};

const IN_FLIGHT: usize = 32;
const ONE_BY_ONE: usize = 3_000;

/// A command from a line: words, without a shell.
pub(crate) fn command(line: &str) -> Command {
    let mut words = line.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words);
    command
}

/// Starts a server, lists its tools, calls one, then `load` times with 32 calls in flight.
pub(crate) fn measure(
    mut command: Command,
    tool: &str,
    arguments: &str,
    load: usize,
) -> io::Result<Figures> {
    let started = Instant::now();
    let child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut server = Server::connect(child)?;
    server.ask(r#"{"jsonrpc":"2.0","id":"list","method":"tools/list"}"#)?;
    let list_ms = started.elapsed().as_secs_f64() * 1e3;
    let rss_listed_mib = resident_mib(server.child.id());
    let call = |id: usize| {
        format!(
            r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"{tool}","arguments":{arguments}}}}}"#
        )
    };
    let mut times = Vec::with_capacity(ONE_BY_ONE);
    for id in 0..ONE_BY_ONE + 200 {
        let asked = Instant::now();
        let answer = server.ask(&call(id))?;
        if !answer.contains("VALID") {
            return Err(io::Error::other(format!("unexpected answer: {answer}")));
        }
        // The first calls open the connection and warm the caches.
        if id >= 200 {
            times.push(asked.elapsed());
        }
    }
    let (p50_us, p99_us) = percentiles(&mut times);
    let calls_per_second = server.load(load, &call)?;
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

struct Server {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Server {
    fn connect(mut child: Child) -> io::Result<Self> {
        let missing = || io::Error::other("the server has no pipes");
        let input = child.stdin.take().ok_or_else(missing)?;
        let output = BufReader::new(child.stdout.take().ok_or_else(missing)?);
        let mut server = Self {
            child,
            input,
            output,
        };
        server.ask(r#"{"jsonrpc":"2.0","id":"init","method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}"#)?;
        server.send(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)?;
        Ok(server)
    }

    fn send(&mut self, line: &str) -> io::Result<()> {
        self.input.write_all(format!("{line}\n").as_bytes())
    }

    fn ask(&mut self, line: &str) -> io::Result<String> {
        self.send(line)?;
        let mut answer = String::new();
        if self.output.read_line(&mut answer)? == 0 {
            return Err(io::Error::other("the server ended"));
        }
        Ok(answer)
    }

    /// Keeps 32 calls in flight until `load` are answered; calls per second.
    fn load(&mut self, load: usize, call: &(impl Fn(usize) -> String + Sync)) -> io::Result<f64> {
        let (answered, free) = mpsc::channel();
        for _ in 0..IN_FLIGHT {
            // The receiver is right here.
            let _ = answered.send(());
        }
        let started = Instant::now();
        let (input, output) = (&mut self.input, &mut self.output);
        thread::scope(|scope| {
            let sender = scope.spawn(move || {
                for id in 0..load {
                    if free.recv().is_err() {
                        break;
                    }
                    input.write_all(format!("{}\n", call(id)).as_bytes())?;
                }
                io::Result::Ok(())
            });
            let mut line = Vec::new();
            for _ in 0..load {
                line.clear();
                if output.read_until(b'\n', &mut line)? == 0 {
                    return Err(io::Error::other("the server ended under load"));
                }
                // The sender stops listening once it has sent everything.
                let _ = answered.send(());
            }
            drop(answered);
            sender
                .join()
                .map_err(|_| io::Error::other("the sender panicked"))?
        })?;
        #[expect(
            clippy::cast_precision_loss,
            reason = "a count of calls is far below 2^52"
        )]
        Ok(load as f64 / started.elapsed().as_secs_f64())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
