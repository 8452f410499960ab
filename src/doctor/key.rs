//! Root keys: where one comes from, and whether it is one. A key itself is never told.

use std::path::{Path, PathBuf};

use unkey_tools::types::Secret;

use super::engine;
use super::report::Finding;
use crate::key_advice::{self, Issuer};
use crate::observe::shown;
use crate::root_key::{Caller, KeySource, Mistake, RootKey, RootKeySources};

/// Where users find root keys.
const MAKE_ONE: &str = "Root keys are made in Unkey's dashboard under Settings, Root Keys.";

/// The key that `stdio` would use, and what there is to say about it.
pub(super) fn own(sources: &RootKeySources) -> (Option<RootKey>, Vec<Finding>) {
    match sources.find() {
        Ok((key, source)) => {
            let place = sources.place().unwrap_or_else(|_| source.to_string());
            let mut findings = vec![Finding::ok("root-key", format!("it comes from {place}"))];
            findings.extend(open(&source));
            findings.extend(form(&key));
            (Some(key), findings)
        }
        Err(mistake) => (None, vec![mistaken(&mistake, Issuer::Unkey)]),
    }
}

/// What there is to say where the embedded engine at `path` answers.
pub(super) fn of_engine(sources: RootKeySources, path: &Path) -> Vec<Finding> {
    match sources.caller_of_engine() {
        Ok(Caller::Owner) => {
            let file = engine::root_key_file(path);
            let place = file.filter(|file| file.exists()).map(|file| {
                format!(
                    ": calls are the engine's owner's, whose key is in {}",
                    shown::path(&file)
                )
            });
            let place = place.unwrap_or_default();
            vec![Finding::ok(
                "root-key",
                format!("none is needed with --local{place}"),
            )]
        }
        Ok(Caller::Key(_)) => vec![Finding::note(
            "root-key",
            "UNKEY_ROOT_KEY or UNKEY_ROOT_KEY_FILE is set, and is taken for one of the engine's own; \
             without it calls are the owner's",
        )],
        Err(mistake) => vec![mistaken(&mistake, Issuer::Engine)],
    }
}

/// Whether a file that holds a key can be used as one. `setting` says where it is named.
pub(super) fn in_file(setting: &str, path: &Path) -> Vec<Finding> {
    if path.is_relative() {
        return vec![Finding::wrong(
            "key-file",
            format!("{setting} is the relative path {}", shown::path(path)),
            "Write the whole path: the client starts the program in another folder.",
        )];
    }
    let sources = RootKeySources {
        root_key_file: Some(path.to_owned()),
        ..RootKeySources::default()
    };
    let mut findings: Vec<Finding> = mode("The root key", path).into_iter().collect();
    findings.extend(of_sources(&sources));
    findings
}

/// Whether a text that stands where a root key belongs is one.
pub(super) fn in_text(text: &str) -> Option<Finding> {
    of_sources(&RootKeySources {
        root_key: Some(Secret::new(text)),
        ..RootKeySources::default()
    })
}

/// What is wrong with the key that lies there.
pub(super) fn of_sources(sources: &RootKeySources) -> Option<Finding> {
    match sources.root_key() {
        Ok(key) => form(&key),
        Err(mistake) => Some(mistaken(&mistake, Issuer::Unkey)),
    }
}

/// What is wrong with a value that is no key.
fn mistaken(mistake: &Mistake, issuer: Issuer) -> Finding {
    let code = match mistake {
        Mistake::Missing { empty: Some(_), .. } => "empty-key",
        Mistake::Missing { .. } => "no-key",
        Mistake::Placeholder { .. } => "placeholder",
        Mistake::Unreadable { .. } => "unreadable-key",
        Mistake::File { .. } => "key-file",
    };
    let what = mistake.to_string();
    let whole = key_advice::explain(mistake, issuer);
    let advice = whole.strip_prefix(&what).unwrap_or_default().trim();
    let what = match mistake {
        Mistake::Missing { empty: None, .. } => "there is none".to_owned(),
        _ => what.trim_end_matches('.').to_owned(),
    };
    Finding::wrong(code, what, advice)
}

/// What a key's letters say: whether it can be a root key.
fn form(key: &RootKey) -> Option<Finding> {
    (!key.is_in_form()).then(|| {
        Finding::wrong(
            "user-key",
            "it has not the form of a root key, `unkey_` and some twenty letters: it looks like a key of \
             one of your users, or is cut off",
            format!("Use a root key, whole. {MAKE_ONE}"),
        )
    })
}

/// Whether others may read the file that a key comes from.
fn open(source: &KeySource) -> Option<Finding> {
    let KeySource::File(path) = source else {
        return None;
    };
    mode("The root key", path)
}

/// Whether others may read the file with the engine's own root key.
pub(super) fn of_owner(file: Option<PathBuf>) -> Option<Finding> {
    mode("The engine's root key", &file?)
}

/// Whether others may read a file that holds a key.
#[cfg(unix)]
fn mode(what: &str, path: &Path) -> Option<Finding> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then(|| {
        let path = shown::path(path);
        Finding::wrong(
            "open-file",
            format!("{what} lies in {path}, which others may read (mode {mode:o})"),
            format!("Make it yours alone: chmod 600 {path}"),
        )
    })
}

#[cfg(not(unix))]
fn mode(_what: &str, _path: &Path) -> Option<Finding> {
    None
}
