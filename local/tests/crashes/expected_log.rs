//! What a process said before it was killed, and whether its database bears it out.

use std::collections::BTreeMap;
use std::mem;
use std::path::Path;

use super::child::{CREDITS, THREADS};
use super::fields::recognise;
use crate::support::*;

const LIVE_KEYS: &str = "SELECT id FROM keys WHERE for_workspace_id IS NULL AND deleted_at IS NULL";

/// What is known of a key.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Known {
    /// None for the key that has no fields.
    fields: Option<u64>,
    /// Credits that were added to what it began with, and those that verifications spent.
    added: i64,
    spent: i64,
    gone: bool,
}

/// Everything that children of one database said.
#[derive(Default)]
pub(super) struct ExpectedLog {
    root_key: Option<String>,
    keys: BTreeMap<String, Known>,
    /// By thread, what it was about to do.
    plans: BTreeMap<u64, Value>,
    acknowledged: usize,
}

impl ExpectedLog {
    /// Takes down what was said.
    pub(super) fn note(&mut self, said: &Value) {
        assert!(said.get("refused").is_none(), "{said}");
        if let Some(shared) = said["shared"].as_str() {
            self.keys.insert(shared.to_owned(), Known::default());
            self.note_root_key(said["rootKey"].as_str().unwrap());
            return;
        }
        let thread = said["thread"].as_u64().unwrap();
        if let Some(plan) = said.get("will") {
            self.plans.insert(thread, plan.clone());
            return;
        }
        self.plans.remove(&thread);
        self.acknowledged += 1;
        let key = text(&said["key"]);
        let known = self.keys.get(&key).copied().unwrap_or_default();
        self.keys.insert(key, known.after(&said["did"]));
    }

    /// How many operations were acknowledged.
    pub(super) const fn acknowledged(&self) -> usize {
        self.acknowledged
    }

    /// Checks the database, and goes on from what it found there.
    pub(super) fn resolve(&mut self, file: &Path) {
        let world = World::on_file(file, NOON);
        self.note_root_key(world.engine.root_key().reveal());
        let plans: Vec<Value> = mem::take(&mut self.plans).into_values().collect();
        assert!(plans.len() as u64 <= THREADS, "{plans:?}");
        self.adopt(&world, file, &plans);
        let spent = spent(&world);
        for (id, known) in &mut self.keys {
            let seen = see(&world, id, *known, spent.get(id).copied().unwrap_or(0));
            let of_key: Vec<&Value> = plans.iter().filter(|plan| plan["key"] == **id).collect();
            let possible = known.after_some_of(&of_key);
            assert!(
                possible.contains(&seen),
                "{id} is {seen:?}, none of {possible:?}"
            );
            *known = seen;
        }
        world.engine.close();
        is_consistent(file);
    }

    fn note_root_key(&mut self, root_key: &str) {
        let before = self.root_key.replace(root_key.to_owned());
        assert!(
            before.is_none_or(|before| before == root_key),
            "another root key"
        );
    }

    /// Takes over keys that were made and not acknowledged. Somebody must have been about to.
    fn adopt(&mut self, world: &World, file: &Path, plans: &[Value]) {
        let creations = plans.iter().filter(|plan| plan.get("key").is_none());
        let mut planned: Vec<Value> = creations.map(|plan| plan["fields"].clone()).collect();
        let mut without_fields = 0;
        for id in rows(file, LIVE_KEYS) {
            if self.keys.contains_key(&id) {
                continue;
            }
            let shown = world.ok("keys.getKey", json!({"keyId": id}));
            let fields = shown.get("meta").map(|_| recognise(&shown));
            if let Some(fields) = fields {
                let found = planned.iter().position(|planned| *planned == fields);
                planned.swap_remove(found.unwrap_or_else(|| panic!("nobody made {shown}")));
            } else {
                // The one to be shared, of a child that was killed before it named it.
                without_fields += 1;
            }
            let new = Known {
                fields,
                ..Known::default()
            };
            self.keys.insert(id, new);
        }
        assert!(without_fields <= 1, "{without_fields}");
    }
}

impl Known {
    fn after(self, plan: &Value) -> Self {
        let of = |field: &str| plan[field].as_i64().unwrap_or(0);
        Self {
            fields: plan["fields"].as_u64().or(self.fields),
            added: self.added + of("adds"),
            spent: self.spent + of("spends"),
            gone: self.gone || plan["gone"] == true,
        }
    }

    /// All that it may be when some of the plans were carried out.
    fn after_some_of(self, plans: &[&Value]) -> Vec<Self> {
        plans.iter().fold(vec![self], |possible, plan| {
            let done = possible.iter().map(|known| known.after(plan));
            possible.iter().copied().chain(done).collect()
        })
    }
}

/// A key as it is. Of one that is gone no more is seen than that.
fn see(world: &World, id: &str, known: Known, spent: i64) -> Known {
    let reply = world.call("keys.getKey", json!({"keyId": id}));
    if reply.status == 404 {
        return Known {
            gone: true,
            ..known
        };
    }
    assert_eq!(reply.status, 200, "{}", reply.body);
    let shown = &reply.body["data"];
    let left = shown["credits"]["remaining"].as_i64().unwrap();
    Known {
        fields: known.fields.map(|_| recognise(shown)),
        added: left + spent - CREDITS,
        spent,
        gone: false,
    }
}

/// By key, what its recorded verifications spent.
fn spent(world: &World) -> BTreeMap<String, i64> {
    let query = "SELECT key_id, sum(spent_credits) AS spent FROM key_verifications_v1
                 GROUP BY key_id";
    let rows = world.ok("analytics.getVerifications", json!({"query": query}));
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| (text(&row["key_id"]), row["spent"].as_i64().unwrap()))
        .collect()
}
