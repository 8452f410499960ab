//! Messages that are not as they should be: each is answered with its id and a code, or rightly
//! with nothing, and the next one is answered as if nothing had been.

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::support::{Binary, Cloud, Era, KEY, Reply, Stdio, failure, offered, refusal, success};

/// What comes of a message.
#[derive(Clone, Debug)]
enum Outcome {
    /// An error with this id and code.
    Error(Value, i64),
    /// A result with this id.
    Result(Value),
    /// Nobody waits for anything.
    Nothing,
}

use Outcome::{Error, Nothing, Result};

/// A request with `rest` behind its id.
fn request(rest: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":7,{rest}}}"#)
}

/// `META` stands for what a client of the era puts into `_meta`.
fn list(params: &str) -> String {
    request(&format!(r#""method":"tools/list","params":{params}"#))
}

fn call(arguments: &str) -> String {
    let name = r#"META"name":"apis_create_api""#;
    request(&format!(
        r#""method":"tools/call","params":{{{name},"arguments":{arguments}}}"#
    ))
}

fn with_id(id: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/list","params":{{META"a":1}}}}"#)
}

fn unreadable() -> Vec<(String, Outcome)> {
    let deep = "[".repeat(300) + &"]".repeat(300);
    vec![
        (call(r#"{"name":1e400}"#), Error(json!(7), -32700)),
        (call(&deep), Error(json!(7), -32700)),
        (call(r#"{"name":"abc"#), Error(json!(7), -32700)),
        (call(r#"{"name":"\q"}"#), Error(json!(7), -32700)),
        (list("{}") + &list("{}"), Error(json!(7), -32700)),
        ("nonsense".into(), Error(json!(null), -32700)),
        ("{".into(), Error(json!(null), -32700)),
        ("\0".into(), Error(json!(null), -32700)),
    ]
}

fn no_requests() -> Vec<(String, Outcome)> {
    let large = 9_223_372_036_854_775_808_u64;
    vec![
        (format!("[{}]", list("{}")), Error(json!(null), -32600)),
        ("[]".into(), Error(json!(null), -32600)),
        ("\"text\"".into(), Error(json!(null), -32600)),
        ("null".into(), Error(json!(null), -32600)),
        (r#"{"jsonrpc":"2.0"}"#.into(), Error(json!(null), -32600)),
        (r#"{"id":"x"}"#.into(), Error(json!("x"), -32600)),
        (
            r#"{"id":7,"method":"ping"}"#.into(),
            Error(json!(7), -32600),
        ),
        (request(r#""method":5"#), Error(json!(7), -32600)),
        (
            request(r#""method":"ping","error":{}"#),
            Error(json!(7), -32600),
        ),
        (
            request(r#""method":"ping","method":"x""#),
            Error(json!(7), -32600),
        ),
        (
            request(r#""id":8,"method":"ping""#),
            Error(json!(null), -32600),
        ),
        (with_id("1.5"), Error(json!(1.5), -32600)),
        (with_id("9223372036854775808"), Error(json!(large), -32600)),
        (with_id("null"), Error(json!(null), -32600)),
        (with_id("true"), Error(json!(null), -32600)),
        (with_id("{}"), Error(json!(null), -32600)),
    ]
}

fn odd_requests() -> Vec<(String, Outcome)> {
    let long = "x".repeat(100_000);
    vec![
        (list("\"x\""), Error(json!(7), -32602)),
        (list("[1]"), Error(json!(7), -32602)),
        (list("{META\"cursor\":5}"), Error(json!(7), -32602)),
        (list("{META\"cursor\":\"x\"}"), Error(json!(7), -32602)),
        (list("{META\"cursor\":\"\"}"), Result(json!(7))),
        (list("{META\"cursor\":null}"), Result(json!(7))),
        (call("[]"), Result(json!(7))),
        (call("null"), Result(json!(7))),
        (call("\"{}\""), Result(json!(7))),
        (call("[1]"), Error(json!(7), -32602)),
        (call(r#"{"name":"x\ud83d"}"#), Result(json!(7))),
        (with_id("1.0"), Result(json!(1))),
        (with_id("-9223372036854775808"), Result(json!(i64::MIN))),
        (with_id("\"\""), Result(json!(""))),
        (with_id("\"7\""), Result(json!("7"))),
        (
            request(r#""method":"no/such","params":{META"a":1}"#),
            Error(json!(7), -32601),
        ),
        (
            request(&format!(r#""method":"{long}","params":{{META"a":1}}"#)),
            Error(json!(7), -32601),
        ),
    ]
}

/// What nobody waits for.
const UNASKED: [&str; 7] = [
    "",
    "\u{feff}",
    r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
    r#"{"jsonrpc":"2.0","method":"no/such","params":[1]}"#,
    r#"{"jsonrpc":"2.0","method":"notifications/cancelled"}"#,
    r#"{"jsonrpc":"2.0","id":7,"result":{}}"#,
    r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"x"}}"#,
];

/// What any client may send, and what comes of it.
fn odd_messages() -> Vec<(String, Outcome)> {
    let unasked = UNASKED.map(|message| (message.to_owned(), Nothing));
    [
        unreadable(),
        no_requests(),
        odd_requests(),
        unasked.to_vec(),
    ]
    .concat()
}

/// The message as a client of `era` sends it.
fn spoken(message: &str, era: Era) -> String {
    let meta = match era {
        Era::Legacy(_) => String::new(),
        Era::Modern => format!(
            "\"_meta\":{},",
            era.request(1, "", json!({}))["params"]["_meta"]
        ),
    };
    message.replace("META", &meta)
}

fn assert_outcome(answer: &Value, outcome: &Outcome, message: &str) {
    let shown: String = message.chars().take(200).collect();
    let cut: String = answer.to_string().chars().take(500).collect();
    assert!(answer.to_string().len() < 200_000, "{shown}");
    match outcome {
        Error(id, code) => {
            assert_eq!(refusal(answer).0, *code, "{shown}: {cut}");
            assert_eq!(answer.get("id"), Some(id), "{shown}: {cut}");
            assert!(refusal(answer).1.len() < 500, "{shown}: {cut}");
        }
        Result(id) => {
            assert!(answer["result"].is_object(), "{shown}: {cut}");
            assert_eq!(&answer["id"], id, "{shown}");
        }
        Nothing => panic!("{shown} was answered: {cut}"),
    }
}

#[tokio::test]
async fn every_odd_message_on_stdio_is_answered_or_rightly_is_not() {
    let cloud = Cloud::start().await;
    for era in Era::BOTH {
        let binary = Binary::new(["stdio", &cloud.flag()]).env("UNKEY_ROOT_KEY", KEY);
        let mut session = Stdio::connect(binary, era).await;
        for (number, (message, outcome)) in odd_messages().into_iter().enumerate() {
            let message = spoken(&message, era);
            session.write(&message).await;
            if !matches!(outcome, Nothing) {
                assert_outcome(&session.next().await, &outcome, &message);
            }
            let next = format!("next {number}");
            let mut good = era.request(0, "tools/list", json!({}));
            good["id"] = json!(next);
            session.write(&good.to_string()).await;
            let answer = session.next().await;
            assert_eq!(answer["id"], *next, "after {message}: {answer}");
            assert!(answer["result"].is_object(), "after {message}: {answer}");
        }
        assert!(session.end().await.status.success());
    }
}

#[tokio::test]
async fn every_odd_message_over_http_is_answered_or_rightly_is_not() {
    let cloud = Cloud::start().await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    for era in Era::BOTH {
        let endpoint = server.mcp().with_key().era(era);
        for (message, outcome) in odd_messages() {
            let message = spoken(&message, era);
            let reply = Reply::to(headed(endpoint.post(message.clone()), era, &message)).await;
            let shown: String = message.chars().take(200).collect();
            match outcome {
                Nothing if message.trim_start_matches('\u{feff}').is_empty() => {
                    assert_eq!(reply.status, 400, "{shown}");
                    let nobody = Error(json!(null), -32700);
                    assert_outcome(&reply.json(), &nobody, "an empty body");
                }
                Nothing => {
                    let answer = (reply.status.as_u16(), reply.body.as_str());
                    assert_eq!(answer, (202, ""), "{shown}");
                }
                outcome => {
                    assert_eq!(reply.kind(), "application/json", "{shown}: {reply:?}");
                    assert_outcome(&reply.json(), &outcome, &message);
                    if let Error(_, -32700 | -32600) = outcome {
                        assert_eq!(reply.status, 400, "{shown}");
                    }
                }
            }
        }
        assert_eq!(endpoint.names().await.len(), offered().len());
    }
}

/// The headers that a client of `era` sends beside that message.
fn headed(request: RequestBuilder, era: Era, message: &str) -> RequestBuilder {
    let request = request.header("MCP-Protocol-Version", era.version());
    let method = message.split_once(r#""method":""#);
    let Some((_, method)) = method.filter(|_| era == Era::Modern) else {
        return request;
    };
    let method: String = method
        .split('"')
        .next()
        .unwrap()
        .chars()
        .take(100)
        .collect();
    request
        .header("Mcp-Method", method)
        .header("Mcp-Name", "apis_create_api")
}

#[tokio::test]
async fn half_a_character_reaches_unkey_as_the_replacement_character() {
    let cloud = Cloud::start().await;
    let binary = Binary::new(["stdio", &cloud.flag()]).env("UNKEY_ROOT_KEY", KEY);
    let mut session = Stdio::connect(binary, Era::BOTH[0]).await;
    let call = r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"apis_create_api","arguments":{"name":"abc\ud83d"}}}"#;
    session.write(call).await;
    success(&session.answer(7).await);
    assert_eq!(cloud.last().json(), json!({"name": "abc\u{fffd}"}));
}

#[tokio::test]
async fn arguments_that_are_an_empty_array_are_taken_for_none() {
    let mut session = Stdio::connect(Binary::new(["stdio"]), Era::BOTH[0]).await;
    let params = json!({"name": "apis_create_api", "arguments": []});
    let answer = session.request("tools/call", params).await;
    assert!(failure(&answer).contains("`name`: is required"), "{answer}");
}

#[tokio::test]
async fn what_nobody_waits_for_is_passed_over_before_the_handshake_too() {
    for line in [
        r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#,
        r#"{"jsonrpc":"2.0","method":"no/such"}"#,
        r#"{"jsonrpc":"2.0","id":1,"result":{}}"#,
        r#"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}}"#,
        "",
    ] {
        let mut session = Stdio::silent(Binary::new(["stdio"]), Era::BOTH[0]);
        session.write(line).await;
        let answer = session
            .request("initialize", Era::BOTH[0].handshake())
            .await;
        assert!(answer["result"].is_object(), "{line}: {answer}");
        let list = session.request("tools/list", json!({})).await;
        assert!(list["result"]["tools"].is_array(), "{line}: {list}");
    }
}

#[tokio::test]
async fn a_request_before_the_handshake_is_told_what_comes_first() {
    let mut session = Stdio::silent(Binary::new(["stdio"]), Era::BOTH[0]);
    let answer = session.request("tools/list", json!({})).await;
    let (code, message) = refusal(&answer);
    assert_eq!(code, -32602, "{answer}");
    assert!(message.contains("`initialize` first"), "{message}");
    assert!(session.request("ping", json!({})).await["result"].is_object());
    let answer = session.request("initialize", json!({})).await;
    assert!(
        refusal(&answer).1.contains("`clientInfo` is missing"),
        "{answer}"
    );
    let answer = session
        .request("initialize", Era::BOTH[0].handshake())
        .await;
    assert!(answer["result"].is_object(), "{answer}");
    assert!(session.request("tools/list", json!({})).await["result"].is_object());
}

#[tokio::test]
async fn a_second_handshake_is_answered_and_counts() {
    let mut session = Stdio::connect(Binary::new(["stdio"]), Era::BOTH[0]).await;
    // Asked for the newest in a handshake, the server offers the newest that has one.
    let answer = session.request("initialize", Era::Modern.handshake()).await;
    assert_eq!(
        answer["result"]["protocolVersion"], "2025-11-25",
        "{answer}"
    );
    let list = session.request("tools/list", json!({})).await;
    assert_eq!(list["result"].get("resultType"), None, "{list}");
}

#[tokio::test]
async fn an_id_that_is_in_use_is_refused_and_its_first_request_goes_on() {
    let cloud = Cloud::start().await;
    let binary = Binary::new(["stdio", &cloud.flag()]).env("UNKEY_ROOT_KEY", KEY);
    let mut session = Stdio::connect(binary, Era::BOTH[0]).await;
    let params = json!({"name": "apis_create_api", "arguments": {"name": "abc"}});
    let call = Era::BOTH[0].request(7, "tools/call", params).to_string();
    session.write(&format!("{call}\n{call}")).await;
    let (first, second) = (session.next().await, session.next().await);
    assert_eq!((&first["id"], &second["id"]), (&json!(7), &json!(7)));
    assert_eq!(refusal(&first).0, -32600, "{first}");
    success(&second);
    // Once it is answered, the id is free.
    session.write(&call).await;
    success(&session.next().await);
    assert_eq!(cloud.requests(), 2);
}

#[tokio::test]
async fn a_line_that_is_too_long_is_answered_and_the_next_one_is_read() {
    let mut session = Stdio::connect(Binary::new(["stdio"]), Era::BOTH[0]).await;
    for (beginning, id) in [
        ("", json!(null)),
        (r#"{"jsonrpc":"2.0","id":7,"a":""#, json!(7)),
    ] {
        let line = format!("{beginning}{}", "x".repeat(5 << 20));
        session.write(&line).await;
        let answer = session.next().await;
        assert_eq!((refusal(&answer).0, &answer["id"]), (-32600, &id));
        assert!(
            refusal(&answer).1.contains("at most 4194304 bytes"),
            "{answer}"
        );
    }
    assert!(session.request("ping", json!({})).await["result"].is_object());
}
