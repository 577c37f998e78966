//! The port between the pages and the server: the trait that the server implements.

use crate::{
    fields::{EmailAddress, InvitationToken, OneTimeCode},
    steps::{ACCESSIBILITY_PATH, ENDED_PATH, PRIVACY_PATH, Step, invitation_path},
    wire::{Choice, Language, Problem, View},
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
    pub by_hand: bool,
    /// The visitor's device.
    pub device: Device,
}

/// A visitor's device, as far as a request shows it.
#[derive(Clone, Debug, Default)]
pub struct Device {
    /// Its IP address, if known.
    pub address: Option<IpAddr>,
    /// The `User-Agent`, cut to a maximum length.
    pub agent: String,
    /// `true` for a phone or tablet.
    pub handheld: bool,
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
pub enum Place {
    /// An invitation: the given step, or the furthest one reached.
    Invitation(InvitationToken, Option<Step>),
    /// The accessibility statement.
    Accessibility,
    /// The privacy notice.
    Privacy,
    /// The page that says that the session has ended.
    Ended,
    /// An unknown address.
    Nowhere,
}

impl Place {
    /// Returns the page at this path.
    pub fn at(path: &str) -> Self {
        match path {
            ACCESSIBILITY_PATH => return Self::Accessibility,
            PRIVACY_PATH => return Self::Privacy,
            ENDED_PATH => return Self::Ended,
            _ => {}
        }
        let Some(rest) = path.strip_prefix("/m/") else { return Self::Nowhere };
        let (token, step) = match rest.split_once('/') {
            None => (rest, None),
            Some((token, slug)) => match Step::from_slug(slug) {
                Some(step) => (token, Some(step)),
                None => return Self::Nowhere,
            },
        };
        InvitationToken::parse(token).map_or(Self::Nowhere, |token| Self::Invitation(token, step))
    }

    /// Returns the page's path.
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
    /// Joins the meeting: enters the room.
    Join,
    /// Extends the session, on that step.
    Stay(Option<Step>),
    /// Ends the session.
    End,
}

/// The server's response to a request for a page or to an action.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The view to show.
    pub view: View,
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
pub trait Gate: Send + Sync {
    /// Returns a page. It writes nothing but the last activity of the session.
    ///
    /// # Errors
    /// Fails if the server has a fault.
    async fn look(&self, visitor: &Visitor, place: Place) -> Result<Answer, Unavailable>;

    /// Performs an action for an invitation and returns the step that is now reached. A missing or unknown
    /// token is answered as an unknown address.
    ///
    /// # Errors
    /// Fails if the server has a fault.
    async fn act(
        &self,
        visitor: &Visitor,
        token: Option<InvitationToken>,
        action: Action,
    ) -> Result<Answer, Unavailable>;

    /// Sets the language of this browser, and returns the page in it.
    ///
    /// # Errors
    /// Fails if the server has a fault.
    async fn speak(
        &self,
        visitor: &Visitor,
        language: Language,
        place: Place,
    ) -> Result<Answer, Unavailable>;

    /// Returns the number of digits of a code.
    fn code_length(&self) -> u8;
}

/// The server's implementation, shared by requests.
pub type SharedGate = Arc<dyn Gate>;
