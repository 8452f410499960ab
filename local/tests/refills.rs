//! Credits that come back at midnight, UTC.

use crate::support::*;

#[test]
fn credits_come_back_at_midnight_once() {
    let world = World::new();
    let refill = json!({"interval": "daily", "amount": 3});
    let key = world.key(
        &world.api(),
        json!({"credits": {"remaining": 1, "refill": refill}}),
    );
    assert_eq!(world.verify(&key.key)["credits"], 0);
    world.clock.advance(12 * HOUR - 1);
    assert_eq!(world.code(&key.key, json!({})), "USAGE_EXCEEDED");
    world.clock.advance(1);
    assert_eq!(world.verify(&key.key)["credits"], 2);
    world.clock.advance(23 * HOUR);
    assert_eq!(world.verify(&key.key)["credits"], 1);
    // A balance above the amount is left alone.
    let body = json!({"keyId": key.id, "operation": "set", "value": 9});
    world.ok("keys.updateCredits", body);
    world.clock.advance(3 * DAY);
    let seen = world.ok("keys.getKey", json!({"keyId": key.id}));
    assert_eq!(seen["credits"]["remaining"], 9);
}

#[test]
fn credits_come_back_once_a_month_on_their_day_or_the_last_one() {
    let world = World::new();
    let api = world.api();
    let monthly = |day: i64| {
        let refill = json!({"interval": "monthly", "amount": 5, "refillDay": day});
        world.key(&api, json!({"credits": {"remaining": 0, "refill": refill}}))
    };
    // The clock starts on the 10th of March.
    let (past, next, last) = (monthly(10), monthly(11), monthly(31));
    let left = |key: &NewKey| {
        let seen = world.ok("keys.getKey", json!({"keyId": key.id}));
        seen["credits"]["remaining"].as_i64().unwrap()
    };
    world.clock.advance(DAY);
    assert_eq!((left(&past), left(&next), left(&last)), (0, 5, 0));
    world.clock.advance(20 * DAY);
    assert_eq!((left(&past), left(&next), left(&last)), (0, 5, 5));
    world.ok(
        "keys.updateCredits",
        json!({"keyId": last.id, "operation": "set", "value": 0}),
    );
    // April has no 31st.
    world.clock.advance(30 * DAY);
    assert_eq!((left(&past), left(&next), left(&last)), (5, 5, 5));
}
