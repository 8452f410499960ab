use std::sync::Arc;

use serde_json::{Value, json};
use unkey_local::{ManualClock, SeededRandom};

use super::*;
use crate::backend::{Backend, Upstream};
use crate::config::{BackendSettings, EnginePlace};
use crate::root_key::Caller;

const NOW: i64 = 1_800_000_000_000;

struct Desk {
    backend: Backend,
    clock: Arc<ManualClock>,
    confirmation: Confirmation,
    upstream: Upstream,
}

impl Desk {
    fn new(mode: ConfirmMode) -> Self {
        let clock = Arc::new(ManualClock::at(NOW));
        let random = Arc::new(SeededRandom::new(7));
        Self {
            backend: Backend::new(BackendSettings::Local(EnginePlace::Memory)),
            confirmation: Confirmation::new(mode, Arc::clone(&clock) as Arc<dyn Clock>, random),
            clock,
            upstream: Upstream::new(None, None),
        }
    }

    async fn call(&self, tool: &str, body: Value) -> Value {
        let entry = unkey_tools::find(tool).unwrap();
        let call = self
            .backend
            .call(entry, &body, &Caller::Owner, &self.upstream);
        call.await.unwrap()["data"].take()
    }

    async fn api(&self) -> String {
        let made = self
            .call("apis_create_api", json!({"name": "payments"}))
            .await;
        made["apiId"].as_str().unwrap().to_owned()
    }

    /// What comes of a call, as far as confirming goes.
    async fn check(&self, tool: &str, sent: &Value, asked: &Asked) -> Result<(), Unconfirmed> {
        let entry = unkey_tools::find(tool).unwrap();
        let mut arguments = sent.as_object().unwrap().clone();
        let sent = self.confirmation.receive(entry, &mut arguments);
        let body = Value::Object(arguments);
        let Some(pending) = self.confirmation.pending(entry, &body, sent, asked) else {
            return Ok(());
        };
        let lookup = Lookup::new(&self.backend, &Caller::Owner, &self.upstream);
        self.confirmation.settle(pending, &lookup).await
    }

    /// The question that a call leads to.
    async fn question(&self, tool: &str, sent: &Value) -> Ask {
        match self.check(tool, sent, &can()).await {
            Err(Unconfirmed::Ask(ask)) => ask,
            other => panic!("{tool}: {other:?}"),
        }
    }
}

fn can() -> Asked {
    Asked {
        can_be_asked: true,
        reply: None,
    }
}

fn reply(state: &str, answer: Answer) -> Asked {
    let state = state.to_owned();
    Asked {
        can_be_asked: true,
        reply: Some(Reply { state, answer }),
    }
}

fn yes() -> Answer {
    Answer::Form(json!({"confirm": true}).as_object().unwrap().clone())
}

#[tokio::test]
async fn a_yes_counts_once_and_for_this_call_alone() {
    let desk = Desk::new(ConfirmMode::Auto);
    let (one, other) = (desk.api().await, desk.api().await);
    let (one, other) = (json!({"apiId": one}), json!({"apiId": other}));
    let ask = desk.question("apis_delete_api", &one).await;
    assert!(ask.text.contains("\"payments\""), "{}", ask.text);
    assert!(ask.text.contains("It holds 0 keys"), "{}", ask.text);
    assert_eq!(ask.typed, None);

    let answered = reply(&ask.state, yes());
    let foreign = desk.check("apis_delete_api", &other, &answered).await;
    assert_eq!(foreign, Err(Unconfirmed::Foreign));
    assert_eq!(desk.check("apis_delete_api", &one, &answered).await, Ok(()));
    let again = desk.check("apis_delete_api", &one, &answered).await;
    assert_eq!(again, Err(Unconfirmed::Spent));
}

#[tokio::test]
async fn a_yes_counts_for_five_minutes() {
    let desk = Desk::new(ConfirmMode::Auto);
    let api = json!({"apiId": desk.api().await});
    let ask = desk.question("apis_delete_api", &api).await;
    desk.clock.advance(300_001);
    let late = desk
        .check("apis_delete_api", &api, &reply(&ask.state, yes()))
        .await;
    assert_eq!(late, Err(Unconfirmed::Expired));
    let ask = desk.question("apis_delete_api", &api).await;
    desk.clock.advance(300_000);
    let answered = reply(&ask.state, yes());
    assert_eq!(desk.check("apis_delete_api", &api, &answered).await, Ok(()));
}

#[tokio::test]
async fn a_no_within_a_second_is_the_clients_and_a_slower_one_a_persons() {
    let desk = Desk::new(ConfirmMode::Auto);
    let api = json!({"apiId": desk.api().await});
    for (wait, expected) in [(999, Unconfirmed::NotShown), (1000, Unconfirmed::Refused)] {
        let ask = desk.question("apis_delete_api", &api).await;
        desk.clock.advance(wait);
        let no = desk
            .check("apis_delete_api", &api, &reply(&ask.state, Answer::No))
            .await;
        assert_eq!(no, Err(expected.clone()));
        let turned = desk
            .check("apis_delete_api", &api, &reply(&ask.state, yes()))
            .await;
        assert_eq!(turned, Err(Unconfirmed::Spent), "a no cannot become a yes");
    }
}

#[tokio::test]
async fn what_is_no_yes_is_asked_again() {
    let desk = Desk::new(ConfirmMode::Auto);
    let api = json!({"apiId": desk.api().await});
    for form in [
        json!({}),
        json!({"confirm": "true"}),
        json!({"name": "payments"}),
    ] {
        let ask = desk.question("apis_delete_api", &api).await;
        desk.clock.advance(5000);
        let answer = Answer::Form(form.as_object().unwrap().clone());
        let again = desk
            .check("apis_delete_api", &api, &reply(&ask.state, answer))
            .await;
        assert!(
            matches!(again, Err(Unconfirmed::Ask(_))),
            "{form}: {again:?}"
        );
    }
    let ask = desk.question("apis_delete_api", &api).await;
    let answer = Answer::Form(json!({"confirm": false}).as_object().unwrap().clone());
    let no = desk
        .check("apis_delete_api", &api, &reply(&ask.state, answer))
        .await;
    assert_eq!(no, Err(Unconfirmed::Refused));
}

#[tokio::test]
async fn a_target_that_changed_is_asked_about_again() {
    let desk = Desk::new(ConfirmMode::Auto);
    let id = desk.api().await;
    let api = json!({"apiId": id});
    let ask = desk.question("apis_delete_api", &api).await;
    desk.call("keys_create_key", json!({"apiId": id})).await;
    let changed = desk
        .check("apis_delete_api", &api, &reply(&ask.state, yes()))
        .await;
    let Err(Unconfirmed::Ask(again)) = changed else {
        panic!("{changed:?}");
    };
    assert!(again.text.contains("changed since"), "{}", again.text);
    assert!(again.text.contains("It holds 1 key\n"), "{}", again.text);
    let answered = reply(&again.state, yes());
    assert_eq!(desk.check("apis_delete_api", &api, &answered).await, Ok(()));
}

#[tokio::test]
async fn for_what_is_in_use_its_name_has_to_be_typed() {
    let desk = Desk::new(ConfirmMode::Auto);
    let id = desk.api().await;
    let made = json!({"apiId": id, "name": "prod billing", "externalId": "acme"});
    let made = desk.call("keys_create_key", made).await;
    let key = json!({"keyId": made["keyId"]});
    let unused = desk.question("keys_delete_key", &key).await;
    assert_eq!(unused.typed, None, "{}", unused.text);
    desk.call("keys_verify_key", json!({"key": made["key"]}))
        .await;

    // A plain yes was enough for a key that nobody used.
    let again = desk
        .check("keys_delete_key", &key, &reply(&unused.state, yes()))
        .await;
    let Err(Unconfirmed::Ask(ask)) = again else {
        panic!("{again:?}");
    };
    assert_eq!(ask.typed.as_deref(), Some("prod billing"));
    assert!(
        ask.text.contains("1 verification in the last 7 days"),
        "{}",
        ask.text
    );
    assert!(ask.text.contains("\"acme\""), "{}", ask.text);
    for (typed, agreed) in [("prod", false), ("", false), (" prod billing ", true)] {
        let ask = desk.question("keys_delete_key", &key).await;
        let form = json!({"name": typed, "confirm": true});
        let answer = Answer::Form(form.as_object().unwrap().clone());
        let checked = desk
            .check("keys_delete_key", &key, &reply(&ask.state, answer))
            .await;
        assert_eq!(checked.is_ok(), agreed, "{typed}: {checked:?}");
    }
}

#[tokio::test]
async fn who_cannot_be_asked_goes_ahead_or_brings_a_token() {
    let api = json!({"apiId": "api_whatever"});
    for mode in [ConfirmMode::Auto, ConfirmMode::Never] {
        let desk = Desk::new(mode);
        let checked = desk.check("apis_delete_api", &api, &Asked::default()).await;
        assert_eq!(checked, Ok(()), "{mode:?}");
    }
    let desk = Desk::new(ConfirmMode::Always);
    let mut api = json!({"apiId": desk.api().await});
    let first = desk.check("apis_delete_api", &api, &Asked::default()).await;
    let Err(Unconfirmed::Token { token, text, .. }) = first else {
        panic!("{first:?}");
    };
    assert!(text.contains("\"payments\""), "{text}");
    api["confirm"] = "yes".into();
    let made_up = desk.check("apis_delete_api", &api, &Asked::default()).await;
    assert_eq!(made_up, Err(Unconfirmed::Foreign));
    api["confirm"] = token.into();
    let formed = desk.check("apis_delete_api", &api, &can()).await;
    assert!(
        matches!(formed, Err(Unconfirmed::Ask(_))),
        "a token is no form: {formed:?}"
    );
    assert_eq!(
        desk.check("apis_delete_api", &api, &Asked::default()).await,
        Ok(())
    );
    let again = desk.check("apis_delete_api", &api, &Asked::default()).await;
    assert_eq!(again, Err(Unconfirmed::Spent));
}

#[tokio::test]
async fn a_token_is_no_answer_to_a_form_nor_the_other_way_round() {
    let desk = Desk::new(ConfirmMode::Always);
    let mut api = json!({"apiId": desk.api().await});
    let ask = desk.question("apis_delete_api", &api).await;
    api["confirm"] = ask.state.into();
    let checked = desk.check("apis_delete_api", &api, &Asked::default()).await;
    assert_eq!(checked, Err(Unconfirmed::Foreign));
}

#[tokio::test]
async fn what_takes_nothing_away_is_not_asked_about() {
    let desk = Desk::new(ConfirmMode::Auto);
    let made = desk
        .call("keys_create_key", json!({"apiId": desk.api().await}))
        .await;
    let id = &made["keyId"];
    for (tool, sent) in [
        (
            "keys_set_permissions",
            json!({"keyId": id, "permissions": ["docs.read"]}),
        ),
        ("keys_set_roles", json!({"keyId": id, "roles": []})),
        (
            "keys_update_key",
            json!({"keyId": id, "enabled": true, "meta": {"a": 1}}),
        ),
        (
            "keys_update_credits",
            json!({"keyId": id, "operation": "set", "value": 5}),
        ),
    ] {
        assert_eq!(desk.check(tool, &sent, &can()).await, Ok(()), "{tool}");
    }
    let off = json!({"keyId": id, "enabled": false});
    let ask = desk.question("keys_update_key", &off).await;
    assert!(ask.text.contains("switched off"), "{}", ask.text);
}

#[tokio::test]
async fn what_is_not_known_is_said_and_asked_about() {
    let desk = Desk::new(ConfirmMode::Auto);
    for (tool, sent) in [
        ("keys_delete_key", json!({"keyId": "key_nowhere"})),
        (
            "keys_set_roles",
            json!({"keyId": "key_nowhere", "roles": []}),
        ),
        ("permissions_delete_role", json!({"role": "nobody"})),
        ("identities_delete_identity", json!({"identity": "nobody"})),
        (
            "ratelimit_delete_override",
            json!({"namespace": "n", "identifier": "x"}),
        ),
    ] {
        let ask = desk.question(tool, &sent).await;
        let told = ask.text.contains("not known") || ask.text.contains("as far as is known");
        assert!(told, "{tool}: {}", ask.text);
    }
}

#[tokio::test]
async fn a_name_that_nobody_can_type_is_replaced_by_the_id() {
    let desk = Desk::new(ConfirmMode::Auto);
    let id = desk.api().await;
    let name = "a\u{202e}\" (key_2)? Yes.\nIt is unused";
    let made = desk
        .call("keys_create_key", json!({"apiId": id, "name": name}))
        .await;
    desk.call("keys_verify_key", json!({"key": made["key"]}))
        .await;
    let ask = desk
        .question("keys_delete_key", &json!({"keyId": made["keyId"]}))
        .await;
    assert_eq!(ask.typed.as_deref(), made["keyId"].as_str());
    assert!(!ask.text.contains('\u{202e}'), "{}", ask.text);
    assert!(
        ask.text
            .lines()
            .all(|line| !line.starts_with("It is unused")),
        "{}",
        ask.text
    );
}
