//! Names of hosts: as requests give them, and as the operator allows them.

use std::net::{IpAddr, Ipv6Addr};

use url::Host;

/// A host and, perhaps, a port, as a request names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Authority {
    pub(super) name: Name,
    pub(super) port: Option<u16>,
}

/// A host's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Address(IpAddr),
    /// In lower case, without a dot at its end.
    Domain(String),
}

/// A host that the operator allows.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct HostPattern {
    name: NamePattern,
    /// Without one, every port.
    port: Option<u16>,
}

/// Names that the operator allows.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NamePattern {
    Exactly(Name),
    /// Every name that is so many labels longer, at least one.
    Below(String),
}

impl Authority {
    /// Reads `name[:port]`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let authority: ::http::uri::Authority = text.parse().ok()?;
        if text.contains('@') {
            return None;
        }
        let port = match authority.port() {
            Some(port) => Some(port.as_str().parse().ok()?),
            None => None,
        };
        Some(Self {
            name: Name::of(authority.host()),
            port,
        })
    }

    pub(super) fn is_loopback(&self) -> bool {
        match &self.name {
            Name::Address(address) => address.is_loopback(),
            Name::Domain(domain) => domain == "localhost",
        }
    }
}

impl Name {
    fn of(host: &str) -> Self {
        let bare = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        match bare.unwrap_or(host).parse::<IpAddr>() {
            Ok(address) => Self::Address(address),
            Err(_) => Self::Domain(host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()),
        }
    }
}

impl HostPattern {
    /// Reads `name`, `name:port` or either behind `*.`.
    ///
    /// # Errors
    /// Why nothing could match it, and what to write.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if let Some((_, rest)) = text.split_once("://") {
            let host = rest.split('/').next().unwrap_or_default();
            return Err(format!("is an address; write the host alone: {host}"));
        }
        if let Some((host, _)) = text.split_once('/') {
            return Err(format!(
                "has a path, and a Host header has none; write {host}"
            ));
        }
        let (name, port) = split_port(text)?;
        Ok(Self {
            name: NamePattern::parse(name)?,
            port,
        })
    }

    pub(super) fn covers(&self, host: &Authority) -> bool {
        self.name.covers(&host.name) && self.port.is_none_or(|port| host.port == Some(port))
    }
}

impl NamePattern {
    /// Reads a name, or `*.` and a name.
    ///
    /// # Errors
    /// Why nothing could match it, and what to write.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text == "*" {
            return Err(
                "would allow every name, and with it every web page that makes its own name \
                 resolve to this server; write the names, or *.example.com for all below one"
                    .to_owned(),
            );
        }
        if let Some(parent) = text.strip_prefix("*.") {
            return match canonical(parent)? {
                Name::Domain(domain) => Ok(Self::Below(domain)),
                Name::Address(_) => Err("puts a star before an address; write it whole".to_owned()),
            };
        }
        canonical(text).map(Self::Exactly)
    }

    pub(super) fn covers(&self, name: &Name) -> bool {
        match (self, name) {
            (Self::Exactly(known), name) => known == name,
            (Self::Below(parent), Name::Domain(domain)) => domain
                .strip_suffix(parent.as_str())
                .and_then(|labels| labels.strip_suffix('.'))
                .is_some_and(|labels| !labels.is_empty()),
            (Self::Below(_), Name::Address(_)) => false,
        }
    }
}

/// The name as browsers send it: letters beyond ASCII are encoded, and addresses in short.
fn canonical(text: &str) -> Result<Name, String> {
    if text.contains('*') {
        return Err(
            "has a star where none can be; one stands for whole labels at the front only, as in \
             *.example.com"
                .to_owned(),
        );
    }
    let unreadable = || "is no host; write a name such as mcp.example.com".to_owned();
    if let Ok(address) = text.parse::<Ipv6Addr>() {
        return Ok(Name::Address(address.into()));
    }
    let dotless = text.strip_suffix('.').unwrap_or(text);
    match Host::parse(dotless).map_err(|_| unreadable())? {
        Host::Domain(domain) if domain.split('.').all(|label| !label.is_empty()) => {
            Ok(Name::Domain(domain))
        }
        Host::Domain(_) => Err(unreadable()),
        Host::Ipv4(address) => Ok(Name::Address(address.into())),
        Host::Ipv6(address) => Ok(Name::Address(address.into())),
    }
}

/// Splits a port off, if there is one. An IPv6 address stands in brackets before it.
pub(super) fn split_port(text: &str) -> Result<(&str, Option<u16>), String> {
    if text.parse::<Ipv6Addr>().is_ok() {
        return Ok((text, None));
    }
    let Some((name, port)) = text.rsplit_once(':').filter(|_| !text.ends_with(']')) else {
        return Ok((text, None));
    };
    match port.parse() {
        Ok(port @ 1..) if port_is_plain(port, text) => Ok((name, Some(port))),
        _ => Err(format!(
            "has a port that is none; write {name} or {name}:8443"
        )),
    }
}

/// Whether the port is written as browsers write it, without signs and leading zeros.
fn port_is_plain(port: u16, text: &str) -> bool {
    text.ends_with(&format!(":{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(pattern: &str, host: &str) -> bool {
        let pattern = HostPattern::parse(pattern).unwrap();
        pattern.covers(&Authority::parse(host).unwrap())
    }

    #[test]
    fn a_pattern_matches_a_host_however_either_is_written() {
        for (pattern, host) in [
            ("mcp.example.com", "mcp.example.com:8443"),
            ("MCP.Example.com", "mcp.example.com"),
            ("mcp.example.com.", "mcp.example.com"),
            ("mcp.example.com", "mcp.example.com."),
            ("mcp.example.com:8443", "mcp.example.com:8443"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("192.0.2.1", "192.0.2.1:80"),
            ("2001:db8::1", "[2001:db8::1]:80"),
            ("[2001:DB8:0::1]", "[2001:db8::1]"),
            ("[2001:db8::1]:80", "[2001:db8::1]:80"),
            ("my_service", "my_service:8787"),
            ("*.example.com", "mcp.example.com"),
            ("*.example.com", "A.B.example.com:1"),
            ("*.Example.com:8443", "mcp.example.com:8443"),
        ] {
            assert!(covers(pattern, host), "{pattern} {host}");
        }
        for (pattern, host) in [
            ("mcp.example.com", "evil-mcp.example.com"),
            ("mcp.example.com:8443", "mcp.example.com"),
            ("*.example.com", "example.com"),
            ("*.example.com", ".example.com"),
            ("*.example.com", "evilexample.com"),
            ("*.example.com", "mcp.example.com.evil.example"),
            ("*.example.com:8443", "mcp.example.com:443"),
            ("192.0.2.1", "192.0.2.10"),
        ] {
            assert!(!covers(pattern, host), "{pattern} {host}");
        }
    }

    #[test]
    fn a_pattern_that_nothing_matches_is_refused_with_what_to_write() {
        for (pattern, hint) in [
            ("*", "*.example.com"),
            ("*:8443", "*.example.com"),
            ("*.192.0.2.1", "whole"),
            ("mcp.*.com", "front"),
            ("*mcp.example.com", "front"),
            ("*.*.example.com", "front"),
            ("https://mcp.example.com/mcp", "alone: mcp.example.com"),
            ("mcp.example.com/mcp", "write mcp.example.com"),
            ("mcp.example.com:", "write mcp.example.com"),
            ("mcp.example.com:0", "port"),
            ("mcp.example.com:080", "port"),
            ("mcp.example.com:*", "port"),
            ("mcp.example.com:70000", "port"),
            ("a b", "no host"),
            ("user@mcp.example.com", "no host"),
            (".example.com", "no host"),
            ("a..example.com", "no host"),
            ("[2001:db8::1", "no host"),
            ("*.", "no host"),
        ] {
            let refused = HostPattern::parse(pattern).unwrap_err();
            assert!(refused.contains(hint), "{pattern}: {refused}");
        }
    }
}
