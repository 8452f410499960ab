//! `ratelimit_multi_limit` · `POST /v2/ratelimit.multiLimit`

use std::sync::Arc;

use unkey_tools::ratelimit::{Limit, LimitedOne, MultiLimit, MultiLimited};

use super::namespace::{find_or_create_namespace, find_or_may_create_namespace, gone};
use crate::domain::limiter::{Check, Space};
use crate::domain::window::Decision;
use crate::prelude::*;
use crate::store::{Namespace, StoredOverride};

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
    cx: &Context<'_>,
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
    Ok(MultiLimited {
        passed: decisions.iter().all(|decision| decision.passed),
        limits: wanted
            .iter()
            .zip(decisions)
            .map(|(wanted, decision)| wanted.show(decision))
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

/// A limit as it was sent, and the override that takes its place.
struct Wanted<'a> {
    sent: &'a Limit,
    namespace: &'a Namespace,
    found: Option<&'a StoredOverride>,
}

impl<'a> Wanted<'a> {
    fn of((sent, namespace): (&'a Limit, &'a Arc<Namespace>)) -> Self {
        Self {
            sent,
            namespace,
            found: namespace.override_for(&sent.identifier),
        }
    }

    fn limit(&self) -> i64 {
        self.found.map_or(self.sent.limit, |found| found.limit)
    }

    fn check(&self, workspace: &'a str) -> Check<'a> {
        Check {
            workspace,
            space: Space::Namespace(&self.namespace.id),
            identifier: &self.sent.identifier,
            duration: self
                .found
                .map_or(self.sent.duration, |found| found.duration),
            limit: self.limit(),
            cost: self.sent.cost.unwrap_or(1),
        }
    }

    fn show(&self, decision: Decision) -> LimitedOne {
        LimitedOne {
            namespace: self.sent.namespace.clone(),
            identifier: self.sent.identifier.clone(),
            limit: self.limit(),
            remaining: decision.remaining,
            reset: decision.reset,
            passed: decision.passed,
            override_id: self.found.map(|found| found.id.as_str().into()),
        }
    }
}
