//! What is sent: a [`letter`] is what there is to tell somebody, [`compose`] puts it into words, and
//! a [`Mailer`] or a [`Gateway`] hands it over.

pub mod calendar;
pub mod compose;
mod html;
pub mod letter;
pub mod outbox;
mod page;
pub mod reach;
pub mod sms;
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

    /// Asks whether the other side would take letters, as it is asked before one is handed over, and
    /// hands none over. It takes its time like that.
    async fn greet(&self) -> Result<(), DeliveryError> {
        Ok(())
    }

    /// The letter that it took under that id of the outbox, where it keeps them, as in a demo.
    fn kept(&self, _: &str) -> Option<Letter> {
        None
    }
}

/// Hands text messages over to whoever carries them on.
#[async_trait]
pub trait Gateway: Send + Sync {
    /// Hands one over, to the number that the letter goes to. `Ok` means that the gateway has taken
    /// charge of it, and holds what it calls the message, where it says so.
    ///
    /// It ends within a bounded time, whatever the other side does.
    async fn send(
        &self,
        letter: &Letter,
        composed: &Composed,
    ) -> Result<Option<String>, DeliveryError>;

    /// The letter that it took under that id of the outbox, where it keeps them, as in a demo.
    fn kept(&self, _: &str) -> Option<Letter> {
        None
    }
}

/// Why a letter was not taken. Its number is the other side's: an SMTP or HTTP status, or an error
/// code of the gateway's own.
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
    /// The recipient's address can't be written into a message, or not be handled by the server.
    #[error("the address can't be used")]
    Address,
    /// The server doesn't take messages for this recipient.
    #[error("the recipient was refused with {0}")]
    Recipient(u16),
    /// The server doesn't take this message.
    #[error("the message was refused with {0}")]
    Message(u16),
}

/// Why a letter was not taken now.
///
/// Faults of our own configuration are here too: an operator mends them while letters wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The server can't be reached.
    #[error("the server can't be reached")]
    Unreachable,
    /// The server didn't finish in time.
    #[error("the server took too long")]
    Silent,
    /// The connection broke, or what came over it was not what it should be.
    #[error("the connection to the server broke")]
    Broken,
    /// There is no encryption, or the server's certificate isn't trusted.
    #[error("no trusted encryption with the server")]
    Encryption,
    /// The server offers no way to log in that we know.
    #[error("the server offers no login that can be used")]
    Login,
    /// The server doesn't take our credentials.
    #[error("the server refused the credentials with {0}")]
    Credentials(u16),
    /// The server doesn't take messages from us.
    #[error("the server refused us with {0}")]
    Sender(u16),
    /// The server asks us to come back later.
    #[error("the server answered {0}")]
    Later(u16),
    /// There is no gateway to hand text messages over to.
    #[error("no gateway is configured")]
    Missing,
    /// The server takes only addresses in ASCII, and ours isn't.
    #[error("the server can't take mail.from: what stands before its @ must be in ASCII")]
    From,
    /// The message could not be written: a fault in the program or in `mail.from`.
    #[error("the message can't be written")]
    Unwritable,
}
