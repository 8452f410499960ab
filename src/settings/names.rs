//! Names that stand for ids.

use std::collections::BTreeMap;

/// The names that a profile gives to APIs and to rate-limit namespaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// From an API's name to its id.
    pub apis: BTreeMap<String, String>,
    /// From a namespace's name here to its name or id at Unkey.
    pub namespaces: BTreeMap<String, String>,
}

impl Names {
    /// These and those; where both know a name, `other` says what it means.
    pub(super) fn extend(&mut self, other: &Self) {
        self.apis.extend(other.apis.clone());
        self.namespaces.extend(other.namespaces.clone());
    }
}
