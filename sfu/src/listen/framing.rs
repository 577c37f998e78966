//! Datagrams in a stream of bytes: each is preceded by its length in two bytes. RFC 4571.

use crate::engine::LARGEST;

/// Bytes that have come and are not yet a whole datagram.
#[derive(Debug, Default)]
pub(super) struct Unframer {
    bytes: Vec<u8>,
}

/// The stream has a datagram that no browser sends.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooLong;

impl Unframer {
    /// Takes bytes and calls `each` with each whole datagram.
    ///
    /// # Errors
    ///
    /// Fails at a datagram that is too long. The rest of the stream is then without meaning.
    pub(super) fn take(
        &mut self,
        bytes: &[u8],
        mut each: impl FnMut(&[u8]),
    ) -> Result<(), TooLong> {
        self.bytes.extend_from_slice(bytes);
        let mut rest = &self.bytes[..];
        while let Some((&[high, low], after)) = rest.split_first_chunk::<2>() {
            let length = usize::from(u16::from_be_bytes([high, low]));
            if length > LARGEST {
                return Err(TooLong);
            }
            let Some((datagram, after)) = after.split_at_checked(length) else {
                break;
            };
            each(datagram);
            rest = after;
        }
        let taken = self.bytes.len() - rest.len();
        self.bytes.drain(..taken);
        Ok(())
    }
}

/// Adds a datagram to a stream. Returns `false` if it is too long for one.
pub(super) fn frame(datagram: &[u8], stream: &mut impl Extend<u8>) -> bool {
    let Ok(length) = u16::try_from(datagram.len()) else {
        return false;
    };
    stream.extend(length.to_be_bytes());
    stream.extend(datagram.iter().copied());
    true
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{any, proptest};

    use super::{TooLong, Unframer, frame};

    proptest! {
        #[test]
        fn datagrams_come_out_as_they_went_in(
            datagrams in vec(vec(any::<u8>(), 0..300), 0..20),
            piece in 1_usize..500,
        ) {
            let mut stream = Vec::new();
            for datagram in &datagrams {
                assert!(frame(datagram, &mut stream));
            }
            let mut unframer = Unframer::default();
            let mut out = Vec::new();
            for piece in stream.chunks(piece) {
                unframer.take(piece, |datagram| out.push(datagram.to_vec())).unwrap();
            }
            assert_eq!(out, datagrams);
        }
    }

    #[test]
    fn a_datagram_that_is_too_long_ends_the_stream() {
        assert_eq!(Unframer::default().take(&[0x07, 0xd1], |_| {}), Err(TooLong));
        assert_eq!(Unframer::default().take(&[0x07, 0xd0], |_| {}), Ok(()));
    }
}
