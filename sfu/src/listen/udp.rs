//! The UDP socket, which takes and gives many datagrams in one call.

use std::collections::HashMap;
use std::io::{self, IoSliceMut};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use quinn_udp::{BATCH_SIZE, RecvMeta, Transmit, UdpSocketState};

use crate::counters::{Counters, count};
use crate::peer::Outgoing;

use super::{canonical, for_socket};

/// Room for one receive buffer, in bytes: the most that the kernel joins.
const BUFFER: usize = 64 * 1024;

/// Room in the kernel for a burst, in bytes.
const SOCKET_BUFFER: usize = 4 * 1024 * 1024;

/// Most remembered pairs of addresses.
const MOST_OWN: usize = 4096;

/// Most bytes in one call that sends.
const LARGEST_SEND: usize = 60_000;

pub(super) struct Udp {
    socket: mio::net::UdpSocket,
    state: UdpSocketState,
    is_ipv6: bool,
    /// Own address to which each browser sends. `None` if the socket has only one.
    ///
    /// A browser takes an answer only from where it sent the question.
    own: Option<HashMap<SocketAddr, IpAddr>>,
    counters: Arc<Counters>,
    buffers: Vec<Vec<u8>>,
    metas: Vec<RecvMeta>,
    /// Datagrams of one size to one address, joined.
    joined: Vec<u8>,
    segment: usize,
    destination: Option<SocketAddr>,
}

impl Udp {
    pub(super) fn new(socket: mio::net::UdpSocket, counters: Arc<Counters>) -> io::Result<Self> {
        let state = UdpSocketState::new((&socket).into())?;
        // The system's limit is taken where it is lower.
        let _ = state.set_recv_buffer_size((&socket).into(), SOCKET_BUFFER);
        let _ = state.set_send_buffer_size((&socket).into(), SOCKET_BUFFER);
        let bound = socket.local_addr()?;
        Ok(Self {
            is_ipv6: bound.is_ipv6(),
            own: bound.ip().is_unspecified().then(HashMap::new),
            socket,
            state,
            counters,
            buffers: vec![vec![0; BUFFER]; BATCH_SIZE],
            metas: vec![RecvMeta::default(); BATCH_SIZE],
            joined: Vec::with_capacity(LARGEST_SEND),
            segment: 0,
            destination: None,
        })
    }

    pub(super) const fn socket(&mut self) -> &mut mio::net::UdpSocket {
        &mut self.socket
    }

    /// Calls `each` with the datagrams of one call to the system.
    ///
    /// # Errors
    ///
    /// Fails with [`WouldBlock`](io::ErrorKind::WouldBlock) if there is none. Another error may be one of an earlier
    /// datagram, such as a port that is closed by now.
    pub(super) fn receive(&mut self, mut each: impl FnMut(SocketAddr, &[u8])) -> io::Result<()> {
        let mut slices: Vec<IoSliceMut<'_>> =
            self.buffers.iter_mut().map(|buffer| IoSliceMut::new(buffer)).collect();
        let received = self.state.recv((&self.socket).into(), &mut slices, &mut self.metas);
        if let Err(error) = &received
            && error.kind() != io::ErrorKind::WouldBlock
        {
            count(&self.counters.dropped);
        }
        let received = received?;
        for (meta, buffer) in self.metas.iter().zip(&self.buffers).take(received) {
            let source = canonical(meta.addr);
            if let (Some(own), Some(address)) = (&mut self.own, meta.dst_ip) {
                // Strangers can fill it. Those who are here are soon in it again.
                if own.len() >= MOST_OWN && !own.contains_key(&source) {
                    own.clear();
                }
                own.insert(source, address);
            }
            for datagram in buffer[..meta.len].chunks(meta.stride.max(1)) {
                each(source, datagram);
            }
        }
        Ok(())
    }

    /// Sends a datagram, at the latest at the next [`flush`](Self::flush).
    pub(super) fn send(&mut self, outgoing: &Outgoing) {
        let contents = outgoing.contents();
        let segments = self.joined.len().checked_div(self.segment).unwrap_or_default();
        let fits = self.destination == Some(outgoing.destination)
            && self.joined.len().is_multiple_of(self.segment.max(1))
            && contents.len() <= self.segment
            && segments < self.state.max_gso_segments()
            && self.joined.len() + contents.len() <= LARGEST_SEND;
        if !fits {
            self.flush();
            self.destination = Some(outgoing.destination);
            self.segment = contents.len();
        }
        self.joined.extend_from_slice(contents);
    }

    /// Sends what was held back to be joined.
    pub(super) fn flush(&mut self) {
        let Some(destination) = self.destination.take() else {
            return;
        };
        let transmit = Transmit {
            destination: for_socket(destination, self.is_ipv6),
            ecn: None,
            contents: &self.joined,
            segment_size: (self.joined.len() > self.segment).then_some(self.segment),
            src_ip: self.own.as_ref().and_then(|own| own.get(&destination).copied()),
        };
        if self.state.try_send((&self.socket).into(), &transmit).is_err() {
            count(&self.counters.dropped);
        }
        self.joined.clear();
    }
}
