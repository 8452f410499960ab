//! Whoever makes and applies plans on an engine of their own, through a network that fails, in a
//! process that is killed.

use std::future::pending;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tokio::sync::Notify;
use unkey_local::MigrationAlgorithm;
use unkey_workflows::{
    Boxed, CallError, Clock as _, Context, Desk, Handover, ImportFiles, Known, Maker, Operations,
    Plans, Report, WorkflowError, run,
};

use crate::support::World;

/// See the module.
pub(crate) struct Worker {
    pub(crate) world: World,
    pub(crate) folder: TempDir,
    pub(crate) secrets: Handover,
    random: Mutex<fastrand::Rng>,
    /// Of a hundred calls, how many go wrong in each way.
    pub(crate) faults: u8,
    /// Of a hundred calls, how many are the last of their process.
    pub(crate) kills: u8,
    killed: Notify,
    calls: Mutex<Vec<&'static str>>,
}

/// What becomes of a call.
enum Fate {
    Answered,
    /// It never arrives.
    Unreached,
    /// The server is busy.
    Busy,
    /// It is carried out, or is not, and no answer comes.
    Lost(bool),
    /// The process dies before, or after it was carried out.
    Killed(bool),
}

impl Worker {
    pub(crate) fn new() -> Self {
        Self::with_seed(0)
    }

    pub(crate) fn with_seed(seed: u64) -> Self {
        Self {
            world: World::new(),
            folder: tempfile::tempdir().unwrap(),
            secrets: Handover::Answer,
            random: Mutex::new(fastrand::Rng::with_seed(seed)),
            faults: 0,
            kills: 0,
            killed: Notify::new(),
            calls: Mutex::default(),
        }
    }

    /// The same with a network that fails and a process that dies, now and then.
    pub(crate) fn troubled(mut self) -> Self {
        self.faults = 5;
        self.kills = 2;
        self
    }

    /// Runs a workflow; `None` where the process was killed.
    pub(crate) async fn attempt(
        &self,
        tool: &str,
        arguments: Value,
    ) -> Option<Result<Report, WorkflowError>> {
        let entry = unkey_tools::find(tool).unwrap();
        let now = jiff::Timestamp::from_millisecond(self.world.now()).unwrap();
        let arguments = entry
            .prepare(arguments.as_object().unwrap().clone(), now)
            .unwrap();
        let cx = Context::new(self, &self.world, &|_| {});
        tokio::select! {
            report = run(tool, arguments, &cx) => Some(report),
            () = self.killed.notified() => None,
        }
    }

    /// The data of a workflow that must succeed.
    pub(crate) async fn done(&self, tool: &str, arguments: Value) -> Value {
        match self.attempt(tool, arguments).await {
            Some(Ok(report)) => report.answer["data"].clone(),
            other => panic!("{tool}: {other:?}"),
        }
    }

    /// The mistakes of a workflow that must fail because of what was asked.
    pub(crate) async fn mistakes(&self, tool: &str, arguments: Value) -> String {
        match self.attempt(tool, arguments).await {
            Some(Err(WorkflowError::Mistakes(mistakes))) => mistakes.join("\n"),
            other => panic!("{tool}: {other:?}"),
        }
    }

    /// Plans without trouble; returns the plan's id.
    pub(crate) async fn plan(&mut self, arguments: Value) -> String {
        let (faults, kills) = (self.faults, self.kills);
        (self.faults, self.kills) = (0, 0);
        // A kill that came too late for the last process is none of this one's.
        self.killed = Notify::new();
        let planned = self.done("keys_plan", arguments).await;
        (self.faults, self.kills) = (faults, kills);
        planned["planId"]
            .as_str()
            .unwrap_or_else(|| panic!("{planned}"))
            .to_owned()
    }

    /// Applies a plan.
    pub(crate) async fn apply(&self, plan: &str) -> Value {
        self.done("keys_apply", json!({"planId": plan})).await
    }

    /// Applies a plan until it is finished, whatever happens on the way. Also returns how often the
    /// process was killed.
    pub(crate) async fn apply_to_the_end(&self, plan: &str) -> (Value, u32) {
        let mut kills = 0;
        for _ in 0..5_000 {
            match self.attempt("keys_apply", json!({"planId": plan})).await {
                None => kills += 1,
                Some(Ok(report)) if report.answer["data"]["finished"] == true => {
                    return (report.answer["data"].clone(), kills);
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => panic!("{error:?}"),
            }
        }
        panic!("it came to no end");
    }

    /// All keys of an API, by what the engine says.
    pub(crate) fn keys(&self, api: &str) -> Vec<Value> {
        let mut keys = Vec::new();
        let mut body = json!({"apiId": api, "limit": 100});
        loop {
            let (status, page) = self.world.ask("apis.listKeys", &body);
            assert_eq!(status, 200, "{page}");
            keys.extend(page["data"].as_array().unwrap().clone());
            match page["pagination"]["cursor"].as_str() {
                Some(cursor) => body["cursor"] = json!(cursor),
                None => return keys,
            }
        }
    }

    /// The names of the tools that were called so far.
    pub(crate) fn called(&self) -> Vec<&'static str> {
        self.calls.lock().unwrap().clone()
    }

    fn fate(&self) -> Fate {
        let mut random = self.random.lock().unwrap();
        let dice = random.u8(..100);
        if dice < self.kills {
            Fate::Killed(random.bool())
        } else if dice < self.kills + self.faults {
            match random.u8(..3) {
                0 => Fate::Unreached,
                1 => Fate::Busy,
                _ => Fate::Lost(random.bool()),
            }
        } else {
            Fate::Answered
        }
    }

    fn ask(&self, tool: &str, arguments: Map<String, Value>) -> Result<Value, CallError> {
        let endpoint = unkey_tools::find(tool).unwrap().endpoint;
        let (status, envelope) = self.world.ask(endpoint, &Value::Object(arguments));
        if status == 200 {
            return Ok(envelope);
        }
        let detail = envelope["error"]["detail"].as_str().unwrap_or_default();
        Err(CallError::of(Some(status), detail))
    }
}

impl Operations for Worker {
    fn offers(&self, tool: &str) -> bool {
        !self.world.without.contains(&tool)
    }

    fn call<'a>(
        &'a self,
        tool: &'static str,
        arguments: Map<String, Value>,
    ) -> Boxed<'a, Result<Value, CallError>> {
        Box::pin(async move {
            self.calls.lock().unwrap().push(tool);
            match self.fate() {
                Fate::Answered => self.ask(tool, arguments),
                Fate::Unreached => Err(CallError {
                    is_unreached: true,
                    ..CallError::of(None, "no connection")
                }),
                Fate::Busy => Err(CallError::of(Some(429), "busy")),
                Fate::Lost(arrived) => {
                    if arrived {
                        let _ = self.ask(tool, arguments);
                    }
                    let status = arrived.then_some(500);
                    Err(CallError {
                        outcome_unknown: true,
                        ..CallError::of(status, "no answer")
                    })
                }
                Fate::Killed(arrived) => {
                    if arrived {
                        let _ = self.ask(tool, arguments);
                    }
                    self.killed.notify_one();
                    pending().await
                }
            }
        })
    }

    fn known(&self) -> Boxed<'_, Result<Known, CallError>> {
        self.world.known()
    }

    fn desk(&self) -> Option<Desk> {
        Some(Desk {
            plans: Plans::new(self.folder.path().join("plans")),
            maker: Maker {
                root_key: "tester".to_owned(),
                profile: None,
                backend: "engine".to_owned(),
            },
            files: ImportFiles::In(self.folder.path().to_owned()),
            secrets: self.secrets,
            time: Some(Duration::from_hours(1)),
        })
    }

    fn migration(&self) -> Boxed<'_, Result<Option<String>, CallError>> {
        let made = self
            .world
            .engine
            .create_migration(MigrationAlgorithm::Sha256);
        Box::pin(async move { Ok(Some(made.unwrap())) })
    }
}
