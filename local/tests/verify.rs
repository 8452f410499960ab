//! `keys.verifyKey`: every outcome, and the order in which things are looked at.

use crate::support::*;

#[test]
fn a_fresh_key_is_valid() {
    let world = World::new();
    let key = world.key(&world.api(), json!({}));
    let seen = world.verify(&key.key);
    assert_eq!(
        seen,
        json!({"valid": true, "code": "VALID", "keyId": key.id, "enabled": true})
    );
}

#[test]
fn a_spent_key_is_refused() {
    let world = World::new();
    let key = world.key(&world.api(), json!({"credits": {"remaining": 2}}));
    assert_eq!(world.verify(&key.key)["credits"], 1);
    assert_eq!(world.verify(&key.key)["credits"], 0);
    let spent = world.verify(&key.key);
    assert_eq!(
        (&spent["code"], &spent["credits"]),
        (&json!("USAGE_EXCEEDED"), &json!(0))
    );
}
