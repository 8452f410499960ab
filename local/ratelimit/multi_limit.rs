//! `ratelimit_multi_limit` · `POST /v2/ratelimit.multiLimit`

use std::sync::Arc;

use unkey_tools::ratelimit::{Limit, LimitedOne, MultiLimit, MultiLimited};

use super::namespace::{find_or_create_namespace, find_or_may_create_namespace, gone};
use super::wanted::Wanted;
use crate::domain::limiter::Check;
use crate::domain::window::Decision;
use crate::prelude::*;
use crate::store::Namespace;

impl Apply for MultiLimit {
    const ACCESS: Access = Access::Count;

    fn schema() -> Value {
        schema::at_least_one(schema::list(100, &Limit::schema()))
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<MultiLimited>, Failure> {
        let mut namespaces = Vec::with_capacity(self.0.len());
        for limit in &self.0 {
            namespaces.push(find_or_create_namespace(cx, &limit.namespace)?);
        }
        count(&self.0, cx, &namespaces)
    }

    fn apply_reading(self, cx: &mut Context<'_>) -> Result<Option<Data<MultiLimited>>, Failure> {
        let mut namespaces = Vec::with_capacity(self.0.len());
        for limit in &self.0 {
            match find_or_may_create_namespace(cx, &limit.namespace)? {
                Some(namespace) => namespaces.push(namespace),
                None => return Ok(None),
            }
        }
        count(&self.0, cx, &namespaces).map(Some)
    }
}

fn count(
    limits: &[Limit],
    cx: &mut Context<'_>,
    namespaces: &[Arc<Namespace>],
) -> Result<Data<MultiLimited>, Failure> {
    may_limit(cx, namespaces)?;
    if namespaces.iter().any(|namespace| namespace.deleted) {
        return Err(gone());
    }
    let wanted: Vec<Wanted<'_>> = limits.iter().zip(namespaces).map(Wanted::of).collect();
    let checks: Vec<Check<'_>> = wanted
        .iter()
        .map(|wanted| wanted.check(cx.workspace()))
        .collect();
    let decisions = cx.limiter().check_all(cx.now(), &checks);
    let each = cx.latency() / f64::from(u32::try_from(wanted.len()).unwrap_or(u32::MAX));
    if cx.shared.events.have_room_for(wanted.len()) {
        for (wanted, decision) in wanted.iter().zip(&decisions) {
            wanted.record(cx, decision, each);
        }
    }
    Ok(MultiLimited {
        passed: decisions.iter().all(|decision| decision.passed),
        limits: wanted
            .iter()
            .zip(decisions)
            .map(|(wanted, decision)| show(wanted, decision))
            .collect(),
    }
    .into())
}

fn may_limit(cx: &Context<'_>, namespaces: &[Arc<Namespace>]) -> Result<(), Failure> {
    let each = namespaces
        .iter()
        .map(|namespace| RequiredPermission::exactly_on("ratelimit", &namespace.id, "limit"))
        .collect();
    let everywhere = RequiredPermission::everywhere("ratelimit", "limit");
    cx.require_permission(&everywhere.or(RequiredPermission::All(each)))
}

fn show(wanted: &Wanted<'_>, decision: Decision) -> LimitedOne {
    LimitedOne {
        namespace: wanted.sent.namespace.clone(),
        identifier: wanted.sent.identifier.clone(),
        limit: wanted.limit(),
        remaining: decision.remaining,
        reset: decision.reset,
        passed: decision.passed,
        override_id: wanted.found.map(|found| found.id.as_str().into()),
    }
}
