//! `keys_update_credits` · `POST /v2/keys.updateCredits`

use unkey_tools::keys::{CreditsOperation, UpdateCredits};
use unkey_tools::types::{Credits, Patch};

use super::common::find::find_key;
use super::common::permission::on_key;
use crate::prelude::*;
use crate::store::{Balance, Keys};

impl Apply for UpdateCredits {
    const ACCESS: Access = Access::Write;

    fn schema() -> Value {
        schema::object(
            &["keyId", "operation"],
            &json!({
                "keyId": {"type": "string", "minLength": 3},
                "operation": {"type": "string", "enum": ["set", "increment", "decrement"]},
                "value": schema::nullable(schema::balance()),
            }),
        )
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<Credits>, Failure> {
        let key = find_key(cx, self.key_id.as_str())?;
        cx.require_permission(&on_key(cx, &key, "update_key"))?;
        let balance = changed(&self, key.balance)?;
        Keys(cx.db()).set_balance(&key.id, balance)?;
        cx.audit("key.update", ("key", &key.id))?;
        Ok(Credits {
            remaining: balance.remaining.map_or(Patch::Clear, Patch::Set),
            refill: balance.refill(),
        }
        .into())
    }
}

/// A balance, changed as the request asks.
fn changed(request: &UpdateCredits, balance: Balance) -> Result<Balance, Failure> {
    if request.operation == CreditsOperation::Set {
        return Ok(match request.value {
            Patch::Clear => Balance::default(),
            // Unlike with null, what was set up for refills stays.
            Patch::Keep => Balance {
                remaining: None,
                ..balance
            },
            Patch::Set(value) => Balance {
                remaining: Some(value),
                ..balance
            },
        });
    }
    let Patch::Set(value) = request.value else {
        return Err(Code::InvalidInput.because(
            "When specifying an increment or decrement operation, a value must be provided.",
        ));
    };
    let remaining = balance.remaining.ok_or_else(|| {
        Code::InvalidInput
            .because("You cannot increment or decrement a key with unlimited credits.")
    })?;
    let remaining = match request.operation {
        CreditsOperation::Decrement => remaining.saturating_sub(value).max(0),
        CreditsOperation::Increment | CreditsOperation::Set => remaining.saturating_add(value),
    };
    Ok(Balance {
        remaining: Some(remaining),
        ..balance
    })
}
