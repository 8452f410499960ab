//! The process that is killed. It says on its output what it is about to do, and that it was done.

use std::io::{self, Write as _};
use std::path::Path;
use std::{env, thread};

use super::fields::{ROLES, fields_of};
use crate::support::*;

/// The database, in the working directory.
pub(super) const DATABASE: &str = "child.db";

/// The variable that seeds what it does.
pub(super) const SEED: &str = "UNKEY_CRASH_SEED";

/// What stands before everything it says; the rest of the line is JSON.
pub(super) const SAYS: &str = "child says ";

/// How many threads write.
pub(super) const THREADS: u64 = 4;

/// Credits of a new key, and of the one that all threads spend.
pub(super) const CREDITS: i64 = 1_000_000;

#[test]
#[ignore = "another story runs it, in a process that it then kills"]
fn a_process_that_writes_until_it_is_killed() {
    let seed = env::var_os(SEED).unwrap();
    let seed: u64 = seed.to_str().unwrap().parse().unwrap();
    let world = World::on_file(Path::new(DATABASE), NOON);
    for role in ROLES {
        // It is there after the first life.
        world.call("permissions.createRole", json!({"name": role}));
    }
    let api = world.api();
    let shared = world.key(&api, json!({"credits": {"remaining": CREDITS}}));
    say(&json!({"shared": shared.id, "rootKey": world.engine.root_key().reveal()}));
    thread::scope(|scope| {
        for number in 0..THREADS {
            let mut writer = Writer {
                world: &world,
                api: &api,
                shared: &shared,
                number,
                random: fastrand::Rng::with_seed(seed ^ number),
                keys: Vec::new(),
            };
            scope.spawn(move || {
                loop {
                    writer.step();
                }
            });
        }
    });
}

/// One thread. It touches keys that it made itself, and spends the shared one.
struct Writer<'a> {
    world: &'a World,
    api: &'a str,
    shared: &'a NewKey,
    number: u64,
    random: fastrand::Rng,
    keys: Vec<NewKey>,
}

impl Writer<'_> {
    fn step(&mut self) {
        let n = self.random.u64(..1_000);
        let choice = self.random.u8(..12);
        if self.keys.is_empty() || choice == 0 {
            return self.create(n);
        }
        let index = self.random.usize(..self.keys.len());
        let id = self.keys[index].id.clone();
        let cost = self.random.i64(1..4);
        match choice {
            1..=3 => {
                let mut body = fields_of(n);
                body["keyId"] = json!(id);
                self.carry_out("keys.updateKey", &json!({"key": id, "fields": n}), body);
            }
            4..=6 => {
                let body = json!({"key": self.keys[index].key, "credits": {"cost": cost}});
                self.carry_out("keys.verifyKey", &json!({"key": id, "spends": cost}), body);
            }
            7 => {
                let body = json!({"keyId": id, "operation": "increment", "value": cost});
                self.carry_out(
                    "keys.updateCredits",
                    &json!({"key": id, "adds": cost}),
                    body,
                );
            }
            8 => {
                self.keys.swap_remove(index);
                let body = json!({"keyId": id, "permanent": self.random.bool()});
                self.carry_out("keys.deleteKey", &json!({"key": id, "gone": true}), body);
            }
            _ => {
                let body = json!({"key": self.shared.key, "credits": {"cost": cost}});
                let plan = json!({"key": self.shared.id, "spends": cost});
                self.carry_out("keys.verifyKey", &plan, body);
            }
        }
    }

    fn create(&mut self, n: u64) {
        let mut body = fields_of(n);
        body["apiId"] = json!(self.api);
        body["credits"] = json!({"remaining": CREDITS});
        let made = self.carry_out("keys.createKey", &json!({"fields": n}), body);
        let (id, key) = (text(&made["keyId"]), text(&made["key"]));
        self.keys.push(NewKey { id, key });
    }

    /// Says what it is going to do, does it, and says what came of it.
    fn carry_out(&self, endpoint: &str, plan: &Value, body: Value) -> Value {
        say(&json!({"thread": self.number, "will": plan}));
        let reply = self.world.call(endpoint, body);
        let data = reply.body["data"].clone();
        if reply.status != 200 || data["valid"] == false {
            say(&json!({"refused": reply.body}));
        }
        let key = plan.get("key").or(data.get("keyId"));
        say(&json!({"thread": self.number, "did": plan, "key": key}));
        data
    }
}

/// One write a line: a killed process leaves no half of one.
fn say(what: &Value) {
    let line = format!("\n{SAYS}{what}\n");
    io::stdout().lock().write_all(line.as_bytes()).unwrap();
}
