//! What people write into a file that is to hold one secret.

use super::SecretProblem;

/// Names that stand before the secret, as in a `.env` file or a header.
const NAMES: [&str; 3] = ["UNKEY_ROOT_KEY", "ROOT_KEY", "Authorization"];

/// The secret in `text`, or `None` where there is nothing.
///
/// What is plainly meant is understood: white space and quotes around it, `Bearer ` and
/// `UNKEY_ROOT_KEY=` before it.
pub(super) fn secret(text: &str) -> Result<Option<&str>, SecretProblem> {
    let mut lines = text
        .trim_start_matches('\u{feff}')
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let Some(line) = lines.next() else {
        return Ok(None);
    };
    if lines.next().is_some() {
        return Err(SecretProblem::SeveralLines);
    }
    let bare = bare(line);
    if bare.is_empty() || !bare.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(SecretProblem::Characters);
    }
    if bare.contains(['"', '\'', '`', ':', ';', ',', '<', '>', '{', '}', '$', '\\']) {
        return Err(SecretProblem::Characters);
    }
    Ok(Some(bare))
}

/// The line without what stands around the secret.
fn bare(line: &str) -> &str {
    let mut rest = line;
    // Each may stand inside another, such as UNKEY_ROOT_KEY="Bearer unkey_…".
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
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "unkey_3ZZZrootkeyzzz";

    #[test]
    fn what_is_plainly_meant_is_understood() {
        for text in [
            "unkey_3ZZZrootkeyzzz",
            "unkey_3ZZZrootkeyzzz\n",
            "\n  unkey_3ZZZrootkeyzzz \r\n\n",
            "\u{feff}unkey_3ZZZrootkeyzzz",
            "\"unkey_3ZZZrootkeyzzz\"",
            "'unkey_3ZZZrootkeyzzz'\n",
            "Bearer unkey_3ZZZrootkeyzzz",
            "bearer  unkey_3ZZZrootkeyzzz",
            "Authorization: Bearer unkey_3ZZZrootkeyzzz",
            "UNKEY_ROOT_KEY=unkey_3ZZZrootkeyzzz",
            "export UNKEY_ROOT_KEY = 'unkey_3ZZZrootkeyzzz'",
            "UNKEY_ROOT_KEY=\"Bearer unkey_3ZZZrootkeyzzz\"",
        ] {
            assert_eq!(secret(text).unwrap(), Some(KEY), "{text:?}");
        }
        for text in ["", " \n\t\n", "\u{feff}"] {
            assert_eq!(secret(text).unwrap(), None, "{text:?}");
        }
    }

    #[test]
    fn what_may_be_meant_otherwise_is_refused() {
        for text in [
            "unkey_3ZZZroot keyzzz",
            "\"unkey_3ZZZrootkeyzzz",
            "${UNKEY_ROOT_KEY}",
            "<your root key>",
            "unkey_3ZZZschlüssel",
            "\"\"",
            "Bearer ''",
            "{\"key\":\"unkey_3ZZZrootkeyzzz\"}",
        ] {
            assert!(
                matches!(secret(text), Err(SecretProblem::Characters)),
                "{text:?}"
            );
        }
        let two = format!("{KEY}\n{KEY}\n");
        assert!(matches!(secret(&two), Err(SecretProblem::SeveralLines)));
    }

    proptest! {
        #[test]
        fn whatever_is_taken_is_a_part_of_the_text(text in ".{0,60}") {
            if let Ok(Some(found)) = secret(&text) {
                prop_assert!(text.contains(found));
                prop_assert!(found.bytes().all(|byte| byte.is_ascii_graphic()));
            }
        }
    }
}
