//! How credits ought to behave, written down a second time and as plainly as can be.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use unkey_tools::types::Patch;

use super::act::{Change, OnKey};
use crate::support::*;

/// When credits come back, and to what; every day where there is no day of the month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Refill {
    pub(super) amount: i64,
    pub(super) day: Option<i8>,
}

impl Refill {
    pub(super) fn request(self) -> Value {
        match self.day {
            None => json!({"interval": "daily", "amount": self.amount}),
            Some(day) => json!({"interval": "monthly", "amount": self.amount, "refillDay": day}),
        }
    }

    pub(super) fn is_due_on(self, date: Date) -> bool {
        self.day.is_none_or(|day| {
            day == date.day() || (date.day() == date.days_in_month() && day > date.day())
        })
    }
}

/// A key.
#[derive(Clone, Debug)]
pub(super) struct ModelKey {
    pub(super) id: String,
    pub(super) key: String,
    pub(super) credits: Option<i64>,
    pub(super) refill: Option<Refill>,
    pub(super) enabled: bool,
    pub(super) expires: Option<i64>,
    pub(super) deleted: bool,
}

impl ModelKey {
    /// The midnight that begins `date` comes.
    pub(super) fn midnight(&mut self, date: Date) {
        if let Some(refill) = self.refill
            && !self.deleted
            && refill.is_due_on(date)
        {
            let raised = self
                .credits
                .map_or(refill.amount, |left| left.max(refill.amount));
            self.credits = Some(raised);
        }
    }

    /// The code of a verification at that time, which spends what it costs.
    pub(super) fn verify(&mut self, cost: i64, now: i64) -> &'static str {
        if self.deleted {
            return "NOT_FOUND";
        }
        if !self.enabled {
            return "DISABLED";
        }
        if self.expires.is_some_and(|expires| now >= expires) {
            return "EXPIRED";
        }
        match &mut self.credits {
            Some(left) if *left < cost => "USAGE_EXCEEDED",
            Some(left) => {
                *left -= cost;
                "VALID"
            }
            None => "VALID",
        }
    }

    /// Whether `keys.updateCredits` does what it is asked; then it is done.
    pub(super) fn change_credits(&mut self, operation: &str, value: &Patch<i64>) -> bool {
        match (operation, value, self.credits) {
            ("set", Patch::Clear, _) => (self.credits, self.refill) = (None, None),
            ("set", value, _) => self.credits = value.as_set().copied(),
            ("increment", Patch::Set(value), Some(left)) => {
                self.credits = Some(left.saturating_add(*value));
            }
            ("decrement", Patch::Set(value), Some(left)) => {
                self.credits = Some((left - value).max(0));
            }
            _ => return false,
        }
        true
    }

    /// `keys.updateKey` succeeds.
    pub(super) const fn update(&mut self, change: &Change) {
        match change {
            Change::Nothing => {}
            Change::Unlimited => (self.credits, self.refill) = (None, None),
            Change::Remaining(remaining) => self.credits = Some(*remaining),
            Change::Refill(refill) => self.refill = *refill,
        }
    }

    /// The key as `keys.getKey` shows its credits.
    pub(super) fn shown(&self) -> Value {
        match (self.credits, self.refill) {
            (None, _) => Value::Null,
            (Some(left), None) => json!({"remaining": left}),
            (Some(left), Some(refill)) => json!({"remaining": left, "refill": refill.request()}),
        }
    }
}

impl OnKey {
    /// The endpoint and the body that ask for it.
    pub(super) fn request(&self, key: &ModelKey) -> (&'static str, Value) {
        match self {
            Self::Verify(None) => ("keys.verifyKey", json!({"key": key.key})),
            Self::Verify(Some(cost)) => {
                let body = json!({"key": key.key, "credits": {"cost": cost}});
                ("keys.verifyKey", body)
            }
            Self::Credits(operation, value) => {
                let mut body = json!({"keyId": key.id, "operation": operation});
                match value {
                    Patch::Keep => {}
                    Patch::Clear => body["value"] = Value::Null,
                    Patch::Set(value) => body["value"] = json!(value),
                }
                ("keys.updateCredits", body)
            }
            Self::Update {
                change,
                enabled,
                links,
            } => {
                let mut body = links.clone();
                body["keyId"] = json!(key.id);
                body["enabled"] = json!(enabled);
                match change {
                    Change::Nothing => {}
                    Change::Unlimited => body["credits"] = Value::Null,
                    Change::Remaining(left) => body["credits"] = json!({"remaining": left}),
                    Change::Refill(refill) => {
                        body["credits"] = json!({"refill": refill.map(Refill::request)});
                    }
                }
                ("keys.updateKey", body)
            }
            Self::Reroll { grace } => {
                let body = json!({"keyId": key.id, "expiration": grace});
                ("keys.rerollKey", body)
            }
            Self::Delete { permanent } => {
                let body = json!({"keyId": key.id, "permanent": permanent});
                ("keys.deleteKey", body)
            }
            Self::Link(endpoint, which) => {
                let (field, front) = if endpoint.ends_with("Roles") {
                    ("roles", "role")
                } else {
                    ("permissions", "slug.")
                };
                let which = which.as_array().unwrap().iter();
                let names: Value = which.map(|n| format!("{front}{n}")).collect();
                (endpoint, json!({"keyId": key.id, field: names}))
            }
        }
    }
}

/// The UTC date of a time, Unix ms.
pub(super) fn date(now: i64) -> Date {
    let time = Timestamp::from_millisecond(now).unwrap();
    TimeZone::UTC.to_datetime(time).date()
}
