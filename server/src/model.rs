//! The rows of the database, without I/O: one file a subject.

mod api_token;
mod bankid_order;
mod challenge;
mod event;
mod flow;
mod invitation;
mod knock;
mod meeting;
mod meeting_room;
mod message;
mod oidc_login;
mod reminder;
mod room_server;
mod session;

pub use api_token::ApiToken;
pub use bankid_order::{BankIdOrder, OrderState, UnknownState};
pub use challenge::Challenge;
pub use event::Event;
pub use flow::IdentificationFlow;
pub use invitation::{Invitation, InvitationStage, UnknownRole};
pub use knock::{CallRow, GuestRow, HostRow, Knock, UnknownKnockState};
pub use meeting::{EarlierDetails, Meeting};
pub use meeting_room::{HeldRoom, MeetingRoom, RoomLease};
pub use message::{Hindrance, MessageKind, OutboxMessage, Outcome, QueueDepth};
pub use oidc_login::OidcLogin;
pub use reminder::DueReminder;
pub use room_server::RoomServer;
pub use session::Session;
