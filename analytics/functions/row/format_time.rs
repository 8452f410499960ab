//! `formatDateTime(time, '%Y-%m-%d')`.

use jiff::civil::DateTime;

use super::time::rescale;
use crate::error::{QueryError, Result};
use crate::functions::function::{Argument, Function, at};
use crate::types::{DAY, Type, Value, date_of};

pub(crate) fn resolve(kind: &Type, format: &Argument) -> Result<Function> {
    let Some(Value::Text(format)) = &format.constant else {
        return Err(QueryError::query("formatDateTime needs a constant format.")
            .hint("Write formatDateTime(x, '%Y-%m-%d')."));
    };
    let format = translated(format)?;
    let seconds = rescale(kind, &Type::DateTime);
    let scale = kind.ticks_per_second();
    Ok(Function::new(Type::String, move |arguments| {
        let ticks = at(arguments, 0)?.int()?;
        let moment = moment(seconds(ticks), ticks.rem_euclid(scale), scale)?;
        let written = jiff::fmt::strtime::format(&format, moment);
        written.map(Value::text).map_err(QueryError::bug)
    }))
}

/// The moment of a second and of ticks after it, of which a second has `scale`.
fn moment(second: i64, ticks: i64, scale: i64) -> Result<DateTime> {
    let of_day = second.rem_euclid(DAY);
    let part = |value: i64| i8::try_from(value).map_err(QueryError::bug);
    let nanos = i32::try_from(ticks * (1_000_000_000 / scale)).map_err(QueryError::bug)?;
    let (hour, minute, second_of) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    let date = date_of(second.div_euclid(DAY));
    Ok(date.at(part(hour)?, part(minute)?, part(second_of)?, nanos))
}

/// ClickHouse's placeholders in the words of `strftime`.
fn translated(format: &str) -> Result<String> {
    let mut translated = String::new();
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            translated.push(letter);
            continue;
        }
        let code = letters.next().ok_or_else(|| {
            QueryError::query("The format of formatDateTime ends with a lone %.")
                .hint("Write %% for a percent sign.")
        })?;
        translated.push_str(match code {
            'Y' | 'G' | 'y' | 'C' | 'm' | 'd' | 'H' | 'I' | 'S' | 'p' | 'F' | 'T' | 'R' | 'D'
            | 'j' | 'a' | 'b' | 'u' | 'w' | 'V' | 'g' | 'n' | 't' | '%' => {
                translated.push('%');
                translated.push(code);
                continue;
            }
            'c' => "%m",
            'e' => "%-d",
            'k' => "%H",
            'h' | 'l' => "%I",
            'i' => "%M",
            's' => "%S",
            'f' => "%6f",
            'r' => "%I:%M %p",
            'M' => "%B",
            'W' => "%A",
            'z' => "+0000",
            'Q' => "%q",
            _ => {
                return Err(QueryError::query(format!(
                    "formatDateTime does not know %{code}."
                ))
                .hint("It knows %Y %y %m %d %e %H %I %h %i %S %s %p %F %T %D %R %j %a %b %M %W %u %w %V %G %g %z %Q %C %n %t %%."));
            }
        });
    }
    Ok(translated)
}
