//! The server as a process of its own.

use std::ffi::OsStr;
use std::io::{self, BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

pub(crate) struct Served {
    pub(crate) child: Child,
    pub(crate) address: SocketAddr,
}

impl Served {
    /// Starts `unkey-mcp serve` with those arguments on a free port.
    pub(crate) fn start<A: AsRef<OsStr>>(
        arguments: impl IntoIterator<Item = A>,
    ) -> io::Result<Self> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_unkey-mcp"))
            .args(["serve", "--bind", "127.0.0.1:0"])
            .args(arguments)
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
                .and_then(|rest| rest.split('/').next()?.trim().parse().ok());
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
