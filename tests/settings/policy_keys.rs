//! Rules on what keys must have: each is refused before anything leaves, on both backends.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::policy::{Try, under};

const DAY: i64 = 86_400_000;

/// A time so many days from now, in Unix milliseconds.
fn in_days(days: i64) -> i64 {
    Timestamp::now().as_millisecond() + days * DAY
}

fn create(more: &Value) -> Value {
    let mut arguments = json!({"apiId": "api_12345678"});
    for (name, value) in more.as_object().unwrap() {
        arguments[name] = value.clone();
    }
    arguments
}

fn update(more: &Value) -> Value {
    let mut arguments = json!({"keyId": "key_1"});
    for (name, value) in more.as_object().unwrap() {
        arguments[name] = value.clone();
    }
    arguments
}

fn import(key: &Value) -> Value {
    let mut keys = json!({"hash": "aGFzaA=="});
    for (name, value) in key.as_object().unwrap() {
        keys[name] = value.clone();
    }
    json!({"migrationId": "mig_1", "apiId": "api_12345678", "keys": [{"hash": "b3RoZXI=", "expires": in_days(1), "externalId": "a", "meta": {"team": "a"}, "credits": {"remaining": 1}}, keys]})
}

#[tokio::test]
async fn a_key_must_stop_working_within_so_many_days() {
    under(
        "max-expiry-days = 30",
        &[
            Try("keys_create_key", create(&json!({})), false),
            Try(
                "keys_create_key",
                create(&json!({"expires": in_days(31)})),
                false,
            ),
            Try("keys_create_key", create(&json!({"expires": 0})), false),
            Try(
                "keys_create_key",
                create(&json!({"expires": in_days(29)})),
                true,
            ),
            Try(
                "keys_update_key",
                update(&json!({"clear": ["expires"]})),
                false,
            ),
            Try("keys_update_key", update(&json!({"expires": null})), false),
            Try(
                "keys_update_key",
                update(&json!({"expires": in_days(31)})),
                false,
            ),
            Try(
                "keys_update_key",
                update(&json!({"expires": in_days(29)})),
                true,
            ),
            Try("keys_update_key", update(&json!({"name": "x"})), true),
            Try("keys_migrate_keys", import(&json!({})), false),
            Try(
                "keys_migrate_keys",
                import(&json!({"expires": in_days(31)})),
                false,
            ),
            Try(
                "keys_migrate_keys",
                import(&json!({"expires": in_days(29)})),
                true,
            ),
            Try(
                "keys_reroll_key",
                update(&json!({"expiration": 31 * DAY})),
                false,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_key_must_have_an_owner_and_keep_one() {
    under(
        "require-owner = true",
        &[
            Try("keys_create_key", create(&json!({})), false),
            Try(
                "keys_create_key",
                create(&json!({"externalId": "ada"})),
                true,
            ),
            Try(
                "keys_update_key",
                update(&json!({"clear": ["externalId"]})),
                false,
            ),
            Try(
                "keys_update_key",
                update(&json!({"externalId": "eve"})),
                true,
            ),
            Try("keys_update_key", update(&json!({"enabled": false})), true),
            Try("keys_migrate_keys", import(&json!({})), false),
            Try(
                "keys_migrate_keys",
                import(&json!({"externalId": " "})),
                false,
            ),
            Try(
                "keys_migrate_keys",
                import(&json!({"externalId": "ada"})),
                true,
            ),
            Try(
                "identities_delete_identity",
                json!({"identity": "ada"}),
                false,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_key_must_have_certain_metadata_and_keep_them() {
    under(
        "require-meta = [\"team\"]",
        &[
            Try("keys_create_key", create(&json!({})), false),
            Try(
                "keys_create_key",
                create(&json!({"meta": {"plan": "pro"}})),
                false,
            ),
            Try(
                "keys_create_key",
                create(&json!({"meta": {"team": null}})),
                false,
            ),
            Try(
                "keys_create_key",
                create(&json!({"meta": {"team": ""}})),
                false,
            ),
            Try(
                "keys_create_key",
                create(&json!({"meta": {"team": "a"}})),
                true,
            ),
            Try(
                "keys_update_key",
                update(&json!({"clear": ["meta"]})),
                false,
            ),
            Try("keys_update_key", update(&json!({"meta": {}})), false),
            Try(
                "keys_update_key",
                update(&json!({"meta": {"team": "b", "x": 1}})),
                true,
            ),
            Try("keys_update_key", update(&json!({"name": "x"})), true),
            Try("keys_migrate_keys", import(&json!({})), false),
            Try(
                "keys_migrate_keys",
                import(&json!({"meta": {"team": "a"}})),
                true,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_key_has_no_more_than_so_many_credits() {
    let refill = |amount: i64| json!({"interval": "daily", "amount": amount});
    let change = |operation: &str, value: Value| json!({"keyId": "key_1", "operation": operation, "value": value});
    under(
        "max-credits = 100",
        &[
            Try("keys_create_key", create(&json!({})), false),
            Try(
                "keys_create_key",
                create(&json!({"credits": {"remaining": null}})),
                false,
            ),
            Try(
                "keys_create_key",
                create(&json!({"credits": {"remaining": 101}})),
                false,
            ),
            Try(
                "keys_create_key",
                create(&json!({"credits": {"remaining": 1, "refill": refill(101)}})),
                false,
            ),
            Try(
                "keys_create_key",
                create(&json!({"credits": {"remaining": 100, "refill": refill(100)}})),
                true,
            ),
            Try(
                "keys_update_key",
                update(&json!({"clear": ["credits"]})),
                false,
            ),
            Try(
                "keys_update_key",
                update(&json!({"clear": ["credits.remaining"]})),
                false,
            ),
            Try(
                "keys_update_key",
                update(&json!({"credits": {"remaining": 101}})),
                false,
            ),
            Try(
                "keys_update_key",
                update(&json!({"credits": {"refill": refill(101)}})),
                false,
            ),
            Try(
                "keys_update_key",
                update(&json!({"credits": {"remaining": 100}})),
                true,
            ),
            Try(
                "keys_update_key",
                update(&json!({"clear": ["credits.refill"]})),
                true,
            ),
            Try("keys_update_credits", change("set", json!(101)), false),
            Try("keys_update_credits", change("set", json!(null)), false),
            Try(
                "keys_update_credits",
                json!({"keyId": "key_1", "operation": "set"}),
                false,
            ),
            Try(
                "keys_update_credits",
                change("increment", json!(101)),
                false,
            ),
            Try("keys_update_credits", change("set", json!(100)), true),
            Try("keys_update_credits", change("decrement", json!(101)), true),
            Try("keys_migrate_keys", import(&json!({})), false),
            Try(
                "keys_migrate_keys",
                import(&json!({"credits": {"remaining": 101}})),
                false,
            ),
            Try(
                "keys_migrate_keys",
                import(&json!({"credits": {"remaining": 100}})),
                true,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn no_permission_with_a_star_is_given() {
    let wild = || json!(["a.read", "b.*"]);
    under(
        "deny-wildcard-permissions = true",
        &[
            Try(
                "keys_create_key",
                create(&json!({"permissions": wild()})),
                false,
            ),
            Try(
                "keys_create_key",
                create(&json!({"permissions": "[\"*\"]"})),
                false,
            ),
            Try(
                "keys_update_key",
                update(&json!({"permissions": wild()})),
                false,
            ),
            Try(
                "keys_migrate_keys",
                import(&json!({"permissions": wild()})),
                false,
            ),
            Try(
                "keys_add_permissions",
                update(&json!({"permissions": wild()})),
                false,
            ),
            Try(
                "keys_set_permissions",
                update(&json!({"permissions": wild()})),
                false,
            ),
            Try(
                "permissions_create_role",
                json!({"name": "r", "permissions": wild()}),
                false,
            ),
            Try(
                "permissions_set_role_permissions",
                json!({"roleId": "role_1", "permissions": wild()}),
                false,
            ),
            Try(
                "permissions_create_permission",
                json!({"name": "All", "slug": "b.*"}),
                false,
            ),
            Try(
                "keys_remove_permissions",
                update(&json!({"permissions": wild()})),
                true,
            ),
            Try(
                "keys_add_permissions",
                update(&json!({"permissions": ["a.read"]})),
                true,
            ),
            Try(
                "permissions_create_permission",
                json!({"name": "*", "slug": "b.read"}),
                true,
            ),
        ],
    )
    .await;
}
