//! Whether a key may be used, as far as its settings tell.

use unkey_tools::types::{Credits, Key, Patch};

/// What `keys_verify_key` would answer.
///
/// Limits, permission queries and an API's allowed addresses can refuse a key that is valid here:
/// they depend on the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    Valid,
    Disabled,
    Expired,
    UsageExceeded,
}

impl Status {
    pub(super) const ALL: [Self; 4] = [
        Self::Valid,
        Self::Disabled,
        Self::Expired,
        Self::UsageExceeded,
    ];

    /// That of `key` at `now`, Unix ms.
    pub(super) fn of(key: &Key, now: i64) -> Self {
        Self::of_settings(key.enabled, key.expires, balance(key.credits.as_ref()), now)
    }

    /// That of a key with these settings. The first that refuses counts, in the order in which a
    /// verification asks.
    pub(super) fn of_settings(
        enabled: bool,
        expires: Option<i64>,
        balance: Option<i64>,
        now: i64,
    ) -> Self {
        if !enabled {
            Self::Disabled
        } else if expires.is_some_and(|expires| expires <= now) {
            Self::Expired
        } else if balance.is_some_and(|balance| balance < 1) {
            Self::UsageExceeded
        } else {
            Self::Valid
        }
    }

    /// The code that a verification answers with.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Valid => "VALID",
            Self::Disabled => "DISABLED",
            Self::Expired => "EXPIRED",
            Self::UsageExceeded => "USAGE_EXCEEDED",
        }
    }

    /// What changes that a key is refused so.
    pub(super) const fn remedy(self) -> Option<&'static str> {
        match self {
            Self::Valid => None,
            Self::Disabled => Some("keys_update_key with enabled true changes that."),
            Self::Expired => Some("keys_update_key with a later expiresAt changes that."),
            Self::UsageExceeded => Some("keys_update_credits changes that."),
        }
    }
}

/// The uses that are left; none where they are unlimited.
pub(super) fn balance(credits: Option<&Credits>) -> Option<i64> {
    match credits?.remaining {
        Patch::Set(remaining) => Some(remaining),
        Patch::Keep | Patch::Clear => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_refuses_counts() {
        let status = |enabled, expires, balance| {
            Status::of_settings(enabled, expires, balance, 1_000).code()
        };
        assert_eq!(status(true, None, None), "VALID");
        assert_eq!(status(true, Some(1_001), Some(1)), "VALID");
        assert_eq!(status(true, Some(1_001), Some(0)), "USAGE_EXCEEDED");
        assert_eq!(status(true, Some(1_000), Some(0)), "EXPIRED");
        assert_eq!(status(false, Some(1_000), Some(0)), "DISABLED");
    }
}
