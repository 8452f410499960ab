//! Tokens, with what the parser does not know of ClickHouse's grammar put into words that it does.

use sqlparser::dialect::ClickHouseDialect;
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer, TokenizerError};

/// The tokens of a text, without blanks and comments.
pub(super) fn tokens(text: &str) -> Result<Vec<TokenWithSpan>, TokenizerError> {
    let dialect = ClickHouseDialect {};
    // Escapes stay as they are written: ClickHouse and the tokenizer differ about unknown ones.
    let mut tokens = Tokenizer::new(&dialect, text)
        .with_unescape(false)
        .tokenize_with_location()?;
    tokens.retain(|token| !matches!(token.token, Token::Whitespace(_)));
    for token in &mut tokens {
        match &mut token.token {
            Token::SingleQuotedString(text) => *text = unescaped(text, '\''),
            Token::DoubleQuotedString(text) => *text = unescaped(text, '"'),
            Token::Word(word) => {
                if let Some(quote @ ('"' | '`')) = word.quote_style {
                    word.value = unescaped(&word.value, quote);
                }
            }
            _ => {}
        }
    }
    hexadecimal_numbers(text, &mut tokens);
    enclose_intervals(&mut tokens);
    casts(&mut tokens)?;
    any_joins(&mut tokens);
    limits_after_limit_by(&mut tokens);
    Ok(tokens)
}

/// Reads the escapes of a text: one that is not known keeps its backslash, as in ClickHouse.
fn unescaped(text: &str, quote: char) -> String {
    let mut letters = text.chars().peekable();
    let mut read = String::with_capacity(text.len());
    while let Some(letter) = letters.next() {
        match (letter, letters.peek().copied()) {
            (letter, Some(next)) if letter == quote && next == quote => {
                letters.next();
                read.push(quote);
            }
            ('\\', Some(escape)) => {
                letters.next();
                match escape {
                    'a' => read.push('\u{7}'),
                    'b' => read.push('\u{8}'),
                    'e' => read.push('\u{1b}'),
                    'f' => read.push('\u{c}'),
                    'n' => read.push('\n'),
                    'r' => read.push('\r'),
                    't' => read.push('\t'),
                    'v' => read.push('\u{b}'),
                    '0' => read.push('\0'),
                    'N' => {}
                    'x' => {
                        let digits: String = letters.clone().take(2).collect();
                        match u8::from_str_radix(&digits, 16) {
                            Ok(byte) if digits.len() == 2 => {
                                letters.next();
                                letters.next();
                                read.push(char::from(byte));
                            }
                            _ => read.push_str("\\x"),
                        }
                    }
                    '\\' | '\'' | '"' | '`' | '/' | '=' => read.push(escape),
                    unknown => read.extend(['\\', unknown]),
                }
            }
            (letter, _) => read.push(letter),
        }
    }
    read
}

/// `0x1F` is a number. The tokenizer takes it for the text `x'1F'`, and `0X1F` for 0 and a name.
fn hexadecimal_numbers(text: &str, tokens: &mut Vec<TokenWithSpan>) {
    for place in (1..tokens.len()).rev() {
        if let (Some(zero), Some(name)) = (tokens.get(place - 1), tokens.get(place))
            && zero.token == Token::Number("0".to_owned(), false)
            && zero.span.end == name.span.start
            && let Token::Word(word) = &name.token
            && let Some(digits) = word.value.strip_prefix('X')
            && let Ok(number) = u64::from_str_radix(digits, 16)
        {
            let number = TokenWithSpan::wrap(Token::Number(number.to_string(), false));
            tokens.splice(place - 1..=place, [number]);
        }
    }
    for token in tokens {
        let Token::HexStringLiteral(digits) = &token.token else {
            continue;
        };
        let place = |number: u64| usize::try_from(number).unwrap_or(0).saturating_sub(1);
        let start = token.span.start;
        let line = text.split('\n').nth(place(start.line));
        let first = line.and_then(|line| line.chars().nth(place(start.column)));
        if let (Some('0'), Ok(number)) = (first, u64::from_str_radix(digits, 16)) {
            token.token = Token::Number(number.to_string(), false);
        }
    }
}

pub(super) fn is(token: Option<&TokenWithSpan>, wanted: Keyword) -> bool {
    matches!(token.map(|token| &token.token), Some(Token::Word(word)) if word.keyword == wanted)
}

fn insert(tokens: &mut Vec<TokenWithSpan>, place: usize, new: impl IntoIterator<Item = Token>) {
    let new: Vec<_> = new.into_iter().map(TokenWithSpan::wrap).collect();
    tokens.splice(place..place, new);
}

/// Puts `INTERVAL n UNIT` into parentheses where a TO follows. It belongs to WITH FILL, and the
/// parser would take it for a part of the interval, as other dialects have it.
fn enclose_intervals(tokens: &mut Vec<TokenWithSpan>) {
    for place in (0..tokens.len()).rev() {
        if is(tokens.get(place), Keyword::INTERVAL) && is(tokens.get(place + 3), Keyword::TO) {
            insert(tokens, place + 3, [Token::RParen]);
            insert(tokens, place, [Token::LParen]);
        }
    }
}

/// `CAST(x, 'Type')` as `CAST(x AS Type)`.
fn casts(tokens: &mut Vec<TokenWithSpan>) -> Result<(), TokenizerError> {
    for place in (0..tokens.len()).rev() {
        if !is(tokens.get(place), Keyword::CAST) {
            continue;
        }
        let Some(end) = closing(tokens, place + 1) else {
            continue;
        };
        let (Some(comma), Some(name)) = (end.checked_sub(2), end.checked_sub(1)) else {
            continue;
        };
        let kind = match (tokens.get(comma), tokens.get(name)) {
            (Some(comma), Some(name)) if comma.token == Token::Comma => match &name.token {
                Token::SingleQuotedString(kind) => kind.clone(),
                _ => continue,
            },
            _ => continue,
        };
        let kind = Tokenizer::new(&ClickHouseDialect {}, &kind).tokenize()?;
        let new = std::iter::once(Token::make_keyword("AS"))
            .chain(kind)
            .map(TokenWithSpan::wrap);
        tokens.splice(comma..end, new.collect::<Vec<_>>());
    }
    Ok(())
}

/// Where the parenthesis at `open` is closed.
fn closing(tokens: &[TokenWithSpan], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (place, token) in tokens.iter().enumerate().skip(open) {
        match token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return (place > open).then_some(place);
        }
    }
    None
}

/// `ANY LEFT JOIN` and `LEFT ANY JOIN` as `LEFT SEMI JOIN`, which stands for nothing else here.
fn any_joins(tokens: &mut Vec<TokenWithSpan>) {
    for place in (0..tokens.len()).rev() {
        if !is(tokens.get(place), Keyword::ANY) {
            continue;
        }
        let side = |place: Option<usize>| {
            place.is_some_and(|place| {
                [Keyword::LEFT, Keyword::RIGHT, Keyword::INNER]
                    .iter()
                    .any(|side| is(tokens.get(place), *side))
            })
        };
        let semi = || Token::make_keyword("SEMI");
        if is(tokens.get(place + 1), Keyword::JOIN) {
            // The side stands before, or there is none.
            let inner = place
                .checked_sub(1)
                .filter(|before| is(tokens.get(*before), Keyword::INNER));
            tokens.splice(
                inner.unwrap_or(place)..=place,
                [TokenWithSpan::wrap(semi())],
            );
        } else if side(Some(place + 1)) && is(tokens.get(place + 2), Keyword::JOIN) {
            tokens.remove(place);
            if is(tokens.get(place), Keyword::INNER) {
                tokens.remove(place);
                insert(tokens, place, [semi()]);
            } else {
                insert(tokens, place + 1, [semi()]);
            }
        }
    }
}

/// `SELECT … LIMIT 1 BY k LIMIT 10` as `SELECT * FROM (SELECT … LIMIT 1 BY k) LIMIT 10`.
fn limits_after_limit_by(tokens: &mut Vec<TokenWithSpan>) {
    for place in (0..tokens.len()).rev() {
        if !is(tokens.get(place), Keyword::LIMIT) {
            continue;
        }
        // Back to the SELECT that it belongs to, on its own level.
        let (mut depth, mut limited, mut by) = (0_usize, false, false);
        let mut start = None;
        for before in (0..place).rev() {
            match tokens.get(before).map(|token| &token.token) {
                Some(Token::RParen) => depth += 1,
                Some(Token::LParen) if depth == 0 => break,
                Some(Token::LParen) => depth -= 1,
                Some(Token::Word(word)) if depth == 0 => match word.keyword {
                    Keyword::BY if !limited => by = true,
                    Keyword::LIMIT => limited = true,
                    Keyword::ORDER | Keyword::GROUP if !limited => by = false,
                    Keyword::SELECT => {
                        start = Some(before);
                        break;
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        if let (Some(start), true, true) = (start, limited, by) {
            insert(tokens, place, [Token::RParen]);
            let select = ["SELECT"].map(Token::make_keyword);
            let from = [Token::Mul, Token::make_keyword("FROM"), Token::LParen];
            insert(tokens, start, select.into_iter().chain(from));
        }
    }
}
