//! The whole text: one SELECT, or a refusal that says why.

use sqlparser::ast::Statement;
use sqlparser::dialect::ClickHouseDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Token, Tokenizer};

use super::query::query;
use crate::error::{Code, QueryError, Result};
use crate::tree::Query;

/// How deeply a question may nest.
const DEPTH: usize = 60;

/// How many operators a question may have. A chain of them nests as deeply as it is long.
const OPERATORS: usize = 500;

/// Reads the first statement. What follows its `;` is dropped, as Unkey drops it.
pub(crate) fn parse(text: &str) -> Result<Query> {
    let dialect = ClickHouseDialect {};
    let tokens = Tokenizer::new(&dialect, text)
        .tokenize_with_location()
        .map_err(|error| syntax(&error.into()))?;
    if tokens
        .iter()
        .filter(|token| is_operator(&token.token))
        .count()
        > OPERATORS
    {
        return Err(QueryError::query("Analytics query is too complex")
            .hint("Write IN (…) instead of many comparisons."));
    }
    let mut parser = Parser::new(&dialect)
        .with_recursion_limit(DEPTH)
        .with_tokens_with_locations(tokens);
    while parser.consume_token(&Token::SemiColon) {}
    if parser.peek_token().token == Token::EOF {
        return Err(QueryError::query("No SQL statements found")
            .hint("Write a SELECT over `key_verifications_v1` or one of its per-minute, -hour, -day and -month tables."));
    }
    let statement = parser.parse_statement().map_err(|error| syntax(&error))?;
    let next = parser.peek_token();
    let ended = matches!(next.token, Token::EOF | Token::SemiColon);
    match statement {
        Statement::Update { .. } | Statement::Explain { .. } => Err(QueryError::query(
            "Invalid SQL syntax: a statement must begin with SELECT or WITH.",
        )),
        Statement::Query(_) if !ended => Err(QueryError::query(format!(
            "Invalid SQL syntax: expected the end of the statement, found: {next} at {}",
            next.span.start
        ))
        .hint(missing_comma(&next.token))),
        Statement::Query(parsed) => query(&parsed),
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
                Keyword::AND | Keyword::OR | Keyword::NOT | Keyword::UNION | Keyword::JOIN
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
    QueryError::query(format!("Invalid SQL syntax: {message}"))
}

fn missing_comma(token: &Token) -> &'static str {
    match token {
        Token::LParen => "Is a comma missing before the function?",
        _ => "",
    }
}
