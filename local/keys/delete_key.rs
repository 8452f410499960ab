//! `keys_delete_key` · `POST /v2/keys.deleteKey`

use unkey_tools::keys::DeleteKey;

use super::common::find::find_key;
use super::common::permission::on_key;
use crate::prelude::*;
use crate::store::Keys;

impl Apply for DeleteKey {
    const ACCESS: Access = Access::Write;

    fn schema() -> Value {
        schema::object(
            &["keyId"],
            &json!({"keyId": schema::id(3), "permanent": schema::boolean()}),
        )
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<Empty>, Failure> {
        let key = find_key(cx, self.key_id.as_str())?;
        cx.require_permission(&on_key(cx, &key, "delete_key"))?;
        if self.permanent.unwrap_or(false) {
            Keys(cx.db()).remove(&key.id)?;
        } else {
            Keys(cx.db()).mark_deleted(&key.id, cx.now())?;
        }
        cx.audit("key.delete", ("key", &key.id))?;
        Ok(Empty {}.into())
    }
}
