//! A conversation with a mail server (RFC 5321).

use super::reply::{Meaning, Reply, Unread};
use crate::messages::Trouble;
use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretString};
use std::io;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio_rustls::{TlsConnector, rustls::pki_types::ServerName};

/// A byte stream to a server.
pub(crate) trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// A connection to a server, after the greeting.
pub(crate) struct Talk {
    wire: BufReader<Box<dyn Wire>>,
    offers: Offers,
}

/// The encryption, and the name that the server's certificate must have.
pub(crate) struct Tls {
    pub(crate) connector: TlsConnector,
    pub(crate) name: ServerName<'static>,
}

/// Our user and password at the server.
pub(crate) struct Credentials {
    pub(crate) user: String,
    pub(crate) password: SecretString,
}

/// The extensions that a server offers, as far as we use them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Offers {
    starttls: bool,
    international: bool,
    login: Option<Mechanism>,
}

/// A login mechanism. The greatest that the server offers is used: `Plain` has fewer steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Mechanism {
    Login,
    Plain,
}

impl Talk {
    /// Waits for the server's greeting, and sends `EHLO` with `name`.
    pub(crate) async fn open(wire: Box<dyn Wire>, name: &str) -> Result<Self, Trouble> {
        let mut talk = Self { wire: BufReader::new(wire), offers: Offers::default() };
        let greeting = talk.read().await?;
        done(greeting.meaning(), Trouble::Sender)?;
        talk.hello(name).await?;
        Ok(talk)
    }

    async fn hello(&mut self, name: &str) -> Result<(), Trouble> {
        let reply = self.ask(&format!("EHLO {name}")).await?;
        self.offers = match reply.meaning() {
            // An old server without extensions (RFC 5321, 3.2).
            Meaning::Never(_) => {
                let reply = self.ask(&format!("HELO {name}")).await?;
                done(reply.meaning(), Trouble::Sender)?;
                Offers::default()
            }
            meaning => {
                done(meaning, Trouble::Sender)?;
                Offers::of(&reply)
            }
        };
        Ok(())
    }

    /// `true` if the server offers encryption.
    pub(crate) const fn can_encrypt(&self) -> bool {
        self.offers.starttls
    }

    /// `true` if the server takes addresses that are not ASCII (RFC 6531).
    pub(crate) const fn is_international(&self) -> bool {
        self.offers.international
    }

    /// Continues with encryption. Discards what the server said before, which nobody has authenticated.
    pub(crate) async fn encrypt(mut self, tls: &Tls, name: &str) -> Result<Self, Trouble> {
        let reply = self.ask("STARTTLS").await?;
        done(reply.meaning(), |_| Trouble::Encryption)?;
        // An attacker could have added what came in clear after the reply.
        if !self.wire.buffer().is_empty() {
            return Err(Trouble::Encryption);
        }
        let wire = tls.wrap(self.wire.into_inner()).await?;
        let mut talk = Self { wire: BufReader::new(wire), offers: Offers::default() };
        talk.hello(name).await?;
        talk.offers.starttls = false;
        Ok(talk)
    }

    /// Logs in (RFC 4954).
    pub(crate) async fn log_in(&mut self, credentials: &Credentials) -> Result<(), Trouble> {
        let (user, password) = (credentials.user.as_str(), credentials.password.expose_secret());
        let (begin, answers) = match self.offers.login {
            Some(Mechanism::Plain) => {
                let whole = STANDARD.encode(format!("\0{user}\0{password}"));
                (format!("AUTH PLAIN {whole}"), vec![whole])
            }
            Some(Mechanism::Login) => {
                let answers = [user, password].map(|answer| STANDARD.encode(answer));
                ("AUTH LOGIN".to_owned(), answers.to_vec())
            }
            None => return Err(Trouble::Login),
        };
        let mut meaning = self.say(&begin).await?;
        for answer in answers {
            if meaning == Meaning::GoOn {
                meaning = self.say(&answer).await?;
            }
        }
        done(meaning, Trouble::Credentials)
    }

    /// Sends a line and returns the meaning of the reply.
    pub(crate) async fn say(&mut self, line: &str) -> Result<Meaning, Trouble> {
        Ok(self.ask(line).await?.meaning())
    }

    /// Sends content that includes its own end, and returns the meaning of the reply.
    pub(crate) async fn hand_over(&mut self, whole: &str) -> Result<Meaning, Trouble> {
        Ok(self.write(whole.as_bytes()).await?.meaning())
    }

    /// Ends the connection.
    pub(crate) async fn part(mut self) {
        if self.ask("QUIT").await.is_ok() {
            self.wire.shutdown().await.ok();
        }
    }

    async fn ask(&mut self, line: &str) -> Result<Reply, Trouble> {
        // One write, so that the other side confirms the whole at once.
        self.write(&[line.as_bytes(), b"\r\n"].concat()).await
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<Reply, Trouble> {
        self.wire.write_all(bytes).await.map_err(|error| broken(&error))?;
        self.wire.flush().await.map_err(|error| broken(&error))?;
        self.read().await
    }

    async fn read(&mut self) -> Result<Reply, Trouble> {
        Reply::read(&mut self.wire).await.map_err(|unread| match unread {
            Unread::Connection(error) => broken(&error),
            Unread::Malformed => Trouble::Broken,
        })
    }
}

impl Tls {
    /// Encrypts a byte stream.
    pub(crate) async fn wrap(&self, wire: Box<dyn Wire>) -> Result<Box<dyn Wire>, Trouble> {
        let wrapped = self.connector.connect(self.name.clone(), wire).await;
        Ok(Box::new(wrapped.map_err(|error| broken(&error))?))
    }
}

impl Offers {
    fn of(reply: &Reply) -> Self {
        let mut offers = Self::default();
        // The first line is the server's name.
        for line in reply.lines().skip(1) {
            let line = line.to_ascii_uppercase();
            let mut words = line.split(|c: char| c.is_ascii_whitespace() || c == '=');
            match words.next() {
                Some("STARTTLS") => offers.starttls = true,
                Some("SMTPUTF8") => offers.international = true,
                Some("AUTH") => {
                    let known = words.filter_map(|word| match word {
                        "PLAIN" => Some(Mechanism::Plain),
                        "LOGIN" => Some(Mechanism::Login),
                        _ => None,
                    });
                    offers.login = offers.login.into_iter().chain(known).max();
                }
                _ => {}
            }
        }
        offers
    }
}

/// Checks that a command has succeeded. `never` makes the error of a permanent refusal at this point.
pub(crate) fn done(meaning: Meaning, never: impl FnOnce(u16) -> Trouble) -> Result<(), Trouble> {
    match meaning {
        Meaning::Done => Ok(()),
        Meaning::GoOn => Err(Trouble::Broken),
        Meaning::Later(code) => Err(Trouble::Later(code)),
        Meaning::Never(code) => Err(never(code)),
    }
}

fn broken(error: &io::Error) -> Trouble {
    match error.kind() {
        // The error of rustls for a server that it doesn't trust or understand.
        io::ErrorKind::InvalidData => Trouble::Encryption,
        _ => Trouble::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt;

    /// Runs a client against a server that sends these replies. Returns what the client sent, and its result.
    async fn talk(
        answers: &'static str,
        credentials: Option<Credentials>,
    ) -> (String, Result<Offers, Trouble>) {
        let (ours, theirs) = tokio::io::duplex(100_000);
        let (mut hear, mut say) = tokio::io::split(theirs);
        say.write_all(answers.as_bytes()).await.expect("room");
        let outcome = async {
            let mut talk = Talk::open(Box::new(ours), "us").await?;
            if let Some(credentials) = credentials {
                talk.log_in(&credentials).await?;
            }
            Ok(talk.offers)
        }
        .await;
        let mut heard = String::new();
        say.shutdown().await.ok();
        hear.read_to_string(&mut heard).await.expect("text");
        (heard.replace("\r\n", "|"), outcome)
    }

    fn anna() -> Credentials {
        Credentials { user: "anna".to_owned(), password: "hemligt".into() }
    }

    #[tokio::test]
    async fn a_server_that_knows_helo_alone_is_spoken_to() {
        for refusal in ["500 what?", "502", "501 no", "504", "550-not\r\n550 here"] {
            let answers = format!("220\r\n{refusal}\r\n250\r\n").leak();
            let (heard, outcome) = talk(answers, None).await;
            assert_eq!((heard.as_str(), outcome), ("EHLO us|HELO us|", Ok(Offers::default())));
        }
        let (_, outcome) = talk("220\r\n500\r\n550 no\r\n", None).await;
        assert_eq!(outcome, Err(Trouble::Sender(550)));
        let (heard, outcome) = talk("220\r\n421 busy\r\n", None).await;
        assert_eq!((heard.as_str(), outcome), ("EHLO us|", Err(Trouble::Later(421))));
    }

    #[tokio::test]
    async fn what_a_server_offers_is_understood_however_it_is_written() {
        let all = Offers { starttls: true, international: true, login: Some(Mechanism::Plain) };
        for answers in [
            "220\r\n250-us\r\n250-STARTTLS\r\n250-SMTPUTF8\r\n250 AUTH LOGIN PLAIN\r\n",
            "220\r\n250-\r\n250-starttls\r\n250-SMTPUTF8 x\r\n250-AUTH=LOGIN\r\n250 Auth plain\r\n",
        ] {
            assert_eq!(talk(answers, None).await.1, Ok(all));
        }
        let none = "220\r\n250-STARTTLS\r\n250-XSTARTTLS\r\n250 8BITMIME AUTH PLAIN\r\n";
        assert_eq!(talk(none, None).await.1, Ok(Offers::default()));
    }

    #[tokio::test]
    async fn a_login_goes_by_what_the_server_offers() {
        let whole = STANDARD.encode("\0anna\0hemligt");
        let (heard, outcome) =
            talk("220\r\n250-a\r\n250 AUTH PLAIN\r\n235\r\n", Some(anna())).await;
        assert!(outcome.is_ok());
        assert_eq!(heard, format!("EHLO us|AUTH PLAIN {whole}|"));
        let asked = "220\r\n250-a\r\n250 AUTH PLAIN\r\n334\r\n235 in\r\n";
        let (heard, outcome) = talk(asked, Some(anna())).await;
        assert!(outcome.is_ok());
        assert_eq!(heard, format!("EHLO us|AUTH PLAIN {whole}|{whole}|"));
        let step_by_step =
            "220\r\n250-a\r\n250 AUTH LOGIN\r\n334 VXNlcg==\r\n334 \u{e5}\r\n235\r\n";
        let (heard, outcome) = talk(step_by_step, Some(anna())).await;
        assert!(outcome.is_ok());
        assert_eq!(heard, "EHLO us|AUTH LOGIN|YW5uYQ==|aGVtbGlndA==|");
        let (heard, outcome) = talk("220\r\n250-a\r\n250 AUTH CRAM-MD5\r\n", Some(anna())).await;
        assert_eq!((heard.as_str(), outcome), ("EHLO us|", Err(Trouble::Login)));
        let refused = "220\r\n250-a\r\n250 AUTH LOGIN\r\n535\r\n";
        assert_eq!(talk(refused, Some(anna())).await.1, Err(Trouble::Credentials(535)));
        let later = "220\r\n250-a\r\n250 AUTH PLAIN\r\n454\r\n";
        assert_eq!(talk(later, Some(anna())).await.1, Err(Trouble::Later(454)));
    }
}
