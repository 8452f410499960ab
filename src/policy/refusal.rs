//! That a rule forbids a call.

use std::fmt;

use crate::observe::shown;

/// A rule as the file has it, such as `max-credits = 100`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule(String);

impl Rule {
    /// A rule with a number, or yes or no.
    pub(super) fn of(name: &str, value: impl fmt::Display) -> Self {
        Self(format!("{name} = {value}"))
    }

    /// A rule that lists names, one of which applies.
    pub(super) fn list(name: &str, item: &str) -> Self {
        Self(format!("{name} = [\"{}\"]", shown::name(item)))
    }
}

/// That a rule forbids a call. Prints the rule, the file, why, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Refused {
    pub(super) rule: Rule,
    pub(super) file: String,
    /// How the call breaks it; empty where that is plain.
    pub(super) what: String,
    /// What to do instead.
    pub(super) next: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            rule,
            file,
            what,
            next,
        } = self;
        write!(
            f,
            "The operator's policy refuses this call: `{}` in {file}.",
            rule.0
        )?;
        if !what.is_empty() {
            write!(f, " {what}")?;
        }
        write!(
            f,
            " Nothing was changed.\nNext: {next} Only whoever runs this server can change the rule; do \
             not look for a way around it."
        )
    }
}
