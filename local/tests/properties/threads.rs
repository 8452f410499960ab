//! Credits and limits that several threads use at once.

use std::thread;

use proptest::prelude::*;

use super::config;
use crate::support::*;

const THREADS: usize = 4;

/// Does each list on a thread of its own; returns the sums of what each returned.
fn on_threads(lists: &[Vec<i64>], run: impl Fn(i64) -> i64 + Sync) -> i64 {
    let one = |list: &Vec<i64>| list.iter().map(|item| run(*item)).sum::<i64>();
    thread::scope(|scope| {
        let threads: Vec<_> = lists.iter().map(|list| scope.spawn(|| one(list))).collect();
        let sums = threads.into_iter().map(|thread| thread.join().unwrap());
        sums.sum()
    })
}

fn lists(item: impl Strategy<Value = i64>) -> impl Strategy<Value = Vec<Vec<i64>>> {
    prop::collection::vec(prop::collection::vec(item, 1..25), THREADS)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn credits_are_neither_lost_nor_overdrawn(
        start in 0..60_i64,
        changes in lists(prop_oneof![4 => -4..0_i64, 1 => 1..4_i64]),
    ) {
        let world = World::new();
        let key = world.key(&world.api(), json!({"credits": {"remaining": start}}));
        let change = |amount: i64| {
            if amount > 0 {
                let body = json!({"keyId": key.id, "operation": "increment", "value": amount});
                world.ok("keys.updateCredits", body);
                return amount;
            }
            let body = json!({"key": key.key, "credits": {"cost": -amount}});
            let answer = world.ok("keys.verifyKey", body);
            assert!(answer["credits"].as_i64().unwrap() >= 0, "{answer}");
            if answer["valid"] == true { amount } else { 0 }
        };
        let balance = start + on_threads(&changes, change);
        let shown = world.ok("keys.getKey", json!({"keyId": key.id}));
        prop_assert_eq!(&shown["credits"]["remaining"], balance);
        prop_assert!(balance >= 0);
    }

    #[test]
    fn a_limit_admits_as_much_as_it_says(
        limit in 1..60_i64,
        costs in lists(1..4_i64),
        of_key in any::<bool>(),
    ) {
        let world = World::new();
        let fields = json!({"ratelimits": [
            {"name": "uses", "limit": limit, "duration": DAY, "autoApply": false},
        ]});
        let key = world.key(&world.api(), fields);
        let take = |cost: i64| {
            let passed = if of_key {
                let limits = json!([{"name": "uses", "cost": cost}]);
                world.code(&key.key, json!({"ratelimits": limits})) == "VALID"
            } else {
                let body = json!({"namespace": "space", "identifier": "user", "limit": limit,
                    "duration": DAY, "cost": cost});
                world.ok("ratelimit.limit", body)["success"] == true
            };
            if passed { cost } else { 0 }
        };
        let admitted = on_threads(&costs, take);
        let wanted: i64 = costs.iter().flatten().sum();
        prop_assert!(admitted <= limit, "{} of {}", admitted, limit);
        // What is refused costs at most 3: no more than 2 can be left where anything was.
        prop_assert!(admitted >= wanted.min(limit - 2), "{} of {}", admitted, limit);
    }
}
