//! `apis_delete_api` · `POST /v2/apis.deleteApi`

use unkey_tools::apis::DeleteApi;

use super::find::find_api;
use crate::prelude::*;
use crate::store::Apis;

impl Apply for DeleteApi {
    const ACCESS: Access = Access::Write;

    fn schema() -> Value {
        schema::object(&["apiId"], &json!({"apiId": schema::id(8)}))
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<Empty>, Failure> {
        let id = self.api_id.as_str();
        cx.require("api", id, "delete_api")?;
        let api = find_api(cx, id)?;
        if api.delete_protection {
            return Err(Code::Protected.because(
                "This API has delete protection enabled. Disable it before attempting to delete.",
            ));
        }
        Apis(cx.db()).delete(id, cx.now())?;
        cx.audit("api.delete", ("api", id))?;
        Ok(Empty {}.into())
    }
}
