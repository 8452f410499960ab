//! The form of requests: what is refused before anyone asks who calls.

use crate::support::*;

const INVALID: &str = "unkey/application/invalid_input";

fn raw(world: &World, endpoint: &str, body: &[u8]) -> Reply {
    let mut request = world.request(endpoint, &json!(null));
    request.body = body.to_vec();
    world.send(request)
}

#[test]
fn a_path_that_names_no_operation_is_not_found() {
    let world = World::new();
    assert_eq!(world.call("keys.makeKey", json!({})).status, 404);
}

#[test]
fn deployments_are_not_offered_and_the_answer_says_so() {
    let world = World::new();
    assert!(!unkey_local::supports("deploy.createDeployment"));
    let reply = world.call("deploy.createDeployment", json!({}));
    assert_eq!(reply.status, 412);
    assert!(text(&reply.body["error"]["detail"]).contains("no deployments"));
}

#[test]
fn liveness_asks_nobody_for_anything() {
    let world = World::new();
    let mut request = world.request("liveness", &json!(null));
    request.authorization = None;
    request.content_type = None;
    let reply = world.send(request);
    assert_eq!(reply.status, 200);
    assert_eq!(reply.body["data"], json!({"message": "we're cooking"}));
}

#[test]
fn a_body_that_is_no_json_is_refused_with_the_place() {
    let world = World::new();
    for (body, complaint) in [
        ("{", "EOF while parsing an object at line 1 column 1"),
        ("{}x", "trailing characters at line 1 column 3"),
        (
            r#"{"name": 1e400}"#,
            "number out of range at line 1 column 14",
        ),
    ] {
        let reply = raw(&world, "apis.createApi", body.as_bytes());
        let detail = "POST request body for '/v2/apis.createApi' failed to validate schema";
        reply.is(400, INVALID, detail);
        assert_eq!(
            reply.body["error"]["errors"],
            json!([{
                "location": "requestBody",
                "message": format!("The request body cannot be decoded: {complaint}"),
                "fix": "Ensure that the object being submitted, matches the schema correctly",
            }])
        );
    }
}

#[test]
fn a_validation_error_is_marked_so_and_others_are_not() {
    let world = World::new();
    let answer = |endpoint: &str, body: Value| world.engine.ask(world.request(endpoint, &body));
    assert!(answer("apis.createApi", json!({})).validation);
    assert!(!answer("apis.getApi", json!({"apiId": "api_nothing12"})).validation);
    assert!(!answer("apis.createApi", json!({"name": "abc"})).validation);
}

#[test]
fn integers_are_written_as_integers() {
    let world = World::new();
    for number in ["60000.0", "6e4", "9223372036854775808"] {
        let body = format!(
            r#"{{"apiId":"{}","credits":{{"remaining":{number}}}}}"#,
            world.api()
        );
        let reply = raw(&world, "keys.createKey", body.as_bytes());
        let detail = "The request body is invalid. The request body was not valid JSON.";
        reply.is(400, INVALID, detail);
        assert_eq!(reply.body["error"]["errors"], json!([]));
    }
}

#[test]
fn a_zero_with_a_minus_is_a_zero_and_one_with_a_fraction_is_no_integer() {
    let world = World::new();
    let api = world.api();
    let body = |number: &str| {
        format!(r#"{{"apiId":"{api}","credits":{{"remaining":{number}}}}}"#).into_bytes()
    };
    let made = raw(&world, "keys.createKey", &body("-0"));
    let shown = world.ok("keys.getKey", json!({"keyId": made.body["data"]["keyId"]}));
    assert_eq!(shown["credits"]["remaining"], 0);
    for number in ["0.0", "-0.0", "-0e1", "-1e-400"] {
        let refused = raw(&world, "keys.createKey", &body(number));
        assert_eq!(refused.status, 400, "{number}");
    }
    // Beside metadata all of them are numbers.
    let body = format!(r#"{{"apiId":"{api}","meta":{{"a":-0.0,"b":-1e-400}}}}"#);
    assert_eq!(raw(&world, "keys.createKey", body.as_bytes()).status, 200);
}

#[test]
fn large_numbers_of_metadata_come_back_as_they_were_sent() {
    let world = World::new();
    let api = world.api();
    let meta = r#"{"a":12345678901234567000,"b":100000000000000000000,"c":-0.5}"#;
    let body = format!(r#"{{"apiId":"{api}","meta":{meta}}}"#);
    let made = raw(&world, "keys.createKey", body.as_bytes());
    let body = json!({"keyId": made.body["data"]["keyId"]});
    for _ in 0..2 {
        let answer = world.engine.ask(world.request("keys.getKey", &body));
        let answer = String::from_utf8(answer.body).unwrap();
        assert!(answer.contains(meta), "{answer}");
    }
}

#[test]
fn every_field_that_is_wrong_is_named() {
    let world = World::new();
    let limit = json!({"namespace": "", "identifier": "x", "limit": 0, "duration": 999, "foo": 1});
    let reply = world.call("ratelimit.limit", limit);
    let errors = reply.body["error"]["errors"].as_array().unwrap();
    let shown: Vec<String> = errors
        .iter()
        .map(|error| format!("{} @ {}", text(&error["message"]), text(&error["location"])))
        .collect();
    assert_eq!(
        shown,
        [
            "minLength: got 0, want 1 @ /properties/namespace/minLength",
            "minimum: got 0, want 1 @ /properties/limit/minimum",
            "minimum: got 999, want 1000 @ /properties/duration/minimum",
            "additional properties 'foo' not allowed @ /additionalProperties",
        ]
    );
}

#[test]
fn the_limits_of_a_key_take_fields_that_nobody_knows() {
    let world = World::new();
    let api = world.api();
    let limit = json!({"name": "abc", "limit": 1, "duration": 1_000, "autoApply": true, "x": 1});
    world.key(&api, json!({"ratelimits": [limit]}));
    let credits = json!({"remaining": 1, "x": 1});
    let reply = world.call("keys.createKey", json!({"apiId": api, "credits": credits}));
    assert_eq!(
        reply.body["error"]["errors"][0]["location"],
        "/properties/credits/additionalProperties"
    );
}

#[test]
fn half_an_emoji_and_bytes_that_are_no_text_are_unknown_letters() {
    let world = World::new();
    let api = world.api();
    for name in [&b"x\\ud83d"[..], b"x\xff"] {
        let body = [
            br#"{"apiId":""#,
            api.as_bytes(),
            br#"","name":""#,
            name,
            br#""}"#,
        ]
        .concat();
        let reply = raw(&world, "keys.createKey", &body);
        assert_eq!(reply.status, 200, "{}", reply.body);
        let shown = world.ok("keys.getKey", json!({"keyId": reply.body["data"]["keyId"]}));
        assert_eq!(shown["name"], "x\u{fffd}");
    }
}

#[test]
fn metadata_may_be_nested_deeply() {
    let world = World::new();
    let api = world.api();
    for depth in [127, 400] {
        let meta = format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
        let body = format!(r#"{{"apiId":"{api}","meta":{meta}}}"#);
        let reply = raw(&world, "keys.createKey", body.as_bytes());
        assert_eq!(reply.status, 200, "{}", reply.body);
        let body = json!({"keyId": reply.body["data"]["keyId"]});
        let answer = world.engine.ask(world.request("keys.getKey", &body));
        let answer = unkey_local::read_json(&answer.body).unwrap();
        assert_eq!(answer["data"]["meta"].to_string(), meta);
        let key = reply.body["data"]["key"].clone();
        let answer = world
            .engine
            .ask(world.request("keys.verifyKey", &json!({"key": key})));
        let answer = unkey_local::read_json(&answer.body).unwrap();
        assert_eq!(answer["data"]["meta"].to_string(), meta);
    }
}
