//! A client's connection, which neither waits for ever nor breaks an answer off.
//!
//! Two things that the system does by itself would do harm. A write to somebody who reads nothing waits
//! without an end. And a socket that is closed while something in it is unread resets the connection, which
//! takes away from the client the answer that was on its way.

use std::{
    future::Future,
    io::{self, ErrorKind, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep},
};

/// How long a client may read nothing of what waits for it.
pub(super) const WRITE_TIME: Duration = Duration::from_secs(30);

/// Bytes a second that a client must read at least, once it has been slow for [`WRITE_TIME`].
const SLOWEST: usize = 512;

/// The most that is read at once: what hyper keeps for each connection grows with what it gets.
const PIECE: usize = 8 * 1024 - 1;

/// How long a connection that ends is listened to, so that the client reads the answer first.
const LINGER_TIME: Duration = Duration::from_secs(2);

/// The most that is read and dropped meanwhile.
const LINGER_BYTES: usize = 4 * 1024 * 1024;

/// A connection with a limit on writing and a gentle end.
pub(super) struct Stream {
    inner: TcpStream,
    /// When a write that waits is given up; none when nothing waits.
    deadline: Option<Instant>,
    timer: Pin<Box<Sleep>>,
    end: End,
    scratch: usize,
}

enum End {
    /// Not yet.
    Open,
    /// Nothing more is written; what still comes is dropped.
    Lingering,
    Closed,
}

impl Stream {
    pub(super) fn new(inner: TcpStream) -> Self {
        Self {
            inner,
            deadline: None,
            timer: Box::pin(sleep(WRITE_TIME)),
            end: End::Open,
            scratch: 0,
        }
    }

    /// Keeps the time of a write: a client that takes something gets some time for it, one that takes
    /// everything all the time again.
    fn wrote(&mut self, written: io::Result<usize>, asked: usize) -> io::Result<usize> {
        if let (Ok(written), Some(deadline)) = (&written, self.deadline) {
            self.deadline = (*written < asked).then(|| {
                let more = Duration::from_secs((*written / SLOWEST) as u64);
                (deadline + more).min(after(WRITE_TIME))
            });
        }
        written
    }

    fn waits<T>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        let deadline = *self.deadline.get_or_insert_with(|| after(WRITE_TIME));
        if self.timer.deadline() != deadline {
            self.timer.as_mut().reset(deadline);
        }
        ready!(self.timer.as_mut().poll(cx));
        Poll::Ready(Err(ErrorKind::TimedOut.into()))
    }

    /// Reads and drops what still comes: until the client has ended too, for a while at most.
    fn linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut dropped = [0; 16 * 1024];
        while self.timer.as_mut().poll(cx).is_pending() {
            let mut buffer = ReadBuf::new(&mut dropped);
            match ready!(Pin::new(&mut self.inner).poll_read(cx, &mut buffer)) {
                Ok(()) if !buffer.filled().is_empty() => {
                    self.scratch += buffer.filled().len();
                    if self.scratch > LINGER_BYTES {
                        break;
                    }
                }
                _ => break,
            }
        }
        Poll::Ready(())
    }
}

/// When so much time will have passed, by the timers.
fn after(time: Duration) -> Instant {
    sleep(time).deadline()
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if buffer.remaining() <= PIECE {
            return Pin::new(&mut self.inner).poll_read(cx, buffer);
        }
        let mut piece = ReadBuf::new(buffer.initialize_unfilled_to(PIECE));
        ready!(Pin::new(&mut self.inner).poll_read(cx, &mut piece))?;
        let read = piece.filled().len();
        buffer.advance(read);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.inner).poll_write(cx, bytes) {
            Poll::Ready(written) => Poll::Ready(self.wrote(written, bytes.len())),
            Poll::Pending => self.waits(cx),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.inner).poll_write_vectored(cx, parts) {
            Poll::Ready(written) => {
                let asked = parts.iter().map(|part| part.len()).sum();
                Poll::Ready(self.wrote(written, asked))
            }
            Poll::Pending => self.waits(cx),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if matches!(self.end, End::Open) {
            ready!(Pin::new(&mut self.inner).poll_shutdown(cx))?;
            self.timer.as_mut().reset(after(LINGER_TIME));
            self.end = End::Lingering;
        }
        if matches!(self.end, End::Lingering) {
            ready!(self.linger(cx));
            self.end = End::Closed;
        }
        Poll::Ready(Ok(()))
    }
}
