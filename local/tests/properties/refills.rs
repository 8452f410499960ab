//! Credits come back once a day, however often and by however many engines it is looked at.

use proptest::prelude::*;

use super::act::refill;
use super::config;
use super::model::date;
use crate::support::*;

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_day_has_one_refill_however_often_the_engine_is_opened(
        refill in refill(),
        start in 0..9_i64,
        days in prop::collection::vec((1..40_i64, prop::collection::vec(any::<bool>(), 1..4)), 1..4),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("unkey.db");
        let mut now = NOON;
        let mut engines = [World::on_file(&file, now), World::on_file(&file, now)];
        let api = engines[0].api();
        let credits = json!({"remaining": start, "refill": refill.request()});
        let key = engines[0].key(&api, json!({"credits": credits}));
        let mut left = start;
        for (pause, looks) in days {
            let due = (1..=pause).any(|day| refill.is_due_on(date(now + day * DAY)));
            now += pause * DAY;
            if due {
                left = left.max(refill.amount);
            }
            for (hour, reopen) in looks.into_iter().enumerate() {
                for engine in &mut engines {
                    engine.clock.set(now + i64::try_from(hour).unwrap() * HOUR);
                    if reopen {
                        engine.engine.close();
                        *engine = World::on_file(&file, engine.now());
                    }
                    let valid = left > 0;
                    left -= i64::from(valid);
                    let seen = engine.verify(&key.key);
                    prop_assert_eq!(&seen["valid"], valid);
                    prop_assert_eq!(&seen["credits"], left);
                }
            }
        }
    }
}
