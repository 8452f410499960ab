//! Secrets that may be anywhere: in every tool's answer, in errors of all kinds, over both transports,
//! in both eras and on both backends. With `--secrets=file` they are in their files and nowhere else.

use std::path::Path;

use serde_json::{Map, Value, json};
use unkey_tools::{CATALOGUE, Entry};

use crate::support::{
    Answer, Binary, Cloud, Endpoint, Era, Seen, Server, Stdio, Transport, sample,
};

/// Stands in every secret: where it is, one got out.
const CANARY: &str = "4fJ8kQ2mZx9LpR7vTb3W";

const ROOT_KEY: &str = "unkey_4fJ8kQ2mZx9LpR7vTb3W";

/// A secret that an answer brings.
const SECRET: &str = "sk_live_4fJ8kQ2mZx9LpR7vTb3W";

/// How long a call may take.
const TIMEOUT: &str = "--timeout=0.5";

/// The ways in which Unkey, or what stands for it, may answer.
const ANSWERS: [&str; 14] = [
    "secrets",
    "echo",
    "elsewhere",
    "refusal",
    "failure",
    "html",
    "text",
    "list",
    "cut",
    "redirect",
    "reset",
    "close",
    "panic",
    "hang",
];

/// The log, the audit trail and everything else that an operator may have.
const FLAGS: [&str; 7] = [
    "--secrets=file",
    "--secrets-dir=secrets",
    "--toolsets=all",
    "--log=trace",
    "--log-format=json",
    "--audit=the.audit",
    TIMEOUT,
];

/// A value of that schema with `text` in all places for texts.
fn answer_of(schema: &Value, text: &str) -> Value {
    if let Some(fields) = schema["properties"].as_object() {
        let members = fields.iter();
        let members = members.map(|(name, field)| (name.clone(), answer_of(field, text)));
        return Value::Object(members.collect::<Map<_, _>>());
    }
    match schema["type"].as_str() {
        Some("array") => json!([answer_of(&schema["items"], text)]),
        Some("integer" | "number") => json!(1),
        Some("boolean") => json!(true),
        Some("object") => json!({}),
        _ => json!(text),
    }
}

/// An answer of that tool with secrets where they belong.
fn answer(entry: &Entry, secret: &str) -> Value {
    let schema = Value::Object(entry.output_schema());
    let mut answer = answer_of(&schema, "word");
    entry.secrets_in_answer(&mut answer, &mut |part| {
        if let unkey_tools::secrets::SecretPart::Secret { holder, name, .. } = part {
            holder.insert(name.to_owned(), secret.into());
        }
    });
    answer
}

/// What Unkey says: what it was sent, and the secret that it was to bring.
fn said(seen: &Seen, entry: &Entry) -> String {
    let headers: Vec<&str> = seen
        .headers
        .iter()
        .map(|(_, value)| value.as_str())
        .collect();
    let secret = if entry.tells_secrets() { SECRET } else { "" };
    format!("{} {} {secret}", headers.join(" "), seen.body)
}

fn respond(way: &str, seen: &Seen) -> Answer {
    let called = |entry: &&Entry| seen.line.contains(&format!("/{} ", entry.endpoint));
    let entry = CATALOGUE.iter().find(called).unwrap();
    let said = said(seen, entry);
    let good = |more: Value| {
        let mut answer = answer(entry, SECRET);
        if let (Some(answer), Value::Object(more)) = (answer.as_object_mut(), more) {
            answer.extend(more);
        }
        Answer::json(200, &answer)
    };
    match way {
        "secrets" => good(json!({})),
        "echo" => good(json!({"note": said, said.clone(): [said]})),
        "elsewhere" => Answer::data(&json!({"note": said, "deep": [{"plain": said}]})),
        "refusal" => problem(400, &said),
        "failure" => problem(500, &said),
        "html" => Answer::raw(502, &format!("text/html; {said}").replace('\n', ""), said),
        "text" => Answer::data(&json!(said)),
        "list" => Answer::json(200, &json!([said])),
        "cut" => Answer::raw(
            200,
            "application/json",
            format!("{{\"data\":{{\"key\":\"{said}"),
        ),
        "redirect" => Answer::raw(308, "text/plain", said)
            .with_header("Location", &format!("https://{CANARY}.example/{CANARY}")),
        "reset" => Answer::Reset,
        "close" => Answer::Close,
        "panic" => Answer::json(200, &answer(entry, &format!("planted_panic{CANARY}"))),
        _ => Answer::Hang,
    }
}

fn problem(status: u16, said: &str) -> Answer {
    let field = json!({"location": said, "message": said, "fix": said});
    let error =
        json!({"title": said, "detail": said, "status": status, "type": said, "errors": [field]});
    Answer::json(
        status,
        &json!({"meta": {"requestId": said}, "error": error}),
    )
}

/// Puts secrets into a call's arguments: from a file where the tool takes such a name.
fn with_secrets(entry: &Entry) -> Value {
    let mut arguments = sample(entry.name);
    entry.secrets_in_request(&mut arguments, &mut |field| {
        *field.value = if field.is_unkeys {
            "secret:canary".into()
        } else {
            SECRET.into()
        };
    });
    arguments
}

/// A client over either transport, and what the process leaves behind.
enum Client {
    Stdio(Stdio),
    Http(Endpoint, Server, String),
}

impl Client {
    async fn connect(transport: Transport, era: Era, backend: &str) -> (Self, std::path::PathBuf) {
        let command = match transport {
            Transport::Stdio => "stdio",
            Transport::Http => "serve",
        };
        let binary = Binary::new([command, backend].iter().chain(&FLAGS))
            .env("RUST_LOG", "trace")
            .arg("--metrics=127.0.0.1:0");
        let home = binary.home().to_owned();
        let secrets = home.join("secrets");
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&secrets).unwrap();
        std::fs::write(secrets.join("canary"), SECRET).unwrap();
        let has_key = backend.starts_with("--api-url");
        let client = match transport {
            Transport::Stdio if has_key => {
                Self::Stdio(Stdio::connect(binary.env("UNKEY_ROOT_KEY", ROOT_KEY), era).await)
            }
            Transport::Stdio => Self::Stdio(Stdio::connect(binary, era).await),
            Transport::Http => {
                let (server, metrics) = binary.serve_with_metrics().await;
                let mut endpoint = server.mcp().era(era);
                if has_key {
                    endpoint = endpoint.header("Authorization", &format!("Bearer {ROOT_KEY}"));
                }
                Self::Http(endpoint, server, metrics)
            }
        };
        (client, home)
    }

    async fn call(&mut self, tool: &str, arguments: Value) -> Value {
        match self {
            Self::Stdio(stdio) => stdio.call(tool, arguments).await,
            Self::Http(endpoint, ..) => endpoint.call(tool, arguments).await,
        }
    }

    /// Everything that an operator could have read by the end.
    async fn end(self) -> String {
        match self {
            Self::Stdio(stdio) => {
                let ended = stdio.end().await;
                format!("{} {}", ended.stdout, ended.stderr)
            }
            Self::Http(_, server, metrics) => {
                let metrics = reqwest::Client::new()
                    .get(metrics)
                    .send()
                    .await
                    .unwrap()
                    .text()
                    .await
                    .unwrap();
                #[cfg(unix)]
                {
                    let ended = server.stop().await;
                    format!("{metrics} {} {}", ended.stdout, ended.stderr)
                }
                #[cfg(not(unix))]
                {
                    drop(server);
                    metrics
                }
            }
        }
    }
}

/// Fails where a file below `folder` holds `text`, but for those in the folder of secrets.
fn assert_in_no_file(folder: &Path, text: &str) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("secrets") {
            continue;
        }
        if path.is_dir() {
            assert_in_no_file(&path, text);
        } else {
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes
                .windows(text.len())
                .any(|window| window == text.as_bytes());
            assert!(!found, "{path:?} holds a secret");
        }
    }
}

async fn nothing_gets_out(transport: Transport) {
    for era in Era::BOTH {
        for way in ANSWERS {
            if way == "panic" && !cfg!(feature = "planted-faults") {
                continue;
            }
            let cloud = Cloud::script(move |seen, _| respond(way, seen)).await;
            let (mut client, home) = Client::connect(transport, era, &cloud.flag()).await;
            // What is retried, or waited for, takes its time.
            let is_quick = !["failure", "html", "reset", "close", "hang"].contains(&way);
            let has_secrets = |entry: &Entry| entry.tells_secrets() || entry.asks_for_secrets();
            let tried = |entry: &&Entry| is_quick || has_secrets(entry);
            for entry in CATALOGUE.iter().filter(tried) {
                let answer = client.call(entry.name, with_secrets(entry)).await;
                let answer = answer.to_string();
                assert!(!answer.contains(CANARY), "{way} {}: {answer}", entry.name);
            }
            assert_in_no_file(&home, CANARY);
            let told = client.end().await;
            assert!(!told.contains(CANARY), "{way} {transport:?}: {told}");
            assert!(cloud.requests() > 0, "nothing was asked");
        }
    }
}

#[tokio::test]
async fn no_secret_gets_out_over_stdio_whatever_unkey_answers() {
    nothing_gets_out(Transport::Stdio).await;
}

#[tokio::test]
async fn no_secret_gets_out_over_http_whatever_unkey_answers() {
    nothing_gets_out(Transport::Http).await;
}

#[tokio::test]
async fn no_secret_of_the_engine_gets_out() {
    for transport in Transport::BOTH {
        for era in Era::BOTH {
            let (mut client, home) = Client::connect(transport, era, "--local=u.db").await;
            let mut heard = String::new();
            let mut call = async |client: &mut Client, tool: &str, arguments: Value| {
                let answer = client.call(tool, arguments).await;
                heard.push_str(&answer.to_string());
                answer["result"]["structuredContent"]["data"].clone()
            };
            let api = call(&mut client, "apis_create_api", json!({"name": "abc"})).await;
            let api = api["apiId"].as_str().unwrap().to_owned();
            allow_recovery(&home, &api).await;
            let create = json!({"apiId": api, "recoverable": true, "prefix": "sk_live"});
            let key = call(&mut client, "keys_create_key", create).await;
            let id = json!({"keyId": key["keyId"], "decrypt": true});
            call(&mut client, "keys_get_key", id).await;
            call(
                &mut client,
                "apis_list_keys",
                json!({"apiId": api, "decrypt": true}),
            )
            .await;
            let reroll = json!({"keyId": key["keyId"], "expiration": 60_000});
            call(&mut client, "keys_reroll_key", reroll).await;
            for tool in ["keys_whoami", "keys_verify_key"] {
                call(&mut client, tool, json!({"key": key["key"]})).await;
            }
            let link = json!({"portal": "local", "externalId": "ada", "scopes": ["keys:read"]});
            let link = call(&mut client, "portal_create_session", link).await;
            call(
                &mut client,
                "portal_exchange_code",
                json!({"code": link["url"]}),
            )
            .await;
            let secrets = secrets_below(&home.join("secrets"));
            assert_eq!(
                secrets.len(),
                5,
                "the canary's, two keys, a link and a token"
            );
            for secret in &secrets {
                assert_in_no_file(&home, secret);
            }
            heard.push_str(&client.end().await);
            for secret in &secrets {
                assert!(!heard.contains(secret), "{heard}");
            }
        }
    }
}

/// The plain texts in the folder.
fn secrets_below(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect()
}

/// Lets keys of that API be recoverable, which no call does.
async fn allow_recovery(home: &Path, api: &str) {
    let done = tokio::process::Command::new(env!("CARGO_BIN_EXE_unkey-mcp"))
        .args(["api", api, "--encrypted-keys=true", "--local=u.db"])
        .current_dir(home)
        .output()
        .await
        .unwrap();
    assert!(done.status.success(), "{done:?}");
}
