//! `identities_create_identity` · `POST /v2/identities.createIdentity`

use unkey_tools::identities::{CreateIdentity, CreatedIdentity};

use super::permission::on_all;
use super::sized_meta;
use crate::keys::put_ratelimits;
use crate::prelude::*;
use crate::store::{Identities, Owner, Ratelimits};

impl Apply for CreateIdentity {
    const ACCESS: Access = Access::Write;

    fn schema() -> Value {
        schema::open_object(
            &["externalId"],
            &json!({
                "externalId": schema::external_id(),
                "meta": schema::meta(),
                "ratelimits": schema::ratelimits(),
            }),
        )
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<CreatedIdentity>, Failure> {
        cx.require_permission(&on_all(cx, "create_identity"))?;
        let meta = sized_meta::stored(self.meta.unwrap_or_default())?;
        let table = Identities(cx.db());
        let known = table.find_id(cx.workspace(), &self.external_id)?;
        if known.is_some() {
            return Err(Code::IdentityExists.because(format!(
                "Identity with externalId '{}' already exists in this workspace.",
                self.external_id
            )));
        }
        let id = cx.new_id("id")?;
        let external_id = &self.external_id;
        table.insert(cx.workspace(), &id, external_id, Some(&meta), cx.now())?;
        cx.audit("identity.create", ("identity", &id))?;
        put_ratelimits(
            cx,
            Owner::Identity(&id),
            self.ratelimits.unwrap_or_default(),
        )?;
        for limit in Ratelimits(cx.db()).of_identity(&id)? {
            cx.audit("ratelimit.create", ("ratelimit", limit.id.as_str()))?;
        }
        Ok(CreatedIdentity {
            identity_id: id.into(),
        }
        .into())
    }
}
