//! Requests whose handling panics.

use rmcp::ErrorData;
use tracing::error;

use crate::panics::{Panicked, caught};

/// Answers a request; where that panics, with an error that says so.
pub(super) async fn guarded<T>(
    method: &'static str,
    answer: impl Future<Output = Result<T, ErrorData>>,
) -> Result<T, ErrorData> {
    caught(answer).await.unwrap_or_else(|Panicked| {
        error!(method, "the request broke off with a panic");
        Err(ErrorData::internal_error(
            "a bug of this server, not a mistake in the request; the server's log says where",
            None,
        ))
    })
}
