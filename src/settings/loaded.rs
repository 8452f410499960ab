//! A configuration file, read and found good.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use unkey_local::{SecretProblem, read_regular_text};
use url::Url;

use super::file::{Profile, SettingsFile};
use super::names::Names;
use super::problem::{FileProblem, NO_KEYS};
use super::terms::UnknownProfile;
use crate::config::parse_api_url;
use crate::inventory::Narrowing;
use crate::observe::shown;
use crate::policy::Policy;

/// The longest file that is read.
const LONGEST: u64 = 1024 * 1024;

/// What a file must have beside what every file must.
#[derive(Clone, Debug, Default)]
pub struct Requirements {
    /// The profile that the process runs with.
    pub profile: Option<String>,
    /// Whether names of APIs that no profile knows can be looked up: the embedded engine's can.
    pub looks_up_apis: bool,
}

/// A configuration file, read and found good.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Whether nothing at all is in it.
    pub is_empty: bool,
    /// The profiles.
    pub profiles: BTreeMap<String, Profile>,
    /// The rules.
    pub policy: Arc<Policy>,
}

impl Loaded {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// [`FileProblem`] where it cannot be read, or holds what it cannot hold.
    pub(super) fn read(path: &Path, requirements: &Requirements) -> Result<Self, FileProblem> {
        let text = read_regular_text(path, LONGEST).map_err(|problem| {
            let what = match problem {
                SecretProblem::TooLong => format!("is longer than {LONGEST} bytes"),
                SecretProblem::Characters => "is no text in UTF-8".to_owned(),
                problem => problem.to_string(),
            };
            FileProblem::new(path, format!("it {what}"))
        })?;
        Self::parse(path, &text, requirements)
    }

    /// Reads the text of the file at `path`.
    ///
    /// # Errors
    /// [`FileProblem`] where it holds what it cannot hold.
    pub fn parse(
        path: &Path,
        text: &str,
        requirements: &Requirements,
    ) -> Result<Self, FileProblem> {
        // Before the parser sees it: what it says quotes.
        if let Some(byte) = shown::root_key_at(text) {
            return Err(FileProblem::new(path, NO_KEYS).at(text, byte));
        }
        let file: SettingsFile = toml::from_str(text)
            .map_err(|error| FileProblem::parsing(path.to_owned(), text, &error))?;
        if let Some(name) = &requirements.profile
            && !file.profiles.contains_key(name)
        {
            let known = file.profiles.keys().map(String::as_str);
            let unknown = UnknownProfile::new(name, known);
            return Err(FileProblem::new(path, unknown.to_string()));
        }
        for (name, profile) in &file.profiles {
            check(profile).map_err(|what| {
                let name = shown::name(name);
                FileProblem::new(path, format!("[profiles.{name}]: {what}"))
            })?;
        }
        let names: Vec<Names> = file.profiles.values().map(Profile::names).collect();
        let policy = Policy::new(file.policy, path, &names, requirements.looks_up_apis)
            .map_err(|what| FileProblem::new(path, format!("[policy]: {what}")))?;
        Ok(Self {
            is_empty: text.trim().is_empty(),
            profiles: file.profiles,
            policy: Arc::new(policy),
        })
    }
}

/// What is wrong with a profile.
fn check(profile: &Profile) -> Result<(), String> {
    profile.address()?;
    let narrowing = Narrowing {
        toolsets: profile.toolsets.clone(),
        ..Narrowing::default()
    };
    narrowing
        .inventory()
        .map_err(|unknown| format!("toolsets: {unknown}"))?;
    let places = [
        &profile.root_key_env,
        &profile.root_key_file,
        &profile.root_key_keychain,
    ];
    if places.into_iter().flatten().count() > 1 {
        return Err(
            "keep one of root-key-env, root-key-file and root-key-keychain, so that it is plain \
             which key counts"
                .to_owned(),
        );
    }
    if let Some(name) = &profile.root_key_env
        && (name.is_empty() || name.contains(['=', '$', '\0']))
    {
        return Err(
            "root-key-env is the name of a variable, such as UNKEY_ROOT_KEY_PROD, without `$`"
                .to_owned(),
        );
    }
    for (name, id) in &profile.apis {
        if is_api_id(name) {
            return Err(format!(
                "apis: `{}` looks like an id, and a name is wanted there: NAME = \"api_xxxx\"",
                shown::name(name)
            ));
        }
        if !is_api_id(id) {
            return Err(format!(
                "apis.{} is no id of an API, such as \"api_xxxx\"",
                shown::name(name)
            ));
        }
    }
    if profile.namespaces.values().any(String::is_empty) {
        return Err("namespaces: an id is empty".to_owned());
    }
    Ok(())
}

/// Whether `text` has the form of an API's id.
pub(crate) fn is_api_id(text: &str) -> bool {
    text.strip_prefix("api_").is_some_and(|rest| {
        !rest.is_empty()
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

impl Profile {
    /// Where its Unkey is, if it says so.
    ///
    /// # Errors
    /// What is wrong with the address.
    pub(crate) fn address(&self) -> Result<Option<Url>, String> {
        let url = self.api_url.as_deref();
        url.map(|url| parse_api_url("api-url", url)).transpose()
    }

    /// The names that it gives.
    pub(super) fn names(&self) -> Names {
        Names {
            apis: self.apis.clone(),
            namespaces: self.namespaces.clone(),
        }
    }
}
