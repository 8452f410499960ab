//! New ids and tokens: a prefix and random letters.

use unkey_tools::types::Secret;

use crate::system::random::{NoRandomness, Random};

const LETTERS: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// A new id, such as `key_` and nine letters or digits.
pub(crate) fn new_id(random: &dyn Random, prefix: &str) -> Result<String, NoRandomness> {
    prefixed(random, prefix, 9)
}

/// A new secret token: the prefix, `_` and 24 letters or digits, some 142 bits.
pub(crate) fn new_token(random: &dyn Random, prefix: &str) -> Result<Secret, NoRandomness> {
    prefixed(random, prefix, 24).map(Secret::new)
}

fn prefixed(random: &dyn Random, prefix: &str, length: usize) -> Result<String, NoRandomness> {
    let mut text = String::with_capacity(prefix.len() + 1 + length);
    text.push_str(prefix);
    text.push('_');
    let full = text.len() + length;
    let mut bytes = [0; 32];
    while text.len() < full {
        random.fill(&mut bytes)?;
        let letters = bytes.iter().filter_map(|byte| letter(*byte));
        text.extend(letters.take(full - text.len()));
    }
    Ok(text)
}

/// A letter for a random byte; none for the last few bytes, so that no letter is likelier.
fn letter(byte: u8) -> Option<char> {
    let byte = usize::from(byte);
    if byte >= LETTERS.len() * 4 {
        return None;
    }
    LETTERS.get(byte % LETTERS.len()).copied().map(char::from)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::system::random::{SeededRandom, SystemRandom};

    #[test]
    fn ids_are_a_prefix_and_nine_letters() {
        let random = SeededRandom::new(1);
        let ids: BTreeSet<String> = (0..1_000)
            .map(|_| new_id(&random, "key").unwrap())
            .collect();
        assert_eq!(ids.len(), 1_000);
        for id in &ids {
            let letters = id.strip_prefix("key_").unwrap();
            assert_eq!(letters.len(), 9);
            assert!(letters.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        }
    }

    #[test]
    fn every_letter_is_as_likely_as_the_others() {
        let mut counts = [0_u32; 256];
        for byte in 0..=255 {
            if let Some(letter) = letter(byte) {
                counts[usize::from(u8::try_from(letter).unwrap())] += 1;
            }
        }
        for letter in LETTERS {
            assert_eq!(counts[usize::from(*letter)], 4);
        }
    }

    #[test]
    fn tokens_are_long_and_do_not_print() {
        let token = new_token(&SystemRandom, "pst").unwrap();
        assert_eq!(token.reveal().len(), 28);
        assert!(token.reveal().starts_with("pst_"));
    }
}
