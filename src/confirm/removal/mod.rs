//! What a call takes away from what there is now, in words.

use std::collections::BTreeSet;

use serde_json::Value;
use unkey_tools::Entry;

use super::facts::Facts;
use super::words::{grouped, moment, names, quoted};

/// A key that ends within so many milliseconds from now is as good as switched off.
const SOON: i64 = 86_400_000;

/// What the call takes away, each in a sentence; empty where it takes nothing away.
pub(super) fn taken(entry: &Entry, body: &Value, facts: &Facts) -> Vec<String> {
    let current = match &facts.current {
        Ok(current) => current,
        Err(unknown) => return vec![format!("What it takes away is {unknown}")],
    };
    let change = Change {
        body,
        current,
        facts,
    };
    let found = match entry.endpoint {
        "keys.setPermissions" => vec![change.permissions()],
        "keys.removePermissions" => vec![change.named_permissions()],
        "keys.setRoles" => vec![change.roles()],
        "keys.removeRoles" => vec![change.named("roles", "It takes the roles")],
        "permissions.setRolePermissions" => vec![change.permissions_of_role()],
        "keys.updateCredits" => vec![change.balance()],
        "keys.updateKey" => vec![
            change.switch(),
            change.name(),
            change.owner(),
            change.endlessness(),
            change.credits(),
            change.refill(),
            change.meta(),
            change.limits(),
            change.roles(),
            change.permissions(),
        ],
        "identities.updateIdentity" => vec![change.meta(), change.limits()],
        _ => Vec::new(),
    };
    found.into_iter().flatten().collect()
}

/// When a key is to end, where that is sooner than now and so soon that it is as good as switched off.
/// The call may have said it as a time from now, so this is another moment in the next call. `now` is
/// the time, in Unix milliseconds.
pub(super) fn end(body: &Value, facts: &Facts, now: i64) -> Option<String> {
    let new = body.get("expires")?.as_i64()?;
    let current = facts.current.as_ref().ok()?["expires"].as_i64();
    let sooner = current.is_none_or(|end| new < end);
    let soon = new < now.saturating_add(SOON);
    (sooner && soon).then(|| format!("It stops working {}", moment(new)))
}

/// What is asked for, beside what there is.
struct Change<'a> {
    body: &'a Value,
    current: &'a Value,
    facts: &'a Facts,
}

impl Change<'_> {
    fn switch(&self) -> Option<String> {
        let enabled = self.body["enabled"].as_bool()?;
        // A key whose state is not said is on.
        if enabled == (self.current["enabled"] != false) {
            return None;
        }
        Some(if enabled {
            "It is switched on again: whoever holds it can use it".to_owned()
        } else {
            "It is switched off: whoever uses it is refused".to_owned()
        })
    }

    fn name(&self) -> Option<String> {
        (cleared(self.body, "name") && self.current["name"].is_string())
            .then(|| "It loses its name".to_owned())
    }

    fn owner(&self) -> Option<String> {
        let owner = self.current.pointer("/identity/externalId")?.as_str()?;
        match self.body.get("externalId")? {
            Value::String(new) if new != owner => Some(format!(
                "It goes from the owner {} to {}",
                quoted(owner),
                quoted(new)
            )),
            Value::Null => Some(format!("It loses its owner {}", quoted(owner))),
            _ => None,
        }
    }

    fn endlessness(&self) -> Option<String> {
        let end = self.current["expires"].as_i64()?;
        cleared(self.body, "expires")
            .then(|| format!("It no longer ends {}: it works without end", moment(end)))
    }

    fn credits(&self) -> Option<String> {
        let credits = self.body.get("credits")?;
        let unlimited = credits.is_null() || cleared(credits, "remaining");
        if unlimited {
            return self.limit_of_uses();
        }
        (credits["remaining"] == 0)
            .then(|| self.none_left())
            .flatten()
    }

    fn balance(&self) -> Option<String> {
        let value = self.body["value"].as_u64();
        match (self.body["operation"].as_str()?, value) {
            ("set", None) => self.limit_of_uses(),
            ("set", Some(0)) => self.none_left(),
            ("decrement", Some(value)) if value >= self.remaining()? => self.none_left(),
            _ => None,
        }
    }

    fn remaining(&self) -> Option<u64> {
        self.current.pointer("/credits/remaining")?.as_u64()
    }

    /// What is lost where the uses become unlimited.
    fn limit_of_uses(&self) -> Option<String> {
        let remaining = self.remaining()?;
        Some(format!(
            "It loses its limit of uses, of which {} are left: it works without limit",
            grouped(remaining)
        ))
    }

    /// What is lost where no use is left.
    fn none_left(&self) -> Option<String> {
        match self.remaining() {
            Some(0) => None,
            Some(left) => Some(format!("Its last {} uses are taken", grouped(left))),
            None => Some("It has no use left: whoever uses it is refused".to_owned()),
        }
    }

    fn refill(&self) -> Option<String> {
        let credits = self.body.get("credits")?;
        let cleared = credits.is_null() || cleared(credits, "refill");
        let has = self
            .current
            .pointer("/credits/refill")
            .is_some_and(|refill| !refill.is_null());
        (cleared && has).then(|| "It loses the refill of its credits".to_owned())
    }

    fn meta(&self) -> Option<String> {
        let new = self.body.get("meta")?;
        let current = self.current["meta"].as_object()?;
        let gone: Vec<&str> = current
            .keys()
            .map(String::as_str)
            .filter(|field| new.get(field).is_none())
            .collect();
        told("It loses the metadata", &gone)
    }

    fn limits(&self) -> Option<String> {
        let new = strings(self.body.get("ratelimits")?, Some("name"));
        let current = strings(&self.current["ratelimits"], Some("name"));
        told("It loses the limits", &difference(&current, &new))
    }

    fn roles(&self) -> Option<String> {
        let new = strings(self.body.get("roles")?, None);
        let current = strings(&self.current["roles"], None);
        told("It takes the roles", &difference(&current, &new))
    }

    fn permissions(&self) -> Option<String> {
        let new = strings(self.body.get("permissions")?, None);
        let gone = difference(&self.own_permissions(), &new);
        let sentence = if self.facts.by_roles.is_some() {
            "It takes the permissions"
        } else {
            "It takes the permissions, but for those that its roles grant:"
        };
        told(sentence, &gone)
    }

    fn named_permissions(&self) -> Option<String> {
        let named = strings(&self.body["permissions"], None);
        let own = self.own_permissions();
        let gone: Vec<&str> = named.intersection(&own).copied().collect();
        told("It takes the permissions", &gone)
    }

    /// The permissions that a key holds itself; what its roles grant too is taken from it by nothing
    /// that is done to the key's own.
    fn own_permissions(&self) -> BTreeSet<&str> {
        let by_roles = self.facts.by_roles.as_ref();
        let granted = |slug: &&str| by_roles.is_some_and(|granted| granted.contains(*slug));
        let all = strings(&self.current["permissions"], None);
        all.into_iter().filter(|slug| !granted(slug)).collect()
    }

    fn permissions_of_role(&self) -> Option<String> {
        let new = strings(&self.body["permissions"], None);
        let current = strings(&self.current["permissions"], Some("slug"));
        told(
            "It takes from the role, and from every key that has it, the permissions",
            &difference(&current, &new),
        )
    }

    fn named(&self, field: &str, sentence: &str) -> Option<String> {
        let named = strings(&self.body[field], None);
        let current = strings(&self.current[field], None);
        let gone: Vec<&str> = named.intersection(&current).copied().collect();
        told(sentence, &gone)
    }
}

/// Whether a field is sent as `null`.
fn cleared(body: &Value, field: &str) -> bool {
    body.get(field).is_some_and(Value::is_null)
}

/// The texts of a list, or those of a field of its items.
fn strings<'a>(list: &'a Value, field: Option<&str>) -> BTreeSet<&'a str> {
    let items = list.as_array().into_iter().flatten();
    items
        .filter_map(|item| field.map_or(item, |field| &item[field]).as_str())
        .collect()
}

fn difference<'a>(current: &BTreeSet<&'a str>, new: &BTreeSet<&str>) -> Vec<&'a str> {
    current
        .iter()
        .filter(|one| !new.contains(*one))
        .copied()
        .collect()
}

fn told(sentence: &str, gone: &[&str]) -> Option<String> {
    (!gone.is_empty()).then(|| format!("{sentence} {}", names(gone.iter().copied())))
}

#[cfg(test)]
mod tests;
