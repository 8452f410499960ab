//! One row: the names that its fields have in different places, and what they mean.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use unkey_tools::keys::MigratingKey;
use unkey_tools::types::{Credits, NewRatelimit, Refill, Secret, UnixTime};

use super::{cells, hash};

/// How the fields of a row are called. The first that is there and not empty counts.
const HASH: &[&str] = &["hash", "keyHash", "key_hash", "sha256"];
const PLAIN_TEXT: &[&str] = &["plaintext", "key", "apiKey", "api_key", "plain"];
const NAME: &[&str] = &["name", "label"];
const OWNER: &[&str] = &[
    "externalId",
    "external_id",
    "ownerId",
    "owner_id",
    "owner",
    "customer",
    "userId",
    "user_id",
];
const EXPIRES: &[&str] = &["expires", "expiresAt", "expires_at", "expiry"];
const REMAINING: &[&str] = &["remaining", "uses"];

/// What Unkey says of a key and gives it itself: nobody misses it.
const OF_UNKEY: &[&str] = &["apiId", "workspaceId", "keyId", "id", "keyAuthId"];

/// What the limit of Unkey's first API is called, which had no name.
const LIMIT_NAME: &str = "default";

/// A row that is read.
pub(super) struct Reading<'a> {
    pub(super) fields: Map<String, Value>,
    pub(super) now: i64,
    pub(super) verbatim: bool,
    pub(super) may_hold_keys: bool,
    pub(super) left_behind: &'a mut BTreeMap<String, u64>,
    pub(super) changed: &'a mut BTreeMap<&'static str, u64>,
}

/// Why a row is no key.
pub(super) enum Wrong {
    /// It holds a key in plain text, where none may be.
    PlainText,
    /// These fields are wrong, each with why.
    Fields(Vec<(String, String)>),
}

/// Whether a column of that name holds hashes.
pub(super) fn is_hash(name: &str) -> bool {
    HASH.contains(&name)
}

/// Whether a column of that name holds keys in plain text.
pub(super) fn is_plain_text(name: &str) -> bool {
    PLAIN_TEXT.contains(&name)
}

/// What is found wrong.
type Mistakes = Vec<(String, String)>;

impl Reading<'_> {
    /// The key that the row describes.
    pub(super) fn key(mut self) -> Result<MigratingKey, Wrong> {
        self.fields.retain(|_, value| !is_nothing(value));
        let mut wrong = Mistakes::new();
        if self.take(&["deletedAt", "deleted_at"]).is_some() {
            wrong.push(("deletedAt".to_owned(), "the key was deleted".to_owned()));
        }
        let hash = self.hash(&mut wrong)?;
        let name = self.read(NAME, cells::text, &mut wrong);
        let external_id = self.owner(&mut wrong);
        let meta = self.meta(&mut wrong);
        let now = self.now;
        let key = MigratingKey {
            hash: hash.unwrap_or_default(),
            name,
            external_id,
            meta,
            roles: self.read(&["roles"], cells::list, &mut wrong),
            permissions: self.read(&["permissions", "scopes"], cells::list, &mut wrong),
            expires: self
                .read(EXPIRES, |value| cells::instant(value, now), &mut wrong)
                .map(UnixTime::from),
            enabled: self.read(&["enabled", "active"], cells::boolean, &mut wrong),
            credits: self.credits(&mut wrong),
            ratelimits: self.ratelimits(&mut wrong),
        };
        for name in OF_UNKEY {
            self.fields.remove(*name);
        }
        for (name, _) in std::mem::take(&mut self.fields) {
            self.leave(&name);
        }
        if wrong.is_empty() {
            Ok(key)
        } else {
            Err(Wrong::Fields(wrong))
        }
    }

    /// The first field that is there, by these names.
    fn take(&mut self, names: &[&str]) -> Option<(String, Value)> {
        names.iter().find_map(|name| {
            let value = self.fields.shift_remove(*name)?;
            Some(((*name).to_owned(), value))
        })
    }

    fn read<T>(
        &mut self,
        names: &[&str],
        read: impl FnOnce(&Value) -> Result<T, &'static str>,
        wrong: &mut Mistakes,
    ) -> Option<T> {
        let (name, value) = self.take(names)?;
        match read(&value) {
            Ok(value) => Some(value),
            Err(why) => {
                wrong.push((name, why.to_owned()));
                None
            }
        }
    }

    /// Counts what has no place in Unkey.
    fn leave(&mut self, name: &str) {
        const MOST: usize = 50;
        if let Some(count) = self.left_behind.get_mut(name) {
            *count += 1;
        } else if self.left_behind.len() < MOST {
            self.left_behind.insert(name.to_owned(), 1);
        }
    }

    fn change(&mut self, what: &'static str) {
        *self.changed.entry(what).or_default() += 1;
    }

    fn hash(&mut self, wrong: &mut Mistakes) -> Result<Option<String>, Wrong> {
        let plain = match self.take(PLAIN_TEXT) {
            Some((_, Value::String(key))) => Some(Secret::new(key)),
            Some((name, _)) => {
                wrong.push((name, "must be a text".to_owned()));
                None
            }
            None => None,
        };
        if plain.is_some() && !self.may_hold_keys {
            return Err(Wrong::PlainText);
        }
        let hashed = plain.map(|key| hash::of_key(key.reveal()));
        let given = self.take(HASH).map(|(name, value)| {
            // Unkey's guides write {"value": …, "variant": "sha256_hex"}.
            let text = value.get("value").unwrap_or(&value).as_str();
            let normal = match text {
                Some(text) if self.verbatim => Ok(text.to_owned()),
                Some(text) => hash::normal(text),
                None => Err("must be a text"),
            };
            (name, normal)
        });
        match (hashed, given) {
            (Some(hashed), None) => Ok(Some(hashed)),
            (Some(hashed), Some((_, Ok(given)))) if hashed == given => Ok(Some(given)),
            (Some(_), Some((name, Ok(_)))) => {
                wrong.push((name, "is not the hash of the key beside it".to_owned()));
                Ok(None)
            }
            (None, Some((_, Ok(given)))) => Ok(Some(given)),
            (_, Some((name, Err(why)))) => {
                wrong.push((name, why.to_owned()));
                Ok(None)
            }
            (None, None) => {
                wrong.push(("hash".to_owned(), "is missing".to_owned()));
                Ok(None)
            }
        }
    }

    fn owner(&mut self, wrong: &mut Mistakes) -> Option<String> {
        let mut identity = match self.fields.shift_remove("identity") {
            Some(Value::Object(identity)) => identity,
            _ => Map::new(),
        };
        let of_identity = identity.remove("externalId");
        identity.remove("id");
        for (name, value) in &identity {
            if !is_nothing(value) {
                self.leave(&format!("identity.{name}"));
            }
        }
        let own = self.read(OWNER, cells::text, wrong);
        own.or_else(|| of_identity?.as_str().map(str::to_owned))
    }

    /// The metadata, with what had a field of its own in Unkey's first API.
    fn meta(&mut self, wrong: &mut Mistakes) -> Option<Map<String, Value>> {
        let mut meta = self.read(&["meta", "metadata"], cells::object, wrong);
        if let Some((name, environment)) = self.take(&["environment"]) {
            let fields = meta.get_or_insert_default();
            if fields.get(&name).is_some_and(|there| *there != environment) {
                self.leave(&name);
            } else {
                fields.insert(name, environment);
                self.change("environment, which goes into meta.environment");
            }
        }
        meta.filter(|meta| !meta.is_empty())
    }

    fn credits(&mut self, wrong: &mut Mistakes) -> Option<Credits> {
        let mut remaining = self.read(REMAINING, cells::remaining, wrong).flatten();
        let mut refill = self.read(&["refill"], cells::refill, wrong);
        match self.take(&["credits"]) {
            Some((name, Value::Object(credits))) => {
                if let Some(value) = credits.get("remaining") {
                    match cells::remaining(value) {
                        Ok(value) => remaining = remaining.or(value),
                        Err(why) => wrong.push((format!("{name}.remaining"), why.to_owned())),
                    }
                }
                if let Some(value) = credits.get("refill").filter(|value| !value.is_null()) {
                    match cells::refill(value) {
                        Ok(value) => refill = refill.or(Some(value)),
                        Err(why) => wrong.push((format!("{name}.refill"), why.to_owned())),
                    }
                }
            }
            Some((name, value)) => match cells::remaining(&value) {
                Ok(value) => remaining = remaining.or(value),
                Err(why) => wrong.push((name, why.to_owned())),
            },
            None => {}
        }
        let refill = refill.or_else(|| self.flat_refill(wrong));
        match (remaining, refill) {
            (Some(remaining), refill) => Some(Credits {
                remaining: cells::patch(remaining),
                refill,
            }),
            (None, Some(_)) => {
                wrong.push((
                    "refill".to_owned(),
                    "needs remaining: credits that are unlimited do not come back".to_owned(),
                ));
                None
            }
            (None, None) => None,
        }
    }

    /// A refill in columns of its own.
    fn flat_refill(&mut self, wrong: &mut Mistakes) -> Option<Refill> {
        let mut fields = Map::new();
        for (names, field) in [
            (&["refillInterval", "refill_interval"], "interval"),
            (&["refillAmount", "refill_amount"], "amount"),
            (&["refillDay", "refill_day"], "refillDay"),
        ] {
            if let Some((_, value)) = self.take(names) {
                fields.insert(field.to_owned(), value);
            }
        }
        if fields.is_empty() {
            return None;
        }
        match cells::refill(&Value::Object(fields)) {
            Ok(refill) => Some(refill),
            Err(why) => {
                wrong.push(("refill".to_owned(), why.to_owned()));
                None
            }
        }
    }

    fn ratelimits(&mut self, wrong: &mut Mistakes) -> Option<Vec<NewRatelimit>> {
        if let Some((name, value)) = self.take(&["ratelimits"]) {
            let list = match value {
                Value::String(text) => serde_json::from_str(&text).unwrap_or(Value::Null),
                value => value,
            };
            if let Ok(limits) = serde_json::from_value(list) {
                return Some(limits);
            }
            let why = "must be a list of {name, limit, duration, autoApply}";
            wrong.push((name, why.to_owned()));
            return None;
        }
        let (name, value) = self.take(&["ratelimit", "rateLimit"])?;
        match first_limit(&value) {
            Ok((limit, was_bucket)) => {
                if was_bucket {
                    self.change("a token bucket, which becomes a window");
                }
                Some(vec![limit])
            }
            Err(why) => {
                wrong.push((name, why.to_owned()));
                None
            }
        }
    }
}

/// The limit of Unkey's first API: `limit` uses in `duration`, or a bucket that fills up by
/// `refillRate` each `refillInterval`. Also: whether it was a bucket.
fn first_limit(value: &Value) -> Result<(NewRatelimit, bool), &'static str> {
    let fields = cells::object(value)?;
    let number = |name: &str| fields.get(name).and_then(cells::number);
    let positive = |name: &str| number(name).filter(|number| *number > 0);
    let limit = positive("limit").ok_or("its limit must be 1 or more")?;
    let (limit, duration, was_bucket) = match (positive("duration"), positive("refillInterval")) {
        (Some(duration), _) => (limit, duration, false),
        (None, Some(interval)) => (positive("refillRate").unwrap_or(limit), interval, true),
        (None, None) => return Err("it needs a duration in ms"),
    };
    // Unkey takes windows of a second and more.
    let times = if duration < 1_000 {
        1_000 / duration
    } else {
        1
    };
    let limit = limit.checked_mul(times).ok_or("its limit is too large")?;
    Ok((
        NewRatelimit {
            name: LIMIT_NAME.to_owned(),
            limit,
            duration: duration.max(1_000),
            auto_apply: true,
        },
        was_bucket,
    ))
}

/// Whether a field says nothing.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        value => *value == json!([]),
    }
}
