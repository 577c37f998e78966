//! Credentials for TURN servers: the user name is the time until which they hold, and the password its HMAC-SHA1
//! with the shared secret (draft-uberti-behave-turn-rest-00, as coturn's `use-auth-secret` reads it).

use crate::{clock::Time, config::Turn};
use app::wire::signal::TurnServer;
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::ExposeSecret;
use sha1::Sha1;

/// Returns the servers with credentials that hold until `until`. They name nobody.
pub fn servers(turn: &Turn, until: Time) -> Vec<TurnServer> {
    let username = until.unix_seconds().to_string();
    let secret = turn.secret.expose_secret().as_bytes();
    // HMAC takes a key of any length.
    let Ok(mut mac) = <Hmac<Sha1> as KeyInit>::new_from_slice(secret) else { return Vec::new() };
    mac.update(username.as_bytes());
    let credential = STANDARD.encode(mac.finalize().into_bytes());
    vec![TurnServer { urls: turn.urls.clone(), username, credential }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_the_hmac_of_the_time() {
        let turn = Turn { urls: vec!["turn:a".to_owned()], secret: "north".into() };
        let servers = servers(&turn, Time(1_433_895_918_506));
        // printf 1433895918 | openssl dgst -sha1 -hmac north -binary | base64
        assert_eq!(servers[0].username, "1433895918");
        assert_eq!(servers[0].credential, CREDENTIAL);
    }

    const CREDENTIAL: &str = "3dkl8uIBelQlraT8v9eCSJTyt+U=";
}
