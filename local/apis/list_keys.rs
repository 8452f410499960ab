//! `apis_list_keys` · `POST /v2/apis.listKeys`

use unkey_tools::Page;
use unkey_tools::apis::ListKeys;
use unkey_tools::types::{Identity, Key};

use super::find::{find_api, unknown_api};
use crate::keys::every_key;
use crate::prelude::*;
use crate::store::{Identities, KeySpace, Listing, LiveKey, LiveKeys};
use crate::wire::paging::page;

impl Apply for ListKeys {
    const ACCESS: Access = Access::Read;

    fn schema() -> Value {
        schema::object(
            &["apiId"],
            &json!({
                "apiId": {"type": "string", "minLength": 1},
                "limit": schema::integer(1, 100),
                "cursor": {"type": "string"},
                "externalId": {"type": "string", "minLength": 1},
                "decrypt": schema::boolean(),
                "revalidateKeysCache": schema::boolean(),
            }),
        )
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Page<Key>, Failure> {
        let api_id = self.api_id.as_str();
        let api = find_api(cx, api_id)?;
        let key_space = api.key_space.ok_or_else(unknown_api)?;
        // Who may not list its keys is not told that the API exists.
        if !may_list(cx, api_id, &key_space) {
            return Err(unknown_api());
        }
        let decrypt = self.decrypt.unwrap_or(false);
        if decrypt {
            may_decrypt(cx, api_id, &key_space)?;
        }
        let limit = self.limit.unwrap_or(100);
        let keys = read_page(cx, &self, &key_space, limit)?;
        let keys = page(keys, limit, |key| &key.id);
        let shown: Result<Vec<Key>, Failure> =
            keys.data.iter().map(|key| show(cx, key, decrypt)).collect();
        Ok(Page {
            data: shown?,
            pagination: keys.pagination,
        })
    }
}

/// The keys of a page, and the first of the next one.
fn read_page(
    cx: &Context<'_>,
    request: &ListKeys,
    key_space: &KeySpace,
    limit: i64,
) -> Result<Vec<LiveKey>, Failure> {
    let identity_id = match &request.external_id {
        None => None,
        Some(external_id) => {
            match Identities(cx.db()).find_id(cx.workspace(), external_id)? {
                Some(id) => Some(id),
                // Nobody's keys.
                None => return Ok(Vec::new()),
            }
        }
    };
    Ok(LiveKeys(cx.db()).list(Listing {
        key_space_id: &key_space.id,
        identity_id: identity_id.as_deref(),
        from: request.cursor.as_deref().unwrap_or_default(),
        limit: limit + 1,
    })?)
}

fn may_list(cx: &Context<'_>, api_id: &str, key_space: &KeySpace) -> bool {
    let by_api = RequiredPermission::on("api", api_id, "read_key")
        .and(RequiredPermission::on("api", api_id, "read_api"));
    let by_path = cx
        .at_path(&every_key(&key_space.id), "read_key")
        .and(cx.at_path(&format!("keyspaces/{}", key_space.id), "read_keyspace"));
    cx.caller.has(&by_api.or(by_path))
}

fn may_decrypt(cx: &Context<'_>, api_id: &str, key_space: &KeySpace) -> Result<(), Failure> {
    let by_path = cx.at_path(&every_key(&key_space.id), "decrypt_key");
    cx.require_permission(&RequiredPermission::on("api", api_id, "decrypt_key").or(by_path))?;
    if key_space.stores_encrypted {
        return Ok(());
    }
    Err(Code::PreconditionFailed.because("The requested API does not support key encryption."))
}

fn show(cx: &Context<'_>, key: &LiveKey, decrypt: bool) -> Result<Key, Failure> {
    let mut shown = LiveKeys(cx.db()).show(key)?;
    if decrypt {
        shown.plaintext = cx.plaintext(&key.id)?;
    }
    // Lists show a deleted owner by its id; single keys do not show it at all.
    if let (Some(id), None) = (&key.identity_id, &shown.identity) {
        shown.identity = Some(Identity {
            id: id.as_str().into(),
            external_id: String::new(),
            meta: None,
            ratelimits: None,
        });
    }
    Ok(shown)
}
