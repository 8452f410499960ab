//! `keys_reroll_key` · `POST /v2/keys.rerollKey`

use unkey_tools::keys::RerollKey;
use unkey_tools::types::{CreatedKey, Ratelimit};

use super::common::find::find_specified_key;
use super::common::issue::{Issue, issue};
use super::common::permission::every_key;
use crate::prelude::*;
use crate::store::{EncryptedKeys, Keys, LiveKey, Owner, Permissions, Ratelimits, Roles};

/// A minute, ms.
const MINUTE: i64 = 60_000;

impl Apply for RerollKey {
    const ACCESS: Access = Access::Write;

    fn schema() -> Value {
        schema::open_object(
            &["keyId", "expiration"],
            &json!({
                "keyId": schema::id(3),
                "expiration": schema::integer(0, schema::LATEST),
            }),
        )
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<CreatedKey>, Failure> {
        let old = find_specified_key(cx, self.key_id.as_str())?;
        let recoverable = EncryptedKeys(cx.db()).find(&old.id)?.is_some();
        let key_space = &old.key_space.id;
        let create = RequiredPermission::on_id_first("api", &old.api_id, "create_key");
        let create = create.or(cx.at_path(&format!("keyspaces/{key_space}"), "create_key"));
        cx.require_permission(&create)?;
        if recoverable {
            let encrypt = RequiredPermission::on_id_first("api", &old.api_id, "encrypt_key");
            let encrypt = encrypt.or(cx.at_path(&every_key(key_space), "encrypt_key"));
            cx.require_permission(&encrypt)?;
        }
        if recoverable && !old.key_space.stores_encrypted {
            return Err(
                Code::PreconditionFailed.because("This API does not support key encryption.")
            );
        }
        let created = issue(
            cx,
            &Issue {
                key_space: &old.key_space,
                prefix: prefix(&old),
                byte_length: None,
                name: old.name.as_deref(),
                meta: old.meta.as_deref(),
                identity_id: old.identity_id.as_deref(),
                enabled: old.enabled,
                expires: old.expires,
                balance: old.balance,
                recoverable,
            },
        )?;
        copy_attachments(cx, &old.id, created.key_id.as_str())?;
        Keys(cx.db()).retire(&old.id, end(cx.now(), self.expiration))?;
        cx.audit("key.reroll", ("key", &old.id))?;
        Ok(created.into())
    }
}

/// What stands before the first underscore of the old key. Of a prefix that has underscores itself
/// only its first part is left, as with Unkey's server.
fn prefix(old: &LiveKey) -> Option<&str> {
    let before = old.start.split_once('_').map(|(prefix, _)| prefix);
    before.or(old.key_space.default_prefix.as_deref())
}

/// When the old key stops working: now, or after the grace and at a whole minute.
const fn end(now: i64, grace: i64) -> i64 {
    if grace == 0 {
        return now;
    }
    let end = now.saturating_add(grace);
    match end % MINUTE {
        0 => end,
        past => end.saturating_add(MINUTE - past),
    }
}

fn copy_attachments(cx: &Context<'_>, old: &str, new: &str) -> Result<(), Failure> {
    for permission in Permissions(cx.db()).of_key(old)? {
        Permissions(cx.db()).connect(new, permission.id.as_str())?;
    }
    for role_id in Roles(cx.db()).ids_of_key(old)? {
        Roles(cx.db()).connect(new, &role_id)?;
    }
    for limit in Ratelimits(cx.db()).of_key(old)? {
        let copy = Ratelimit {
            id: cx.new_id("rl")?.into(),
            ..limit
        };
        Ratelimits(cx.db()).put(cx.workspace(), Owner::Key(new), &copy, cx.now())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grace_ends_at_a_whole_minute_and_none_ends_at_once() {
        assert_eq!(end(61_234, 0), 61_234);
        assert_eq!(end(61_234, 1), 120_000);
        assert_eq!(end(61_234, 58_766), 120_000);
        assert_eq!(end(61_234, 58_767), 180_000);
    }
}
