//! Permissions and overrides with a `*`.

use std::collections::BTreeSet;

use serde_json::Value;
use unkey_tools::permissions::CreatePermission;
use unkey_tools::ratelimit::SetOverride;
use unkey_tools::{Effect, Operation as _};

use super::refusal::Rule;
use super::{Case, Policy, Question, Refused};
use crate::observe::shown;

pub(super) const PERMISSIONS: &str = "deny-wildcard-permissions";
const OVERRIDES: &str = "deny-wildcard-overrides";

/// As many roles are looked up for one call.
const MOST_ROLES: usize = 20;

impl Policy {
    /// Whether the call gives a permission with a `*`, or sets an override with one.
    pub(super) fn wildcards(
        &self,
        case: Case<'_>,
        questions: &mut Vec<Question>,
    ) -> Result<(), Refused> {
        let Case { entry, body, .. } = case;
        let text = |field: &str| body.get(field).and_then(Value::as_str).unwrap_or_default();
        if self.rules.deny_wildcard_overrides
            && entry.name == SetOverride::NAME
            && text("identifier").contains('*')
        {
            let next = "set the override for one identifier, without `*`.";
            return Err(self.refuse(Rule::of(OVERRIDES, true), "", next));
        }
        // What takes permissions away gives none.
        if !self.rules.deny_wildcard_permissions || entry.effect == Effect::Delete {
            return Ok(());
        }
        let mut roles = BTreeSet::new();
        for part in parts(body) {
            for slug in texts(part, "permissions") {
                self.not_wild(slug)?;
            }
            roles.extend(texts(part, "roles"));
        }
        if entry.name == CreatePermission::NAME {
            self.not_wild(text("slug"))?;
        }
        if roles.len() > MOST_ROLES {
            let next = format!("give {MOST_ROLES} roles at most in one call.");
            let what = "What so many roles hold is not looked up.";
            return Err(self.refuse(Rule::of(PERMISSIONS, true), what, next));
        }
        questions.extend(roles.into_iter().map(|name| Question::Role {
            name: name.to_owned(),
        }));
        Ok(())
    }

    /// Whether a role holds a permission with a `*`.
    pub(super) fn judge_role(
        &self,
        name: &str,
        data: Option<&Value>,
    ) -> Result<Vec<Question>, Refused> {
        let rule = || Rule::of(PERMISSIONS, true);
        let Some(role) = data.filter(|data| data.is_object()) else {
            let what = format!(
                "What the role `{}` holds cannot be looked up.",
                shown::name(name)
            );
            let next = "check its name with permissions_list_roles, or give the permissions themselves; \
                        the root key needs `rbac.*.read_role`.";
            return Err(self.refuse(rule(), what, next));
        };
        let permissions = role.get("permissions").and_then(Value::as_array);
        let mut slugs = permissions
            .into_iter()
            .flatten()
            .filter_map(|permission| permission.get("slug")?.as_str());
        match slugs.find(|slug| slug.contains('*')) {
            None => Ok(Vec::new()),
            Some(slug) => {
                let (name, slug) = (shown::name(name), shown::name(slug));
                let what = format!("The role `{name}` holds `{slug}`.");
                Err(self.refuse(rule(), what, "give a role or permissions without `*`."))
            }
        }
    }

    /// Whether a key holds a permission with a `*`.
    pub(super) fn permissions(&self, key: &Value) -> Result<(), Refused> {
        if !self.rules.deny_wildcard_permissions {
            return Ok(());
        }
        texts(key, "permissions").try_for_each(|slug| self.not_wild(slug))
    }

    fn not_wild(&self, slug: &str) -> Result<(), Refused> {
        if slug.contains('*') {
            let what = format!("`{}` stands for several permissions.", shown::name(slug));
            let next = "name each permission itself, without `*`.";
            return Err(self.refuse(Rule::of(PERMISSIONS, true), what, next));
        }
        Ok(())
    }
}

/// The body, and the keys in it.
fn parts(body: &Value) -> impl Iterator<Item = &Value> {
    let keys = body.get("keys").and_then(Value::as_array);
    std::iter::once(body).chain(keys.into_iter().flatten())
}

fn texts<'a>(part: &'a Value, field: &str) -> impl Iterator<Item = &'a str> {
    let list = part.get(field).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str)
}
