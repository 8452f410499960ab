//! The whole text: one SELECT, or a refusal that says why.

use sqlparser::ast::Statement;
use sqlparser::dialect::ClickHouseDialect;
use sqlparser::parser::{Parser, ParserError};

use super::query::query;
use crate::error::{Code, QueryError, Result};
use crate::tree::Query;

/// How deeply a question may nest.
const DEPTH: usize = 100;

/// Reads the first statement. What follows its `;` is dropped, as Unkey drops it.
pub(crate) fn parse(text: &str) -> Result<Query> {
    let dialect = ClickHouseDialect {};
    let mut parser = Parser::new(&dialect)
        .with_recursion_limit(DEPTH)
        .try_with_sql(text)
        .map_err(|error| syntax(&error))?;
    while parser.consume_token(&sqlparser::tokenizer::Token::SemiColon) {}
    if parser.peek_token().token == sqlparser::tokenizer::Token::EOF {
        return Err(QueryError::query("No SQL statements found")
            .hint("Write a SELECT over `key_verifications_v1` or one of its per-minute, -hour, -day and -month tables."));
    }
    let statement = parser.parse_statement().map_err(|error| syntax(&error))?;
    let next = parser.peek_token();
    let ended = matches!(
        next.token,
        sqlparser::tokenizer::Token::EOF | sqlparser::tokenizer::Token::SemiColon
    );
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

fn syntax(error: &ParserError) -> QueryError {
    let message = match error {
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => message,
        ParserError::RecursionLimitExceeded => "it nests too deeply",
    };
    QueryError::query(format!("Invalid SQL syntax: {message}"))
}

fn missing_comma(token: &sqlparser::tokenizer::Token) -> &'static str {
    match token {
        sqlparser::tokenizer::Token::LParen => "Is a comma missing before the function?",
        _ => "",
    }
}
