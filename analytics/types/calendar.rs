//! Days and months, counted from 1970 in UTC.

use jiff::Span;
use jiff::civil::{Date, DateTime, date};

/// The seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// The milliseconds of a day.
pub(crate) const DAY_MS: i64 = DAY * 1000;

const EPOCH: Date = date(1970, 1, 1);

/// Enough days, and enough months, to come from any date to any other.
const MOST_DAYS: i64 = 7_304_000;
const MOST_MONTHS: i64 = 239_000;

/// The date of a day; the first or the last that there is where the day lies beyond it.
pub(crate) fn date_of(day: i64) -> Date {
    let days = day.clamp(-MOST_DAYS, MOST_DAYS);
    EPOCH.saturating_add(Span::new().days(days))
}

fn day_of(date: Date) -> i64 {
    let since = EPOCH.until(date).unwrap_or_default();
    i64::from(since.get_days())
}

/// Monday is 0.
pub(crate) const fn weekday(day: i64) -> i64 {
    day.wrapping_add(3).rem_euclid(7)
}

/// The same day of another month, or its last one where that month is shorter.
pub(crate) fn day_plus_months(day: i64, months: i64) -> i64 {
    let months = Span::new().months(months.clamp(-MOST_MONTHS, MOST_MONTHS));
    day_of(date_of(day).saturating_add(months))
}

/// The first day of the month, quarter or year of `day`, for 1, 3 or 12 months.
pub(crate) fn start_of_months(day: i64, months: i64) -> i64 {
    let date = date_of(day);
    let since = i64::from(date.month() - 1) % months;
    day_plus_months(day_of(date.first_of_month()), -since)
}

/// A moment as it was written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// Since 1970.
    pub(crate) second: i64,
    /// The part of a second.
    nanos: i64,
}

impl Moment {
    /// In units of which a second has `10^digits`, 9 at most; None where there are too many.
    pub(crate) fn ticks(self, digits: u8) -> Option<i64> {
        let digits = u32::from(digits.min(9));
        let part = self.nanos / 10_i64.pow(9 - digits);
        self.second
            .checked_mul(10_i64.pow(digits))?
            .checked_add(part)
    }
}

/// Reads `YYYY-MM-DD[ hh:mm:ss[.fraction]][Z]`.
pub(crate) fn parse_moment(text: &str) -> Option<Moment> {
    let text = text.strip_suffix('Z').unwrap_or(text);
    // The other ways to write a date are none for ClickHouse.
    let dashes = text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    if !dashes || (text.len() != 10 && text.len() < 19) {
        return None;
    }
    let moment: DateTime = text.parse().ok()?;
    let clock = i64::from(moment.hour()) * 3600
        + i64::from(moment.minute()) * 60
        + i64::from(moment.second());
    Some(Moment {
        second: day_of(moment.date()) * DAY + clock,
        nanos: i64::from(moment.subsec_nanosecond()),
    })
}

/// `YYYY-MM-DD`.
pub(crate) fn day_text(day: i64) -> String {
    date_of(day).to_string()
}
