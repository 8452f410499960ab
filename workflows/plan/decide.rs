//! What a change means for one key: pure, so that all of it can be tested without a workspace.

use serde_json::{Map, Value, json};
use unkey_tools::types::{Key, LATEST};
use unkey_tools::workflows::{ListMode, PlannedKey};

use super::aspect::{self, Aspect, Aspects, look, owner, remaining};
use super::change::{Amount, Change, End};
use super::item::{Edit, Item, Work};
use super::roles::RolePermissions;

/// Decides for each key.
#[derive(Debug)]
pub(crate) struct Decider<'a> {
    /// The change.
    pub change: &'a Change,
    /// What roles grant.
    pub roles: &'a RolePermissions,
    /// Now, Unix ms.
    pub now: i64,
    /// Whether keys were chosen for not being used, so that a use speaks against the change.
    pub watch_use: bool,
}

/// What becomes of a key.
#[derive(Debug)]
pub(crate) enum Decision {
    /// This is to be done.
    Do(Box<Item>),
    /// It is so already, for that reason.
    Unchanged(&'static str),
    /// It cannot be done, for that reason.
    Cannot(&'static str),
}

/// The work, and the aspects of the key that have to be as they were; or why there is none.
type Worked<'a> = Result<(Work, Vec<Aspect<'a>>), Decision>;

impl Decider<'_> {
    /// What the change means for `key` of the API `api_id`, if that is known.
    pub(crate) fn decide(&self, key: &Key, api_id: Option<&str>) -> Decision {
        let worked = match self.change {
            Change::Disable => Self::switch(key, false),
            Change::Enable => Self::switch(key, true),
            Change::Extend(end) => self.extend(key, *end),
            Change::Credits { amount, refill } => {
                Self::credits(key, *amount, refill.as_ref().map(|refill| json!(refill)))
            }
            Change::Ratelimits(limits) => {
                let then = aspect::limits(limits);
                let arguments = fields([("ratelimits", json!(limits))]);
                Self::update(key, arguments, fields([("ratelimits", then)]))
            }
            Change::Roles(mode, names) => Self::roles(key, *mode, names),
            Change::Permissions(mode, slugs) => self.permissions(key, *mode, slugs),
            Change::Delete { permanent } => Ok((
                Work::Delete {
                    permanent: *permanent,
                },
                vec![Aspect::Enabled, Aspect::Expires],
            )),
            Change::Rotate {
                grace_ms,
                byte_length,
            } => self.rotate(key, api_id, *grace_ms, *byte_length),
            Change::Create(_) | Change::Import(_) => Err(Decision::Cannot("it is there already")),
        };
        let (work, mut aspects) = match worked {
            Ok(worked) => worked,
            Err(decision) => return decision,
        };
        aspects.push(Aspect::Owner);
        if self.watch_use {
            aspects.push(Aspect::LastUsed);
        }
        let mut saw = look(key, aspects);
        if let Work::Edit(edit) = &work {
            let changing = edit.then.keys().filter_map(|name| Aspect::parse(name));
            saw.extend(look(key, changing));
        }
        Decision::Do(Box::new(Item {
            key: planned(key),
            api_id: api_id.map(str::to_owned),
            saw,
            work,
        }))
    }

    fn switch(key: &Key, on: bool) -> Worked<'static> {
        if key.enabled == on {
            let why = if on {
                "enabled already"
            } else {
                "disabled already"
            };
            return Err(Decision::Unchanged(why));
        }
        let change = fields([("enabled", json!(on))]);
        Self::update(key, change.clone(), change)
    }

    fn extend(&self, key: &Key, end: End) -> Worked<'static> {
        let until = match (end, key.expires) {
            (End::By(_) | End::Never, None) => {
                return Err(Decision::Unchanged("never expires"));
            }
            (End::Never, Some(_)) => None,
            (End::At(at), _) => Some(at),
            (End::By(by), Some(expires)) => Some(expires.max(self.now).saturating_add(by)),
        };
        if until.is_some_and(|until| until > LATEST) {
            return Err(Decision::Cannot(
                "it would end after 2099, which Unkey does not take",
            ));
        }
        let change = fields([("expires", json!(until))]);
        Self::update(key, change.clone(), change)
    }

    fn credits(key: &Key, amount: Option<Amount>, refill: Option<Value>) -> Worked<'static> {
        let left = remaining(key);
        if let Some(Amount::Add(add)) = amount {
            let Some(left) = left else {
                return Err(Decision::Unchanged("unlimited credits"));
            };
            if left.checked_add(add).is_none() {
                return Err(Decision::Cannot(
                    "it would have more credits than Unkey can count",
                ));
            }
            let arguments = fields([("operation", json!("increment")), ("value", json!(add))]);
            let edit = Edit {
                tool: "keys_update_credits".to_owned(),
                arguments,
                then: Map::new(),
                remaining: Some(left),
            };
            return Ok((Work::Edit(edit), vec![Aspect::Limited]));
        }
        let same_refill = refill
            .as_ref()
            .is_none_or(|refill| Aspect::Refill.of(key) == *refill);
        let mut credits = Map::new();
        let mut then = Map::new();
        if let Some(Amount::Set(set)) = amount {
            if left == Some(set) && same_refill {
                return Err(Decision::Unchanged("has these credits"));
            }
            credits.insert("remaining".to_owned(), json!(set));
            then.insert("limited".to_owned(), json!(true));
        } else if left.is_none() {
            return Err(Decision::Cannot(
                "its credits are unlimited: give remaining beside refill",
            ));
        } else if same_refill {
            return Err(Decision::Unchanged("has this refill"));
        }
        if let Some(refill) = refill {
            credits.insert("refill".to_owned(), refill.clone());
            then.insert("refill".to_owned(), refill);
        }
        let edit = Edit {
            tool: UPDATE.to_owned(),
            arguments: fields([("credits", Value::Object(credits))]),
            then,
            remaining: amount.and(left),
        };
        Ok((Work::Edit(edit), vec![Aspect::Refill]))
    }

    fn roles(key: &Key, mode: ListMode, names: &[String]) -> Worked<'static> {
        let has = |name: &String| key.roles.as_ref().is_some_and(|all| all.contains(name));
        let (tool, named) = match mode {
            ListMode::Add => ("keys_add_roles", except(names, has)),
            ListMode::Remove => ("keys_remove_roles", only(names, has)),
            ListMode::Set => ("keys_set_roles", names.to_vec()),
        };
        let then: Aspects = match mode {
            ListMode::Set => union(key.roles.as_deref(), names)
                .map(|name| (Aspect::Role(name).to_string(), json!(names.contains(name))))
                .collect(),
            mode => {
                let has = json!(mode == ListMode::Add);
                let each = named.iter();
                each.map(|name| (Aspect::Role(name).to_string(), has.clone()))
                    .collect()
            }
        };
        Self::edit(key, tool, fields([("roles", json!(named))]), then)
    }

    fn permissions(&self, key: &Key, mode: ListMode, slugs: &[String]) -> Worked<'static> {
        let has = |slug: &String| {
            key.permissions
                .as_ref()
                .is_some_and(|all| all.contains(slug))
        };
        let by_role = |slug: &String| self.roles.grant(key, slug);
        let (tool, named) = match mode {
            ListMode::Add => ("keys_add_permissions", except(slugs, has)),
            ListMode::Remove => {
                let there = only(slugs, has);
                let own = except(&there, by_role);
                if own.is_empty() && !there.is_empty() {
                    return Err(Decision::Cannot("it has the permission by a role"));
                }
                ("keys_remove_permissions", own)
            }
            ListMode::Set => ("keys_set_permissions", slugs.to_vec()),
        };
        let name = |slug: &String| Aspect::Permission(slug).to_string();
        let then: Aspects = match mode {
            ListMode::Set => union(key.permissions.as_deref(), slugs)
                .map(|slug| (name(slug), json!(slugs.contains(slug) || by_role(slug))))
                .collect(),
            mode => {
                let has = json!(mode == ListMode::Add);
                named.iter().map(|slug| (name(slug), has.clone())).collect()
            }
        };
        Self::edit(key, tool, fields([("permissions", json!(named))]), then)
    }

    fn rotate(
        &self,
        key: &Key,
        api_id: Option<&str>,
        grace_ms: i64,
        byte_length: Option<i64>,
    ) -> Worked<'static> {
        let why = if api_id.is_none() {
            "its API is not known: name it in apis"
        } else if key.expires.is_some_and(|expires| expires <= self.now) {
            "it is expired, and so would be the new one: extend it instead"
        } else if key.start.is_empty() {
            "it was imported and never used, so that its prefix is not known"
        } else {
            let work = Work::Rotate {
                grace_ms,
                byte_length,
            };
            return Ok((work, vec![Aspect::Enabled, Aspect::Expires]));
        };
        Err(Decision::Cannot(why))
    }

    /// A call of `keys_update_key`.
    fn update(key: &Key, arguments: Map<String, Value>, then: Aspects) -> Worked<'static> {
        Self::edit(key, UPDATE, arguments, then)
    }

    /// A call that makes `then` true, where it is not.
    fn edit(
        key: &Key,
        tool: &str,
        arguments: Map<String, Value>,
        then: Aspects,
    ) -> Worked<'static> {
        if aspect::differing(key, &then).is_empty() {
            return Err(Decision::Unchanged("is so already"));
        }
        let edit = Edit {
            tool: tool.to_owned(),
            arguments,
            then,
            remaining: None,
        };
        Ok((Work::Edit(edit), Vec::new()))
    }
}

/// The tool that changes most settings.
pub(super) const UPDATE: &str = "keys_update_key";

/// A key as plans tell it.
pub(crate) fn planned(key: &Key) -> PlannedKey {
    PlannedKey {
        key_id: Some(key.key_id.clone()),
        start: Some(key.start.clone()),
        external_id: owner(key).map(str::to_owned),
        name: key.name.clone(),
    }
}

pub(super) fn fields<const N: usize>(fields: [(&str, Value); N]) -> Map<String, Value> {
    let named = fields.into_iter();
    named
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn only(names: &[String], wanted: impl Fn(&String) -> bool) -> Vec<String> {
    names.iter().filter(|name| wanted(name)).cloned().collect()
}

fn except(names: &[String], unwanted: impl Fn(&String) -> bool) -> Vec<String> {
    only(names, |name| !unwanted(name))
}

/// Those that are there, and those of `new` that are not.
fn union<'a>(there: Option<&'a [String]>, new: &'a [String]) -> impl Iterator<Item = &'a String> {
    let there = there.unwrap_or_default();
    there
        .iter()
        .chain(new.iter().filter(|name| !there.contains(name)))
}
