//! The demo's start page: what there is to try, and where.

use super::{local, room, seeds::Seed, seeds::Seeds};
use crate::{clock::Time, state::AppState};
use askama::Template;
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use jiff::ZonedDateTime;
use std::time::Duration;

/// The recipient of the printed booking.
const GUEST: &str = "dan@example.org";

#[derive(Clone)]
struct Start {
    state: AppState,
    seeds: Seeds,
}

pub(super) fn routes(state: &AppState, seeds: &Seeds) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/dev/start.css", get(style))
        .with_state(Start { state: state.clone(), seeds: seeds.clone() })
}

#[derive(Template)]
#[template(path = "demo/start.html")]
struct Page<'a> {
    invitations: Vec<Card<'a>>,
    booking: String,
    guest: &'static str,
}

/// An invitation as the page shows it.
struct Card<'a> {
    what: &'static str,
    method: &'static str,
    email: &'a str,
    /// The link's path. So the browser stays with the host name that it came by.
    path: &'a str,
    times: String,
}

impl<'a> Card<'a> {
    fn of(seed: &'a Seed, origin: &str, now: Time) -> Self {
        Self {
            what: seed.what,
            method: seed.method,
            email: &seed.email,
            path: seed.link.strip_prefix(origin).unwrap_or(&seed.link),
            times: times(seed.times, now),
        }
    }
}

async fn page(State(start): State<Start>) -> Response {
    let (origin, now) = (&start.state.settings.origin, start.state.clock.now());
    rendered(&Page {
        invitations: start.seeds.all().iter().map(|it| Card::of(it, origin, now)).collect(),
        booking: booking(origin, now),
        guest: GUEST,
    })
}

/// Returns the day and the times of a meeting, such as "Today 09:00–09:45".
fn times((starts, ends): (Time, Time), now: Time) -> String {
    let [starts, ends, now] = [starts, ends, now].map(|time| local(time.timestamp()));
    let day = |at: &ZonedDateTime| at.date();
    let is_next =
        |a: &ZonedDateTime, b: &ZonedDateTime| a.tomorrow().is_ok_and(|next| day(&next) == day(b));
    let named = if day(&starts) == day(&now) {
        "Today".to_owned()
    } else if is_next(&starts, &now) {
        "Yesterday".to_owned()
    } else if is_next(&now, &starts) {
        "Tomorrow".to_owned()
    } else {
        starts.strftime("%a %-d %b").to_string()
    };
    format!("{named} {}–{}", starts.strftime("%H:%M"), ends.strftime("%H:%M"))
}

/// Returns a command that books a meeting from now on.
fn booking(origin: &str, now: Time) -> String {
    let [starts, ends] = [now, now + Duration::from_hours(1)]
        .map(|time| local(time.timestamp()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string());
    let room = room::PATH;
    format!(
        r#"curl {origin}/dev/meetings -H 'Content-Type: application/json' -d '{{
  "title": "My meeting",
  "starts_at": "{starts}",
  "ends_at": "{ends}",
  "organiser": {{
    "name": "Kim Handläggare",
    "email": "kim@kommun.example",
    "phone": "+46313900612"
  }},
  "room": {{ "kind": "link", "url": "{origin}{room}" }},
  "recipients": [{{
    "email": "{GUEST}",
    "assurance": "loa2",
    "method": "email-code",
    "language": "en"
  }}]
}}'"#
    )
}

pub(super) fn rendered(page: &impl Template) -> Response {
    match page.render() {
        Ok(page) => Html(page).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn style() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8")],
        concat!(include_str!("page.css"), include_str!("start.css")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    #[test]
    fn a_day_is_named_from_today() {
        let at = |text: &str| Time::from(text.parse::<Timestamp>().expect("a time"));
        let now = at("2026-12-01T22:30:00Z");
        for (starts, named) in [
            ("2026-12-01T22:30:00Z", "Today 23:30–00:15"),
            ("2026-12-01T23:00:00Z", "Tomorrow 00:00–00:45"),
            ("2026-11-30T22:59:00Z", "Yesterday 23:59–00:44"),
            ("2026-11-29T08:00:00Z", "Sun 29 Nov 09:00–09:45"),
        ] {
            let starts = at(starts);
            assert_eq!(times((starts, starts + Duration::from_mins(45)), now), named);
        }
    }
}
