//! `apis_delete_api` · `POST /v2/apis.deleteApi`

use unkey_tools::apis::DeleteApi;

use super::find::find_api;
use crate::prelude::*;
use crate::store::Apis;

impl Apply for DeleteApi {
    const ACCESS: Access = Access::Write;

    fn rule() -> Value {
        rules::object(&["apiId"], &json!({"apiId": rules::id(8)}))
    }

    fn apply(self, work: &mut Work<'_>) -> Result<Nothing, Failure> {
        let id = self.api_id.as_str();
        work.require(&Need::on("api", id, "delete_api"))?;
        let api = find_api(work, id)?;
        if api.delete_protection {
            return Err(Code::Protected.because(
                "This API has delete protection enabled. Disable it before attempting to delete.",
            ));
        }
        Apis(work.db()).delete(id, work.now())?;
        work.audit("api.delete", ("api", id))?;
        Ok(Empty {}.into())
    }
}
