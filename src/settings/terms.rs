//! What holds for one call.

use std::fmt;
use std::sync::Arc;

use unkey_tools::nearest::nearest;
use url::Url;

use super::file::Profile;
use super::live::LiveFile;
use super::loaded::Loaded;
use super::modes::{ConfirmMode, SecretsMode};
use super::names::Names;
use crate::config::Answers;
use crate::inventory::{Allowed, Inventory, Narrowing, UnknownName};
use crate::observe::shown;
use crate::policy::Policy;

/// What flags and variables say, which wins over a profile.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// The tools that are named; empty lists say nothing.
    pub narrowing: Narrowing,
    /// Whether only tools that change nothing are offered, where that was said.
    pub read_only: Option<bool>,
    /// When a person is asked, where that was said.
    pub confirm: Option<ConfirmMode>,
    /// Where secrets go, where that was said.
    pub secrets: Option<SecretsMode>,
    /// Whether the address of Unkey was said, or the embedded engine chosen.
    pub has_address: bool,
    /// Whether writes are shown and not made.
    pub dry_run: bool,
    /// What a model gets to read.
    pub answers: Answers,
}

/// All that the operator settled. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Settings(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    file: Option<LiveFile>,
    profile: Option<String>,
    overrides: Overrides,
}

/// What holds for one call.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The tools that the operator allows.
    pub allowed: Allowed,
    /// What the profile that the caller chose leaves of them.
    pub narrowed: Inventory,
    /// When a person is asked.
    pub confirm: ConfirmMode,
    /// Where secrets go.
    pub secrets: SecretsMode,
    /// Whether writes are shown and not made.
    pub dry_run: bool,
    /// What a model gets to read.
    pub answers: Answers,
    /// The profile that holds, the caller's where it chose one.
    pub profile: Option<String>,
    /// Names for ids.
    pub names: Names,
    /// The rules.
    pub policy: Arc<Policy>,
    /// The Unkey of the profile that the caller chose, where it has one of its own.
    pub address: Option<Url>,
}

impl Settings {
    /// Flags above a profile of a file. The file must have the profile: see
    /// [`Requirements`](super::Requirements).
    pub fn new(file: Option<LiveFile>, profile: Option<String>, overrides: Overrides) -> Self {
        Self(Arc::new(Inner {
            file,
            profile,
            overrides,
        }))
    }

    /// Flags alone.
    pub fn of_flags(overrides: Overrides) -> Self {
        Self::new(None, None, overrides)
    }

    /// The file, where there is one.
    pub fn file(&self) -> Option<&LiveFile> {
        self.0.file.as_ref()
    }

    /// The profile that the process runs with.
    pub fn profile(&self) -> Option<&str> {
        self.0.profile.as_deref()
    }

    /// What the file says now.
    pub fn loaded(&self) -> Option<Arc<Loaded>> {
        self.file().map(LiveFile::current)
    }

    /// What holds for a call whose caller chose the profile `asked`, or none.
    ///
    /// # Errors
    /// [`BadTerms`] where there is no such profile.
    pub fn terms(&self, asked: Option<&str>) -> Result<Terms, BadTerms> {
        self.terms_of(self.loaded().as_deref(), asked)
    }

    /// The same for a file that was read already.
    ///
    /// # Errors
    /// As [`Self::terms`].
    pub fn terms_of(
        &self,
        loaded: Option<&Loaded>,
        asked: Option<&str>,
    ) -> Result<Terms, BadTerms> {
        let overrides = &self.0.overrides;
        let find = |name: &str| {
            let found = loaded.and_then(|loaded| loaded.profiles.get(name));
            found.ok_or_else(|| BadTerms::unknown_profile(loaded, name))
        };
        let chosen = [self.0.profile.as_deref(), asked];
        let profile = chosen.into_iter().flatten().next_back().map(str::to_owned);
        let own = self.0.profile.as_deref().map(find).transpose()?;
        let asked = asked.map(find).transpose()?;
        let mut names = own.map(Profile::names).unwrap_or_default();
        let mut narrowed = Inventory::everything();
        let mut address = None;
        if let Some(profile) = asked {
            names.extend(&profile.names());
            narrowed = inventory(profile)?;
            address = profile
                .address()
                .map_err(BadTerms::File)?
                .filter(|_| !overrides.has_address);
        }
        // Of two profiles the more careful one counts: a caller can narrow and not widen.
        let both = || own.into_iter().chain(asked);
        let confirm = both()
            .filter_map(Profile::confirm)
            .max_by_key(|mode| careful(*mode));
        let secrets = both().filter_map(|profile| profile.secrets).max();
        Ok(Terms {
            allowed: narrowing(overrides, own).allowed()?,
            narrowed,
            confirm: overrides.confirm.or(confirm).unwrap_or_default(),
            secrets: overrides.secrets.or(secrets).unwrap_or_default(),
            dry_run: overrides.dry_run,
            answers: overrides.answers,
            profile,
            names,
            policy: loaded.map_or_else(Arc::default, |loaded| loaded.policy.clone()),
            address,
        })
    }
}

/// How much is asked, as a number.
const fn careful(mode: ConfirmMode) -> u8 {
    match mode {
        ConfirmMode::Never => 0,
        ConfirmMode::Auto => 1,
        ConfirmMode::Always => 2,
    }
}

/// What flags say of tools, and the profile where they say nothing.
fn narrowing(overrides: &Overrides, profile: Option<&Profile>) -> Narrowing {
    let mut narrowing = overrides.narrowing.clone();
    if let Some(profile) = profile.filter(|_| narrowing.toolsets.is_empty()) {
        narrowing.toolsets.clone_from(&profile.toolsets);
    }
    let read_only = profile.is_some_and(Profile::is_read_only);
    narrowing.read_only = overrides.read_only.unwrap_or(read_only);
    narrowing
}

/// The tools that a profile leaves.
fn inventory(profile: &Profile) -> Result<Inventory, UnknownName> {
    narrowing(&Overrides::default(), Some(profile)).inventory()
}

/// Why there are no terms for a call.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTerms {
    /// There is no such profile.
    #[error(transparent)]
    Profile(#[from] UnknownProfile),
    /// There is no such tool.
    #[error(transparent)]
    Name(#[from] UnknownName),
    /// The file holds what it cannot hold.
    #[error("{0}")]
    File(String),
}

impl BadTerms {
    fn unknown_profile(loaded: Option<&Loaded>, name: &str) -> Self {
        let profiles = loaded.map(|loaded| loaded.profiles.keys().map(String::as_str));
        Self::Profile(UnknownProfile::new(name, profiles.into_iter().flatten()))
    }
}

/// A profile that the file does not have. Prints with the nearest name that it has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct UnknownProfile {
    name: String,
    nearest: Option<String>,
}

impl UnknownProfile {
    pub(super) fn new<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Self {
        Self {
            name: name.to_owned(),
            nearest: nearest(name, known).map(str::to_owned),
        }
    }
}

impl fmt::Display for UnknownProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no profile `{}`", shown::name(&self.name))?;
        match &self.nearest {
            Some(name) => write!(f, "; did you mean `{}`?", shown::name(name)),
            None => f.write_str("; the configuration has it as [profiles.NAME]"),
        }
    }
}
