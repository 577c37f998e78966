//! The rules between the parts of a view. The gallery's states and the server's answers keep to the same ones, so
//! that designers see nothing that the server can't show.

use super::{Notice, PageView, Problem, Screen};
use crate::steps::{ENDED_PATH, Step, ended_path, invitation_path};

/// Returns what in a view contradicts the rest of it. Empty for every view of the server.
pub fn contradictions(view: &PageView) -> Vec<&'static str> {
    let of_invitation = is_of_invitation(view);
    let inside = view.screen.step().is_some_and(Step::is_inside);
    let session = view.session.as_ref();
    [
        (view.token.is_some() != of_invitation, "a link token"),
        (view.help.is_some() != of_invitation, "a sender to call"),
        (!has_its_path(view), "the path"),
        (inside && session.is_none(), "no session inside"),
        (session.is_some_and(|session| session.elsewhere && inside), "a session elsewhere"),
        (view.notice.is_some_and(|notice| !may_tell(&view.screen, notice)), "the notice"),
        (view.problem.is_some_and(|problem| !may_have(&view.screen, problem)), "the problem"),
        (view.link.is_some() && !is_first(view), "a link to copy"),
    ]
    .into_iter()
    .filter_map(|(wrong, what)| wrong.then_some(what))
    .collect()
}

/// `true` if the screen belongs to an invitation.
fn is_of_invitation(view: &PageView) -> bool {
    match view.screen {
        Screen::Locked(_) | Screen::Closed | Screen::Cancelled | Screen::NoCookies => true,
        // The session may have been ended on another page.
        Screen::Ended => view.path != ENDED_PATH,
        _ => view.screen.step().is_some(),
    }
}

/// `true` for the first page of an invitation.
fn is_first(view: &PageView) -> bool {
    view.screen.step().is_some_and(|step| view.track.place(step) == 0)
}

fn has_its_path(view: &PageView) -> bool {
    match (view.token.as_deref(), view.screen.step()) {
        (None, _) => !view.path.starts_with("/m/"),
        (Some(token), Some(step)) => view.path == step.path(token),
        (Some(token), None) if view.screen == Screen::Ended => view.path == ended_path(token),
        (Some(token), None) => view.path == invitation_path(token),
    }
}

const fn may_tell(screen: &Screen, notice: Notice) -> bool {
    match notice {
        Notice::StartHere => matches!(screen, Screen::Method(_) | Screen::Address(_)),
        Notice::OtherBrowser => matches!(screen, Screen::Method(_)),
        Notice::SentAgain | Notice::StillValid => is_valid_code(screen),
        Notice::NotYet | Notice::StepUp | Notice::CallWanted => screen.step().is_some(),
        Notice::MeetingOver => screen.step().is_some() || matches!(screen, Screen::Locked(_)),
    }
}

const fn may_have(screen: &Screen, problem: Problem) -> bool {
    match (problem, screen) {
        (Problem::AddressMissing | Problem::AddressMalformed, Screen::Address(_))
        | (
            Problem::TooSoon { .. } | Problem::TooMany { .. } | Problem::TooManyAddresses { .. },
            Screen::Address(_) | Screen::Code(_),
        )
        | (Problem::NoCode, Screen::Method(_) | Screen::Address(_) | Screen::Code(_))
        | (
            Problem::ReportMissing | Problem::ReportTooLong { .. } | Problem::TooManyReports,
            Screen::Accessibility(_),
        )
        | (Problem::EId(_) | Problem::TooManyIdentifications { .. }, Screen::Choice(_)) => true,
        (Problem::CodeMissing | Problem::CodeMalformed { .. }, Screen::Code(_)) => {
            is_valid_code(screen)
        }
        (Problem::CodeWrong { left }, Screen::Code(code)) => {
            is_valid_code(screen) && left == code.tries_left
        }
        (Problem::CodeDead, Screen::Code(code)) => code.tries_left == 0,
        (Problem::CodeExpired, Screen::Code(code)) => code.valid_for == 0,
        (Problem::RoomClosed, Screen::Meeting(meeting)) => meeting.when.opens_in > 0,
        _ => false,
    }
}

const fn is_valid_code(screen: &Screen) -> bool {
    matches!(screen, Screen::Code(code) if !code.is_over())
}
