//! What goes to a client and back so that nobody can change it: which question was asked, and when.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce as CipherNonce};
use unkey_local::{NoRandomness, Random};

/// Names one sealed text. Random, and never the same twice.
pub(super) type Nonce = [u8; 12];

/// A hash of what somebody was shown.
pub(super) type Shown = [u8; 16];

/// A hash of what a confirmation is good for: whose call it is, and which.
pub(super) type Bound = [u8; 32];

/// How many bytes are sealed: when, in milliseconds, and what was shown.
const CONTENT: usize = 8 + 16;

/// How long a sealed text is: the nonce, the content and the tag in base64.
const LENGTH: usize = (12 + CONTENT + 16) * 4 / 3 + 1;

/// Seals with a key that this process made for itself and keeps in memory alone.
pub(super) struct Seal {
    random: Arc<dyn Random>,
    cipher: OnceLock<ChaCha20Poly1305>,
}

/// What a sealed text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Opened {
    pub(super) nonce: Nonce,
    pub(super) asked: Duration,
    pub(super) shown: Shown,
}

impl Seal {
    pub(super) fn new(random: Arc<dyn Random>) -> Self {
        Self {
            random,
            cipher: OnceLock::new(),
        }
    }

    /// A text that says when and what was asked, and opens for `bound` alone.
    pub(super) fn seal(
        &self,
        bound: &Bound,
        asked: Duration,
        shown: Shown,
    ) -> Result<String, NoRandomness> {
        let cipher = self.cipher()?;
        let mut nonce = Nonce::default();
        self.random.fill(&mut nonce)?;
        let asked = u64::try_from(asked.as_millis()).unwrap_or(u64::MAX);
        let content = [asked.to_be_bytes().as_slice(), &shown].concat();
        let payload = Payload {
            msg: &content,
            aad: bound,
        };
        // Only a content of gigabytes cannot be sealed.
        let sealed = cipher
            .encrypt(&CipherNonce::from(nonce), payload)
            .map_err(|_| NoRandomness)?;
        Ok(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// What `text` says, where it was sealed here for `bound`.
    pub(super) fn open(&self, bound: &Bound, text: &str) -> Option<Opened> {
        if text.len() > LENGTH {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk()?;
        let payload = Payload {
            msg: sealed,
            aad: bound,
        };
        // Without a cipher nothing was sealed yet.
        let content = self
            .cipher
            .get()?
            .decrypt(&CipherNonce::from(*nonce), payload)
            .ok()?;
        let (asked, rest) = content.split_first_chunk()?;
        Some(Opened {
            nonce: *nonce,
            asked: Duration::from_millis(u64::from_be_bytes(*asked)),
            shown: rest.try_into().ok()?,
        })
    }

    fn cipher(&self) -> Result<&ChaCha20Poly1305, NoRandomness> {
        if let Some(cipher) = self.cipher.get() {
            return Ok(cipher);
        }
        let mut key = [0; 32];
        self.random.fill(&mut key)?;
        Ok(self
            .cipher
            .get_or_init(|| ChaCha20Poly1305::new(&key.into())))
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seal").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use unkey_local::SeededRandom;

    use super::*;

    const ASKED: Duration = Duration::from_millis(12_345);

    fn seal(seed: u64) -> Seal {
        Seal::new(Arc::new(SeededRandom::new(seed)))
    }

    #[test]
    fn what_was_sealed_opens_for_what_it_is_bound_to_alone() {
        let seal = seal(1);
        let text = seal.seal(&[7; 32], ASKED, [9; 16]).unwrap();
        assert_eq!(text.len(), LENGTH);
        let opened = seal.open(&[7; 32], &text).unwrap();
        assert_eq!((opened.asked, opened.shown), (ASKED, [9; 16]));
        assert_eq!(seal.open(&[8; 32], &text), None);
    }

    #[test]
    fn no_letter_of_it_can_be_changed() {
        let seal = seal(1);
        let text = seal.seal(&[7; 32], ASKED, [9; 16]).unwrap();
        for index in 0..text.len() {
            let mut altered = text.clone().into_bytes();
            altered[index] = if altered[index] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(altered).unwrap();
            assert_eq!(seal.open(&[7; 32], &altered), None, "{index}");
        }
        for cut in [
            "",
            "A",
            &text[1..],
            &text[..text.len() - 1],
            &text.repeat(2),
        ] {
            assert_eq!(seal.open(&[7; 32], cut), None, "{cut}");
        }
    }

    #[test]
    fn another_process_cannot_open_it() {
        let one = seal(1);
        let other = seal(2);
        let text = one.seal(&[7; 32], ASKED, [9; 16]).unwrap();
        assert_eq!(other.open(&[7; 32], &text), None);
        other.seal(&[7; 32], ASKED, [9; 16]).unwrap();
        assert_eq!(other.open(&[7; 32], &text), None);
    }
}
