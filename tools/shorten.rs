//! What a caller sent, short enough to be quoted.

use std::borrow::Cow;

/// How many characters of a caller's text a message quotes.
const QUOTED: usize = 100;

/// The first characters of `text`, with an ellipsis where there are more.
///
/// What quotes a caller's text quotes it through this: the text may be as long as a request.
pub fn shorten(text: &str) -> Cow<'_, str> {
    cut(text, QUOTED)
}

/// The first `most` characters of `text`, with an ellipsis where there are more.
pub(crate) fn cut(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_quoted_whole_up_to_a_hundred_characters() {
        for letter in ["x", "é", "🙂"] {
            let whole = letter.repeat(100);
            assert_eq!(shorten(&whole), whole);
            assert_eq!(shorten(&(whole.clone() + letter)), whole + "…");
        }
    }
}
