//! A small SMTP server. It keeps what it accepts, or misbehaves as the test says.

use rcgen::CertifiedKey;
use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer},
    },
};

/// Encryption of a connection.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// No encryption.
    None,
    /// TLS after the command `STARTTLS`.
    StartTls,
    /// TLS from the first byte.
    Wrapper,
}

/// Misbehaviour at one point of the conversation.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// Sends this line.
    Say(&'static str),
    /// Sends these bytes, which need not be UTF-8.
    SayBytes(&'static [u8]),
    /// Sends nothing more, until the client gives up.
    Silence,
    /// Closes the connection.
    HangUp,
}

impl Answer {
    /// Returns what it sends, if anything.
    fn words(self) -> Option<&'static [u8]> {
        match self {
            Self::Say(words) => Some(words.as_bytes()),
            Self::SayBytes(words) => Some(words),
            Self::Silence | Self::HangUp => None,
        }
    }
}

/// Returns `true` if this answer has the code of a good server's, so that the conversation continues.
fn agrees(other: Option<Answer>, code: &str) -> bool {
    other.is_none_or(|it| it.words().is_some_and(|words| words.starts_with(code.as_bytes())))
}

/// Behaviour of the server.
pub struct Behaviour {
    /// The encryption that it offers or requires.
    pub encryption: Encryption,
    /// The name in its certificate.
    pub name: &'static str,
    /// The user and password that it requires.
    pub login: Option<(&'static str, &'static str)>,
    /// Extensions that it offers beyond the usual ones.
    pub offers: &'static [&'static str],
    /// Number of messages that it accepts over one connection before it hangs up.
    pub patience: usize,
    /// The point where it misbehaves: a command, `CONNECT`, the middle of a message (`MESSAGE`) or its end
    /// (`.`).
    pub at: Option<(&'static str, Answer)>,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            encryption: Encryption::None,
            name: "localhost",
            login: None,
            offers: &[],
            patience: usize::MAX,
            at: None,
        }
    }
}

impl Behaviour {
    /// Returns a behaviour with one fault.
    pub fn good_but(at: &'static str, answer: Answer) -> Self {
        Self { at: Some((at, answer)), ..Self::default() }
    }
}

/// A message that the server has accepted.
#[derive(Clone)]
pub struct Caught {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's last recipient.
    pub to: String,
    /// The message, without the doubled dots.
    pub data: Vec<u8>,
    /// `true` if it came over TLS.
    pub encrypted: bool,
}

/// A running server. It ends with the test.
pub struct MailServer {
    /// Its address.
    pub address: SocketAddr,
    /// Its certificate, in PEM.
    pub certificate: String,
    state: Arc<State>,
}

struct State {
    behaviour: Behaviour,
    /// The current misbehaviour: for everybody at a point, and for one recipient.
    at: Mutex<Option<(&'static str, Answer)>>,
    singled_out: Mutex<Option<(&'static str, Answer)>>,
    acceptor: TlsAcceptor,
    caught: Mutex<Vec<Caught>>,
    heard: Mutex<Vec<String>>,
    guests: AtomicUsize,
    most_guests: AtomicUsize,
}

impl MailServer {
    /// Starts a server that behaves like this.
    pub async fn start(behaviour: Behaviour) -> Self {
        let CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed(vec![behaviour.name.to_owned()])
                .expect("a certificate");
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(cert.der().to_vec())], key)
            .expect("a configuration");
        let state = Arc::new(State {
            at: Mutex::new(behaviour.at),
            singled_out: Mutex::default(),
            behaviour,
            acceptor: TlsAcceptor::from(Arc::new(config)),
            caught: Mutex::default(),
            heard: Mutex::default(),
            guests: AtomicUsize::new(0),
            most_guests: AtomicUsize::new(0),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let state = Arc::clone(&shared);
                tokio::spawn(async move {
                    let guests = state.guests.fetch_add(1, Ordering::SeqCst) + 1;
                    state.most_guests.fetch_max(guests, Ordering::SeqCst);
                    // In some tests the client disconnects in the middle.
                    let _ = state.serve(socket).await;
                    state.guests.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { address, certificate: cert.pem(), state }
    }

    /// Returns the accepted messages, in order.
    pub fn caught(&self) -> Vec<Caught> {
        self.state.caught.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the accepted messages after the first ones.
    pub fn caught_since(&self, first: usize) -> Vec<Caught> {
        let caught = self.state.caught.lock().unwrap_or_else(PoisonError::into_inner);
        caught.get(first..).unwrap_or_default().to_vec()
    }

    /// Sets where it misbehaves from now on: at a point, at every point (`ANY`), or nowhere.
    pub fn set_fault(&self, at: Option<(&'static str, Answer)>) {
        *self.state.at.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }

    /// Sets the recipient for whom it misbehaves from now on. `None` for nobody.
    pub fn singles_out(&self, recipient: Option<(&'static str, Answer)>) {
        *self.state.singled_out.lock().unwrap_or_else(PoisonError::into_inner) = recipient;
    }

    /// Returns the only message accepted.
    pub fn only(&self) -> Caught {
        let mut caught = self.caught();
        assert_eq!(caught.len(), 1, "mails taken");
        caught.remove(0)
    }

    /// Returns the first words of the commands received, in order.
    pub fn heard(&self) -> Vec<String> {
        self.state.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the maximum number of concurrent clients.
    pub fn most_guests(&self) -> usize {
        self.state.most_guests.load(Ordering::SeqCst)
    }
}

trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// The end of a part of the conversation.
enum End {
    Over,
    StartTls,
}

impl State {
    fn at(&self, point: &str) -> Option<Answer> {
        let at = self.at.lock().unwrap_or_else(PoisonError::into_inner);
        at.filter(|(at, _)| *at == point || *at == "ANY").map(|(_, answer)| answer)
    }

    fn about(&self, recipient: &str) -> Option<Answer> {
        let one = self.singled_out.lock().unwrap_or_else(PoisonError::into_inner);
        one.filter(|(it, _)| *it == recipient).map(|(_, answer)| answer)
    }

    async fn serve(&self, socket: TcpStream) -> io::Result<()> {
        if self.behaviour.encryption == Encryption::Wrapper {
            let mut wire = BufReader::new(self.acceptor.accept(socket).await?);
            self.converse(&mut wire, true, true).await?;
            return Ok(());
        }
        let mut wire = BufReader::new(socket);
        if let End::StartTls = self.converse(&mut wire, true, false).await? {
            let mut wire = BufReader::new(self.acceptor.accept(wire.into_inner()).await?);
            self.converse(&mut wire, false, true).await?;
        }
        Ok(())
    }

    async fn converse(
        &self,
        wire: &mut BufReader<impl Wire>,
        greet: bool,
        encrypted: bool,
    ) -> io::Result<End> {
        if greet && !self.answer(wire, "CONNECT", "220 ready").await? {
            return Ok(End::Over);
        }
        let (mut from, mut to, mut taken) = (String::new(), String::new(), 0);
        loop {
            let mut line = String::new();
            if wire.read_line(&mut line).await? == 0 {
                return Ok(End::Over);
            }
            let verb = line.split_whitespace().next().unwrap_or_default().to_uppercase();
            self.heard.lock().unwrap_or_else(PoisonError::into_inner).push(verb.clone());
            let usual = match verb.as_str() {
                "EHLO" => self.offer(encrypted),
                "HELO" => "250 here".to_owned(),
                "AUTH" => self.judge_login(&line),
                "MAIL" => {
                    from = path(&line);
                    "250 ok".to_owned()
                }
                "RCPT" => {
                    to = path(&line);
                    "250 ok".to_owned()
                }
                "DATA" => "354 go on".to_owned(),
                "NOOP" | "RSET" => "250 ok".to_owned(),
                "QUIT" => "221 bye".to_owned(),
                "STARTTLS" => "220 go on".to_owned(),
                _ => "500 what".to_owned(),
            };
            let singled_out = (verb == "RCPT").then(|| self.about(&to)).flatten();
            let other = singled_out.or_else(|| self.at(&verb));
            if !self.say(wire, other, &usual).await? {
                return Ok(End::Over);
            }
            match verb.as_str() {
                "STARTTLS" => return Ok(End::StartTls),
                "QUIT" => return Ok(End::Over),
                "DATA" if agrees(self.at("DATA"), "354") => {
                    let Some(data) = self.message(wire).await? else { return Ok(End::Over) };
                    let (from, to) = (from.clone(), to.clone());
                    if agrees(self.at("."), "250") {
                        let caught = Caught { from, to, data, encrypted };
                        self.caught.lock().unwrap_or_else(PoisonError::into_inner).push(caught);
                    }
                    taken += 1;
                    if !self.answer(wire, ".", "250 taken").await?
                        || taken == self.behaviour.patience
                    {
                        return Ok(End::Over);
                    }
                }
                _ => {}
            }
        }
    }

    /// Answers. Returns `true` if the conversation continues.
    async fn answer(
        &self,
        wire: &mut BufReader<impl Wire>,
        at: &str,
        usual: &str,
    ) -> io::Result<bool> {
        self.say(wire, self.at(at), usual).await
    }

    async fn say(
        &self,
        wire: &mut BufReader<impl Wire>,
        other: Option<Answer>,
        usual: &str,
    ) -> io::Result<bool> {
        let words = match other {
            None => usual.as_bytes(),
            Some(Answer::Say(words)) => words.as_bytes(),
            Some(Answer::SayBytes(words)) => words,
            Some(Answer::Silence) => {
                wire.read_to_end(&mut Vec::new()).await?;
                return Ok(false);
            }
            Some(Answer::HangUp) => return Ok(false),
        };
        wire.write_all(&[words, b"\r\n"].concat()).await?;
        wire.flush().await?;
        Ok(true)
    }

    /// Reads the message up to the final dot, and removes the doubled dots.
    async fn message(&self, wire: &mut BufReader<impl Wire>) -> io::Result<Option<Vec<u8>>> {
        let mut data = Vec::new();
        loop {
            let mut line = Vec::new();
            if wire.read_until(b'\n', &mut line).await? == 0 {
                return Ok(None);
            }
            match self.at("MESSAGE") {
                Some(Answer::HangUp) => return Ok(None),
                _ if line == b".\r\n" => return Ok(Some(data)),
                _ => data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line)),
            }
        }
    }

    fn offer(&self, encrypted: bool) -> String {
        let mut offers = vec!["here"];
        if self.behaviour.encryption == Encryption::StartTls && !encrypted {
            offers.push("STARTTLS");
        }
        if self.behaviour.login.is_some() {
            offers.push("AUTH PLAIN");
        }
        offers.extend(self.behaviour.offers);
        let last = offers.pop().unwrap_or_default();
        let mut lines: Vec<_> = offers.iter().map(|offer| format!("250-{offer}")).collect();
        lines.push(format!("250 {last}"));
        lines.join("\r\n")
    }

    /// Checks a login by the PLAIN mechanism, in its encoded form.
    fn judge_login(&self, line: &str) -> String {
        let given = line.split_whitespace().nth(2).unwrap_or_default();
        let right = self.behaviour.login.is_some_and(|(user, password)| {
            given == base64(format!("\0{user}\0{password}").as_bytes())
        });
        if right { "235 welcome" } else { "535 wrong user or password" }.to_owned()
    }
}

/// Returns the text between angle brackets.
fn path(line: &str) -> String {
    let after = line.split_once('<').map_or("", |(_, after)| after);
    after.split_once('>').map_or("", |(path, _)| path).to_owned()
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..4 {
            let letter = usize::try_from(bits >> (18 - 6 * i) & 63).unwrap_or_default();
            out.push(if i <= chunk.len() { char::from(LETTERS[letter]) } else { '=' });
        }
    }
    out
}
