//! Secrets that Unkey shows once: where their plain text goes, and that it goes nowhere else.
//!
//! Which fields hold them, the types of the catalogue say
//! ([`secrets_in_answer`](unkey_tools::Entry::secrets_in_answer)). An `Errand` takes one call
//! through: it takes `deliver` from the arguments, reads what `secret:NAME` stands for, makes the
//! file before anything is sent, and takes the secret out of the answer. With files, a secret leaves
//! the process in its file and in no other way; with pages, on a page that shows it once.

mod answer;
mod body;
mod conceal;
mod env_file;
mod errand;
mod folder;
mod names;
mod way;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use unkey_tools::Entry;

pub(crate) use self::body::Body;
use self::env_file::EnvFile;
pub(crate) use self::errand::{Errand, Unanswered};
pub(crate) use self::folder::Folder;
pub(crate) use self::names::FileName;
pub(crate) use self::way::DELIVER;
use self::way::Ways;
use crate::error::StartError;
use crate::observe::shown;
use crate::pages::{OneTime, Slot};
use crate::settings::SecretsMode;

/// What an operator says of secrets.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Where they go, and how far a caller may choose.
    pub mode: SecretsMode,
    /// The folder for their files; none where nobody named one and the system has no data folder.
    pub folder: Option<PathBuf>,
    /// The file that variables may be added to.
    pub env_file: Option<PathBuf>,
}

impl Settings {
    /// Whether somebody asked for files or pages.
    pub const fn is_asked_for(&self) -> bool {
        !matches!(self.mode, SecretsMode::Inline) || self.env_file.is_some()
    }
}

/// From where a server is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// By its user, on the same machine: a file of the server's is a file of theirs.
    OwnMachine,
    /// By others too.
    Beyond,
}

/// Where secrets go. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Secrets(Arc<Shared>);

#[derive(Clone, Debug, Default)]
struct Shared {
    mode: SecretsMode,
    /// Where the files are, on the user's own machine.
    folder: Option<PathBuf>,
    env_file: Option<EnvFile>,
    /// Where the pages are, on the user's own machine.
    pages: Option<OneTime>,
}

impl Secrets {
    /// What `settings` say, for a server that is reached so.
    ///
    /// # Errors
    /// [`StartError::Usage`] where they cannot hold.
    pub fn new(settings: Settings, reach: Reach) -> Result<Self, StartError> {
        let Settings {
            mode,
            folder,
            env_file,
        } = settings;
        let folder = folder.as_deref().map(absolute).transpose()?;
        let env_file = env_file.as_deref().map(absolute).transpose()?;
        check(mode, folder.as_deref(), env_file.as_deref(), reach).map_err(StartError::Usage)?;
        Ok(Self(Arc::new(Shared {
            mode,
            folder: folder.filter(|_| reach == Reach::OwnMachine),
            env_file: env_file.map(EnvFile::new),
            pages: (reach == Reach::OwnMachine).then(OneTime::on_demand),
        })))
    }

    /// The same, whose pages are those.
    #[must_use]
    pub fn shown_on(self, pages: Option<OneTime>) -> Self {
        Self(Arc::new(Shared {
            pages,
            ..(*self.0).clone()
        }))
    }

    /// Returns once no secret waits on a page any more.
    pub(crate) async fn seen(&self) {
        if let Some(pages) = self.pages() {
            pages.seen().await;
        }
    }

    /// Whether a secret waits on a page.
    pub(crate) fn has_waiting(&self) -> bool {
        self.pages().is_some_and(OneTime::has_waiting)
    }

    /// The pages that show secrets, where there are any.
    pub(crate) fn pages(&self) -> Option<&OneTime> {
        self.0.pages.as_ref()
    }

    /// Those of a server that its user starts without a word about secrets.
    pub fn on_own_machine() -> Self {
        Self(Arc::new(Shared {
            // It is not looked into.
            folder: Some(PathBuf::new()),
            pages: Some(OneTime::on_demand()),
            ..Shared::default()
        }))
    }

    /// The same, held to `mode` where that is stricter.
    pub(crate) fn held_to(&self, mode: SecretsMode) -> Self {
        if mode <= self.0.mode {
            return self.clone();
        }
        Self(Arc::new(Shared {
            mode,
            ..(*self.0).clone()
        }))
    }

    /// The schema of `deliver`, where the tool takes it and more than one way is allowed.
    pub fn deliver_schema(&self, entry: &Entry) -> Option<Value> {
        let ways = entry.tells_secrets().then(|| self.ways(entry));
        ways.and_then(Ways::schema)
    }

    fn ways(&self, entry: &Entry) -> Ways {
        Ways {
            mode: self.0.mode,
            file: self.0.folder.is_some() && self.0.mode <= SecretsMode::File,
            // The ceiling of those who want files is their disk.
            page: self.0.pages.is_some() && self.0.mode != SecretsMode::File,
            // Which of many secrets would be the variable's?
            env: self.0.env_file.is_some() && !entry.lists_secrets(),
        }
    }

    /// Where their files are, on the user's own machine; not looked into.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.0.folder.as_deref()
    }

    /// The folder of the files, made where there is none.
    fn folder(&self) -> Result<Folder, String> {
        let path = self.0.folder.as_deref();
        let path = path.ok_or("there is no folder for secrets; name one with --secrets-dir")?;
        Folder::open(path).map_err(|problem| problem.to_string())
    }

    /// Room on a page.
    fn slot(&self) -> Result<Slot, String> {
        let pages = self.0.pages.as_ref();
        pages
            .ok_or("this server is reached from elsewhere and has no pages for secrets")?
            .reserve()
    }
}

/// A path that means the same to whoever is told it.
fn absolute(path: &Path) -> Result<PathBuf, StartError> {
    std::path::absolute(path)
        .map_err(|error| StartError::Usage(format!("{}: {error}", shown::path(path))))
}

fn check(
    mode: SecretsMode,
    folder: Option<&Path>,
    env_file: Option<&Path>,
    reach: Reach,
) -> Result<(), String> {
    if reach == Reach::Beyond && (mode != SecretsMode::Inline || env_file.is_some()) {
        let flag = match (env_file, mode) {
            (Some(_), _) => "--env-file",
            (None, SecretsMode::Page) => "--secrets=page",
            (None, _) => "--secrets=file",
        };
        return Err(format!(
            "{flag} is for a server on its user's own machine: callers elsewhere cannot read what \
             is written or shown here; leave it out, or --bind to a loopback address"
        ));
    }
    if mode == SecretsMode::File {
        let path = folder.ok_or(
            "--secrets=file: this system has no data folder; name a folder with --secrets-dir",
        )?;
        Folder::find(path).map_err(|problem| format!("--secrets-dir: {problem}"))?;
    }
    if let Some(path) = env_file {
        EnvFile::examine(path)
            .map_err(|problem| format!("--env-file: {} {problem}", shown::path(path)))?;
    }
    Ok(())
}
