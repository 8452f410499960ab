//! Takes events in.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Params, Result, params, params_from_iter};

use super::ids::Ids;
use super::{Event, RatelimitCheck, Verification};

/// How many labels are remembered.
const REMEMBERED: usize = 65_536;

/// Takes events in, and remembers the ids of their labels.
///
/// All of its transactions must be of one database. After one that was rolled back the recorder
/// knows ids that do not exist: make a new one.
#[derive(Debug, Default)]
pub struct Recorder {
    verifications: BTreeMap<[String; 7], i64>,
    ratelimits: BTreeMap<[String; 2], i64>,
}

impl Recorder {
    /// Keeps `events`, in the transaction that the caller has open.
    ///
    /// # Errors
    /// Those of SQLite; nothing is kept then once the caller rolls back.
    pub fn record(&mut self, connection: &Connection, events: &[Event]) -> Result<()> {
        let verifications = events.iter().filter_map(|event| match event {
            Event::Verification(verification) => Some(verification),
            Event::Ratelimit(_) => None,
        });
        let checks = events.iter().filter_map(|event| match event {
            Event::Ratelimit(check) => Some(check),
            Event::Verification(_) => None,
        });
        // Most transactions have events of one kind.
        let (mut verifications, mut checks) = (verifications.peekable(), checks.peekable());
        if verifications.peek().is_some() {
            self.record_verifications(connection, verifications)?;
        }
        if checks.peek().is_some() {
            self.record_ratelimits(connection, checks)?;
        }
        Ok(())
    }

    fn record_verifications<'a>(
        &mut self,
        connection: &Connection,
        verifications: impl Iterator<Item = &'a Verification>,
    ) -> Result<()> {
        let newest = "SELECT max(id) FROM analytics_event WHERE id BETWEEN ?1 AND ?2";
        let mut ids = Ids::new(connection, newest)?;
        let mut insert = connection.prepare_cached(
            "INSERT INTO analytics_event (id, labels, spent_credits, latency, region, request_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        for verification in verifications {
            insert.execute((
                ids.next(verification.time)?,
                self.labels_of(connection, verification)?,
                verification.spent_credits,
                number(verification.latency),
                &verification.region,
                &verification.request_id,
            ))?;
        }
        Ok(())
    }

    fn record_ratelimits<'a>(
        &mut self,
        connection: &Connection,
        checks: impl Iterator<Item = &'a RatelimitCheck>,
    ) -> Result<()> {
        let newest = "SELECT max(id) FROM analytics_ratelimit WHERE id BETWEEN ?1 AND ?2";
        let mut ids = Ids::new(connection, newest)?;
        let mut insert = connection.prepare_cached(
            "INSERT INTO analytics_ratelimit
             (id, labels, identifier, passed, latency, override_id, \"limit\", remaining, reset_at,
              tokens, request_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?;
        for check in checks {
            insert.execute(params![
                ids.next(check.time)?,
                self.labels_of_ratelimit(connection, check)?,
                check.identifier,
                check.passed,
                number(check.latency),
                check.override_id,
                check.limit,
                check.remaining,
                check.reset_at,
                check.tokens,
                check.request_id,
            ])?;
        }
        Ok(())
    }

    /// The id of the labels of a verification.
    fn labels_of(&mut self, connection: &Connection, verification: &Verification) -> Result<i64> {
        let labels = [
            &verification.workspace_id,
            &verification.key_id,
            &verification.outcome,
            &serde_json::Value::from(verification.tags.clone()).to_string(),
            &verification.key_space_id,
            &verification.identity_id,
            &verification.external_id,
        ]
        .map(String::clone);
        remembered(&mut self.verifications, labels, |labels| {
            find_or_insert(
                connection,
                "SELECT id FROM analytics_labels
                 WHERE workspace_id = ?1 AND key_id = ?2 AND outcome = ?3 AND tags = ?4
                   AND key_space_id = ?5 AND identity_id = ?6 AND external_id = ?7",
                "INSERT INTO analytics_labels
                 (workspace_id, key_id, outcome, tags, key_space_id, identity_id, external_id)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                || params_from_iter(labels),
            )
        })
    }

    /// The id of the labels of a check of a rate limit.
    fn labels_of_ratelimit(
        &mut self,
        connection: &Connection,
        check: &RatelimitCheck,
    ) -> Result<i64> {
        let labels = [&check.workspace_id, &check.namespace_id].map(String::clone);
        remembered(&mut self.ratelimits, labels, |labels| {
            find_or_insert(
                connection,
                "SELECT id FROM analytics_ratelimit_labels
                 WHERE workspace_id = ?1 AND namespace_id = ?2",
                "INSERT INTO analytics_ratelimit_labels (workspace_id, namespace_id)
                 VALUES (?1, ?2)",
                || params_from_iter(labels),
            )
        })
    }
}

/// A latency as SQLite can keep it.
const fn number(latency: f64) -> f64 {
    if latency.is_nan() { 0.0 } else { latency }
}

/// The id of `labels` that is remembered, or what `find` finds.
fn remembered<const N: usize>(
    known: &mut BTreeMap<[String; N], i64>,
    labels: [String; N],
    find: impl FnOnce(&[String; N]) -> Result<i64>,
) -> Result<i64> {
    if let Some(id) = known.get(&labels) {
        return Ok(*id);
    }
    let id = find(&labels)?;
    if known.len() >= REMEMBERED {
        known.clear();
    }
    known.insert(labels, id);
    Ok(id)
}

/// The id that `select` gives, or that of the row that `insert` makes.
fn find_or_insert<P: Params>(
    connection: &Connection,
    select: &str,
    insert: &str,
    parameters: impl Fn() -> P,
) -> Result<i64> {
    let found = connection
        .prepare_cached(select)?
        .query_row(parameters(), |row| row.get(0))
        .optional()?;
    match found {
        Some(id) => Ok(id),
        None => connection.prepare_cached(insert)?.insert(parameters()),
    }
}
