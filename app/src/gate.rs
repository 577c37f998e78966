//! The port between the pages and the service that stands behind them.

use crate::{
    fields::{EmailAddress, InvitationToken, OneTimeCode},
    steps::{ACCESSIBILITY_PATH, ENDED_PATH, PRIVACY_PATH, Step, invitation_path},
    wire::{Choice, Language, Problem, View},
};
use async_trait::async_trait;
use std::{net::IpAddr, sync::Arc};

/// Who asks: what the browser sent along, unverified.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// The session cookie's value.
    pub session: Option<String>,
    /// The language chosen before in this browser.
    pub language: Option<Language>,
    /// Whether somebody went to the page, rather than the page looking by itself.
    pub by_hand: bool,
    /// Whether the address says that a cookie has just been set ([`COOKIE_SET`]).
    pub cookie_set: bool,
    /// The device that it asks with.
    pub device: Device,
}

impl Visitor {
    /// Whether the browser has sent any cookie of ours: it keeps them.
    pub const fn keeps_cookies(&self) -> bool {
        self.session.is_some() || self.language.is_some()
    }
}

/// The query of an address that is led to with a browser's first cookie: whoever comes there without
/// one keeps none.
pub const COOKIE_SET: &str = "cookie";

/// The device that somebody uses, as far as a request tells.
#[derive(Clone, Debug, Default)]
pub struct Device {
    /// Its address, where it is known.
    pub address: Option<IpAddr>,
    /// What the browser says that it is, cut to a bearable length.
    pub agent: String,
    /// Whether it is a phone or a tablet.
    pub handheld: bool,
}

/// An e-identification that somebody chooses.
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
    /// The value that stands for BankID on another device in a form.
    pub const ELSEWHERE: &str = Choice::ELSEWHERE;
    /// The value that stands for BankID on this device in a form.
    pub const HERE: &str = Choice::HERE;

    /// Whether it is a provider other than BankID.
    pub const fn is_provider(&self) -> bool {
        matches!(self, Self::Provider(_))
    }

    /// Understands what a form's button stands for.
    pub fn parse(value: &str) -> Self {
        match value {
            Self::ELSEWHERE => Self::BankIdElsewhere,
            Self::HERE => Self::BankIdHere,
            id => Self::Provider(id.chars().take(100).collect()),
        }
    }
}

/// What a visitor looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// An invitation: the step asked for, or the furthest one reached.
    Invitation(InvitationToken, Option<Step>),
    /// The accessibility statement.
    Accessibility,
    /// The privacy notice.
    Privacy,
    /// The page that says that the session has ended.
    Ended,
    /// An address where nothing is.
    Nowhere,
}

impl Place {
    /// The place at this path of ours. What mail programs take along with an invitation's link is
    /// looked away from.
    pub fn at(path: &str) -> Self {
        match path {
            ACCESSIBILITY_PATH => return Self::Accessibility,
            PRIVACY_PATH => return Self::Privacy,
            ENDED_PATH => return Self::Ended,
            _ => {}
        }
        let link = path
            .strip_prefix("/m/")
            .and_then(|rest| rest.split_at_checked(InvitationToken::LENGTH))
            .and_then(|(token, tail)| Some(behind(InvitationToken::parse(token)?, tail)));
        link.unwrap_or(Self::Nowhere)
    }

    /// The place's own address.
    pub fn path(&self) -> String {
        match self {
            Self::Invitation(token, Some(step)) => step.path(token.as_str()),
            Self::Invitation(token, None) => invitation_path(token.as_str()),
            Self::Accessibility => ACCESSIBILITY_PATH.to_owned(),
            Self::Privacy => PRIVACY_PATH.to_owned(),
            Self::Ended => ENDED_PATH.to_owned(),
            Self::Nowhere => "/".to_owned(),
        }
    }
}

/// The place that an invitation's link leads to with this behind its secret.
fn behind(token: InvitationToken, tail: &str) -> Place {
    let rest = tail.trim_start_matches('/');
    if is_taken_along(rest) {
        return Place::Invitation(token, None);
    }
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len());
    let (slug, after) = rest.split_at(end);
    let ours = rest.len() < tail.len() && is_taken_along(after.trim_start_matches('/'));
    match Step::from_slug(slug.trim_end_matches('-')) {
        Some(step) if ours => Place::Invitation(token, Some(step)),
        _ => Place::Nowhere,
    }
}

/// Whether this can stand behind a link that a program has found in a text: a sign of the text around
/// it, written out or in some coding (`.`, `%3E`, `&gt;`, `=20`), or nothing. A letter or a digit makes it
/// another address.
fn is_taken_along(text: &str) -> bool {
    let text = text.trim_start_matches(['-', '_']);
    let coded = text.strip_prefix('%').and_then(|hex| hex.get(..2));
    let first = match coded.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
        Some(byte) => Some(char::from(byte)),
        None => text.chars().next(),
    };
    first.is_none_or(|first| !first.is_ascii_alphanumeric())
}

/// What a visitor does. Fields are parsed; what could not be parsed comes as a [`Problem`].
#[derive(Clone, Debug)]
pub enum Action {
    /// Goes on from the method information.
    Begin,
    /// Names the address that the invitation was sent to.
    Address {
        /// As typed, trimmed and cut to a bearable length, to be shown again.
        typed: String,
        /// What it was understood as.
        parsed: Result<EmailAddress, Problem>,
    },
    /// Enters the code.
    Code(Result<OneTimeCode, Problem>),
    /// Asks for the code once more.
    Resend,
    /// Would rather use an e-identification than a code.
    UseEId,
    /// Chooses an e-identification.
    Choose(Chosen),
    /// Breaks an identification off.
    Cancel,
    /// Goes on when an identification is done.
    Finish,
    /// Goes on from the invitation to the room's door.
    Enter,
    /// Goes into the room.
    Join,
    /// Is still there, at that step.
    Stay(Option<Step>),
    /// Ends the session.
    End,
}

/// The service's answer to an action.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What the visitor sees now.
    pub view: View,
    /// Where a browser that posted a plain form is sent.
    pub location: String,
    /// Values of the `Set-Cookie` headers to send.
    pub cookies: Vec<String>,
    /// The HTTP status of the view.
    pub status: u16,
}

/// The service can't answer just now. Why is known to the operators only.
#[derive(Clone, Copy, Debug)]
pub struct Unavailable;

/// What the server implements, given to the server functions by context.
#[async_trait]
pub trait Gate: Send + Sync {
    /// Shows a place; changes nothing.
    async fn look(&self, visitor: &Visitor, place: Place) -> Result<Answer, Unavailable>;

    /// Does something with an invitation and shows the step now reached. No token, or one that is
    /// unknown, is answered as an unknown place is.
    async fn act(
        &self,
        visitor: &Visitor,
        token: Option<InvitationToken>,
        action: Action,
    ) -> Result<Answer, Unavailable>;

    /// Shows a place in another language from now on, in this browser.
    async fn speak(
        &self,
        visitor: &Visitor,
        language: Language,
        place: Place,
    ) -> Result<Answer, Unavailable>;

    /// How many digits a code has here.
    fn code_length(&self) -> u8;
}

/// The gate as it is handed on.
pub type SharedGate = Arc<dyn Gate>;

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "abcDEF-0123456789_abcDEF012";

    #[test]
    fn a_link_with_what_was_taken_along_is_the_invitation() {
        let invitation = Place::at(&invitation_path(TOKEN));
        assert!(matches!(invitation, Place::Invitation(_, None)));
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
            assert_eq!(Place::at(&format!("/m/{TOKEN}{more}")), invitation, "{more}");
            let code = Place::at(&Step::Code.path(TOKEN));
            assert_eq!(Place::at(&format!("/m/{TOKEN}/code{more}")), code, "code{more}");
        }
        let here = Place::at(&Step::BankIdHere.path(TOKEN));
        assert_eq!(Place::at(&format!("/m/{TOKEN}/bankid-here-")), here);
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
            assert_eq!(Place::at(path), Place::Nowhere, "{path}");
        }
    }
}
