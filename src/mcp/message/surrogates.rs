//! Escapes for half a character.

/// The text with every `\uD800` to `\uDFFF` that has no partner replaced by `\uFFFD`, or nothing
/// where there is none.
pub(super) fn replace_lone(text: &[u8]) -> Option<Vec<u8>> {
    let mut mended: Option<Vec<u8>> = None;
    let mut at = 0;
    // A backslash outside of text is a mistake that the parser tells, so text need not be told
    // from the rest.
    while let Some(found) = text.get(at..).and_then(find_backslash) {
        at += found;
        match (unit(text, at), unit(text, at + 6)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => at += 12,
            (Some(0xD800..=0xDFFF), _) => {
                let mended = mended.get_or_insert_with(|| text.to_vec());
                if let Some(digits) = mended.get_mut(at + 2..at + 6) {
                    digits.copy_from_slice(b"FFFD");
                }
                at += 6;
            }
            _ => at += 2,
        }
    }
    mended
}

fn find_backslash(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| *byte == b'\\')
}

/// The code unit of an escape `\uXXXX` that begins at `at`.
fn unit(text: &[u8], at: usize) -> Option<u16> {
    let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
    // A sign would be taken for part of a number.
    let digits = digits.iter().all(u8::is_ascii_hexdigit).then_some(digits)?;
    u16::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
}
