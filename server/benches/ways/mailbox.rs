//! Everybody's mailbox: an SMTP server that does as little as possible.

use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

/// Links that have arrived, and the people who wait for a code.
pub(crate) struct Mailbox {
    pub(crate) address: SocketAddr,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The link tokens that have arrived, by person.
    links: BTreeMap<usize, String>,
    codes: BTreeMap<usize, oneshot::Sender<String>>,
}

/// The ends of a line and of a message.
const LINE: &[u8] = b"\r\n";
const MESSAGE: &[u8] = b"\r\n.\r\n";

impl Mailbox {
    pub(crate) async fn open() -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let mailbox = Arc::new(Self { address, state: Mutex::default() });
        let shared = Arc::clone(&mailbox);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mailbox = Arc::clone(&shared);
                tokio::spawn(async move { mailbox.converse(stream).await });
            }
        });
        mailbox
    }

    /// Returns the number of links that have arrived.
    pub(crate) fn links(&self) -> usize {
        self.state().links.len()
    }

    /// Removes and returns the links that have arrived.
    pub(crate) fn take_links(&self) -> BTreeMap<usize, String> {
        std::mem::take(&mut self.state().links)
    }

    /// Returns a receiver for a person's next code.
    pub(crate) fn code(&self, person: usize) -> oneshot::Receiver<String> {
        let (sender, code) = oneshot::channel();
        self.state().codes.insert(person, sender);
        code
    }

    async fn converse(&self, mut stream: TcpStream) -> io::Result<()> {
        let mut heard = Heard { bytes: Vec::with_capacity(32 * 1024), stream: &mut stream };
        let mut person = 0;
        heard.stream.set_nodelay(true)?;
        heard.stream.write_all(b"220 here\r\n").await?;
        loop {
            let end = heard.until(LINE).await?;
            let verb = heard.bytes[..end].first_chunk::<4>().copied().unwrap_or_default();
            if &verb == b"RCPT" {
                person = addressee(&heard.bytes[..end]);
            }
            heard.bytes.drain(..end);
            let answer: &[u8] = match &verb {
                b"DATA" => b"354 go on\r\n",
                b"QUIT" => b"221 bye\r\n",
                _ => b"250 ok\r\n",
            };
            heard.stream.write_all(answer).await?;
            match &verb {
                b"QUIT" => return Ok(()),
                b"DATA" => {
                    let end = heard.until(MESSAGE).await?;
                    self.put(person, &heard.bytes[..end]);
                    heard.bytes.drain(..end);
                    heard.stream.write_all(b"250 taken\r\n").await?;
                }
                _ => {}
            }
        }
    }

    /// Stores a code, which is alone on its line, or a link.
    fn put(&self, person: usize, message: &[u8]) {
        let text = String::from_utf8_lossy(message);
        let is_code = |line: &&str| !line.is_empty() && line.bytes().all(|c| c.is_ascii_digit());
        let mut state = self.state();
        if let Some(code) = text.lines().find(is_code) {
            let waits = state.codes.remove(&person).expect("somebody who waits");
            // A receiver that is gone has failed already.
            waits.send(code.to_owned()).ok();
        } else {
            let (_, after) = text.split_once("/m/").expect("a link");
            let end = after.find('\r').expect("its end");
            state.links.insert(person, after[..end].to_owned());
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the number in `<person17@example.org>`.
fn addressee(line: &[u8]) -> usize {
    let line = String::from_utf8_lossy(line);
    let (_, after) = line.split_once("<person").expect("somebody");
    after.split('@').next().and_then(|number| number.parse().ok()).expect("a number")
}

/// Bytes that were received and not yet parsed.
struct Heard<'s> {
    stream: &'s mut TcpStream,
    bytes: Vec<u8>,
}

impl Heard<'_> {
    /// Reads until `mark` has arrived, and returns where it ends.
    async fn until(&mut self, mark: &[u8]) -> io::Result<usize> {
        let mut from = 0;
        loop {
            let found = self.bytes[from..].windows(mark.len()).position(|bytes| bytes == mark);
            if let Some(at) = found {
                return Ok(from + at + mark.len());
            }
            from = self.bytes.len().saturating_sub(mark.len() - 1);
            if self.stream.read_buf(&mut self.bytes).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
}
