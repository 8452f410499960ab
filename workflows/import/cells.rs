//! Values as files have them: typed in JSON, text in a table.

use serde_json::{Map, Number, Value};
use unkey_tools::types::{LATEST, Patch, Refill, RefillInterval};

use crate::time;

/// A text.
pub(super) fn text(value: &Value) -> Result<String, &'static str> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err("must be a text"),
    }
}

/// A whole number that is not negative.
pub(super) fn whole(value: &Value) -> Result<i64, &'static str> {
    let number = match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.replace(['_', ' '], "").parse().ok(),
        _ => None,
    };
    number
        .filter(|number| *number >= 0)
        .ok_or("must be a whole number, 0 or more")
}

/// Yes or no.
pub(super) fn boolean(value: &Value) -> Result<bool, &'static str> {
    let word = match value {
        Value::Bool(value) => return Ok(*value),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_ascii_lowercase(),
        _ => String::new(),
    };
    match word.as_str() {
        "true" | "yes" | "1" | "y" | "on" => Ok(true),
        "false" | "no" | "0" | "n" | "off" => Ok(false),
        _ => Err("must be true or false"),
    }
}

/// A list of texts: a list, a list in JSON, or words between `;`, `,` or `|`.
pub(super) fn list(value: &Value) -> Result<Vec<String>, &'static str> {
    let mut list = match value {
        Value::Array(items) => items.iter().map(text).collect::<Result<Vec<_>, _>>()?,
        Value::String(words) if words.trim_start().starts_with('[') => {
            serde_json::from_str(words).map_err(|_| "must be a list of texts")?
        }
        Value::String(words) => words
            .split([';', ',', '|'])
            .map(|word| word.trim().to_owned())
            .filter(|word| !word.is_empty())
            .collect(),
        _ => return Err("must be a list of texts"),
    };
    // Unkey fails where one is named twice.
    let mut seen = std::collections::BTreeSet::new();
    list.retain(|one| seen.insert(one.clone()));
    Ok(list)
}

/// An object, or one in JSON.
pub(super) fn object(value: &Value) -> Result<Map<String, Value>, &'static str> {
    match value {
        Value::Object(object) => Ok(object.clone()),
        Value::String(text) => serde_json::from_str(text).map_err(|_| "must be an object in JSON"),
        _ => Err("must be an object"),
    }
}

/// A time: Unix ms, or in words.
pub(super) fn instant(value: &Value, now: i64) -> Result<i64, &'static str> {
    const WHY: &str = "must be Unix milliseconds or an ISO date or time";
    let at = match value {
        Value::Number(number) => number.as_i64().ok_or(WHY)?,
        Value::String(text) => match text.trim().parse() {
            Ok(number) => number,
            Err(_) => time::instant(text, now).ok_or(WHY)?,
        },
        _ => return Err(WHY),
    };
    match at {
        1..100_000_000_000 => Err("is in seconds, or long past: Unix milliseconds are needed"),
        0..=LATEST => Ok(at),
        _ => Err("is later than Unkey takes (2100)"),
    }
}

/// How credits come back.
pub(super) fn refill(value: &Value) -> Result<Refill, &'static str> {
    let fields = object(value)?;
    let amount = fields.get("amount").map(whole).transpose()?;
    let amount = amount.filter(|amount| *amount > 0);
    let day = fields
        .get("refillDay")
        .filter(|day| !day.is_null())
        .map(whole)
        .transpose()?;
    let interval = fields.get("interval").and_then(Value::as_str);
    let interval = match (interval.map(str::to_ascii_lowercase).as_deref(), day) {
        (Some("daily"), _) | (None, None) => RefillInterval::Daily,
        (Some("monthly"), _) | (None, Some(_)) => RefillInterval::Monthly,
        _ => return Err("its interval must be daily or monthly"),
    };
    if day.is_some_and(|day| !(1..=31).contains(&day)) {
        return Err("its refillDay must be 1 to 31");
    }
    Ok(Refill {
        interval,
        amount: amount.ok_or("its amount must be 1 or more")?,
        // Unkey's first API filled up on the first day where nobody said which.
        refill_day: (interval == RefillInterval::Monthly).then(|| day.unwrap_or(1)),
    })
}

/// How many uses are left; `None` where they are unlimited.
pub(super) fn remaining(value: &Value) -> Result<Option<i64>, &'static str> {
    match value {
        Value::Null => Ok(None),
        Value::String(word) if word.eq_ignore_ascii_case("unlimited") => Ok(None),
        value => whole(value).map(Some),
    }
}

/// Credits as Unkey takes them.
pub(super) fn patch(remaining: i64) -> Patch<i64> {
    Patch::Set(remaining)
}

/// A number that text may hold.
pub(super) fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => Number::as_i64(number),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}
