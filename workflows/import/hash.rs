//! Hashes as people write them, and as Unkey keeps them: Base64 of SHA-256.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

/// Unkey's form of a SHA-256 in hexadecimal or Base64.
///
/// # Errors
/// Why it is none.
pub(super) fn normal(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    let bare = ["sha256:", "sha256-", "SHA256:", "0x"]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(text);
    if let Some(bytes) = from_hex(bare) {
        return Ok(STANDARD.encode(bytes));
    }
    let decoded = [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD]
        .iter()
        .find_map(|alphabet| alphabet.decode(bare).ok());
    match decoded {
        Some(bytes) if bytes.len() == 32 => Ok(STANDARD.encode(bytes)),
        _ if text.starts_with("$2") => {
            Err("a bcrypt hash, which Unkey cannot check: only SHA-256 can be imported")
        }
        _ if text.starts_with("$argon2") || text.starts_with("$scrypt") => {
            Err("a slow hash, which Unkey cannot check: only SHA-256 can be imported")
        }
        _ => Err("no SHA-256: 64 hexadecimal digits or 44 letters of Base64 are needed"),
    }
}

/// Unkey's hash of a key in plain text.
pub(super) fn of_key(key: &str) -> String {
    STANDARD.encode(Sha256::digest(key.as_bytes()))
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        let digits = text.get(2 * at..2 * at + 2)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        *byte = u8::from_str_radix(digits, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_hash_becomes_unkeys() {
        let unkeys = "LCa0a2j/xo/5m0U8HTBBNBNCLXBkg7+g+YpeiGJm564=";
        assert_eq!(of_key("foo"), unkeys);
        let hex = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
        for text in [
            hex.to_owned(),
            hex.to_ascii_uppercase(),
            format!("sha256:{hex}"),
            format!(" {hex}\n"),
            unkeys.to_owned(),
            unkeys.trim_end_matches('=').to_owned(),
            unkeys.replace('/', "_").replace('+', "-"),
            format!("sha256-{unkeys}"),
        ] {
            assert_eq!(normal(&text).unwrap(), unkeys, "{text}");
        }
    }

    #[test]
    fn what_is_no_sha256_says_what_it_is() {
        assert!(
            normal("$2b$10$N9qo8uLOickgx2ZMRZoMye")
                .unwrap_err()
                .contains("bcrypt")
        );
        assert!(normal("$argon2id$v=19$m=1").unwrap_err().contains("slow"));
        for text in [
            "",
            "abc",
            "zz26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
        ] {
            assert!(normal(text).unwrap_err().contains("no SHA-256"), "{text}");
        }
    }
}
