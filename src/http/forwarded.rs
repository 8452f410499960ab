//! Who calls, where proxies stand in between.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use ::http::{HeaderMap, HeaderName};

const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// The proxies whose word on `X-Forwarded-For` counts.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Vec<Network>);

/// An address, or all that share its first bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    prefix: u32,
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The caller's address, as far as it can be known.
    pub(crate) address: IpAddr,
    /// Whether the caller is a program on this machine. A request that a proxy passed on is not,
    /// unless a trusted one says so in `X-Forwarded-For`.
    pub(crate) is_local: bool,
}

impl TrustedProxies {
    /// Reads a list of addresses and networks such as `10.0.0.0/8`.
    ///
    /// # Errors
    /// A message that names the entry that is neither.
    pub fn parse(entries: &[String]) -> Result<Self, String> {
        let entries = entries.iter().map(|entry| entry.trim());
        let networks = entries.filter(|entry| !entry.is_empty()).map(|entry| {
            entry.parse().map_err(|()| {
                format!(
                    "--trusted-proxy takes addresses such as 10.0.0.7 and networks such as \
                     10.0.0.0/8 or fd00::/8, got `{entry}`"
                )
            })
        });
        networks.collect::<Result<_, _>>().map(Self)
    }

    /// Where a request with these headers comes from, that `peer` sent: the last address that was
    /// not vouched for by a trusted proxy.
    pub(crate) fn origin(&self, peer: SocketAddr, headers: &HeaderMap) -> Origin {
        let peer = peer.ip().to_canonical();
        let lists = headers.get_all(X_FORWARDED_FOR);
        let mut address = peer;
        let entries = lists
            .iter()
            .rev()
            .flat_map(|list| list.as_bytes().rsplit(|byte| *byte == b','));
        for entry in entries {
            if !self.contains(address) {
                break;
            }
            // What is no address hides all that stands before it.
            let Some(next) = parse_hop(entry) else { break };
            address = next;
        }
        let vouched = lists.iter().next().is_some() && self.contains(peer);
        let mut names = headers.keys().map(HeaderName::as_str);
        Origin {
            address,
            is_local: address.is_loopback() && (vouched || !names.any(is_of_proxy)),
        }
    }

    fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }
}

/// Whether proxies alone send a header of this name, which is in lower case: `forwarded` and all that
/// goes by a name like it, `x-real-ip` and `cf-connecting-ip`, and what says by which way it came.
fn is_of_proxy(name: &str) -> bool {
    matches!(
        name,
        "via" | "cdn-loop" | "cf-ray" | "x-amzn-trace-id" | "x-cloud-trace-context"
    ) || name.contains("forwarded")
        || name.ends_with("-ip")
        || name.ends_with("clientip")
        || name.starts_with("x-envoy-")
}

impl Network {
    fn contains(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let shift = Ipv4Addr::BITS - self.prefix;
                own.to_bits().checked_shr(shift) == other.to_bits().checked_shr(shift)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let shift = Ipv6Addr::BITS - self.prefix;
                own.to_bits().checked_shr(shift) == other.to_bits().checked_shr(shift)
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| ())?;
        let most = if address.is_ipv4() {
            Ipv4Addr::BITS
        } else {
            Ipv6Addr::BITS
        };
        let prefix = match prefix {
            None => most,
            Some(prefix) => prefix.parse().map_err(|_| ())?,
        };
        (prefix <= most)
            .then_some(Self { address, prefix })
            .ok_or(())
    }
}

/// Reads one entry of the list: an address, with or without a port.
fn parse_hop(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry).ok()?.trim();
    let address = text
        .parse::<IpAddr>()
        .or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()))
        .or_else(|_| text.trim_matches(['[', ']']).parse())
        .ok()?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(trusted: &[&str], peer: &str, lists: &[&str]) -> Origin {
        let trusted: Vec<_> = trusted.iter().map(|entry| (*entry).to_owned()).collect();
        let mut headers = HeaderMap::new();
        for list in lists {
            headers.append(X_FORWARDED_FOR, list.parse().unwrap());
        }
        let peer = SocketAddr::new(peer.parse().unwrap(), 1234);
        TrustedProxies::parse(&trusted)
            .unwrap()
            .origin(peer, &headers)
    }

    fn address(trusted: &[&str], peer: &str, lists: &[&str]) -> String {
        origin(trusted, peer, lists).address.to_string()
    }

    #[test]
    fn nobody_but_a_trusted_proxy_is_believed() {
        assert_eq!(address(&[], "192.0.2.1", &["10.1.1.1"]), "192.0.2.1");
        assert_eq!(
            address(&["192.0.2.1"], "192.0.2.1", &["10.1.1.1"]),
            "10.1.1.1"
        );
        assert_eq!(
            address(&["192.0.2.2"], "192.0.2.1", &["10.1.1.1"]),
            "192.0.2.1"
        );
        assert_eq!(address(&["192.0.2.1"], "192.0.2.1", &[]), "192.0.2.1");
    }

    #[test]
    fn the_last_address_that_is_not_trusted_is_the_callers() {
        let trusted = ["10.0.0.0/8", "fd00::/8"];
        for (lists, caller) in [
            (&["203.0.113.9, 198.51.100.7"][..], "198.51.100.7"),
            (&["203.0.113.9, 10.9.9.9"], "203.0.113.9"),
            (&["203.0.113.9", "10.9.9.9, fd12::1"], "203.0.113.9"),
            (&["10.1.1.1, 10.2.2.2"], "10.1.1.1"),
            (&["203.0.113.9:443"], "203.0.113.9"),
            (&["[2001:db8::1]:443"], "2001:db8::1"),
            (&["[2001:db8::1]"], "2001:db8::1"),
            (&["::ffff:203.0.113.9"], "203.0.113.9"),
            (&["203.0.113.9, unknown"], "10.0.0.7"),
            (&["203.0.113.9, unknown, 10.3.3.3"], "10.3.3.3"),
            (&[""], "10.0.0.7"),
        ] {
            assert_eq!(address(&trusted, "10.0.0.7", lists), caller, "{lists:?}");
        }
        // A socket for both families shows IPv4 peers so.
        assert_eq!(
            address(&trusted, "::ffff:10.0.0.7", &["203.0.113.9"]),
            "203.0.113.9"
        );
    }

    #[test]
    fn what_a_proxy_passed_on_is_not_from_this_machine() {
        assert!(origin(&[], "127.0.0.1", &[]).is_local);
        assert!(origin(&[], "::1", &[]).is_local);
        assert!(!origin(&[], "127.0.0.1", &["203.0.113.9"]).is_local);
        assert!(!origin(&[], "127.0.0.1", &["127.0.0.1"]).is_local);
        assert!(!origin(&["127.0.0.1"], "127.0.0.1", &["203.0.113.9"]).is_local);
        assert!(origin(&["127.0.0.1"], "127.0.0.1", &["127.0.0.1"]).is_local);
        assert!(!origin(&[], "192.0.2.1", &[]).is_local);
    }

    #[test]
    fn any_sign_of_a_proxy_tells_that_a_request_was_passed_on() {
        let peer = "127.0.0.1:1234".parse().unwrap();
        let is_local = |trusted: &[&str], names: &[&'static str]| {
            let trusted: Vec<_> = trusted.iter().map(|entry| (*entry).to_owned()).collect();
            let headers = names.iter().map(|name| {
                let value = ::http::HeaderValue::from_static("127.0.0.1");
                (HeaderName::from_static(name), value)
            });
            let proxies = TrustedProxies::parse(&trusted).unwrap();
            proxies.origin(peer, &headers.collect()).is_local
        };
        for name in [
            "forwarded",
            "via",
            "x-real-ip",
            "x-client-ip",
            "true-client-ip",
            "cf-connecting-ip",
            "cf-ray",
            "cdn-loop",
            "x-forwarded-host",
            "x-forwarded-proto",
            "x-original-forwarded-for",
            "x-envoy-external-address",
            "x-azure-clientip",
        ] {
            assert!(!is_local(&[], &[name]), "{name}");
            assert!(!is_local(&["127.0.0.1"], &[name]), "{name}");
            let vouched = [name, X_FORWARDED_FOR];
            assert!(is_local(&["127.0.0.1"], &vouched), "{name}");
        }
        let programs = [
            "user-agent",
            "mcp-protocol-version",
            "x-request-id",
            "origin",
        ];
        assert!(is_local(&[], &programs));
    }

    #[test]
    fn networks_hold_what_shares_their_first_bits() {
        for (network, inside, outside) in [
            ("10.0.0.1/8", "10.255.0.1", "11.0.0.1"),
            ("192.0.2.128/25", "192.0.2.129", "192.0.2.127"),
            ("192.0.2.1", "192.0.2.1", "192.0.2.2"),
            ("0.0.0.0/0", "203.0.113.9", "::1"),
            ("::/0", "2001:db8::1", "203.0.113.9"),
            ("fd00::/8", "fdff::1", "fe00::1"),
        ] {
            let network: Network = network.parse().unwrap();
            assert!(network.contains(inside.parse().unwrap()), "{inside}");
            assert!(!network.contains(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn an_entry_that_is_no_address_stops_the_start() {
        for entry in [
            "*",
            "proxy.example",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/",
            "10.0.0/8",
            "/8",
        ] {
            let refused = TrustedProxies::parse(&[entry.to_owned()]).unwrap_err();
            assert!(refused.contains(entry), "{refused}");
        }
        assert!(TrustedProxies::parse(&[" 10.0.0.1 ".to_owned(), String::new()]).is_ok());
    }
}
