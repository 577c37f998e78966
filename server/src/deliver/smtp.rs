//! Mail over SMTP.

mod message;
mod server;

use self::{message::Mail, server::Server};
use super::{
    DeliveryError, Mailer, Refusal, Trouble, compose::Composed, letter::Letter, reach::Reach,
};
use async_trait::async_trait;
use lettre::{
    message::Mailbox,
    transport::smtp::{
        self,
        client::AsyncSmtpConnection,
        commands::{Data, Mail as MailFrom, Rcpt},
        extension::{Extension, MailBodyParameter, MailParameter},
    },
};
use std::time::Duration;
use tokio::{sync::Semaphore, time::timeout};

/// Hands mail over to an SMTP server.
///
/// Each mail has a connection of its own. One that is kept for the next mail could not be told from
/// one that was given up halfway, where answers no longer belong to the questions.
pub struct SmtpMailer {
    server: Server,
    from: Mailbox,
    limit: Duration,
    connections: Semaphore,
    reach: Option<Reach>,
}

/// Why a mailer can't be made of its settings. The text names the key and holds no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misconfigured {
    /// What is wrong with the server's address.
    #[error("mail.url {0}")]
    Url(&'static str),
    /// What is wrong with the sender's address.
    #[error("mail.from {0}")]
    From(&'static str),
    /// What is wrong with the certificates to trust.
    #[error("the mail server's certificate authority {0}")]
    Authority(&'static str),
}

impl SmtpMailer {
    /// How long handing one mail over may take.
    const LIMIT: Duration = Duration::from_secs(30);
    /// How long to wait for a server to say goodbye.
    const FAREWELL: Duration = Duration::from_secs(2);
    /// Mails under way at a time: as many connections as common mail servers bear from one client.
    const CONNECTIONS: usize = 8;

    /// A mailer for `url`, writing as `from` (`noreply@kommun.example` or
    /// `Kommunen <noreply@kommun.example>`; without a name, the organisation's is put there).
    ///
    /// The URL is `smtps://user:password@host:465` or `smtp://user:password@host:587`. With `smtp`,
    /// `?tls=required` encrypts with STARTTLS or gives up, `opportunistic` encrypts if the server
    /// offers it, `none` doesn't. Left out, it is `none` for this machine and `required` for others.
    /// A password goes to another machine only where encryption is sure. A path is the name to say
    /// hello with.
    pub fn new(url: &str, from: &str) -> Result<Self, Misconfigured> {
        Ok(Self {
            server: Server::parse(url)?,
            from: from.parse().map_err(|_| Misconfigured::From("is not an e-mail address"))?,
            limit: Self::LIMIT,
            connections: Semaphore::new(Self::CONNECTIONS),
            reach: None,
        })
    }

    /// Trusts these certificate authorities, in PEM, beside the system's.
    pub fn trusting(mut self, authorities: &[u8]) -> Result<Self, Misconfigured> {
        self.server.trust(authorities)?;
        Ok(self)
    }

    /// Whether the server can be reached, encrypts as it should and lets us in. Nothing is sent.
    pub async fn check(&self) -> Result<(), Trouble> {
        let look = async {
            let mut connection = self.server.connect().await?;
            let answers = connection.test_connected().await;
            self.part(&mut connection).await;
            if answers { Ok(()) } else { Err(Trouble::Broken) }
        };
        timeout(self.limit, look).await.unwrap_or(Err(Trouble::Silent))
    }

    /// Tells whether the server lets it in.
    #[must_use]
    pub fn telling(self, reach: Reach) -> Self {
        Self { reach: Some(reach), ..self }
    }

    /// Gives a mail this much time instead of half a minute.
    #[must_use]
    pub fn within(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// Connects, and tells how that goes.
    async fn open(&self) -> Result<AsyncSmtpConnection, DeliveryError> {
        if let Some(reach) = &self.reach {
            reach.knocks();
        }
        let connection = self.server.connect().await.map_err(DeliveryError::Temporary)?;
        if let Some(reach) = &self.reach {
            reach.is_let_in();
        }
        Ok(connection)
    }

    /// Says goodbye. What has been answered stands, however that goes.
    async fn part(&self, connection: &mut AsyncSmtpConnection) {
        let _ = timeout(Self::FAREWELL.min(self.limit), connection.abort()).await;
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn deliver(&self, letter: &Letter, composed: &Composed) -> Result<(), DeliveryError> {
        let mail = Mail::write(&self.from, letter, composed)?;
        let talk = async {
            // It fails only when closed, which this one never is.
            let place = self.connections.acquire().await.ok();
            let mut connection = self.open().await?;
            let outcome = hand_over(&mut connection, &mail).await;
            Ok((connection, outcome, place))
        };
        let (mut connection, outcome, _place) = timeout(self.limit, talk)
            .await
            .unwrap_or(Err(DeliveryError::Temporary(Trouble::Silent)))?;
        self.part(&mut connection).await;
        outcome
    }

    async fn greet(&self) -> Result<(), DeliveryError> {
        let talk = async {
            let place = self.connections.acquire().await.ok();
            self.open().await.map(|connection| (connection, place))
        };
        let (mut connection, _place) = timeout(self.limit, talk)
            .await
            .unwrap_or(Err(DeliveryError::Temporary(Trouble::Silent)))?;
        self.part(&mut connection).await;
        Ok(())
    }
}

async fn hand_over(connection: &mut AsyncSmtpConnection, mail: &Mail) -> Result<(), DeliveryError> {
    let mut parameters = Vec::new();
    if !mail.content.is_ascii() {
        // Only an address that is not ASCII makes a mail that isn't.
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(DeliveryError::Refused(Refusal::Address));
        }
        parameters.push(MailParameter::SmtpUtfEight);
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let sender = |code| DeliveryError::Temporary(Trouble::Sender(code));
    let recipient = |code| DeliveryError::Refused(Refusal::Recipient(code));
    let message = |code| DeliveryError::Refused(Refusal::Message(code));
    let from = MailFrom::new(Some(mail.from.clone()), parameters);
    connection.command(from).await.map_err(|error| judge(&error, sender))?;
    let to = Rcpt::new(mail.to.clone(), Vec::new());
    connection.command(to).await.map_err(|error| judge(&error, recipient))?;
    connection.command(Data).await.map_err(|error| judge(&error, message))?;
    connection.message(&mail.content).await.map_err(|error| judge(&error, message))?;
    Ok(())
}

/// What a failure means, given what a permanent one means at this point.
fn judge(error: &smtp::Error, permanent: impl FnOnce(u16) -> DeliveryError) -> DeliveryError {
    match error.status().map(u16::from) {
        Some(code) if error.is_permanent() => permanent(code),
        Some(code) => DeliveryError::Temporary(Trouble::Later(code)),
        None => DeliveryError::Temporary(Trouble::Broken),
    }
}
