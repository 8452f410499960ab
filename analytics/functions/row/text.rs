//! Strings. ClickHouse counts bytes.

use crate::error::Result;
use crate::functions::function::{Argument, Function, illegal};
use crate::types::{Type, Value, int_of, text_of_value};

pub(crate) fn resolve(name: &str, arguments: &[Argument], _: i64) -> Result<Function> {
    let kinds: Vec<_> = arguments.iter().map(|argument| &argument.kind).collect();
    Ok(match (name, kinds.as_slice()) {
        ("lower", [Type::String]) => changed(str::to_ascii_lowercase),
        ("upper", [Type::String]) => changed(str::to_ascii_uppercase),
        ("trim", [Type::String]) => changed(|text| text.trim_matches(' ').to_owned()),
        ("length", [Type::String]) => {
            Function::of_one(Type::U64, |text| Ok(Value::Int(int_of(text.str()?.len()))))
        }
        ("length", [Type::Array(_)]) => Function::of_one(Type::U64, |array| {
            Ok(Value::Int(int_of(array.items()?.len())))
        }),
        ("concat", [_, ..]) => concat(arguments),
        ("substring", [Type::String, offset, length @ ..])
            if offset.is_int() && length.len() < 2 && length.iter().all(|kind| kind.is_int()) =>
        {
            substring()
        }
        ("startsWith", [Type::String, Type::String]) => tested(|text, part| text.starts_with(part)),
        ("endsWith", [Type::String, Type::String]) => tested(|text, part| text.ends_with(part)),
        _ => {
            return Err(illegal(
                name,
                arguments,
                "Convert with toString(…) where a text is wanted.",
            ));
        }
    })
}

fn changed(change: fn(&str) -> String) -> Function {
    Function::of_one(Type::String, move |text| {
        Ok(Value::text(change(text.str()?)))
    })
}

fn tested(test: fn(&str, &str) -> bool) -> Function {
    Function::of_two(Type::U8, move |text, part| {
        Ok(Value::truth(test(text.str()?, part.str()?)))
    })
}

fn concat(arguments: &[Argument]) -> Function {
    let kinds: Vec<_> = arguments
        .iter()
        .map(|argument| argument.kind.clone())
        .collect();
    Function::new(Type::String, move |arguments| {
        let texts = arguments.iter().zip(&kinds);
        let text: String = texts
            .map(|(value, kind)| text_of_value(value, kind))
            .collect();
        Ok(Value::text(text))
    })
}

fn substring() -> Function {
    Function::new(Type::String, |arguments| match arguments {
        [text, offset] => Ok(part(text.str()?, offset.int()?, None)),
        [text, offset, length] => Ok(part(text.str()?, offset.int()?, Some(length.int()?))),
        _ => Ok(Value::Null),
    })
}

/// Bytes from `offset`, which counts from 1, or from the end where it is negative.
fn part(text: &str, offset: i64, length: Option<i64>) -> Value {
    let size = int_of(text.len());
    let (start, lost) = match offset {
        1.. => (offset - 1, 0),
        0 => return Value::text(""),
        _ => {
            let start = size.saturating_add(offset);
            (start.max(0), start.saturating_neg().max(0))
        }
    };
    let end = match length {
        None => size,
        Some(length) if length >= 0 => start
            .saturating_add(length.saturating_sub(lost).max(0))
            .min(size),
        Some(length) => size.saturating_add(length),
    };
    let bytes = usize::try_from(start)
        .ok()
        .zip(usize::try_from(end).ok())
        .and_then(|(start, end)| text.as_bytes().get(start..end));
    Value::text(String::from_utf8_lossy(bytes.unwrap_or_default()))
}

/// `JSONExtractString(json, 'key', …)`: the text at a path of an object, or an empty one.
pub(crate) fn json_text(name: &str, arguments: &[Argument], _: i64) -> Result<Function> {
    if arguments.is_empty() || arguments.iter().any(|a| a.kind != Type::String) {
        return Err(illegal(
            name,
            arguments,
            "Write JSONExtractString(text, 'key').",
        ));
    }
    Ok(Function::new(Type::String, |arguments| {
        let Some((text, path)) = arguments.split_first() else {
            return Ok(Value::text(""));
        };
        let json: Option<serde_json::Value> = serde_json::from_str(text.str()?).ok();
        let mut found = json.as_ref();
        for key in path {
            let key = key.str()?;
            found = found.and_then(|json| json.get(key));
        }
        Ok(Value::text(match found {
            None | Some(serde_json::Value::Null) => String::new(),
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        }))
    }))
}
