//! `keys_migrate_keys` · `POST /v2/keys.migrateKeys`

use std::collections::BTreeSet;

use unkey_tools::keys::{MigrateKeys, MigratedKey, MigratedKeys, MigratingKey};
use unkey_tools::types::{Patch, Role, UnixTime};

use super::common::attachments::{
    Creation, connect_permission, connect_role, find_or_create_identity,
    find_or_create_permissions, put_ratelimits,
};
use super::common::credits::new_balance;
use super::common::issue::not_written;
use crate::apis::{find_api, unknown_api};
use crate::prelude::*;
use crate::store::{Balance, KeySpace, Keys, Migrations, NewKey, Owner, Roles};
use crate::wire::meta;

/// Letters of a hash at the most. Unkey's database has room for so many, and its server fails where
/// there are more.
const LONGEST_HASH: u64 = 256;

impl Apply for MigrateKeys {
    const ACCESS: Access = Access::Write;

    fn schema() -> Value {
        let key = schema::object(
            &["hash"],
            &json!({
                "hash": schema::text(3, LONGEST_HASH),
                "name": schema::text(1, 255),
                "externalId": schema::text(1, 255),
                "meta": schema::meta(),
                "roles": schema::list(100, &schema::role()),
                "permissions": schema::list(1_000, &schema::permission()),
                "expires": schema::integer(0, schema::LATEST),
                "enabled": schema::boolean(),
                "credits": schema::credits(),
                "ratelimits": schema::ratelimits(),
            }),
        );
        schema::object(
            &["migrationId", "apiId", "keys"],
            &json!({
                "migrationId": schema::text(3, 255),
                "apiId": schema::text(3, 255),
                "keys": schema::at_least_one(json!({"type": "array", "items": key})),
            }),
        )
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<MigratedKeys>, Failure> {
        let api_id = self.api_id.as_str();
        cx.require_permission(&RequiredPermission::on_id_first(
            "api",
            api_id,
            "create_key",
        ))?;
        let key_space = find_api(cx, api_id)?.key_space.ok_or_else(unknown_api)?;
        let table = Migrations(cx.db());
        if table.find(cx.workspace(), &self.migration_id)?.is_none() {
            return Err(Code::MigrationNotFound
                .because("The requested Migration does not exist or has been deleted."));
        }
        let mut import = Import {
            cx,
            key_space: &key_space,
            migration_id: &self.migration_id,
            hashes: BTreeSet::new(),
        };
        let mut failed = Vec::new();
        let mut migrated = Vec::new();
        for key in self.keys {
            let balance = new_balance(key.credits.as_ref())?;
            if !import.hashes.contains(&key.hash) && table.is_taken(&key.hash)? {
                failed.push(key.hash);
            } else {
                migrated.push(import.insert(key, balance)?);
            }
        }
        Ok(MigratedKeys {
            migrated,
            // The server says null where there is none, which its own SDKs take for no answer.
            failed: Patch::Set(failed),
        }
        .into())
    }
}

/// Keys that come from elsewhere, on their way in.
struct Import<'a> {
    cx: &'a Context<'a>,
    key_space: &'a KeySpace,
    migration_id: &'a str,
    /// Those that have arrived.
    hashes: BTreeSet<String>,
}

impl Import<'_> {
    fn insert(&mut self, key: MigratingKey, balance: Balance) -> Result<MigratedKey, Failure> {
        let cx = self.cx;
        if !self.hashes.insert(key.hash.clone()) {
            return Err(Failure::Unexpected(
                "a migration names the same hash twice".to_owned(),
            ));
        }
        let external_id = key.external_id.as_deref();
        let identity_id = external_id
            .map(|external_id| find_or_create_identity(cx, external_id))
            .transpose()?;
        let id = cx.new_id("key")?;
        let meta = key.meta.map(meta::stored);
        let row = NewKey {
            id: &id,
            hash: &key.hash,
            key_space_id: &self.key_space.id,
            workspace_id: cx.workspace(),
            for_workspace_id: None,
            // Nobody here has seen the key yet.
            start: "",
            name: key.name.as_deref(),
            meta: meta.as_deref(),
            identity_id: identity_id.as_deref(),
            enabled: key.enabled.unwrap_or(true),
            expires: key.expires.map(UnixTime::millis),
            balance,
            pending_migration_id: Some(self.migration_id),
        };
        let inserted = Keys(cx.db()).insert(&row, cx.now());
        inserted.map_err(not_written("created"))?;
        cx.audit("key.create", ("key", &id))?;
        put_ratelimits(cx, Owner::Key(&id), key.ratelimits.unwrap_or_default())?;
        let mut slugs = key.permissions.unwrap_or_default();
        slugs.sort_unstable();
        slugs.dedup();
        for permission in find_or_create_permissions(cx, &slugs, Creation::WithKey)? {
            connect_permission(cx, &id, &permission)?;
        }
        for role in find_or_create_roles(cx, &key.roles.unwrap_or_default())? {
            connect_role(cx, &id, &role)?;
        }
        Ok(MigratedKey {
            hash: key.hash,
            key_id: id.into(),
        })
    }
}

/// The roles with those names; created where they are missing, which no other operation does.
fn find_or_create_roles(cx: &Context<'_>, names: &[String]) -> Result<Vec<Role>, Failure> {
    let table = Roles(cx.db());
    let mut roles: Vec<Role> = Vec::with_capacity(names.len());
    for name in names {
        if roles.iter().any(|known| known.name == *name) {
            return Err(Failure::Unexpected(
                "a migration gives a key the same role twice".to_owned(),
            ));
        }
        if let Some(role) = table.find_exact(cx.workspace(), name)? {
            roles.push(role);
            continue;
        }
        let role = Role {
            id: cx.new_id("role")?.into(),
            name: name.clone(),
            description: None,
            permissions: None,
        };
        table.insert(cx.workspace(), &role, cx.now())?;
        roles.push(role);
    }
    Ok(roles)
}
