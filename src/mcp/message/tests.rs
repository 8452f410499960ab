use rmcp::model::ClientJsonRpcMessage;
use serde_json::{Value, json};

use super::*;

/// The error that a text is refused with: its id as it is written, and its code.
fn refused(text: &[u8]) -> (String, i32) {
    match parse(text) {
        Incoming::Refused(refusal) => {
            let answer = refusal.to_json();
            let id = answer.split_once(r#""id":"#).unwrap().1;
            let id = id.split_once(r#","error""#).unwrap().0;
            (id.to_owned(), refusal.code.0)
        }
        other => panic!("not refused: {other:?}"),
    }
}

/// The request that a text is taken for.
fn request(text: &[u8]) -> Value {
    match parse(text) {
        Incoming::Request(message) => message.into_value(),
        other => panic!("no request: {other:?}"),
    }
}

fn list(params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{params}}}"#)
}

#[test]
fn what_cannot_be_read_is_answered_with_its_id_where_one_can_be_made_out() {
    let deep = "[".repeat(200) + &"]".repeat(200);
    let cases = [
        (list("{\"n\":1e400}"), "7"),
        (list(&deep), "7"),
        (list("{\"a\":\"never ends"), "7"),
        (list("{\"a\":\"a\u{1}b\"}"), "7"),
        (list("{a:1}"), "7"),
        (list("{}") + "{}", "7"),
        (r#"{"method":tools list,"id":"x y"}"#.to_owned(), r#""x y""#),
        (r#"{"params":[{"id":1}],"id":8,"#.to_owned(), "8"),
        (r#"{"jsonrpc":"2.0","id":12"#.to_owned(), "null"),
        (r#"{"id":1,"a":1e400,"id":2}"#.to_owned(), "null"),
        (r#"{"params":{"id":1},"method":"#.to_owned(), "null"),
        (r#"{"id":1e400,"method":"ping"}"#.to_owned(), "null"),
        ("{'id': 1}".to_owned(), "null"),
        ("nonsense".to_owned(), "null"),
        ("\0".to_owned(), "null"),
        ("{".to_owned(), "null"),
    ];
    for (text, id) in cases {
        assert_eq!(refused(text.as_bytes()), (id.to_owned(), -32700), "{text}");
    }
    let latin = b"{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"M\xFCller\"}";
    assert_eq!(refused(latin), ("7".to_owned(), -32700));
}

#[test]
fn what_is_no_request_is_answered_with_its_id_as_it_was_sent() {
    let long = "x".repeat(2000);
    let quoted = format!("\"{long}\"");
    let long_id = format!(r#"{{"jsonrpc":"2.0","id":"{long}","method":"ping"}}"#);
    let cases = [
        ("[]", "null"),
        (r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, "null"),
        ("42", "null"),
        ("\"text\"", "null"),
        ("null", "null"),
        ("true", "null"),
        (r#"{"jsonrpc":"2.0"}"#, "null"),
        (r#"{"id":1}"#, "1"),
        (r#"{"id":1,"method":"ping"}"#, "1"),
        (r#"{"method":"ping"}"#, "null"),
        (r#"{"jsonrpc":"1.0","id":"a","method":"ping"}"#, "\"a\""),
        (r#"{"jsonrpc":2,"id":1,"method":"ping"}"#, "1"),
        (r#"{"jsonrpc":"2.0","id":1,"method":3}"#, "1"),
        (r#"{"jsonrpc":"2.0","id":1,"method":null}"#, "1"),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}"#,
            "1",
        ),
        (
            r#"{"jsonrpc":"2.0","id":9223372036854775808,"method":"ping"}"#,
            "9223372036854775808",
        ),
        (
            r#"{"jsonrpc":"2.0","id":123456789012345678901234567890,"method":"ping"}"#,
            "123456789012345678901234567890",
        ),
        (r#"{"jsonrpc":"2.0","id":1.50,"method":"ping"}"#, "1.50"),
        (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, "null"),
        (r#"{"jsonrpc":"2.0","id":true,"method":"ping"}"#, "null"),
        (r#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, "null"),
        (r#"{"jsonrpc":"2.0","id":[1],"method":"ping"}"#, "null"),
        (r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#, "null"),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"ping","method":"x"}"#,
            "1",
        ),
        (
            r#"{"method":"ping","method":"x","id":1,"id":1,"params":1,"params":2}"#,
            "null",
        ),
        (&long_id, &quoted),
    ];
    for (text, id) in cases {
        assert_eq!(refused(text.as_bytes()), (id.to_owned(), -32600), "{text}");
    }
}

#[test]
fn an_id_too_long_to_be_an_id_is_not_sent_back() {
    let long = "x".repeat(100_000);
    for text in [
        format!(r#"{{"jsonrpc":"2.0","id":"{long}","method":"ping"}}"#),
        format!(r#"{{"jsonrpc":"2.0","id":"{long}","method":"#),
    ] {
        assert_eq!(refused(text.as_bytes()).0, "null");
    }
}

#[test]
fn what_is_found_good_is_taken_by_the_sdk() {
    for text in [
        list("{}"),
        list("[]"),
        list("{\"cursor\":\"\"}"),
        list("{\"_meta\":[]}").replace("tools/list", "tools/call"),
        list("{\"name\":5,\"arguments\":[1]}").replace("tools/list", "tools/call"),
        list("{\"level\":[]}").replace("tools/list", "logging/setLevel"),
        list("null").replace('7', "1.0"),
    ] {
        let taken = serde_json::from_value::<ClientJsonRpcMessage>(request(text.as_bytes()));
        assert!(taken.is_ok(), "{text}: {taken:?}");
    }
}

#[test]
fn parameters_that_are_no_object_are_a_mistake_of_the_parameters() {
    for params in [
        "\"x\"",
        "[1]",
        "7",
        "true",
        "{\"_meta\":1}",
        "{\"_meta\":[1]}",
    ] {
        let text = list(params);
        assert_eq!(refused(text.as_bytes()), ("7".to_owned(), -32602), "{text}");
    }
}

#[test]
fn an_empty_array_for_an_empty_object_is_taken_for_one() {
    for (sent, taken) in [
        ("[]", json!({})),
        ("{\"_meta\":[]}", json!({"_meta": {}})),
        ("{\"arguments\":[]}", json!({"arguments": {}})),
        ("{\"arguments\":null,\"_meta\":null}", json!({})),
        ("{\"arguments\":[1]}", json!({"arguments": [1]})),
        ("{\"arguments\":\"{}\"}", json!({"arguments": "{}"})),
        (
            r#"{"_meta":{"io.modelcontextprotocol/clientCapabilities":{"elicitation":{"form":[]}}}}"#,
            json!({"_meta": {"io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}}}}),
        ),
    ] {
        assert_eq!(request(list(sent).as_bytes())["params"], taken, "{sent}");
    }
    assert_eq!(request(list("null").as_bytes()).get("params"), None);
}

#[test]
fn half_a_character_is_taken_for_the_replacement_character() {
    for (sent, taken) in [
        (r"x\ud83d", "x\u{fffd}"),
        (r"\uDE00x", "\u{fffd}x"),
        (r"\ud83d\ude00", "\u{1f600}"),
        (r"\ud83d\ud83d\ude00", "\u{fffd}\u{1f600}"),
        (r"\ud83d\n\\ud83d", "\u{fffd}\n\\ud83d"),
    ] {
        let text = list(&format!("{{\"a\":\"{sent}\\ud800\"}}"));
        let params = &request(text.as_bytes())["params"];
        assert_eq!(params["a"], format!("{taken}\u{fffd}"), "{sent}");
    }
}

#[test]
fn a_whole_number_is_an_id_however_it_is_written() {
    for id in ["1.0", "1e2", "-0", "-5", "9223372036854775807", "\"\""] {
        let text = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#);
        request(text.as_bytes());
    }
}

#[test]
fn what_nobody_waits_for_is_never_refused() {
    for text in [
        r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
        r#"{"jsonrpc":"2.0","method":"tools/list","params":"x"}"#,
        r#"{"jsonrpc":"2.0","method":"initialize"}"#,
    ] {
        let incoming = parse(text.as_bytes());
        assert!(matches!(incoming, Incoming::Notification(_)), "{text}");
    }
    for text in [
        r#"{"jsonrpc":"2.0","id":1,"result":{}}"#,
        r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"x"}}"#,
        r#"{"result":1,"result":2}"#,
    ] {
        let incoming = parse(text.as_bytes());
        assert!(matches!(incoming, Incoming::Response(_)), "{text}");
    }
    for text in ["", "  ", "\u{feff}", "\r"] {
        let incoming = parse(text.as_bytes());
        assert!(matches!(incoming, Incoming::Blank), "{text:?}");
    }
}

#[test]
fn a_byte_order_mark_and_white_space_around_a_message_do_no_harm() {
    let text = format!("\u{feff} \t{}\r", list("{}"));
    request(text.as_bytes());
}

#[test]
fn a_handshake_that_is_not_right_is_told_all_that_is_wrong_with_it() {
    let told = |params: Value| {
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params});
        match parse(message.to_string().as_bytes()) {
            Incoming::Refused(refusal) => refusal.to_json(),
            other => panic!("not refused: {other:?}"),
        }
    };
    let client = json!({"name": "a", "version": "1"});
    for (params, parts) in [
        (
            json!(null),
            &["`protocolVersion` is missing", "`clientInfo` is missing"][..],
        ),
        (
            json!({"protocolVersion": 1, "clientInfo": client}),
            &["got a number"],
        ),
        (
            json!({"protocolVersion": "2025-11-25", "clientInfo": {"name": "a"}}),
            &["`clientInfo`: missing field `version`"],
        ),
        (
            json!({"protocolVersion": "2025-11-25", "clientInfo": []}),
            &["`clientInfo` is empty"],
        ),
        (
            json!({"protocolVersion": "2025-11-25", "clientInfo": client, "capabilities": "all"}),
            &["`capabilities` must be an object, got text"],
        ),
        (
            json!({"protocolVersion": "2025-11-25", "clientInfo": client,
                   "capabilities": {"roots": {"listChanged": "y".repeat(100_000)}}}),
            &["`capabilities`: invalid type", "yyy…"],
        ),
        (
            json!({"protocolVersion": "2025-11-25", "clientInfo": client,
                   "capabilities": {"roots": {}, "sampling": true}}),
            &["boolean `true`, expected an object in `sampling`"],
        ),
        (
            json!({"protocolVersion": "2025-11-25", "clientInfo": {"name": 5, "version": "1"}}),
            &["integer `5`, expected a string in `name`"],
        ),
    ] {
        let answer = told(params.clone());
        assert!(answer.len() < 1000, "{}", answer.len());
        assert!(answer.contains("-32602"), "{answer}");
        assert!(
            !answer.contains("struct ") && !answer.contains("enum "),
            "{answer}"
        );
        for part in parts {
            assert!(answer.contains(part), "{params}, {part}: {answer}");
        }
    }
}

#[test]
fn a_handshake_whose_meaning_is_plain_is_understood() {
    for capabilities in [
        json!([]),
        json!(null),
        json!({"roots": [], "elicitation": {"form": []}}),
    ] {
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-11-25",
            "capabilities": capabilities,
            "clientInfo": {"name": "a", "version": "1"},
        }});
        let taken = request(message.to_string().as_bytes());
        assert!(taken["params"]["capabilities"].is_object(), "{taken}");
    }
}

#[test]
fn what_a_client_without_a_handshake_cannot_ask_for_is_no_method() {
    for method in ["initialize", "ping", "logging/setLevel"] {
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": {
            "_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}
        }});
        let answer = refused(message.to_string().as_bytes());
        assert_eq!(answer, ("1".to_owned(), -32601), "{method}");
    }
}

#[test]
fn a_name_longer_than_any_real_one_is_cut() {
    let long = "é".repeat(100_000);
    let message =
        json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": long}});
    let taken = request(message.to_string().as_bytes());
    let name = taken["params"]["name"].as_str().unwrap();
    assert!(name.chars().count() < 1100, "{name}");
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": long});
    match parse(message.to_string().as_bytes()) {
        Incoming::Refused(refusal) => {
            assert_eq!(refusal.code.0, -32601);
            assert!(refusal.to_json().len() < 300);
        }
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn a_message_that_is_too_long_is_answered_with_the_id_it_begins_with() {
    let answer = too_long(br#"{"id":5,"jsonrpc":"2.0","params":{"a":"xxx"#, 4096).to_json();
    assert!(
        answer.starts_with(r#"{"jsonrpc":"2.0","id":5,"#),
        "{answer}"
    );
    assert!(answer.contains("4096 bytes"), "{answer}");
}

#[test]
fn a_message_of_too_many_values_is_refused_before_it_is_read() {
    let many = list(&format!("[{}0]", "0,".repeat(MAX_VALUES)));
    let expected = ("7".to_owned(), ErrorCode::INVALID_REQUEST.0);
    assert_eq!(refused(many.as_bytes()), expected);
    let text = list(&format!("{{\"text\":\"\\\"{}\"}}", "0,".repeat(MAX_VALUES)));
    request(text.as_bytes());
}
