//! Days, months and clock times, counted from 1970 in UTC.

pub(crate) const DAY: i64 = 86_400;

/// A day as year, month and day of the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Civil {
    pub(crate) year: i64,
    /// 1 to 12.
    pub(crate) month: i64,
    /// 1 to 31.
    pub(crate) day: i64,
}

impl Civil {
    /// The date of a day counted from 1970-01-01.
    // A year is counted from March so that the leap day is its last: days then follow from
    // divisions alone.
    pub(crate) const fn of_day(days: i64) -> Self {
        let shifted = days.saturating_add(719_468);
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * of_year + 2) / 153;
        let month = if march_month < 10 {
            march_month + 3
        } else {
            march_month - 9
        };
        Self {
            year: year_of_era + era * 400 + (month <= 2) as i64,
            month,
            day: of_year - (153 * march_month + 2) / 5 + 1,
        }
    }

    /// The day, counted from 1970-01-01.
    pub(crate) const fn to_day(self) -> i64 {
        let year = if self.month <= 2 {
            self.year - 1
        } else {
            self.year
        };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let march_month = (self.month + 9) % 12;
        let of_year = (153 * march_month + 2) / 5 + self.day - 1;
        let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
        era.wrapping_mul(146_097).wrapping_add(of_era - 719_468)
    }

    /// The same day of another month, or the last one where that month is shorter.
    pub(crate) fn plus_months(self, months: i64) -> Self {
        let count = self.year * 12 + self.month - 1 + months;
        let (year, month) = (count.div_euclid(12), count.rem_euclid(12) + 1);
        Self {
            year,
            month,
            day: self.day.min(days_in(year, month)),
        }
    }
}

const fn days_in(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Monday is 0.
pub(crate) const fn weekday(day: i64) -> i64 {
    (day + 3).rem_euclid(7)
}

/// Adds months to a day.
pub(crate) fn day_plus_months(day: i64, months: i64) -> i64 {
    let months = months.clamp(-MOST_MONTHS, MOST_MONTHS);
    Civil::of_day(day).plus_months(months).to_day()
}

/// More months than any time has before or after it.
const MOST_MONTHS: i64 = 12 * 100_000;

/// The first day of the month, quarter or year of `day`, for 1, 3 or 12 months.
pub(crate) fn start_of_months(day: i64, months: i64) -> i64 {
    let civil = Civil::of_day(day);
    let month = (civil.month - 1) / months * months + 1;
    Civil {
        month,
        day: 1,
        ..civil
    }
    .to_day()
}

/// Reads `YYYY-MM-DD`.
pub(crate) fn parse_day(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes.get(4) != Some(&b'-') || bytes.get(7) != Some(&b'-') {
        return None;
    }
    let civil = Civil {
        year: number(text, 0..4)?,
        month: number(text, 5..7)?,
        day: number(text, 8..10)?,
    };
    let valid = (1..=12).contains(&civil.month)
        && (1..=days_in(civil.year, civil.month)).contains(&civil.day);
    valid.then(|| civil.to_day())
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
    let day = parse_day(text.get(..10)?)?;
    let rest = text.get(10..)?;
    if rest.is_empty() {
        return Some(Moment {
            second: day * DAY,
            nanos: 0,
        });
    }
    let clock = rest.strip_prefix([' ', 'T'])?;
    let clock = clock.strip_suffix('Z').unwrap_or(clock);
    let bytes = clock.as_bytes();
    if bytes.len() < 8 || bytes.get(2) != Some(&b':') || bytes.get(5) != Some(&b':') {
        return None;
    }
    let (hour, minute, second) = (
        number(clock, 0..2)?,
        number(clock, 3..5)?,
        number(clock, 6..8)?,
    );
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let nanos = match clock.get(8..)? {
        "" => 0,
        fraction => {
            let digits = fraction.strip_prefix('.')?;
            number(&format!("{digits:0<9}"), 0..9)?
        }
    };
    Some(Moment {
        second: day * DAY + hour * 3600 + minute * 60 + second,
        nanos,
    })
}

fn number(text: &str, range: std::ops::Range<usize>) -> Option<i64> {
    let digits = text.get(range)?;
    digits
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| digits.parse().ok())?
}

/// `YYYY-MM-DD`.
pub(crate) fn day_text(day: i64) -> String {
    let Civil { year, month, day } = Civil::of_day(day);
    format!("{year:04}-{month:02}-{day:02}")
}

/// `hh:mm:ss` of a second counted from 1970.
pub(crate) fn clock_text(seconds: i64) -> String {
    let of_day = seconds.rem_euclid(DAY);
    format!(
        "{:02}:{:02}:{:02}",
        of_day / 3600,
        of_day / 60 % 60,
        of_day % 60
    )
}
