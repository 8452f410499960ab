//! The permission queries of `keys.verifyKey`: slugs with `AND`, `OR` and parentheses.
//!
//! `AND` binds tighter than `OR`. A `*` is a letter like any other: there are no wildcards, neither
//! in a query nor in what a key holds. Positions in complaints are bytes from the start, from 0.

use std::fmt;
use std::mem::{replace, take};

/// A query, parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Query {
    /// The key holds this slug.
    Slug(String),
    /// All of them are true.
    All(Vec<Query>),
    /// One of them is true.
    Any(Vec<Query>),
}

impl Query {
    /// Parses `text`.
    pub(crate) fn parse(text: &str) -> Result<Self, QueryError> {
        Parser::new(text).query()
    }

    /// Whether the query is true for a key that holds exactly the slugs for which `holds` is.
    pub(crate) fn is_met(&self, holds: &impl Fn(&str) -> bool) -> bool {
        match self {
            Self::Slug(slug) => holds(slug),
            Self::All(parts) => parts.iter().all(|part| part.is_met(holds)),
            Self::Any(parts) => parts.iter().any(|part| part.is_met(holds)),
        }
    }
}

/// Why a text is no query. Prints as the `detail` of the answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum QueryError {
    /// There is nothing but white space.
    #[error("Unexpected end of input. Please provide a valid permission query.")]
    Empty,
    /// It ends where a slug or a parenthesis should come.
    #[error("Unexpected end of query. Expected a permission identifier or opening parenthesis.")]
    End,
    /// Something else comes there.
    #[error(
        "Unexpected token '{token}' at position {position}. \
         Expected a permission identifier or opening parenthesis."
    )]
    Operand {
        /// What comes, as it was written.
        token: String,
        /// Where.
        position: usize,
    },
    /// A character comes there that no query has.
    #[error(
        "Unexpected character '{character}' at position {position}. \
         Expected a permission identifier or opening parenthesis."
    )]
    Character {
        /// The character.
        character: char,
        /// Where it is.
        position: usize,
    },
    /// `()`.
    #[error(
        "Empty parentheses found at position {position}. \
         Parentheses must contain at least one permission or expression."
    )]
    Hollow {
        /// Where the closing one is.
        position: usize,
    },
    /// A parenthesis is not closed.
    #[error(
        "Missing closing parenthesis ')' at position {position}. \
         Every opening parenthesis must have a matching closing parenthesis."
    )]
    Unclosed {
        /// Where it should be.
        position: usize,
    },
    /// The query is complete, but the text goes on.
    #[error(
        "Unexpected token '{token}' at position {position}. \
         The query appears to have extra content after a valid expression."
    )]
    Extra {
        /// What comes.
        token: String,
        /// Where.
        position: usize,
    },
}

/// What a query is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Slug(&'a str),
    And(&'a str),
    Or(&'a str),
    Open,
    Close,
    Illegal(char, usize),
    End,
}

impl fmt::Display for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slug(text) | Self::And(text) | Self::Or(text) => f.write_str(text),
            Self::Open => f.write_str("("),
            Self::Close => f.write_str(")"),
            Self::Illegal(character, position) => {
                write!(
                    f,
                    "invalid character '{character}' at position {position} in query"
                )
            }
            Self::End => Ok(()),
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    next: Token<'a>,
    /// Where `next` starts.
    position: usize,
    /// Where it ends.
    end: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        let mut parser = Self {
            text,
            next: Token::End,
            position: 0,
            end: 0,
        };
        parser.advance();
        parser
    }

    fn advance(&mut self) {
        let rest = self.text.get(self.end..).unwrap_or_default();
        let word = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        self.position = self.end + (rest.len() - word.len());
        let slug = word
            .find(|next| !is_slug(next))
            .and_then(|end| word.get(..end))
            .unwrap_or(word);
        let length;
        (self.next, length) = match word.chars().next() {
            None => (Token::End, 0),
            Some('(') => (Token::Open, 1),
            Some(')') => (Token::Close, 1),
            Some(character) if slug.is_empty() => (
                Token::Illegal(character, self.position),
                character.len_utf8(),
            ),
            Some(_) if slug.eq_ignore_ascii_case("AND") => (Token::And(slug), slug.len()),
            Some(_) if slug.eq_ignore_ascii_case("OR") => (Token::Or(slug), slug.len()),
            Some(_) => (Token::Slug(slug), slug.len()),
        };
        self.end = self.position + length;
    }

    /// Reads all of the text. Groups that are still open wait on a stack of their own: the text
    /// comes from outside and may nest deeper than calls can.
    fn query(mut self) -> Result<Query, QueryError> {
        if self.next == Token::End {
            return Err(QueryError::Empty);
        }
        let mut outer: Vec<Group> = Vec::new();
        let mut group = Group::default();
        loop {
            // A slug, or a query in parentheses.
            match self.next {
                Token::Slug(slug) => group.all.push(Query::Slug(slug.to_owned())),
                Token::Open => {
                    outer.push(take(&mut group));
                    self.advance();
                    if self.next == Token::Close {
                        let position = self.position;
                        return Err(QueryError::Hollow { position });
                    }
                    continue;
                }
                _ => return Err(self.no_operand()),
            }
            self.advance();
            // What may follow: the ends of groups, then an operator or the end.
            while self.next == Token::Close
                && let Some(around) = outer.pop()
            {
                let inner = replace(&mut group, around).close();
                group.all.push(inner);
                self.advance();
            }
            match self.next {
                Token::And(_) => {}
                Token::Or(_) => group.or(),
                Token::End if outer.is_empty() => return Ok(group.close()),
                token => {
                    let position = self.position;
                    return Err(if outer.is_empty() {
                        let token = token.to_string();
                        QueryError::Extra { token, position }
                    } else {
                        QueryError::Unclosed { position }
                    });
                }
            }
            self.advance();
        }
    }

    fn no_operand(&self) -> QueryError {
        let position = self.position;
        match self.next {
            Token::End => QueryError::End,
            Token::Illegal(character, position) => QueryError::Character {
                character,
                position,
            },
            token => QueryError::Operand {
                token: token.to_string(),
                position,
            },
        }
    }
}

/// A query, or what stands in one pair of parentheses, as far as it was read.
#[derive(Default)]
struct Group {
    /// The parts between `OR`s that are complete.
    any: Vec<Query>,
    /// The parts, joined by `AND`, of the one that is not.
    all: Vec<Query>,
}

impl Group {
    /// Ends a part at an `OR`.
    fn or(&mut self) {
        self.any.push(only(take(&mut self.all), Query::All));
    }

    fn close(mut self) -> Query {
        self.or();
        only(self.any, Query::Any)
    }
}

const fn is_slug(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-' | ':' | '*' | '/')
}

/// The only part, or `several` of them.
fn only(mut parts: Vec<Query>, several: fn(Vec<Query>) -> Query) -> Query {
    match parts.pop() {
        Some(part) if parts.is_empty() => part,
        last => {
            parts.extend(last);
            several(parts)
        }
    }
}

#[cfg(test)]
#[path = "permission_query_tests.rs"]
mod tests;
