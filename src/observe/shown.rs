//! How text from outside is shown: in a log, an error, an answer. Somebody may have put a key where
//! a name belongs.

use std::borrow::Cow;
use std::path::Path;

use unkey_tools::is_of_portal_users;

use super::hidden;

/// How many characters of a name are shown.
const NAME_CHARS: usize = 64;

/// How many characters of a text are looked at. Longer paths do not exist.
const TEXT_CHARS: usize = 4096;

/// How many characters of what may be a key are shown.
const KEY_CHARS: usize = 4;

/// A name (of a host, a tool, a path, a value), fit to be shown: cut, control characters escaped,
/// and of what may be a key the first four characters alone. What names a tool is shown whole.
pub fn name(text: &str) -> String {
    let shown = cut_name(text);
    if shown != text && (unkey_tools::find(text).is_some() || is_of_portal_users(text)) {
        return text.to_owned();
    }
    shown
}

fn cut_name(text: &str) -> String {
    // What may be a key is looked for in more than is shown: the cut might leave half of one.
    let shown = redact(cut(text, 4 * NAME_CHARS));
    let start = cut(&shown, NAME_CHARS);
    let is_cut = start.len() < shown.len() || cut(text, 4 * NAME_CHARS).len() < text.len();
    if is_cut && !start.ends_with('…') {
        format!("{start}…")
    } else {
        shown.into_owned()
    }
}

/// A path, fit to be shown.
pub fn path(path: &Path) -> String {
    redact(cut(&path.to_string_lossy(), TEXT_CHARS)).into_owned()
}

/// The same text, in which characters that nobody sees are escaped, and of what may be a key the first
/// four are left.
pub fn redact(text: &str) -> Cow<'_, str> {
    redact_unless(text, |_| false)
}

/// [`redact`], which leaves the words that `is_known` says yes to.
pub fn redact_unless(text: &str, is_known: impl Fn(&str) -> bool) -> Cow<'_, str> {
    if is_plain(text) && !text.contains('@') && !words(text).any(|(_, word)| may_be_key(word)) {
        return Cow::Borrowed(text);
    }
    let text = without_user(text);
    let mut shown = String::with_capacity(text.len());
    let mut end = 0;
    for (start, word) in words(&text) {
        escape(&mut shown, text.get(end..start).unwrap_or_default());
        if may_be_key(word) && !is_known(word) {
            shown.push_str(cut(word, KEY_CHARS));
            shown.push('…');
        } else {
            shown.push_str(word);
        }
        end = start + word.len();
    }
    escape(&mut shown, text.get(end..).unwrap_or_default());
    Cow::Owned(shown)
}

/// A text that holds ids and other names that look random, in which nothing but root keys is cut: of
/// each its first four characters are left. JSON stays JSON.
pub fn without_root_keys(text: &str) -> Cow<'_, str> {
    if !words(text).any(|(_, word)| is_root_key(word)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut end = 0;
    for (start, word) in words(text).filter(|(_, word)| is_root_key(word)) {
        let key = start + root_key_start(word).unwrap_or_default();
        shown.push_str(text.get(end..key + KEY_CHARS).unwrap_or_default());
        shown.push('…');
        end = start + word.len();
    }
    shown.push_str(text.get(end..).unwrap_or_default());
    Cow::Owned(shown)
}

/// The byte at which a root key begins in a text, if there is one. Names of variables, which have
/// capitals alone, are none.
pub fn root_key_at(text: &str) -> Option<usize> {
    words(text)
        .filter(|(_, word)| is_root_key(word))
        .map(|(start, word)| (start, word.get(root_key_start(word).unwrap_or_default()..)))
        .find(|(_, key)| {
            let rest = key.and_then(|key| key.get(6..)).unwrap_or_default();
            rest.contains(|letter: char| letter.is_ascii_lowercase())
        })
        .map(|(start, _)| start)
}

/// The same text in one line, in which characters that nobody sees are escaped.
pub fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    escape(&mut shown, text);
    shown
}

/// The same text, in which characters that nobody sees are escaped and lines stay lines; nothing where
/// there are none of these.
pub fn visible(text: &str) -> Option<String> {
    let is_escaped = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
    if is_plain(text)
        || !text
            .chars()
            .any(|letter| is_escaped(letter) || hidden::is_hidden(letter))
    {
        return None;
    }
    let mut shown = String::with_capacity(text.len());
    hidden::write(&mut shown, text, is_escaped);
    Some(shown)
}

/// [`redact`] for a text of several lines, which stay lines.
pub fn lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(redact).collect();
    lines.join("\n")
}

/// The first `count` characters.
pub fn cut(text: &str, count: usize) -> &str {
    text.char_indices()
        .nth(count)
        .and_then(|(end, _)| text.get(..end))
        .unwrap_or(text)
}

/// Without what stands before the `@` of an address: a user's name and password.
fn without_user(text: &str) -> Cow<'_, str> {
    let Some(at) = text.rfind('@') else {
        return Cow::Borrowed(text);
    };
    let (before, host) = text.split_at(at);
    let start = before
        .rfind(|letter: char| letter == '/' || letter.is_whitespace())
        .map_or(0, |slash| slash + 1);
    let user = before.get(start..).unwrap_or_default();
    let kept = before.get(..start).unwrap_or_default();
    Cow::Owned(format!("{kept}{}…{host}", cut(user, KEY_CHARS)))
}

/// What may be a key, as far as its letters go: runs of letters, digits, `_` and `-`.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let inside = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let mut rest = 0;
    std::iter::from_fn(move || {
        let bytes = text.as_bytes();
        let start = rest + bytes.get(rest..)?.iter().position(inside)?;
        let from = bytes.get(start..)?;
        let length = from.iter().position(|byte| !inside(byte));
        rest = start + length.unwrap_or(from.len());
        Some((start, text.get(start..rest)?))
    })
}

/// Whether a word looks like a root key or another key: `unkey_3Z…`, or long and random. Names of
/// tools, folders and hosts do not.
pub(crate) fn may_be_key(word: &str) -> bool {
    is_root_key(word) || word.split(['_', '-']).any(is_random)
}

/// Whether a word is Unkey's prefix and something that no name has: the hosted server's tools begin
/// so too (`unkey_v2_ratelimit_limit`).
pub(crate) fn is_root_key(word: &str) -> bool {
    let Some(start) = root_key_start(word) else {
        return false;
    };
    let rest = word.get(start + 6..).unwrap_or_default();
    let first = rest.split('_').next().unwrap_or_default();
    // As of our own variables, UNKEY_ROOT_KEY say, which errors name.
    let reads = |of: fn(&u8) -> bool| first.as_bytes().iter().all(of);
    let named = reads(u8::is_ascii_lowercase)
        || reads(u8::is_ascii_uppercase)
        || matches!(first, "v1" | "v2");
    !named && first.len() > 2 || rest.split('_').any(|part| part.len() >= 16)
}

/// Where Unkey's prefix stands in a word.
fn root_key_start(word: &str) -> Option<usize> {
    let prefix = b"unkey_";
    word.as_bytes()
        .windows(prefix.len())
        .position(|start| start.eq_ignore_ascii_case(prefix))
}

/// Whether letters and digits are mixed as in a key, over a length that no name has.
fn is_random(part: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| part.as_bytes().iter().any(kind);
    let digit = has(u8::is_ascii_digit);
    let (upper, lower) = (has(u8::is_ascii_uppercase), has(u8::is_ascii_lowercase));
    match part.len() {
        ..16 => false,
        16..20 => digit && upper && lower,
        20..40 => digit && (upper || lower) || upper && lower,
        _ => true,
    }
}

fn escape(shown: &mut String, text: &str) {
    hidden::write(shown, text, char::is_control);
}

/// Whether nothing in it can be hidden: most texts are ASCII.
fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii() && !byte.is_ascii_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_may_be_a_key_four_characters_are_shown() {
        for (text, expected) in [
            ("unkey_3ZZZrootkeyzzz", "unke…"),
            ("/home/me/unkey_3ZZZrootkeyzzz.db", "/home/me/unke….db"),
            ("UNKEY_3ZZZROOTKEYZZZ", "UNKE…"),
            ("unkey_3Zabc", "unke…"),
            ("sk_live_4fJ8kQ2mZx9LpR7v", "sk_l…"),
            (
                "http://unkey_3zzzrootkeyzzz.example/v2",
                "http://unke….example/v2",
            ),
            ("http//ada:hush@example.com", "http//ada:…@example.com"),
            (
                "https://example.com/?key=4fJ8kQ2mZx9LpR7v",
                "https://example.com/?key=4fJ8…",
            ),
            ("0123456789abcdef0123456789abcdef", "0123…"),
            ("Bearer unkey_3ZZZrootkeyzzz", "Bearer unke…"),
        ] {
            assert_eq!(name(text), expected, "{text}");
            assert_eq!(redact(text), expected, "{text}");
        }
    }

    #[test]
    fn where_ids_must_stay_only_root_keys_are_cut() {
        for (text, expected) in [
            ("unkey_3ZZZrootkeyzzz", "unke…"),
            (
                r#"{"detail":"\u001funkey_3ZZZrootkeyzzz 'UNKEY_3Zabc'"}"#,
                r#"{"detail":"\u001funke… 'UNKE…'"}"#,
            ),
        ] {
            assert_eq!(without_root_keys(text), expected);
        }
        for text in [
            "key_2cGKbMxRyIzhCxo1Idjz8q",
            "https://unkey.com/docs/errors/unkey/data/key_not_found",
            "unkey_v2_ratelimit_limit of unkey_mcp::calls",
        ] {
            assert_eq!(without_root_keys(text), text);
        }
    }

    #[test]
    fn names_are_shown_whole() {
        for text in [
            "keys_create_key",
            "unkey_keys_create_key",
            "unkey_v2_ratelimit_limit",
            "permissions_create_permission",
            "/home/ada/.local/share/unkey-mcp/unkey.db",
            "/tmp/.tmpAbCd12/unkey.db",
            "C:\\Users\\Ada Lovelace\\unkey.db",
            "mcp.internal.example.com:8443",
            "https://app.example.com",
            "deploy-2026-11-26-production",
            "",
            "für Elise",
        ] {
            assert_eq!(name(text), text);
            assert_eq!(redact(text), text);
        }
    }

    #[test]
    fn names_of_our_variables_are_no_keys() {
        let text = "set UNKEY_ROOT_KEY, UNKEY_MCP_LOCAL or UNKEY_ROOT_KEY_FILE";
        assert_eq!(redact(text), text);
    }

    #[test]
    fn a_name_is_cut_and_no_line_is_broken() {
        assert_eq!(name("a\nb\u{1b}[31m\0"), "a\\nb\\u{1b}[31m\\u{0}");
        let long = name(&"hello ".repeat(1_000_000));
        assert_eq!(long.chars().count(), NAME_CHARS + 1);
        assert!(long.ends_with('…'));
        let straddling = format!("{}unkey_3ZZZrootkeyzzz", "hello ".repeat(10));
        assert!(!name(&straddling).contains("3Z"));
    }
}
