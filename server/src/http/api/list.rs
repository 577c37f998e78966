//! The list of meetings, page by page.

use super::{is_id, problem::ApiProblem, responses::Meetings};
use crate::{clock::Time, state::AppState};
use axum::{
    Json,
    extract::{RawQuery, State},
    http::StatusCode,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use url::form_urlencoded;

/// Meetings a page, if the caller names no limit.
const USUAL: u32 = 50;

/// The maximum number of meetings a page.
const MOST: u32 = 100;

/// Lists meetings
///
/// All meetings of the installation, the last booked first.
#[utoipa::path(
    get,
    path = "/api/v1/meetings",
    operation_id = "listMeetings",
    tag = "meetings",
    params(
        ("limit" = Option<u32>, Query, description = "The most that are told.", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before."),
    ),
    responses(
        (status = 200, description = "Some meetings, and how to go on.", body = Meetings),
        (status = 400, description = "A parameter is not known or can't be understood."),
    ),
)]
pub(super) async fn list(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
) -> Result<Json<Meetings>, ApiProblem> {
    let Asked { limit, after } = Asked::read(query.as_deref())
        .map_err(|detail| ApiProblem::new(StatusCode::BAD_REQUEST, detail))?;
    let after = after.as_ref().map(|(at, id)| (*at, id.as_str()));
    let (meetings, next) = state.meetings(after, limit).await?;
    let next = next.map(|(at, id)| cursor(at, &id));
    Ok(Json(Meetings::new(&meetings, next)))
}

/// The parsed query of a list.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    limit: u32,
    after: Option<(Time, String)>,
}

impl Asked {
    fn read(query: Option<&str>) -> Result<Self, &'static str> {
        let (mut limit, mut after) = (None, None);
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            match &*name {
                "limit" if limit.is_none() => {
                    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
                    let number = value.parse().ok().filter(|it| digits && (1..=MOST).contains(it));
                    limit = Some(number.ok_or("limit must be a number from 1 to 100.")?);
                }
                "cursor" if after.is_none() => {
                    after =
                        Some(place(&value).ok_or("cursor must be a next_cursor as it was told.")?);
                }
                _ => return Err("Only limit and cursor can be said, each once."),
            }
        }
        Ok(Self { limit: limit.unwrap_or(USUAL), after })
    }
}

/// Returns the cursor that continues after a meeting.
fn cursor(booked: Time, id: &str) -> String {
    URL_SAFE_NO_PAD.encode([&booked.0.to_be_bytes(), id.as_bytes()].concat())
}

/// Parses a cursor into the booking time and id of its meeting. `None` if it is malformed.
fn place(cursor: &str) -> Option<(Time, String)> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (booked, id) = bytes.split_first_chunk()?;
    let id = String::from_utf8(id.to_vec()).ok().filter(|id| is_id(id))?;
    Some((Time(i64::from_be_bytes(*booked)), id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ID: &str = "0e5f6d0a-6d5b-4a57-9f5c-0c1f4a0f7d11";

    #[test]
    fn a_page_is_asked_for_by_a_limit_and_a_cursor() {
        let asked = |query: &str| Asked::read(Some(query));
        assert_eq!(Asked::read(None), Ok(Asked { limit: 50, after: None }));
        assert_eq!(asked(""), Ok(Asked { limit: 50, after: None }));
        assert_eq!(asked("limit=100"), Ok(Asked { limit: 100, after: None }));
        let (at, next) = (Time(1_800_000_000_000), cursor(Time(1_800_000_000_000), ID));
        let after = Some((at, ID.to_owned()));
        assert_eq!(asked(&format!("cursor={next}&limit=1")), Ok(Asked { limit: 1, after }));
        for query in [
            "limit",
            "limit=",
            "limit=0",
            "limit=101",
            "limit=-1",
            "limit=%2B5",
            "limit=5.0",
            "limit=1&limit=1",
            "limit=99999999999",
            "LIMIT=5",
            "cursor",
            "cursor=",
            "cursor=abc",
            "cursor=====",
            "cursor=%ff",
            "offset=1",
            "x",
            "%00",
            "limit=1&x=1",
        ] {
            assert!(asked(query).is_err(), "{query}");
        }
        assert!(asked(&format!("cursor={next}&cursor={next}")).is_err());
        assert!(asked(&format!("cursor={}", cursor(at, "a\0b"))).is_err());
    }

    proptest! {
        #[test]
        fn no_query_breaks_anything(query in any::<String>(), bytes: Vec<u8>) {
            let _ = Asked::read(Some(&query));
            let _ = place(&URL_SAFE_NO_PAD.encode(bytes));
        }
    }
}
