//! TCP connections that have brought no right STUN check: how many there may be, and for how long.
//!
//! Those that have brought one belong to a seat, of which there are few. An office has one address for all its people.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv6Addr};
use std::time::{Duration, Instant};

use mio::Token;

/// Time that a stranger has for a right STUN check.
const PATIENCE: Duration = Duration::from_secs(5);

/// Most connections in all.
const MOST: usize = 1024;

/// Most strangers from one network.
const MOST_FROM_ONE: usize = 16;

/// Connections without a right STUN check, oldest first.
#[derive(Debug, Default)]
pub(super) struct Strangers(VecDeque<Stranger>);

#[derive(Debug)]
struct Stranger {
    token: Token,
    network: IpAddr,
    since: Instant,
}

/// Decision about a new connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    /// It is taken.
    Free,
    /// It is taken, and this one is closed for it.
    Instead(Token),
    /// It is closed.
    Refused,
}

impl Strangers {
    /// Decides about a new connection beside `all` others.
    pub(super) fn admit(&self, address: IpAddr, all: usize) -> Admission {
        let network = network(address);
        let same = self.0.iter().filter(|stranger| stranger.network == network).count();
        match self.0.front() {
            _ if same >= MOST_FROM_ONE => Admission::Refused,
            _ if all < MOST => Admission::Free,
            Some(oldest) => Admission::Instead(oldest.token),
            None => Admission::Refused,
        }
    }

    /// Adds a new connection.
    pub(super) fn add(&mut self, now: Instant, token: Token, address: IpAddr) {
        self.0.push_back(Stranger { token, network: network(address), since: now });
    }

    /// Removes a connection that has ended, or has brought a right STUN check.
    pub(super) fn remove(&mut self, token: Token) {
        self.0.retain(|stranger| stranger.token != token);
    }

    /// Returns the time at which the oldest one is to be closed.
    pub(super) fn timeout(&self) -> Option<Instant> {
        self.0.front().map(|oldest| oldest.since + PATIENCE)
    }

    /// Takes out the next one that is to be closed now.
    pub(super) fn next_late(&mut self, now: Instant) -> Option<Token> {
        let late = self.0.pop_front_if(|oldest| oldest.since + PATIENCE <= now);
        late.map(|stranger| stranger.token)
    }
}

/// Returns an IPv4 address, or the network of an IPv6 address (/64), all of whose addresses one computer can use.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << 64)).into(),
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "any moment will do as a start")]
mod tests {
    use std::net::IpAddr;
    use std::time::{Duration, Instant};

    use mio::Token;

    use super::{Admission, MOST, MOST_FROM_ONE, PATIENCE, Strangers};

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// Strangers from addresses, with tokens from 0 on.
    fn strangers(addresses: &[&str]) -> Strangers {
        let (mut strangers, now) = (Strangers::default(), Instant::now());
        for (token, text) in addresses.iter().enumerate() {
            strangers.add(now, Token(token), address(text));
        }
        strangers
    }

    #[test]
    fn one_address_has_few_strangers() {
        let mut strangers = strangers(&["192.0.2.1"; MOST_FROM_ONE]);
        assert_eq!(strangers.admit(address("192.0.2.1"), MOST_FROM_ONE), Admission::Refused);
        assert_eq!(strangers.admit(address("192.0.2.2"), MOST_FROM_ONE), Admission::Free);
        strangers.remove(Token(3));
        assert_eq!(strangers.admit(address("192.0.2.1"), MOST_FROM_ONE), Admission::Free);
    }

    #[test]
    fn the_addresses_of_an_ipv6_network_count_as_one() {
        let addresses: Vec<String> =
            (0..MOST_FROM_ONE).map(|host| format!("2001:db8::{host:x}:1")).collect();
        let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
        let strangers = strangers(&addresses);
        assert_eq!(strangers.admit(address("2001:db8::ffff"), 20), Admission::Refused);
        assert_eq!(strangers.admit(address("2001:db8:0:1::1"), 20), Admission::Free);
    }

    #[test]
    fn the_oldest_stranger_makes_room_for_a_new_one() {
        let mut strangers = strangers(&["192.0.2.1", "192.0.2.2"]);
        let new = address("192.0.2.3");
        assert_eq!(strangers.admit(new, MOST - 1), Admission::Free);
        assert_eq!(strangers.admit(new, MOST), Admission::Instead(Token(0)));
        strangers.remove(Token(0));
        assert_eq!(strangers.admit(new, MOST), Admission::Instead(Token(1)));
        strangers.remove(Token(1));
        assert_eq!(strangers.admit(new, MOST), Admission::Refused);
    }

    #[test]
    fn a_stranger_has_five_seconds() {
        let (mut strangers, now) = (Strangers::default(), Instant::now());
        strangers.add(now, Token(7), address("192.0.2.1"));
        assert_eq!(strangers.timeout(), Some(now + PATIENCE));
        assert_eq!(strangers.next_late(now + Duration::from_secs(4)), None);
        assert_eq!(strangers.next_late(now + PATIENCE), Some(Token(7)));
        assert_eq!(strangers.next_late(now + PATIENCE), None);
    }
}
