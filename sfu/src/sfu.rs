//! The handle by which the rest of the program uses the thread.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;

use mio::Waker;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use crate::counters::Counters;
use crate::event::{Event, JoinError, Layer, Sends};
use crate::listen::{self, Command};
use crate::names::{Mid, RoomId, SeatId};

/// Addresses and sizes.
#[derive(Clone, Debug)]
pub struct Options {
    /// Address of the media, for UDP and TCP. Port 0 takes a port that is free for both.
    pub listen: SocketAddr,
    /// Addresses in the answers to browsers. If empty, it is the bound one.
    pub advertise: Vec<SocketAddr>,
    /// Most people in a room, 2 to 16.
    pub seats: usize,
}

/// A handle to the media thread. The thread ends when the last handle is dropped.
#[derive(Clone, Debug)]
pub struct Sfu(Arc<Handle>);

#[derive(Debug)]
struct Handle {
    thread: JoinHandle<()>,
    commands: Sender<Command>,
    waker: Arc<Waker>,
    address: SocketAddr,
    counters: Arc<Counters>,
}

impl Sfu {
    /// Binds UDP and TCP on one port and starts the thread.
    ///
    /// # Errors
    ///
    /// Fails if the address is taken or not of this machine, if `seats` is out of bounds, or if `listen` is a wildcard
    /// without `advertise`.
    pub fn start(options: Options) -> io::Result<Self> {
        let listen::Started { thread, commands, waker, address, counters } =
            listen::start(options)?;
        Ok(Self(Arc::new(Handle { thread, commands, waker, address, counters })))
    }

    /// Returns the bound address.
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// Returns `true` if the media thread runs. If it has ended, it stays so, and each join fails.
    pub fn is_running(&self) -> bool {
        !self.0.thread.is_finished()
    }

    /// Returns the figures for the metrics.
    pub fn counters(&self) -> Arc<Counters> {
        Arc::clone(&self.0.counters)
    }

    /// Seats somebody and returns the SDP answer to the offer. Events of the seat go to `events`.
    ///
    /// Somebody in the same seat is replaced and hears [`Event::Closed`]. What the seat passes on stays as
    /// [`forward`](Self::forward) has set it. A new seat passes on everything.
    ///
    /// # Errors
    ///
    /// Fails if the offer has another shape, if the room is full, or if the thread has ended.
    pub async fn join(
        &self,
        room: RoomId,
        seat: SeatId,
        offer: &str,
        events: UnboundedSender<Event>,
    ) -> Result<String, JoinError> {
        let (answer, answered) = oneshot::channel();
        self.send(Command::Join { room, seat, offer: offer.to_owned(), events, answer });
        answered.await.unwrap_or(Err(JoinError::Stopped))
    }

    /// Removes a seat. It gets no packet any more, and no [`Event::Closed`].
    pub fn leave(&self, seat: SeatId) {
        self.send(Command::Leave { seat });
    }

    /// Sets the most that a receiver wants to see in a slot: small at first, and for the screen everything.
    pub fn see(&self, seat: SeatId, slot: Mid, layer: Layer) {
        self.send(Command::See { seat, slot, layer });
    }

    /// Sets what of a seat is passed on to others.
    pub fn forward(&self, seat: SeatId, sends: Sends) {
        self.send(Command::Forward { seat, sends });
    }

    fn send(&self, command: Command) {
        // A thread that has ended needs no commands, and `join` reports it.
        let _ = self.0.commands.send(command);
        let _ = self.0.waker.wake();
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let _ = self.commands.send(Command::Stop);
        let _ = self.waker.wake();
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use tokio::sync::mpsc::unbounded_channel;

    use super::{Options, Sfu};
    use crate::event::JoinError;
    use crate::listen::Command;
    use crate::names::SeatId;

    #[tokio::test]
    async fn a_thread_that_has_ended_is_reported() {
        let listen = "127.0.0.1:0".parse().unwrap();
        let sfu = Sfu::start(Options { listen, advertise: Vec::new(), seats: 2 }).unwrap();
        assert!(sfu.is_running());
        sfu.send(Command::Stop);
        while sfu.is_running() {
            thread::yield_now();
        }
        let (events, _receiver) = unbounded_channel();
        let joined = sfu.join("room".into(), SeatId(1), "", events).await;
        assert_eq!(joined, Err(JoinError::Stopped));
    }
}
