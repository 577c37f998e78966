//! The memory limit of all request bodies together.
//!
//! A body is read before anything is known of its client. If the memory is used up, the oldest incomplete
//! body is dropped. A body from a proxy or an honest client is complete long before that.

use axum::body::{Body, Bytes, HttpBody};
use http_body_util::BodyExt;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

/// The maximum bytes of all bodies in memory.
const IN_ALL: usize = 16 * 1024 * 1024;

/// The least memory that is reserved at a time. In bytes.
const PIECE: usize = 1024;

/// The account of the bodies in memory.
#[derive(Clone)]
pub struct Bodies(Arc<Mutex<Account>>);

/// The reason why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// The body is too large.
    TooLarge,
    /// The body broke off before its end.
    BrokenOff,
    /// Other bodies take the memory.
    TooMany,
}

struct Account {
    free: usize,
    last: u64,
    /// Incomplete bodies, the oldest first: the bytes that each takes, and the signal that stops it.
    coming: BTreeMap<u64, (usize, Arc<Notify>)>,
}

impl Default for Bodies {
    fn default() -> Self {
        Self::of(IN_ALL)
    }
}

impl Bodies {
    fn of(bytes: usize) -> Self {
        Self(Arc::new(Mutex::new(Account { free: bytes, last: 0, coming: BTreeMap::new() })))
    }

    /// Reads a body of at most `largest` bytes. It takes memory until the returned [`Held`] is dropped.
    pub async fn read(&self, mut body: Body, largest: usize) -> Result<(Bytes, Held), Unread> {
        let mut held = Held { bodies: self.clone(), number: None, bytes: 0 };
        let mut read = Vec::new();
        let stop = Arc::<Notify>::default();
        while !body.is_end_stream() {
            let frame = tokio::select! {
                biased;
                () = stop.notified() => return Err(Unread::TooMany),
                frame = body.frame() => frame,
            };
            let Some(frame) = frame else { break };
            let Ok(data) = frame.map_err(|_| Unread::BrokenOff)?.into_data() else { continue };
            let size = read.len() + data.len();
            if size > largest {
                return Err(Unread::TooLarge);
            }
            if read.is_empty() && body.is_end_stream() {
                // Nearly always: the body came in one piece.
                held.grow(size, &stop)?;
                held.complete();
                return Ok((data, held));
            }
            if size > read.capacity() {
                // Copied, because a piece of one byte may keep alive the kilobytes that it was read into.
                let more = size.max(read.capacity() * 2).max(PIECE).min(largest);
                held.grow(more, &stop)?;
                read.reserve_exact(more - read.len());
            }
            read.extend_from_slice(&data);
        }
        held.complete();
        Ok((read.into(), held))
    }

    fn account(&self) -> MutexGuard<'_, Account> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Account {
    /// Stops incomplete bodies older than `number` until `bytes` are free. `false` if that is not enough.
    fn make_room(&mut self, bytes: usize, number: Option<u64>) -> bool {
        while self.free < bytes {
            let Some(oldest) = self.coming.first_entry() else { return false };
            if number.is_some_and(|number| number <= *oldest.key()) {
                return false;
            }
            let (taken, stop) = oldest.remove();
            self.free += taken;
            stop.notify_one();
        }
        true
    }
}

/// The memory that a body takes. Dropping it frees the memory.
pub struct Held {
    bodies: Bodies,
    /// The body's number while it is incomplete.
    number: Option<u64>,
    bytes: usize,
}

impl Held {
    /// Grows the reservation to `to` bytes.
    fn grow(&mut self, to: usize, stop: &Arc<Notify>) -> Result<(), Unread> {
        let mut account = self.bodies.account();
        let more = to.saturating_sub(self.bytes);
        if self.number.is_some_and(|number| !account.coming.contains_key(&number))
            || !account.make_room(more, self.number)
        {
            return Err(Unread::TooMany);
        }
        account.free -= more;
        self.bytes += more;
        let number = *self.number.get_or_insert_with(|| {
            account.last += 1;
            account.last
        });
        account.coming.insert(number, (self.bytes, Arc::clone(stop)));
        Ok(())
    }

    /// Marks the body as complete, so that no other body stops it.
    fn complete(&mut self) {
        if let Some(number) = self.number.take()
            && self.bodies.account().coming.remove(&number).is_none()
        {
            // It was stopped just now, and its memory belongs to another.
            self.bytes = 0;
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.complete();
        self.bodies.account().free += self.bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{StreamExt, stream};
    use http_body_util::StreamBody;
    use hyper::body::Frame;
    use std::convert::Infallible;
    use tokio::sync::mpsc;

    fn sent(pieces: &[usize]) -> Body {
        let frames: Vec<_> = pieces
            .iter()
            .map(|size| Ok::<_, Infallible>(Frame::data(Bytes::from(vec![b'x'; *size]))))
            .collect();
        Body::new(StreamBody::new(stream::iter(frames)))
    }

    /// Returns a body that receives its pieces from the sender.
    fn half_sent(size: usize) -> (mpsc::UnboundedSender<usize>, Body) {
        let (send, pieces) = mpsc::unbounded_channel();
        send.send(size).expect("sent");
        let frames = stream::unfold(pieces, |mut pieces| async {
            let size = pieces.recv().await?;
            Some((Ok::<_, Infallible>(Frame::data(Bytes::from(vec![b'x'; size]))), pieces))
        });
        (send, Body::new(StreamBody::new(frames.boxed())))
    }

    fn free(bodies: &Bodies) -> usize {
        bodies.account().free
    }

    #[tokio::test]
    async fn a_body_counts_until_it_is_done_with() {
        let bodies = Bodies::of(10_000);
        let whole = Body::from(vec![b'x'; 3_000]);
        let (read, held) = bodies.read(whole, 8_000).await.expect("read");
        assert_eq!((read.len(), free(&bodies)), (3_000, 7_000));
        let (read, more) = bodies.read(sent(&[1; 2_000]), 8_000).await.expect("read");
        assert_eq!(read.len(), 2_000);
        assert!(free(&bodies) <= 5_000);
        drop((held, more));
        for refused in [sent(&[4_000, 4_001]), sent(&[8_001])] {
            assert_eq!(bodies.read(refused, 8_000).await.err(), Some(Unread::TooLarge));
        }
        let none = bodies.read(Body::empty(), 8_000).await.expect("read");
        assert_eq!((none.0.len(), free(&bodies)), (0, 10_000));
    }

    #[tokio::test]
    async fn the_one_that_has_been_on_its_way_longest_makes_room() {
        let bodies = Bodies::of(10_000);
        let reading = |body| {
            let bodies = bodies.clone();
            tokio::spawn(async move { bodies.read(body, 8_000).await })
        };
        let mut senders = Vec::new();
        let mut readers = Vec::new();
        for count in 1..=4 {
            let (sender, body) = half_sent(2_000);
            senders.push(sender);
            readers.push(reading(body));
            while free(&bodies) != 10_000 - 2_000 * count {
                tokio::task::yield_now().await;
            }
        }
        let (read, held) = bodies.read(sent(&[2_000, 3_000]), 8_000).await.expect("read");
        assert_eq!(read.len(), 5_000);
        for stopped in readers.drain(..2) {
            assert_eq!(stopped.await.expect("an end").err(), Some(Unread::TooMany));
        }
        drop(held);
        senders.clear();
        for other in readers {
            assert_eq!(other.await.expect("an end").expect("read").0.len(), 2_000);
        }
        assert_eq!(free(&bodies), 10_000, "nothing is counted twice");
    }

    #[tokio::test]
    async fn a_body_that_is_whole_stays() {
        let bodies = Bodies::of(6_000);
        let (_, held) = bodies.read(sent(&[4_000]), 8_000).await.expect("read");
        assert_eq!(bodies.read(sent(&[4_000]), 8_000).await.err(), Some(Unread::TooMany));
        drop(held);
        assert!(bodies.read(sent(&[4_000]), 8_000).await.is_ok());
        assert_eq!(free(&bodies), 6_000);
    }
}
