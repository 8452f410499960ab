//! Whether a key is one of those that are meant.

use serde_json::Value;
use unkey_tools::types::{Key, Patch};
use unkey_tools::workflows::{KeyState, Selection};

/// A day in milliseconds.
const DAY: i64 = 86_400_000;

/// Compares keys with a [`Selection`] at one moment.
#[derive(Clone, Debug)]
pub struct Matcher<'a> {
    wanted: &'a Selection,
    /// In lower case.
    name: Option<String>,
    now: i64,
}

impl<'a> Matcher<'a> {
    /// A matcher for `wanted` at `now`, Unix ms.
    pub fn new(wanted: &'a Selection, now: i64) -> Self {
        let name = wanted.name.as_ref().map(|name| name.to_lowercase());
        Self { wanted, name, now }
    }

    /// Whether all that is asked for is true of `key`.
    pub fn fits(&self, key: &Key) -> bool {
        self.fits_words(key) && self.fits_grants(key) && self.fits_times(key)
    }

    /// Who it is: owner, name, first and last characters, metadata.
    fn fits_words(&self, key: &Key) -> bool {
        let wanted = self.wanted;
        let owner = owner(key);
        wanted.external_id.as_ref().is_none_or(|asked| owner == Some(asked.as_str()))
            && is_true_or(wanted.without_owner, || owner.is_none())
            && self.name.as_ref().is_none_or(|part| {
                let name = key.name.as_deref().unwrap_or_default();
                name.to_lowercase().contains(part)
            })
            // Whoever has the whole key gives more of it than is kept.
            && wanted.start.as_ref().is_none_or(|start| {
                !key.start.is_empty()
                    && (key.start.starts_with(start) || start.starts_with(&key.start))
            })
            && wanted.last_four.as_ref().is_none_or(|end| {
                let plaintext = key.plaintext.as_ref();
                plaintext.is_some_and(|plaintext| plaintext.reveal().ends_with(end))
            })
            && wanted.meta.as_ref().is_none_or(|fields| {
                let meta = key.meta.as_ref();
                fields
                    .iter()
                    .all(|(name, asked)| meta.is_some_and(|meta| same(meta.get(name), asked)))
            })
    }

    /// What it may do.
    fn fits_grants(&self, key: &Key) -> bool {
        let holds = |list: &Option<Vec<String>>, asked: &String| {
            list.as_ref().is_some_and(|list| list.contains(asked))
        };
        self.wanted
            .role
            .as_ref()
            .is_none_or(|role| holds(&key.roles, role))
            && self
                .wanted
                .permission
                .as_ref()
                .is_none_or(|slug| holds(&key.permissions, slug))
    }

    /// What has become of it.
    fn fits_times(&self, key: &Key) -> bool {
        let wanted = self.wanted;
        let before = |days: &i64| self.now.saturating_sub(days.saturating_mul(DAY));
        let after = |days: &i64| self.now.saturating_add(days.saturating_mul(DAY));
        wanted.state.as_ref().is_none_or(|state| KeyState::of(key, self.now) == *state)
            && wanted.expiring_in_days.as_ref().is_none_or(|days| {
                key.expires
                    .is_some_and(|expires| (self.now..=after(days)).contains(&expires))
            })
            && is_true_or(wanted.never_used, || key.last_used_at.is_none())
            // A key that was made yesterday is not one that nobody used for a month.
            && wanted.unused_for_days.as_ref().is_none_or(|days| {
                key.last_used_at.unwrap_or(key.created_at) <= before(days)
            })
            && is_true_or(wanted.out_of_credits, || remaining(key) == Some(0))
    }
}

/// The owner of `key`; none where it was deleted.
pub(crate) fn owner(key: &Key) -> Option<&str> {
    let identity = key.identity.as_ref()?;
    Some(identity.external_id.as_str()).filter(|owner| !owner.is_empty())
}

/// The credits that are left, where they are limited.
pub(crate) fn remaining(key: &Key) -> Option<i64> {
    match key.credits.as_ref()?.remaining {
        Patch::Set(remaining) => Some(remaining),
        Patch::Keep | Patch::Clear => None,
    }
}

/// Clients fill in `false` for what they do not mean.
fn is_true_or(asked: Option<bool>, fits: impl FnOnce() -> bool) -> bool {
    asked != Some(true) || fits()
}

/// Whether a field of the metadata is what was asked for; numbers may be written as text.
fn same(found: Option<&Value>, asked: &Value) -> bool {
    match (found, asked) {
        (Some(Value::Number(number)), Value::String(text))
        | (Some(Value::String(text)), Value::Number(number)) => number.to_string() == *text,
        (Some(Value::Bool(value)), Value::String(text)) => value.to_string() == *text,
        (found, asked) => found == Some(asked),
    }
}
