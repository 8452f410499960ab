//! `LIKE` and `ILIKE`.

use super::function::{Argument, Function, illegal};
use crate::error::{QueryError, Result};
use crate::types::{Type, Value};

pub(super) fn resolve(name: &str, arguments: &[Argument], _: i64) -> Result<Function> {
    let (Some(text), Some(pattern)) = (arguments.first(), arguments.get(1)) else {
        return Err(illegal(name, arguments, "Write x LIKE '%text%'."));
    };
    if text.kind != Type::String || pattern.kind != Type::String {
        return Err(illegal(
            name,
            arguments,
            "Convert with toString(…) where a text is wanted.",
        ));
    }
    let Some(Value::Text(pattern)) = &pattern.constant else {
        return Err(QueryError::unsupported("LIKE with a pattern that varies"));
    };
    let any_case = name.to_lowercase().contains("ilike");
    let wanted = !name.starts_with("not");
    let pattern = if any_case {
        Pattern::read(&pattern.to_lowercase())?
    } else {
        Pattern::read(pattern)?
    };
    Ok(Function::of_two(Type::U8, move |text, _| {
        let text = text.str()?;
        let found = if any_case {
            pattern.matches(&text.to_lowercase())
        } else {
            pattern.matches(text)
        };
        Ok(Value::truth(found == wanted))
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
    /// A backslash takes `%`, `_` and itself literally; before anything else it stands for itself.
    fn read(text: &str) -> Result<Self> {
        let mut letters = text.chars().peekable();
        let mut pieces = Vec::new();
        while let Some(letter) = letters.next() {
            pieces.push(match (letter, letters.peek()) {
                ('%', _) => Piece::Any,
                ('_', _) => Piece::One,
                ('\\', Some(escaped @ ('%' | '_' | '\\'))) => {
                    let escaped = *escaped;
                    letters.next();
                    Piece::Letter(escaped)
                }
                ('\\', None) => {
                    return Err(QueryError::query(
                        "The pattern of LIKE ends with a lone backslash.",
                    )
                    .hint("Write \\\\\\\\ for a backslash in a pattern."));
                }
                (letter, _) => Piece::Letter(letter),
            });
        }
        Ok(Self(pieces))
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
