//! Mail over SMTP.

mod kept;
mod message;
mod reply;
mod server;
mod talk;

use self::{
    kept::{Connection, Kept},
    message::{Mail, address, in_ascii},
    reply::Meaning,
    server::Server,
    talk::{Talk, done},
};
use super::{
    DeliveryError, Mailer, Refusal, Trouble, compose::Composed, letter::Letter, reach::Reach,
};
use async_trait::async_trait;
use lettre::message::Mailbox;
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
            from: sender(from).ok_or(Misconfigured::From("is not an e-mail address"))?,
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

    /// Tells whether the server can be reached, encrypts as it should, lets us in and can take our address.
    /// Nothing is sent.
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

    fn is_let_in(&self) {
        if let Some(reach) = &self.reach {
            reach.is_let_in();
        }
    }

    /// Tells whether the server can take our own address.
    fn is_carried_by(&self, talk: &Talk) -> bool {
        in_ascii(&self.from.email) || talk.is_international()
    }

    /// Says who writes. That it is taken says nothing of any recipient: it belongs to being let in.
    async fn say_who(&self, talk: &mut Talk, international: bool) -> Result<(), Trouble> {
        if !self.is_carried_by(talk) {
            return Err(Trouble::From);
        }
        let needed = international || !in_ascii(&self.from.email);
        let parameters = if needed { " SMTPUTF8 BODY=8BITMIME" } else { "" };
        let answer = talk.say(&format!("MAIL FROM:<{}>{parameters}", self.from.email)).await?;
        done(answer, Trouble::Sender)
    }

    /// Begins a mail, over a connection that was kept where the server still listens to it: that it was
    /// closed meanwhile says nothing of this mail.
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
        // We are in; what follows is about this recipient.
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

    /// Asks to be let in over a fresh connection, up to where a recipient would be named.
    async fn ask(&self) -> Result<Connection, Trouble> {
        if let Some(reach) = &self.reach {
            reach.knocks();
        }
        let mut fresh = Connection::new(self.server.connect().await?);
        if let Err(trouble) = self.say_who(&mut fresh.talk, false).await {
            fresh.part().await;
            return Err(trouble);
        }
        self.is_let_in();
        Ok(fresh)
    }

    /// Takes back that a mail comes, and keeps the connection for one that does.
    async fn keep_for_next(&self, mut connection: Connection) {
        let answer = timeout(Self::GREETING, connection.talk.say("RSET")).await;
        match answer {
            Ok(Ok(Meaning::Done)) => self.kept.keep(connection).await,
            Ok(Ok(_)) => connection.part().await,
            _ => {}
        }
    }
}

/// The sender as mail servers know it.
fn sender(written: &str) -> Option<Mailbox> {
    let written = written.parse::<Mailbox>().ok()?;
    let email = address(written.email.as_ref())?;
    Some(Mailbox { email, ..written })
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn deliver(&self, letter: &Letter, composed: &Composed) -> Result<(), DeliveryError> {
        let mail = Mail::write(&self.from, letter, composed)?;
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

    async fn greet(&self) -> Result<(), DeliveryError> {
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

/// Says to whom and what.
async fn hand_over(talk: &mut Talk, mail: &Mail) -> Result<(), DeliveryError> {
    let recipient = |code| DeliveryError::Refused(Refusal::Recipient(code));
    let message = |code| DeliveryError::Refused(Refusal::Message(code));
    let answer = talk.say(&format!("RCPT TO:<{}>", mail.to)).await;
    judge(answer, Meaning::Done, recipient)?;
    judge(talk.say("DATA").await, Meaning::GoOn, message)?;
    judge(talk.hand_over(&Whole(&mail.content).to_string()).await, Meaning::Done, message)
}

/// Nothing where the server answers as `wanted`, else why not, given what a permanent refusal means at this
/// point.
fn judge(
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
