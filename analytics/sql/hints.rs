//! What to write instead of what the parser cannot read.

use sqlparser::ast;
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

const COMMENT: &str = "A comment begins with --.";

/// For a token at which the statement should have ended, and the one before it.
pub(super) fn of_token(token: &Token, before: &Token) -> &'static str {
    match token {
        Token::LParen if word(before) == Some(Keyword::FILTER) => {
            "Write countIf(condition) or sumIf(x, condition)."
        }
        Token::LParen => "Is a comma missing before the function?",
        token if word(token) == Some(Keyword::BY) => "Write LIMIT n BY column without OFFSET.",
        Token::Placeholder(_) => "Write if(condition, then, else).",
        Token::Sharp => COMMENT,
        token if word(token) == Some(Keyword::WITH) => "Write LIMIT without WITH TIES.",
        Token::Word(word) if word.value.eq_ignore_ascii_case("apply") => {
            "Name the columns, and write the function around each."
        }
        _ => "",
    }
}

/// For a statement that could not be read to its end.
pub(super) fn of_statement(tokens: &[TokenWithSpan]) -> &'static str {
    let mut before = None;
    for token in tokens.iter().map(|token| &token.token) {
        match (before, token) {
            (_, token) if word(token) == Some(Keyword::DIV) => return "Write floor(a / b).",
            (Some(Keyword::INTERVAL), Token::SingleQuotedString(_)) => {
                return "Write for example INTERVAL 7 DAY.";
            }
            (_, Token::Sharp) => return COMMENT,
            _ => before = word(token),
        }
    }
    value_in_with(tokens)
}

/// For an expression that was read and is not known here.
pub(super) fn of_expression(expression: &ast::Expr) -> &'static str {
    match expression {
        ast::Expr::IsDistinctFrom(..) => "Write a != b.",
        ast::Expr::IsNotDistinctFrom(..) => "Write a = b.",
        ast::Expr::AnyOp { .. } | ast::Expr::AllOp { .. } => {
            "Write IN (SELECT …), or compare with (SELECT min(x) FROM …) or (SELECT max(x) FROM …)."
        }
        ast::Expr::RLike { .. } => "Write x LIKE '%text%', or startsWith(x, 'text').",
        _ => "",
    }
}

fn word(token: &Token) -> Option<Keyword> {
    match token {
        Token::Word(word) => Some(word.keyword),
        _ => None,
    }
}

/// What to write instead where WITH names a value, which ClickHouse takes.
fn value_in_with(tokens: &[TokenWithSpan]) -> &'static str {
    let mut words = tokens.iter().map(|token| &token.token);
    let first = [words.next(), words.next(), words.next(), words.next()];
    let keyword = |token: Option<&Token>, wanted| matches!(token, Some(Token::Word(word)) if word.keyword == wanted);
    let [with, name, as_, open] = first;
    let names_a_query = matches!(name, Some(Token::Word(_)))
        && keyword(as_, Keyword::AS)
        && matches!(open, Some(Token::LParen));
    if keyword(with, Keyword::WITH) && !names_a_query {
        "After WITH write `name AS (SELECT …)`; write a value where it is used instead."
    } else {
        ""
    }
}
