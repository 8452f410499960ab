//! How many calls there may be at once.

/// How many calls there may be at once.
///
/// A caller's share is well below the whole, so that calls of one that hang leave room for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// In all.
    pub all: usize,
    /// For each root key; the embedded engine's owner counts as one.
    pub per_caller: usize,
}

impl Limits {
    /// As many as the flags' defaults say.
    pub const DEFAULT: Self = Self {
        all: 1024,
        per_caller: 128,
    };
}
