//! Looking for text in lists.

/// A pattern for `LIKE … ESCAPE '\'` that finds the text anywhere, its wildcards as they are
/// written. No text, or nothing but white space, finds everything.
pub(super) fn anywhere(text: Option<&str>) -> String {
    let mut pattern = String::from("%");
    for letter in text.unwrap_or_default().trim().chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    if pattern.len() > 1 {
        pattern.push('%');
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_in_a_pattern_means_itself() {
        assert_eq!(anywhere(Some(" 50%_off\\ ")), r"%50\%\_off\\%");
        for nothing in [None, Some(""), Some("  ")] {
            assert_eq!(anywhere(nothing), "%");
        }
    }
}
