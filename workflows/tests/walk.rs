//! A walk through keys, where the server is busy, fails, or never comes to an end.

use std::ops::ControlFlow;
use std::time::Duration;

use unkey_workflows::{Api, CallError, Context, Walk, WalkEnd};

use crate::support::Scripted;

async fn walked(server: &Scripted, apis: &[Api], in_order: bool) -> (Vec<String>, WalkEnd) {
    let mut seen = Vec::new();
    let walk = Walk {
        apis,
        in_order,
        ..Walk::default()
    };
    let cx = Context::new(server, server, &|_| {});
    let end = walk
        .run(&cx, &mut |_, key| {
            seen.push(key.key_id.as_str().to_owned());
            ControlFlow::Continue(())
        })
        .await;
    (seen, end)
}

fn busy(wait: Option<u64>) -> CallError {
    let mut error = CallError::of(Some(429), "busy");
    error.retry_after = wait.map(Duration::from_secs);
    error
}

#[tokio::test]
async fn a_busy_server_is_waited_for_as_long_as_it_asks() {
    let server = Scripted::new(|before, _, arguments| match before {
        0 => Err(busy(Some(3))),
        1 => Err(CallError::of(Some(503), "starting")),
        2 => Ok(Scripted::page(&["key_1", "key_2"], Some("key_3"))),
        _ => {
            assert_eq!(arguments["cursor"], "key_3");
            Ok(Scripted::page(&["key_3"], None))
        }
    });
    let (seen, end) = walked(&server, &[Api::of_id("api_1")], false).await;
    assert_eq!(seen, ["key_1", "key_2", "key_3"]);
    assert_eq!((end.keys, end.unread.len()), (3, 0));
    let waited = server.waited.lock().unwrap().clone();
    assert_eq!(waited[0], Duration::from_secs(3));
    assert_eq!(waited.len(), 2);
}

#[tokio::test]
async fn nobody_waits_longer_than_a_client_does() {
    let server = Scripted::new(|_, _, _| Err(busy(Some(3600))));
    let (_, end) = walked(&server, &[Api::of_id("api_1")], false).await;
    assert_eq!(end.unread.len(), 1);
    assert!(server.waited.lock().unwrap().is_empty());

    let server = Scripted::new(|_, _, _| Err(busy(Some(20))));
    walked(&server, &[Api::of_id("api_1")], false).await;
    let waited: Duration = server.waited.lock().unwrap().iter().sum();
    assert_eq!(waited, Duration::from_secs(40));
}

#[tokio::test]
async fn one_api_that_fails_does_not_keep_the_others() {
    let server = Scripted::new(|_, _, arguments| match arguments["apiId"].as_str() {
        Some("api_2") => Err(CallError::of(Some(403), "no")),
        _ => Ok(Scripted::page(&["key_1"], None)),
    });
    let apis: Vec<Api> = (1..=9).map(|n| Api::of_id(format!("api_{n}"))).collect();
    let (seen, end) = walked(&server, &apis, false).await;
    assert_eq!(seen.len(), 8);
    assert_eq!(end.unread[0].0, 1);
}

#[tokio::test]
async fn a_list_that_repeats_a_page_is_left() {
    let server = Scripted::new(|_, _, _| Ok(Scripted::page(&["key_1"], Some("key_1"))));
    let (_, end) = walked(&server, &[Api::of_id("api_1")], true).await;
    assert_eq!(end.unread.len(), 1);
    assert_eq!(server.calls.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn in_order_one_page_comes_after_the_other() {
    let server = Scripted::new(|_, _, arguments| match arguments["apiId"].as_str() {
        Some("api_1") if arguments.get("cursor").is_none() => {
            Ok(Scripted::page(&["key_1"], Some("key_2")))
        }
        Some("api_1") => Ok(Scripted::page(&["key_2"], None)),
        _ => Ok(Scripted::page(&["key_0"], None)),
    });
    let apis = ["api_1", "api_2"].map(Api::of_id);
    let (seen, _) = walked(&server, &apis, true).await;
    assert_eq!(seen, ["key_1", "key_2", "key_0"]);
}
