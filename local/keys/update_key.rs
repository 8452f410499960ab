//! `keys_update_key` · `POST /v2/keys.updateKey`

use std::collections::BTreeSet;

use unkey_tools::keys::{UpdateCreditsOfKey, UpdateKey};
use unkey_tools::types::{NewRatelimit, Patch};

use super::common::attachments::{
    Creation, find_or_create_identity, find_or_create_permissions, find_roles, not_given,
    put_ratelimits,
};
use super::common::credits::strict_refill_day;
use super::common::find::find_key;
use super::common::issue::not_written;
use super::common::permission::on_key;
use crate::prelude::*;
use crate::store::{Balance, KeyColumns, Keys, Owner, Permissions, Ratelimits, Roles};
use crate::wire::meta;

impl Apply for UpdateKey {
    const ACCESS: Access = Access::Write;

    fn schema() -> Value {
        let credits = schema::object(
            &[],
            &json!({
                "remaining": schema::nullable(schema::balance()),
                "refill": schema::nullable(schema::refill()),
            }),
        );
        schema::object(
            &["keyId"],
            &json!({
                "keyId": schema::id(3),
                "name": schema::nullable(schema::text(1, 255)),
                "externalId": schema::nullable(schema::external_id()),
                "meta": schema::nullable(schema::meta()),
                "expires": schema::nullable(schema::integer(0, schema::LATEST)),
                "credits": schema::nullable(credits),
                "ratelimits": schema::ratelimits(),
                "enabled": schema::boolean(),
                "roles": schema::list(100, &schema::role()),
                "permissions": schema::list(1_000, &schema::permission()),
            }),
        )
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<Empty>, Failure> {
        let key = find_key(cx, self.key_id.as_str())?;
        cx.require_permission(&on_key(cx, &key, "update_key"))?;
        let balance = changed(&self.credits, key.balance)?;
        let identity_id = match &self.external_id {
            Patch::Keep => key.identity_id,
            Patch::Clear => None,
            Patch::Set(external_id) => Some(find_or_create_identity(cx, external_id)?),
        };
        let meta = match self.meta {
            Patch::Keep => key.meta,
            Patch::Clear => None,
            Patch::Set(meta) => Some(meta::stored(meta)),
        };
        let expires = match self.expires {
            Patch::Keep => key.expires,
            Patch::Clear => None,
            Patch::Set(time) => Some(time.millis()),
        };
        let columns = KeyColumns {
            name: or_known(&self.name, key.name.as_ref()).map(String::as_str),
            meta: meta.as_deref(),
            identity_id: identity_id.as_deref(),
            enabled: self.enabled.unwrap_or(key.enabled),
            expires,
            balance,
        };
        let updated = Keys(cx.db()).update(&key.id, &columns, cx.now());
        updated.map_err(not_written("updated"))?;
        if let Some(limits) = self.ratelimits {
            replace_ratelimits(cx, &key.id, limits)?;
        }
        if let Some(slugs) = self.permissions {
            replace_permissions(cx, &key.id, &slugs)?;
        }
        if let Some(names) = self.roles {
            replace_roles(cx, &key.id, &names)?;
        }
        cx.audit("key.update", ("key", &key.id))?;
        Ok(Empty {}.into())
    }
}

/// The value to store: the one sent, none, or the one that was there.
const fn or_known<'a, T>(sent: &'a Patch<T>, known: Option<&'a T>) -> Option<&'a T> {
    match sent {
        Patch::Keep => known,
        Patch::Clear => None,
        Patch::Set(value) => Some(value),
    }
}

fn changed(sent: &Patch<UpdateCreditsOfKey>, known: Balance) -> Result<Balance, Failure> {
    let sent = match sent {
        Patch::Keep => return Ok(known),
        Patch::Clear => return Ok(Balance::default()),
        Patch::Set(sent) => sent,
    };
    let balance = match sent.remaining {
        Patch::Keep => known,
        Patch::Clear => Balance::default(),
        Patch::Set(remaining) => Balance {
            remaining: Some(remaining),
            ..known
        },
    };
    let (refill_amount, refill_day) = match &sent.refill {
        Patch::Keep => (balance.refill_amount, balance.refill_day),
        Patch::Clear => (None, None),
        Patch::Set(refill) => (Some(refill.amount), strict_refill_day(refill)?),
    };
    Ok(Balance {
        remaining: balance.remaining,
        refill_amount,
        refill_day,
    })
}

/// Makes these the key's limits. One whose name stays keeps its id.
fn replace_ratelimits(
    cx: &Context<'_>,
    key_id: &str,
    limits: Vec<NewRatelimit>,
) -> Result<(), Failure> {
    let names: BTreeSet<&str> = limits.iter().map(|limit| limit.name.as_str()).collect();
    for known in Ratelimits(cx.db()).of_key(key_id)? {
        if !names.contains(known.name.as_str()) {
            Ratelimits(cx.db()).delete(known.id.as_str())?;
        }
    }
    put_ratelimits(cx, Owner::Key(key_id), limits)
}

fn replace_permissions(cx: &Context<'_>, key_id: &str, slugs: &[String]) -> Result<(), Failure> {
    let wanted = find_or_create_permissions(cx, slugs, Creation::WithUpdate)?;
    Permissions(cx.db()).disconnect_all(key_id)?;
    for permission in &wanted {
        Permissions(cx.db()).connect(key_id, permission.id.as_str())?;
    }
    Ok(())
}

fn replace_roles(cx: &Context<'_>, key_id: &str, names: &[String]) -> Result<(), Failure> {
    let wanted = find_roles(cx, names)?;
    Roles(cx.db()).disconnect_all(key_id)?;
    for role in &wanted {
        let connected = Roles(cx.db()).connect(key_id, role.id.as_str());
        connected.map_err(not_given(&role.name))?;
    }
    Ok(())
}
