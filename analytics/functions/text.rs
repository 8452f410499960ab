//! Strings. ClickHouse counts bytes.

use super::arithmetic::single;
use super::compare::{pool_ids, test_texts, text_of, truth};
use super::function::{Argument, Function, illegal};
use crate::column::{Column, Pool, Value, position, span};
use crate::encode::text_of_value;
use crate::error::{QueryError, Result};
use crate::types::Type;

pub(super) fn resolve(name: &str, arguments: &[Argument]) -> Result<Function> {
    let kinds: Vec<_> = arguments.iter().map(|argument| &argument.kind).collect();
    match (name, kinds.as_slice()) {
        ("lower", [Type::String]) => Ok(mapped(str::to_ascii_lowercase)),
        ("upper", [Type::String]) => Ok(mapped(str::to_ascii_uppercase)),
        ("trim", [Type::String]) => Ok(mapped(|text| text.trim_matches(' ').to_owned())),
        ("length", [Type::String]) => Ok(lengths_of_texts()),
        ("length", [Type::Array(_)]) => Ok(lengths_of_arrays()),
        ("concat", [_, ..]) => Ok(concat(arguments)),
        ("substring", [Type::String, offset]) if offset.is_int() => Ok(substring()),
        ("substring", [Type::String, offset, length]) if offset.is_int() && length.is_int() => {
            Ok(substring())
        }
        ("startsWith", [Type::String, Type::String]) => {
            Ok(pairs(|text, part| text.starts_with(part)))
        }
        ("endsWith", [Type::String, Type::String]) => Ok(pairs(|text, part| text.ends_with(part))),
        ("like" | "notLike" | "ilike" | "notILike", [Type::String, Type::String]) => {
            like(name, arguments)
        }
        _ => Err(illegal(
            name,
            arguments,
            "Convert with toString(…) where a text is wanted.",
        )),
    }
}

/// Changes each text; where texts repeat, each one once.
fn mapped(change: fn(&str) -> String) -> Function {
    Function::total(Type::String, move |arguments, _| {
        let Some(column) = arguments.first().map(Column::plain) else {
            return Column::texts([]);
        };
        let Column::Texts { ids, pool } = &column else {
            return column;
        };
        let mut changed = Pool::default();
        if pool.len() > ids.len() {
            let ids = ids
                .iter()
                .map(|id| changed.push(&change(pool.get(*id))))
                .collect();
            return Column::Texts {
                ids,
                pool: changed.into(),
            };
        }
        for id in pool_ids(pool) {
            changed.push(&change(pool.get(id)));
        }
        Column::Texts {
            ids: ids.clone(),
            pool: changed.into(),
        }
    })
}

fn lengths_of_texts() -> Function {
    Function::total(Type::U64, |arguments, rows| {
        let column = arguments.first().map(Column::plain);
        let Some(Column::Texts { ids, pool }) = &column else {
            return Column::Ints(vec![0; rows]);
        };
        Column::Ints(ids.iter().map(|id| int(pool.get(*id).len())).collect())
    })
}

fn lengths_of_arrays() -> Function {
    Function::total(Type::U64, |arguments, rows| {
        let column = arguments.first().map(Column::plain);
        let Some(Column::Arrays { ends, .. }) = &column else {
            return Column::Ints(vec![0; rows]);
        };
        let length = |row| {
            let (start, end) = span(ends, row);
            int(end - start)
        };
        Column::Ints((0..rows).map(length).collect())
    })
}

fn int(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

fn concat(arguments: &[Argument]) -> Function {
    let kinds: Vec<_> = arguments
        .iter()
        .map(|argument| argument.kind.clone())
        .collect();
    Function::total(Type::String, move |arguments, rows| {
        let mut pool = Pool::default();
        for row in 0..rows {
            let mut text = String::new();
            for (argument, kind) in arguments.iter().zip(&kinds) {
                text.push_str(&text_of_value(&argument.value(row), kind));
            }
            pool.push(&text);
        }
        Column::Texts {
            ids: (0..position(rows)).collect(),
            pool: pool.into(),
        }
    })
}

fn substring() -> Function {
    Function::total(Type::String, |arguments, rows| {
        let mut pool = Pool::default();
        for row in 0..rows {
            let value = |place: usize| arguments.get(place).map(|argument| argument.value(row));
            let (Some(Value::Text(text)), Some(Value::Int(offset))) = (value(0), value(1)) else {
                pool.push("");
                continue;
            };
            let length = match value(2) {
                Some(Value::Int(length)) => Some(length),
                _ => None,
            };
            pool.push(&part(&text, offset, length));
        }
        Column::Texts {
            ids: (0..position(rows)).collect(),
            pool: pool.into(),
        }
    })
}

/// Bytes from `offset`, which counts from 1, or from the end where it is negative.
fn part(text: &str, offset: i64, length: Option<i64>) -> String {
    let size = int(text.len());
    let (start, lost) = match offset {
        1.. => (offset - 1, 0),
        0 => return String::new(),
        _ => ((size + offset).max(0), (-(size + offset)).max(0)),
    };
    let end = match length {
        None => size,
        Some(length) if length >= 0 => start.saturating_add((length - lost).max(0)).min(size),
        Some(length) => size + length,
    };
    let bytes = usize::try_from(start)
        .ok()
        .zip(usize::try_from(end).ok())
        .and_then(|(start, end)| text.as_bytes().get(start..end));
    String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned()
}

fn pairs(test: fn(&str, &str) -> bool) -> Function {
    Function::total(Type::U8, move |arguments, rows| {
        let [text, part] = arguments else {
            return truth(Vec::new());
        };
        if let Some(part) = single(part) {
            let part = text_of(part);
            return truth(test_texts(text, |text| test(text, &part)));
        }
        truth(
            (0..rows)
                .map(|row| match (text.value(row), part.value(row)) {
                    (Value::Text(text), Value::Text(part)) => test(&text, &part),
                    _ => false,
                })
                .collect(),
        )
    })
}

fn like(name: &str, arguments: &[Argument]) -> Result<Function> {
    let Some(Value::Text(pattern)) = arguments
        .get(1)
        .and_then(|pattern| pattern.constant.clone())
    else {
        return Err(QueryError::unsupported("LIKE with a pattern that varies"));
    };
    let any_case = name.to_lowercase().contains("ilike");
    let wanted = !name.starts_with("not");
    let pattern = if any_case {
        pattern.to_lowercase()
    } else {
        pattern.to_string()
    };
    let pattern = Pattern::read(&pattern);
    Ok(Function::total(Type::U8, move |arguments, _| {
        let Some(text) = arguments.first() else {
            return truth(Vec::new());
        };
        truth(test_texts(text, |text| {
            let found = if any_case {
                pattern.matches(&text.to_lowercase())
            } else {
                pattern.matches(text)
            };
            found == wanted
        }))
    }))
}

enum Piece {
    /// `%`
    Any,
    /// `_`
    One,
    Letter(char),
}

struct Pattern(Vec<Piece>);

impl Pattern {
    fn read(text: &str) -> Self {
        let mut letters = text.chars();
        let mut pieces = Vec::new();
        while let Some(letter) = letters.next() {
            pieces.push(match letter {
                '%' => Piece::Any,
                '_' => Piece::One,
                '\\' => Piece::Letter(letters.next().unwrap_or('\\')),
                letter => Piece::Letter(letter),
            });
        }
        Self(pieces)
    }

    /// Remembers the last `%` and comes back to it, so that the time stays within the product of
    /// both lengths.
    fn matches(&self, text: &str) -> bool {
        let letters: Vec<_> = text.chars().collect();
        let (mut at, mut piece) = (0, 0);
        let mut retry: Option<(usize, usize)> = None;
        loop {
            let fits = match (self.0.get(piece), letters.get(at)) {
                (Some(Piece::Any), _) => {
                    retry = Some((piece + 1, at));
                    piece += 1;
                    continue;
                }
                (None, None) => return true,
                (Some(Piece::One), Some(_)) => true,
                (Some(Piece::Letter(wanted)), Some(letter)) => wanted == letter,
                _ => false,
            };
            if fits {
                (at, piece) = (at + 1, piece + 1);
                continue;
            }
            match retry {
                Some((after, from)) if from < letters.len() => {
                    retry = Some((after, from + 1));
                    (piece, at) = (after, from + 1);
                }
                _ => return false,
            }
        }
    }
}
