//! `apis_get_api` · `POST /v2/apis.getApi`

use unkey_tools::apis::{Api, GetApi};

use super::find::find_api;
use crate::prelude::*;

impl Apply for GetApi {
    const ACCESS: Access = Access::Read;

    fn schema() -> Value {
        schema::object(&["apiId"], &json!({"apiId": schema::id(8)}))
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<Api>, Failure> {
        cx.require("api", self.api_id.as_str(), "read_api")?;
        let api = find_api(cx, self.api_id.as_str())?;
        Ok(Api {
            id: api.id.into(),
            name: api.name,
        }
        .into())
    }
}
