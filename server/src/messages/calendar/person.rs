//! People in a calendar entry: their names and addresses, escaped for other programs.

use std::fmt::Write;
use url::Host;

/// A person who is named in an entry.
#[derive(Clone, Copy)]
pub struct Person<'a> {
    /// Their name, if it is known.
    pub name: Option<&'a str>,
    /// Their e-mail address.
    pub address: &'a str,
}

impl Person<'_> {
    /// Returns the parameter that holds the name, with the semicolon before it. Empty without a name.
    pub(crate) fn parameter(&self) -> String {
        let name = self.name.map(quoted).filter(|name| !name.is_empty());
        name.map_or_else(String::new, |name| format!(";CN=\"{name}\""))
    }

    /// Returns the address as a URI (RFC 6068). A domain that isn't ASCII is converted to ASCII, as mail
    /// servers know it.
    pub(crate) fn uri(&self) -> String {
        let mut uri = "mailto:".to_owned();
        let (user, domain) = self.address.rsplit_once('@').unwrap_or((self.address, ""));
        encode(user, &mut uri);
        if !domain.is_empty() {
            uri.push('@');
            let ascii = Some(domain).filter(|domain| !domain.is_ascii());
            let ascii = ascii.and_then(|domain| Host::parse(domain).ok());
            encode(&ascii.map_or_else(|| domain.to_owned(), |host| host.to_string()), &mut uri);
        }
        uri
    }
}

/// Escapes a name for quotation marks (RFC 6868), and removes control characters.
fn quoted(name: &str) -> String {
    let mut out = String::new();
    for c in name.trim().chars() {
        match c {
            '"' => out.push_str("^'"),
            '^' => out.push_str("^^"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Percent-encodes the characters that have a meaning in a URI.
fn encode(part: &str, out: &mut String) {
    for byte in part.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => out.push(char::from(byte)),
            b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'\'' | b'*' | b'+' => {
                out.push(char::from(byte));
            }
            _ => {
                // Writing into a string can't fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_uri_that_any_program_reads() {
        for (address, uri) in [
            ("anna@example.org", "mailto:anna@example.org"),
            ("o'neil+mote_x@example.org", "mailto:o'neil+mote_x@example.org"),
            ("mote@åmål.example", "mailto:mote@xn--ml-xiab.example"),
            ("möte@kommun.example", "mailto:m%C3%B6te@kommun.example"),
            ("a?b=c&d%e@example.org", "mailto:a%3Fb%3Dc%26d%25e@example.org"),
            ("\"a b\"@example.org", "mailto:%22a%20b%22@example.org"),
            ("a;b,c:d@example.org", "mailto:a%3Bb%2Cc%3Ad@example.org"),
        ] {
            assert_eq!(Person { name: None, address }.uri(), uri);
        }
    }

    #[test]
    fn a_name_can_not_end_its_quotation_marks() {
        for (name, parameter) in [
            (None, ""),
            (Some(" "), ""),
            (Some("Anna Åström"), ";CN=\"Anna Åström\""),
            (Some("Anna \"Ann\" ^ A"), ";CN=\"Anna ^'Ann^' ^^ A\""),
            (Some("a\r\nATTENDEE:x;b,c"), ";CN=\"aATTENDEE:x;b,c\""),
        ] {
            assert_eq!(Person { name, address: "a@b.example" }.parameter(), parameter);
        }
    }
}
