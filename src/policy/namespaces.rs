//! Rate-limit namespaces that no call may concern.

use serde_json::Value;

use super::refusal::Rule;
use super::{Case, Policy, Refused};
use crate::observe::shown;

const RULE: &str = "deny-namespaces";

/// What ids of namespaces begin with.
const ID: &str = "rlns_";

/// The namespaces of `deny-namespaces`, as they are compared.
#[derive(Clone, Debug, Default)]
pub(super) struct DeniedNamespaces(Vec<String>);

impl DeniedNamespaces {
    pub(super) fn new(listed: &[String]) -> Result<Self, String> {
        // No operation tells the id of a name or the name of an id, and a call may use either.
        if let Some(id) = listed.iter().find(|name| name.starts_with(ID)) {
            return Err(format!(
                "deny-namespaces: `{}` is an id; write the namespace's name, and calls that name one by \
                 its id are refused",
                shown::name(id)
            ));
        }
        Ok(Self(listed.iter().map(|name| compared(name)).collect()))
    }
}

impl Policy {
    /// Whether the call concerns a denied namespace.
    pub(super) fn namespaces(&self, case: Case<'_>) -> Result<(), Refused> {
        if self.namespaces.0.is_empty() {
            return Ok(());
        }
        let one = std::slice::from_ref(case.body);
        let parts = case.body.as_array().map_or(one, Vec::as_slice);
        let named = parts.iter().filter_map(|part| part.get("namespace"));
        for name in named.filter_map(Value::as_str) {
            let rule = || Rule::list(RULE, &self.rules.deny_namespaces.join("\", \""));
            if name.to_ascii_lowercase().starts_with(ID) {
                return Err(self.refuse(
                    rule(),
                    "An id does not say which namespace it is.",
                    "call again with the namespace's name in place of its id.",
                ));
            }
            // Some databases take letters with accents for those without.
            if !name.is_ascii() || self.namespaces.0.contains(&compared(name)) {
                let next = "leave that namespace alone, or take another one, with an ASCII name.";
                return Err(self.refuse(rule(), "", next));
            }
        }
        Ok(())
    }
}

/// A name as the laxest database compares it: case, control characters and spaces at its end do not
/// count.
fn compared(name: &str) -> String {
    let seen: String = name.chars().filter(|letter| !letter.is_control()).collect();
    seen.trim_end().to_lowercase()
}
