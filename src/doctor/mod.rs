//! `unkey-mcp doctor`: what is wrong with a set-up, and how to mend it. It changes nothing.

mod address;
mod bridge;
mod clients;
mod command;
mod engine;
mod entry;
mod key;
mod locks;
mod report;
mod server;
mod unkey;

use std::collections::BTreeSet;
use std::path::PathBuf;

use unkey_local::{Clock as _, SystemClock};
use url::Url;

use self::report::{Finding, Report};
use crate::backend::{Backend, Local, Remote};
use crate::config::Common;
use crate::error::StartError;
use crate::install::Places;
use crate::inventory::{Inventory, Server};
use crate::observe::shown;
use crate::output;
use crate::root_key::RootKeySources;
use crate::screen::Screen;

/// Where `serve` listens unless it is told otherwise.
const SERVED: &str = "http://127.0.0.1:8787";

/// What `doctor` needs to know.
#[derive(Debug)]
pub struct Settings {
    /// Who reads the report.
    pub form: Form,
    /// The server that the flags and variables make, or why they make none.
    pub subject: Result<Subject, StartError>,
    /// What clients are looked at with.
    pub surroundings: Surroundings,
}

/// Who reads the report.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Form {
    /// A program.
    Json,
    /// A person, in lines of so many characters where that is known.
    Text(Option<usize>),
}

/// A server that is looked at.
#[derive(Debug)]
pub struct Subject {
    /// What it was told.
    pub common: Common,
    /// Where its root key may lie.
    pub root_key: RootKeySources,
}

/// What a client's configuration is compared with.
#[derive(Debug)]
pub struct Surroundings {
    /// Where configurations lie.
    pub places: Places,
    /// The folder that this runs in, whose own configurations count too.
    pub here: Option<PathBuf>,
    /// The folders of `PATH`.
    pub search: Vec<PathBuf>,
    /// The variables that are set and not empty.
    pub set: BTreeSet<String>,
    /// Whether a key lies where the program finds it, whoever starts it.
    pub stored: bool,
    /// Where the program would look for a root key if it were started with these arguments, or why it
    /// would not start.
    pub started: fn(&[String]) -> Result<RootKeySources, StartError>,
}

/// Looks at everything, prints the report, and returns whether nothing is wrong.
///
/// # Errors
/// Where stdout cannot be written.
pub async fn run(settings: Settings) -> Result<bool, StartError> {
    let mut report = Report::new();
    match settings.subject {
        Ok(subject) => look_at(subject, &mut report).await,
        Err(why) => report.add("Settings", vec![unusable(&why)]),
    }
    report.add("unkey-mcp serve", vec![served().await]);
    for (about, findings) in clients::sections(&settings.surroundings).await {
        report.add(about, findings);
    }
    match settings.form {
        Form::Json => output::print(&report.json())?,
        Form::Text(columns) => Screen::new().say(report.text(columns).trim_end())?,
    }
    Ok(report.is_ok())
}

/// What there is to say where no server can be made of the flags and variables.
fn unusable(why: &StartError) -> Finding {
    Finding::wrong(
        "settings",
        format!("no server starts with these flags and variables: {why}"),
        "Mend the flag, the variable or the file that it names; what depends on it was not looked at.",
    )
}

/// Looks at the server that clients are to start: its settings, its root key, who answers it.
async fn look_at(subject: Subject, report: &mut Report) {
    let Subject { common, root_key } = subject;
    report.add("Settings", settings(&common));
    let inventory = common.settings.terms(None).map_or_else(
        |_| Inventory::everything(),
        |terms| terms.allowed.on(Server::Keys),
    );
    match Backend::new(common.backend) {
        Backend::Local(local) => look_at_engine(&local, root_key, report).await,
        Backend::Remote(remote) => look_at_unkey(&remote, &root_key, inventory, report).await,
    }
}

async fn look_at_engine(local: &Local, root_key: RootKeySources, report: &mut Report) {
    let mut findings = engine::findings(local.path());
    findings.extend(locks::findings(local.path()).await);
    report.add("Embedded engine", findings);
    report.add("Root key", key::of_engine(root_key, local.path()));
}

async fn look_at_unkey(
    remote: &Remote,
    root_key: &RootKeySources,
    inventory: Inventory,
    report: &mut Report,
) {
    let (found, findings) = key::own(root_key);
    report.add("Root key", findings);
    let now = SystemClock::new().now();
    let findings = unkey::findings(remote, found.as_ref(), inventory, now).await;
    report.add(format!("Unkey at {}", remote.api_url()), findings);
}

/// Which file and profile count, and what was set for nothing.
fn settings(common: &Common) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(file) = common.settings.file() {
        let path = shown::path(file.path());
        findings.push(Finding::ok(
            "settings",
            match common.settings.profile() {
                Some(profile) => format!("the profile `{}` of {path}", shown::name(profile)),
                None => format!("the policy of {path}, and no profile"),
            },
        ));
    }
    let unused = common.unused.iter();
    findings
        .extend(unused.map(|what| Finding::note("unused", format!("set but not used: {what}"))));
    findings
}

/// Whether a server runs where clients would look for one.
async fn served() -> Finding {
    let Ok(url) = Url::parse(SERVED) else {
        return Finding::note("serve", "its usual address cannot be read");
    };
    match address::healthy(&url).await {
        Ok(()) => Finding::ok("serve", format!("a server answers at {SERVED}")),
        Err(_) => Finding::note(
            "serve",
            format!("none answers at {SERVED}; clients that start the program need none"),
        ),
    }
}
