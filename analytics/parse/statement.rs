//! The whole text: one SELECT, or a refusal that says why.

use sqlparser::ast::Statement;
use sqlparser::dialect::ClickHouseDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token;

use super::instead;
use super::query::query;
use super::tokens::tokens;
use crate::ast::Query;
use crate::error::{Code, QueryError, Result};

/// How deeply a question may nest.
const DEPTH: usize = 100;

/// How many operators a question may have. A chain of them nests as deeply as it is long.
const OPERATORS: usize = 1_000;

/// How many bytes a question may have.
const LENGTH: usize = 16_384;

/// Reads a text that is one statement.
pub(crate) fn parse(text: &str) -> Result<Query> {
    if text.len() > LENGTH {
        return Err(
            QueryError::query("Analytics query exceeds the maximum length")
                .hint(&format!("It may have {LENGTH} bytes.")),
        );
    }
    let tokens = tokens(text).map_err(|error| syntax(&error.into()))?;
    if tokens
        .iter()
        .filter(|token| is_operator(&token.token))
        .count()
        > OPERATORS
    {
        return Err(QueryError::query("Analytics query is too complex")
            .hint("Use fewer operators: IN (…) instead of many comparisons, fewer joins and nested parts."));
    }
    for (place, token) in tokens.iter().enumerate() {
        if matches!(&token.token, Token::Word(word) if word.keyword == Keyword::SETTINGS)
            && matches!(
                tokens.get(place + 2).map(|token| &token.token),
                Some(Token::Eq)
            )
        {
            return Err(QueryError::query("SETTINGS clauses are not allowed"));
        }
    }
    let hint = instead::of_statement(&tokens);
    let dialect = ClickHouseDialect {};
    let mut parser = Parser::new(&dialect)
        .with_recursion_limit(DEPTH)
        .with_tokens_with_locations(tokens);
    while parser.consume_token(&Token::SemiColon) {}
    if parser.peek_token().token == Token::EOF {
        return Err(QueryError::query("No SQL statements found")
            .hint("Write a SELECT over `key_verifications_v1` or one of its per-minute, -hour, -day and -month tables."));
    }
    let statement = parser
        .parse_statement()
        .map_err(|error| syntax(&error).hint(hint))?;
    let next = parser.peek_token();
    let ended = matches!(next.token, Token::EOF | Token::SemiColon);
    match statement {
        Statement::Update { .. } | Statement::Explain { .. } => Err(QueryError::query(
            "Invalid SQL syntax: a statement must begin with SELECT or WITH.",
        )),
        Statement::Query(_) if !ended => Err(QueryError::query(format!(
            "Invalid SQL syntax: expected the end of the statement, found: {}{}",
            next.token, next.span.start
        ))
        .hint(instead::of_token(
            &next.token,
            &parser.get_current_token().token,
        ))),
        Statement::Query(parsed) => {
            while parser.consume_token(&Token::SemiColon) {}
            if parser.peek_token().token != Token::EOF {
                return Err(QueryError::query(
                    "Analytics queries must contain exactly one statement",
                ));
            }
            query(&parsed)
        }
        _ => Err(QueryError::new(
            Code::InvalidAnalyticsQueryType,
            "Only SELECT queries are allowed",
        )
        .hint("Begin the query with SELECT or WITH: analytics are read-only.")),
    }
}

fn is_operator(token: &Token) -> bool {
    match token {
        Token::Word(word) => {
            matches!(
                word.keyword,
                Keyword::AND
                    | Keyword::OR
                    | Keyword::NOT
                    | Keyword::IS
                    | Keyword::IN
                    | Keyword::LIKE
                    | Keyword::ILIKE
                    | Keyword::BETWEEN
                    | Keyword::REGEXP
                    | Keyword::RLIKE
                    | Keyword::DIV
                    | Keyword::WHEN
                    | Keyword::UNION
                    | Keyword::INTERSECT
                    | Keyword::EXCEPT
                    | Keyword::JOIN
            )
        }
        Token::Comma
        | Token::LParen
        | Token::RParen
        | Token::RBracket
        | Token::Period
        | Token::SemiColon
        | Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::Whitespace(_)
        | Token::EOF => false,
        _ => true,
    }
}

fn syntax(error: &ParserError) -> QueryError {
    let message = match error {
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => message,
        ParserError::RecursionLimitExceeded => "it nests too deeply",
    };
    // The parser shows its own insides there.
    let message = match (
        message.starts_with("No infix parser"),
        message.rfind(" at Line"),
    ) {
        (true, Some(place)) => &format!("unknown operator{}", message.split_at(place).1),
        _ => message,
    };
    QueryError::query(format!("Invalid SQL syntax: {message}"))
}
