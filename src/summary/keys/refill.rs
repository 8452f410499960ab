//! When credits come back: at 00:00 UTC, every day or on one day of the month.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use unkey_tools::types::{Refill, RefillInterval};

use crate::summary::sentences::Sentences;

/// Says how many uses are left and when more come.
pub(super) fn say_credits(said: &mut Sentences, left: Option<i64>, refill: Option<&Refill>) {
    let Some(left) = left else {
        return said.say(match refill {
            // It exists only where a refill was set up on a key without a balance.
            Some(refill) => format!(
                "Credits are unlimited until the next refill limits them to {}.",
                refill.amount
            ),
            None => "Credits are unlimited.".to_owned(),
        });
    };
    let Some(refill) = refill else {
        return said.say(format!("Credits left: {left}, with no refill."));
    };
    let amount = refill.amount;
    let next = next(refill, said.now()).map(|next| said.when(next));
    // Only a day of the month that is missing has no next.
    let next = next.unwrap_or_else(|| "the next refill".to_owned());
    // A refill sets the balance and never lowers it.
    said.say(if left < amount {
        format!("Credits left: {left}; set to {amount} at {next}.")
    } else {
        format!("Credits left: {left}; if fewer than {amount}, set to that at {next}.")
    });
}

/// When the next refill is due after `now`, both Unix ms.
fn next(refill: &Refill, now: i64) -> Option<i64> {
    let today = Timestamp::from_millisecond(now).ok()?;
    let tomorrow = TimeZone::UTC.to_datetime(today).date().tomorrow().ok()?;
    let day = match refill.interval {
        RefillInterval::Daily => tomorrow,
        RefillInterval::Monthly => next_on(tomorrow, refill.refill_day?)?,
    };
    let midnight = TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()?;
    Some(midnight.as_millisecond())
}

/// The first day from `from` on that is that one of its month, or the last where it has fewer.
fn next_on(from: Date, refill_day: i64) -> Option<Date> {
    let in_month_of = |date: Date| {
        let last = i64::from(date.days_in_month());
        let day = i8::try_from(refill_day.clamp(1, last)).ok()?;
        Date::new(date.year(), date.month(), day).ok()
    };
    let this = in_month_of(from)?;
    if this >= from {
        return Some(this);
    }
    in_month_of(from.checked_add(1.month()).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next_after(now: &str, day: Option<i64>) -> String {
        let refill = Refill {
            interval: match day {
                Some(_) => RefillInterval::Monthly,
                None => RefillInterval::Daily,
            },
            amount: 1,
            refill_day: day,
        };
        let now: Timestamp = now.parse().unwrap();
        let next = next(&refill, now.as_millisecond()).unwrap();
        Timestamp::from_millisecond(next).unwrap().to_string()
    }

    #[test]
    fn credits_come_back_at_the_next_midnight_that_is_due() {
        for (now, day, next) in [
            ("2026-03-10T12:00:00Z", None, "2026-03-11T00:00:00Z"),
            ("2026-03-10T00:00:00Z", None, "2026-03-11T00:00:00Z"),
            ("2026-12-31T23:59:59Z", None, "2027-01-01T00:00:00Z"),
            ("2026-03-10T12:00:00Z", Some(15), "2026-03-15T00:00:00Z"),
            ("2026-03-15T00:00:00Z", Some(15), "2026-04-15T00:00:00Z"),
            ("2026-01-31T12:00:00Z", Some(31), "2026-02-28T00:00:00Z"),
            ("2026-02-27T12:00:00Z", Some(30), "2026-02-28T00:00:00Z"),
            ("2026-02-28T12:00:00Z", Some(30), "2026-03-30T00:00:00Z"),
            ("2028-02-28T12:00:00Z", Some(31), "2028-02-29T00:00:00Z"),
            ("2026-12-20T12:00:00Z", Some(1), "2027-01-01T00:00:00Z"),
        ] {
            assert_eq!(next_after(now, day), next, "{now}, {day:?}");
        }
    }
}
