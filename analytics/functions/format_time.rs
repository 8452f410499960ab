//! `formatDateTime(time, '%Y-%m-%d')`.

use super::function::{Argument, Function, at};
use super::time::rescale;
use crate::calendar::{self, Civil, DAY, weekday};
use crate::error::{QueryError, Result};
use crate::types::Type;
use crate::value::Value;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

pub(super) fn resolve(kind: &Type, format: &Argument) -> Result<Function> {
    let Some(Value::Text(format)) = format.constant.clone() else {
        return Err(QueryError::query("formatDateTime needs a constant format.")
            .hint("Write formatDateTime(x, '%Y-%m-%d')."));
    };
    let seconds = rescale(kind, &Type::DateTime);
    let scale = kind.ticks_per_second();
    let moment = move |ticks: i64| Moment {
        second: seconds(ticks),
        part: ticks.rem_euclid(scale),
        scale,
    };
    // Refuse an unknown letter before any row is read.
    write(&format, &moment(0))?;
    Ok(Function::new(Type::String, move |arguments| {
        let time = moment(at(arguments, 0)?.int()?);
        Ok(Value::text(write(&format, &time)?))
    }))
}

/// A time in seconds, and what there is beyond them.
struct Moment {
    second: i64,
    part: i64,
    /// Ticks in a second.
    scale: i64,
}

fn write(format: &str, time: &Moment) -> Result<String> {
    let mut written = String::new();
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        match (letter, letters.clone().next()) {
            ('%', Some(code)) => {
                letters.next();
                written.push_str(&field(code, time).ok_or_else(|| unknown(code))?);
            }
            ('%', None) => {
                return Err(
                    QueryError::query("The format of formatDateTime ends with a lone %.")
                        .hint("Write %% for a percent sign."),
                );
            }
            _ => written.push(letter),
        }
    }
    Ok(written)
}

fn unknown(code: char) -> QueryError {
    QueryError::query(format!("formatDateTime does not know %{code}."))
        .hint("It knows %Y %y %m %d %e %H %I %h %i %S %s %p %F %T %D %R %j %a %b %M %W %u %w %V %G %g %z %Q %C %n %t %%.")
}

fn field(code: char, moment: &Moment) -> Option<String> {
    let time = moment.second;
    let day = time.div_euclid(DAY);
    let of_day = time.rem_euclid(DAY);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    let twelve = (hour + 11) % 12 + 1;
    let civil = Civil::of_day(day);
    let name = |names: &[&str], index: i64| {
        usize::try_from(index)
            .ok()
            .and_then(|index| names.get(index).map(|name| (*name).to_owned()))
    };
    Some(match code {
        'Y' => format!("{:04}", civil.year),
        'y' => format!("{:02}", civil.year % 100),
        'C' => format!("{:02}", civil.year / 100),
        'm' | 'c' => format!("{:02}", civil.month),
        'd' => format!("{:02}", civil.day),
        'e' => civil.day.to_string(),
        'H' | 'k' => format!("{hour:02}"),
        'I' | 'h' | 'l' => format!("{twelve:02}"),
        'i' => format!("{minute:02}"),
        'S' | 's' => format!("{second:02}"),
        'f' => fraction(moment),
        'p' => if hour < 12 { "AM" } else { "PM" }.to_owned(),
        'r' => format!(
            "{twelve:02}:{minute:02} {}",
            if hour < 12 { "AM" } else { "PM" }
        ),
        'F' => calendar::day_text(day),
        'T' => calendar::clock_text(time),
        'R' => format!("{hour:02}:{minute:02}"),
        'D' => format!(
            "{:02}/{:02}/{:02}",
            civil.month,
            civil.day,
            civil.year % 100
        ),
        'j' => format!(
            "{:03}",
            day - Civil {
                month: 1,
                day: 1,
                ..civil
            }
            .to_day()
                + 1
        ),
        'M' => name(&MONTHS, civil.month - 1)?,
        'b' => name(&MONTHS, civil.month - 1)?.chars().take(3).collect(),
        'W' => name(&DAYS, weekday(day))?,
        'a' => name(&DAYS, weekday(day))?.chars().take(3).collect(),
        'u' => (weekday(day) + 1).to_string(),
        'w' => ((weekday(day) + 1) % 7).to_string(),
        'V' => format!("{:02}", iso_week(day).1),
        'G' => iso_week(day).0.to_string(),
        'g' => format!("{:02}", iso_week(day).0 % 100),
        'z' => "+0000".to_owned(),
        'Q' => ((civil.month - 1) / 3 + 1).to_string(),
        'n' => "\n".to_owned(),
        't' => "\t".to_owned(),
        '%' => "%".to_owned(),
        _ => return None,
    })
}

/// Six digits.
fn fraction(moment: &Moment) -> String {
    let micros = i128::from(moment.part) * 1_000_000 / i128::from(moment.scale);
    format!("{micros:06}")
}

/// The ISO year and week: those of the week's Thursday.
fn iso_week(day: i64) -> (i64, i64) {
    let thursday = day - weekday(day) + 3;
    let year = Civil::of_day(thursday).year;
    let first = Civil {
        year,
        month: 1,
        day: 1,
    }
    .to_day();
    (year, (thursday - first) / 7 + 1)
}
