//! What was found, for a person and for a program.

use std::fmt::Write as _;

use serde::Serialize;

use crate::listing::wrapped;
use crate::observe::shown;

const RED: &str = "\u{1b}[31m";
const GREEN: &str = "\u{1b}[32m";
const YELLOW: &str = "\u{1b}[33m";
const BOLD: &str = "\u{1b}[1m";
const PLAIN: &str = "\u{1b}[0m";

/// What stands before a line that goes on, as wide as a verdict.
const INDENT: &str = "         ";

/// What a finding means.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    /// As it should be.
    Ok,
    /// Worth knowing.
    Note,
    /// It has to be mended.
    Wrong,
}

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Finding {
    verdict: Verdict,
    /// A name that stays, for programs.
    code: &'static str,
    what: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<String>,
}

/// What was found about one thing: the root key, Unkey, a server in a client's configuration.
#[derive(Debug, Serialize)]
pub(super) struct Section {
    about: String,
    findings: Vec<Finding>,
}

/// All that was found.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    ok: bool,
    version: &'static str,
    sections: Vec<Section>,
}

impl Finding {
    pub(super) fn ok(code: &'static str, what: impl AsRef<str>) -> Self {
        Self::new(Verdict::Ok, code, what.as_ref(), None)
    }

    pub(super) fn note(code: &'static str, what: impl AsRef<str>) -> Self {
        Self::new(Verdict::Note, code, what.as_ref(), None)
    }

    pub(super) fn wrong(code: &'static str, what: impl AsRef<str>, mend: impl AsRef<str>) -> Self {
        Self::new(Verdict::Wrong, code, what.as_ref(), Some(mend.as_ref()))
    }

    fn new(verdict: Verdict, code: &'static str, what: &str, mend: Option<&str>) -> Self {
        // A configuration, an answer and a path are quoted: somebody may have written a key there.
        let clean = |text| shown::redact(text).into_owned();
        Self {
            verdict,
            code,
            what: clean(what),
            mend: mend.map(clean),
        }
    }

    /// Its name for programs.
    pub(super) const fn code(&self) -> &'static str {
        self.code
    }

    pub(super) fn is_wrong(&self) -> bool {
        self.verdict == Verdict::Wrong
    }

    fn write(&self, text: &mut String, columns: usize) {
        let (colour, word) = match self.verdict {
            Verdict::Ok => (GREEN, "ok   "),
            Verdict::Note => (YELLOW, "note "),
            Verdict::Wrong => (RED, "WRONG"),
        };
        let what = wrapped(&self.what, INDENT, columns);
        let first = what.trim_start();
        let _ = write!(text, "  {colour}{word}{PLAIN}  {first}");
        if let Some(mend) = &self.mend {
            text.push_str(&wrapped(mend, INDENT, columns));
        }
    }
}

impl Report {
    pub(super) const fn new() -> Self {
        Self {
            ok: true,
            version: env!("CARGO_PKG_VERSION"),
            sections: Vec::new(),
        }
    }

    /// Adds what was found about something, unless that is nothing.
    pub(super) fn add(&mut self, about: impl AsRef<str>, findings: Vec<Finding>) {
        if findings.is_empty() {
            return;
        }
        self.ok &= !findings.iter().any(Finding::is_wrong);
        self.sections.push(Section {
            about: shown::redact(about.as_ref()).into_owned(),
            findings,
        });
    }

    /// Whether nothing has to be mended.
    pub(super) const fn is_ok(&self) -> bool {
        self.ok
    }

    /// For a person, with colours, in lines of so many characters.
    pub(super) fn text(&self, columns: Option<usize>) -> String {
        let columns = columns.unwrap_or(usize::MAX);
        let mut text = String::new();
        for section in &self.sections {
            let _ = writeln!(text, "{BOLD}{}{PLAIN}", section.about);
            for finding in &section.findings {
                finding.write(&mut text, columns);
            }
        }
        let all = self.sections.iter().flat_map(|section| &section.findings);
        let _ = match all.filter(|finding| finding.is_wrong()).count() {
            0 => writeln!(text, "Nothing is wrong."),
            1 => writeln!(text, "One thing is wrong."),
            count => writeln!(text, "{count} things are wrong."),
        };
        text
    }

    /// For a program.
    pub(super) fn json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}
