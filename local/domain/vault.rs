//! Encryption of the keys that can be shown again.
//!
//! A recoverable key is stored encrypted with XChaCha20-Poly1305 under a master key, and bound to
//! its key's id: moved to another key's row it does not open. The master key is in a file of its
//! own beside the database, so that a copy of the database alone gives no key away.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use unkey_tools::types::Secret;

use crate::system::random::{NoRandomness, Random};
use crate::system::{SecretFile, SecretProblem, beside};

/// The first byte of everything sealed, so that another way can be told from this one.
const FORMAT: u8 = 1;
const NONCE: usize = 24;
const MASTER: usize = 32;

/// What to do about a master key that is not there.
const PUT_BACK: &str = "Put back the .vault-key file that belongs to the database; all else works \
     without it.";

/// Seals and opens keys.
pub(crate) struct Vault {
    /// Where the master key is kept; `None` keeps it in memory only.
    file: Option<PathBuf>,
    /// Set on first use.
    cipher: OnceLock<XChaCha20Poly1305>,
}

/// Why a key could not be sealed or opened. Prints for the log, with paths.
#[derive(Debug, thiserror::Error)]
pub(crate) enum VaultError {
    /// The master key's file cannot be read or written.
    #[error("the vault key's file {} {}", .0.display(), .1)]
    File(PathBuf, SecretProblem),
    /// The master key's file holds something else.
    #[error("{} holds no vault key", .0.display())]
    NotAKey(PathBuf),
    /// There is no master key although something was sealed with one.
    #[error("the vault key's file is missing")]
    Gone,
    /// What is stored was not sealed with this master key, was changed since, or belongs to
    /// another key.
    #[error("what is stored for a recoverable key does not decrypt with the vault key")]
    Sealed,
    /// No randomness.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
}

impl VaultError {
    /// Whether there is no master key's file at all.
    pub(crate) const fn is_missing(&self) -> bool {
        matches!(self, Self::Gone)
    }

    /// The same for whoever calls: what is the matter and what to do, without a path.
    pub(crate) fn for_caller(&self) -> String {
        let what = match self {
            Self::File(_, problem) => {
                &*format!("the .vault-key file beside the database {problem}")
            }
            Self::NotAKey(_) => "the .vault-key file beside the database is damaged",
            Self::Gone => "the .vault-key file beside the database is missing",
            Self::Sealed => {
                "the .vault-key file beside the database is not the one that this key was \
                 encrypted with, or what is stored for it was changed"
            }
            Self::Randomness(_) => "the system gives no random bytes",
        };
        format!("The plain text of recoverable keys is out of reach: {what}. {PUT_BACK}")
    }
}

impl Vault {
    /// A vault whose master key is lost when the process ends.
    pub(crate) const fn in_memory() -> Self {
        Self {
            file: None,
            cipher: OnceLock::new(),
        }
    }

    /// The vault of a database. Its master key is made, in `<database>.vault-key`, when the first
    /// key is sealed.
    pub(crate) fn beside(database: &Path) -> Self {
        Self {
            file: Some(beside(database, ".vault-key")),
            cipher: OnceLock::new(),
        }
    }

    /// Encrypts `key` for the row of `key_id`. `last` is what was encrypted last, and for which
    /// key: under another master key than that nothing is encrypted, lest both are needed.
    pub(crate) fn seal(
        &self,
        random: &dyn Random,
        key_id: &str,
        key: &Secret,
        last: Option<(&str, &[u8])>,
    ) -> Result<Vec<u8>, VaultError> {
        let cipher = self.cipher_to_seal(random, last.is_some())?;
        if let Some((key_id, sealed)) = last {
            decrypt(&cipher, key_id, sealed)?;
        }
        let mut nonce = [0; NONCE];
        random.fill(&mut nonce)?;
        let payload = Payload {
            msg: key.reveal().as_bytes(),
            aad: key_id.as_bytes(),
        };
        let encrypted = cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| VaultError::Sealed)?;
        Ok([&[FORMAT], &nonce[..], &encrypted].concat())
    }

    /// Decrypts what [`Vault::seal`] made for `key_id`.
    pub(crate) fn open(&self, key_id: &str, sealed: &[u8]) -> Result<Secret, VaultError> {
        if let Some(cipher) = self.cipher.get() {
            return decrypt(cipher, key_id, sealed);
        }
        let file = self.file.as_deref().ok_or(VaultError::Gone)?;
        let held = SecretFile::find(file).map_err(in_file(file))?;
        let mut held = held.ok_or(VaultError::Gone)?;
        let master = held.read().map_err(in_file(file))?;
        let cipher = cipher(&master.ok_or_else(|| empty(file))?, file)?;
        // Kept once it has shown to be the right one.
        let key = decrypt(&cipher, key_id, sealed)?;
        let _ = self.cipher.set(cipher);
        Ok(key)
    }

    /// Checks that the master key's file is sound, and opens what was encrypted `last`, if anything
    /// was. Changes nothing.
    pub(crate) fn examine(&self, last: Option<(&str, &[u8])>) -> Result<(), VaultError> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let Some(mut held) = SecretFile::find(file).map_err(in_file(file))? else {
            return last.map_or(Ok(()), |_| Err(VaultError::Gone));
        };
        match (held.read().map_err(in_file(file))?, last) {
            (None, None) => Ok(()),
            (None, Some(_)) => Err(empty(file)),
            (Some(master), None) => cipher(&master, file).map(drop),
            (Some(master), Some((key_id, sealed))) => {
                decrypt(&cipher(&master, file)?, key_id, sealed).map(drop)
            }
        }
    }

    /// The cipher under the master key, which is made where there is none and nothing `was_sealed`.
    ///
    /// The file is read each time: a key that is encrypted with what is in memory alone would be
    /// lost with the process.
    fn cipher_to_seal(
        &self,
        random: &dyn Random,
        was_sealed: bool,
    ) -> Result<XChaCha20Poly1305, VaultError> {
        let Some(file) = &self.file else {
            if let Some(cipher) = self.cipher.get() {
                return Ok(cipher.clone());
            }
            let made = cipher(&new_master(random)?, Path::new(""))?;
            return Ok(self.cipher.get_or_init(|| made).clone());
        };
        if was_sealed && !file.exists() {
            return Err(VaultError::Gone);
        }
        let mut held = SecretFile::hold(file).map_err(in_file(file))?;
        match held.read().map_err(in_file(file))? {
            Some(master) => cipher(&master, file),
            None if was_sealed => Err(empty(file)),
            None => {
                let master = new_master(random)?;
                held.write(&master).map_err(in_file(file))?;
                cipher(&master, file)
            }
        }
    }
}

/// The cipher under a master key, which is what that file holds.
fn cipher(master: &Secret, file: &Path) -> Result<XChaCha20Poly1305, VaultError> {
    let bytes = STANDARD.decode(master.reveal()).ok();
    bytes
        .filter(|bytes| bytes.len() == MASTER)
        .and_then(|bytes| XChaCha20Poly1305::new_from_slice(&bytes).ok())
        .ok_or_else(|| VaultError::NotAKey(file.to_owned()))
}

fn decrypt(cipher: &XChaCha20Poly1305, key_id: &str, sealed: &[u8]) -> Result<Secret, VaultError> {
    let Some((&[FORMAT], rest)) = sealed.split_first_chunk() else {
        return Err(VaultError::Sealed);
    };
    let (nonce, encrypted) = rest
        .split_first_chunk::<NONCE>()
        .ok_or(VaultError::Sealed)?;
    let payload = Payload {
        msg: encrypted,
        aad: key_id.as_bytes(),
    };
    let key = cipher
        .decrypt(&XNonce::from(*nonce), payload)
        .map_err(|_| VaultError::Sealed)?;
    let key = String::from_utf8(key).map_err(|_| VaultError::Sealed)?;
    Ok(Secret::new(key))
}

fn new_master(random: &dyn Random) -> Result<Secret, NoRandomness> {
    let mut master = [0; MASTER];
    random.fill(&mut master)?;
    Ok(Secret::new(STANDARD.encode(master)))
}

fn empty(file: &Path) -> VaultError {
    VaultError::File(file.to_owned(), SecretProblem::Empty)
}

fn in_file(file: &Path) -> impl Fn(SecretProblem) -> VaultError {
    move |problem| match problem {
        SecretProblem::SeveralLines
        | SecretProblem::Characters
        | SecretProblem::TooShort
        | SecretProblem::TooLong => VaultError::NotAKey(file.to_owned()),
        _ => VaultError::File(file.to_owned(), problem),
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::system::random::{SeededRandom, SystemRandom};

    fn sealed(vault: &Vault) -> Vec<u8> {
        let key = Secret::new("sk_live_abc");
        vault.seal(&SystemRandom, "key_1", &key, None).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_for_its_own_key_only() {
        let vault = Vault::in_memory();
        let sealed = sealed(&vault);
        assert_eq!(
            vault.open("key_1", &sealed).unwrap().reveal(),
            "sk_live_abc"
        );
        assert!(vault.open("key_2", &sealed).is_err());
        assert!(Vault::in_memory().open("key_1", &sealed).is_err());
    }

    #[test]
    fn what_was_changed_does_not_open() {
        let vault = Vault::in_memory();
        let sealed = sealed(&vault);
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert!(vault.open("key_1", &changed).is_err(), "byte {index}");
            assert!(vault.open("key_1", &sealed[..index]).is_err());
        }
    }

    #[test]
    fn the_same_key_is_never_sealed_the_same_way() {
        let vault = Vault::in_memory();
        assert_ne!(sealed(&vault), sealed(&vault));
    }

    #[test]
    fn the_master_key_outlives_the_process() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("unkey.db");
        let sealed = sealed(&Vault::beside(&database));
        let reopened = Vault::beside(&database);
        assert!(reopened.open("key_1", &sealed).is_ok());
        assert!(folder.path().join("unkey.db.vault-key").exists());
    }

    #[test]
    fn a_lost_master_key_is_missed_and_not_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("unkey.db");
        let sealed = sealed(&Vault::beside(&database));
        let file = folder.path().join("unkey.db.vault-key");
        std::fs::remove_file(&file).unwrap();
        let opened = Vault::beside(&database).open("key_1", &sealed);
        assert!(matches!(opened, Err(VaultError::Gone)));
        assert!(!file.exists());
    }

    #[test]
    fn a_file_that_holds_no_master_key_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("unkey.db.vault-key");
        std::fs::write(&file, "shopping list").unwrap();
        let vault = Vault::beside(&folder.path().join("unkey.db"));
        let refused = vault.seal(&SystemRandom, "key_1", &Secret::new("k"), None);
        assert!(matches!(refused, Err(VaultError::NotAKey(_))));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "shopping list");
    }

    #[test]
    fn nothing_is_sealed_under_another_master_key_than_before() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("unkey.db");
        let file = folder.path().join("unkey.db.vault-key");
        let running = Vault::beside(&database);
        let first = sealed(&running);
        let again = |vault: &Vault| {
            let key = Secret::new("sk_live_def");
            vault.seal(&SystemRandom, "key_2", &key, Some(("key_1", &first)))
        };
        again(&running).unwrap();
        std::fs::remove_file(&file).unwrap();
        for vault in [&running, &Vault::beside(&database)] {
            assert!(matches!(again(vault), Err(VaultError::Gone)));
            assert!(!file.exists());
        }
        sealed(&Vault::beside(&database));
        for vault in [&running, &Vault::beside(&database)] {
            assert!(matches!(again(vault), Err(VaultError::Sealed)));
        }
    }

    #[test]
    fn a_caller_is_told_of_the_file_and_not_of_its_path() {
        let path = PathBuf::from("/srv/hush/unkey.db.vault-key");
        for error in [
            VaultError::File(path.clone(), SecretProblem::Link),
            VaultError::NotAKey(path),
            VaultError::Gone,
            VaultError::Sealed,
        ] {
            let text = error.for_caller();
            assert!(text.contains(".vault-key"), "{text}");
            assert!(!text.contains("hush"), "{text}");
        }
    }

    #[test]
    fn a_vault_prints_nothing_of_its_key() {
        let vault = Vault::in_memory();
        sealed(&vault);
        assert_eq!(format!("{vault:?}"), "Vault { .. }");
    }

    proptest! {
        #[test]
        fn any_key_comes_back_as_it_was(key in ".{0,600}", id in "[a-z_]{1,20}", seed: u64) {
            let vault = Vault::in_memory();
            let random = SeededRandom::new(seed);
            let sealed = vault.seal(&random, &id, &Secret::new(&*key), None).unwrap();
            let opened = vault.open(&id, &sealed).unwrap();
            prop_assert_eq!(opened.reveal(), key);
        }
    }
}
