//! Mail over SMTP.

use super::{DeliveryError, Mailer, compose::Composed, letter::Letter};
use async_trait::async_trait;
use std::time::Duration;

/// Hands mail over to an SMTP server.
pub struct SmtpMailer {}

/// Why a mailer can't be made of its settings. The text holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misconfigured {
    /// What is wrong with the server's address.
    #[error("mail.url {0}")]
    Url(&'static str),
    /// What is wrong with the sender's address.
    #[error("mail.from {0}")]
    From(&'static str),
}

impl SmtpMailer {
    /// A mailer for `url` (`smtp://` or `smtps://`, as the README describes), writing as `from`
    /// (`noreply@kommun.example` or `Kommunen <noreply@kommun.example>`).
    pub fn new(url: &str, from: &str) -> Result<Self, Misconfigured> {
        todo!()
    }

    /// Gives a mail this much time instead of half a minute.
    #[must_use]
    pub fn within(self, limit: Duration) -> Self {
        todo!()
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn deliver(&self, letter: &Letter, composed: &Composed) -> Result<(), DeliveryError> {
        todo!()
    }
}
