//! A limit that a request wants checked, and what it leaves behind.

use std::sync::Arc;

use unkey_analytics::{Event, RatelimitCheck};
use unkey_tools::ratelimit::Limit;

use crate::domain::limiter::{Check, Space};
use crate::domain::window::Decision;
use crate::run::apply::Context;
use crate::store::{Namespace, StoredOverride};

/// A limit as it was sent, and the override that takes its place.
pub(super) struct Wanted<'a> {
    pub(super) sent: &'a Limit,
    namespace: &'a Namespace,
    pub(super) found: Option<&'a StoredOverride>,
}

impl<'a> Wanted<'a> {
    pub(super) fn of((sent, namespace): (&'a Limit, &'a Arc<Namespace>)) -> Self {
        Self {
            sent,
            namespace,
            found: namespace.override_for(&sent.identifier),
        }
    }

    /// The limit that goes.
    pub(super) fn limit(&self) -> i64 {
        self.found.map_or(self.sent.limit, |found| found.limit)
    }

    /// What to check.
    pub(super) fn check(&self, workspace: &'a str) -> Check<'a> {
        Check {
            workspace,
            space: Space::Namespace(&self.namespace.id),
            identifier: &self.sent.identifier,
            duration: self
                .found
                .map_or(self.sent.duration, |found| found.duration),
            limit: self.limit(),
            cost: self.cost(),
        }
    }

    fn cost(&self) -> i64 {
        self.sent.cost.unwrap_or(1)
    }

    /// Records that it was checked in `latency` ms.
    pub(super) fn record(&self, cx: &mut Context<'_>, decision: &Decision, latency: f64) {
        let event = RatelimitCheck {
            request_id: cx.request.id.clone(),
            time: cx.now(),
            workspace_id: cx.workspace().to_owned(),
            namespace_id: self.namespace.id.clone(),
            identifier: self.sent.identifier.clone(),
            passed: decision.passed,
            latency,
            override_id: self
                .found
                .map_or_else(String::new, |found| found.id.clone()),
            limit: self.limit(),
            remaining: decision.remaining,
            reset_at: decision.reset,
            tokens: self.cost(),
        };
        cx.record(Event::Ratelimit(event));
    }
}
