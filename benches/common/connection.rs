//! A keep-alive connection that POSTs JSON, as cheaply as it can.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

pub(crate) struct Connection {
    socket: TcpStream,
    reader: BufReader<TcpStream>,
    /// The header lines that every request has.
    headers: String,
    line: String,
    body: Vec<u8>,
}

impl Connection {
    /// Connects. Every request carries the root key, where Unkey's API and where MCP look for it.
    pub(crate) fn open(address: SocketAddr, root_key: &str) -> io::Result<Self> {
        let socket = TcpStream::connect(address)?;
        socket.set_nodelay(true)?;
        let reader = BufReader::new(socket.try_clone()?);
        let headers = format!(
            "host: localhost\r\ncontent-type: application/json\r\n\
             accept: application/json, text/event-stream\r\nmcp-protocol-version: 2025-06-18\r\n\
             mcp-unkey-bearer-auth: {root_key}\r\nauthorization: Bearer {root_key}\r\n"
        );
        Ok(Self {
            socket,
            reader,
            headers,
            line: String::new(),
            body: Vec::new(),
        })
    }

    /// Sends a request and returns the body of the answer, whose status must be 200.
    pub(crate) fn post(&mut self, path: &str, body: &str) -> io::Result<&[u8]> {
        let request = format!(
            "POST {path} HTTP/1.1\r\n{}content-length: {}\r\n\r\n{body}",
            self.headers,
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
        self.reader.read_exact(&mut self.body)?;
        Ok(&self.body)
    }
}
