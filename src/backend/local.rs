//! The embedded engine, off the threads that do I/O where it may take long.

use std::mem::replace;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;
use unkey_local::{
    Answer, Cost, Engine, Location, Options, PATIENCE, Request, Trouble, cost, read_json,
};
use unkey_tools::Entry;
use zeroize::Zeroizing;

use super::answer::envelope;
use super::failure::Failure;
use crate::config::EnginePlace;
use crate::error::StartError;
use crate::root_key::Caller;

/// The embedded engine. It opens on first use: a client that only looks whether the server starts
/// leaves nothing behind.
#[derive(Debug)]
pub struct Local {
    place: EnginePlace,
    /// Held for moments alone: a stop must not wait for a disk that opening waits for.
    stage: Mutex<Stage>,
    /// Held while the engine opens, so that two first calls do not open it twice.
    opening: Mutex<()>,
}

/// How far the engine has come.
#[derive(Debug)]
enum Stage {
    Unopened,
    Open(Engine),
    /// The server stops. What is still asked must not open the engine again.
    Closed,
}

impl Local {
    /// The engine at `place`, not yet open.
    pub fn new(place: EnginePlace) -> Self {
        Self {
            place,
            stage: Mutex::new(Stage::Unopened),
            opening: Mutex::default(),
        }
    }

    /// The engine, opened now on this thread if it was not.
    ///
    /// # Errors
    /// Where its files cannot be made, read or written: the next call tries again. Where it was
    /// closed.
    pub fn engine(&self) -> Result<Engine, StartError> {
        let _opening = hold(&self.opening);
        if let Some(engine) = self.opened()? {
            return Ok(engine);
        }
        let place = match &self.place {
            EnginePlace::Memory => Location::Memory,
            EnginePlace::File(path) => Location::File(path.clone()),
        };
        let opened = Engine::open(Options::new(place))
            .map_err(|error| StartError::Engine(error.to_string()))?;
        let mut stage = hold(&self.stage);
        if matches!(*stage, Stage::Closed) {
            drop(stage);
            opened.close();
            return Err(stopping());
        }
        *stage = Stage::Open(opened.clone());
        Ok(opened)
    }

    /// The engine, opened first on a thread of its own if it was not: a disk may be stuck, and who
    /// calls goes on reading meanwhile.
    async fn engine_in_time(self: &Arc<Self>) -> Result<Engine, StartError> {
        if let Some(engine) = self.opened()? {
            return Ok(engine);
        }
        let local = Arc::clone(self);
        let opened = spawn_blocking(move || local.engine()).await;
        opened.unwrap_or_else(|error| Err(StartError::Engine(error.to_string())))
    }

    /// The engine, if it is open.
    fn opened(&self) -> Result<Option<Engine>, StartError> {
        match &*hold(&self.stage) {
            Stage::Open(engine) => Ok(Some(engine.clone())),
            Stage::Closed => Err(stopping()),
            Stage::Unopened => Ok(None),
        }
    }

    /// Where the database is.
    pub fn path(&self) -> &Path {
        match &self.place {
            EnginePlace::Memory => Path::new(":memory:"),
            EnginePlace::File(path) => path,
        }
    }

    /// Carries out `entry`, and returns Unkey's envelope.
    ///
    /// # Errors
    /// What Unkey would have refused it with, or that the engine cannot be opened.
    pub(super) async fn call(
        self: &Arc<Self>,
        entry: &Entry,
        body: &Value,
        caller: &Caller,
    ) -> Result<Value, Failure> {
        let unsendable = |error: StartError| Failure::Unsendable {
            reason: error.to_string(),
        };
        let root_key = match caller {
            Caller::Key(root_key) => root_key.reveal().to_owned(),
            Caller::Owner => {
                let engine = self.engine_in_time().await.map_err(unsendable)?;
                engine.root_key().reveal().to_owned()
            }
        };
        let request = Request {
            endpoint: entry.endpoint.to_owned(),
            authorization: Some(format!("Bearer {root_key}")),
            content_type: Some("application/json".to_owned()),
            body: body.to_string().into_bytes(),
            caller_ip: None,
            is_recorded: true,
            abandoned: Arc::default(),
        };
        let mut answer = self.answer(request).await.map_err(unsendable)?;
        // It may hold a key, which is wiped once it is read.
        let body = Zeroizing::new(std::mem::take(&mut answer.body));
        if answer.status == 200 {
            // Metadata may be nested more deeply than other readers take.
            return read_json(&body).map_err(|error| Failure::Unreadable {
                status: answer.status,
                what: error.to_string(),
            });
        }
        envelope(answer.status, &body).map_err(|failure| match failure {
            Failure::Refused { error, .. } if answer.undone && answer.status >= 500 => {
                Failure::Undone { error }
            }
            failure => failure,
        })
    }

    /// Ids and names of its APIs, `most` at most: those of that name, or all. `None` where it cannot
    /// be read.
    pub(super) async fn apis(
        self: &Arc<Self>,
        name: Option<String>,
        most: u32,
    ) -> Option<Vec<(String, String)>> {
        let local = self.clone();
        let read = spawn_blocking(move || {
            let engine = local.engine().map_err(|error| error.to_string())?;
            let apis = engine.apis(name.as_deref(), most);
            apis.map_err(|error| error.to_string())
        });
        match read.await {
            Ok(Ok(apis)) => Some(apis),
            Ok(Err(error)) => {
                tracing::error!(error, "the names of APIs cannot be read");
                None
            }
            Err(_) => None,
        }
    }

    /// Answers a request as Unkey's server would.
    ///
    /// # Errors
    /// Where the engine cannot be opened, or stopped while it worked.
    pub async fn answer(self: &Arc<Self>, request: Request) -> Result<Answer, StartError> {
        let engine = self.engine_in_time().await?;
        let (reply, answer) = oneshot::channel();
        let cost = cost(&request.endpoint);
        let abandoned = Arc::clone(&request.abandoned);
        let call = move || {
            engine.call(request, move |answer| {
                // Whoever asked may have gone away.
                let _ = reply.send(answer);
            });
        };
        match cost {
            Cost::Memory => call(),
            Cost::Disk | Cost::Query => drop(spawn_blocking(call)),
        }
        // Dropped with the future, when nobody waits any more.
        let _abandon = Abandon(abandoned);
        answer.await.map_err(|_| {
            StartError::Engine("it stopped while it worked; start the server again".to_owned())
        })
    }

    /// Whether a call that is made now would be carried out and kept: the engine opens, its files
    /// are in their places, and a small write succeeds. Costs a write in a second at most, however
    /// often it is asked.
    ///
    /// # Errors
    /// What is the matter and what to do about it, without a path: whoever may ask whether the
    /// server is ready may read it.
    pub async fn ready(self: &Arc<Self>) -> Result<(), Trouble> {
        let engine = self.engine_in_time().await.map_err(|error| {
            tracing::error!(%error, "not ready");
            Trouble::NotOpened
        })?;
        let (reply, outcome) = oneshot::channel();
        engine.probe(move |outcome| {
            // Whoever asked may have gone away.
            let _ = reply.send(outcome);
        });
        match tokio::time::timeout(PATIENCE, outcome).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) | Err(_) => Err(engine.unanswered()),
        }
    }

    /// Writes out what is not yet written, where the engine was opened at all. It does not open
    /// again.
    pub fn close(&self) {
        let before = replace(&mut *hold(&self.stage), Stage::Closed);
        if let Stage::Open(engine) = before {
            engine.close();
        }
    }
}

/// Why an engine is not opened any more.
fn stopping() -> StartError {
    StartError::Engine("the server is stopping; start it again".to_owned())
}

fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells the engine that nobody waits for an answer any more.
struct Abandon(Arc<AtomicBool>);

impl Drop for Abandon {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_that_was_closed_stays_closed() {
        let local = Local::new(EnginePlace::Memory);
        local.engine().unwrap();
        local.close();
        let refusal = local.engine().unwrap_err().to_string();
        assert!(refusal.contains("the server is stopping"), "{refusal}");
    }
}
