//! New ids, tokens and keys, and the hashes under which keys are known.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use unkey_tools::types::Secret;

use crate::system::random::{NoRandomness, Random};

const LETTERS: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// A new id, such as `key_` and nine letters or digits.
pub(crate) fn id(random: &dyn Random, prefix: &str) -> Result<String, NoRandomness> {
    prefixed(random, prefix, 9)
}

/// A new secret token: the prefix, `_` and 24 letters or digits, some 142 bits.
pub(crate) fn token(random: &dyn Random, prefix: &str) -> Result<Secret, NoRandomness> {
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

/// A new key.
#[derive(Debug)]
pub(crate) struct NewKey {
    /// The key in plain text.
    pub(crate) key: Secret,
    /// Its first characters, by which people tell keys apart.
    pub(crate) start: String,
    /// See [`hash`].
    pub(crate) hash: String,
}

/// Makes a key of `byte_length` random bytes in Base58, after `<prefix>_` where there is a prefix.
pub(crate) fn key(
    random: &dyn Random,
    prefix: Option<&str>,
    byte_length: usize,
) -> Result<NewKey, NoRandomness> {
    let mut bytes = vec![0; byte_length];
    random.fill(&mut bytes)?;
    let secret = bs58::encode(bytes).into_string();
    let front = prefix
        .filter(|prefix| !prefix.is_empty())
        .map(|prefix| format!("{prefix}_"))
        .unwrap_or_default();
    let start = front.chars().chain(secret.chars().take(4)).collect();
    let key = front + &secret;
    Ok(NewKey {
        hash: hash(&key),
        key: Secret::new(key),
        start,
    })
}

/// What is stored of a key: the SHA-256 of its text in standard Base64.
pub(crate) fn hash(key: &str) -> String {
    STANDARD.encode(Sha256::digest(key))
}

/// The SHA-256 of `text` in hexadecimal, as keys made by `prefixed-api-key` are stored.
pub(crate) fn hex_hash(text: &str) -> String {
    let digest = Sha256::digest(text);
    let mut hex = String::with_capacity(64);
    for byte in digest {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::system::random::{SeededRandom, SystemRandom};

    #[test]
    fn ids_are_a_prefix_and_nine_letters() {
        let random = SeededRandom::new(1);
        let ids: BTreeSet<String> = (0..1_000).map(|_| id(&random, "key").unwrap()).collect();
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
        let token = token(&SystemRandom, "pst").unwrap();
        assert_eq!(token.reveal().len(), 28);
        assert!(token.reveal().starts_with("pst_"));
    }

    #[test]
    fn a_key_is_known_by_its_start_and_hash() {
        let made = key(&SeededRandom::new(2), Some("sk_live"), 16).unwrap();
        let key = made.key.reveal();
        let secret = key.strip_prefix("sk_live_").unwrap();
        assert_eq!(bs58::decode(secret).into_vec().unwrap().len(), 16);
        assert_eq!(made.start, format!("sk_live_{}", &secret[..4]));
        assert_eq!(made.hash, hash(key));
        assert!(!format!("{made:?}").contains(secret));
    }

    #[test]
    fn a_key_without_prefix_has_no_separator() {
        for prefix in [None, Some("")] {
            let made = key(&SystemRandom, prefix, 32).unwrap();
            assert!(!made.key.reveal().contains('_'));
            assert_eq!(made.start, made.key.reveal()[..4]);
        }
    }

    #[test]
    fn hashes_are_those_that_are_stored() {
        assert_eq!(
            hash("unkey_lab_root_key_123"),
            "qqStnCSX7BV26G/vPEjeV6n1YrZMmslUJLvyqMHG0P0="
        );
        assert_eq!(
            hex_hash("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn without_randomness_there_is_no_key() {
        struct Broken;
        impl Random for Broken {
            fn fill(&self, _: &mut [u8]) -> Result<(), NoRandomness> {
                Err(NoRandomness)
            }
        }
        assert_eq!(id(&Broken, "key"), Err(NoRandomness));
        assert!(key(&Broken, None, 16).is_err());
    }

    proptest! {
        #[test]
        fn any_length_makes_a_key_that_decodes_to_it(length in 16..=255_usize, seed: u64) {
            let made = key(&SeededRandom::new(seed), None, length).unwrap();
            let bytes = bs58::decode(made.key.reveal()).into_vec().unwrap();
            prop_assert_eq!(bytes.len(), length);
            prop_assert_eq!(made.hash.len(), 44);
        }
    }
}
