//! What of a value from outside an error may show.

/// How many characters of a value are shown.
const LONGEST: usize = 200;

/// How many characters of a key are shown.
const START: usize = 4;

/// The shortest run of letters and digits behind a prefix that is taken for a key.
const RUN: usize = 10;

/// Whether `word` looks like a key that someone put in the wrong place: `unkey_` and what random
/// bytes look like. A file's name has a dot, or reads as words.
pub(crate) fn looks_like_a_key(word: &str) -> bool {
    let Some(at) = word.find("unkey_") else {
        return false;
    };
    let rest = word.get(at + "unkey_".len()..).unwrap_or_default();
    let run = rest
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .next()
        .unwrap_or_default();
    let random = run
        .bytes()
        .any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    run.len() >= RUN && random && !rest.contains('.')
}

/// `value` as an error shows it: of a key its first four characters, of anything else so many that
/// it can be recognised.
pub(crate) fn shown(value: &str) -> String {
    let start = |letters: usize| -> String { value.chars().take(letters).collect() };
    if value.split(['/', '\\']).any(looks_like_a_key) {
        return format!("{}…", start(START).escape_debug());
    }
    let text = start(LONGEST);
    let cut = if text.len() < value.len() { "…" } else { "" };
    format!("{}{cut}", text.escape_debug())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_key_four_characters_are_shown() {
        for value in [
            "unkey_3ZZZrootkeyzzz",
            "unkey_3ZZZrootkeyzzz/x",
            "a/unkey_3ZZZrootkeyzzz",
        ] {
            let text = shown(value);
            assert_eq!(text.chars().count(), 5, "{text}");
            assert!(!text.contains("3ZZZ"), "{text}");
        }
    }

    #[test]
    fn of_anything_else_as_much_as_a_line_holds() {
        assert_eq!(
            shown("/srv/unkey_production.db"),
            "/srv/unkey_production.db"
        );
        assert_eq!(
            shown("unkey_of_the_second_floor"),
            "unkey_of_the_second_floor"
        );
        assert_eq!(shown("a\nb"), "a\\nb");
        assert_eq!(shown(&"x".repeat(10_000)).chars().count(), LONGEST + 1);
    }
}
