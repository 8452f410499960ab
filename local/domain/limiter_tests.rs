//! Stories of the counters, and the counters against a plain model of them.

use std::sync::Barrier;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const MINUTE: i64 = 60_000;
const START: i64 = 1_700_000_040_000;

fn check(identifier: &str) -> Check<'_> {
    Check {
        workspace: "ws_1",
        space: Space::Namespace("rlns_1"),
        identifier,
        duration: MINUTE,
        limit: 10,
        cost: 1,
    }
}

#[test]
fn a_limit_is_used_up_and_comes_back() {
    let limiter = Limiter::new();
    for left in (0..10).rev() {
        let decision = limiter.check(START, &check("a"));
        assert_eq!((decision.passed, decision.remaining), (true, left));
    }
    let refused = limiter.check(START, &check("a"));
    assert_eq!((refused.passed, refused.remaining), (false, 0));
    assert_eq!(refused.reset, START + MINUTE);
    // The next window carries all of it over at its start, and less as it passes.
    assert!(!limiter.check(START + MINUTE, &check("a")).passed);
    assert!(limiter.check(START + MINUTE + 6_000, &check("a")).passed);
    let later = limiter.check(START + 3 * MINUTE, &check("a"));
    assert_eq!(later.remaining, 9);
}

#[test]
fn a_refusal_counts_nothing() {
    let limiter = Limiter::new();
    let dear = Check {
        cost: 11,
        ..check("a")
    };
    assert!(!limiter.check(START, &dear).passed);
    assert_eq!(limiter.check(START, &check("a")).remaining, 9);
    let look = Check {
        cost: 0,
        ..check("b")
    };
    assert_eq!(limiter.check(START, &look).remaining, 10);
    assert_eq!(limiter.len(), 1);
}

#[test]
fn everything_but_the_limit_tells_counters_apart() {
    let limiter = Limiter::new();
    let base = check("a");
    assert_eq!(limiter.check(START, &base).remaining, 9);
    let larger = Check { limit: 100, ..base };
    assert_eq!(limiter.check(START, &larger).remaining, 98);
    for other in [
        check("b"),
        Check {
            workspace: "ws_2",
            ..base
        },
        Check {
            space: Space::Namespace("rlns_2"),
            ..base
        },
        Check {
            space: Space::Limit("rlns_1"),
            ..base
        },
        Check {
            duration: MINUTE / 2,
            ..base
        },
    ] {
        assert_eq!(limiter.check(START, &other).remaining, 9, "{other:?}");
    }
}

#[test]
fn one_refusal_among_several_counts_nothing() {
    let limiter = Limiter::new();
    let b = Check {
        cost: 9,
        ..check("b")
    };
    assert!(limiter.check(START, &b).passed);
    let both = [
        check("a"),
        Check {
            cost: 5,
            ..check("b")
        },
    ];
    let found = limiter.check_all(START, &both);
    assert_eq!((found[0].passed, found[0].remaining), (true, 10));
    assert_eq!((found[1].passed, found[1].remaining), (false, 0));
    assert_eq!(limiter.check(START, &check("a")).remaining, 9);
    assert_eq!(limiter.check(START, &check("b")).remaining, 0);
}

#[test]
fn the_same_counter_twice_bears_both_costs() {
    let limiter = Limiter::new();
    let twice = [Check {
        cost: 6,
        ..check("a")
    }; 2];
    let found = limiter.check_all(START, &twice);
    assert_eq!((found[0].passed, found[0].remaining), (true, 10));
    assert_eq!((found[1].passed, found[1].remaining), (false, 0));
    assert_eq!(limiter.len(), 0);
    let found = limiter.check_all(
        START,
        &[Check {
            cost: 5,
            ..check("a")
        }; 2],
    );
    assert_eq!((found[0].remaining, found[1].remaining), (5, 0));
    assert!(found[1].passed);
}

#[test]
fn windows_of_several_lengths_are_refused_together() {
    let limiter = Limiter::new();
    let day = Check {
        duration: 24 * 60 * MINUTE,
        ..check("a")
    };
    let hour = Check {
        duration: 60 * MINUTE,
        limit: 20,
        ..check("a")
    };
    let filled = limiter.check_all(
        START,
        &[Check { cost: 8, ..day }, Check { cost: 8, ..hour }],
    );
    assert!(filled.iter().all(|decision| decision.passed));
    let found = limiter.check_all(
        START,
        &[Check { cost: 3, ..day }, Check { cost: 3, ..hour }],
    );
    assert_eq!((found[0].passed, found[0].remaining), (false, 0));
    assert_eq!((found[1].passed, found[1].remaining), (true, 12));
}

#[test]
fn a_clock_read_just_before_the_window_began_still_counts_in_its_own() {
    let limiter = Limiter::new();
    let full = Check {
        cost: 10,
        ..check("a")
    };
    assert!(limiter.check(START, &full).passed);
    assert!(!limiter.check(START + MINUTE, &check("a")).passed);
    assert!(!limiter.check(START + MINUTE - 1, &check("a")).passed);
}

#[test]
fn a_clock_set_far_back_starts_anew() {
    let limiter = Limiter::new();
    let full = Check {
        cost: 10,
        ..check("a")
    };
    assert!(limiter.check(START, &full).passed);
    assert!(limiter.check(START - 100 * MINUTE, &full).passed);
}

#[test]
fn identifiers_are_forgotten_when_their_windows_have_passed() {
    let limiter = Limiter::new();
    for number in 0..100_000 {
        limiter.check(START, &check(&number.to_string()));
    }
    assert_eq!(limiter.len(), 100_000);
    // Whoever comes next drops them all, be it someone else with a limit of another length.
    let hourly = Check {
        duration: 60 * MINUTE,
        ..check("later")
    };
    limiter.check(START + MINUTE, &hourly);
    assert_eq!(limiter.len(), 100_001);
    limiter.check(START + 2 * MINUTE, &check("later"));
    assert_eq!(limiter.len(), 2);
}

#[test]
fn a_duration_that_is_used_no_more_is_dropped_by_checks_of_others() {
    let limiter = Limiter::new();
    for number in 0..10_000 {
        let odd = Check {
            duration: 1_000 + number,
            ..check("a")
        };
        limiter.check(START, &odd);
    }
    for number in 0..1_000 {
        limiter.check(START + MINUTE, &check(&number.to_string()));
    }
    assert_eq!(limiter.len(), 1_000);
}

#[test]
fn threads_together_never_get_more_than_the_limit() {
    let limiter = Limiter::new();
    let passed = [const { AtomicI64::new(0) }; 4];
    let start = Barrier::new(8);
    thread::scope(|scope| {
        for thread in 0..8 {
            let (limiter, passed, start) = (&limiter, &passed, &start);
            scope.spawn(move || {
                start.wait();
                for round in 0..2_000_usize {
                    let names = ["a", "b", "c", "d"];
                    let first = (round + thread) % 4;
                    let second = (first + 1 + round % 3) % 4;
                    let mut wanted = vec![first];
                    if round % 2 == 0 {
                        wanted.push(second);
                    }
                    let checks: Vec<_> = wanted
                        .iter()
                        .map(|index| Check {
                            limit: 1_000,
                            ..check(names[*index])
                        })
                        .collect();
                    let found = limiter.check_all(START, &checks);
                    if found.iter().all(|decision| decision.passed) {
                        for index in wanted {
                            passed[index].fetch_add(1, Ordering::Relaxed);
                        }
                    }
                }
            });
        }
    });
    for counter in &passed {
        assert_eq!(counter.load(Ordering::Relaxed), 1_000);
    }
}

/// One check of a generated history: how much later it is, and what it checks.
#[derive(Clone, Debug)]
struct Step {
    later: i64,
    wanted: Vec<(usize, usize, i64, i64)>,
}

fn step() -> impl Strategy<Value = Step> {
    let one = (0..3_usize, 0..2_usize, 0..6_i64, 0..12_i64);
    (
        prop_oneof![8 => 0..700_i64, 1 => 0..5_000_i64],
        vec(one, 1..4),
    )
        .prop_map(|(later, wanted)| Step { later, wanted })
}

proptest! {
    /// The model keeps every counter of every window for ever and rolls back by not counting.
    #[test]
    fn the_counters_decide_as_a_plain_model_does(history in vec(step(), 1..200)) {
        let limiter = Limiter::new();
        let mut model: BTreeMap<(usize, i64, i64), i64> = BTreeMap::new();
        let names = ["a", "b", "c"];
        let durations = [1_000, 1_500];
        let mut now = START;
        for step in history {
            now += step.later;
            let checks: Vec<_> = step.wanted.iter().map(|&(name, duration, cost, limit)| Check {
                duration: durations[duration], cost, limit, ..check(names[name])
            }).collect();
            let found = limiter.check_all(now, &checks);
            let mut trial = model.clone();
            let mut all = true;
            for (decision, &(name, duration, cost, limit)) in found.iter().zip(&step.wanted) {
                let moment = Moment::at(now, durations[duration]);
                let of = |age| (name, durations[duration], moment.sequence - age);
                let previous = model.get(&of(1)).copied().unwrap_or(0);
                let current = trial.entry(of(0)).or_default();
                let expected = decide(moment, *current, previous, cost, limit);
                *current += cost;
                prop_assert_eq!(decision.passed, expected.passed);
                all &= expected.passed;
            }
            if all {
                model = trial;
            }
        }
        // What was counted in any one window never exceeds the largest limit there was.
        prop_assert!(model.values().all(|count| *count <= 11));
    }
}
