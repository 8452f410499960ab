//! `apis_create_api` · `POST /v2/apis.createApi`

use unkey_tools::apis::{CreateApi, CreatedApi};

use crate::prelude::*;
use crate::store::Apis;

impl Apply for CreateApi {
    const ACCESS: Access = Access::Write;

    fn rule() -> Value {
        let name = rules::pattern(3, 255, "^[a-zA-Z][a-zA-Z0-9._-]*$");
        rules::object(&["name"], &json!({"name": name}))
    }

    fn apply(self, work: &mut Work<'_>) -> Result<Data<CreatedApi>, Failure> {
        work.require(&Need::everywhere("api", "create_api"))?;
        let id = work.mint_id("api")?;
        let key_space_id = work.mint_id("ks")?;
        Apis(work.db()).insert(work.workspace(), &id, &key_space_id, &self.name, work.now())?;
        work.audit("api.create", ("api", &id))?;
        Ok(CreatedApi { api_id: id.into() }.into())
    }
}
