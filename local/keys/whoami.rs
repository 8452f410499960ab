//! `keys_whoami` · `POST /v2/keys.whoami`

use unkey_tools::keys::Whoami;
use unkey_tools::types::Key;

use super::common::find::{SPECIFIED, find_key_by_hash};
use super::common::permission::on_key;
use crate::domain::api_key;
use crate::prelude::*;
use crate::store::LiveKeys;

impl Apply for Whoami {
    const ACCESS: Access = Access::Read;

    fn schema() -> Value {
        schema::object(&["key"], &json!({"key": schema::text(1, 512)}))
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<Key>, Failure> {
        let key = find_key_by_hash(cx, &api_key::hash(self.key.reveal()))?;
        // Who may not read the key is not told in the status that there is one.
        if let Some(missing) = cx.caller.lacks(&on_key(cx, &key, "read_key")) {
            return Err(Code::KeyNotFound.because(format!("{SPECIFIED} {missing}")));
        }
        Ok(LiveKeys(cx.db()).show(&key)?.into())
    }
}
