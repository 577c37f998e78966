//! Addresses that only the machine itself has.

use std::net::IpAddr;
use url::{Host, Url};

/// `true` if only the machine itself has the host of this URL. The URL standard parses IP addresses only for the
/// web's schemes. For others it leaves them as names.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}
