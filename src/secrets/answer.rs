//! Secrets taken out of an answer, each into a file, or all onto a page.

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
use crate::pages::Slot;
use crate::panics::faults;

/// The member that shows the first letters of a key.
const START: &str = "start";

/// How many letters behind its prefix Unkey shows of a key.
const SHOWN_LETTERS: usize = 4;

/// The fewest letters behind a prefix of which some may be shown.
const FEWEST_LETTERS: usize = 12;

/// What an answer says of a page.
const ONCE: &str = "The user opens this address in a browser on this machine within ten minutes: it shows the \
                    secret once. Pass the address on, and do not open it yourself.";

/// The place for a secret, made before there is one.
#[derive(Debug)]
pub(super) enum Reserved {
    /// A file, or a variable that has a file beside it, should it not be possible to add it any more.
    File(NewFile, Option<Reservation>),
    /// A page, which has room for all secrets of an answer.
    Page(Slot),
}

impl Reserved {
    /// Makes it before anything is sent.
    pub(super) fn make(secrets: &Secrets, way: &Way) -> Result<Self, String> {
        Self::find(secrets, way).map_err(|why| format!("Nothing was sent: {why}"))
    }

    fn find(secrets: &Secrets, way: &Way) -> Result<Self, String> {
        let variable = match (way, secrets.0.env_file.as_ref()) {
            (Way::Page, _) => return Ok(Self::Page(secrets.slot()?)),
            (Way::Env(name), Some(file)) => {
                let reserved = file.reserve(name);
                let path = || shown::path(file.path());
                Some(reserved.map_err(|problem| format!("{} {problem}", path()))?)
            }
            _ => None,
        };
        Ok(Self::File(create(&secrets.folder()?)?, variable))
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
    pub(super) way: Way,
    pub(super) reserved: Option<Reserved>,
    /// What is looked for in the rest of the answer.
    pub(super) known: Known,
}

/// Where a secret is.
struct Place {
    reference: String,
    path: Option<String>,
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
                match self.keep(taken, name, whose.as_deref()) {
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
        if let Some(Reserved::Page(slot)) = self.reserved.take().filter(|_| found > 0) {
            slot.publish();
        }
        self.known.conceal_in(&mut envelope);
        Ok(envelope)
    }

    fn keep(
        &mut self,
        taken: Option<Value>,
        name: &str,
        whose: Option<&str>,
    ) -> Result<(Secret, Place), String> {
        let Some(Value::String(text)) = taken else {
            return Err("what the answer holds in its place is no text".to_owned());
        };
        let secret = Secret::new(text);
        self.known.add(&secret);
        faults::strike_text(secret.reveal());
        let whose = whose.filter(|whose| *whose != secret.reveal());
        let reserved = match self.reserved.take() {
            Some(reserved) => reserved,
            None => Reserved::find(&self.secrets, &self.way)?,
        };
        let place = match reserved {
            Reserved::File(file, variable) => write(&secret, whose, file, variable.as_ref())?,
            Reserved::Page(mut slot) => {
                let is_first = slot.is_empty();
                slot.add(secret.clone(), name, whose);
                let reference = slot.address().to_owned();
                self.reserved = Some(Reserved::Page(slot));
                Place {
                    reference,
                    path: None,
                    notice: is_first.then(|| ONCE.to_owned()),
                }
            }
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

/// Writes a secret into the environment file, or into a file of its own.
fn write(
    secret: &Secret,
    whose: Option<&str>,
    file: NewFile,
    variable: Option<&Reservation>,
) -> Result<Place, String> {
    let mut notice = None;
    if let Some(variable) = variable {
        match variable.add(secret) {
            Ok(path) => {
                return Ok(Place {
                    reference: variable.reference(),
                    path: Some(path.display().to_string()),
                    notice,
                });
            }
            Err(problem) => {
                notice = Some(format!("kept in a file: the environment file {problem}"));
            }
        }
    }
    let placed = file.keep(secret, whose.and_then(FileName::parse));
    let placed = placed.map_err(|error| format!("its file cannot be written: {error}"))?;
    Ok(Place {
        reference: format!("{FILE}{}", placed.name.as_str()),
        path: Some(placed.path.display().to_string()),
        notice,
    })
}

/// Puts where a secret is into its place.
fn show(holder: &mut Map<String, Value>, name: &str, place: Place, key: Option<&Secret>) {
    holder.insert(name.to_owned(), place.reference.into());
    if let Some(path) = place.path {
        holder.insert(PATH.to_owned(), path.into());
    }
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
