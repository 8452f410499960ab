//! What a caller reads when Unkey, or whatever answers in its place, says no.

use serde_json::json;

use crate::support::{
    Answer, Binary, Cloud, Endpoint, Era, KEY, Server, Session, Transport, UNKNOWN_OUTCOME,
    failure, read, success, write,
};

async fn serve(cloud: &Cloud) -> (Server, Endpoint) {
    let flags = ["serve", &cloud.flag(), "--timeout=1", "--toolsets=all"];
    let server = Binary::new(flags).serve().await;
    let endpoint = server.mcp().with_key();
    (server, endpoint)
}

#[tokio::test]
async fn every_refusal_is_told_whole_with_the_next_step() {
    let cases = [
        (400, "Next: correct the arguments"),
        (401, "Next: the root key is not valid here"),
        (403, "api.*.create_api"),
        (404, "Next: check the id or name"),
        (409, "Next: it exists already"),
        (410, "Next: it was deleted"),
        (412, "Next: bring about"),
        (413, "Next: send less"),
        (422, "Next: ask for less"),
        (429, "Next: wait a minute"),
        (500, UNKNOWN_OUTCOME),
    ];
    for (status, next) in cases {
        let answer = Answer::problem(status, "A Title", "A detail of what happened.");
        let cloud = Cloud::that_answers(answer).await;
        let flag = cloud.flag();
        for transport in Transport::BOTH {
            let mut session = Session::connect(transport, Era::Modern, &[&flag], Some(KEY)).await;
            let response = session
                .call("apis_create_api", json!({"name": "abc"}))
                .await;
            let text = failure(&response);
            let link = format!("https://errors.example/{status}");
            let head = format!("{status} A Title: A detail of what happened.");
            for part in [&head, "req_problem", &link, next] {
                assert!(text.contains(part), "{status}, {part}: {text}");
            }
        }
        assert_eq!(cloud.requests(), 2, "{status}: a write was repeated");
    }
}

#[tokio::test]
async fn a_refusal_that_no_permission_would_change_asks_for_none() {
    for (kind, next) in [
        (
            "authorization/key_disabled",
            "Next: the root key is switched off",
        ),
        (
            "authorization/workspace_disabled",
            "Next: the workspace is switched off",
        ),
        (
            "limits/custom_domain_limit_exceeded",
            "as many custom domains as its plan allows",
        ),
        ("authorization/forbidden", "Next: read the message"),
    ] {
        let error = json!({
            "title": "Forbidden", "detail": "Not now.", "status": 403,
            "type": format!("https://unkey.com/docs/errors/unkey/{kind}"),
        });
        let answer = json!({"meta": {"requestId": "req_1"}, "error": error});
        let cloud = Cloud::that_answers(Answer::json(403, &answer)).await;
        let (_server, endpoint) = serve(&cloud).await;
        let domain = json!({"project": "acme", "app": "site", "environment": "production", "domain": "a.example"});
        let response = endpoint.call("domains_create_domain", domain).await;
        let text = failure(&response);
        assert!(text.contains(next), "{kind}: {text}");
        assert!(!text.contains("create_domain"), "{kind}: {text}");
    }
}

#[tokio::test]
async fn every_field_that_unkey_complains_of_is_named() {
    let answer = Answer::json(
        400,
        &json!({
            "meta": {"requestId": "req_fields"},
            "error": {
                "title": "Bad Request", "detail": "The request is not valid.", "status": 400,
                "type": "https://errors.example/400",
                "errors": [
                    {"location": "body.name", "message": "is too short", "fix": "make it longer"},
                    {"location": "body.meta", "message": "is too wide"},
                ],
            },
        }),
    );
    let cloud = Cloud::that_answers(answer).await;
    let (_server, endpoint) = serve(&cloud).await;
    let response = write(&endpoint).await;
    let text = failure(&response);
    for part in [
        "body.name: is too short",
        "make it longer",
        "body.meta: is too wide",
        "req_fields",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[tokio::test]
async fn a_long_detail_is_not_cut() {
    let detail = "word ".repeat(2_000) + "the end";
    let cloud = Cloud::that_answers(Answer::problem(400, "Bad Request", &detail)).await;
    let (_server, endpoint) = serve(&cloud).await;
    assert!(failure(&write(&endpoint).await).contains(&detail));
}

#[tokio::test]
async fn an_answer_that_is_not_unkeys_is_called_that() {
    let cases = [
        (
            Answer::raw(502, "text/html", "<html>Bad Gateway</html>"),
            "HTTP 502",
            true,
        ),
        (Answer::raw(503, "text/plain", ""), "an empty body", true),
        (
            Answer::raw(200, "text/html", "<html>Welcome</html>"),
            "text/html",
            true,
        ),
        (
            Answer::raw(200, "application/json", ""),
            "an empty body",
            true,
        ),
        (
            Answer::raw(200, "application/json", "[1]"),
            "HTTP 200",
            true,
        ),
        (
            Answer::raw(404, "text/html", "<html>Not Found</html>"),
            "HTTP 404",
            false,
        ),
        (
            Answer::json(400, &json!({"message": "other"})),
            "HTTP 400",
            false,
        ),
        (
            Answer::raw(302, "text/html", "").with_header("Location", "https://evil.example/"),
            "HTTP 302",
            true,
        ),
    ];
    for (answer, expected, unknown) in cases {
        let cloud = Cloud::that_answers(answer.clone()).await;
        let (_server, endpoint) = serve(&cloud).await;
        let response = write(&endpoint).await;
        let text = failure(&response);
        assert!(text.contains(expected), "{answer:?}: {text}");
        assert!(
            text.contains("not an answer of Unkey's API"),
            "{answer:?}: {text}"
        );
        assert!(text.contains("Next: "), "{answer:?}: {text}");
        assert_eq!(
            text.contains(UNKNOWN_OUTCOME),
            unknown,
            "{answer:?}: {text}"
        );
        assert!(!text.contains("<html>"), "{text}");
        assert_eq!(cloud.requests(), 1, "{answer:?}: a write was repeated");
    }
}

#[tokio::test]
async fn a_connection_that_breaks_is_told_and_leaves_a_writes_outcome_open() {
    for answer in [Answer::Reset, Answer::Close, Answer::Cut] {
        let cloud = Cloud::that_answers(answer.clone()).await;
        let (_server, endpoint) = serve(&cloud).await;
        let response = write(&endpoint).await;
        let text = failure(&response);
        assert!(text.contains("broke"), "{answer:?}: {text}");
        assert!(text.contains(UNKNOWN_OUTCOME), "{answer:?}: {text}");
        assert_eq!(cloud.requests(), 1, "{answer:?}: a write was repeated");

        let response = read(&endpoint).await;
        let text = failure(&response);
        assert!(text.contains("broke"), "{answer:?}: {text}");
        assert!(!text.contains("unknown"), "{answer:?}: {text}");
        assert_eq!(cloud.requests(), 1 + 3, "{answer:?}: reads are repeated");
    }
}

#[tokio::test]
async fn a_connection_reset_before_a_byte_was_read_is_an_error_too() {
    let cloud = Cloud::that_resets_unread().await;
    let (_server, endpoint) = serve(&cloud).await;
    assert!(failure(&write(&endpoint).await).contains("Next: "));
    assert!(failure(&read(&endpoint).await).contains("Next: "));
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_it() {
    let huge = Answer::raw(200, "application/json", vec![b' '; 17 << 20]);
    let cloud = Cloud::that_answers(huge).await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    let response = write(&server.mcp().with_key()).await;
    assert!(failure(&response).contains("longer than"), "{response}");
}

#[tokio::test]
async fn a_closed_port_is_told_with_its_address_and_nothing_was_sent() {
    let cloud = Cloud::start().await;
    // A port that was just free is not listened on.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!("http://127.0.0.1:{port}");
    let server = Binary::new(["serve", "--api-url", &url, "--timeout=5"])
        .serve()
        .await;
    for response in [
        write(&server.mcp().with_key()).await,
        read(&server.mcp().with_key()).await,
    ] {
        let text = failure(&response);
        for part in [url.as_str(), "Nothing was sent", "3 attempts", "--api-url"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains(UNKNOWN_OUTCOME), "{text}");
    }
    assert_eq!(cloud.connections(), 0);
}

#[tokio::test]
async fn an_answer_that_never_comes_ends_with_the_time_limit() {
    let cloud = Cloud::that_answers(Answer::Hang).await;
    let (_server, endpoint) = serve(&cloud).await;
    let (write, read) = tokio::join!(write(&endpoint), read(&endpoint));
    for response in [&write, &read] {
        assert!(
            failure(response).contains("did not answer within 1 s"),
            "{response}"
        );
    }
    assert!(failure(&write).contains(UNKNOWN_OUTCOME), "{write}");
    assert!(!failure(&read).contains(UNKNOWN_OUTCOME), "{read}");
    cloud.given_up(2).await;
    assert_eq!(cloud.requests(), 2);
}

/// An address where connections are asked for and never come about: its queue is full.
#[cfg(target_os = "linux")]
async fn jammed() -> (String, Vec<tokio::net::TcpStream>) {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    while let Ok(Ok(stream)) = tokio::time::timeout(
        std::time::Duration::from_millis(100),
        tokio::net::TcpStream::connect(address),
    )
    .await
    {
        queue.push(stream);
    }
    // It listens for as long as the process lives.
    std::mem::forget(listener);
    (format!("http://{address}"), queue)
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_connection_that_never_comes_about_is_told_as_nothing_sent() {
    let (url, _queue) = jammed().await;
    let server = Binary::new(["serve", "--api-url", &url, "--timeout=2"])
        .serve()
        .await;
    let response = write(&server.mcp().with_key()).await;
    let text = failure(&response);
    assert!(text.contains("Nothing was sent"), "{text}");
    assert!(!text.contains(UNKNOWN_OUTCOME), "{text}");
}

#[tokio::test]
async fn every_write_says_how_to_find_out_what_became_of_it() {
    let cloud = Cloud::that_answers(Answer::Close).await;
    let (_server, endpoint) = serve(&cloud).await;
    let writes = unkey_tools::CATALOGUE
        .iter()
        .filter(|entry| !entry.effect.is_read_only());
    for entry in writes {
        let response = endpoint
            .call(entry.name, crate::support::sample(entry.name))
            .await;
        let text = failure(&response);
        assert!(text.contains(UNKNOWN_OUTCOME), "{}: {text}", entry.name);
        assert!(
            text.ends_with(entry.recovery_hint),
            "{}: {text}",
            entry.name
        );
    }
}

#[tokio::test]
async fn after_a_failure_the_next_call_works() {
    let cloud = Cloud::script(|_, before| match before {
        0 => Answer::Reset,
        1 => Answer::raw(502, "text/html", "no"),
        2 => Answer::Cut,
        _ => Answer::data(&json!({"apiId": "api_1"})),
    })
    .await;
    let (_server, endpoint) = serve(&cloud).await;
    for _ in 0..3 {
        failure(&write(&endpoint).await);
    }
    success(&write(&endpoint).await);
}

#[tokio::test]
async fn a_missing_permission_that_looks_like_a_missing_thing_is_named() {
    let create_key = "`api.*.create_key`";
    for (tool, arguments, kind, named, not_named) in [
        (
            "keys_create_key",
            json!({"apiId": "api_12345678"}),
            "api_not_found",
            create_key,
            "encrypt_key",
        ),
        (
            "keys_create_key",
            json!({"apiId": "api_12345678", "recoverable": true}),
            "api_not_found",
            "`api.*.create_key` and `api.*.encrypt_key`",
            "decrypt",
        ),
        (
            "apis_list_keys",
            json!({"apiId": "api_12345678", "decrypt": true}),
            "api_not_found",
            "`api.*.read_key` and `api.*.read_api`",
            "decrypt",
        ),
        (
            "ratelimit_get_override",
            json!({"namespace": "a", "identifier": "b"}),
            "ratelimit_override_not_found",
            "`ratelimit.*.read_override`",
            "set_override",
        ),
        // What says 403 is not suspected of it.
        (
            "ratelimit_get_override",
            json!({"namespace": "a", "identifier": "b"}),
            "ratelimit_namespace_not_found",
            "Next: check the id or name",
            "read_override",
        ),
        (
            "apis_get_api",
            json!({"apiId": "api_12345678"}),
            "api_not_found",
            "check the id",
            "told the same",
        ),
    ] {
        let cloud = Cloud::that_answers(Answer::json(
            404,
            &json!({
                "meta": {"requestId": "req_1"},
                "error": {
                    "title": "Not Found", "detail": "Not there.", "status": 404,
                    "type": format!("https://unkey.com/docs/errors/unkey/data/{kind}"),
                },
            }),
        ))
        .await;
        let (_server, endpoint) = serve(&cloud).await;
        let response = endpoint.call(tool, arguments).await;
        let text = failure(&response);
        assert!(text.contains(named), "{named}: {text}");
        assert!(!text.contains(not_named), "{not_named}: {text}");
    }
}
