//! Delivery of messages: [`content`] holds the context of a message, [`render`] renders it, and a [`Mailer`]
//! or a [`Gateway`] delivers it.

pub mod calendar;
pub mod content;
mod html;
mod page;
pub mod render;
pub mod sms;
pub mod smtp;
mod text;

use self::{content::MessageContext, render::RenderedMessage};
use async_trait::async_trait;

/// A port to a mail server.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Delivers one message. `Ok` means that the other side has accepted responsibility for it.
    ///
    /// Ends within a bounded time, whatever the other side does.
    async fn deliver(
        &self,
        context: &MessageContext,
        rendered: &RenderedMessage,
    ) -> Result<(), DeliveryError>;

    /// Checks that the other side would accept mail, by the same steps as before a delivery. Delivers
    /// nothing. Takes as long as those steps do.
    async fn test_connection(&self) -> Result<(), DeliveryError> {
        Ok(())
    }

    /// Returns the context of the message with this id, if the mailer keeps messages, as in a demo.
    fn kept(&self, _: &str) -> Option<MessageContext> {
        None
    }
}

/// A port to a service that sends SMS.
#[async_trait]
pub trait Gateway: Send + Sync {
    /// Delivers one message to its phone number. `Ok` means that the gateway has accepted responsibility for
    /// it. It holds the gateway's reference for the message, if the gateway returns one.
    ///
    /// Ends within a bounded time, whatever the other side does.
    async fn send(
        &self,
        context: &MessageContext,
        rendered: &RenderedMessage,
    ) -> Result<Option<String>, DeliveryError>;

    /// Checks that the gateway can be reached and accepts the credentials. Sends no message.
    async fn check(&self) -> Result<(), Trouble> {
        Ok(())
    }

    /// Returns the context of the message with this id, if the gateway keeps messages, as in a demo.
    fn kept(&self, _: &str) -> Option<MessageContext> {
        None
    }
}

/// The reason why a message was not accepted. The number is the other side's: an SMTP or HTTP status, or a
/// gateway's error code.
///
/// It may be logged, so it never holds an address or the other side's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// A permanent refusal. A retry is of no use.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// A temporary failure. A retry may succeed.
    #[error("not delivered for now: {0}")]
    Temporary(Trouble),
}

/// The reason why a message will never be accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The recipient's address can't be written into a message, or the server can't handle it.
    #[error("the address can't be used")]
    Address,
    /// The server rejects this recipient.
    #[error("the recipient was refused with {0}")]
    Recipient(u16),
    /// The server rejects this message.
    #[error("the message was refused with {0}")]
    Message(u16),
}

/// The reason why a message was not accepted now.
///
/// Configuration errors belong here too: an operator fixes them while messages wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The server can't be reached.
    #[error("the server can't be reached")]
    Unreachable,
    /// The server didn't finish in time.
    #[error("the server took too long")]
    Silent,
    /// The connection broke, or its data was malformed.
    #[error("the connection to the server broke")]
    Broken,
    /// There is no encryption, or the server's certificate isn't trusted.
    #[error("no trusted encryption with the server")]
    Encryption,
    /// The server offers no login mechanism that we support.
    #[error("the server offers no login that can be used")]
    Login,
    /// The server rejects our credentials.
    #[error("the server refused the credentials with {0}")]
    Credentials(u16),
    /// The server rejects messages from us.
    #[error("the server refused us with {0}")]
    Sender(u16),
    /// The server asks us to retry later.
    #[error("the server answered {0}")]
    Later(u16),
    /// No gateway for SMS is configured.
    #[error("no gateway is configured")]
    Missing,
    /// The server takes only ASCII addresses, and ours isn't one.
    #[error("the server can't take mail.from: what stands before its @ must be in ASCII")]
    From,
    /// The message can't be written: a fault in the program or in `mail.from`.
    #[error("the message can't be written")]
    Unwritable,
}
