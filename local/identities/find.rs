//! Looking up the identity that a request names.

use unkey_tools::types::Identity;

use crate::run::apply::Context;
use crate::store::Identities;
use crate::wire::failure::{Code, Failure};

/// The identity of that id or external id.
pub(super) fn find_identity(
    cx: &Context<'_>,
    id_or_external_id: &str,
) -> Result<Identity, Failure> {
    Identities(cx.db())
        .find(cx.workspace(), id_or_external_id)?
        .ok_or_else(|| Code::IdentityNotFound.because("This identity does not exist."))
}
