//! Turns: a socket that is always ready gets a share of the time, and others are served in between.
//!
//! The system reports once that a socket is ready. What is left of it has to be remembered.

use std::io;
use std::time::{Duration, Instant};

/// Reads of a socket in one turn.
const SHARE: usize = 16;

/// Pause after a turn in which every read has failed.
const PAUSE: Duration = Duration::from_millis(20);

/// State of a socket after a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    /// Everything has been read.
    Nothing,
    /// More may be ready.
    More,
    /// Every read has failed.
    Failing,
}

/// Time of a socket's next turn.
#[derive(Debug, Default)]
pub(super) struct Turns {
    /// `None` until the system reports that the socket is ready.
    next: Option<Instant>,
}

impl Turns {
    /// Takes note that the socket is ready. A pause stays.
    pub(super) fn ready(&mut self, now: Instant) {
        self.next.get_or_insert(now);
    }

    /// Returns the time of the next turn. `None` if the socket is not ready.
    pub(super) const fn next(&self) -> Option<Instant> {
        self.next
    }

    /// Reads the socket until it is empty, but at most its share, if it is its turn.
    ///
    /// `read` fails with [`WouldBlock`](io::ErrorKind::WouldBlock) if nothing is left.
    pub(super) fn take(&mut self, now: Instant, read: impl FnMut() -> io::Result<()>) {
        if self.next.is_some_and(|next| next <= now) {
            self.next = match share(read) {
                Left::Nothing => None,
                Left::More => Some(now),
                Left::Failing => Some(now + PAUSE),
            };
        }
    }
}

fn share(mut read: impl FnMut() -> io::Result<()>) -> Left {
    let mut left = Left::Failing;
    for _ in 0..SHARE {
        match read() {
            Ok(()) => left = Left::More,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Left::Nothing,
            Err(_) => {}
        }
    }
    left
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "any moment will do as a start")]
mod tests {
    use std::io::{self, ErrorKind};
    use std::time::Instant;

    use super::{PAUSE, SHARE, Turns};

    /// Takes a turn with reads that have these results, then nothing is left. Returns the number of reads.
    fn turn(turns: &mut Turns, now: Instant, results: &[io::Result<()>]) -> usize {
        let mut reads = 0;
        turns.take(now, || {
            reads += 1;
            match results.get(reads - 1) {
                Some(Ok(())) => Ok(()),
                Some(Err(error)) => Err(error.kind().into()),
                None => Err(ErrorKind::WouldBlock.into()),
            }
        });
        reads
    }

    fn failures(number: usize) -> Vec<io::Result<()>> {
        (0..number).map(|_| Err(ErrorKind::ConnectionReset.into())).collect()
    }

    #[test]
    fn a_socket_is_read_only_if_it_is_ready() {
        let (mut turns, now) = (Turns::default(), Instant::now());
        assert_eq!(turn(&mut turns, now, &[Ok(())]), 0);
        turns.ready(now);
        assert_eq!(turns.next(), Some(now));
        assert_eq!(turn(&mut turns, now, &[Ok(()), Ok(())]), 3);
        assert_eq!(turns.next(), None);
    }

    #[test]
    fn more_than_a_share_is_left_for_the_next_turn() {
        let (mut turns, now) = (Turns::default(), Instant::now());
        turns.ready(now);
        let many: Vec<_> = (0..2 * SHARE).map(|_| Ok(())).collect();
        assert_eq!(turn(&mut turns, now, &many), SHARE);
        assert_eq!(turns.next(), Some(now));
        assert_eq!(turn(&mut turns, now, &[]), 1);
        assert_eq!(turns.next(), None);
    }

    #[test]
    fn a_single_error_does_not_delay_what_follows() {
        let (mut turns, now) = (Turns::default(), Instant::now());
        turns.ready(now);
        let mut results = failures(1);
        results.push(Ok(()));
        assert_eq!(turn(&mut turns, now, &results), 3);
        assert_eq!(turns.next(), None);
    }

    #[test]
    fn a_lasting_error_brings_a_pause() {
        let (mut turns, now) = (Turns::default(), Instant::now());
        turns.ready(now);
        assert_eq!(turn(&mut turns, now, &failures(100)), SHARE);
        turns.ready(now);
        assert_eq!(turn(&mut turns, now, &[]), 0);
        assert_eq!(turns.next(), Some(now + PAUSE));
        assert_eq!(turn(&mut turns, now + PAUSE, &[]), 1);
        assert_eq!(turns.next(), None);
    }
}
