//! A client's connection with a limit on slow writes and a clean close.
//!
//! Two defaults of the system do harm. A write to a client that reads nothing waits without end. Closing a
//! socket with unread data resets the connection, and the client loses the response that was on its way.

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

/// The time that a client may read nothing of the data that waits for it.
pub(super) const WRITE_TIME: Duration = Duration::from_secs(30);

/// The minimum speed of a client that has been slow for [`WRITE_TIME`]. In bytes a second.
const SLOWEST: usize = 512;

/// The maximum size of one read. In bytes. Hyper's buffer for each connection grows with what it gets.
const PIECE: usize = 8 * 1024 - 1;

/// The time that a closing connection still reads, so that the client gets the response first.
const LINGER_TIME: Duration = Duration::from_secs(2);

/// The maximum size of what is read and dropped then. In bytes.
const LINGER_BYTES: usize = 4 * 1024 * 1024;

/// A connection with a limit on slow writes and a clean close.
pub(super) struct Stream {
    inner: TcpStream,
    /// The time at which a waiting write is given up. `None` if no write waits.
    deadline: Option<Instant>,
    timer: Pin<Box<Sleep>>,
    end: End,
    scratch: usize,
}

enum End {
    /// Reads and writes.
    Open,
    /// Writes nothing more. What arrives is dropped.
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

    /// Updates the deadline of a write. A client that reads a part gets more time, and one that reads
    /// everything gets the full time again.
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

    /// Reads and drops data until the client closes too, within limits of time and size.
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

/// Returns the timers' instant after `time`.
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
