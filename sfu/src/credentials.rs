//! Random names and passwords of connections.

use std::io;

/// Length of a ufrag, in characters.
pub(crate) const UFRAG: usize = 12;

/// Length of a password, in characters. 192 bits.
const PASSWORD: usize = 32;

/// The characters that ICE allows, 64 so that each takes six bits. RFC 8839, 5.4.
const CHARACTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Name of a connection in STUN checks, as a key for look-ups.
pub(crate) type Ufrag = [u8; UFRAG];

/// ICE credentials of one connection.
///
/// The library's own come from a generator that can be predicted.
pub(crate) struct Credentials {
    pub(crate) ufrag: Ufrag,
    pub(crate) password: String,
}

impl Credentials {
    /// Draws new credentials from the operating system.
    ///
    /// # Errors
    ///
    /// Fails if the operating system has no randomness.
    pub(crate) fn new() -> io::Result<Self> {
        let ufrag = random()?;
        let password: [u8; PASSWORD] = random()?;
        Ok(Self { ufrag, password: text(&password) })
    }

    /// Returns the ufrag as text.
    pub(crate) fn name(&self) -> String {
        text(&self.ufrag)
    }
}

fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    #[expect(clippy::disallowed_methods, reason = "the crate's one place that makes randomness")]
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes.map(|byte| CHARACTERS[usize::from(byte & 63)]))
}

fn text(characters: &[u8]) -> String {
    characters.iter().map(|&character| char::from(character)).collect()
}

#[cfg(test)]
mod tests {
    use super::Credentials;

    #[test]
    fn credentials_are_long_and_differ() {
        let (one, other) = (Credentials::new().unwrap(), Credentials::new().unwrap());
        assert_ne!(one.ufrag, other.ufrag);
        assert_ne!(one.password, other.password);
        assert_eq!((one.name().len(), one.password.len()), (12, 32));
    }
}
