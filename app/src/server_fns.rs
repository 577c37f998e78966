//! The server functions: each parses a form, calls the backend, and returns the step that is now
//! reached.
//!
//! Each is the address of a plain HTML form. A form that the browser posts without the app gets a 303 to the
//! step's page. The loaded app asks for JSON and gets the step's view.

#![expect(missing_docs, reason = "the macro makes a struct of each function's fields")]

use crate::wire::PageView;
use leptos::{prelude::*, server};

#[cfg(feature = "ssr")]
use {
    crate::{
        accept,
        backend::{
            Action, Chosen, Decision, HostAction, PageRef, PageResponse, SharedBackend,
            Unavailable, Visitor,
        },
        fields::{EmailAddress, InvitationToken, OneTimeCode},
        steps::Step,
        wire::{Equipment, Language},
    },
    axum::http::{HeaderName, HeaderValue, StatusCode, header, request::Parts},
};

/// Continues from the method page.
#[server(prefix = "/do", endpoint = "begin")]
pub async fn begin(#[server(default)] invitation: String) -> Result<PageView, ServerFnError> {
    act(&invitation, |_| Action::Begin).await
}

/// Gives the address that the invitation was sent to.
#[server(prefix = "/do", endpoint = "address")]
pub async fn give_address(
    #[server(default)] invitation: String,
    #[server(default)] email: String,
) -> Result<PageView, ServerFnError> {
    act(&invitation, |_| Action::Address {
        // No database and no page can show a NUL.
        typed: email.trim().chars().filter(|c| *c != '\0').take(EmailAddress::MAX).collect(),
        parsed: EmailAddress::parse(&email),
    })
    .await
}

/// Enters the code.
#[server(prefix = "/do", endpoint = "code")]
pub async fn enter_code(
    #[server(default)] invitation: String,
    #[server(default)] code: String,
) -> Result<PageView, ServerFnError> {
    act(&invitation, |gate| Action::Code(OneTimeCode::parse(&code, gate.code_length()))).await
}

/// Requests the code again.
#[server(prefix = "/do", endpoint = "resend")]
pub async fn resend_code(#[server(default)] invitation: String) -> Result<PageView, ServerFnError> {
    act(&invitation, |_| Action::Resend).await
}

/// Uses an e-ID instead of a code.
#[server(prefix = "/do", endpoint = "e-id")]
pub async fn use_e_id(#[server(default)] invitation: String) -> Result<PageView, ServerFnError> {
    act(&invitation, |_| Action::UseEId).await
}

/// Chooses an e-ID.
#[server(prefix = "/do", endpoint = "choose")]
pub async fn choose(
    #[server(default)] invitation: String,
    #[server(default)] way: String,
) -> Result<PageView, ServerFnError> {
    act(&invitation, |_| Action::Choose(Chosen::parse(&way))).await
}

/// Cancels an identification.
#[server(prefix = "/do", endpoint = "cancel")]
pub async fn cancel(#[server(default)] invitation: String) -> Result<PageView, ServerFnError> {
    act(&invitation, |_| Action::Cancel).await
}

/// Continues when an identification is done.
#[server(prefix = "/do", endpoint = "finish")]
pub async fn finish(#[server(default)] invitation: String) -> Result<PageView, ServerFnError> {
    act(&invitation, |_| Action::Finish).await
}

/// Continues from the invitation to the meeting page.
#[server(prefix = "/do", endpoint = "enter")]
pub async fn enter_meeting(
    #[server(default)] invitation: String,
) -> Result<PageView, ServerFnError> {
    act(&invitation, |_| Action::Enter).await
}

/// Joins the meeting: enters the room, or knocks at a built-in one.
#[server(prefix = "/do", endpoint = "join")]
pub async fn join_room(
    #[server(default)] invitation: String,
    #[server(default)] camera: String,
    #[server(default)] microphone: String,
) -> Result<PageView, ServerFnError> {
    act(&invitation, |_| {
        Action::Join(Equipment {
            camera: yes_or_no(&camera),
            microphone: yes_or_no(&microphone),
            connection: None,
        })
    })
    .await
}

/// Lets a guest in.
#[server(prefix = "/do", endpoint = "admit")]
pub async fn admit_guest(
    #[server(default)] invitation: String,
    #[server(default)] guest: String,
) -> Result<PageView, ServerFnError> {
    decide(&invitation, &guest, Decision::Admit).await
}

/// Refuses a guest who waits.
#[server(prefix = "/do", endpoint = "refuse")]
pub async fn refuse_guest(
    #[server(default)] invitation: String,
    #[server(default)] guest: String,
) -> Result<PageView, ServerFnError> {
    decide(&invitation, &guest, Decision::Refuse).await
}

/// Moves an admitted guest to the waiting room.
#[server(prefix = "/do", endpoint = "wait")]
pub async fn let_guest_wait(
    #[server(default)] invitation: String,
    #[server(default)] guest: String,
) -> Result<PageView, ServerFnError> {
    decide(&invitation, &guest, Decision::Wait).await
}

/// Removes an admitted guest.
#[server(prefix = "/do", endpoint = "remove")]
pub async fn remove_guest(
    #[server(default)] invitation: String,
    #[server(default)] guest: String,
) -> Result<PageView, ServerFnError> {
    decide(&invitation, &guest, Decision::Remove).await
}

/// Sends a message to a guest who waits.
#[server(prefix = "/do", endpoint = "tell")]
pub async fn tell_guest(
    #[server(default)] invitation: String,
    #[server(default)] guest: String,
    #[server(default)] text: String,
) -> Result<PageView, ServerFnError> {
    act(&invitation, |_| Action::Lead(HostAction::Tell { guest: HostAction::guest(&guest), text }))
        .await
}

/// Locks the meeting for those who have not knocked, or opens it again.
#[server(prefix = "/do", endpoint = "lock")]
pub async fn lock_meeting(
    #[server(default)] invitation: String,
    #[server(default)] on: String,
) -> Result<PageView, ServerFnError> {
    // Without a word it locks: a mistake must not open.
    act(&invitation, |_| Action::Lead(HostAction::Lock(yes_or_no(&on).unwrap_or(true)))).await
}

/// Ends the meeting for everybody.
#[server(prefix = "/do", endpoint = "end-meeting")]
pub async fn end_meeting(#[server(default)] invitation: String) -> Result<PageView, ServerFnError> {
    act(&invitation, |_| Action::Lead(HostAction::End)).await
}

/// Reports the result of the device check.
#[server(prefix = "/do", endpoint = "equipment")]
pub async fn report_equipment(
    #[server(default)] invitation: String,
    #[server(default)] camera: String,
    #[server(default)] microphone: String,
    #[server(default)] connection: String,
) -> Result<PageView, ServerFnError> {
    act(&invitation, |_| {
        Action::Equip(Equipment {
            camera: yes_or_no(&camera),
            microphone: yes_or_no(&microphone),
            connection: yes_or_no(&connection),
        })
    })
    .await
}

/// Wishes to be called, on the page with this path.
#[server(prefix = "/do", endpoint = "ring-me")]
pub async fn ring_me(
    #[server(default)] invitation: String,
    #[server(default)] path: String,
) -> Result<PageView, ServerFnError> {
    act(&invitation, |_| Action::RingMe(step_at(&path))).await
}

/// Extends the session, on the page with this path.
#[server(prefix = "/do", endpoint = "stay")]
pub async fn stay(
    #[server(default)] invitation: String,
    #[server(default)] path: String,
) -> Result<PageView, ServerFnError> {
    act(&invitation, |_| Action::Stay(step_at(&path))).await
}

/// Ends the session.
#[server(prefix = "/do", endpoint = "end")]
pub async fn end_session(#[server(default)] invitation: String) -> Result<PageView, ServerFnError> {
    act(&invitation, |_| Action::End).await
}

/// Sets the language, on the page with this path.
#[server(prefix = "/do", endpoint = "language")]
pub async fn choose_language(
    #[server(default)] language: String,
    #[server(default)] path: String,
) -> Result<PageView, ServerFnError> {
    let (gate, visitor) = visit()?;
    let place = PageRef::at(&path);
    let language = Language::from_tag(&language).unwrap_or_default();
    answer(gate.set_language(&visitor, language, place).await)
}

#[cfg(feature = "ssr")]
fn visit() -> Result<(SharedBackend, Visitor), ServerFnError> {
    match (use_context::<SharedBackend>(), use_context::<Visitor>()) {
        (Some(gate), Some(visitor)) => Ok((gate, visitor)),
        _ => Err(ServerFnError::new("no gate")),
    }
}

#[cfg(feature = "ssr")]
async fn act(
    token: &str,
    action: impl FnOnce(&SharedBackend) -> Action + Send,
) -> Result<PageView, ServerFnError> {
    let (gate, visitor) = visit()?;
    let action = action(&gate);
    answer(gate.submit(&visitor, InvitationToken::parse(token), action).await)
}

#[cfg(feature = "ssr")]
async fn decide(token: &str, guest: &str, decision: Decision) -> Result<PageView, ServerFnError> {
    let guest = HostAction::guest(guest);
    act(token, |_| Action::Lead(HostAction::Decide { guest, decision })).await
}

/// Returns the step of the page with this path.
#[cfg(feature = "ssr")]
fn step_at(path: &str) -> Option<Step> {
    match PageRef::at(path) {
        PageRef::Invitation(_, step) => step,
        _ => None,
    }
}

/// Reads a field of a form that says `yes` or `no`.
#[cfg(feature = "ssr")]
fn yes_or_no(value: &str) -> Option<bool> {
    match value {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

/// Responds to the loaded app with the view and its status, and to a plain form with a 303 to the view's
/// page.
#[cfg(feature = "ssr")]
fn answer(outcome: Result<PageResponse, Unavailable>) -> Result<PageView, ServerFnError> {
    let (Some(response), Some(request)) =
        (use_context::<leptos_axum::ResponseOptions>(), use_context::<Parts>())
    else {
        return Err(ServerFnError::new("no request"));
    };
    let Ok(answer) = outcome else {
        response.set_status(StatusCode::SERVICE_UNAVAILABLE);
        return Err(ServerFnError::new("unavailable"));
    };
    if answer.status == StatusCode::FORBIDDEN.as_u16() {
        // A page instead of the step's: there is no step to lead to.
        response.set_status(StatusCode::FORBIDDEN);
        return Err(ServerFnError::new("forbidden"));
    }
    for cookie in &answer.cookies {
        if let Ok(value) = HeaderValue::from_str(cookie) {
            response.append_header(header::SET_COOKIE, value);
        }
    }
    let (header, value, status) = if wants_view(&request.headers) {
        let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
        (header::CONTENT_LOCATION, &answer.view.path, status)
    } else {
        (header::LOCATION, &answer.location, StatusCode::SEE_OTHER)
    };
    set_header(&response, header, value);
    response.set_status(status);
    Ok(answer.view)
}

#[cfg(feature = "ssr")]
fn set_header(response: &leptos_axum::ResponseOptions, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.insert_header(name, value);
    }
}

/// Returns `true` if the request comes from the loaded app, which takes the view as JSON.
#[cfg(feature = "ssr")]
pub fn wants_view(headers: &axum::http::HeaderMap) -> bool {
    accept::prefers(headers, "application/json", "text/html")
}
