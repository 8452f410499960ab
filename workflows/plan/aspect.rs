//! The parts of a key that a change depends on or sets, by name.

use std::fmt;

use serde_json::{Map, Value, json};
use unkey_tools::types::{Key, NewRatelimit};

/// Parts of a key: what each is, by its name.
pub(crate) type Aspects = Map<String, Value>;

/// A part of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aspect<'a> {
    /// Whether it is switched on.
    Enabled,
    /// When it stops working; null is never.
    Expires,
    /// The owner's `externalId`; null is nobody.
    Owner,
    /// When it was last used; null is never.
    LastUsed,
    /// Its limits, by name.
    Ratelimits,
    /// Whether its uses are limited.
    Limited,
    /// How its credits come back; null is not at all.
    Refill,
    /// Whether it has that role.
    Role(&'a str),
    /// Whether it has that permission, of its own or by a role.
    Permission(&'a str),
}

impl<'a> Aspect<'a> {
    /// The aspect of that name.
    pub(crate) fn parse(name: &'a str) -> Option<Self> {
        Some(match name.split_once(' ') {
            Some(("role", role)) => Self::Role(role),
            Some(("permission", slug)) => Self::Permission(slug),
            Some(_) => return None,
            None => match name {
                "enabled" => Self::Enabled,
                "expires" => Self::Expires,
                "owner" => Self::Owner,
                "lastUsedAt" => Self::LastUsed,
                "ratelimits" => Self::Ratelimits,
                "limited" => Self::Limited,
                "refill" => Self::Refill,
                _ => return None,
            },
        })
    }

    /// What it is for `key`.
    pub(crate) fn of(self, key: &Key) -> Value {
        match self {
            Self::Enabled => json!(key.enabled),
            Self::Expires => json!(key.expires),
            Self::Owner => json!(owner(key)),
            Self::LastUsed => json!(key.last_used_at),
            Self::Ratelimits => limits(&limits_of(key)),
            Self::Limited => json!(remaining(key).is_some()),
            Self::Refill => json!(key.credits.as_ref().and_then(|all| all.refill.as_ref())),
            Self::Role(role) => json!(has(key.roles.as_ref(), role)),
            Self::Permission(slug) => json!(has(key.permissions.as_ref(), slug)),
        }
    }
}

impl fmt::Display for Aspect<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Enabled => f.write_str("enabled"),
            Self::Expires => f.write_str("expires"),
            Self::Owner => f.write_str("owner"),
            Self::LastUsed => f.write_str("lastUsedAt"),
            Self::Ratelimits => f.write_str("ratelimits"),
            Self::Limited => f.write_str("limited"),
            Self::Refill => f.write_str("refill"),
            Self::Role(role) => write!(f, "role {role}"),
            Self::Permission(slug) => write!(f, "permission {slug}"),
        }
    }
}

/// Those aspects of `key`.
pub(crate) fn look<'a>(key: &Key, aspects: impl IntoIterator<Item = Aspect<'a>>) -> Aspects {
    aspects
        .into_iter()
        .map(|aspect| (aspect.to_string(), aspect.of(key)))
        .collect()
}

/// The names of the aspects that `key` does not have as `wanted` says; an unknown name counts.
pub(crate) fn differing<'a>(key: &Key, wanted: &'a Aspects) -> Vec<&'a str> {
    wanted
        .iter()
        .filter(|(name, value)| Aspect::parse(name).is_none_or(|aspect| aspect.of(key) != **value))
        .map(|(name, _)| name.as_str())
        .collect()
}

/// The owner's `externalId`. A key whose owner was deleted has none.
pub(crate) fn owner(key: &Key) -> Option<&str> {
    let owner = key.identity.as_ref()?.external_id.as_str();
    (!owner.is_empty()).then_some(owner)
}

/// The credits that are left; `None` where they are unlimited.
pub(crate) fn remaining(key: &Key) -> Option<i64> {
    key.credits.as_ref()?.remaining.as_set().copied()
}

/// The limits of a key, as a request has them.
pub(crate) fn limits_of(key: &Key) -> Vec<NewRatelimit> {
    let limits = key.ratelimits.iter().flatten();
    limits
        .map(|limit| NewRatelimit {
            name: limit.name.clone(),
            limit: limit.limit,
            duration: limit.duration,
            auto_apply: limit.auto_apply,
        })
        .collect()
}

/// Limits in the order of their names, of which the last of a name counts.
pub(crate) fn limits(limits: &[NewRatelimit]) -> Value {
    let mut sorted: Vec<&NewRatelimit> = Vec::with_capacity(limits.len());
    for limit in limits.iter().rev() {
        if !sorted.iter().any(|known| known.name == limit.name) {
            sorted.push(limit);
        }
    }
    sorted.sort_by(|one, other| one.name.cmp(&other.name));
    json!(sorted)
}

fn has(list: Option<&Vec<String>>, name: &str) -> bool {
    list.is_some_and(|list| list.iter().any(|one| one == name))
}
