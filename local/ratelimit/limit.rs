//! `ratelimit_limit` · `POST /v2/ratelimit.limit`

use std::sync::Arc;

use unkey_tools::ratelimit::{Limit, Limited};

use super::namespace::{find_or_create_namespace, find_or_may_create_namespace, gone, may};
use super::wanted::Wanted;
use crate::prelude::*;
use crate::store::Namespace;

impl Apply for Limit {
    const ACCESS: Access = Access::Count;

    fn schema() -> Value {
        schema::object(
            &["namespace", "identifier", "limit", "duration"],
            &json!({
                "namespace": schema::text(1, 512),
                "identifier": schema::text(1, 512),
                "limit": schema::at_least(1),
                "duration": schema::integer(1_000, 2_592_000_000),
                "cost": schema::at_least(0),
            }),
        )
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<Limited>, Failure> {
        let namespace = find_or_create_namespace(cx, &self.namespace)?;
        count(&self, cx, &namespace)
    }

    fn apply_reading(self, cx: &mut Context<'_>) -> Result<Option<Data<Limited>>, Failure> {
        match find_or_may_create_namespace(cx, &self.namespace)? {
            Some(namespace) => count(&self, cx, &namespace).map(Some),
            None => Ok(None),
        }
    }
}

fn count(
    request: &Limit,
    cx: &mut Context<'_>,
    namespace: &Arc<Namespace>,
) -> Result<Data<Limited>, Failure> {
    if namespace.deleted {
        return Err(gone());
    }
    may(cx, namespace, "limit")?;
    let wanted = Wanted::of((request, namespace));
    let decision = cx.limiter().check(cx.now(), &wanted.check(cx.workspace()));
    if cx.request.is_recorded && cx.shared.events.have_room_for(1) {
        wanted.record(cx, &decision, cx.latency());
    }
    Ok(Limited {
        limit: wanted.limit(),
        remaining: decision.remaining,
        reset: decision.reset,
        success: decision.passed,
        override_id: wanted.found.map(|found| found.id.as_str().into()),
    }
    .into())
}
