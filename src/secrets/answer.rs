//! Secrets taken out of an answer, each into a file.

use serde_json::{Map, Value};
use unkey_tools::Entry;
use unkey_tools::secrets::{FILE, NOTICE, PATH, SecretPart};
use unkey_tools::types::Secret;

use super::Secrets;
use super::conceal::{CONCEALED, Known, redact};
use super::env_file::Reservation;
use super::folder::{Folder, NewFile};
use super::names::FileName;
use super::way::Way;
use crate::observe::shown;
use crate::panics::faults;

/// The member that shows the first letters of a key.
const START: &str = "start";

/// How many letters behind its prefix Unkey shows of a key.
const SHOWN_LETTERS: usize = 4;

/// The fewest letters behind a prefix of which some may be shown.
const FEWEST_LETTERS: usize = 12;

/// The place for a secret, made before there is one.
#[derive(Debug)]
pub(super) struct Reserved {
    file: NewFile,
    variable: Option<Reservation>,
}

impl Reserved {
    /// Makes it. A variable has a file beside it, should it not be possible to add it any more.
    pub(super) fn make(secrets: &Secrets, way: &Way) -> Result<Self, String> {
        let not_sent = |why: String| format!("Nothing was sent: {why}");
        let env_file = secrets.0.env_file.as_ref();
        let variable =
            match (way, env_file) {
                (Way::Env(name), Some(file)) => Some(file.reserve(name).map_err(|problem| {
                    not_sent(format!("{} {problem}", shown::path(file.path())))
                })?),
                _ => None,
            };
        let folder = secrets.folder().map_err(not_sent)?;
        let file = create(&folder).map_err(not_sent)?;
        Ok(Self { file, variable })
    }
}

fn create(folder: &Folder) -> Result<NewFile, String> {
    folder.create().map_err(|error| {
        let path = shown::path(folder.path());
        format!(
            "a secret cannot be kept in {path}: {error}; free room there or make it writable, or let \
             the operator name another folder with --secrets-dir"
        )
    })
}

/// The secrets of one answer on their way into files.
#[derive(Debug)]
pub(super) struct Taking {
    pub(super) entry: &'static Entry,
    pub(super) secrets: Secrets,
    pub(super) reserved: Option<Reserved>,
    /// What is looked for in the rest of the answer.
    pub(super) known: Known,
}

/// Where a secret is.
struct Place {
    reference: String,
    path: String,
    notice: Option<String>,
}

impl Taking {
    /// The answer without its secrets.
    ///
    /// # Errors
    /// Where one could not be kept: what to do about it.
    pub(super) fn take_out(mut self, mut envelope: Value) -> Result<Value, String> {
        let mut found = 0;
        let mut lost = None;
        let entry = self.entry;
        entry.secrets_in_answer(&mut envelope, &mut |part| match part {
            SecretPart::Unknown(value) => redact(value),
            SecretPart::Secret {
                holder,
                name,
                id,
                is_key,
            } => {
                found += 1;
                let whose = id.and_then(|id| holder.get(id)).and_then(Value::as_str);
                let whose = whose.map(ToOwned::to_owned);
                let taken = holder.insert(name.to_owned(), CONCEALED.into());
                match self.keep(taken, whose.as_deref()) {
                    Ok((secret, place)) => show(holder, name, place, is_key.then_some(&secret)),
                    Err(why) => lost = Some((why, whose)),
                }
            }
        });
        if found == 0 && !entry.effect.is_read_only() {
            let why = "the answer holds none where it belongs".to_owned();
            return Err(self.lost(&why, None));
        }
        if let Some((why, whose)) = lost {
            return Err(self.lost(&why, whose.as_deref()));
        }
        self.known.conceal_in(&mut envelope);
        Ok(envelope)
    }

    fn keep(
        &mut self,
        taken: Option<Value>,
        whose: Option<&str>,
    ) -> Result<(Secret, Place), String> {
        let Some(Value::String(text)) = taken else {
            return Err("what the answer holds in its place is no text".to_owned());
        };
        let secret = Secret::new(text);
        self.known.add(&secret);
        faults::strike_text(secret.reveal());
        let (file, variable) = match self.reserved.take() {
            Some(reserved) => (reserved.file, reserved.variable),
            None => (create(&self.secrets.folder()?)?, None),
        };
        let mut notice = None;
        if let Some(variable) = &variable {
            match variable.add(&secret) {
                Ok(path) => {
                    let place = Place {
                        reference: variable.reference(),
                        path: path.display().to_string(),
                        notice,
                    };
                    return Ok((secret, place));
                }
                Err(problem) => {
                    notice = Some(format!("kept in a file: the environment file {problem}"));
                }
            }
        }
        let wanted = whose
            .filter(|whose| *whose != secret.reveal())
            .and_then(FileName::parse);
        let placed = file.keep(&secret, wanted);
        let placed = placed.map_err(|error| format!("its file cannot be written: {error}"))?;
        let place = Place {
            reference: format!("{FILE}{}", placed.name.as_str()),
            path: placed.path.display().to_string(),
            notice,
        };
        Ok((secret, place))
    }

    /// What is said where a secret is gone.
    fn lost(&self, why: &str, whose: Option<&str>) -> String {
        let tool = self.entry.name;
        if self.entry.effect.is_read_only() {
            return format!(
                "{tool} was answered, and its secrets could not be kept: {why}. None is shown.\n\
                 Next: let the user mend that, then call again."
            );
        }
        let named = whose.and_then(FileName::parse);
        let named = named.map_or(String::new(), |id| {
            format!(" It is that of {}.", id.as_str())
        });
        format!(
            "{tool} was carried out, but its secret could not be kept: {why}.{named} It is shown \
             nowhere, and Unkey tells it only once.\nNext: let the user mend that first. {}",
            self.entry.recovery_hint
        )
    }
}

/// Puts where a secret is into its place.
fn show(holder: &mut Map<String, Value>, name: &str, place: Place, key: Option<&Secret>) {
    holder.insert(name.to_owned(), place.reference.into());
    holder.insert(PATH.to_owned(), place.path.into());
    if let Some(key) = key {
        holder
            .entry(START)
            .or_insert_with(|| start(key.reveal()).into());
    }
    if let Some(notice) = place.notice {
        holder.insert(NOTICE.to_owned(), notice.into());
    }
}

/// What Unkey shows of a key: its prefix and the first letters of the rest.
fn start(key: &str) -> &str {
    let prefix = key.rfind('_').map_or(0, |end| end + 1);
    let rest = key.get(prefix..).unwrap_or_default();
    if rest.chars().count() < FEWEST_LETTERS {
        return key.get(..prefix).unwrap_or_default();
    }
    let end = prefix + shown::cut(rest, SHOWN_LETTERS).len();
    key.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_of_a_key_is_what_unkey_shows_of_it() {
        for (key, shown) in [
            ("sk_live_4fJ8kQ2mZx9LpR7v", "sk_live_4fJ8"),
            ("4fJ8kQ2mZx9LpR7v", "4fJ8"),
            ("sk_short", "sk_"),
            ("short", ""),
            ("", ""),
        ] {
            assert_eq!(start(key), shown);
        }
    }
}
