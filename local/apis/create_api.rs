//! `apis_create_api` · `POST /v2/apis.createApi`

use unkey_tools::apis::{CreateApi, CreatedApi};

use crate::prelude::*;
use crate::store::Apis;

impl Apply for CreateApi {
    const ACCESS: Access = Access::Write;

    fn schema() -> Value {
        schema::object(&["name"], &json!({"name": schema::text(3, 256)}))
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<CreatedApi>, Failure> {
        cx.require_for_all("api", "create_api")?;
        let id = cx.new_id("api")?;
        let key_space_id = cx.new_id("ks")?;
        Apis(cx.db()).insert(cx.workspace(), &id, &key_space_id, &self.name, cx.now())?;
        cx.audit("api.create", ("api", &id))?;
        Ok(CreatedApi { api_id: id.into() }.into())
    }
}
