//! Demo for one's own machine: an outbox to read, and meetings to visit.
//!
//! Compiled in by the Cargo feature `demo` only, and served in demo mode only.

pub mod bankid;
mod outbox;
mod seeds;

use crate::{
    deliver::{DeliveryError, Gateway, Mailer, compose::Composed, letter::Letter, outbox::Postman},
    desk::{Desk, Fault, NoToken},
    http::api::{self, problem::ApiProblem, wrong},
};
use async_trait::async_trait;
use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    fmt::Write,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Maximum number of messages that are kept.
const MOST: u32 = 500;

/// Mailer and gateway that send nothing. They keep the last messages while the program runs, as they were at
/// the time, even if what they are about changes.
#[derive(Default)]
pub struct Letterbox(Mutex<VecDeque<Letter>>);

impl Letterbox {
    fn keep(&self, letter: &Letter) {
        let mut letters = self.letters();
        if letters.len() >= MOST as usize {
            letters.pop_front();
        }
        letters.push_back(letter.clone());
    }

    fn find(&self, id: &str) -> Option<Letter> {
        self.letters().iter().rev().find(|letter| letter.id() == id).cloned()
    }

    fn letters(&self) -> MutexGuard<'_, VecDeque<Letter>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Mailer for Letterbox {
    async fn deliver(&self, letter: &Letter, _: &Composed) -> Result<(), DeliveryError> {
        self.keep(letter);
        Ok(())
    }

    fn kept(&self, id: &str) -> Option<Letter> {
        self.find(id)
    }
}

#[async_trait]
impl Gateway for Letterbox {
    async fn send(&self, letter: &Letter, _: &Composed) -> Result<Option<String>, DeliveryError> {
        self.keep(letter);
        Ok(None)
    }

    fn kept(&self, id: &str) -> Option<Letter> {
        self.find(id)
    }
}

/// Books the demo's meetings and returns the text that lists their links.
pub async fn greeting(desk: &Desk) -> Result<String, Fault> {
    let origin = &desk.settings.origin;
    let mut text = format!("\nAnslut demo on {origin}\n\n");
    for seed in seeds::seed(desk).await? {
        let _ = writeln!(
            text,
            "  {:<20} {}\n  {:<20} e-mail address: {}\n",
            seed.what, seed.link, "", seed.email
        );
    }
    let _ = writeln!(text, "  {:<20} {origin}/dev/outbox", "outbox");
    let _ = writeln!(text, "  {:<20} {origin}/dev/bankid\n", "BankID app");
    Ok(text)
}

/// Returns the addresses for testers, all below `/dev`.
pub fn routes(desk: &Desk, postman: &Postman) -> Router {
    let calls = api::meetings("/dev").route("/tokens", post(token)).with_state(desk.clone());
    let bankid = bankid::Simulator::new(desk.clock.clone());
    Router::new().nest("/dev", calls).merge(outbox::routes(desk, postman)).merge(bankid.routes())
}

/// Creates an API token in the demo's database.
async fn token(
    State(desk): State<Desk>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiProblem> {
    api::expect_json(&headers)?;
    match desk.create_token(&name(&body)?).await {
        Ok(token) => Ok((StatusCode::CREATED, Json(json!({ "token": token })))),
        Err(NoToken::Name(wrong_with_it)) => Err(wrong("/name", &wrong_with_it)),
        Err(NoToken::Fault(fault)) => Err(fault.into()),
    }
}

fn name(body: &[u8]) -> Result<String, ApiProblem> {
    match api::json(body)? {
        Value::Object(members) if members.keys().any(|member| member != "name") => {
            Err(wrong("", "holds a member that is not known"))
        }
        Value::Object(members) => match members.get("name").and_then(Value::as_str) {
            Some(name) => Ok(name.to_owned()),
            None => Err(wrong("/name", "must be a string")),
        },
        _ => Err(wrong("", "must be an object")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::letter::{Channel, Content, MeetingTime, SenderNotice};
    use app::wire::Language;
    use jiff::{Timestamp, tz::TimeZone};

    fn letter(id: u32) -> Letter {
        let at = Timestamp::UNIX_EPOCH;
        Letter {
            channel: Channel::Email,
            to: format!("{id}@example.org"),
            to_name: None,
            language: Language::Swedish,
            message_id: format!("{id}@localhost"),
            written_at: at,
            content: Content::Locked(SenderNotice {
                recipient: None,
                recipient_address: String::new(),
                time: MeetingTime { starts: at, ends: at, zone: TimeZone::UTC },
            }),
        }
    }

    #[test]
    fn the_last_letters_are_kept_as_they_were() {
        let letters = Letterbox::default();
        for id in 0..=MOST {
            letters.keep(&letter(id));
        }
        assert!(letters.find("0").is_none(), "but no more than can be shown");
        for id in [1, MOST] {
            let kept = letters.find(&id.to_string()).expect("a letter");
            assert_eq!(kept.to, format!("{id}@example.org"));
        }
    }
}
