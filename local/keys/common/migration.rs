//! Migrating a key when it is first used: the one moment at which its plain text is seen.

use std::sync::Arc;

use crate::domain::api_key;
use crate::run::apply::Context;
use crate::store::{MigrationAlgorithm, Migrations, VerifiableKey, VerifiableKeys};
use crate::wire::failure::{Code, Failure};

/// What a migration has to do with a key.
pub(crate) enum Migrating {
    /// Nothing.
    Unknown,
    /// It brought the key.
    Key(Arc<VerifiableKey>),
    /// It brought the key, and this is the first use, which only the writer can note.
    FirstUse,
}

/// Looks for `key`, which is not known by its own hash, among the keys of a migration.
///
/// A key that waited for this migration is from here on known by its own hash.
pub(crate) fn find_migrating(
    cx: &mut Context<'_>,
    key: &str,
    migration_id: &str,
) -> Result<Migrating, Failure> {
    let table = Migrations(cx.db());
    match table.find(cx.workspace(), migration_id)? {
        Some(MigrationAlgorithm::PrefixedApiKey) => {}
        // Keys that were hashed as they are here have been found already, if they exist.
        Some(MigrationAlgorithm::Sha256) | None => return Ok(Migrating::Unknown),
    }
    let parts = Parts::of(key).ok_or_else(|| Code::Malformed.because("Invalid key format"))?;
    let imported = api_key::hex_hash(parts.long_token);
    let Some(found) = table.find_key(&imported)? else {
        return Ok(Migrating::Unknown);
    };
    let mut hash = imported;
    if found.pending_migration_id.as_deref() == Some(migration_id) {
        if cx.is_reading() {
            return Ok(Migrating::FirstUse);
        }
        hash = api_key::hash(key);
        table.complete(&found.id, &hash, &parts.start(), cx.now())?;
        cx.effects.invalidates = true;
        // Whatever becomes of the verification, the key has been seen.
        cx.commit_on_failure();
    }
    let key = VerifiableKeys(cx.db()).find(&hash)?;
    Ok(key.map_or(Migrating::Unknown, |key| Migrating::Key(Arc::new(key))))
}

/// A key of the form `<prefix>_<short token>_<long token>`.
struct Parts<'a> {
    prefix: &'a str,
    /// `<short token>_<long token>`
    tokens: &'a str,
    long_token: &'a str,
}

impl<'a> Parts<'a> {
    fn of(key: &'a str) -> Option<Self> {
        let (front, long_token) = key.rsplit_once('_')?;
        let (prefix, short_token) = front.rsplit_once('_')?;
        let tokens = key.get(key.len() - long_token.len() - 1 - short_token.len()..)?;
        Some(Self {
            prefix,
            tokens,
            long_token,
        })
    }

    /// The characters by which people tell keys apart.
    fn start(&self) -> String {
        let first: String = self.tokens.chars().take(4).collect();
        format!("{}_{first}", self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_a_prefix_and_two_tokens() {
        let parts = Parts::of("my_company_BRTRKFsL_51FwqftsmMDHHbJAMEXXHCgG").unwrap();
        assert_eq!(parts.prefix, "my_company");
        assert_eq!(parts.long_token, "51FwqftsmMDHHbJAMEXXHCgG");
        assert_eq!(parts.start(), "my_company_BRTR");
        assert_eq!(Parts::of("p_ab_cde").unwrap().start(), "p_ab_c");
    }

    #[test]
    fn fewer_parts_are_no_such_key() {
        assert!(Parts::of("company_51FwqftsmMDHHbJAMEXXHCgG").is_none());
        assert!(Parts::of("51FwqftsmMDHHbJAMEXXHCgG").is_none());
    }
}
