//! An MCP client on the binary's stdin and stdout.

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _};

use super::binary::{Binary, Ended, Running};
use super::rpc::{Era, notification};
use super::within;

/// A connection over stdin and stdout.
pub(crate) struct Stdio {
    running: Running,
    era: Era,
    last_id: u64,
    /// Answers that came before they were asked for.
    early: Vec<Value>,
}

impl Stdio {
    /// Starts `binary` and, where the era has it, shakes hands.
    pub(crate) async fn connect(binary: Binary, era: Era) -> Self {
        let mut connection = Self::silent(binary, era);
        if let Era::Legacy(version) = era {
            let answer = connection.request("initialize", era.handshake()).await;
            assert_eq!(answer["result"]["protocolVersion"], version, "{answer}");
            connection
                .write(&notification("notifications/initialized", &json!({})).to_string())
                .await;
        }
        connection
    }

    /// Starts `binary` and says nothing.
    pub(crate) fn silent(binary: Binary, era: Era) -> Self {
        Self {
            running: binary.start(),
            era,
            last_id: 0,
            early: Vec::new(),
        }
    }

    /// Writes a line.
    pub(crate) async fn write(&mut self, line: &str) {
        let stdin = self.running.stdin.as_mut().unwrap();
        let line = format!("{line}\n");
        within("writing to stdin", stdin.write_all(line.as_bytes()))
            .await
            .unwrap();
        stdin.flush().await.unwrap();
    }

    /// Sends a request and returns its id.
    pub(crate) async fn send(&mut self, method: &str, params: Value) -> u64 {
        self.last_id += 1;
        let request = self.era.request(self.last_id, method, params);
        self.write(&request.to_string()).await;
        self.last_id
    }

    /// Sends a notification.
    pub(crate) async fn notify(&mut self, method: &str, params: Value) {
        self.write(&notification(method, &params).to_string()).await;
    }

    /// The answer to the request of that id.
    pub(crate) async fn answer(&mut self, id: u64) -> Value {
        let is_it = |answer: &Value| answer["id"] == id;
        if let Some(index) = self.early.iter().position(is_it) {
            return self.early.remove(index);
        }
        loop {
            let message = self.next().await;
            if is_it(&message) {
                return message;
            }
            self.early.push(message);
        }
    }

    /// The next message on stdout. Every line there must be one of MCP.
    pub(crate) async fn next(&mut self) -> Value {
        let mut line = String::new();
        let stdout = self.running.stdout.as_mut().unwrap();
        let read = within("an answer on stdout", stdout.read_line(&mut line)).await;
        assert_ne!(read.unwrap(), 0, "stdout ended before an answer");
        let message: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(message["jsonrpc"], "2.0", "{line}");
        message
    }

    /// Sends a request and returns its answer.
    pub(crate) async fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.send(method, params).await;
        self.answer(id).await
    }

    /// Calls a tool.
    pub(crate) async fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let params = json!({"name": tool, "arguments": arguments});
        self.request("tools/call", params).await
    }

    /// Tells it to stop.
    #[cfg(unix)]
    pub(crate) async fn terminate(&self) {
        self.running.terminate().await;
    }

    /// Tells it that its terminal is gone.
    #[cfg(unix)]
    pub(crate) async fn hang_up(&self) {
        self.running.signal("-HUP").await;
    }

    /// Tells it to stop while stdin stays open, and waits for its end.
    #[cfg(unix)]
    pub(crate) async fn stop(self) -> Ended {
        self.running.terminate().await;
        self.ended().await
    }

    /// Tells it twice to stop while stdin stays open, and waits for its end.
    #[cfg(unix)]
    pub(crate) async fn stop_at_once(mut self) -> Ended {
        self.running.terminate_twice().await;
        let _open = self.running.stdin.take();
        self.running.end().await
    }

    /// Closes stdin and waits for the end.
    pub(crate) async fn end(self) -> Ended {
        self.running.end().await
    }

    /// Waits for the end while stdin stays open.
    pub(crate) async fn ended(mut self) -> Ended {
        let _open = self.running.stdin.take();
        self.running.end().await
    }

    /// Closes stdin.
    pub(crate) fn close(&mut self) {
        self.running.stdin = None;
    }

    /// Stops reading.
    pub(crate) fn close_stdout(&mut self) {
        self.running.close_stdout();
    }

    /// Writes lines while the test goes on. Nothing else can be written afterwards.
    #[cfg(target_os = "linux")]
    pub(crate) fn write_aside(&mut self, lines: &[String]) -> tokio::task::JoinHandle<()> {
        let mut stdin = self.running.stdin.take().unwrap();
        let mut text = lines.join("\n");
        text.push('\n');
        tokio::spawn(async move { stdin.write_all(text.as_bytes()).await.unwrap() })
    }

    /// How much memory the server holds.
    #[cfg(target_os = "linux")]
    pub(crate) fn resident_kib(&self) -> usize {
        self.running.resident_kib()
    }
}
