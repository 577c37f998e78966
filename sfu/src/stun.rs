//! Reads from a STUN binding request the name of the connection that it is for.

use crate::credentials::{UFRAG, Ufrag};

const HEADER: usize = 20;
const BINDING_REQUEST: u16 = 0x0001;
const MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const USERNAME: u16 = 0x0006;

/// Returns `true` if a datagram is STUN rather than DTLS, RTP or RTCP. RFC 7983.
pub(crate) fn is_stun(datagram: &[u8]) -> bool {
    datagram.first().is_some_and(|&byte| byte < 4)
}

/// Returns the ufrag of our side that a binding request names. `None` if it is no such request, or names none of
/// ours. RFC 8489, RFC 8445 7.2.2.
///
/// The request's integrity remains to be checked.
pub(crate) fn wanted_ufrag(datagram: &[u8]) -> Option<Ufrag> {
    let (header, mut attributes) = datagram.split_at_checked(HEADER)?;
    let length = usize::from(u16::from_be_bytes([header[2], header[3]]));
    if u16::from_be_bytes([header[0], header[1]]) != BINDING_REQUEST
        || header[4..8] != MAGIC_COOKIE
        || length != attributes.len()
    {
        return None;
    }
    while let Some((head, rest)) = attributes.split_at_checked(4) {
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        let value = rest.get(..length)?;
        if u16::from_be_bytes([head[0], head[1]]) == USERNAME {
            let (own, theirs) = value.split_at_checked(UFRAG)?;
            return (theirs.first() == Some(&b':')).then(|| own.try_into().ok())?;
        }
        attributes = rest.get(length.next_multiple_of(4)..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::wanted_ufrag;

    fn request(attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut body = Vec::new();
        for (kind, value) in attributes {
            body.extend(kind.to_be_bytes());
            body.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
            body.extend(*value);
            body.resize(body.len().next_multiple_of(4), 0);
        }
        let mut datagram = vec![0, 1];
        datagram.extend(u16::try_from(body.len()).unwrap().to_be_bytes());
        datagram.extend([0x21, 0x12, 0xa4, 0x42]);
        datagram.extend([7; 12]);
        datagram.extend(body);
        datagram
    }

    #[test]
    fn the_first_half_of_the_user_name_is_the_ufrag() {
        let datagram = request(&[(0x8022, b"odd"), (0x0006, b"ABCDEFGHIJKL:theirs")]);
        assert_eq!(wanted_ufrag(&datagram), Some(*b"ABCDEFGHIJKL"));
    }

    #[test]
    fn other_user_names_and_messages_are_for_nobody() {
        for name in [&b""[..], b"ABCDEFGHIJKL", b"ABCDEFGHIJKLM:theirs", b"ABC:theirs"] {
            assert_eq!(wanted_ufrag(&request(&[(0x0006, name)])), None);
        }
        let mut response = request(&[(0x0006, b"ABCDEFGHIJKL:theirs")]);
        response[0] = 1;
        assert_eq!(wanted_ufrag(&response), None);
    }

    #[test]
    fn a_shortened_request_is_for_nobody() {
        let datagram = request(&[(0x8022, b"odd"), (0x0006, b"ABCDEFGHIJKL:theirs")]);
        for length in 0..datagram.len() {
            assert_eq!(wanted_ufrag(&datagram[..length]), None);
        }
    }
}
