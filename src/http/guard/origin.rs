//! Web origins: as requests give them, and as the operator allows them.

use super::host::{Authority, NamePattern, split_port};

/// A web origin, `null` aside.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Origin {
    scheme: String,
    authority: Authority,
}

/// An origin that the operator allows.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OriginPattern {
    scheme: String,
    name: NamePattern,
    port: Option<u16>,
}

impl Origin {
    /// Reads `scheme://host[:port]`; anything else, `null` included, is no origin we could name.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let mut authority = Authority::parse(rest)?;
        let scheme = scheme.to_ascii_lowercase();
        authority.port = without_default(&scheme, authority.port);
        sends_origins(&scheme).then_some(Self { scheme, authority })
    }

    /// Whether it is a page of this machine.
    pub(super) fn is_loopback(&self) -> bool {
        matches!(self.scheme.as_str(), "http" | "https") && self.authority.is_loopback()
    }
}

impl OriginPattern {
    /// Reads `scheme://name[:port]`, where the name may begin with `*.`.
    ///
    /// # Errors
    /// Why nothing could match it, and what to write.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if matches!(text, "*" | "null") {
            return Err(
                "would allow pages of every site; write their origins, such as \
                 https://app.example.com, or https://*.example.com for all below one name"
                    .to_owned(),
            );
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(format!("has no scheme; write https://{text}"));
        };
        let scheme = scheme.to_ascii_lowercase();
        if !sends_origins(&scheme) {
            return Err(
                "has a scheme that no page's origin has; write an origin such as \
                 https://app.example.com"
                    .to_owned(),
            );
        }
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if let Some((authority, _)) = authority.split_once(['/', '?', '#']) {
            return Err(format!(
                "has a path, and an Origin header has none; write {scheme}://{authority}"
            ));
        }
        let (name, port) = split_port(authority)?;
        Ok(Self {
            name: NamePattern::parse(name)?,
            port: without_default(&scheme, port),
            scheme,
        })
    }

    pub(super) fn covers(&self, origin: &Origin) -> bool {
        self.scheme == origin.scheme
            && self.port == origin.authority.port
            && self.name.covers(&origin.authority.name)
    }
}

/// Whether pages with such addresses have an origin that can be named: those of the web, and those
/// of browser extensions.
fn sends_origins(scheme: &str) -> bool {
    matches!(scheme, "http" | "https") || scheme.ends_with("-extension")
}

/// The port, unless it is the one that goes without saying.
fn without_default(scheme: &str, port: Option<u16>) -> Option<u16> {
    port.filter(|port| !matches!((scheme, port), ("http", 80) | ("https", 443)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(pattern: &str, origin: &str) -> bool {
        let pattern = OriginPattern::parse(pattern).unwrap();
        Origin::parse(origin).is_some_and(|origin| pattern.covers(&origin))
    }

    #[test]
    fn a_pattern_matches_an_origin_however_either_is_written() {
        for (pattern, origin) in [
            ("https://app.example.com/", "https://app.example.com"),
            ("https://app.example.com:443", "https://app.example.com"),
            ("HTTPS://App.Example.com", "https://app.example.com:443"),
            ("http://app.example.com:3000", "http://app.example.com:3000"),
            ("https://*.x.example", "https://a.x.example"),
            ("https://*.x.example", "https://a.b.x.example"),
            ("https://*.x.example:8443", "https://a.x.example:8443"),
            ("https://app.example.com.", "https://app.example.com"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
            ("http://[2001:db8:0::1]:3000", "http://[2001:db8::1]:3000"),
            ("chrome-extension://abcdef", "chrome-extension://abcdef"),
        ] {
            assert!(covers(pattern, origin), "{pattern} {origin}");
        }
        for (pattern, origin) in [
            ("https://app.example.com", "http://app.example.com"),
            ("https://app.example.com", "https://app.example.com:8443"),
            ("https://*.x.example", "https://x.example"),
            ("https://*.x.example", "https://a.x.example:8443"),
            ("https://*.x.example", "https://ax.example"),
            ("https://*.x.example", "https://a.x.example.evil.example"),
            ("https://*.x.example", "null"),
            ("chrome-extension://abcdef", "https://abcdef"),
        ] {
            assert!(!covers(pattern, origin), "{pattern} {origin}");
        }
    }

    #[test]
    fn a_pattern_that_nothing_matches_is_refused_with_what_to_write() {
        for (pattern, hint) in [
            ("*", "https://*.example.com"),
            ("null", "https://app.example.com"),
            ("app.example.com", "write https://app.example.com"),
            ("ws://app.example.com", "scheme"),
            ("htps://app.example.com", "scheme"),
            ("file://", "scheme"),
            ("*://app.example.com", "scheme"),
            (
                "https://app.example.com/page",
                "write https://app.example.com",
            ),
            ("https://app.example.com?x", "write https://app.example.com"),
            ("https://app.example.com:*", "port"),
            ("https://app.example.com:", "port"),
            ("https://*", "*.example.com"),
            ("https://app.*.com", "front"),
            ("https://", "no host"),
            ("https://user@app.example.com", "no host"),
        ] {
            let refused = OriginPattern::parse(pattern).unwrap_err();
            assert!(refused.contains(hint), "{pattern}: {refused}");
        }
    }
}
