//! One call, as far as secrets are concerned.

use std::panic::resume_unwind;

use serde_json::{Map, Value};
use tokio::task::spawn_blocking;
use unkey_tools::Entry;
use unkey_tools::nearest::nearest;
use unkey_tools::secrets::FILE;
use unkey_tools::types::Secret;
use unkey_workflows::Handover;
use url::Url;

use super::Secrets;
use super::answer::{Reserved, Taking};
use super::body::Body;
use super::conceal::{Known, redact_but};
use super::folder::ReadProblem;
use super::names::FileName;
use super::way::Way;
use crate::backend::Failure;
use crate::observe::shown;
use crate::root_key::Caller;

/// The longest key that Unkey takes.
const LONGEST_KEY: usize = 512;

/// How many names are told of the secrets that there are.
const NAMES_TOLD: usize = 10;

/// What is to become of the secrets of one call.
#[derive(Debug)]
pub(crate) struct Errand {
    secrets: Secrets,
    entry: &'static Entry,
    way: Way,
    /// What the request's `secret:NAME` stand for, in their order.
    stored: Vec<Secret>,
    reserved: Option<Reserved>,
}

/// Why a call has no answer that may be shown.
#[derive(Debug)]
pub(crate) enum Unanswered {
    /// It failed.
    Failed(Failure),
    /// It was carried out, and its secret could not be kept: what to do about it.
    Lost(String),
}

impl Errand {
    /// Takes `deliver` from the arguments of a call.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn begin(
        secrets: &Secrets,
        entry: &'static Entry,
        arguments: &mut Map<String, Value>,
    ) -> Result<Self, String> {
        Ok(Self {
            // With other tools it is told as any argument that there is not.
            way: match secrets.ways(entry) {
                ways if entry.tells_secrets() => ways.choose(arguments)?,
                ways => ways.unasked(),
            },
            secrets: secrets.clone(),
            entry,
            stored: Vec::new(),
            reserved: None,
        })
    }

    /// Reads what `secret:NAME` stands for in a body. The body stays as it is.
    ///
    /// # Errors
    /// What is wrong with a name.
    pub(crate) async fn read(&mut self, body: &mut Body) -> Result<(), String> {
        let mut wanted = Vec::new();
        let entry = self.entry;
        entry.secrets_in_request(body, &mut |field| {
            if let Value::String(text) = &*field.value {
                let name = text.strip_prefix(FILE).filter(|_| field.is_unkeys);
                wanted.extend(name.map(|name| (field.name.to_owned(), name.trim().to_owned())));
            }
        });
        if wanted.is_empty() {
            return Ok(());
        }
        let secrets = self.secrets.clone();
        let read = move || {
            let each = wanted.into_iter().map(|(field, name)| {
                let secret = secrets
                    .stored(&name)
                    .and_then(|secret| meant(secret, &field));
                secret.map_err(|why| format!("`{field}`: {why}"))
            });
            each.collect::<Result<Vec<Secret>, String>>()
        };
        self.stored = off_the_runtime(read).await?;
        Ok(())
    }

    /// Makes the place for the secret that the call will bring, before anything is sent: afterwards
    /// it would be too late to find out that there is none.
    ///
    /// # Errors
    /// Why there is none, and what to do about it.
    pub(crate) async fn reserve(&mut self) -> Result<(), String> {
        let keeps = match &self.way {
            Way::Inline => false,
            // What can be read again is not lost.
            Way::File | Way::Page => !self.entry.effect.is_read_only(),
            Way::Env(_) => true,
        };
        if keeps && self.entry.tells_secrets() && self.has_own_secrets() {
            let (secrets, way) = (self.secrets.clone(), self.way.clone());
            let reserve = move || Reserved::make(&secrets, &way);
            self.reserved = Some(off_the_runtime(reserve).await?);
        }
        Ok(())
    }

    /// Where the secrets go that a workflow's parts bring.
    pub(crate) fn handover(&self) -> Handover {
        match self.way {
            Way::File => Handover::Files,
            Way::Page => Handover::Pages,
            _ if self.secrets.ways(self.entry).file => Handover::AnswerOrFiles,
            _ => Handover::Answer,
        }
    }

    /// Whether Unkey answers this very call with secrets. Those of a workflow are its parts', and are
    /// taken out there.
    fn has_own_secrets(&self) -> bool {
        self.entry.answers_with_secrets() && !self.entry.is_workflow()
    }

    /// Puts the secrets into the body, in the place of their names.
    pub(crate) fn fill(&self, body: &mut Body) {
        let mut stored = self.stored.iter();
        self.entry.secrets_in_request(body, &mut |field| {
            let is_name = |text: &str| text.starts_with(FILE) && field.is_unkeys;
            if field.value.as_str().is_some_and(is_name)
                && let Some(secret) = stored.next()
            {
                *field.value = Value::from(secret.reveal());
            }
        });
    }

    /// Takes the secrets out of what came of the call, where they are not to be shown.
    ///
    /// # Errors
    /// [`Unanswered`], in which no secret stands either.
    pub(crate) async fn settle(
        self,
        body: &mut Body,
        caller: &Caller,
        answer: Result<Value, Failure>,
    ) -> Result<Value, Unanswered> {
        let hides = self.way != Way::Inline && self.has_own_secrets();
        match answer {
            Ok(envelope) if hides => {
                let taking = Taking {
                    entry: self.entry,
                    secrets: self.secrets,
                    way: self.way,
                    reserved: self.reserved,
                    known: secrets_of(self.entry, body, caller),
                };
                let take = move || taking.take_out(envelope);
                off_the_runtime(take).await.map_err(Unanswered::Lost)
            }
            Ok(mut envelope) => {
                // Nobody who keeps secrets in files is to see one that is said back.
                if self.way != Way::Inline || !self.stored.is_empty() {
                    secrets_of(self.entry, body, caller).conceal_in(&mut envelope);
                }
                Ok(envelope)
            }
            Err(mut failure) => {
                let known = secrets_of(self.entry, body, caller);
                failure.each_text(&mut |text| {
                    known.conceal(text);
                    if hides {
                        redact_but(text, body);
                    }
                });
                Err(Unanswered::Failed(failure))
            }
        }
    }
}

/// The secrets that were sent.
fn secrets_of(entry: &Entry, body: &mut Body, caller: &Caller) -> Known {
    let mut known = Known::default();
    if let Caller::Key(root_key) = caller {
        known.add(&Secret::new(root_key.reveal()));
    }
    entry.secrets_in_request(body, &mut |field| {
        if let Value::String(text) = &*field.value {
            known.add(&Secret::new(text.as_str()));
        }
    });
    known
}

impl Secrets {
    /// The secret that `secret:` and that name stand for.
    fn stored(&self, text: &str) -> Result<Secret, String> {
        if self.0.folder.is_none() {
            return Err(format!(
                "`{FILE}NAME` stands for a file on the user's own machine, and this server is \
                 none; send the key itself"
            ));
        }
        let shown = shown::name(text);
        let Some(name) = FileName::parse(text) else {
            return Err(format!(
                "`{FILE}{shown}` is no name of a secret: write `{FILE}NAME` as an answer says \
                 it, without a path"
            ));
        };
        let folder = self.folder()?;
        let path = shown::path(folder.path());
        folder.read(&name).map_err(|problem| {
            let next = match &problem {
                ReadProblem::Missing => listed(&folder.names(), text),
                _ => format!("look at {path}"),
            };
            format!("`{FILE}{shown}`: {problem}; {next}")
        })
    }
}

/// What there is beside a name that there is not.
fn listed(names: &[String], wanted: &str) -> String {
    if let Some(near) = nearest(wanted, names.iter().map(String::as_str)) {
        return format!("did you mean `{FILE}{}`?", shown::name(near));
    }
    let mut names: Vec<&String> = names.iter().collect();
    names.sort_unstable();
    let told: Vec<String> = names
        .iter()
        .take(NAMES_TOLD)
        .map(|name| format!("`{FILE}{name}`"))
        .collect();
    match names.len() {
        0 => "there is none yet: ask for one with `deliver: \"file\"`".to_owned(),
        all if all > NAMES_TOLD => format!("there are {all}, such as {}", told.join(", ")),
        _ => format!("there are: {}", told.join(", ")),
    }
}

/// What of a stored secret is meant: of the address of a portal, the part of that name.
fn meant(secret: Secret, field: &str) -> Result<Secret, String> {
    let address = Url::parse(secret.reveal()).ok().filter(Url::has_host);
    let code = address.as_ref().and_then(|address| {
        let mut pairs = address.query_pairs();
        pairs.find(|(name, _)| field == name || field.strip_suffix("Id") == Some(name))
    });
    let secret = code.map_or(secret, |(_, code)| Secret::new(code));
    if secret.reveal().len() > LONGEST_KEY {
        return Err(format!(
            "its secret is longer than a key, {LONGEST_KEY} letters"
        ));
    }
    Ok(secret)
}

/// Carries out what waits for a disk.
async fn off_the_runtime<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match spawn_blocking(work).await {
        Ok(done) => done,
        // Nothing cancels it.
        Err(error) => resume_unwind(error.into_panic()),
    }
}
