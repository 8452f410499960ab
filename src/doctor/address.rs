//! A server at an address: whether a client reaches it there, and with which header.

use std::time::Duration;

use serde_json::Value;
use url::{Host, Url};

use super::entry::Configured;
use super::report::Finding;
use crate::backend::look;
use crate::install::Client;
use crate::observe::shown;
use crate::root_key::HEADERS;

/// How long a server may take to say that it lives.
const PATIENCE: Duration = Duration::from_secs(3);

/// Where the server has MCP endpoints.
const PATHS: [&str; 4] = ["/mcp/v2", "/mcp", "/mcp/ratelimits", "/mcp/deploy"];

/// The fields that may hold an address.
const FIELDS: [&str; 3] = ["url", "serverUrl", "httpUrl"];

/// The fields of a configuration that hold headers.
const HEADER_FIELDS: [&str; 3] = ["headers", "http_headers", "env_http_headers"];

/// What there is to say about a server at an address.
pub(super) async fn findings(configured: &Configured<'_>) -> Vec<Finding> {
    let address = FIELDS
        .iter()
        .find_map(|field| configured.text(field))
        .unwrap_or_default();
    if is_unkeys(address) {
        return vec![Finding::note(
            "hosted",
            "it is Unkey's own server, which is not looked at",
        )];
    }
    let mut findings: Vec<Finding> = field(configured).into_iter().collect();
    findings.extend(at(address).await);
    findings.extend(headers(configured, address));
    findings
}

/// Whether an address is one of Unkey's.
fn is_unkeys(address: &str) -> bool {
    let url = Url::parse(address).ok();
    let host = url.as_ref().and_then(Url::domain).unwrap_or_default();
    ["unkey.com", "unkey.dev"].iter().any(|own| {
        host.strip_suffix(own)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

/// Whether the client looks for the address where it stands.
fn field(configured: &Configured<'_>) -> Option<Finding> {
    let client = configured.client;
    let own = client.address_field();
    if client == Client::ClaudeDesktop {
        return Some(Finding::wrong(
            "wrong-field",
            "Claude Desktop starts programs only, and passes an address over",
            "`unkey-mcp install claude-desktop` writes the program; mcp-remote reaches a server that runs \
             elsewhere.",
        ));
    }
    let is_there = |field: &str| configured.entry.get(field).is_some();
    if is_there(own) || client == Client::Gemini && is_there("httpUrl") {
        return None;
    }
    let written = FIELDS.iter().find(|field| is_there(field))?;
    Some(Finding::wrong(
        "wrong-field",
        format!(
            "the address stands in `{written}`, where {} does not look for it",
            client.name()
        ),
        format!("Call the field `{own}`."),
    ))
}

/// What is wrong with an address, and whether a server answers there.
pub(super) async fn at(address: &str) -> Vec<Finding> {
    let url = Url::parse(address).ok();
    let Some(url) = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
    else {
        return vec![Finding::wrong(
            "wrong-address",
            format!("`{}` is no address", shown::name(address)),
            "Write one such as http://127.0.0.1:8787/mcp/v2.",
        )];
    };
    let mut findings = Vec::new();
    let path = url.path().trim_end_matches('/');
    if !PATHS.iter().any(|known| path.ends_with(known)) {
        let path = if path.is_empty() { "/" } else { path };
        findings.push(Finding::wrong(
            "wrong-path",
            format!(
                "the address ends in {}, where no MCP server is",
                shown::name(path)
            ),
            "It is /mcp/v2 for all tools, /mcp/ratelimits or /mcp/deploy for some.",
        ));
    }
    if let Err(why) = healthy(&url).await {
        let mend = if is_loopback(&url) {
            "Start it with `unkey-mcp serve` (--local for the embedded engine), or have the client start \
             the program: `unkey-mcp install`."
        } else {
            "Check the address, the network, and whether the server runs there."
        };
        findings.push(Finding::wrong(
            "not-running",
            format!("no server answers there: {why}"),
            mend,
        ));
    }
    findings
}

/// Whether a server lives at the address. Its path does not count, and no key is sent.
///
/// # Errors
/// Why it seems not to.
pub(super) async fn healthy(url: &Url) -> Result<(), String> {
    let mut probe = url.clone();
    let prefix = PATHS
        .iter()
        .find_map(|path| url.path().trim_end_matches('/').strip_suffix(path));
    probe.set_path(&format!("{}/healthz", prefix.unwrap_or_default()));
    probe.set_query(None);
    match tokio::time::timeout(PATIENCE, look(&probe)).await {
        Ok(Ok(status)) if status.is_success() => Ok(()),
        Ok(Ok(status)) => Err(format!("something else does, with {status}")),
        Ok(Err(why)) => Err(why),
        Err(_) => Err(format!("not within {PATIENCE:?}")),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether a header brings a root key.
fn headers(configured: &Configured<'_>, address: &str) -> Vec<Finding> {
    let of = |field: &&str| configured.entry.get(field).and_then(Value::as_object);
    let all: Vec<(&str, &String, &str)> = HEADER_FIELDS
        .iter()
        .filter_map(|field| Some((*field, of(field)?)))
        .flat_map(|(field, headers)| {
            headers
                .iter()
                .map(move |(name, value)| (field, name, value))
        })
        .filter_map(|(field, name, value)| Some((field, name, value.as_str()?)))
        .collect();
    let token = configured.text("bearer_token_env_var");
    let bringing = all.iter().find(|(_, name, _)| is_ours(name));
    if let Some(&(field, _, value)) = bringing {
        return if field == "env_http_headers" {
            named(configured, value)
        } else {
            configured.key(value)
        };
    }
    if let Some(name) = token {
        return named(configured, name);
    }
    if let Some((_, name, _)) = all.iter().find(|(_, name, _)| seems_meant(name)) {
        return vec![wrong_header(name)];
    }
    vec![no_header(address)]
}

/// What there is to say where no header brings a root key to `address`.
pub(super) fn no_header(address: &str) -> Finding {
    if Url::parse(address).is_ok_and(|url| is_loopback(&url)) {
        return Finding::note(
            "no-key",
            "no header brings a root key, which only a server with --local on this machine does without",
        );
    }
    Finding::wrong(
        "no-key",
        "no header brings a root key",
        "Send it in the header MCP-UNKEY-BEARER-AUTH.",
    )
}

/// What there is to say about a variable that the client is to send.
fn named(configured: &Configured<'_>, name: &str) -> Vec<Finding> {
    if configured.surroundings.set.contains(name) {
        return Vec::new();
    }
    vec![Finding::wrong(
        "unset-variable",
        format!(
            "the client sends what {} holds, which is not set here",
            shown::name(name)
        ),
        "Export it where the client is started. The configuration has the variable's name, not the key.",
    )]
}

/// Whether a header is one that the server looks for a root key in.
pub(super) fn is_ours(name: &str) -> bool {
    HEADERS
        .iter()
        .any(|ours| name.trim().eq_ignore_ascii_case(ours))
}

/// Whether somebody may have meant a header to bring the key.
fn seems_meant(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["unkey", "key", "auth", "token", "bearer"]
        .iter()
        .any(|word| lower.contains(word))
}

pub(super) fn wrong_header(name: &str) -> Finding {
    Finding::wrong(
        "wrong-header",
        format!(
            "the header {} brings no root key: the server does not look there",
            shown::name(name)
        ),
        "Call it MCP-UNKEY-BEARER-AUTH (or MCP-UNKEY-V2-ROOT-KEY, or Authorization: Bearer unkey_xxxx).",
    )
}
