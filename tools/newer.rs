//! What newer servers of Unkey take and older ones refuse.

/// Something of an operation that came after June 2026, and what to do where a server, such as a
/// self-hosted one, is older.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Newer {
    field: Option<&'static str>,
    instead: &'static str,
}

impl Newer {
    /// The operation itself is newer.
    pub const fn operation(instead: &'static str) -> Self {
        Self {
            field: None,
            instead,
        }
    }

    /// A field at the top of the request is newer.
    pub const fn field(name: &'static str, instead: &'static str) -> Self {
        Self {
            field: Some(name),
            instead,
        }
    }

    /// The field, or `None` where it is the operation.
    pub const fn of(&self) -> Option<&'static str> {
        self.field
    }

    /// What to do without it: the end of a sentence, without a full stop.
    pub const fn instead(&self) -> &'static str {
        self.instead
    }
}
