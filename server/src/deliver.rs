//! What is sent: a [`letter`] is what there is to tell somebody, [`compose`] puts it into words, and
//! a [`Mailer`] hands it over.

pub mod calendar;
pub mod compose;
mod html;
pub mod letter;
pub mod outbox;
mod page;
pub mod smtp;
mod text;

use async_trait::async_trait;
use compose::Composed;
use letter::Letter;

/// Hands letters over to whoever carries them on.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands one letter over. `Ok` means that the other side has taken charge of it.
    ///
    /// It ends within a bounded time, whatever the other side does.
    async fn deliver(&self, letter: &Letter, composed: &Composed) -> Result<(), DeliveryError>;
}

/// Why a letter was not taken.
///
/// Neither an address nor the other side's own words have a way into it: it may be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// It will never be taken: trying again is no use.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// It may be taken later.
    #[error("not delivered for now: {0}")]
    Temporary(Trouble),
}

/// Why a letter will never be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The recipient's address can't be written into a mail, or not be handled by the mail server.
    #[error("the address can't be used")]
    Address,
    /// The mail server doesn't take mail for this recipient.
    #[error("the recipient was refused with {0}")]
    Recipient(u16),
    /// The mail server doesn't take this message.
    #[error("the message was refused with {0}")]
    Message(u16),
}

/// Why a letter was not taken now.
///
/// Faults of our own configuration are here too: an operator mends them while letters wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The mail server can't be reached.
    #[error("the mail server can't be reached")]
    Unreachable,
    /// The mail server didn't finish in time.
    #[error("the mail server took too long")]
    Silent,
    /// The connection broke, or what came over it was no SMTP.
    #[error("the connection to the mail server broke")]
    Broken,
    /// There is no encryption, or the server's certificate isn't trusted.
    #[error("no trusted encryption with the mail server")]
    Encryption,
    /// The mail server offers no way to log in that we know.
    #[error("the mail server offers no login that can be used")]
    Login,
    /// The mail server doesn't take our credentials.
    #[error("the mail server refused the credentials with {0}")]
    Credentials(u16),
    /// The mail server doesn't take mail from us.
    #[error("the mail server refused us with {0}")]
    Sender(u16),
    /// The mail server asks us to come back later.
    #[error("the mail server answered {0}")]
    Later(u16),
    /// The message could not be written: a fault in the program or in `mail.from`.
    #[error("the message can't be written")]
    Unwritable,
}
