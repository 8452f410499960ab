//! `keys_get_key` · `POST /v2/keys.getKey`

use unkey_tools::keys::GetKey;
use unkey_tools::types::Key;

use super::common::find::find_key;
use super::common::permission::on_key;
use crate::prelude::*;
use crate::store::LiveKeys;

impl Apply for GetKey {
    const ACCESS: Access = Access::Read;

    fn schema() -> Value {
        schema::object(
            &["keyId"],
            &json!({"keyId": schema::id(3), "decrypt": schema::boolean()}),
        )
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<Key>, Failure> {
        let key = find_key(cx, self.key_id.as_str())?;
        cx.require_permission(&on_key(cx, &key, "read_key"))?;
        let mut shown = LiveKeys(cx.db()).show(&key)?;
        if self.decrypt.unwrap_or(false) {
            cx.require_permission(&on_key(cx, &key, "decrypt_key"))?;
            if !key.key_space.stores_encrypted {
                return Err(Code::PreconditionFailed
                    .because("The API for this key does not support key encryption."));
            }
            shown.plaintext = cx.plaintext(&key.id)?;
        }
        Ok(shown.into())
    }
}
