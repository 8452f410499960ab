//! `keys_create_key` · `POST /v2/keys.createKey`

use unkey_tools::keys::CreateKey;
use unkey_tools::types::{CreatedKey, UnixTime};

use super::common::attachments::{
    Creation, connect_permission, connect_role, find_or_create_identity,
    find_or_create_permissions, find_roles, put_ratelimits,
};
use super::common::credits::new_balance;
use super::common::issue::{Issue, issue};
use super::common::permission::every_key;
use crate::prelude::*;
use crate::store::{Apis, KeySpace, Owner};
use crate::wire::meta;

impl Apply for CreateKey {
    const ACCESS: Access = Access::Write;

    fn schema() -> Value {
        schema::object(
            &["apiId"],
            &json!({
                "apiId": schema::id(3),
                "prefix": schema::pattern(1, 16, "^[a-zA-Z0-9_]+$"),
                "name": schema::text(1, 255),
                "byteLength": schema::integer(16, 255),
                "externalId": schema::external_id(),
                "meta": schema::meta(),
                "roles": schema::list(100, &schema::role()),
                "permissions": schema::list(1_000, &schema::permission()),
                "expires": schema::integer(0, schema::LATEST),
                "credits": schema::credits(),
                "ratelimits": schema::ratelimits(),
                "enabled": schema::boolean(),
                "recoverable": schema::boolean(),
            }),
        )
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<CreatedKey>, Failure> {
        let api_id = self.api_id.as_str();
        let recoverable = self.recoverable.unwrap_or(false);
        let key_space = find_key_space(cx, api_id, recoverable)?;
        let balance = new_balance(self.credits.as_ref())?;
        let identity_id = match &self.external_id {
            Some(external_id) => Some(find_or_create_identity(cx, external_id)?),
            None => None,
        };
        let prefix = self.prefix.as_ref().or(key_space.default_prefix.as_ref());
        let created = issue(
            cx,
            &Issue {
                key_space: &key_space,
                prefix: prefix.map(String::as_str),
                byte_length: self.byte_length,
                name: self.name.as_deref(),
                meta: self.meta.map(meta::stored).as_deref(),
                identity_id: identity_id.as_deref(),
                enabled: self.enabled.unwrap_or(true),
                expires: self.expires.map(UnixTime::millis),
                balance,
                recoverable,
            },
        )?;
        let key_id = created.key_id.as_str();
        cx.audit("key.create", ("key", key_id))?;
        if let Some(limits) = self.ratelimits {
            put_ratelimits(cx, Owner::Key(key_id), limits)?;
        }
        let slugs = self.permissions.unwrap_or_default();
        for permission in find_or_create_permissions(cx, &slugs, Creation::WithKey)? {
            connect_permission(cx, key_id, &permission)?;
        }
        for role in find_roles(cx, &self.roles.unwrap_or_default())? {
            connect_role(cx, key_id, &role)?;
        }
        Ok(created.into())
    }
}

/// Where the new key goes. An API that was deleted still takes keys, which nobody can use.
fn find_key_space(cx: &Context<'_>, api_id: &str, recoverable: bool) -> Result<KeySpace, Failure> {
    // Who may not create keys here is not told that the API exists.
    let unknown = || Code::ApiNotFound.because("The specified API was not found.");
    let api = Apis(cx.db()).find(cx.workspace(), api_id)?;
    let api = api.ok_or_else(unknown)?;
    let mut create = RequiredPermission::on_id_first("api", api_id, "create_key");
    if let Some(key_space) = &api.key_space {
        create = create.or(cx.at_path(&format!("keyspaces/{}", key_space.id), "create_key"));
    }
    if !cx.caller.has(&create) {
        return Err(unknown());
    }
    let key_space = api.key_space.ok_or_else(|| {
        Code::PreconditionFailed.because("The requested API is not set up to handle keys.")
    })?;
    if recoverable {
        let encrypt = RequiredPermission::on("api", api_id, "encrypt_key");
        let encrypt = encrypt.or(cx.at_path(&every_key(&key_space.id), "encrypt_key"));
        if !cx.caller.has(&encrypt) {
            return Err(unknown());
        }
        if !key_space.stores_encrypted {
            return Err(
                Code::PreconditionFailed.because("This API does not support key encryption.")
            );
        }
    }
    Ok(key_space)
}
