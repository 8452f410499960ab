//! What answers in Unkey's place breaks every rule: each time the caller learns the true reason.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{
    Answer, Binary, Cloud, Endpoint, Era, KEY, Server, Session, Transport, UNKNOWN_OUTCOME,
    failure, read, success, write,
};

async fn serve(cloud: &Cloud, timeout: &str) -> (Server, Endpoint) {
    let server = Binary::new(["serve", &cloud.flag(), timeout]).serve().await;
    let endpoint = server.mcp().with_key();
    (server, endpoint)
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_fetched_once_and_told_as_that() {
    let announced = b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n";
    for answer in [
        Answer::raw(200, "application/json", vec![b' '; 17 << 20]),
        Answer::raw(500, "application/json", vec![b' '; 17 << 20]),
        Answer::Bytes(announced),
        Answer::Endless,
    ] {
        let cloud = Cloud::that_answers(answer).await;
        let (_server, endpoint) = serve(&cloud, "--timeout=60").await;
        let response = read(&endpoint).await;
        let text = failure(&response);
        assert!(text.contains("longer than 16777216 bytes"), "{text}");
        assert!(text.contains("Next: ask for less"), "{text}");
        assert!(!text.contains("within"), "{text}");
        assert_eq!(cloud.requests(), 1);
        assert!(failure(&write(&endpoint).await).contains(UNKNOWN_OUTCOME));
        assert_eq!(cloud.requests(), 2);
    }
}

#[tokio::test]
async fn an_answer_that_does_not_end_in_time_is_told_as_one_that_began() {
    let cloud = Cloud::that_answers(Answer::Drip).await;
    let (_server, endpoint) = serve(&cloud, "--timeout=1").await;
    let response = read(&endpoint).await;
    let text = failure(&response);
    assert!(text.contains("began to answer"), "{text}");
    assert!(text.contains("within 1 s"), "{text}");
    assert_eq!(cloud.requests(), 1);
}

#[tokio::test]
async fn an_answer_that_breaks_the_rules_of_http_is_told_with_the_reason() {
    for (bytes, reasons) in [
        (
            &b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n"[..],
            &["broke while the answer came", "chunk"][..],
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}",
            &["broke while the answer came", "end of file"],
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}", &["broke before the answer came"]),
        (b"nonsense\r\n\r\n", &["broke before the answer came"]),
        (b"HTTP/1.1 204 No Content\r\n\r\n", &["HTTP 204 with an empty body"]),
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00",
            &["compressed with gzip"],
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n\"\xff\"",
            &["not UTF-8"],
        ),
        (
            b"HTTP/1.1 308 Permanent Redirect\r\nLocation: https://other.example/v2?token=hush\r\nContent-Length: 0\r\n\r\n",
            &["HTTP 308 with a redirect to https://other.example,", "not followed", "--api-url"],
        ),
    ] {
        let cloud = Cloud::that_answers(Answer::Bytes(bytes)).await;
        let (_server, endpoint) = serve(&cloud, "--timeout=20").await;
        let response = read(&endpoint).await;
        let text = failure(&response);
        for reason in reasons {
            assert!(text.contains(reason), "{reason}: {text}");
        }
        assert!(text.contains("Next: "), "{text}");
        assert!(!text.contains("hush"), "{text}");
    }
}

/// Answers whose status says that the call was carried out, and that are not quite JSON.
const ODD_SUCCESSES: [(&[u8], &str); 9] = [
    (
        br#"{"meta":{"requestId":"req_1"},"data":{"apiId":"x\ud83d"}}"#,
        "x\u{fffd}",
    ),
    (
        b"{\"meta\":{\"requestId\":\"req_1\"},\"data\":{\"apiId\":\"x\xff\"}}",
        "x\u{fffd}",
    ),
    (
        br#"{"meta":{"requestId":"req_1"},"data":{"apiId":1e400}}"#,
        "1e400",
    ),
    (
        br#"{"meta":{"requestId":"req_1"},"data":{"apiId":-1e400}}"#,
        "-1e400",
    ),
    (
        br#"{"meta":{"requestId":"req_1"},"data":{"apiId":NaN}}"#,
        "NaN",
    ),
    (
        b"\xef\xbb\xbf{\"meta\":{\"requestId\":\"req_1\"},\"data\":{\"apiId\":\"x\"}}",
        "x",
    ),
    (
        br#"{"meta":{"requestId":"req_1"},"data":{"apiId":"x"}} and more"#,
        "x",
    ),
    (
        br#"{"meta":{"requestId":"req_1"},"data":{"apiId":"y","apiId":"x"}}"#,
        "x",
    ),
    (
        b"{\"meta\":{\"requestId\":\"req_1\"},\"data\":{\"apiId\":\"x\ny\"}}",
        "x\ny",
    ),
];

#[tokio::test]
async fn a_success_is_told_as_one_however_odd_its_letters_are() {
    for (body, id) in ODD_SUCCESSES {
        for kind in ["application/json", "text/plain"] {
            let cloud = Cloud::that_answers(Answer::raw(200, kind, body)).await;
            let flag = cloud.flag();
            for (transport, era) in Transport::BOTH.into_iter().zip(Era::BOTH) {
                let mut session = Session::connect(transport, era, &[&flag], Some(KEY)).await;
                let body = json!({"name": "abc"});
                let response = session.call("apis_create_api", body).await;
                let told = success(&response);
                assert_eq!(told["data"]["apiId"], id, "{told}");
                assert_eq!(told["meta"]["requestId"], "req_1", "{told}");
            }
            assert_eq!(cloud.requests(), 2);
        }
    }
}

#[tokio::test]
async fn a_success_that_is_nested_too_deeply_is_cut_and_told() {
    for depth in [127, 300, 100_000] {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        let body = format!(
            r#"{{"meta":{{"requestId":"req_1"}},"data":{{"apiId":"x","meta":{open}{close}}}}}"#
        );
        let cloud = Cloud::that_answers(Answer::raw(200, "application/json", body)).await;
        let (_server, endpoint) = serve(&cloud, "--timeout=20").await;
        let response = write(&endpoint).await;
        let told = success(&response);
        assert_eq!(told["data"]["apiId"], "x");
        assert!(told.to_string().contains("nested too deeply"), "{depth}");
    }
}

#[tokio::test]
async fn a_success_that_cannot_be_read_is_told_as_carried_out_and_not_repeated() {
    let whole = br#"{"meta":{"requestId":"req_1"},"data":{"key":"hush"}}"#;
    for answer in [
        Answer::raw(200, "application/json", &whole[..whole.len() - 5]),
        Answer::raw(200, "application/json; charset=utf-8", "{\"meta\": "),
        Answer::raw(201, "application/json", "{'meta': {}}"),
        Answer::raw(200, "application/json", [0x1f, 0x8b, 8, 0, 0, 0])
            .with_header("Content-Encoding", "gzip"),
    ] {
        let cloud = Cloud::that_answers(answer.clone()).await;
        let (_server, endpoint) = serve(&cloud, "--timeout=20").await;
        let response = write(&endpoint).await;
        let text = failure(&response);
        assert!(
            text.contains("HTTP 20") && text.contains("was carried out, but its answer"),
            "{answer:?}: {text}"
        );
        assert!(text.contains("Next: do not call again"), "{text}");
        assert!(!text.contains("hush"), "{text}");
        assert_eq!(cloud.requests(), 1);
    }
}

#[tokio::test]
async fn a_refusal_is_told_in_unkeys_words_however_odd_its_letters_are() {
    let body = br#"{"meta":{"requestId":"req_1"},"error":{"title":"Not Found","detail":"no \ud83d here","status":404,"type":"t"}}"#;
    let cloud = Cloud::that_answers(Answer::raw(404, "application/json", &body[..])).await;
    let (_server, endpoint) = serve(&cloud, "--timeout=20").await;
    let told = write(&endpoint).await;
    let told = failure(&told);
    assert!(told.contains("404 Not Found: no \u{fffd} here"), "{told}");
}

#[tokio::test]
async fn informational_answers_before_the_answer_are_passed_over() {
    let cloud = Cloud::that_answers(Answer::Bytes(
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 47\r\n\r\n{\"meta\": {\"requestId\": \"req_1\"}, \"data\": {}}   ",
    ))
    .await;
    let (_server, endpoint) = serve(&cloud, "--timeout=20").await;
    success(&read(&endpoint).await);
}

#[tokio::test]
async fn no_wish_to_wait_breaks_a_call() {
    for wish in [
        "-1",
        "soon",
        "NaN",
        "1e400",
        "Thu, 01 Jan 1970 00:00:00 GMT",
    ] {
        let cloud = Cloud::script(move |_, before| match before {
            0 => Answer::problem(429, "Too Many Requests", "x").with_header("Retry-After", wish),
            _ => Answer::data(&json!({})),
        })
        .await;
        let (_server, endpoint) = serve(&cloud, "--timeout=20").await;
        // What is no wish is not waited for: the call is tried again as ever.
        success(&read(&endpoint).await);
        assert_eq!(cloud.requests(), 2, "{wish}");
    }
}

#[tokio::test]
async fn a_wish_to_wait_longer_than_any_call_is_told_and_not_tried_again() {
    for wish in [
        "31536000",
        "9223372036854775807",
        "18446744073709551615",
        "Fri, 31 Dec 9999 23:59:59 GMT",
    ] {
        let answer = Answer::problem(429, "Too Many Requests", "x");
        let cloud = Cloud::that_answers(answer.with_header("Retry-After", wish)).await;
        let (_server, endpoint) = serve(&cloud, "--timeout=20").await;
        let told = read(&endpoint).await;
        assert!(failure(&told).contains("wait 2678400 s"), "{wish}: {told}");
        assert_eq!(cloud.requests(), 1, "{wish}");
    }
}

#[tokio::test]
async fn an_error_of_unkeys_is_told_up_to_a_length() {
    let fields: Vec<Value> = (0..5_000)
        .map(|field| json!({"location": format!("body.{field}"), "message": "x".repeat(1_000)}))
        .collect();
    let mut body = json!({"meta": {"requestId": "req_1"}, "error": {
        "title": "Bad Request", "detail": "x".repeat(1 << 20), "status": 400, "type": "t",
    }});
    body["error"]["errors"] = fields.into();
    let cloud = Cloud::that_answers(Answer::json(400, &body)).await;
    let (_server, endpoint) = serve(&cloud, "--timeout=20").await;
    let told = read(&endpoint).await;
    let told = failure(&told);
    assert!(told.contains("- and 4980 more"));
    assert!(told.len() <= 32_000, "{}", told.len());
    for field in ["title", "detail", "type"] {
        body["error"][field] = "é".repeat(1 << 20).into();
    }
    let cloud = Cloud::that_answers(Answer::json(400, &body)).await;
    let (_server, endpoint) = serve(&cloud, "--max-answer=500").await;
    let told = read(&endpoint).await;
    let told = failure(&told);
    assert!(told.len() <= 2_000, "{}", told.len());
    assert!(told.contains("--max-answer"), "{told}");
    assert!(told.contains("\nNext: "), "{told}");
}

#[tokio::test]
async fn a_wish_to_wait_until_a_date_is_honoured() {
    let answer = Answer::problem(429, "Too Many Requests", "x")
        .with_header("Date", "Tue, 14 Nov 2023 22:13:20 GMT")
        .with_header("Retry-After", "Tue, 14 Nov 2023 22:13:21 GMT");
    let cloud = Cloud::script(move |_, before| match before {
        0 => answer.clone(),
        _ => Answer::data(&json!({})),
    })
    .await;
    let (_server, endpoint) = serve(&cloud, "--timeout=20").await;
    let start = Instant::now();
    success(&read(&endpoint).await);
    assert!(
        start.elapsed() >= Duration::from_secs(1),
        "{:?}",
        start.elapsed()
    );
}
