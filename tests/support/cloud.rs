//! A fake Unkey: it records what it is sent, and answers by script.
//!
//! It speaks HTTP/1.1 by hand, since half of its scripts break the rules that a library keeps.

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::within;

const ANY_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// A fake Unkey at an address of its own. It is gone when the test is.
pub(crate) struct Cloud {
    /// Where it listens, to be given to `--api-url`.
    pub(crate) url: String,
    desk: Arc<Desk>,
}

/// A request that arrived whole.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// The request line, such as `POST /v2/keys.getKey HTTP/1.1`.
    pub(crate) line: String,
    /// The headers, their names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// What it does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// Answers.
    Send {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
    },
    /// Answers with that data, then closes the connection without having said so.
    Last(Value),
    /// Answers with that data once so many requests have come.
    Together(usize, Value),
    /// Never answers.
    Hang,
    /// Breaks the connection off with a reset.
    Reset,
    /// Closes the connection.
    Close,
    /// Announces more than it sends, then closes the connection.
    Cut,
    /// Sends these bytes as they are, then closes the connection.
    Bytes(&'static [u8]),
    /// Sends a body that has no end, as fast as it is read.
    Endless,
    /// Sends a body that has no end, a byte now and then.
    Drip,
}

/// The answer to a request, given how many came before it.
type Script = dyn Fn(&Seen, usize) -> Answer + Send + Sync;

struct Desk {
    script: Box<Script>,
    seen: Mutex<Vec<Seen>>,
    counts: watch::Sender<Counts>,
}

#[derive(Clone, Copy, Default)]
struct Counts {
    connections: usize,
    requests: usize,
    /// Connections that the other side closed while its request had no answer.
    gone: usize,
}

impl Cloud {
    /// One that answers every request with `{}` as data.
    pub(crate) async fn start() -> Self {
        Self::script(|_, _| Answer::data(&json!({}))).await
    }

    /// One that answers every request with `answer`.
    pub(crate) async fn that_answers(answer: Answer) -> Self {
        Self::script(move |_, _| answer.clone()).await
    }

    /// One that answers as `script` says.
    pub(crate) async fn script(
        script: impl Fn(&Seen, usize) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::open(ANY_PORT, Box::new(script)).await
    }

    /// One that answers every request with `{}` as data, at that address.
    pub(crate) async fn at(address: SocketAddr) -> Self {
        Self::open(address, Box::new(|_, _| Answer::data(&json!({})))).await
    }

    async fn open(address: SocketAddr, script: Box<Script>) -> Self {
        let (cloud, listener) = Self::bind(address, script).await;
        let desk = cloud.desk.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                desk.counts.send_modify(|counts| counts.connections += 1);
                tokio::spawn(desk.clone().attend(socket));
            }
        });
        cloud
    }

    /// One that breaks every connection off before it reads a byte.
    pub(crate) async fn that_resets_unread() -> Self {
        let (cloud, listener) = Self::bind(ANY_PORT, Box::new(|_, _| Answer::Reset)).await;
        let desk = cloud.desk.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                reset(&socket);
                desk.counts.send_modify(|counts| counts.connections += 1);
            }
        });
        cloud
    }

    async fn bind(address: SocketAddr, script: Box<Script>) -> (Self, TcpListener) {
        let listener = TcpListener::bind(address).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let desk = Arc::new(Desk {
            script,
            seen: Mutex::default(),
            counts: watch::Sender::default(),
        });
        (Self { url, desk }, listener)
    }

    /// The flag that points the binary here.
    pub(crate) fn flag(&self) -> String {
        format!("--api-url={}", self.url)
    }

    /// What it was sent so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.desk.seen.lock().unwrap().clone()
    }

    /// The last request.
    pub(crate) fn last(&self) -> Seen {
        self.seen().pop().unwrap()
    }

    /// How many requests came.
    pub(crate) fn requests(&self) -> usize {
        self.desk.counts.borrow().requests
    }

    /// How many connections came.
    pub(crate) fn connections(&self) -> usize {
        self.desk.counts.borrow().connections
    }

    /// Waits until `count` requests have come.
    pub(crate) async fn asked(&self, count: usize) {
        self.until("a request", |counts| counts.requests >= count)
            .await;
    }

    /// Waits until `count` callers have given up waiting for their answers.
    pub(crate) async fn given_up(&self, count: usize) {
        self.until("a caller that gives up", |counts| counts.gone >= count)
            .await;
    }

    async fn until(&self, what: &str, reached: impl FnMut(&Counts) -> bool) {
        let mut counts = self.desk.counts.subscribe();
        within(what, counts.wait_for(reached)).await.unwrap();
    }
}

impl Desk {
    async fn attend(self: Arc<Self>, mut socket: TcpStream) {
        while let Some(seen) = read(&mut socket).await {
            let before = {
                let mut all = self.seen.lock().unwrap();
                all.push(seen.clone());
                all.len() - 1
            };
            self.counts.send_modify(|counts| counts.requests += 1);
            match (self.script)(&seen, before) {
                Answer::Send {
                    status,
                    headers,
                    body,
                } => {
                    let answer = serialise(status, &headers, &body);
                    if socket.write_all(&answer).await.is_err() {
                        return;
                    }
                }
                Answer::Last(data) => {
                    let _ = socket.write_all(&serialise_data(&data)).await;
                    return;
                }
                Answer::Together(count, data) => {
                    let mut counts = self.counts.subscribe();
                    let together = counts.wait_for(|counts| counts.requests >= count);
                    within("the other requests", together).await.unwrap();
                    if socket.write_all(&serialise_data(&data)).await.is_err() {
                        return;
                    }
                }
                Answer::Hang => {
                    let mut rest = Vec::new();
                    let _ = socket.read_to_end(&mut rest).await;
                    self.counts.send_modify(|counts| counts.gone += 1);
                    return;
                }
                Answer::Reset => return reset(&socket),
                Answer::Close => return,
                Answer::Bytes(bytes) => {
                    let _ = socket.write_all(bytes).await;
                    return;
                }
                Answer::Endless => return pour(socket, &[b' '; 8192], Duration::ZERO).await,
                Answer::Drip => return pour(socket, b" ", Duration::from_millis(50)).await,
                Answer::Cut => {
                    let head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"meta\"";
                    let _ = socket.write_all(head.as_bytes()).await;
                    return;
                }
            }
        }
    }
}

impl Seen {
    /// The values of the headers of that name.
    pub(crate) fn header(&self, name: &str) -> Vec<&str> {
        let same = self.headers.iter().filter(|(known, _)| known == name);
        same.map(|(_, value)| value.as_str()).collect()
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Answer {
    /// A success with that data.
    pub(crate) fn data(data: &Value) -> Self {
        Self::json(200, &envelope(data))
    }

    /// Any JSON.
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::raw(status, "application/json", body.to_string())
    }

    /// An error in Unkey's envelope.
    pub(crate) fn problem(status: u16, title: &str, detail: &str) -> Self {
        Self::json(
            status,
            &json!({
                "meta": {"requestId": "req_problem"},
                "error": {
                    "title": title,
                    "detail": detail,
                    "status": status,
                    "type": format!("https://errors.example/{status}"),
                },
            }),
        )
    }

    /// Any body at all.
    pub(crate) fn raw(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::Send {
            status,
            headers: vec![("Content-Type", kind.to_owned())],
            body: body.into(),
        }
    }

    /// The same answer with a header more.
    pub(crate) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        if let Self::Send { headers, .. } = &mut self {
            headers.push((name, value.to_owned()));
        }
        self
    }
}

/// Reads a request, or nothing where the connection ends.
async fn read(socket: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if socket.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let line = lines.next().unwrap().to_owned();
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(':').unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, length)| length.parse().unwrap());
    let mut body = bytes[end + 4..].to_vec();
    while body.len() < length {
        if socket.read_buf(&mut body).await.ok()? == 0 {
            return None;
        }
    }
    let body = String::from_utf8(body).unwrap();
    Some(Seen {
        line,
        headers,
        body,
    })
}

fn envelope(data: &Value) -> Value {
    json!({"meta": {"requestId": "req_1"}, "data": data})
}

fn serialise_data(data: &Value) -> Vec<u8> {
    let kind = ("Content-Type", "application/json".to_owned());
    serialise(200, &[kind], envelope(data).to_string().as_bytes())
}

fn serialise(status: u16, headers: &[(&str, String)], body: &[u8]) -> Vec<u8> {
    let mut answer = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        // Writing to a string does not fail.
        let _ = write!(answer, "{name}: {value}\r\n");
    }
    answer += "\r\n";
    [answer.as_bytes(), body].concat()
}

/// Sends `chunk` again and again, until nobody reads.
async fn pour(mut socket: TcpStream, chunk: &[u8], pause: Duration) {
    let head =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let mut next = head.as_bytes().to_vec();
    while socket.write_all(&next).await.is_ok() {
        next = format!("{:x}\r\n", chunk.len()).into_bytes();
        next.extend_from_slice(chunk);
        next.extend_from_slice(b"\r\n");
        tokio::time::sleep(pause).await;
    }
}

/// Closes a connection with a reset in place of a farewell.
fn reset(socket: &TcpStream) {
    socket.set_zero_linger().unwrap();
}
