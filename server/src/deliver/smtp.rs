//! Mail over SMTP.

mod kept;
mod message;
mod server;

use self::{
    kept::{Connection, Kept},
    message::Mail,
    server::Server,
};
use super::{
    DeliveryError, Mailer, Refusal, Trouble, compose::Composed, letter::Letter, reach::Reach,
};
use async_trait::async_trait;
use lettre::{
    message::Mailbox,
    transport::smtp::{
        self,
        client::AsyncSmtpConnection,
        commands::{Data, Mail as MailFrom, Noop, Rcpt},
        extension::{Extension, MailBodyParameter, MailParameter},
    },
};
use std::{
    fmt::{self, Display},
    time::Duration,
};
use tokio::time::timeout;

/// Hands mail over to an SMTP server.
///
/// A connection over which a mail was taken is kept a little while for the next one, since connecting,
/// encrypting and logging in take longer than a mail does.
pub struct SmtpMailer {
    server: Server,
    from: Mailbox,
    limit: Duration,
    reach: Option<Reach>,
    kept: Kept,
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
    /// How long a server may take to begin a mail over a connection that was kept.
    const GREETING: Duration = Duration::from_secs(5);

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
            reach: None,
            kept: Kept::default(),
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
            let mut connection = Connection::new(self.server.connect().await?);
            let answers = connection.talk.test_connected().await;
            connection.part().await;
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
    async fn open(&self) -> Result<Connection, DeliveryError> {
        if let Some(reach) = &self.reach {
            reach.knocks();
        }
        let connection = self.server.connect().await.map_err(DeliveryError::Temporary)?;
        self.is_let_in();
        Ok(Connection::new(connection))
    }

    fn is_let_in(&self) {
        if let Some(reach) = &self.reach {
            reach.is_let_in();
        }
    }

    /// Begins a mail, over a connection that was kept where the server still listens to it: that it was
    /// closed meanwhile says nothing of this mail.
    async fn begin(&self, mail: &Mail) -> Result<(Connection, Begun), DeliveryError> {
        if let Some(mut kept) = self.kept.take()
            && let Ok(Ok(())) = timeout(Self::GREETING, begin(&mut kept.talk, mail)).await
        {
            self.is_let_in();
            return Ok((kept, Ok(())));
        }
        let mut fresh = self.open().await?;
        let begun = begin(&mut fresh.talk, mail).await;
        Ok((fresh, begun))
    }
}

/// Whether the server listens to a mail.
type Begun = Result<(), DeliveryError>;

#[async_trait]
impl Mailer for SmtpMailer {
    async fn deliver(&self, letter: &Letter, composed: &Composed) -> Result<(), DeliveryError> {
        let mail = Mail::write(&self.from, letter, composed)?;
        let talk = async {
            let (mut connection, begun) = self.begin(&mail).await?;
            let outcome = match begun {
                Ok(()) => hand_over(&mut connection.talk, &mail).await,
                Err(error) => Err(error),
            };
            Ok((connection, outcome))
        };
        let (connection, outcome) = timeout(self.limit, talk)
            .await
            .unwrap_or(Err(DeliveryError::Temporary(Trouble::Silent)))?;
        match &outcome {
            Ok(()) => self.kept.keep(connection).await,
            Err(_) => connection.part().await,
        }
        outcome
    }

    async fn greet(&self) -> Result<(), DeliveryError> {
        if let Some(mut kept) = self.kept.take()
            && let Ok(Ok(_)) = timeout(Self::GREETING, kept.talk.command(Noop)).await
        {
            self.is_let_in();
            self.kept.keep(kept).await;
            return Ok(());
        }
        let connection = timeout(self.limit, self.open())
            .await
            .unwrap_or(Err(DeliveryError::Temporary(Trouble::Silent)))?;
        self.kept.keep(connection).await;
        Ok(())
    }
}

/// Says that a mail comes.
async fn begin(connection: &mut AsyncSmtpConnection, mail: &Mail) -> Begun {
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
    let from = MailFrom::new(Some(mail.from.clone()), parameters);
    connection.command(from).await.map_err(|error| judge(&error, sender))?;
    Ok(())
}

/// Says to whom and what.
async fn hand_over(connection: &mut AsyncSmtpConnection, mail: &Mail) -> Result<(), DeliveryError> {
    let recipient = |code| DeliveryError::Refused(Refusal::Recipient(code));
    let message = |code| DeliveryError::Refused(Refusal::Message(code));
    let to = Rcpt::new(mail.to.clone(), Vec::new());
    connection.command(to).await.map_err(|error| judge(&error, recipient))?;
    connection.command(Data).await.map_err(|error| judge(&error, message))?;
    connection.command(Whole(&mail.content)).await.map_err(|error| judge(&error, message))?;
    Ok(())
}

/// A message and its end (RFC 5321, 4.5.2), written at once: the end by itself would wait for the other side
/// to confirm the rest, which it puts off by some 40 ms.
struct Whole<'a>(&'a str);

impl Display for Whole<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.0.split_inclusive("\r\n") {
            if line.starts_with('.') {
                f.write_str(".")?;
            }
            f.write_str(line)?;
        }
        f.write_str("\r\n.\r\n")
    }
}

/// What a failure means, given what a permanent one means at this point.
fn judge(error: &smtp::Error, permanent: impl FnOnce(u16) -> DeliveryError) -> DeliveryError {
    match error.status().map(u16::from) {
        Some(code) if error.is_permanent() => permanent(code),
        Some(code) => DeliveryError::Temporary(Trouble::Later(code)),
        None => DeliveryError::Temporary(Trouble::Broken),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_line_of_a_message_is_its_end() {
        let sent = Whole(".\r\na.b\r\n..c\r\n").to_string();
        assert_eq!(sent, "..\r\na.b\r\n...c\r\n\r\n.\r\n");
        assert_eq!(Whole("").to_string(), "\r\n.\r\n");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(text in "[.a\r\n]{0,40}") {
            let sent = Whole(&text).to_string();
            let body = sent.strip_suffix("\r\n.\r\n").expect("an end");
            let lines = ["\r\n", body].concat();
            prop_assert!(!lines.contains("\r\n.\r\n"));
            let read: String = body
                .split_inclusive("\r\n")
                .map(|line| line.strip_prefix('.').unwrap_or(line))
                .collect();
            prop_assert_eq!(read, text);
        }
    }
}
