//! A connection to the program, with as much HTTP as the benchmark needs and little work.

use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A connection that is kept open.
pub(crate) struct Wire {
    stream: TcpStream,
    bytes: Vec<u8>,
}

/// A complete response.
pub(crate) struct Answer<'w> {
    pub(crate) head: &'w str,
    pub(crate) body: &'w [u8],
}

impl Wire {
    pub(crate) async fn to(host: SocketAddr) -> Self {
        let stream = TcpStream::connect(host).await.expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        Self { stream, bytes: Vec::with_capacity(16 * 1024) }
    }

    /// Sends a request and reads the response.
    pub(crate) async fn ask(&mut self, request: &str) -> Answer<'_> {
        self.stream.write_all(request.as_bytes()).await.expect("a connection");
        self.bytes.clear();
        let head = loop {
            self.hear().await;
            if let Some(end) = find(&self.bytes, b"\r\n\r\n") {
                break end;
            }
        };
        let text = std::str::from_utf8(&self.bytes[..head]).expect("a head");
        let length = header(text, "content-length: ").expect("a length");
        let length = length.parse::<usize>().expect("a number");
        while self.bytes.len() < head + 4 + length {
            self.hear().await;
        }
        let text = std::str::from_utf8(&self.bytes[..head]).expect("a head");
        Answer { head: text, body: &self.bytes[head + 4..] }
    }

    async fn hear(&mut self) {
        let read = self.stream.read_buf(&mut self.bytes).await.expect("a connection");
        assert_ne!(read, 0, "a whole answer");
    }
}

impl Answer<'_> {
    /// Asserts the status, and that the body contains a text.
    pub(crate) fn expect(&self, status: u16, holds: &str) {
        let good = self.head[9..].starts_with(&status.to_string());
        let answer = String::from_utf8_lossy(self.body);
        assert!(good && find(self.body, holds.as_bytes()).is_some(), "{}\n{answer}", self.head);
    }

    /// Returns a header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(self.head, name)
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|part| part == what)
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.split("\r\n").find_map(|line| line.strip_prefix(name))
}
