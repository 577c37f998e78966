//! Demo for one's own machine: an outbox to read, and meetings to walk through.
//!
//! Compiled in by the Cargo feature `demo` only, and served in demo mode only.

pub mod bankid;
mod outbox;
mod room;
mod seeds;
mod start;

pub use seeds::Seeds;

use crate::{
    http::api::{self, problem::ApiProblem, wrong},
    jobs::outbox::OutboxWorker,
    meetings::{MeetingError, api_tokens::NoToken},
    messages::{DeliveryError, Gateway, Mailer, content::MessageContext, render::RenderedMessage},
    state::AppState,
};
use async_trait::async_trait;
use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
    routing::post,
};
use jiff::{Timestamp, ZonedDateTime, tz::TimeZone};
use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    fmt::Write,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The organisation's time zone, in which the demo's pages show times.
const ZONE: &str = "Europe/Stockholm";

/// Maximum number of messages that are kept.
const MOST: u32 = 500;

/// Mailer and gateway that send nothing. They keep the last messages while the program runs, as they were at
/// the time, even if what they are about changes.
#[derive(Default)]
pub struct Letterbox(Mutex<VecDeque<MessageContext>>);

impl Letterbox {
    fn keep(&self, context: &MessageContext) {
        let mut letters = self.letters();
        if letters.len() >= MOST as usize {
            letters.pop_front();
        }
        letters.push_back(context.clone());
    }

    fn find(&self, id: &str) -> Option<MessageContext> {
        self.letters().iter().rev().find(|context| context.id() == id).cloned()
    }

    fn letters(&self) -> MutexGuard<'_, VecDeque<MessageContext>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Mailer for Letterbox {
    async fn deliver(
        &self,
        context: &MessageContext,
        _: &RenderedMessage,
    ) -> Result<(), DeliveryError> {
        self.keep(context);
        Ok(())
    }

    fn kept(&self, id: &str) -> Option<MessageContext> {
        self.find(id)
    }
}

#[async_trait]
impl Gateway for Letterbox {
    async fn send(
        &self,
        context: &MessageContext,
        _: &RenderedMessage,
    ) -> Result<Option<String>, DeliveryError> {
        self.keep(context);
        Ok(None)
    }

    fn kept(&self, id: &str) -> Option<MessageContext> {
        self.find(id)
    }
}

/// Books the demo's meetings and returns the text that lists their links.
pub async fn greeting(state: &AppState, seeds: &Seeds) -> Result<String, MeetingError> {
    let origin = &state.settings.origin;
    let mut text = format!("\nAnslut demo on {origin}\n\n");
    for seed in seeds.book(state).await? {
        let _ = writeln!(
            text,
            "  {:<23} {}\n  {:<23} email address: {}\n",
            seed.what, seed.link, "", seed.email
        );
    }
    let _ = writeln!(text, "  {:<23} {origin}/dev/outbox", "Outbox");
    let _ = writeln!(text, "  {:<23} {origin}/dev/bankid", "BankID app");
    let _ = writeln!(text, "  {:<23} {origin}/\n", "All of it on a page");
    Ok(text)
}

/// Returns a point in time as the organisation's clocks show it.
fn local(at: Timestamp) -> ZonedDateTime {
    at.to_zoned_datetime(TimeZone::get(ZONE).unwrap_or(TimeZone::UTC))
}

/// Returns the start page, and the addresses for testers below `/dev`.
pub fn routes(state: &AppState, outbox_worker: &OutboxWorker, seeds: &Seeds) -> Router {
    let calls = api::meetings("/dev").route("/tokens", post(token)).with_state(state.clone());
    let bankid = bankid::Simulator::new(state.clock.clone());
    Router::new()
        .nest("/dev", calls)
        .merge(start::routes(state, seeds))
        .merge(room::routes())
        .merge(outbox::routes(state, outbox_worker))
        .merge(bankid.routes())
}

/// Returns the script that refreshes a page.
async fn script() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("demo/refresh.js"))
}

/// Creates an API token in the demo's database.
async fn token(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiProblem> {
    api::expect_json(&headers)?;
    match state.create_token(&name(&body)?).await {
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
    use crate::messages::content::{Body, Channel, MeetingTime, SenderNotice};
    use app::wire::{Language, Role};
    use jiff::{Timestamp, tz::TimeZone};

    fn context(id: u32) -> MessageContext {
        let at = Timestamp::UNIX_EPOCH;
        MessageContext {
            channel: Channel::Email,
            to: format!("{id}@example.org"),
            to_name: None,
            language: Language::Swedish,
            message_id: format!("{id}@localhost"),
            written_at: at,
            sequence: 0,
            content: Body::Locked(SenderNotice {
                role: Role::Guest,
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
            letters.keep(&context(id));
        }
        assert!(letters.find("0").is_none(), "but no more than can be shown");
        for id in [1, MOST] {
            let kept = letters.find(&id.to_string()).expect("a context");
            assert_eq!(kept.to, format!("{id}@example.org"));
        }
    }
}
