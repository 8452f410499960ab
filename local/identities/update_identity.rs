//! `identities_update_identity` · `POST /v2/identities.updateIdentity`

use std::collections::BTreeSet;

use unkey_tools::identities::UpdateIdentity;
use unkey_tools::types::{Identity, NewRatelimit, Ratelimit};

use super::find::find_identity;
use super::permission::on_all;
use super::sized_meta;
use crate::keys::put_ratelimits;
use crate::prelude::*;
use crate::store::{Identities, Owner, Ratelimits, read_meta, some};

impl Apply for UpdateIdentity {
    const ACCESS: Access = Access::Write;

    fn schema() -> Value {
        schema::object(
            &["identity"],
            &json!({
                "identity": {"type": "string", "minLength": 1},
                "meta": schema::meta(),
                "ratelimits": schema::ratelimits(),
            }),
        )
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<Identity>, Failure> {
        cx.require_permission(&on_all(cx, "update_identity"))?;
        let names_once = self.ratelimits.as_deref().map_or(Ok(()), each_name_once);
        names_once?;
        let meta = self.meta.map(sized_meta::stored).transpose()?;
        let known = find_identity(cx, &self.identity)?;
        let id = known.id.as_str();
        if let Some(meta) = &meta {
            Identities(cx.db()).set_meta(id, meta)?;
        }
        let limits = match self.ratelimits {
            Some(wanted) => replace(cx, id, known.ratelimits.unwrap_or_default(), wanted)?,
            None => known.ratelimits.unwrap_or_default(),
        };
        Identities(cx.db()).touch(id, cx.now())?;
        cx.audit("identity.update", ("identity", id))?;
        Ok(Identity {
            id: known.id,
            external_id: known.external_id,
            // Only what was sent, as Unkey's server answers: stored data that was left alone is
            // not shown.
            meta: read_meta(meta.as_deref()),
            ratelimits: some(limits),
        }
        .into())
    }
}

fn each_name_once(limits: &[NewRatelimit]) -> Result<(), Failure> {
    let mut names = BTreeSet::new();
    match limits.iter().find(|limit| !names.insert(&limit.name)) {
        None => Ok(()),
        Some(twice) => Err(Code::InvalidInput.because(format!(
            "Ratelimit with name '{}' is already defined in the request",
            twice.name
        ))),
    }
}

/// Makes the limits those that are wanted. One whose name stays keeps its id.
fn replace(
    cx: &Context<'_>,
    identity_id: &str,
    known: Vec<Ratelimit>,
    wanted: Vec<NewRatelimit>,
) -> Result<Vec<Ratelimit>, Failure> {
    let table = Ratelimits(cx.db());
    let mut kept = BTreeSet::new();
    for limit in known {
        let id = limit.id.as_str();
        if wanted.iter().any(|wanted| wanted.name == limit.name) {
            kept.insert(limit.name);
        } else {
            table.delete(id)?;
            cx.audit("ratelimit.delete", ("ratelimit", id))?;
        }
    }
    put_ratelimits(cx, Owner::Identity(identity_id), wanted)?;
    let limits = table.of_identity(identity_id)?;
    for limit in &limits {
        let event = if kept.contains(&limit.name) {
            "ratelimit.update"
        } else {
            "ratelimit.create"
        };
        cx.audit(event, ("ratelimit", limit.id.as_str()))?;
    }
    Ok(limits)
}
