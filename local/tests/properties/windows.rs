//! Windows admit what their limit allows, and no more: against an account of every admission.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::config;
use crate::support::*;

const DURATIONS: [i64; 3] = [SECOND, 10 * SECOND, MINUTE];

#[derive(Clone, Copy, Debug)]
struct Wanted {
    user: u8,
    limit: i64,
    duration: i64,
    cost: i64,
}

#[derive(Clone, Debug)]
enum Act {
    Limit(Wanted),
    All(Vec<Wanted>),
    Override { user: u8, limit: i64, duration: i64 },
    Pass(i64),
}

fn wanted() -> impl Strategy<Value = Wanted> {
    let duration = prop::sample::select(&DURATIONS[..]);
    (0..3_u8, 1..9_i64, duration, 0..4_i64).prop_map(|(user, limit, duration, cost)| Wanted {
        user,
        limit,
        duration,
        cost,
    })
}

fn act() -> impl Strategy<Value = Act> {
    let duration = prop::sample::select(&DURATIONS[..]);
    prop_oneof![
        8 => wanted().prop_map(Act::Limit),
        3 => prop::collection::vec(wanted(), 1..5).prop_map(Act::All),
        1 => (0..2_u8, 0..5_i64, duration)
            .prop_map(|(user, limit, duration)| Act::Override { user, limit, duration }),
        5 => prop_oneof![1..SECOND, 1..MINUTE, 1..5 * MINUTE].prop_map(Act::Pass),
    ]
}

/// What was admitted: by user, duration and number of the window.
type Admitted = BTreeMap<(u8, i64, i64), i64>;

/// Checks an answer against the account, and enters it there as if it had been admitted.
fn enter(admitted: &mut Admitted, now: i64, wanted: Wanted, passed: bool) {
    let Wanted {
        user,
        limit,
        duration,
        cost,
    } = wanted;
    let window = now.div_euclid(duration);
    let of = |window| admitted.get(&(user, duration, window)).copied();
    let (used, previous) = (of(window).unwrap_or(0), of(window - 1).unwrap_or(0));
    // In whole numbers, times the duration. What carries over is cut off after the point, so more
    // than the limit is used from the next whole number on, give or take a double's last digit.
    let left = duration - now.rem_euclid(duration);
    let use_of_it = (used + cost) * duration + previous * left;
    let too_much = (limit + 1) * duration;
    let right = if passed {
        limit > 0 && use_of_it <= too_much
    } else {
        limit == 0 || use_of_it >= too_much
    };
    assert!(
        right,
        "{wanted:?} at {now}, after {used} and {previous}: {passed}"
    );
    assert!(!passed || used + cost <= limit, "more than the limit");
    admitted.insert((user, duration, window), used + cost);
}

fn request(wanted: Wanted) -> Value {
    json!({
        "namespace": "space",
        "identifier": format!("user{}", wanted.user),
        "limit": wanted.limit,
        "duration": wanted.duration,
        "cost": wanted.cost,
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn windows_admit_no_more_than_the_limit_in_force(acts in prop::collection::vec(act(), 1..80)) {
        let world = World::new();
        // Makes the namespace.
        world.ok("ratelimit.limit", request(Wanted { user: 9, limit: 1, duration: SECOND, cost: 0 }));
        let mut overrides = BTreeMap::new();
        let mut admitted = Admitted::new();
        for act in acts {
            let now = world.now();
            let in_force = |wanted: Wanted| {
                let (limit, duration) = overrides
                    .get(&wanted.user)
                    .copied()
                    .unwrap_or((wanted.limit, wanted.duration));
                Wanted { limit, duration, ..wanted }
            };
            match act {
                Act::Pass(time) => world.clock.advance(time),
                Act::Override { user, limit, duration } => {
                    let body = json!({"namespace": "space", "identifier": format!("user{user}"),
                        "limit": limit, "duration": duration});
                    world.ok("ratelimit.setOverride", body);
                    overrides.insert(user, (limit, duration));
                }
                Act::Limit(wanted) => {
                    let answer = world.ok("ratelimit.limit", request(wanted));
                    let passed = answer["success"] == true;
                    let before = admitted.clone();
                    enter(&mut admitted, now, in_force(wanted), passed);
                    if !passed {
                        admitted = before;
                    }
                }
                Act::All(all) => {
                    let body: Value = all.iter().map(|wanted| request(*wanted)).collect();
                    let answer = world.ok("ratelimit.multiLimit", body);
                    let limits = answer["limits"].as_array().unwrap();
                    let before = admitted.clone();
                    for (wanted, limit) in all.iter().zip(limits) {
                        enter(&mut admitted, now, in_force(*wanted), limit["passed"] == true);
                    }
                    if answer["passed"] == false {
                        admitted = before;
                    }
                }
            }
        }
    }
}
