//! Each tool that may destroy something, with each kind of client, under each `--confirm`.

use super::client::{Client, ERAS, Person, can_be_asked, message, post, question};
use super::{destructive, discreet, done};
use crate::support::{Era, KEY, Transport, failure, success};

/// Whoever agrees to everything has everything done, once, and is asked exactly once for each.
#[tokio::test]
async fn what_a_person_agrees_to_is_done_once() {
    for (transport, era) in [(Transport::Stdio, ERAS[1].1), (Transport::Http, ERAS[0].1)] {
        for (mode, questions) in [("auto", 1), ("always", 1), ("never", 0)] {
            let cloud = discreet().await;
            let flags = [
                &cloud.flag(),
                "--toolsets=all",
                &format!("--confirm={mode}"),
            ];
            let person = Person::Agrees;
            let mut client = Client::connect(transport, era, person, &flags, Some(KEY)).await;
            for (count, (tool, arguments)) in (1..).zip(destructive()) {
                let (response, asked) = client.call(tool, &arguments).await;
                success(&response);
                assert_eq!(asked, questions, "{tool} {mode}");
                assert_eq!(done(&cloud), count, "{tool} {mode}");
            }
        }
    }
}

#[tokio::test]
async fn nothing_is_done_where_the_client_refuses_by_itself() {
    for (transport, era) in [(Transport::Stdio, ERAS[1].1), (Transport::Http, ERAS[0].1)] {
        for mode in ["auto", "always"] {
            let cloud = discreet().await;
            let flags = [
                &cloud.flag(),
                "--toolsets=all",
                &format!("--confirm={mode}"),
            ];
            let person = Person::IsNotShown;
            let mut client = Client::connect(transport, era, person, &flags, Some(KEY)).await;
            for (tool, arguments) in destructive() {
                let (response, asked) = client.call(tool, &arguments).await;
                let told = failure(&response);
                assert!(told.contains("did not show the question"), "{tool}: {told}");
                assert_eq!(asked, 1, "{tool}");
            }
            assert_eq!(done(&cloud), 0, "{mode}");
        }
    }
}

/// All at once, since each takes as long as a person reads.
#[tokio::test]
async fn nothing_is_done_where_a_person_refuses() {
    for (mode, person) in [("auto", Person::Refuses), ("always", Person::Closes)] {
        let cloud = discreet().await;
        let flags = [
            &cloud.flag(),
            "--toolsets=all",
            &format!("--confirm={mode}"),
        ];
        let client = Client::connect(Transport::Http, Era::Modern, person, &flags, Some(KEY)).await;
        let endpoint = client.as_caller(KEY);
        let calls = destructive().into_iter().map(|(tool, arguments)| {
            let endpoint = endpoint.clone();
            async move {
                let mut params = serde_json::json!({"name": tool, "arguments": arguments});
                let call = message(Era::Modern, person, 1, "tools/call", params.clone());
                let response = post(&endpoint, Era::Modern, &call).await;
                let (state, question) = question(&response).unwrap();
                let answer = person.answer(&question).await;
                params["requestState"] = state.into();
                params["inputResponses"] = serde_json::json!({"confirm": answer});
                let call = message(Era::Modern, person, 2, "tools/call", params);
                let response = post(&endpoint, Era::Modern, &call).await;
                let told = failure(&response);
                assert!(told.contains("said no"), "{tool}: {told}");
                assert!(told.contains("do not try it again"), "{tool}: {told}");
            }
        });
        futures_util::future::join_all(calls).await;
        assert_eq!(done(&cloud), 0, "{mode}");
    }
}

#[tokio::test]
async fn a_person_who_refuses_an_older_client_is_obeyed() {
    let cloud = discreet().await;
    let flags = [cloud.flag()];
    let flags = [flags[0].as_str()];
    for person in [Person::Refuses, Person::Closes] {
        let era = ERAS[1].1;
        let mut client = Client::connect(Transport::Stdio, era, person, &flags, Some(KEY)).await;
        let arguments = serde_json::json!({"keyId": "key_1"});
        let (response, asked) = client.call("keys_delete_key", &arguments).await;
        assert!(failure(&response).contains("said no"), "{response}");
        assert_eq!(asked, 1);
    }
    assert_eq!(done(&cloud), 0);
}

/// What the client's own approval let through goes ahead, without a look at anything; under
/// `always` nothing does without a token.
#[tokio::test]
async fn a_client_that_cannot_ask_goes_ahead_unless_it_must_ask() {
    for transport in Transport::BOTH {
        for (_, era) in ERAS {
            for person in [Person::Absent, Person::Agrees] {
                if can_be_asked(transport, era, person) {
                    continue;
                }
                for mode in ["auto", "always", "never"] {
                    let cloud = discreet().await;
                    let flags = [
                        &cloud.flag(),
                        "--toolsets=all",
                        &format!("--confirm={mode}"),
                    ];
                    let mut client =
                        Client::connect(transport, era, person, &flags, Some(KEY)).await;
                    for (tool, arguments) in destructive() {
                        let (response, _) = client.call(tool, &arguments).await;
                        if mode == "always" {
                            let told = failure(&response);
                            assert!(told.contains("`confirm`: \""), "{tool}: {told}");
                        } else {
                            success(&response);
                        }
                    }
                    let all = if mode == "always" {
                        0
                    } else {
                        destructive().len()
                    };
                    assert_eq!(done(&cloud), all, "{transport:?} {era:?} {mode}");
                    if mode != "always" {
                        assert_eq!(cloud.requests(), all, "looked something up");
                    }
                }
            }
        }
    }
}
