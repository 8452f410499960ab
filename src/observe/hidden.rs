//! Characters that a reader does not see and that a model may follow: they are shown as escapes.

use std::fmt::Write as _;

const JOINER: char = '\u{200d}';
const PICTURE: char = '\u{fe0f}';
const KEYCAP: char = '\u{20e3}';

/// Whether a reader does not see `letter`: joiners and blanks of no width, marks that turn the
/// direction of text, tags, variation selectors and fillers. Spaces of any width are seen.
pub(super) fn is_hidden(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fdd0}'..='\u{fdef}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{fffe}'..='\u{ffff}'
            | '\u{13430}'..='\u{13455}'
            | '\u{16fe4}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Writes `text`, in which hidden characters and those that `is_escaped` names are escapes.
pub(super) fn write(shown: &mut String, text: &str, is_escaped: impl Fn(char) -> bool) {
    let mut before = None;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let after = letters.peek().copied();
        let is_hidden = is_hidden(letter) && !is_part_of_an_emoji(before, letter, after);
        if is_hidden || is_escaped(letter) {
            // Writing to a string does not fail.
            let _ = write!(shown, "{}", letter.escape_default());
            before = None;
        } else {
            shown.push(letter);
            before = Some(letter);
        }
    }
}

/// Whether `letter` only gives the emoji around it the form that people know: the variation selector
/// behind a symbol and the joiner between two. More than one in a row is no emoji and may be a message.
fn is_part_of_an_emoji(before: Option<char>, letter: char, after: Option<char>) -> bool {
    let Some(before) = before else {
        return false;
    };
    match (letter, after) {
        (PICTURE, Some(KEYCAP)) => before.is_ascii_digit() || matches!(before, '#' | '*'),
        (PICTURE, Some(after)) if is_hidden(after) && after != JOINER => false,
        (PICTURE, _) => is_symbol(before),
        (JOINER, Some(after)) => (before == PICTURE || is_symbol(before)) && is_symbol(after),
        _ => false,
    }
}

/// Whether it is of the blocks that hold the emoji, all of which are seen.
fn is_symbol(letter: char) -> bool {
    matches!(
        letter,
        '©' | '®'
            | '\u{203c}'
            | '\u{2049}'
            | '\u{2122}'
            | '\u{2139}'
            | '\u{2190}'..='\u{23ff}'
            | '\u{2460}'..='\u{24ff}'
            | '\u{25a0}'..='\u{27bf}'
            | '\u{2900}'..='\u{297f}'
            | '\u{2b00}'..='\u{2bff}'
            | '\u{3030}'
            | '\u{303d}'
            | '\u{3297}'
            | '\u{3299}'
            | '\u{1f000}'..='\u{1faff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let mut shown = String::new();
        write(&mut shown, text, char::is_control);
        shown
    }

    #[test]
    fn what_a_reader_does_not_see_becomes_an_escape() {
        for (text, expected) in [
            ("a\u{200b}b", "a\\u{200b}b"),
            ("\u{202e}evil\u{2069}", "\\u{202e}evil\\u{2069}"),
            ("\u{e0041}\u{e007f}", "\\u{e0041}\\u{e007f}"),
            ("a\u{fe0f}", "a\\u{fe0f}"),
            ("a\u{200d}b\u{200c}", "a\\u{200d}b\\u{200c}"),
            ("x\u{feff}\u{ad}\u{2028}", "x\\u{feff}\\u{ad}\\u{2028}"),
            ("\u{9b}31m\u{7f}", "\\u{9b}31m\\u{7f}"),
            ("\u{3164}\u{2800}", "\\u{3164}\\u{2800}"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }

    #[test]
    fn emoji_and_letters_of_all_scripts_stay() {
        for text in [
            "❤️ ❤️‍🔥 👩‍💻 👩🏽‍🚀 1️⃣ 🇩🇪 ☺️",
            "für Élise, 東京\u{3000}مرحبا שלום",
            "",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn a_message_behind_an_emoji_is_shown() {
        for (text, expected) in [
            ("😀\u{fe0f}\u{fe01}", "😀\\u{fe0f}\\u{fe01}"),
            ("😀\u{e0101}\u{e0102}", "😀\\u{e0101}\\u{e0102}"),
            ("😀\u{fe0f}\u{fe0f}", "😀\\u{fe0f}\\u{fe0f}"),
            ("😀\u{200d}\u{200d}😀", "😀\\u{200d}\\u{200d}😀"),
            ("😀\u{200d}a", "😀\\u{200d}a"),
            ("🏴\u{e0067}\u{e007f}", "🏴\\u{e0067}\\u{e007f}"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }
}
