//! Who calls: a root key, the workspace it acts on and what it may do there.

use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::resource_name;
use crate::run::required_permission::RequiredPermission;
use crate::store::{Actor, RootKey};
use crate::wire::failure::{Code, Failure};

/// Who calls.
#[derive(Clone, Debug)]
pub(crate) enum Caller {
    /// The holder of a root key.
    RootKey(Arc<RootKey>),
    /// Someone of whom nothing is known.
    Anyone,
}

impl Caller {
    /// Who makes the changes, for the audit log.
    pub(crate) fn actor(&self) -> Actor<'_> {
        match self {
            Self::RootKey(key) => Actor::RootKey {
                id: &key.id,
                name: &key.name,
            },
            Self::Anyone => Actor::RootKey { id: "", name: "" },
        }
    }

    /// The workspace that the root key acts on; empty where there is none.
    pub(crate) fn workspace(&self) -> &str {
        match self {
            Self::RootKey(key) => key.target.as_ref().map_or("", |target| &target.id),
            Self::Anyone => "",
        }
    }

    fn permissions(&self) -> &BTreeSet<String> {
        static NONE: BTreeSet<String> = BTreeSet::new();
        match self {
            Self::RootKey(key) => &key.permissions,
            Self::Anyone => &NONE,
        }
    }

    /// Refuses a caller that does not have what is needed.
    pub(crate) fn require(&self, wanted: &RequiredPermission) -> Result<(), Failure> {
        self.lacks(wanted).map_or(Ok(()), |detail| {
            Err(Code::InsufficientPermissions.because(detail))
        })
    }

    /// Whether the caller has what is needed.
    pub(crate) fn has(&self, wanted: &RequiredPermission) -> bool {
        match wanted {
            RequiredPermission::One(permission) => {
                self.permissions().contains(permission) || self.covers(permission)
            }
            RequiredPermission::All(all) => all.iter().all(|wanted| self.has(wanted)),
            RequiredPermission::Any(all) => all.iter().any(|wanted| self.has(wanted)),
        }
    }

    /// Whether one of the caller's permissions with a path covers `permission`.
    fn covers(&self, permission: &str) -> bool {
        let prefix = resource_name::PREFIX;
        permission.starts_with(prefix)
            && self
                .permissions()
                .range::<str, _>((Bound::Included(prefix), Bound::Unbounded))
                .take_while(|held| held.starts_with(prefix))
                .any(|held| resource_name::covers(held, permission))
    }

    /// The ids of that `kind` on which the caller may do `action`.
    pub(crate) fn ids<'a>(
        &'a self,
        kind: &'a str,
        action: &'a str,
    ) -> impl Iterator<Item = &'a str> {
        self.permissions().iter().filter_map(move |permission| {
            let rest = permission.strip_prefix(kind)?.strip_suffix(action)?;
            rest.strip_prefix('.')?.strip_suffix('.')
        })
    }

    /// What is missing, in a sentence, if anything is.
    pub(crate) fn lacks(&self, wanted: &RequiredPermission) -> Option<String> {
        if self.has(wanted) {
            return None;
        }
        match wanted {
            RequiredPermission::One(permission) => {
                Some(format!("Missing permission: '{permission}'"))
            }
            RequiredPermission::All(all) => all.iter().find_map(|wanted| self.lacks(wanted)),
            RequiredPermission::Any(_) => Some(format!(
                "Missing one of these permissions: {}",
                wanted.names()
            )),
        }
    }
}

/// The token in an `Authorization` header.
pub(crate) fn bearer(header: &str) -> Result<&str, Failure> {
    header
        .trim()
        .strip_prefix("Bearer ")
        .map(str::trim)
        .ok_or_else(|| {
            Code::Malformed.because(
                "You must provide a valid root key in the Authorization header in the format \
                 'Bearer ROOT_KEY'. Your authorization header is missing the 'Bearer ' prefix.",
            )
        })
}

/// The failure of a root key that does not exist.
pub(crate) fn unknown() -> Failure {
    Code::RootKeyNotFound
        .because("The provided root key is invalid. We could not find the requested key.")
}

/// Refuses a root key that may not act at `now` (Unix ms).
pub(crate) fn admit(key: &RootKey, now: i64) -> Result<(), Failure> {
    let invalid = |code: Code, why: &str| {
        Err(code.because(format!("The provided root key is invalid. {why}")))
    };
    let target = key.target.as_ref();
    if target.is_some_and(|target| target.enabled.is_none()) {
        return invalid(
            Code::WorkspaceNotFound,
            "The requested workspace does not exist.",
        );
    }
    if !key.home_enabled || target.is_some_and(|target| target.enabled == Some(false)) {
        return invalid(Code::WorkspaceDisabled, "The workspace is disabled.");
    }
    if key.api_deleted {
        return Err(unknown());
    }
    if !key.enabled {
        return invalid(Code::KeyDisabled, "The key is disabled.");
    }
    if let Some(expires) = key.expires.filter(|expires| now >= *expires) {
        let when = Timestamp::from_second(expires.div_euclid(1_000))
            .map_or_else(|_| expires.to_string(), |time| time.to_string());
        return invalid(Code::Forbidden, &format!("the key has expired on {when}"));
    }
    match target {
        Some(_) => Ok(()),
        None => Err(Code::RootKeyNotFound.because("The provided root key is invalid.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(permissions: &[&str]) -> Caller {
        Caller::RootKey(Arc::new(RootKey {
            id: "key_1".to_owned(),
            name: String::new(),
            api_deleted: false,
            enabled: true,
            expires: None,
            home_enabled: true,
            target: None,
            permissions: permissions.iter().map(|&text| text.to_owned()).collect(),
        }))
    }

    #[test]
    fn a_star_is_a_letter_like_any_other() {
        let need = RequiredPermission::on("api", "api_1", "read_key");
        for held in ["api.*.read_key", "api.api_1.read_key"] {
            caller(&[held]).require(&need).unwrap();
        }
        for held in ["*", "api.*.*", "api.api_2.read_key", "API.*.READ_KEY"] {
            assert!(!caller(&[held]).has(&need), "{held}");
        }
    }

    #[test]
    fn what_is_missing_is_named_and_what_is_held_is_not() {
        let caller = caller(&["api.*.read_api"]);
        let one = RequiredPermission::everywhere("api", "create_api");
        assert_eq!(
            caller.lacks(&one).unwrap(),
            "Missing permission: 'api.*.create_api'"
        );
        let both = RequiredPermission::All(vec![
            RequiredPermission::on("api", "api_1", "read_api"),
            RequiredPermission::on("api", "api_1", "read_key"),
        ]);
        assert_eq!(
            caller.lacks(&both).unwrap(),
            "Missing one of these permissions: api.*.read_key or api.api_1.read_key"
        );
    }

    #[test]
    fn permissions_that_belong_together_are_told_in_a_row() {
        let either = RequiredPermission::on("api", "api_1", "update_key")
            .and(RequiredPermission::everywhere("rbac", "add_role_to_key"))
            .or(RequiredPermission::One(
                "unkey:v1:ws_1:keyspaces/ks_1/keys/key_1#update_key".to_owned(),
            ));
        assert_eq!(
            caller(&["api.*.update_key"]).lacks(&either).unwrap(),
            "Missing one of these permissions: api.*.update_key or api.api_1.update_key and \
             rbac.*.add_role_to_key or unkey:v1:ws_1:keyspaces/ks_1/keys/key_1#update_key"
        );
        for held in [
            &["api.api_1.update_key", "rbac.*.add_role_to_key"][..],
            &["unkey:v1:ws_1:keyspaces/ks_1/**#update_key"],
        ] {
            caller(held).require(&either).unwrap();
        }
    }

    #[test]
    fn the_word_bearer_is_needed_as_it_is_written() {
        assert_eq!(bearer(" Bearer  abc def ").unwrap(), "abc def");
        for header in ["bearer abc", "Basic abc", "abc", "Bearer", "Bearer  "] {
            assert!(bearer(header).is_err(), "{header}");
        }
    }
}
