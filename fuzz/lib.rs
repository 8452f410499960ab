//! What the fuzz targets do with their input. Each panics where what was promised does not hold.

use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll};

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tokio::io::{AsyncRead, ReadBuf};
use unkey_local::{Answer, Engine, Location, Options, Request};
use unkey_mcp::mcp::message::{self, Incoming, Message};
use unkey_mcp::mcp::stdio::{Line, Lines};
use unkey_tools::CATALOGUE;
use unkey_tools::types::bare_secret;

/// The longest text that tells mistakes in arguments, whatever they were.
const MAX_MISTAKES_BYTES: usize = 16 * 1024;

/// An engine with one API and one key that holds a permission.
static ENGINE: LazyLock<(Engine, String)> = LazyLock::new(|| {
    let engine = Engine::open(Options::new(Location::Memory)).expect("an engine in memory opens");
    let api = ask(&engine, "apis.createApi", &json!({"name": "fuzz"}));
    let api: Value = serde_json::from_slice(&api.body).expect("an envelope");
    let key = ask(
        &engine,
        "keys.createKey",
        &json!({"apiId": api["data"]["apiId"], "permissions": ["documents.read"]}),
    );
    let key: Value = serde_json::from_slice(&key.body).expect("an envelope");
    let key = key["data"]["key"].as_str().expect("a key").to_owned();
    (engine, key)
});

/// Arguments of a tool: the first byte names the tool, the rest is their JSON. What passes is a
/// body that passes again and stays what it is; what does not is told in a bounded text.
pub fn arguments(data: &[u8]) {
    let Some((&tool, json)) = data.split_first() else {
        return;
    };
    let Ok(arguments) = serde_json::from_slice::<Map<String, Value>>(json) else {
        return;
    };
    let entry = &CATALOGUE[usize::from(tool) % CATALOGUE.len()];
    match entry.prepare(arguments, Timestamp::UNIX_EPOCH) {
        Ok(Value::Object(body)) => assert_eq!(
            entry.prepare(body.clone(), Timestamp::UNIX_EPOCH).as_ref(),
            Ok(&Value::Object(body)),
            "{} is not settled at once",
            entry.name
        ),
        // `ratelimit.multiLimit` takes its list under a name.
        Ok(_) => {}
        Err(mistakes) => {
            let told = mistakes.to_string();
            assert!(told.len() <= MAX_MISTAKES_BYTES, "{} bytes", told.len());
        }
    }
}

/// Lines on stdin, which come in pieces of a size that the first byte gives: each is told once and
/// whole, or by its beginning where it is too long.
pub fn lines(data: &[u8]) {
    const LIMIT: usize = 64;
    let Some((&size, text)) = data.split_first() else {
        return;
    };
    let pieces = Pieces(text, usize::from(size.max(1)));
    let mut lines = Lines::new(pieces, LIMIT);
    let mut left = text.split(|byte| *byte == b'\n');
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime").block_on(async {
        loop {
            match lines.next().await.expect("reading a slice does not fail") {
                Line::Whole(line) => assert_eq!(Some(line.as_slice()), left.next()),
                Line::TooLong(beginning) => {
                    let whole = left.next().expect("a line");
                    assert!(whole.len() > LIMIT && whole.starts_with(&beginning));
                    assert!(beginning.len() <= LIMIT);
                }
                Line::End => break,
            }
        }
    });
    // Behind the last line's end there is nothing.
    assert!(left.next().is_none_or(<[u8]>::is_empty));
    assert_eq!(left.next(), None);
}

/// Bytes that come a few at a time.
struct Pieces<'a>(&'a [u8], usize);

impl AsyncRead for Pieces<'_> {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let this = self.get_mut();
        let most = this.1.min(this.0.len()).min(buffer.remaining());
        let (piece, rest) = this.0.split_at(most);
        buffer.put_slice(piece);
        this.0 = rest;
        Poll::Ready(Ok(()))
    }
}

/// A line on stdin or a body over HTTP, which are read alike. What is refused is answered with a short message of its own;
/// what passes has an id where somebody waits, and passes again as it is.
pub fn message(data: &[u8]) {
    let settled = |message: Message| {
        let told = (message.id(), message.method().to_owned());
        match message::parse(message.into_value().to_string().as_bytes()) {
            Incoming::Request(again) | Incoming::Notification(again) => {
                assert_eq!((again.id(), again.method().to_owned()), told);
            }
            other => panic!("what passed does not pass again: {other:?}"),
        }
    };
    match message::parse(data) {
        Incoming::Request(request) => {
            assert_ne!(request.id(), "null", "an answer would have no id");
            settled(request);
        }
        Incoming::Notification(notification) => {
            assert_eq!(notification.id(), "null", "somebody waits for an answer");
            settled(notification);
        }
        Incoming::Refused(refusal) => {
            let answer = refusal.to_json();
            assert!(answer.len() <= 128 * 1024, "{} bytes", answer.len());
            let answer: Value = serde_json::from_str(&answer).expect("an answer is JSON");
            assert!(answer.get("id").is_some(), "{answer}");
        }
        Incoming::Response(_) | Incoming::Blank => {}
    }
}

/// A permission query of `keys.verifyKey`: it is answered or refused, and never fails.
pub fn permission_query(data: &[u8]) {
    let Ok(query) = std::str::from_utf8(data) else {
        return;
    };
    let (engine, key) = &*ENGINE;
    let body = json!({"key": key, "permissions": query, "credits": {"cost": 0}});
    let answer = ask(engine, "keys.verifyKey", &body);
    assert!(matches!(answer.status, 200 | 400), "{}", answer.status);
}

/// What a file or a variable holds in place of a secret: what is taken for it is a part of that, with
/// no white space around it.
pub fn secret(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let bare = bare_secret(text);
    assert!(text.contains(bare));
    assert_eq!(bare.trim(), bare);
}

/// What a file beside the database holds in place of the root key or, by the first byte, the vault
/// key: the engine opens, or says in a line why not, quotes nothing of it and leaves it as it is.
pub fn secret_file(data: &[u8]) {
    let Some((&which, content)) = data.split_first() else {
        return;
    };
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let database = folder.path().join("unkey.db");
    let name = ["unkey.db.root-key", "unkey.db.vault-key"][usize::from(which % 2)];
    let file = folder.path().join(name);
    std::fs::write(&file, content).expect("there is room for a file");
    match Engine::open(Options::new(Location::File(database))) {
        Ok(engine) => engine.close(),
        Err(error) => {
            let told = error.to_string();
            assert!(told.len() <= 2 * 1024, "{} bytes", told.len());
            assert!(!told.contains('\n'), "{told}");
            let quoted = std::str::from_utf8(content).map(str::trim);
            let is_quoted = |text: &str| text.len() >= 16 && told.contains(text);
            assert!(!quoted.is_ok_and(is_quoted), "the secret is told");
            let left = std::fs::read(&file).expect("the file is still there");
            assert_eq!(left, content);
        }
    }
}

/// A question to the analytics: it is answered or refused with a reason, and never fails.
pub fn sql(data: &[u8]) {
    let Ok(query) = std::str::from_utf8(data) else {
        return;
    };
    let (engine, _) = &*ENGINE;
    let answer = ask(
        engine,
        "analytics.getVerifications",
        &json!({"query": query}),
    );
    let body = String::from_utf8_lossy(&answer.body);
    assert!(
        matches!(answer.status, 200 | 400 | 403 | 422),
        "{} {body}",
        answer.status
    );
}

/// What the engine's owner is answered.
fn ask(engine: &Engine, endpoint: &str, body: &Value) -> Answer {
    engine.ask(Request {
        endpoint: endpoint.to_owned(),
        authorization: Some(format!("Bearer {}", engine.root_key().reveal())),
        content_type: Some("application/json".to_owned()),
        body: body.to_string().into_bytes(),
        caller_ip: None,
        is_recorded: true,
        abandoned: std::sync::Arc::default(),
    })
}
