//! The signature of client assertions and request objects.

use crate::config::ClientAuthentication;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use openidconnect::core::CoreJwsSigningAlgorithm::{
    self as Algorithm, EcdsaP256Sha256, EcdsaP384Sha384, RsaSsaPkcs1V15Sha256, RsaSsaPssSha256,
};
use rustls::{
    SignatureScheme,
    crypto::ring::sign::any_supported_type,
    pki_types::{PrivateKeyDer, pem::PemObject},
    sign::SigningKey,
};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::sync::Arc;

/// Algorithms of our keys, the most common first.
const SCHEMES: [(Algorithm, SignatureScheme); 4] = [
    (RsaSsaPkcs1V15Sha256, SignatureScheme::RSA_PKCS1_SHA256),
    (RsaSsaPssSha256, SignatureScheme::RSA_PSS_SHA256),
    (EcdsaP256Sha256, SignatureScheme::ECDSA_NISTP256_SHA256),
    (EcdsaP384Sha384, SignatureScheme::ECDSA_NISTP384_SHA384),
];

/// A private key that signs for this client.
pub(crate) struct Signatory {
    key: Arc<dyn SigningKey>,
    id: Option<String>,
}

impl Signatory {
    /// Returns `None` if the client authenticates without a signature, or if the key can't be used.
    pub(crate) fn new(authentication: &ClientAuthentication) -> Option<Self> {
        let ClientAuthentication::Key { pem, id } = authentication else { return None };
        let der = PrivateKeyDer::from_pem_slice(pem.expose_secret().as_bytes()).ok()?;
        let signatory = Self { key: any_supported_type(&der).ok()?, id: id.clone() };
        // A key of an unsupported kind signs nothing.
        signatory.sign("JWT", &json!({}), None).map(|_| signatory)
    }

    /// Returns a signed JWT. Uses an algorithm of `accepted`, or the key's first one if none fits. `None` if
    /// the key can't sign.
    pub(crate) fn sign(
        &self,
        media_type: &str,
        claims: &Value,
        accepted: Option<&[Algorithm]>,
    ) -> Option<String> {
        let usable = |(_, scheme): &&(Algorithm, SignatureScheme)| {
            self.key.choose_scheme(&[*scheme]).is_some()
        };
        let (algorithm, scheme) = SCHEMES
            .iter()
            .filter(usable)
            .find(|(algorithm, _)| accepted.is_none_or(|accepted| accepted.contains(algorithm)))
            .or_else(|| SCHEMES.iter().find(usable))?;
        let mut header = json!({ "alg": algorithm, "typ": media_type });
        if let (Some(id), Some(header)) = (&self.id, header.as_object_mut()) {
            header.insert("kid".into(), id.as_str().into());
        }
        let [header, claims] =
            [&header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let message = format!("{header}.{claims}");
        let signature = self.key.choose_scheme(&[*scheme])?.sign(message.as_bytes()).ok()?;
        let signature = match algorithm {
            EcdsaP256Sha256 => joined(&signature, 32)?,
            EcdsaP384Sha384 => joined(&signature, 48)?,
            _ => signature,
        };
        Some(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// Returns an ECDSA signature in the form of JOSE, two numbers of full width (RFC 7518, section 3.4), from
/// the form of ASN.1, a sequence of two integers.
fn joined(der: &[u8], width: usize) -> Option<Vec<u8>> {
    let (sequence, _) = element(0x30, der)?;
    let (r, rest) = element(0x02, sequence)?;
    let (s, _) = element(0x02, rest)?;
    let mut both = Vec::with_capacity(2 * width);
    for number in [r, s] {
        let number = if let [0, number @ ..] = number { number } else { number };
        both.resize(both.len() + width.checked_sub(number.len())?, 0);
        both.extend_from_slice(number);
    }
    Some(both)
}

/// Returns the content of an element with this tag, and the rest. The elements are short, so the length is
/// one byte.
fn element(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let [found, length, rest @ ..] = bytes else { return None };
    (*found == tag).then(|| rest.split_at_checked(usize::from(*length))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_numbers_of_a_signature_stand_at_full_width() {
        let der = [0x30, 9, 2, 3, 0, 0x80, 1, 2, 2, 3, 4];
        assert_eq!(joined(&der, 4), Some(vec![0, 0, 0x80, 1, 0, 0, 3, 4]));
        assert_eq!(joined(&der, 1), None);
        for length in 0..der.len() {
            assert_eq!(joined(&der[..length], 4), None, "{length}");
        }
        assert_eq!(joined(&[0x30, 0x81, 9, 2, 1, 1, 2, 1, 1], 4), None);
    }
}
