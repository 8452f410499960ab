//! From when to when: dates, times, and lengths of time back from now.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::report::WorkflowError;

/// An hour and a day, ms.
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// From when to when, Unix ms, in whole hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) from: i64,
    /// The end, which is not in it; none where it is now.
    pub(crate) to: Option<i64>,
}

impl Period {
    /// Reads a period. Without a beginning it has the last seven days.
    pub(crate) fn parse(
        from: Option<&str>,
        to: Option<&str>,
        now: i64,
    ) -> Result<Self, WorkflowError> {
        let begin = from.unwrap_or("7d");
        // So many days back are often all that Unkey keeps, and an earlier hour would be refused.
        let later = back(begin)
            .filter(|length| *length >= DAY)
            .map(|_| HOUR - 1);
        let from = moment(begin, now, false)
            .ok_or_else(|| unreadable("from"))?
            .saturating_add(later.unwrap_or_default())
            .div_euclid(HOUR)
            .saturating_mul(HOUR);
        let to = match to.filter(|text| *text != "now") {
            None => None,
            Some(text) => Some(moment(text, now, true).ok_or_else(|| unreadable("to"))?),
        };
        // The hour that has begun counts.
        let to = to.map(|to| {
            to.saturating_add(HOUR - 1)
                .div_euclid(HOUR)
                .saturating_mul(HOUR)
        });
        if from >= to.unwrap_or(now) {
            return Err(WorkflowError::mistake(
                "`from`: is not before the end of the period",
            ));
        }
        Ok(Self { from, to })
    }

    /// Whether it begins and ends with days of UTC.
    pub(crate) fn is_of_days(self) -> bool {
        let is_midnight = |at: i64| at.rem_euclid(DAY) == 0;
        is_midnight(self.from) && self.to.is_none_or(is_midnight)
    }
}

fn unreadable(field: &str) -> WorkflowError {
    WorkflowError::mistake(format!(
        "`{field}`: write a date (`2026-11-01`), a time (`2026-11-01T12:00:00Z`), or how far back \
         (`24h`, `7d`)"
    ))
}

/// A moment in Unix ms. A date alone is its beginning, or its end where a period ends.
fn moment(text: &str, now: i64, is_end: bool) -> Option<i64> {
    let text = text.trim();
    if let Some(back) = back(text) {
        return now.checked_sub(back);
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time.as_millisecond());
    }
    let date = match text {
        "today" => Timestamp::from_millisecond(now)
            .ok()?
            .to_zoned_datetime(TimeZone::UTC)
            .date(),
        // Longer texts that begin with a date are times without a zone: nobody knows whose.
        text if text.len() == "2026-11-01".len() => text.parse::<Date>().ok()?,
        _ => return None,
    };
    let begin = date
        .to_zoned_datetime(TimeZone::UTC)
        .ok()?
        .timestamp()
        .as_millisecond();
    Some(if is_end { begin + DAY } else { begin })
}

/// A length of time, ms: `30m`, `24h`, `7d`, `4w`.
fn back(text: &str) -> Option<i64> {
    let unit = match text.chars().last()? {
        'm' => HOUR / 60,
        'h' => HOUR,
        'd' => DAY,
        'w' => 7 * DAY,
        _ => return None,
    };
    let number = text.get(..text.len() - 1)?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    number
        .parse::<i64>()
        .ok()
        .filter(|_| is_number)?
        .checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-03-10 12:34:00 UTC.
    const NOW: i64 = 1_773_146_040_000;

    fn read(from: Option<&str>, to: Option<&str>) -> Option<(String, Option<String>)> {
        let period = Period::parse(from, to, NOW).ok()?;
        let told = |at| Timestamp::from_millisecond(at).unwrap().to_string();
        Some((told(period.from), period.to.map(told)))
    }

    #[test]
    fn dates_times_and_lengths_are_read() {
        for (from, to, begin, end) in [
            (None, None, "2026-03-03T13:00:00Z", None),
            (Some("24h"), Some("now"), "2026-03-09T13:00:00Z", None),
            (Some("3h"), None, "2026-03-10T09:00:00Z", None),
            (Some("today"), None, "2026-03-10T00:00:00Z", None),
            (
                Some("2026-02-01"),
                Some("2026-02-28"),
                "2026-02-01T00:00:00Z",
                Some("2026-03-01T00:00:00Z"),
            ),
            (
                Some("2026-03-01T10:30:00Z"),
                Some("2026-03-01T12:30:00+01:00"),
                "2026-03-01T10:00:00Z",
                Some("2026-03-01T12:00:00Z"),
            ),
        ] {
            let expected = Some((begin.to_owned(), end.map(str::to_owned)));
            assert_eq!(read(from, to), expected, "{from:?} {to:?}");
        }
    }

    #[test]
    fn what_is_no_time_and_what_ends_before_it_begins_is_a_mistake() {
        for (from, to) in [
            ("yesterday", None),
            ("-1d", None),
            ("d", None),
            ("2026-13-01", None),
            ("2026-03-01T10:00", None),
            ("99999999999999999d", None),
            ("2027-01-01", None),
            ("7d", Some("8d")),
        ] {
            assert_eq!(read(Some(from), to), None, "{from}");
        }
    }
}
