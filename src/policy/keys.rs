//! What keys must have: an expiry, an owner, metadata, credits.

use serde_json::Value;
use unkey_tools::Operation as _;
use unkey_tools::identities::DeleteIdentity;
use unkey_tools::keys::{CreateKey, MigrateKeys, RerollKey, UpdateCredits, UpdateKey};

use super::refusal::Rule;
use super::{Case, Policy, Question, Refused};
use crate::observe::shown;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

const EXPIRY: &str = "max-expiry-days";
const OWNER: &str = "require-owner";
const META: &str = "require-meta";
const CREDITS: &str = "max-credits";

impl Policy {
    /// Whether a call makes a key that lacks what it must have, or takes that from one.
    pub(super) fn keys(
        &self,
        case: Case<'_>,
        questions: &mut Vec<Question>,
    ) -> Result<(), Refused> {
        let Case { entry, body, now } = case;
        let key_id = || {
            let id = body.get("keyId").and_then(Value::as_str);
            id.unwrap_or_default().to_owned()
        };
        match entry.name {
            CreateKey::NAME => self.new_key(body, now),
            MigrateKeys::NAME => {
                let keys = body.get("keys").and_then(Value::as_array);
                let mut keys = keys.into_iter().flatten();
                keys.try_for_each(|key| self.new_key(key, now))
            }
            UpdateKey::NAME => self.changed_key(body, now),
            RerollKey::NAME => {
                self.grace(body)?;
                if self.asks_anything_of_keys() {
                    questions.push(Question::Reroll { key_id: key_id() });
                }
                Ok(())
            }
            UpdateCredits::NAME => {
                if let Some(added) = self.changed_credits(body)? {
                    let key_id = key_id();
                    questions.push(Question::Credits { key_id, added });
                }
                Ok(())
            }
            DeleteIdentity::NAME if self.rules.require_owner => Err(self.refuse(
                Rule::of(OWNER, true),
                "The keys of an identity that is deleted have no owner.",
                "delete or disable the keys instead.",
            )),
            _ => Ok(()),
        }
    }

    /// The new key has what the old one has.
    pub(super) fn judge_reroll(
        &self,
        data: Option<&Value>,
        now: i64,
    ) -> Result<Vec<Question>, Refused> {
        let Some(key) = data.filter(|data| data.is_object()) else {
            let rule = Rule::of(self.a_rule_on_keys(), "…");
            let what = "What the old key has, and with it the new one, cannot be looked up.";
            let next = "check the key's id; the root key needs `api.*.read_key`.";
            return Err(self.refuse(rule, what, next));
        };
        // An answer has the owner as an object.
        let mut key = key.clone();
        let owner = key.pointer("/identity/externalId").cloned();
        if let (Some(fields), Some(owner)) = (key.as_object_mut(), owner) {
            fields.insert("externalId".to_owned(), owner);
        }
        let judged = self.new_key(&key, now);
        let judged = judged.and_then(|()| self.permissions(&key));
        judged.map(|()| Vec::new()).map_err(|refused| Refused {
            what: format!("A rerolled key has what the old one has. {}", refused.what),
            next:
                "mend the old key with keys_update_key first, or create a key with keys_create_key."
                    .to_owned(),
            ..refused
        })
    }

    /// The balance after the change.
    pub(super) fn judge_credits(
        &self,
        added: i64,
        data: Option<&Value>,
    ) -> Result<Vec<Question>, Refused> {
        let remaining = data.and_then(|data| data.pointer("/credits/remaining"));
        let most = i64::from(self.rules.max_credits.unwrap_or(u32::MAX));
        match remaining.and_then(integer) {
            Some(remaining) if remaining.saturating_add(added) <= most => Ok(Vec::new()),
            Some(remaining) => {
                let what = format!("The key has {remaining} left.");
                Err(self.too_many_credits(&what))
            }
            None => Err(self.too_many_credits("How many the key has cannot be looked up.")),
        }
    }

    fn new_key(&self, key: &Value, now: i64) -> Result<(), Refused> {
        if self.rules.max_expiry_days.is_some() {
            match key.get("expires") {
                Some(expires) => self.expiry(expires, now)?,
                None => return Err(self.no_expiry()),
            }
        }
        if self.rules.require_owner {
            self.owner(key.get("externalId").unwrap_or(&Value::Null))?;
        }
        self.meta(key.get("meta").unwrap_or(&Value::Null))?;
        if self.rules.max_credits.is_some() {
            let credits = key.get("credits").unwrap_or(&Value::Null);
            let remaining = credits.get("remaining").unwrap_or(&Value::Null);
            self.credits(remaining)?;
            self.refill(credits)?;
        }
        Ok(())
    }

    /// What is sent replaces what was there; what is not sent stays.
    fn changed_key(&self, key: &Value, now: i64) -> Result<(), Refused> {
        if let Some(expires) = key.get("expires") {
            self.expiry(expires, now)?;
        }
        if let Some(owner) = key.get("externalId").filter(|_| self.rules.require_owner) {
            self.owner(owner)?;
        }
        if let Some(meta) = key.get("meta") {
            self.meta(meta)?;
        }
        if let Some(credits) = key
            .get("credits")
            .filter(|_| self.rules.max_credits.is_some())
        {
            if credits.is_null() {
                return Err(self.too_many_credits("Without credits it is unlimited."));
            }
            if let Some(remaining) = credits.get("remaining") {
                self.credits(remaining)?;
            }
            self.refill(credits)?;
        }
        Ok(())
    }

    /// For how long the old key of a reroll goes on: that sets its expiry.
    fn grace(&self, body: &Value) -> Result<(), Refused> {
        let Some(days) = self.rules.max_expiry_days else {
            return Ok(());
        };
        let most = i64::from(days.get()) * DAY_MS;
        match body.get("expiration").and_then(integer) {
            Some(grace) if grace <= most => Ok(()),
            _ => Err(self.refuse(
                Rule::of(EXPIRY, days),
                "The old key would go on for longer.",
                format!("send `expiration` of at most {most} (ms)."),
            )),
        }
    }

    /// What is to be looked up where credits are added.
    fn changed_credits(&self, body: &Value) -> Result<Option<i64>, Refused> {
        if self.rules.max_credits.is_none() {
            return Ok(None);
        }
        let value = body.get("value").unwrap_or(&Value::Null);
        match body.get("operation").and_then(Value::as_str) {
            Some("decrement") => Ok(None),
            Some("increment") => {
                self.credits(value)?;
                Ok(integer(value).filter(|added| *added > 0))
            }
            _ => self.credits(value).map(|()| None),
        }
    }

    fn expiry(&self, expires: &Value, now: i64) -> Result<(), Refused> {
        let Some(days) = self.rules.max_expiry_days else {
            return Ok(());
        };
        let latest = now.saturating_add(i64::from(days.get()) * DAY_MS);
        match integer(expires) {
            Some(expires) if (1..=latest).contains(&expires) => Ok(()),
            Some(1..) => Err(self.refuse(
                Rule::of(EXPIRY, days),
                format!("It would work for longer than {days} days."),
                format!("send `expiresAt` of at most `{days}d`, or `expires` of at most {latest}."),
            )),
            _ => Err(self.no_expiry()),
        }
    }

    fn no_expiry(&self) -> Refused {
        let days = self.rules.max_expiry_days.map_or(0, Into::into);
        self.refuse(
            Rule::of(EXPIRY, days),
            "A key must stop working by itself.",
            format!("send `expiresAt` of at most `{days}d`."),
        )
    }

    fn owner(&self, owner: &Value) -> Result<(), Refused> {
        if owner.as_str().is_some_and(|owner| !owner.trim().is_empty()) {
            return Ok(());
        }
        let next = "send `externalId`, your own id of the owner.";
        Err(self.refuse(Rule::of(OWNER, true), "A key must have an owner.", next))
    }

    fn meta(&self, meta: &Value) -> Result<(), Refused> {
        let has = |field: &str| match meta.get(field) {
            None | Some(Value::Null) => false,
            Some(Value::String(text)) => !text.trim().is_empty(),
            Some(_) => true,
        };
        match self.rules.require_meta.iter().find(|field| !has(field)) {
            None => Ok(()),
            Some(field) => {
                let shown = shown::name(field);
                let what = format!("A key must have `{shown}` in its `meta`.");
                let next = format!("send `meta` with `{shown}`, and with all else that it has.");
                Err(self.refuse(Rule::list(META, field), what, next))
            }
        }
    }

    fn credits(&self, remaining: &Value) -> Result<(), Refused> {
        let most = i64::from(self.rules.max_credits.unwrap_or(u32::MAX));
        match integer(remaining) {
            Some(remaining) if remaining <= most => Ok(()),
            Some(_) => Err(self.too_many_credits("")),
            None => Err(self.too_many_credits("Without credits it is unlimited.")),
        }
    }

    fn refill(&self, credits: &Value) -> Result<(), Refused> {
        let refill = credits.get("refill").filter(|refill| !refill.is_null());
        match refill {
            None => Ok(()),
            Some(refill) => self.credits(refill.get("amount").unwrap_or(&Value::Null)),
        }
    }

    fn too_many_credits(&self, what: &str) -> Refused {
        let most = self.rules.max_credits.unwrap_or(u32::MAX);
        let next = format!("send credits of at most {most}, also for a refill.");
        self.refuse(Rule::of(CREDITS, most), what, next)
    }

    fn asks_anything_of_keys(&self) -> bool {
        let rules = &self.rules;
        rules.max_expiry_days.is_some()
            || rules.require_owner
            || !rules.require_meta.is_empty()
            || rules.max_credits.is_some()
            || rules.deny_wildcard_permissions
    }

    /// The name of a rule that asks something of keys.
    fn a_rule_on_keys(&self) -> &'static str {
        let rules = &self.rules;
        match () {
            () if rules.max_expiry_days.is_some() => EXPIRY,
            () if rules.require_owner => OWNER,
            () if !rules.require_meta.is_empty() => META,
            () if rules.max_credits.is_some() => CREDITS,
            () => super::wildcards::PERMISSIONS,
        }
    }
}

/// A whole number, also one that was written with a point.
fn integer(value: &Value) -> Option<i64> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a float saturates, and a bound is compared with it"
    )]
    let rounded = |float: f64| float.ceil() as i64;
    value.as_i64().or_else(|| value.as_f64().map(rounded))
}
