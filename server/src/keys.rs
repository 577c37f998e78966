//! Keys and randomness: the only place that creates secrets.
//!
//! Everything that a message carries is derived from the installation key: one key for each purpose by
//! HKDF-SHA256 (RFC 5869), each value by HMAC-SHA256 (RFC 2104). So nothing has to be stored in clear, and a
//! retry says the same. A value that can't be derived is sealed (XChaCha20-Poly1305) before it is stored.
//!
//! | what | how it is kept |
//! | --- | --- |
//! | links, codes, check words | derived from a row's id; a link is found by its hash |
//! | return secret of an order; `state`, `nonce` and PKCE verifier of a login; the secret in 46elks' address; the browser's name for BankID | derived; return secret and `state` are found by their hash |
//! | names of rooms in Jitsi Meet | derived from the meeting's id |
//! | session values, API tokens | random; hash only |
//! | personal identity numbers, to be compared | keyed hash |
//! | addresses and phone numbers, to be counted; the body of a booking with an `Idempotency-Key` | keyed hash |
//! | BankID's responses, the person who identified, the device, the address at a provider; a number with `bankid.ask_for_number` or `bankid.keep_number` | sealed with the id of its row |

use crate::clock::Time;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    XChaCha20Poly1305,
    aead::{Aead, Payload},
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Purpose of a derived value. Each has its own key.
#[derive(Clone, Copy, Debug)]
pub enum Purpose {
    /// The secret of an invitation's link.
    Link,
    /// A one-time code.
    Code,
    /// The check word, on the page and in the message.
    Word,
    /// Keyed hash of an address, used to count.
    Address,
    /// Keyed hash of a network, used to count.
    Network,
    /// The secret in the webhook address of a gateway without signatures.
    Hook,
    /// The return secret, in the address to which the BankID app returns.
    Return,
    /// The secrets of a login with OpenID Connect.
    Login,
    /// Keyed hash of a personal number, used to compare.
    Person,
    /// The identifier of a browser with BankID.
    Browser,
    /// Keyed hash of a booking's body, used to compare.
    Booking,
    /// The name of a room in Jitsi Meet.
    JitsiRoom,
    /// Encryption of sealed values.
    Seal,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Link => b"anslut link v1",
            Self::Code => b"anslut code v1",
            Self::Word => b"anslut word v1",
            Self::Address => b"anslut address v1",
            Self::Network => b"anslut network v1",
            Self::Hook => b"anslut hook v1",
            Self::Return => b"anslut return v1",
            Self::Login => b"anslut login v1",
            Self::Person => b"anslut person v1",
            Self::Browser => b"anslut browser v1",
            Self::Booking => b"anslut booking v1",
            Self::JitsiRoom => b"anslut jitsi room v1",
            Self::Seal => b"anslut seal v1",
        }
    }
}

/// An installation key and its id in the database.
#[derive(Clone)]
struct Key {
    id: String,
    secret: [u8; 32],
}

impl Key {
    fn new(secret: [u8; 32]) -> Self {
        let named = mac(&secret, &[b"anslut key id v1"]);
        Self { id: hex(named.get(..4).unwrap_or_default()), secret }
    }

    fn derive(&self, purpose: Purpose, parts: &[&[u8]]) -> [u8; 32] {
        let mut key = [0; 32];
        // 32 bytes are one block of SHA-256, far below the 255 blocks that HKDF can return.
        if hkdf::Hkdf::<Sha256>::new(None, &self.secret).expand(purpose.label(), &mut key).is_err()
        {
            key = mac(&self.secret, &[purpose.label()]);
        }
        mac(&key, parts)
    }
}

fn webhook_secret(key: &Key) -> String {
    let bytes = key.derive(Purpose::Hook, &[]);
    URL_SAFE_NO_PAD.encode(bytes.get(..20).unwrap_or_default())
}

/// Returns the HMAC of parts. Each part follows its length, so that no two lists of parts look the same.
fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC pads a short key with zeros to the block of its hash.
    let mut block = [0; 64];
    let (head, _) = block.split_at_mut(key.len());
    head.copy_from_slice(key);
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// The installation's keys. The current one derives new values. Previous ones still verify old values.
#[derive(Clone)]
pub struct Keys {
    current: Key,
    previous: Vec<Key>,
}

impl Keys {
    /// Creates the keys from the configured secrets.
    pub fn new(current: [u8; 32], previous: &[[u8; 32]]) -> Self {
        Self {
            current: Key::new(current),
            previous: previous.iter().copied().map(Key::new).collect(),
        }
    }

    /// Returns the id of the current key.
    pub fn current_id(&self) -> &str {
        &self.current.id
    }

    /// `true` if the key with this id is configured. Values of another key are of no further use.
    pub fn knows(&self, key_id: &str) -> bool {
        std::iter::once(&self.current).chain(&self.previous).any(|key| key.id == key_id)
    }

    /// Derives a value with the key of this id. `None` if that key is no longer configured.
    pub fn derive(&self, key_id: &str, purpose: Purpose, parts: &[&[u8]]) -> Option<[u8; 32]> {
        std::iter::once(&self.current)
            .chain(&self.previous)
            .find(|key| key.id == key_id)
            .map(|key| key.derive(purpose, parts))
    }

    /// Returns the secret of an invitation's link: 160 bits in base64url. `None` if the key is not
    /// configured.
    pub fn link_token(&self, key_id: &str, invitation: &str, generation: i64) -> Option<String> {
        let bytes = self.derive(
            key_id,
            Purpose::Link,
            &[invitation.as_bytes(), &generation.to_be_bytes()],
        )?;
        bytes.get(..20).map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Returns the name of a meeting's room in Jitsi Meet: 128 bits in hexadecimal digits. The key of this id made it. If that
    /// one is no longer configured, because others may have it, the current key gives the room another name.
    pub fn jitsi_room(&self, key_id: &str, meeting: &str) -> String {
        let parts: &[&[u8]] = &[meeting.as_bytes()];
        let bytes = self
            .derive(key_id, Purpose::JitsiRoom, parts)
            .unwrap_or_else(|| self.current.derive(Purpose::JitsiRoom, parts));
        hex(bytes.get(..16).unwrap_or_default())
    }

    /// Returns the webhook secret of a gateway without signatures: 160 bits in base64url.
    pub fn hook_secret(&self) -> String {
        webhook_secret(&self.current)
    }

    /// `true` if this is the webhook secret of the current or a previous key.
    pub fn is_webhook_secret(&self, secret: &str) -> bool {
        // Compares every key, so that the duration says nothing about which one matched.
        std::iter::once(&self.current)
            .chain(&self.previous)
            .fold(false, |known, key| constant_time_eq(webhook_secret(key), secret) | known)
    }

    /// Derives a secret of 256 bits in base64url from a row's id. `None` if the key is not configured.
    pub fn secret_of(&self, key_id: &str, purpose: Purpose, parts: &[&[u8]]) -> Option<String> {
        self.derive(key_id, purpose, parts).map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Seals a value, so that the database alone does not reveal it. `about` names what it belongs to. In
    /// another row it can't be opened.
    pub fn seal(&self, about: &str, plain: &[u8]) -> Result<Vec<u8>, DecryptError> {
        let nonce: [u8; NONCE] = random().map_err(|_| DecryptError)?;
        let sealed = cipher(&self.current)
            .encrypt(&nonce.into(), Payload { msg: plain, aad: about.as_bytes() })
            .map_err(|_| DecryptError)?;
        Ok([self.current.id.as_bytes(), &nonce, &sealed].concat())
    }

    /// Opens a sealed value, while its key is configured.
    pub fn unseal(&self, about: &str, sealed: &[u8]) -> Result<Vec<u8>, DecryptError> {
        let (key_id, rest) = sealed.split_at_checked(KEY_ID).ok_or(DecryptError)?;
        let (nonce, sealed) = rest.split_at_checked(NONCE).ok_or(DecryptError)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| DecryptError)?;
        let key = std::iter::once(&self.current)
            .chain(&self.previous)
            .find(|key| key.id.as_bytes() == key_id)
            .ok_or(DecryptError)?;
        cipher(key)
            .decrypt(&nonce.into(), Payload { msg: sealed, aad: about.as_bytes() })
            .map_err(|_| DecryptError)
    }

    /// Returns the keyed hash of a value that is to be recognised later, after the id of its key.
    pub fn keyed_hash(&self, purpose: Purpose, plain: &[u8]) -> Vec<u8> {
        let hash = self.current.derive(purpose, &[plain]);
        [self.current.id.as_bytes(), &hash].concat()
    }

    /// `true` if a keyed hash is this value's, with any configured key.
    pub fn verify_keyed_hash(&self, hash: &[u8], purpose: Purpose, plain: &[u8]) -> bool {
        let Some((key_id, hash)) = hash.split_at_checked(KEY_ID) else { return false };
        let key_id = std::str::from_utf8(key_id).unwrap_or_default();
        self.derive(key_id, purpose, &[plain]).is_some_and(|made| constant_time_eq(made, hash))
    }

    /// Returns the keyed hash by which an address or a number is counted. It says nothing without the key.
    pub fn address_hash(&self, folded: &str) -> Vec<u8> {
        self.current.derive(Purpose::Address, &[folded.as_bytes()]).to_vec()
    }

    /// Returns the keyed hash of such a hash, to count for one invitation alone.
    pub fn address_hash_within(&self, invitation: &str, hash: &[u8]) -> Vec<u8> {
        self.current.derive(Purpose::Address, &[invitation.as_bytes(), hash]).to_vec()
    }

    /// Returns the keyed hash by which visitors from a network to an invitation are counted.
    pub fn network_hash(&self, invitation: &str, network: &[u8]) -> Vec<u8> {
        self.current.derive(Purpose::Network, &[invitation.as_bytes(), network]).to_vec()
    }
}

/// Length of a key's id, in bytes.
const KEY_ID: usize = 8;

/// Length of a random nonce, in bytes. Large enough that none ever repeats.
const NONCE: usize = 24;

/// A value that can't be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value can't be made or opened")]
pub struct DecryptError;

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    KeyInit::new(&key.derive(Purpose::Seal, &[]).into())
}

/// Returns the hash by which a random secret is stored and found. The secret has far more bits than can be
/// tried, so a plain hash suffices.
pub fn sha256(secret: impl AsRef<[u8]>) -> Vec<u8> {
    Sha256::digest(secret.as_ref()).to_vec()
}

/// `true` if two secrets are equal. Constant time.
pub fn constant_time_eq(a: impl AsRef<[u8]>, b: impl AsRef<[u8]>) -> bool {
    a.as_ref().ct_eq(b.as_ref()).into()
}

/// Returns random bytes from the operating system.
///
/// # Errors
/// The system has none to give.
#[expect(clippy::disallowed_methods, reason = "the one place that makes randomness")]
pub fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// Returns a new opaque value of 256 bits in base64url: an API token's secret.
pub fn new_secret() -> Result<String, getrandom::Error> {
    Ok(URL_SAFE_NO_PAD.encode(random::<32>()?))
}

/// Returns a new value of a session's cookie: 32 bytes in base64url. The first six are the time in milliseconds,
/// as in a UUID of version 7. The other 208 bits are random.
pub fn new_session_value(now: Time) -> Result<String, getrandom::Error> {
    let mut bytes = random::<32>()?;
    bytes[..6].copy_from_slice(&u64::try_from(now.0).unwrap_or_default().to_be_bytes()[2..]);
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Returns the hash by which a session is stored and found: the time in its cookie's value, and the hash of the
/// value. Hashes of new sessions are thus written next to each other. Hashes alone are all over the index, and each
/// would change another page.
pub fn session_hash(value: &str) -> Vec<u8> {
    let time = value.get(..8).and_then(|time| URL_SAFE_NO_PAD.decode(time).ok());
    [time.unwrap_or_default(), sha256(value)].concat()
}

/// Returns a new id: a random UUID (version 4).
pub fn new_id() -> Result<String, getrandom::Error> {
    Ok(uuid::Builder::from_random_bytes(random()?).into_uuid().to_string())
}

/// Returns a new id that sorts by the time at which it was made: a UUID (version 7, RFC 9562) with 74 random
/// bits. For rows that are added on a visitor's way: they are then written next to each other.
pub fn new_ordered_id(now: Time) -> Result<String, getrandom::Error> {
    let millis = u64::try_from(now.0).unwrap_or_default();
    Ok(uuid::Builder::from_unix_timestamp_millis(millis, &random()?).into_uuid().to_string())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn session_values_are_random_and_their_hashes_sort_by_time() {
        let value = |time| new_session_value(Time(time)).expect("a value");
        let times = [0, 1, 1_764_000_000_000, 1_764_000_000_001, 1_764_000_065_536];
        let hashes = times.map(|time| session_hash(&value(time)));
        assert!(hashes.is_sorted(), "{hashes:?}");
        let (one, other) = (value(1), value(1));
        assert_eq!(one.len(), 43);
        assert_ne!(one, other);
        assert_eq!(session_hash(&one).len(), 6 + 32);
        // All of a value counts: the time, and each of the random bits.
        let mut all = URL_SAFE_NO_PAD.decode(&one).expect("base64url");
        for byte in 0..all.len() {
            all[byte] ^= 1;
            assert_ne!(session_hash(&URL_SAFE_NO_PAD.encode(&all)), session_hash(&one), "{byte}");
            all[byte] ^= 1;
        }
        // What no session ever had is a hash like any other.
        for strange in ["", "short", "åäö in eight", "........x"] {
            assert!(session_hash(strange).ends_with(&sha256(strange)), "{strange}");
        }
    }

    #[test]
    fn a_previous_key_still_explains_what_it_made() {
        let old = Keys::new([1; 32], &[]);
        let new = Keys::new([2; 32], &[[1; 32]]);
        let made = old.link_token(old.current_id(), "an-id", 0);
        assert!(made.is_some());
        assert_eq!(new.link_token(old.current_id(), "an-id", 0), made);
        assert_ne!(new.link_token(new.current_id(), "an-id", 0), made);
        assert_eq!(new.link_token("00000000", "an-id", 0), None);
    }

    #[test]
    fn a_gateway_s_secret_is_known_as_long_as_its_key_is() {
        let old = Keys::new([1; 32], &[]);
        let new = Keys::new([2; 32], &[[1; 32]]);
        let other = Keys::new([3; 32], &[]);
        assert!(
            new.is_webhook_secret(&new.hook_secret()) && new.is_webhook_secret(&old.hook_secret())
        );
        assert!(!old.is_webhook_secret(&new.hook_secret()) && !other.is_webhook_secret(""));
        assert_eq!(new.hook_secret().len(), 27);
    }

    #[test]
    fn what_is_sealed_opens_where_it_belongs_and_nowhere_else() {
        let old = Keys::new([1; 32], &[]);
        let new = Keys::new([2; 32], &[[1; 32]]);
        let sealed = old.seal("row", b"secret").expect("sealed");
        assert!(!sealed.windows(6).any(|bytes| bytes == b"secret"));
        assert_ne!(sealed, old.seal("row", b"secret").expect("sealed"));
        assert_eq!(new.unseal("row", &sealed).expect("opened"), b"secret");
        assert!(old.unseal("another row", &sealed).is_err());
        assert!(Keys::new([3; 32], &[]).unseal("row", &sealed).is_err());
        for cut in [0, 7, 31, sealed.len() - 1] {
            assert!(old.unseal("row", &sealed[..cut]).is_err());
        }
    }

    #[test]
    fn every_purpose_invitation_and_generation_has_its_own_value() {
        let keys = Keys::new([7; 32], &[]);
        let id = keys.current_id();
        let mut seen = std::collections::HashSet::new();
        for purpose in [
            Purpose::Link,
            Purpose::Code,
            Purpose::Word,
            Purpose::Address,
            Purpose::Network,
            Purpose::Hook,
            Purpose::Return,
            Purpose::Login,
            Purpose::Person,
            Purpose::Browser,
            Purpose::Booking,
            Purpose::JitsiRoom,
            Purpose::Seal,
        ] {
            for parts in [&[b"ab".as_slice(), b"c"], &[b"a".as_slice(), b"bc"]] {
                assert!(seen.insert(keys.derive(id, purpose, parts)));
            }
        }
        assert!(seen.insert(keys.derive(id, Purpose::Link, &[b"abc"])));
    }
}
