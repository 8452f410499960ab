//! A request's body, whose secrets are wiped when it is dropped.

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde_json::Value;
use unkey_tools::Entry;
use zeroize::Zeroize as _;

/// A request's body. Printed it is nothing; dropped, its secrets are wiped.
pub(crate) struct Body {
    entry: &'static Entry,
    value: Value,
}

impl Body {
    /// The body of a request to `entry`.
    pub(crate) const fn new(entry: &'static Entry, value: Value) -> Self {
        Self { entry, value }
    }
}

impl Deref for Body {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.value
    }
}

impl DerefMut for Body {
    fn deref_mut(&mut self) -> &mut Value {
        &mut self.value
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({})", self.entry.name)
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        self.entry
            .secrets_in_request(&mut self.value, &mut |field| {
                if let Value::String(text) = field.value {
                    text.zeroize();
                }
            });
    }
}
