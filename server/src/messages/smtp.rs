//! Mail over SMTP.
//!
//! A delivery lasts half a minute at most. A connection that has accepted a mail is kept a few seconds for
//! the next.

mod connection;
mod message;
mod reply;
mod server;
mod talk;

use self::{
    connection::{Connection, Kept},
    message::{Mail, address, in_ascii},
    reply::Meaning,
    server::Server,
    talk::{Talk, done},
};
use super::{
    DeliveryError, Mailer, Refusal, Trouble, content::MessageContext, render::RenderedMessage,
};
use crate::{config, state::mail_status::MailStatus};
use async_trait::async_trait;
use lettre::message::Mailbox;
use secrecy::ExposeSecret;
use std::{
    fmt::{self, Display},
    time::Duration,
};
use tokio::time::timeout;

/// A mailer for an SMTP server.
///
/// After a mail it keeps the connection for a short time, since connecting, encrypting and logging in take
/// longer than a mail does.
pub struct SmtpMailer {
    server: Server,
    from: Mailbox,
    limit: Duration,
    reach: Option<MailStatus>,
    kept: Kept,
}

/// An error in the mailer's settings. The text names the key and holds no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misconfigured {
    /// There is no server.
    #[error("mail.url: is missing")]
    Missing,
    /// The server's address is invalid.
    #[error("mail.url {0}")]
    Url(&'static str),
    /// The `From` address is invalid.
    #[error("mail.from {0}")]
    From(&'static str),
    /// The certificates to trust are invalid.
    #[error("the mail server's certificate authority {0}")]
    Authority(&'static str),
}

impl SmtpMailer {
    /// Maximum time to deliver one mail.
    const LIMIT: Duration = Duration::from_secs(30);
    /// Maximum time for the server to begin a mail over a kept connection.
    const GREETING: Duration = Duration::from_secs(5);

    /// Creates a mailer for `url` that writes as `from` (`noreply@kommun.example` or
    /// `Kommunen <noreply@kommun.example>`). Without a name in `from`, the mailer adds the organisation's.
    ///
    /// The URL is `smtps://user:password@host:465` or `smtp://user:password@host:587`. With `smtp`,
    /// `?tls=required` encrypts with STARTTLS or gives up, `opportunistic` encrypts if the server offers it,
    /// `none` doesn't encrypt. The default is `none` for this machine and `required` for others. A password
    /// goes to another machine only if encryption is certain. A path is the name for `EHLO`.
    pub fn new(url: &str, from: &str) -> Result<Self, Misconfigured> {
        Ok(Self {
            server: Server::parse(url)?,
            from: sender(from).ok_or(Misconfigured::From("is not an e-mail address"))?,
            limit: Self::LIMIT,
            reach: None,
            kept: Kept::default(),
        })
    }

    /// Creates the configured mailer.
    pub fn from_config(mail: &config::Mail) -> Result<Self, Misconfigured> {
        let url = mail.url.as_ref().ok_or(Misconfigured::Missing)?;
        Self::new(url.expose_secret(), mail.from.as_str())
    }

    /// Trusts these certificate authorities, in PEM, as well as the system's.
    pub fn trusting(mut self, authorities: &[u8]) -> Result<Self, Misconfigured> {
        self.server.trust(authorities)?;
        Ok(self)
    }

    /// Checks that the server can be reached, encrypts as configured, accepts the connection and can take our
    /// address. Sends nothing.
    pub async fn check(&self) -> Result<(), Trouble> {
        let look = async {
            let mut connection = Connection::new(self.server.connect().await?);
            let answer = connection.talk.say("NOOP").await;
            let carries = self.is_carried_by(&connection.talk);
            connection.part().await;
            match answer? {
                Meaning::Done if carries => Ok(()),
                Meaning::Done => Err(Trouble::From),
                _ => Err(Trouble::Broken),
            }
        };
        timeout(self.limit, look).await.unwrap_or(Err(Trouble::Silent))
    }

    /// Reports connection attempts and accepted connections to `reach`.
    #[must_use]
    pub fn telling(self, reach: MailStatus) -> Self {
        Self { reach: Some(reach), ..self }
    }

    /// Sets the time limit of a mail. The default is 30 seconds.
    #[must_use]
    pub fn within(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    fn is_let_in(&self) {
        if let Some(reach) = &self.reach {
            reach.connected();
        }
    }

    /// `true` if the server can take our own address.
    fn is_carried_by(&self, talk: &Talk) -> bool {
        in_ascii(&self.from.email) || talk.is_international()
    }

    /// Sends `MAIL FROM`. The reply says nothing about any recipient, so it counts as part of the connection.
    async fn say_who(&self, talk: &mut Talk, international: bool) -> Result<(), Trouble> {
        if !self.is_carried_by(talk) {
            return Err(Trouble::From);
        }
        let needed = international || !in_ascii(&self.from.email);
        let parameters = if needed { " SMTPUTF8 BODY=8BITMIME" } else { "" };
        let answer = talk.say(&format!("MAIL FROM:<{}>{parameters}", self.from.email)).await?;
        done(answer, Trouble::Sender)
    }

    /// Begins a mail. Uses a kept connection if the server still answers there. If the server has closed it,
    /// that says nothing about this mail.
    async fn begin(&self, mail: &Mail) -> Result<Connection, DeliveryError> {
        let international = mail.is_to_another_script();
        if let Some(mut kept) = self.kept.take()
            && (kept.talk.is_international() || !international)
            && let Ok(Ok(())) =
                timeout(Self::GREETING, self.say_who(&mut kept.talk, international)).await
        {
            self.is_let_in();
            return Ok(kept);
        }
        let mut fresh = self.ask().await.map_err(DeliveryError::Temporary)?;
        if !international {
            return Ok(fresh);
        }
        // The connection is accepted. What follows is about this recipient.
        if !fresh.talk.is_international() {
            fresh.part().await;
            return Err(DeliveryError::Refused(Refusal::Address));
        }
        let again = async {
            done(fresh.talk.say("RSET").await?, Trouble::Sender)?;
            self.say_who(&mut fresh.talk, true).await
        };
        match again.await {
            Ok(()) => Ok(fresh),
            Err(trouble) => {
                fresh.part().await;
                Err(DeliveryError::Temporary(trouble))
            }
        }
    }

    /// Opens a new connection and sends `MAIL FROM`. Stops before a recipient would be named.
    async fn ask(&self) -> Result<Connection, Trouble> {
        if let Some(reach) = &self.reach {
            reach.connecting();
        }
        let mut fresh = Connection::new(self.server.connect().await?);
        if let Err(trouble) = self.say_who(&mut fresh.talk, false).await {
            fresh.part().await;
            return Err(trouble);
        }
        self.is_let_in();
        Ok(fresh)
    }

    /// Resets the mail that was begun, and keeps the connection for the next mail.
    async fn keep_for_next(&self, mut connection: Connection) {
        let answer = timeout(Self::GREETING, connection.talk.say("RSET")).await;
        match answer {
            Ok(Ok(Meaning::Done)) => self.kept.keep(connection).await,
            Ok(Ok(_)) => connection.part().await,
            _ => {}
        }
    }
}

/// Returns the `From` address as mail servers know it. `None` if it is invalid.
fn sender(written: &str) -> Option<Mailbox> {
    let written = written.parse::<Mailbox>().ok()?;
    let email = address(written.email.as_ref())?;
    Some(Mailbox { email, ..written })
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn deliver(
        &self,
        context: &MessageContext,
        rendered: &RenderedMessage,
    ) -> Result<(), DeliveryError> {
        let mail = Mail::write(&self.from, context, rendered)?;
        let talk = async {
            let mut connection = self.begin(&mail).await?;
            let outcome = hand_over(&mut connection.talk, &mail).await;
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

    async fn test_connection(&self) -> Result<(), DeliveryError> {
        if let Some(mut kept) = self.kept.take()
            && let Ok(Ok(())) = timeout(Self::GREETING, self.say_who(&mut kept.talk, false)).await
        {
            self.is_let_in();
            self.keep_for_next(kept).await;
            return Ok(());
        }
        let connection = timeout(self.limit, self.ask()).await.unwrap_or(Err(Trouble::Silent));
        self.keep_for_next(connection.map_err(DeliveryError::Temporary)?).await;
        Ok(())
    }
}

/// Sends the recipient and the message.
async fn hand_over(talk: &mut Talk, mail: &Mail) -> Result<(), DeliveryError> {
    let recipient = |code| DeliveryError::Refused(Refusal::Recipient(code));
    let message = |code| DeliveryError::Refused(Refusal::Message(code));
    let answer = talk.say(&format!("RCPT TO:<{}>", mail.to)).await;
    check(answer, Meaning::Done, recipient)?;
    check(talk.say("DATA").await, Meaning::GoOn, message)?;
    check(talk.hand_over(&Whole(&mail.content).to_string()).await, Meaning::Done, message)
}

/// Checks that the server's reply is the `wanted` one. `never` makes the error of a permanent refusal at this
/// point.
fn check(
    answer: Result<Meaning, Trouble>,
    wanted: Meaning,
    never: impl FnOnce(u16) -> DeliveryError,
) -> Result<(), DeliveryError> {
    match answer {
        Ok(meaning) if meaning == wanted => Ok(()),
        Ok(Meaning::Never(code)) => Err(never(code)),
        Ok(Meaning::Later(code)) => Err(DeliveryError::Temporary(Trouble::Later(code))),
        Ok(Meaning::Done | Meaning::GoOn) => Err(DeliveryError::Temporary(Trouble::Broken)),
        Err(trouble) => Err(DeliveryError::Temporary(trouble)),
    }
}

/// A message and its end (RFC 5321, 4.5.2), written at once. A separate end would wait until the other side
/// confirms the rest, which it delays by some 40 ms.
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
