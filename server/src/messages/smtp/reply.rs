//! Replies of a mail server (RFC 5321, 4.2).
//!
//! The code alone decides. Any text beside it is accepted: none at all, text in another character set, text
//! without an end. What is kept of it is bounded.

use tokio::io::{AsyncBufRead, AsyncBufReadExt};

/// Maximum number of bytes of a line that are kept. The rest is read and discarded.
const LONGEST: usize = 1024;
/// Maximum number of lines that are kept.
const MOST: usize = 128;
/// Maximum number of bytes of a reply.
const LARGEST: usize = 256 * 1024;

/// A reply of a mail server.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    code: u16,
    /// The text beside the code, line by line.
    lines: Vec<String>,
}

/// The meaning of a reply, from its code's first digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The command has succeeded.
    Done,
    /// The server waits for more.
    GoOn,
    /// Temporary failure.
    Later(u16),
    /// Permanent failure.
    Never(u16),
}

/// The reason why no reply could be read.
#[derive(Debug)]
pub(crate) enum Unread {
    /// The connection failed.
    Connection(std::io::Error),
    /// The server sent something other than a reply.
    Malformed,
}

impl Reply {
    /// Reads one reply, up to its last line and no further.
    pub(crate) async fn read(wire: &mut (impl AsyncBufRead + Unpin)) -> Result<Self, Unread> {
        let (mut lines, mut read) = (Vec::new(), 0);
        loop {
            let line = line(wire, &mut read).await?;
            match Line::of(&line) {
                Some(Line { code, last, text }) => {
                    if lines.len() < MOST {
                        lines.push(String::from_utf8_lossy(text).into_owned());
                    }
                    if last {
                        return Ok(Self { code, lines });
                    }
                }
                None if lines.is_empty() => return Err(Unread::Malformed),
                // A text with line breaks continues here.
                None => {}
            }
        }
    }

    /// Returns the reply's meaning.
    pub(crate) const fn meaning(&self) -> Meaning {
        match self.code / 100 {
            2 => Meaning::Done,
            3 => Meaning::GoOn,
            4 => Meaning::Later(self.code),
            _ => Meaning::Never(self.code),
        }
    }

    /// Returns the reply's text, line by line.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(String::as_str)
    }
}

/// A line of a reply.
struct Line<'a> {
    code: u16,
    last: bool,
    text: &'a [u8],
}

impl<'a> Line<'a> {
    fn of(line: &'a [u8]) -> Option<Self> {
        let (digits, rest) = line.split_at_checked(3)?;
        let code = std::str::from_utf8(digits).ok()?.parse::<u16>().ok()?;
        let good = digits.iter().all(u8::is_ascii_digit) && (200..600).contains(&code);
        if !good || rest.first().is_some_and(u8::is_ascii_digit) {
            return None;
        }
        let text = rest.strip_prefix(b"-").or_else(|| rest.strip_prefix(b" ")).unwrap_or(rest);
        Some(Self { code, last: rest.first() != Some(&b'-'), text })
    }
}

/// Returns the beginning of the next line, without its end.
async fn line(wire: &mut (impl AsyncBufRead + Unpin), read: &mut usize) -> Result<Vec<u8>, Unread> {
    let mut line = Vec::new();
    loop {
        let buffer = wire.fill_buf().await.map_err(Unread::Connection)?;
        if buffer.is_empty() {
            return Err(Unread::Connection(std::io::ErrorKind::UnexpectedEof.into()));
        }
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let (part, taken) = match end {
            Some(end) => (buffer.get(..end).unwrap_or_default(), end + 1),
            None => (buffer, buffer.len()),
        };
        let room = LONGEST.saturating_sub(line.len()).min(part.len());
        line.extend_from_slice(part.get(..room).unwrap_or_default());
        *read += taken;
        wire.consume(taken);
        if *read > LARGEST {
            return Err(Unread::Malformed);
        }
        if end.is_some() {
            while line.last() == Some(&b'\r') {
                line.pop();
            }
            return Ok(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tokio::io::BufReader;

    fn read(bytes: &[u8]) -> Result<Reply, Unread> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(Reply::read(&mut BufReader::with_capacity(7, bytes)))
    }

    fn meaning(bytes: &[u8]) -> Option<Meaning> {
        read(bytes).ok().map(|reply| reply.meaning())
    }

    #[test]
    fn the_code_alone_decides() {
        use Meaning::{Done, GoOn, Later, Never};
        let wide = [b"250 ", "å".repeat(2_000).as_bytes(), b"\r\n"].concat();
        for (bytes, expected) in [
            (&b"250 ok\r\n"[..], Done),
            (b"250\r\n", Done),
            (b"250 \r\n", Done),
            (b"250\n", Done),
            (b"250\tok\r\n", Done),
            (b"250ok\r\n", Done),
            (b"250 k\xf6ad\r\n", Done),
            (b"250 \0\xff\x1b[0m\r\n", Done),
            (b"250-one\r\n250-two\r\n250 three\r\n", Done),
            (b"250-\r\n250-\r\n250\r\n", Done),
            (b"250-\xe5\r\n250 \xe4\r\n", Done),
            (b"220-welcome\nto us\n\n220 ready\r\n", Done),
            (b"354\r\n", GoOn),
            (b"451\r\n", Later(451)),
            (b"450 250 later\r\n", Later(450)),
            (b"554\r\n", Never(554)),
            (b"599 \xf6\r\n", Never(599)),
            (&wide, Done),
        ] {
            assert_eq!(meaning(bytes), Some(expected), "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn what_has_no_code_is_no_reply() {
        let endless = ["250-x\r\n".repeat(LARGEST), "250 x\r\n".to_owned()].concat();
        let long = "2".repeat(LARGEST * 2);
        for bytes in [
            "",
            "250",
            "250-more\r\n",
            "what?\r\n",
            "\r\n",
            "25 ok\r\n",
            "2500 ok\r\n",
            "+50 ok\r\n",
            "150 wait\r\n",
            "650 ok\r\n",
            " 250 ok\r\n",
            &endless,
            &long,
        ] {
            assert!(read(bytes.as_bytes()).is_err());
        }
    }

    #[test]
    fn a_reply_is_read_up_to_its_end_and_no_further() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let mut wire = BufReader::new(&b"250-a\r\n250 b\r\n550 c\r\n"[..]);
        let first = runtime.block_on(Reply::read(&mut wire)).expect("a reply");
        assert_eq!(first.lines().collect::<Vec<_>>(), ["a", "b"]);
        let second = runtime.block_on(Reply::read(&mut wire)).expect("a reply");
        assert_eq!(second.meaning(), Meaning::Never(550));
    }

    proptest! {
        #[test]
        fn any_text_is_borne(code in 200_u16..600, texts in prop::collection::vec("[^\n]{0,40}", 1..5)) {
            let last = texts.len() - 1;
            let mut bytes = Vec::new();
            for (at, text) in texts.iter().enumerate() {
                let mark = if at == last { ' ' } else { '-' };
                bytes.extend_from_slice(format!("{code}{mark}{text}\r\n").as_bytes());
            }
            let reply = read(&bytes).expect("a reply");
            prop_assert_eq!((reply.code, reply.lines.len()), (code, texts.len()));
        }

        #[test]
        fn whatever_comes_there_is_an_end(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
        }
    }
}
