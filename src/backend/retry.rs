//! Which failures deserve another try, and when.

use std::time::Duration;

use unkey_tools::Effect;

use super::failure::Failure;

/// How often a call is tried at most.
pub(crate) const MAX_ATTEMPTS: u32 = 3;

/// The first pause, which doubles from try to try.
const BASE: Duration = Duration::from_millis(200);

/// How long to wait before trying again, or `None` where the failure stands.
///
/// A read is tried again whenever that may help. What writes or spends is tried again only where
/// no byte of the request left. `dice` is a random number in `0.0..1.0`; callers that failed
/// together do not come back together.
pub(crate) fn pause(
    effect: Effect,
    failure: &Failure,
    attempts: u32,
    dice: f64,
) -> Option<Duration> {
    if attempts >= MAX_ATTEMPTS {
        return None;
    }
    let (worth_it, asked) = match failure {
        Failure::Unreachable { .. } => (true, None),
        Failure::Refused {
            error, retry_after, ..
        } => {
            let passing = matches!(error.error.status, 429 | 500..=599);
            (passing && effect.is_read_only(), *retry_after)
        }
        Failure::Garbled {
            status,
            retry_after,
            ..
        } => {
            let passing = matches!(status, 429 | 500..=599);
            (passing && effect.is_read_only(), *retry_after)
        }
        Failure::Broken { .. } => (effect.is_read_only(), None),
        Failure::Undone { .. }
        | Failure::Unreadable { .. }
        | Failure::UnknownPath
        | Failure::TimedOut { .. }
        | Failure::TooLong { .. }
        | Failure::Unsendable { .. } => (false, None),
    };
    let backoff = BASE * 2_u32.pow(attempts.saturating_sub(1));
    let jittered = backoff.mul_f64(0.5 + dice / 2.0);
    worth_it.then(|| asked.map_or(jittered, |asked| asked.max(jittered)))
}

#[cfg(test)]
mod tests {
    use unkey_tools::{ApiError, Meta, Problem};

    use super::*;

    const EFFECTS: [Effect; 7] = [
        Effect::Read,
        Effect::Create,
        Effect::Consume,
        Effect::Add,
        Effect::Replace,
        Effect::Delete,
        Effect::Alter,
    ];

    fn refused(status: u16, retry_after: Option<u64>) -> Failure {
        let problem = Problem {
            status,
            ..Problem::default()
        };
        Failure::Refused {
            error: Box::new(ApiError {
                error: problem,
                meta: Meta::default(),
            }),
            retry_after: retry_after.map(Duration::from_secs),
            attempts: 1,
        }
    }

    fn unreachable() -> Failure {
        Failure::Unreachable {
            url: String::new(),
            reason: String::new(),
            attempts: 1,
        }
    }

    fn broken() -> Failure {
        Failure::Broken {
            reason: String::new(),
            begun: false,
            attempts: 1,
        }
    }

    #[test]
    fn reads_are_tried_again_when_that_may_help() {
        for failure in [
            unreachable(),
            broken(),
            refused(429, None),
            refused(500, None),
            refused(503, None),
        ] {
            assert!(
                pause(Effect::Read, &failure, 1, 0.5).is_some(),
                "{failure:?}"
            );
        }
        for status in [400, 401, 403, 404, 409, 410, 412, 422] {
            assert_eq!(
                pause(Effect::Read, &refused(status, None), 1, 0.5),
                None,
                "{status}"
            );
        }
    }

    #[test]
    fn what_writes_or_spends_is_tried_again_only_where_nothing_left() {
        for effect in EFFECTS.into_iter().filter(|effect| !effect.is_read_only()) {
            assert!(
                pause(effect, &unreachable(), 1, 0.5).is_some(),
                "{effect:?}"
            );
            for failure in [broken(), refused(429, Some(1)), refused(500, None)] {
                assert_eq!(
                    pause(effect, &failure, 1, 0.5),
                    None,
                    "{effect:?} {failure:?}"
                );
            }
        }
    }

    #[test]
    fn three_tries_are_the_most() {
        assert!(pause(Effect::Read, &unreachable(), 2, 0.5).is_some());
        assert_eq!(pause(Effect::Read, &unreachable(), 3, 0.5), None);
    }

    #[test]
    fn a_wish_to_wait_is_honoured() {
        let wait = pause(Effect::Read, &refused(429, Some(2)), 1, 0.0);
        assert_eq!(wait, Some(Duration::from_secs(2)));
    }

    #[test]
    fn a_proxys_wish_to_wait_is_honoured_too() {
        let garbled = Failure::Garbled {
            status: 429,
            what: String::new(),
            retry_after: Some(Duration::from_secs(3)),
            attempts: 1,
        };
        assert_eq!(
            pause(Effect::Read, &garbled, 1, 0.0),
            Some(Duration::from_secs(3))
        );
    }

    #[test]
    fn pauses_grow_and_scatter() {
        let first = [0.0, 0.999].map(|dice| pause(Effect::Read, &unreachable(), 1, dice).unwrap());
        let second = [0.0, 0.999].map(|dice| pause(Effect::Read, &unreachable(), 2, dice).unwrap());
        assert!(first[0] < first[1] && first[1] <= second[0] && second[0] < second[1]);
    }
}
