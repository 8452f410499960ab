//! What a verification asks of a key's permissions: names, `AND`, `OR` and parentheses.

use std::collections::BTreeSet;

/// How deeply parentheses may stand in one another: a query has at most 1000 characters.
const DEEPEST: usize = 200;

/// A query that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Query {
    Name(String),
    All(Vec<Self>),
    Any(Vec<Self>),
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let spaced = text.replace('(', " ( ").replace(')', " ) ");
        let mut words = spaced.split_ascii_whitespace().peekable();
        let query = any(&mut words, 0)?;
        match words.next() {
            None => Ok(query),
            Some(word) => Err(format!("`{word}` follows where AND or OR is expected")),
        }
    }

    /// The names that `held` lacks; none where it has what is asked for.
    pub(crate) fn missing<'a>(&'a self, held: &[String]) -> BTreeSet<&'a str> {
        match self {
            // Stars are letters like others: Unkey compares names as they are.
            Self::Name(name) if held.contains(name) => BTreeSet::new(),
            Self::Name(name) => BTreeSet::from([name.as_str()]),
            Self::All(parts) => parts.iter().flat_map(|part| part.missing(held)).collect(),
            Self::Any(parts) => {
                let missing: Vec<_> = parts.iter().map(|part| part.missing(held)).collect();
                if missing.iter().any(BTreeSet::is_empty) {
                    return BTreeSet::new();
                }
                missing.into_iter().flatten().collect()
            }
        }
    }
}

type Words<'a> = std::iter::Peekable<std::str::SplitAsciiWhitespace<'a>>;

fn any(words: &mut Words<'_>, depth: usize) -> Result<Query, String> {
    let mut parts = vec![all(words, depth)?];
    while words
        .next_if(|word| word.eq_ignore_ascii_case("or"))
        .is_some()
    {
        parts.push(all(words, depth)?);
    }
    Ok(only(parts, Query::Any))
}

fn all(words: &mut Words<'_>, depth: usize) -> Result<Query, String> {
    let mut parts = vec![one(words, depth)?];
    while words
        .next_if(|word| word.eq_ignore_ascii_case("and"))
        .is_some()
    {
        parts.push(one(words, depth)?);
    }
    Ok(only(parts, Query::All))
}

fn only(mut parts: Vec<Query>, several: fn(Vec<Query>) -> Query) -> Query {
    match parts.pop() {
        Some(part) if parts.is_empty() => part,
        last => {
            parts.extend(last);
            several(parts)
        }
    }
}

fn one(words: &mut Words<'_>, depth: usize) -> Result<Query, String> {
    let word = words
        .next()
        .ok_or("it ends where a permission is expected")?;
    match word {
        "(" if depth < DEEPEST => {
            let inside = any(words, depth + 1)?;
            match words.next() {
                Some(")") => Ok(inside),
                _ => Err("a closing parenthesis is missing".to_owned()),
            }
        }
        "(" => Err("too many parentheses stand in one another".to_owned()),
        ")" => Err("a permission is expected before `)`".to_owned()),
        word if ["and", "or"]
            .iter()
            .any(|operator| word.eq_ignore_ascii_case(operator)) =>
        {
            Err(format!("a permission is expected before `{word}`"))
        }
        word if word.chars().all(is_of_name) => Ok(Query::Name(word.to_owned())),
        word => Err(format!("`{word}` is no permission")),
    }
}

fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "._-:*/".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(query: &str, held: &[&str]) -> Vec<String> {
        let held: Vec<String> = held.iter().map(|&name| name.to_owned()).collect();
        let query = Query::parse(query).unwrap();
        query
            .missing(&held)
            .into_iter()
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn and_binds_more_closely_than_or() {
        assert!(missing("a OR b AND c", &["a"]).is_empty());
        assert_eq!(missing("(a OR b) AND c", &["a"]), ["c"]);
        assert_eq!(missing("a and (b or c)", &[]), ["a", "b", "c"]);
        assert!(missing("ANDROID or or.x", &["or.x"]).is_empty());
    }

    #[test]
    fn a_star_is_a_letter() {
        assert_eq!(missing("docs.read", &["docs.*"]), ["docs.read"]);
        assert!(missing("docs.*", &["docs.*"]).is_empty());
    }

    #[test]
    fn what_is_no_query_is_told() {
        for text in [
            "", "  ", "a AND", "AND a", "a b", "(a", "a)", "()", "@a", "a @ b",
        ] {
            assert!(Query::parse(text).is_err(), "{text}");
        }
        assert!(Query::parse(&"(".repeat(1000)).is_err());
    }
}
