//! Permissions that a root key needs for an operation.

use std::fmt;

use serde_json::Value;

/// One permission of a root key that an operation asks for.
///
/// Prints in the form that covers every resource, `api.*.create_key`. Unkey compares permissions
/// literally: where [`Grant::scoped`] says so, the same permission on one resource
/// (`api.<apiId>.create_key`) does as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    resource: &'static str,
    action: &'static str,
    scoped: bool,
    when: Option<&'static str>,
    named: Option<&'static str>,
}

impl Grant {
    /// A permission on APIs; the form for one API does too.
    pub const fn api(action: &'static str) -> Self {
        Self::scoped_to("api", action)
    }

    /// A permission on apps; the form for one app does too.
    pub const fn app(action: &'static str) -> Self {
        Self::scoped_to("app", action)
    }

    /// A permission on environments; the form for one environment does too.
    pub const fn environment(action: &'static str) -> Self {
        Self::scoped_to("environment", action)
    }

    /// A permission on customer portals; the form for one portal does too.
    pub const fn portal(action: &'static str) -> Self {
        Self::scoped_to("portal", action)
    }

    /// A permission on the workspace itself.
    pub const fn workspace(action: &'static str) -> Self {
        Self::scoped_to("workspace", action).everywhere()
    }

    /// A permission on identities; the form for one identity does too.
    pub const fn identity(action: &'static str) -> Self {
        Self::scoped_to("identity", action)
    }

    /// A permission on projects; the form for one project does too.
    pub const fn project(action: &'static str) -> Self {
        Self::scoped_to("project", action)
    }

    /// A permission on rate-limit namespaces; the form for one namespace does too.
    pub const fn ratelimit(action: &'static str) -> Self {
        Self::scoped_to("ratelimit", action)
    }

    /// A permission on permissions and roles; it exists for the whole workspace only.
    pub const fn rbac(action: &'static str) -> Self {
        Self::scoped_to("rbac", action).everywhere()
    }

    const fn scoped_to(resource: &'static str, action: &'static str) -> Self {
        Self {
            resource,
            action,
            scoped: true,
            when: None,
            named: None,
        }
    }

    /// The same permission where only the form for every resource is accepted.
    #[must_use]
    pub const fn everywhere(mut self) -> Self {
        self.scoped = false;
        self
    }

    /// The same permission, needed only in the case that `when` names, such as `decrypt`.
    #[must_use]
    pub const fn when(mut self, when: &'static str) -> Self {
        self.when = Some(when);
        self
    }

    /// The same permission, where a resource name does as well: `path#action`, such as
    /// `keyspaces/*/keys/*#read_key`.
    #[must_use]
    pub const fn or(mut self, named: &'static str) -> Self {
        self.named = Some(named);
        self
    }

    /// The path and action of the resource name that does as well, if one does. A root key holds
    /// it as `unkey:v1:<workspace>:<path>#<action>`; servers of June 2026 know no such names.
    pub const fn named(&self) -> Option<&'static str> {
        self.named
    }

    /// Whether the permission on a single resource is accepted as well.
    pub const fn scoped(&self) -> bool {
        self.scoped
    }

    /// The case in which the permission is needed, or `None` where it always is.
    pub const fn condition(&self) -> Option<&'static str> {
        self.when
    }

    /// Whether a request with that body needs the permission; none where only the server knows.
    pub fn is_needed_for(&self, body: &Value) -> Option<bool> {
        let Some(when) = self.when else {
            return Some(true);
        };
        let cases: Option<Vec<bool>> = when
            .split(" or ")
            .map(|case| asks_for(body, case))
            .collect();
        cases.map(|cases| cases.contains(&true))
    }
}

/// Whether a body asks for what a case is named after: a field, or one of its scopes.
fn asks_for(body: &Value, case: &str) -> Option<bool> {
    if case.contains(' ') {
        // What is new, or recoverable, is so on the server.
        return None;
    }
    if case.contains(':') {
        let scopes = body.get("scopes").and_then(Value::as_array)?;
        return Some(scopes.iter().any(|scope| scope.as_str() == Some(case)));
    }
    Some(match body.get(case) {
        Some(Value::Bool(asked)) => *asked,
        Some(Value::Array(asked)) => !asked.is_empty(),
        _ => false,
    })
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.*.{}", self.resource, self.action)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn needed(tool: &str, body: &Value) -> Vec<(String, Option<bool>)> {
        let grants = crate::find(tool).unwrap().grants.iter();
        grants
            .map(|grant| (grant.to_string(), grant.is_needed_for(body)))
            .collect()
    }

    #[test]
    fn a_body_tells_what_it_needs() {
        let of_decrypt = |body: &Value| needed("keys_get_key", body).pop().unwrap().1;
        assert_eq!(of_decrypt(&json!({"keyId": "key_1"})), Some(false));
        assert_eq!(of_decrypt(&json!({"decrypt": false})), Some(false));
        assert_eq!(of_decrypt(&json!({"decrypt": true})), Some(true));
        let role = json!({"name": "a", "permissions": ["x"]});
        assert_eq!(
            needed("permissions_create_role", &role),
            [
                ("rbac.*.create_role".to_owned(), Some(true)),
                ("rbac.*.add_permission_to_role".to_owned(), Some(true)),
                ("rbac.*.create_permission".to_owned(), None),
            ]
        );
    }

    #[test]
    fn a_portal_session_needs_what_its_scopes_are_for() {
        let session = json!({"scopes": ["keys:reroll"]});
        let needed: Vec<_> = needed("portal_create_session", &session)
            .into_iter()
            .filter(|(_, needed)| *needed != Some(false))
            .collect();
        assert_eq!(
            needed,
            [
                ("portal.*.create_portal_session".to_owned(), Some(true)),
                ("api.*.create_key".to_owned(), Some(true)),
                ("api.*.encrypt_key".to_owned(), None),
            ]
        );
    }
}
