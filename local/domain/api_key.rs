//! New keys, and the hashes under which keys are known.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use unkey_tools::types::Secret;

use crate::system::random::{NoRandomness, Random};

/// A new key.
#[derive(Debug)]
pub(crate) struct GeneratedKey {
    /// The key in plain text.
    pub(crate) key: Secret,
    /// Its first characters, by which people tell keys apart.
    pub(crate) start: String,
    /// See [`hash`].
    pub(crate) hash: String,
}

/// Makes a key of `byte_length` random bytes in Base58, after `<prefix>_` where there is a prefix.
pub(crate) fn generate(
    random: &dyn Random,
    prefix: Option<&str>,
    byte_length: usize,
) -> Result<GeneratedKey, NoRandomness> {
    let mut bytes = vec![0; byte_length];
    random.fill(&mut bytes)?;
    let secret = bs58::encode(bytes).into_string();
    let front = prefix
        .filter(|prefix| !prefix.is_empty())
        .map(|prefix| format!("{prefix}_"))
        .unwrap_or_default();
    let start = front.chars().chain(secret.chars().take(4)).collect();
    let key = front + &secret;
    Ok(GeneratedKey {
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
    use proptest::prelude::*;

    use super::*;
    use crate::domain::ids::new_id;
    use crate::system::random::{SeededRandom, SystemRandom};

    #[test]
    fn a_key_is_known_by_its_start_and_hash() {
        let made = generate(&SeededRandom::new(2), Some("sk_live"), 16).unwrap();
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
            let made = generate(&SystemRandom, prefix, 32).unwrap();
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
        assert_eq!(new_id(&Broken, "key"), Err(NoRandomness));
        assert!(generate(&Broken, None, 16).is_err());
    }

    proptest! {
        #[test]
        fn any_length_makes_a_key_that_decodes_to_it(length in 16..=255_usize, seed: u64) {
            let made = generate(&SeededRandom::new(seed), None, length).unwrap();
            let bytes = bs58::decode(made.key.reveal()).into_vec().unwrap();
            prop_assert_eq!(bytes.len(), length);
            prop_assert_eq!(made.hash.len(), 44);
        }
    }
}
