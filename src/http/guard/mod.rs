//! Who may talk to this server from a browser: a page that a user merely visits must not.
//!
//! A page of a foreign site can send requests to loopback, under its own name (`Origin`) or under
//! a name that it made resolve to loopback (`Host`). Both are refused.

mod host;
mod origin;

use ::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use tracing::warn;

use self::host::{Authority, HostPattern};
use self::origin::{Origin, OriginPattern};
use crate::observe::shown;

/// Names and web origins that requests may come with.
#[derive(Debug)]
pub(crate) struct Guard {
    hosts: Vec<HostPattern>,
    origins: Vec<OriginPattern>,
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It is addressed to a name that is not this server's.
    Host,
    /// It comes from a web page of a foreign site.
    Origin,
}

impl Guard {
    /// Lets loopback pass, and these hosts (`name` or `name:port`) and origins
    /// (`https://name[:port]`). A name may begin with `*.`, which stands for one label or more.
    ///
    /// # Errors
    /// A message about an entry that nothing could match.
    pub(crate) fn new(hosts: &[String], origins: &[String]) -> Result<Self, String> {
        let hosts = entries(hosts).map(|entry| {
            HostPattern::parse(entry).map_err(|why| {
                format!(
                    "--allowed-host: `{}` {}",
                    shown::name(entry),
                    shown::redact(&why)
                )
            })
        });
        let origins = entries(origins).map(|entry| {
            OriginPattern::parse(entry).map_err(|why| {
                format!(
                    "--allowed-origin: `{}` {}",
                    shown::name(entry),
                    shown::redact(&why)
                )
            })
        });
        Ok(Self {
            hosts: hosts.collect::<Result<_, _>>()?,
            origins: origins.collect::<Result<_, _>>()?,
        })
    }

    /// Whether a request may pass.
    pub(crate) fn check(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), Refusal> {
        let refusal = if !self.admits_host(uri, headers) {
            Refusal::Host
        } else if !self.admits_origin(headers) {
            Refusal::Origin
        } else {
            return Ok(());
        };
        warn!(
            host = shown_header(headers, &header::HOST),
            origin = shown_header(headers, &header::ORIGIN),
            "refused a request from elsewhere"
        );
        Err(refusal)
    }

    fn admits_host(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        names_only(uri, headers, |name| self.is_own(name))
    }

    fn is_own(&self, host: &Authority) -> bool {
        host.is_loopback() || self.hosts.iter().any(|known| known.covers(host))
    }

    fn admits_origin(&self, headers: &HeaderMap) -> bool {
        let mut named = headers.get_all(header::ORIGIN).iter();
        let origin = match (named.next(), named.next()) {
            (None, _) => return true,
            // A page that keeps its address to itself has no name, and the browser vouches for it.
            (Some(origin), None) if origin == "null" => return is_same_origin(headers),
            (Some(origin), None) => origin.to_str().ok().and_then(Origin::parse),
            (Some(_), Some(_)) => None,
        };
        origin.is_some_and(|origin| {
            origin.is_loopback() || self.origins.iter().any(|known| known.covers(&origin))
        })
    }
}

/// Whether a browser says that a request comes from a page of this very origin. No page can say it.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let mut sites = headers.get_all("sec-fetch-site").iter();
    let site = sites.next().map(HeaderValue::as_bytes);
    site == Some(b"same-origin") && sites.next().is_none()
}

/// Whether a request is addressed to a name of this machine alone.
pub(crate) fn names_loopback(uri: &Uri, headers: &HeaderMap) -> bool {
    names_only(uri, headers, Authority::is_loopback)
}

/// Whether a request names hosts, and none but such as `is_own` takes.
fn names_only(uri: &Uri, headers: &HeaderMap, is_own: impl Fn(&Authority) -> bool) -> bool {
    let mut named = headers.get_all(header::HOST).iter();
    let host = named
        .next()
        .map(|host| host.to_str().ok().and_then(Authority::parse));
    if named.next().is_some() {
        return false;
    }
    // A request line may name a host too; then both count.
    let line = uri.authority().map(|line| Authority::parse(line.as_str()));
    let mut names = [host, line].into_iter().flatten().peekable();
    names.peek().is_some() && names.all(|name| name.is_some_and(|name| is_own(&name)))
}

fn shown_header(headers: &HeaderMap, name: &header::HeaderName) -> Option<String> {
    let value = headers.get(name)?;
    Some(shown::name(&String::from_utf8_lossy(value.as_bytes())))
}

fn entries(list: &[String]) -> impl Iterator<Item = &str> {
    list.iter()
        .map(|entry| entry.trim())
        .filter(|entry| !entry.is_empty())
}

impl Refusal {
    /// 403, with the flag that would let the request pass.
    pub(crate) fn into_response(self) -> Response {
        let message = match self {
            Self::Host => {
                "Forbidden: this Host is not allowed; the operator can add it with --allowed-host\n"
            }
            Self::Origin => {
                "Forbidden: this Origin is not allowed; the operator can add it with --allowed-origin\n"
            }
        };
        (StatusCode::FORBIDDEN, message).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(guard: &Guard, host: &str, origin: Option<&str>) -> Result<(), Refusal> {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        guard.check(&Uri::from_static("/mcp"), &headers)
    }

    fn plain() -> Guard {
        Guard::new(&[], &[]).unwrap()
    }

    #[test]
    fn loopback_passes_under_all_its_names() {
        for host in [
            "localhost",
            "localhost:8787",
            "127.0.0.1:1",
            "127.0.0.2",
            "[::1]:8787",
            "LOCALHOST",
        ] {
            assert_eq!(check(&plain(), host, None), Ok(()), "{host}");
        }
        for origin in [
            "http://localhost:6274",
            "http://127.0.0.1",
            "http://[::1]:3000",
        ] {
            assert_eq!(
                check(&plain(), "localhost", Some(origin)),
                Ok(()),
                "{origin}"
            );
        }
    }

    #[test]
    fn foreign_names_are_refused() {
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.nip.io",
            "localhost@evil.example",
            "0.0.0.0",
        ] {
            assert_eq!(check(&plain(), host, None), Err(Refusal::Host), "{host}");
        }
        for origin in [
            "https://evil.example",
            "null",
            "http://localhost.evil.example",
            "http://localhost@evil.example",
            "http://localhost/path",
            "file://",
        ] {
            assert_eq!(
                check(&plain(), "localhost", Some(origin)),
                Err(Refusal::Origin),
                "{origin}"
            );
        }
    }

    #[test]
    fn a_page_without_a_name_passes_where_the_browser_says_that_it_is_our_own() {
        let check = |sites: &[&'static str]| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static("localhost"));
            headers.insert(header::ORIGIN, HeaderValue::from_static("null"));
            for site in sites {
                headers.append("sec-fetch-site", HeaderValue::from_static(site));
            }
            plain().check(&Uri::from_static("/secrets/a"), &headers)
        };
        assert_eq!(check(&["same-origin"]), Ok(()));
        for sites in [
            &[][..],
            &["cross-site"],
            &["same-site"],
            &["none"],
            &["same-origin", "same-origin"],
        ] {
            assert_eq!(check(sites), Err(Refusal::Origin), "{sites:?}");
        }
    }

    #[test]
    fn a_host_in_the_request_line_counts_as_well_as_the_header() {
        let check = |uri: &'static str, host: Option<&str>| {
            let mut headers = HeaderMap::new();
            if let Some(host) = host {
                headers.insert(header::HOST, host.parse().unwrap());
            }
            plain().check(&Uri::from_static(uri), &headers)
        };
        let (own, foreign) = ("http://localhost/mcp", "http://evil.example/mcp");
        assert_eq!(check(own, Some("localhost")), Ok(()));
        assert_eq!(check(own, None), Ok(()));
        assert_eq!(check(foreign, Some("localhost")), Err(Refusal::Host));
        assert_eq!(check(own, Some("evil.example")), Err(Refusal::Host));
        assert_eq!(check(own, Some("not a host")), Err(Refusal::Host));
        assert_eq!(check("/mcp", None), Err(Refusal::Host));
    }

    #[test]
    fn what_the_operator_adds_passes_and_nothing_near_it() {
        let guard = Guard::new(
            &[
                "mcp.example.com".to_owned(),
                "other.example:8443".to_owned(),
            ],
            &["https://app.example.com/".to_owned()],
        )
        .unwrap();
        assert_eq!(
            check(
                &guard,
                "MCP.example.com:443",
                Some("https://app.example.com")
            ),
            Ok(())
        );
        assert_eq!(
            check(
                &guard,
                "other.example:8443",
                Some("https://app.example.com:443")
            ),
            Ok(())
        );
        assert_eq!(check(&guard, "other.example", None), Err(Refusal::Host));
        assert_eq!(
            check(&guard, "localhost", Some("http://app.example.com")),
            Err(Refusal::Origin)
        );
        assert_eq!(
            check(&guard, "localhost", Some("https://app.example.com:8443")),
            Err(Refusal::Origin)
        );
    }

    #[test]
    fn two_hosts_or_origins_are_one_too_many() {
        let mut headers = HeaderMap::new();
        headers.append(header::HOST, "localhost".parse().unwrap());
        headers.append(header::HOST, "evil.example".parse().unwrap());
        assert_eq!(
            plain().check(&Uri::from_static("/mcp"), &headers),
            Err(Refusal::Host)
        );
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "localhost".parse().unwrap());
        headers.append(header::ORIGIN, "http://localhost".parse().unwrap());
        headers.append(header::ORIGIN, "http://evil.example".parse().unwrap());
        assert_eq!(
            plain().check(&Uri::from_static("/mcp"), &headers),
            Err(Refusal::Origin)
        );
    }

    #[test]
    fn an_entry_that_cannot_be_meant_stops_the_start() {
        assert!(
            Guard::new(&["a b".to_owned()], &[])
                .unwrap_err()
                .contains("--allowed-host")
        );
        assert!(
            Guard::new(&[], &["app.example.com".to_owned()])
                .unwrap_err()
                .contains("--allowed-origin")
        );
    }
}
