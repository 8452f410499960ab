//! What people write into a file that is to hold one secret.

use unkey_tools::types::bare_secret;

use super::SecretProblem;

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
    let bare = bare_secret(line);
    if bare.is_empty() || !bare.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(SecretProblem::Characters);
    }
    if bare.contains(['"', '\'', '`', ':', ';', ',', '<', '>', '{', '}', '$', '\\']) {
        return Err(SecretProblem::Characters);
    }
    Ok(Some(bare))
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
