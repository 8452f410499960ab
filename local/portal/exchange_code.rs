//! `portal_exchange_code` · `POST /v2/portal.exchangeCode`

use unkey_tools::portal::{ExchangeCode, PortalToken};

use super::exchange_session::exchange;
use crate::prelude::*;
use crate::run::apply::Authentication;

impl Apply for ExchangeCode {
    const ACCESS: Access = Access::Write;
    const AUTHENTICATION: Authentication = Authentication::None;

    fn schema() -> Value {
        let code = json!({"type": "string", "minLength": 1});
        schema::object(&["code"], &json!({"code": code}))
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<PortalToken>, Failure> {
        let (access_token, expires_at) = exchange(&self.code, "pat", cx)?;
        Ok(PortalToken {
            access_token,
            expires_at,
        }
        .into())
    }
}
