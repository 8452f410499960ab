//! Looking up the API that a request names.

use crate::run::apply::Context;
use crate::store::{Api, Apis};
use crate::wire::failure::{Code, Failure};

/// The API of that id, unless it was deleted or belongs to someone else.
pub(crate) fn find_api(cx: &Context<'_>, id: &str) -> Result<Api, Failure> {
    Apis(cx.db())
        .find_live(cx.workspace(), id)?
        .ok_or_else(unknown_api)
}

/// The failure of an API that cannot be found.
pub(crate) fn unknown_api() -> Failure {
    Code::ApiNotFound.because("The requested API does not exist or has been deleted.")
}
