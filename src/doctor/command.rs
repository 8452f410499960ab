//! A server that is a program: whether it is there, and whether it takes what it is told.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::entry::Configured;
use super::report::Finding;
use super::{engine, key, unkey};
use crate::cli::file_path;
use crate::config::parse_api_url;
use crate::install::Client;
use crate::observe::shown;
use crate::root_key::{ProfileKey, RootKeySources};

/// How long a program may take to say its version.
const PATIENCE: Duration = Duration::from_secs(5);

/// The variables whose flags say the same, and without which the program may start otherwise.
const OF_FLAGS: [&str; 9] = [
    "UNKEY_MCP_CONFIG",
    "UNKEY_MCP_PROFILE",
    "UNKEY_MCP_SERVER",
    "UNKEY_MCP_TOOLSETS",
    "UNKEY_MCP_TOOLS",
    "UNKEY_MCP_EXCLUDE_TOOLS",
    "UNKEY_MCP_READ_ONLY",
    "UNKEY_MCP_CONFIRM",
    "UNKEY_MCP_SECRETS",
];

/// The variable that holds the root key where no profile names another.
const VARIABLE: &str = "UNKEY_ROOT_KEY";

/// How often it is looked whether it has.
const LOOK: Duration = Duration::from_millis(20);

/// What there is to say about a server that is a program.
pub(super) async fn findings(configured: &Configured<'_>) -> Vec<Finding> {
    let Some(command) = configured
        .text("command")
        .filter(|command| !command.trim().is_empty())
    else {
        return vec![Finding::wrong(
            "no-command",
            "it has neither a command nor an address",
            format!(
                "`unkey-mcp install {}` writes it anew.",
                configured.client.word()
            ),
        )];
    };
    let mut findings = Vec::new();
    match found(configured, command) {
        Ok(Some(program)) if configured.is_own && is_us(&program) => {
            findings.extend(age(&program).await);
        }
        Ok(_) => {}
        Err(finding) => findings.push(finding),
    }
    let Some(arguments) = arguments(configured, command) else {
        return findings;
    };
    let sources = match started(configured, &arguments) {
        Ok(sources) => Some(sources),
        Err(finding) => {
            findings.push(finding);
            None
        }
    };
    let local = value(&arguments, "--local").or(variable(configured, &["UNKEY_MCP_LOCAL"]));
    let local = local.filter(|local| !is_no(local));
    if let Some(local) = &local {
        findings.extend(local_file(local));
    }
    let urls = ["UNKEY_MCP_API_URL", "UNKEY_API_URL"];
    let url = value(&arguments, "--api-url").or(variable(configured, &urls));
    let url = url.and_then(|url| parse_api_url("--api-url", &url).ok());
    findings.extend(url.as_ref().and_then(unkey::too_long));
    if local.is_none() {
        findings.extend(root_key(
            configured,
            sources.and_then(|sources| sources.profile),
        ));
    }
    findings
}

/// The program's file, or what is wrong with how it is named; nothing where the client fills something in.
pub(super) fn found(
    configured: &Configured<'_>,
    command: &str,
) -> Result<Option<PathBuf>, Finding> {
    let mend = format!(
        "Write its whole path: `unkey-mcp install {}` does.",
        configured.client.word()
    );
    if command.contains("${") && configured.client.fills_variables_in() {
        return Ok(None);
    }
    let path = Path::new(command);
    if command.contains(['/', '\\']) {
        if path.is_relative() {
            let what = format!(
                "`{}` is a relative path, and clients start elsewhere",
                shown::name(command)
            );
            return Err(Finding::wrong("relative-command", what, mend));
        }
        return if is_program(path) {
            Ok(Some(path.to_owned()))
        } else {
            let what = format!("there is no program {}", shown::path(path));
            Err(Finding::wrong("command-missing", what, mend))
        };
    }
    let names = [
        command.to_owned(),
        format!("{command}.exe"),
        format!("{command}.cmd"),
    ];
    let folders = configured.surroundings.search.iter();
    let mut files = folders.flat_map(|folder| names.iter().map(|name| folder.join(name)));
    let found = files.find(|file| is_program(file));
    found.map(Some).ok_or_else(|| {
        let name = shown::name(command);
        let what = format!("`{name}` is not on the PATH of this terminal");
        Finding::wrong("command-missing", what, mend)
    })
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    let found = std::fs::metadata(path);
    found.is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// Whether it is called as this program is.
fn is_us(program: &Path) -> bool {
    program.file_stem().is_some_and(|name| name == "unkey-mcp")
}

/// What it says about its version, where that is not ours.
async fn age(program: &Path) -> Option<Finding> {
    let own = std::env::current_exe()
        .and_then(|own| own.canonicalize())
        .ok()?;
    if program.canonicalize().is_ok_and(|path| path == own) {
        return None;
    }
    let ours = env!("CARGO_PKG_VERSION");
    let told = version(program).await;
    if told.as_deref() == Some(ours) {
        return None;
    }
    let told = told.map_or_else(
        || "says no version".to_owned(),
        |told| format!("is version {}", shown::name(&told)),
    );
    Some(Finding::wrong(
        "stale-program",
        format!("{} {told}, and this is {ours}", shown::path(program)),
        "Install this version over it, or run `unkey-mcp install` with this one.",
    ))
}

/// What the program says that its version is.
async fn version(program: &Path) -> Option<String> {
    let mut child = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut waited = Duration::ZERO;
    while child.try_wait().ok()?.is_none() {
        if waited >= PATIENCE {
            let _ = child.kill();
            let _ = child.wait();
            return None;
        }
        tokio::time::sleep(LOOK).await;
        waited += LOOK;
    }
    let output = child.wait_with_output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.trim().strip_prefix("unkey-mcp ")?.to_owned())
}

/// The arguments that are the program's own; nothing where the command starts something else.
fn arguments(configured: &Configured<'_>, command: &str) -> Option<Vec<String>> {
    let all = configured.texts("args");
    if is_us(Path::new(command)) {
        return Some(all);
    }
    let at = all.iter().position(|word| {
        word == "unkey-mcp" || word.starts_with("unkey-mcp@") || is_us(Path::new(word))
    })?;
    Some(all.into_iter().skip(at + 1).collect())
}

/// Where the program would look for a root key, or why it does not start as a server.
fn started(configured: &Configured<'_>, arguments: &[String]) -> Result<RootKeySources, Finding> {
    let mut arguments = arguments.to_vec();
    if arguments.is_empty() {
        arguments.push("stdio".to_owned());
    }
    for name in OF_FLAGS {
        let flag = name.trim_start_matches("UNKEY_MCP_").to_ascii_lowercase();
        let flag = format!("--{}", flag.replace('_', "-"));
        let set = variable(configured, &[name]);
        // A flag wins over its variable.
        let set = set.filter(|_| value(&arguments, &flag).is_none());
        arguments.extend(set.map(|value| format!("{flag}={value}")));
    }
    (configured.surroundings.started)(&arguments).map_err(|refused| {
        Finding::wrong(
            "arguments",
            format!("it does not start: {refused}"),
            "Mend what that names. The same command in a terminal says what is wrong, or that it waits \
             for a client, which is right.",
        )
    })
}

/// The value of a flag among arguments, which may be joined to it or follow it.
fn value(arguments: &[String], flag: &str) -> Option<String> {
    let at = arguments.iter().position(|word| {
        word.strip_prefix(flag)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
    })?;
    let word = arguments.get(at)?;
    match word.split_once('=') {
        Some((_, value)) => Some(value.to_owned()),
        None if flag == "--local" => Some("true".to_owned()),
        None => arguments.get(at + 1).cloned(),
    }
}

/// The first of these variables that the entry sets.
fn variable(configured: &Configured<'_>, names: &[&str]) -> Option<String> {
    let mut set = names.iter().filter_map(|name| configured.variable(name));
    set.find(|value| !value.trim().is_empty())
        .map(str::to_owned)
}

/// Whether a value of `--local` chooses no engine.
fn is_no(written: &str) -> bool {
    let lower = written.to_ascii_lowercase();
    ["", "false", "0", "no", "off"].contains(&lower.as_str())
}

/// What is wrong with the engine's file that a configuration names.
fn local_file(written: &str) -> Vec<Finding> {
    let lower = written.to_ascii_lowercase();
    let is_elsewhere = ["true", "1", "yes", "on", ":memory:"].contains(&lower.as_str());
    if is_elsewhere || written.starts_with('~') || written.contains("${") {
        return Vec::new();
    }
    let path = Path::new(written);
    if path.is_relative() {
        return vec![Finding::wrong(
            "local-relative",
            format!("--local names the relative path {}", shown::path(path)),
            "Write the whole path: each client starts the program in a folder of its own.",
        )];
    }
    let wrong = engine::findings(path).into_iter();
    wrong.filter(Finding::is_wrong).collect()
}

/// What is wrong with where the root key comes from: where the profile says, or where the program looks
/// without one.
fn root_key(configured: &Configured<'_>, profile: Option<ProfileKey>) -> Vec<Finding> {
    match profile {
        Some(ProfileKey::File(path)) => key::in_file("root-key-file in the profile", &path),
        Some(ProfileKey::Variable { name, .. }) => of_variable(configured, &name, false),
        Some(keychain @ ProfileKey::Keychain(_)) => {
            let sources = RootKeySources {
                profile: Some(keychain),
                ..RootKeySources::default()
            };
            key::of_sources(&sources).into_iter().collect()
        }
        None => of_variable(configured, VARIABLE, configured.surroundings.stored),
    }
}

/// What is wrong with a root key in the variable `name`. `is_spare`: there is another one.
fn of_variable(configured: &Configured<'_>, name: &str, is_spare: bool) -> Vec<Finding> {
    let is_set = configured.surroundings.set.contains(name);
    // `${UNKEY_ROOT_KEY:-}` is as good as none where nothing is set.
    let value = configured.variable(name);
    if let Some(value) = value.filter(|value| is_set || !value.ends_with(":-}")) {
        return configured.key(value);
    }
    if name == VARIABLE
        && let Some(path) = configured.variable("UNKEY_ROOT_KEY_FILE")
    {
        return match file_path("UNKEY_ROOT_KEY_FILE", OsStr::new(path)) {
            Ok(path) => key::in_file("UNKEY_ROOT_KEY_FILE", &path),
            Err(why) => vec![Finding::wrong(
                "key-file",
                why.to_string(),
                "Write the whole path.",
            )],
        };
    }
    let handed_on = match configured.client {
        Client::ClaudeCode => true,
        Client::Codex => configured
            .texts("env_vars")
            .iter()
            .any(|other| other == name),
        _ => false,
    };
    if is_spare || handed_on && is_set {
        return Vec::new();
    }
    vec![no_key(configured, name, handed_on)]
}

/// What there is to say where no root key reaches the program.
fn no_key(configured: &Configured<'_>, name: &str, handed_on: bool) -> Finding {
    let name = shown::name(name);
    if handed_on {
        return Finding::wrong(
            "no-key",
            format!("no root key: it comes from {name}, which is not set here"),
            format!(
                "Export {name} where the client is started, or let `unkey-mcp login` keep the key, or name \
                 a file: `unkey-mcp install` with --root-key-file FILE."
            ),
        );
    }
    let word = configured.client.word();
    let mend = if name == VARIABLE {
        format!(
            "`unkey-mcp login` keeps one; `unkey-mcp install {word}` says where else it may lie."
        )
    } else {
        format!(
            "Have the client set {name}, which the profile names, or let the profile name a file."
        )
    };
    Finding::wrong(
        "no-key",
        format!("no root key reaches it from {name}"),
        mend,
    )
}
