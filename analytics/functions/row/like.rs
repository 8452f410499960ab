//! `LIKE` and `ILIKE`.

use crate::error::{QueryError, Result};
use crate::functions::function::{Argument, Function, illegal};
use crate::types::{Type, Value};

pub(crate) fn resolve(name: &str, arguments: &[Argument], _: i64) -> Result<Function> {
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

/// What stands between the `%`: letters, of which None is any.
struct Pattern(Vec<Vec<Option<char>>>);

impl Pattern {
    /// A backslash takes `%`, `_` and itself literally; before anything else it stands for itself.
    fn read(text: &str) -> Result<Self> {
        let mut letters = text.chars().peekable();
        let (mut parts, mut part) = (Vec::new(), Vec::new());
        while let Some(letter) = letters.next() {
            match (letter, letters.peek().copied()) {
                ('%', _) => parts.push(std::mem::take(&mut part)),
                ('_', _) => part.push(None),
                ('\\', Some(escaped @ ('%' | '_' | '\\'))) => {
                    letters.next();
                    part.push(Some(escaped));
                }
                ('\\', None) => {
                    return Err(QueryError::query(
                        "The pattern of LIKE ends with a lone backslash.",
                    )
                    .hint("Write \\\\\\\\ for a backslash in a pattern."));
                }
                (letter, _) => part.push(Some(letter)),
            }
        }
        parts.push(part);
        Ok(Self(parts))
    }

    /// The first part stands at the beginning, the last at the end, each other as early as it can.
    fn matches(&self, text: &str) -> bool {
        let letters: Vec<_> = text.chars().collect();
        let fits = |part: &[Option<char>], place: usize| {
            let there = letters.get(place..place + part.len());
            there.is_some_and(|there| {
                let mut pairs = part.iter().zip(there);
                pairs.all(|(wanted, letter)| wanted.is_none_or(|wanted| wanted == *letter))
            })
        };
        let [first, rest @ ..] = self.0.as_slice() else {
            return false;
        };
        let [middle @ .., last] = rest else {
            return first.len() == letters.len() && fits(first, 0);
        };
        if !fits(first, 0) {
            return false;
        }
        let mut from = first.len();
        for part in middle {
            let Some(place) = (from..=letters.len()).find(|place| fits(part, *place)) else {
                return false;
            };
            from = place + part.len();
        }
        let end = letters.len().checked_sub(last.len());
        end.is_some_and(|end| end >= from && fits(last, end))
    }
}
