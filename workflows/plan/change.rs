//! What the argument `change` means.

use serde_json::{Map, Value};
use unkey_tools::types::{NewRatelimit, Refill};
use unkey_tools::workflows::{ChangeKind, KeyChange, ListMode};

use crate::time;

/// The longest grace that a rotation gives, and the longest extension: ten years.
const LONGEST_MS: i64 = 10 * 366 * 86_400_000;

/// A change that makes sense.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Change {
    /// Disables.
    Disable,
    /// Enables.
    Enable,
    /// Moves the end.
    Extend(End),
    /// Sets or adds credits.
    Credits {
        /// How many.
        amount: Option<Amount>,
        /// How they come back.
        refill: Option<Refill>,
    },
    /// Replaces the limits.
    Ratelimits(Vec<NewRatelimit>),
    /// Changes roles.
    Roles(ListMode, Vec<String>),
    /// Changes permissions.
    Permissions(ListMode, Vec<String>),
    /// Deletes.
    Delete {
        /// For good.
        permanent: bool,
    },
    /// Rotates.
    Rotate {
        /// How long the old key still works.
        grace_ms: i64,
        /// Random bytes of the new one.
        byte_length: Option<i64>,
    },
    /// Creates.
    Create(Creation),
    /// Imports.
    Import(Import),
}

/// When keys are to stop working.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// So many milliseconds after the later of now and the present end.
    By(i64),
    /// At that time, Unix ms.
    At(i64),
    /// Never.
    Never,
}

/// How many credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Amount {
    /// So many from then on.
    Set(i64),
    /// So many more.
    Add(i64),
}

/// Keys to make.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Creation {
    /// What all have in common: arguments of `keys_create_key`.
    pub template: Map<String, Value>,
    /// For each key what it has of its own.
    pub each: Vec<Own>,
}

/// What a key to be made has of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Own {
    /// The owner's `externalId`.
    pub owner: Option<String>,
    /// The name.
    pub name: Option<String>,
}

/// Keys to bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Import {
    /// The API that gets them.
    pub api_id: String,
    /// The migration; the embedded engine has one without being told.
    pub migration_id: Option<String>,
    /// Where they are described.
    pub source: Source,
}

/// Where keys to bring are described.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// In the argument itself.
    Inline(String),
    /// In a file of that name in the secrets folder.
    File(String),
}

impl Change {
    /// What `arguments` mean at `now`, Unix ms.
    ///
    /// # Errors
    /// Every mistake, in a sentence that names the field.
    pub(crate) fn of(arguments: &KeyChange, now: i64) -> Result<Self, Vec<String>> {
        let reader = Reader { arguments, now };
        let mut mistakes = reader.strangers();
        match reader.read(&mut mistakes) {
            Some(change) if mistakes.is_empty() => Ok(change),
            _ => Err(mistakes),
        }
    }
}

struct Reader<'a> {
    arguments: &'a KeyChange,
    now: i64,
}

impl Reader<'_> {
    /// A mistake for each field that belongs to another kind.
    fn strangers(&self) -> Vec<String> {
        use ChangeKind as K;
        let fields: [(&str, bool, &[K]); 17] = [
            ("by", self.arguments.by.is_some(), &[K::Extend]),
            ("until", self.arguments.until.is_some(), &[K::Extend]),
            (
                "remaining",
                self.arguments.remaining.is_some(),
                &[K::Credits],
            ),
            ("add", self.arguments.add.is_some(), &[K::Credits]),
            ("refill", self.arguments.refill.is_some(), &[K::Credits]),
            (
                "ratelimits",
                self.arguments.ratelimits.is_some(),
                &[K::Ratelimits],
            ),
            ("roles", self.arguments.roles.is_some(), &[K::Roles]),
            (
                "permissions",
                self.arguments.permissions.is_some(),
                &[K::Permissions],
            ),
            (
                "mode",
                self.arguments.mode.is_some(),
                &[K::Roles, K::Permissions],
            ),
            (
                "permanent",
                self.arguments.permanent.is_some(),
                &[K::Delete],
            ),
            ("grace", self.arguments.grace.is_some(), &[K::Rotate]),
            (
                "byteLength",
                self.arguments.byte_length.is_some(),
                &[K::Rotate],
            ),
            ("template", self.arguments.template.is_some(), &[K::Create]),
            ("owners", self.arguments.owners.is_some(), &[K::Create]),
            ("names", self.arguments.names.is_some(), &[K::Create]),
            ("data", self.arguments.data.is_some(), &[K::Import]),
            ("file", self.arguments.file.is_some(), &[K::Import]),
        ];
        fields
            .into_iter()
            .filter(|(_, is_there, kinds)| *is_there && !kinds.contains(&self.arguments.kind))
            .map(|(name, _, kinds)| {
                let kinds: Vec<_> = kinds.iter().map(|kind| kind.word()).collect();
                let kinds = kinds.join(" and ");
                format!("`change.{name}`: belongs to kind {kinds}; leave it out")
            })
            .collect()
    }

    fn read(&self, mistakes: &mut Vec<String>) -> Option<Change> {
        match self.arguments.kind {
            ChangeKind::Disable => Some(Change::Disable),
            ChangeKind::Enable => Some(Change::Enable),
            ChangeKind::Extend => self.end(mistakes).map(Change::Extend),
            ChangeKind::Credits => self.credits(mistakes),
            ChangeKind::Ratelimits => {
                let limits = needed(self.arguments.ratelimits.clone(), "ratelimits", mistakes)?;
                Some(Change::Ratelimits(limits))
            }
            ChangeKind::Roles => {
                let (mode, names) = self.list(self.arguments.roles.as_ref(), "roles", mistakes)?;
                Some(Change::Roles(mode, names))
            }
            ChangeKind::Permissions => {
                let (mode, slugs) =
                    self.list(self.arguments.permissions.as_ref(), "permissions", mistakes)?;
                Some(Change::Permissions(mode, slugs))
            }
            ChangeKind::Delete => Some(Change::Delete {
                permanent: self.arguments.permanent.unwrap_or(false),
            }),
            ChangeKind::Rotate => {
                let grace = needed(self.arguments.grace.as_deref(), "grace", mistakes)?;
                Some(Change::Rotate {
                    grace_ms: duration(grace, "grace", self.now, mistakes)?,
                    byte_length: self.arguments.byte_length,
                })
            }
            ChangeKind::Create => self.creation(mistakes).map(Change::Create),
            ChangeKind::Import => self.import(mistakes).map(Change::Import),
        }
    }

    fn end(&self, mistakes: &mut Vec<String>) -> Option<End> {
        match (
            self.arguments.by.as_deref(),
            self.arguments.until.as_deref(),
        ) {
            (Some(by), None) => {
                let by = duration(by, "by", self.now, mistakes)?;
                if by == 0 {
                    mistakes.push("`change.by`: nothing is no extension".to_owned());
                }
                Some(End::By(by))
            }
            (None, Some("never")) => Some(End::Never),
            (None, Some(until)) => match time::instant(until, self.now) {
                Some(at) if at > self.now => Some(End::At(at)),
                Some(_) => {
                    let why = "is over; to stop keys now use kind disable";
                    mistakes.push(format!("`change.until`: {why}"));
                    None
                }
                None => {
                    let why = "write an ISO date or time such as 2027-12-31, or never";
                    mistakes.push(format!("`change.until`: {why}"));
                    None
                }
            },
            _ => {
                mistakes.push("`change`: extend needs one of by and until".to_owned());
                None
            }
        }
    }

    fn credits(&self, mistakes: &mut Vec<String>) -> Option<Change> {
        let amount = match (self.arguments.remaining, self.arguments.add) {
            (Some(_), Some(_)) => {
                mistakes.push("`change`: give one of remaining and add".to_owned());
                return None;
            }
            (Some(set), None) => Some(Amount::Set(set)),
            (None, Some(add)) => Some(Amount::Add(add)),
            (None, None) => None,
        };
        if amount.is_none() && self.arguments.refill.is_none() {
            mistakes.push("`change`: credits needs remaining, add or refill".to_owned());
        }
        if matches!(amount, Some(Amount::Add(_))) && self.arguments.refill.is_some() {
            mistakes.push("`change.refill`: goes with remaining and not with add".to_owned());
        }
        Some(Change::Credits {
            amount,
            refill: self.arguments.refill.clone(),
        })
    }

    fn list(
        &self,
        names: Option<&Vec<String>>,
        field: &str,
        mistakes: &mut Vec<String>,
    ) -> Option<(ListMode, Vec<String>)> {
        let mode = self.arguments.mode.unwrap_or_default();
        let mut names = needed(names.cloned(), field, mistakes)?;
        names.sort_unstable();
        names.dedup();
        if names.is_empty() && mode != ListMode::Set {
            mistakes.push(format!("`change.{field}`: names none"));
        }
        Some((mode, names))
    }

    fn creation(&self, mistakes: &mut Vec<String>) -> Option<Creation> {
        let template = needed(self.arguments.template.clone(), "template", mistakes)?;
        let owners = self.arguments.owners.clone().unwrap_or_default();
        let names = self.arguments.names.clone().unwrap_or_default();
        if owners.is_empty() && names.is_empty() {
            mistakes.push("`change`: create needs owners or names, one for each key".to_owned());
            return None;
        }
        if !owners.is_empty() && !names.is_empty() && owners.len() != names.len() {
            let (owners, names) = (owners.len(), names.len());
            mistakes.push(format!(
                "`change`: {owners} owners and {names} names; where both are given they go in pairs"
            ));
            return None;
        }
        for (field, list, own) in [("owners", &owners, "externalId"), ("names", &names, "name")] {
            if !list.is_empty() && template.contains_key(own) {
                mistakes.push(format!(
                    "`change.template.{own}`: each key gets its own from {field}; leave it out"
                ));
            }
        }
        let count = owners.len().max(names.len());
        let each = (0..count).map(|at| Own {
            owner: owners.get(at).cloned(),
            name: names.get(at).cloned(),
        });
        Some(Creation {
            template,
            each: each.collect(),
        })
    }

    fn import(&self, mistakes: &mut Vec<String>) -> Option<Import> {
        let source = match (&self.arguments.data, &self.arguments.file) {
            (Some(data), None) => Source::Inline(data.clone()),
            (None, Some(file)) => Source::File(file.clone()),
            _ => {
                mistakes.push("`change`: import needs one of data and file".to_owned());
                return None;
            }
        };
        Some(Import {
            api_id: needed(self.arguments.api_id.clone(), "apiId", mistakes)?,
            migration_id: self.arguments.migration_id.clone(),
            source,
        })
    }
}

fn needed<T>(field: Option<T>, name: &str, mistakes: &mut Vec<String>) -> Option<T> {
    if field.is_none() {
        mistakes.push(format!("`change.{name}`: is missing"));
    }
    field
}

/// A duration of at most ten years, in milliseconds.
fn duration(text: &str, field: &str, now: i64, mistakes: &mut Vec<String>) -> Option<i64> {
    match time::duration(text, now) {
        Some(ms) if (0..=LONGEST_MS).contains(&ms) => Some(ms),
        _ => {
            mistakes.push(format!(
                "`change.{field}`: write a duration such as 30d, 48h or 15m"
            ));
            None
        }
    }
}
