//! The port between the pages and the server: the trait that the server implements.

use crate::{
    fields::{EmailAddress, InvitationToken, OneTimeCode},
    steps::{
        ACCESSIBILITY_PATH, ENDED_PATH, ENDED_SLUG, PRIVACY_PATH, REPORTED_PATH, Step, ended_path,
        invitation_path,
    },
    wire::{Choice, Equipment, Language, PageView, Problem},
};
use async_trait::async_trait;
use std::{net::IpAddr, sync::Arc};

/// The data about a visitor that the browser sent, unverified.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// The session cookie's value.
    pub session: Option<String>,
    /// The language chosen before in this browser.
    pub language: Option<Language>,
    /// `true` if the visitor opened the page. `false` if the page refreshed itself.
    pub is_navigation: bool,
    /// `true` if the address says that a cookie has just been set ([`COOKIE_SET`]).
    pub cookie_set: bool,
    /// The visitor's device.
    pub device: Device,
}

impl Visitor {
    /// Returns `true` if the browser has sent any cookie of ours: it keeps them.
    pub const fn keeps_cookies(&self) -> bool {
        self.session.is_some() || self.language.is_some()
    }
}

/// The query of the address to which a browser is redirected with its first cookie. A visitor who arrives
/// there without a cookie keeps none.
pub const COOKIE_SET: &str = "cookie";

/// A visitor's device, as far as a request shows it.
#[derive(Clone, Debug, Default)]
pub struct Device {
    /// Its IP address, if known.
    pub address: Option<IpAddr>,
    /// The `User-Agent`, cut to a maximum length.
    pub agent: String,
    /// `true` for a phone or tablet.
    pub handheld: bool,
    /// `true` for a browser that is a part of another app, such as a mail program.
    pub in_app: bool,
}

/// An e-ID that a visitor chooses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// BankID on another device.
    BankIdElsewhere,
    /// BankID on this device.
    BankIdHere,
    /// The provider with this id.
    Provider(String),
}

impl Chosen {
    /// The form's value for BankID on another device.
    pub const ELSEWHERE: &str = Choice::ELSEWHERE;
    /// The form's value for BankID on this device.
    pub const HERE: &str = Choice::HERE;

    /// `true` for a provider other than BankID.
    pub const fn is_provider(&self) -> bool {
        matches!(self, Self::Provider(_))
    }

    /// Parses the value of a form's button.
    pub fn parse(value: &str) -> Self {
        match value {
            Self::ELSEWHERE => Self::BankIdElsewhere,
            Self::HERE => Self::BankIdHere,
            id => Self::Provider(id.chars().take(100).collect()),
        }
    }
}

/// A page that a visitor asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageRef {
    /// An invitation: the given step, or the furthest one reached.
    Invitation(InvitationToken, Option<Step>),
    /// The accessibility statement.
    Accessibility,
    /// The page that thanks for a report of an accessibility problem.
    Reported,
    /// The privacy notice.
    Privacy,
    /// The page that says that the session has ended, on an invitation if it was ended there.
    Ended(Option<InvitationToken>),
    /// An unknown address.
    NotFound,
}

impl PageRef {
    /// Returns the page at this path.
    pub fn at(path: &str) -> Self {
        match path {
            ACCESSIBILITY_PATH => return Self::Accessibility,
            REPORTED_PATH => return Self::Reported,
            PRIVACY_PATH => return Self::Privacy,
            ENDED_PATH => return Self::Ended(None),
            _ => {}
        }
        let link = path
            .strip_prefix("/m/")
            .and_then(|rest| rest.split_at_checked(InvitationToken::LENGTH))
            .and_then(|(token, tail)| Some(behind(InvitationToken::parse(token)?, tail)));
        link.unwrap_or(Self::NotFound)
    }

    /// Returns the page's path.
    pub fn path(&self) -> String {
        match self {
            Self::Invitation(token, Some(step)) => step.path(token.as_str()),
            Self::Invitation(token, None) => invitation_path(token.as_str()),
            Self::Accessibility => ACCESSIBILITY_PATH.to_owned(),
            Self::Reported => REPORTED_PATH.to_owned(),
            Self::Privacy => PRIVACY_PATH.to_owned(),
            Self::Ended(Some(token)) => ended_path(token.as_str()),
            Self::Ended(None) => ENDED_PATH.to_owned(),
            Self::NotFound => "/".to_owned(),
        }
    }
}

/// Returns the page for an invitation's link with this tail after its token.
fn behind(token: InvitationToken, tail: &str) -> PageRef {
    let rest = tail.trim_start_matches('/');
    if is_taken_along(rest) {
        return PageRef::Invitation(token, None);
    }
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len());
    let (slug, after) = rest.split_at(end);
    let ours = rest.len() < tail.len() && is_taken_along(after.trim_start_matches('/'));
    let slug = slug.trim_end_matches('-');
    match Step::from_slug(slug) {
        Some(step) if ours => PageRef::Invitation(token, Some(step)),
        None if ours && slug == ENDED_SLUG => PageRef::Ended(Some(token)),
        _ => PageRef::NotFound,
    }
}

/// Returns `true` if this may follow a link that a program found in a text. It is empty or a mark from the
/// surrounding text, plain or encoded (`.`, `%3E`, `&gt;`, `=20`). A letter or a digit makes it another
/// address.
fn is_taken_along(text: &str) -> bool {
    let text = text.trim_start_matches(['-', '_']);
    let coded = text.strip_prefix('%').and_then(|hex| hex.get(..2));
    let first = match coded.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
        Some(byte) => Some(char::from(byte)),
        None => text.chars().next(),
    };
    first.is_none_or(|first| !first.is_ascii_alphanumeric())
}

/// A visitor's action. Fields are parsed. One that can't be parsed is a [`Problem`].
#[derive(Clone, Debug)]
pub enum Action {
    /// Continues from the method page.
    Begin,
    /// Gives the address that the invitation was sent to.
    Address {
        /// The text as typed, trimmed and cut to a maximum length, to be shown again.
        typed: String,
        /// The parsed address.
        parsed: Result<EmailAddress, Problem>,
    },
    /// Enters the code.
    Code(Result<OneTimeCode, Problem>),
    /// Requests the code again.
    Resend,
    /// Uses an e-ID instead of a code.
    UseEId,
    /// Chooses an e-ID.
    Choose(Chosen),
    /// Cancels an identification.
    Cancel,
    /// Continues when an identification is done.
    Finish,
    /// Continues from the invitation to the meeting page.
    Enter,
    /// Joins the meeting: enters the room, or knocks at a built-in one with this equipment.
    Join(Equipment),
    /// Does what only a host may.
    Lead(HostAction),
    /// Reports the result of the device check.
    Equip(Equipment),
    /// Wishes to be called, on that step.
    RingMe(Option<Step>),
    /// Extends the session, on that step.
    Stay(Option<Step>),
    /// Ends the session.
    End,
}

/// An action of a host in the meeting's built-in room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostAction {
    /// Decides about a guest.
    Decide {
        /// The id of the guest's knock.
        guest: String,
        /// The decision.
        decision: Decision,
    },
    /// Sends a message to a guest who waits.
    Tell {
        /// The id of the guest's knock.
        guest: String,
        /// The message as typed.
        text: String,
    },
    /// Locks the meeting for those who have not knocked, or opens it again.
    Lock(bool),
    /// Ends the meeting for everybody.
    End,
}

impl HostAction {
    /// The longest message to a guest. In characters.
    pub const MESSAGE: usize = 200;

    /// Returns a guest's id as a form gives it. Empty if it can't be one.
    pub fn guest(typed: &str) -> String {
        let is_id =
            typed.len() == 36 && typed.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        if is_id { typed.to_owned() } else { String::new() }
    }
}

/// A host's decision about a guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Lets the guest in.
    Admit,
    /// Refuses a guest who waits.
    Refuse,
    /// Moves an admitted guest to the waiting room.
    Wait,
    /// Removes an admitted guest.
    Remove,
}

/// The server's response to a request for a page or to an action.
#[derive(Clone, Debug)]
pub struct PageResponse {
    /// The view to show.
    pub view: PageView,
    /// The address to which a browser that posted a plain form is redirected.
    pub location: String,
    /// Values of the `Set-Cookie` headers.
    pub cookies: Vec<String>,
    /// The HTTP status of the view.
    pub status: u16,
}

/// A fault of the server. The reason is in the log only.
#[derive(Clone, Copy, Debug)]
pub struct Unavailable;

/// The calls of the pages. The server implements it, and server functions get it from the context.
#[async_trait]
pub trait Backend: Send + Sync {
    /// Returns a page. It writes nothing but the last activity of the session.
    ///
    /// # Errors
    /// Fails if the server has a fault.
    async fn page(&self, visitor: &Visitor, place: PageRef) -> Result<PageResponse, Unavailable>;

    /// Performs an action for an invitation and returns the step that is now reached. A missing or unknown
    /// token gets the response of an unknown address.
    ///
    /// # Errors
    /// Fails if the server has a fault.
    async fn submit(
        &self,
        visitor: &Visitor,
        token: Option<InvitationToken>,
        action: Action,
    ) -> Result<PageResponse, Unavailable>;

    /// Sets the language of this browser, and returns the page in it.
    ///
    /// # Errors
    /// Fails if the server has a fault.
    async fn set_language(
        &self,
        visitor: &Visitor,
        language: Language,
        place: PageRef,
    ) -> Result<PageResponse, Unavailable>;

    /// Returns the number of digits of a code.
    fn code_length(&self) -> u8;
}

/// The server's implementation, shared by requests.
pub type SharedBackend = Arc<dyn Backend>;

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "abcDEF-0123456789_abcDEF012";

    #[test]
    fn a_link_with_what_was_taken_along_is_the_invitation() {
        let invitation = PageRef::at(&invitation_path(TOKEN));
        assert!(matches!(invitation, PageRef::Invitation(_, None)));
        for more in [
            "/",
            "//",
            ".",
            "...",
            ",",
            ":",
            ";",
            "!",
            ")",
            "]",
            "}",
            "\"",
            "'",
            "*",
            "_",
            "--",
            "|",
            "\\",
            "%20",
            "%C2%A0",
            "%3E",
            "%22%3E",
            "%E2%80%99",
            "%E2%80%9D.",
            "%E2%80%8B",
            "%EF%BB%BF",
            "%2520",
            "%0A",
            "&gt;",
            "&gt",
            "&quot;.",
            "=",
            "=20",
            "=3E",
            "%3D%0D%0A",
            "/.",
            "/%20",
            "./",
            ").%20",
            ">Mvh",
            "\u{201d}",
            "\u{200b}",
            "%2F",
        ] {
            assert_eq!(PageRef::at(&format!("/m/{TOKEN}{more}")), invitation, "{more}");
            let code = PageRef::at(&Step::Code.path(TOKEN));
            assert_eq!(PageRef::at(&format!("/m/{TOKEN}/code{more}")), code, "code{more}");
        }
        let here = PageRef::at(&Step::BankIdHere.path(TOKEN));
        assert_eq!(PageRef::at(&format!("/m/{TOKEN}/bankid-here-")), here);
    }

    #[test]
    fn another_address_is_not_taken_for_a_link_with_something_behind_it() {
        for path in [
            "/m/",
            "/m/short",
            "/m/short.",
            "/m/abcDEF-0123456789_abcDEF01.",
            "/m/abcDEF-0123456789_abcDEF0123",
            "/m/abcDEF-0123456789_abcDEF012x",
            "/m/abcDEF-0123456789_abcDEF012-x",
            "/m/abcDEF-0123456789_abcDEF012/nowhere",
            "/m/abcDEF-0123456789_abcDEF012/codes",
            "/m/abcDEF-0123456789_abcDEF012/code/again",
            "/m/abcDEF-0123456789_abcDEF012/progress",
            "/m/abcDEF-0123456789_abcDEF012%41",
            "/m/abcDEF-0123456789_abcDEF012/%63ode%00",
            "/m/.abcDEF-0123456789_abcDEF012",
            "/x/abcDEF-0123456789_abcDEF012.",
            "/m/åäöåäöåäöåäöåäöåäöåäöåäöåäö.",
            "/api/v1/meetings.",
            "/privacy.",
        ] {
            assert_eq!(PageRef::at(path), PageRef::NotFound, "{path}");
        }
    }
}
