//! What people write around a secret: in a file, in a variable, in a header.

/// Names that stand before the secret, as in a `.env` file or a header.
const NAMES: [&str; 3] = ["UNKEY_ROOT_KEY", "ROOT_KEY", "Authorization"];

/// The secret without what stands around it: white space, quotes, `Bearer ` and `UNKEY_ROOT_KEY=`,
/// each of which may stand inside another, such as `UNKEY_ROOT_KEY="Bearer unkey_…"`.
///
/// What is left need not be a secret: whoever asks knows what theirs look like.
pub fn bare_secret(text: &str) -> &str {
    let mut rest = text.trim_start_matches('\u{feff}');
    loop {
        let before = rest;
        rest = without_quotes(rest.trim());
        for word in ["export ", "Bearer "] {
            rest = without_word(rest, word);
        }
        for name in NAMES {
            rest = without_name(rest, name);
        }
        if rest == before {
            return rest;
        }
    }
}

fn without_quotes(text: &str) -> &str {
    ['"', '\'', '`']
        .into_iter()
        .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(text)
}

fn without_word<'a>(text: &'a str, word: &str) -> &'a str {
    match text.split_at_checked(word.len()) {
        Some((start, rest)) if start.eq_ignore_ascii_case(word) => rest.trim_start(),
        _ => text,
    }
}

fn without_name<'a>(text: &'a str, name: &str) -> &'a str {
    let rest = without_word(text, name);
    if rest.len() == text.len() {
        return text;
    }
    match rest.trim_start().strip_prefix(['=', ':']) {
        Some(value) => value.trim_start(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_stands_around_a_secret_goes_in_whatever_order() {
        for text in [
            "unkey_1",
            " \u{a0}unkey_1\r\n",
            "\u{feff}'unkey_1'",
            "bearer  unkey_1",
            "\"Bearer unkey_1\"",
            "Authorization: Bearer unkey_1",
            "export UNKEY_ROOT_KEY = `Bearer 'unkey_1'`",
        ] {
            assert_eq!(bare_secret(text), "unkey_1", "{text:?}");
        }
        for text in ["", "\"\"", "Bearer \"\"", "UNKEY_ROOT_KEY="] {
            assert_eq!(bare_secret(text), "", "{text:?}");
        }
    }

    #[test]
    fn what_is_part_of_a_secret_stays() {
        for text in [
            "UNKEY_ROOT_KEY",
            "bearer_1",
            "'unkey_1",
            "a b",
            "root_key_1",
        ] {
            assert_eq!(bare_secret(text), text);
        }
    }
}
