//! The whole text: one SELECT, or a refusal that says why.

use sqlparser::ast::{Query, Statement};
use sqlparser::dialect::ClickHouseDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::hints;
use super::tokens::tokens;
use crate::error::{Code, QueryError, Result};
use crate::types::Dataset;

/// How many bytes a question may have.
const LENGTH: usize = 16_384;

/// How deeply a question may nest.
const DEPTH: usize = 100;

/// How many names, values and operators a question may have.
const NODES: usize = 2_000;

/// How many operators a question may have. A chain of them nests as deeply as it is long.
const OPERATORS: usize = 1_000;

/// Reads a text that is one SELECT.
pub(crate) fn parse(text: &str, dataset: Dataset) -> Result<Box<Query>> {
    if text.len() > LENGTH {
        return Err(
            QueryError::query("Analytics query exceeds the maximum length")
                .hint(&format!("It may have {LENGTH} bytes.")),
        );
    }
    let tokens = tokens(text).map_err(|error| syntax(&error.into()))?;
    check_size(&tokens)?;
    check_settings(&tokens)?;
    let hint = hints::of_statement(&tokens);
    let mut parser = Parser::new(&ClickHouseDialect {})
        .with_recursion_limit(DEPTH)
        .with_tokens_with_locations(tokens);
    while parser.consume_token(&Token::SemiColon) {}
    if parser.peek_token().token == Token::EOF {
        return Err(QueryError::query("No SQL statements found").hint(dataset.hint()));
    }
    let statement = parser
        .parse_statement()
        .map_err(|error| syntax(&error).hint(hint))?;
    let query = match statement {
        Statement::Query(query) => query,
        Statement::Update { .. } | Statement::Explain { .. } => {
            return Err(QueryError::syntax(
                "a statement must begin with SELECT or WITH.",
            ));
        }
        _ => {
            return Err(QueryError::new(
                Code::InvalidAnalyticsQueryType,
                "Only SELECT queries are allowed",
            )
            .hint("Begin the query with SELECT or WITH: analytics are read-only."));
        }
    };
    let next = parser.peek_token();
    if !matches!(next.token, Token::EOF | Token::SemiColon) {
        return Err(QueryError::syntax(format!(
            "expected the end of the statement, found: {}{}",
            next.token, next.span.start
        ))
        .hint(hints::of_token(
            &next.token,
            &parser.get_current_token().token,
        )));
    }
    while parser.consume_token(&Token::SemiColon) {}
    if parser.peek_token().token != Token::EOF {
        return Err(QueryError::query(
            "Analytics queries must contain exactly one statement",
        ));
    }
    Ok(query)
}

fn check_size(tokens: &[TokenWithSpan]) -> Result<()> {
    let (mut operators, mut nodes) = (0, 0);
    for token in tokens {
        operators += usize::from(is_operator(&token.token));
        nodes += usize::from(is_operator(&token.token) || is_operand(&token.token));
    }
    if nodes > NODES || operators > OPERATORS {
        return Err(QueryError::too_complex().hint(&format!(
            "It may have {NODES} names, values and operators, and {OPERATORS} operators alone: \
             use IN (…) instead of many comparisons, fewer joins and nested parts."
        )));
    }
    Ok(())
}

fn is_operand(token: &Token) -> bool {
    match token {
        Token::Word(word) => word.keyword == Keyword::NoKeyword || word.quote_style.is_some(),
        Token::Number(..) | Token::SingleQuotedString(_) | Token::DoubleQuotedString(_) => true,
        _ => false,
    }
}

fn is_operator(token: &Token) -> bool {
    match token {
        Token::Word(word) => matches!(
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
        ),
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

fn check_settings(tokens: &[TokenWithSpan]) -> Result<()> {
    let settings = |three: &[TokenWithSpan]| {
        let [word, _, equals] = three else {
            return false;
        };
        super::tokens::is(Some(word), Keyword::SETTINGS) && equals.token == Token::Eq
    };
    if tokens.windows(3).any(settings) {
        return Err(QueryError::query("SETTINGS clauses are not allowed")
            .hint("Leave them out: the limits are fixed."));
    }
    Ok(())
}

fn syntax(error: &ParserError) -> QueryError {
    let message = match error {
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => message,
        ParserError::RecursionLimitExceeded => "it nests too deeply",
    };
    // The parser shows its own insides there.
    match message.rfind(" at Line") {
        Some(place) if message.starts_with("No infix parser") => {
            QueryError::syntax(format!("unknown operator{}", message.split_at(place).1))
        }
        _ => QueryError::syntax(message),
    }
}
