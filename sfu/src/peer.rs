//! One person's connection, on `str0m`, whose types no other file names.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use str0m::bwe::{Bitrate, BweKind};
use str0m::change::SdpOffer;
use str0m::config::{CryptoProvider, DtlsCert};
use str0m::format::Codec;
use str0m::media::{KeyframeRequestKind, Mid as Section, Pt, Rid};
use str0m::net::{DatagramSend, Protocol, Receive, TcpType, Transmit};
use str0m::rtp::{ExtensionValues, RtpPacket, RtpWrite, Ssrc, VideoOrientation, Vp8Descriptor};
use str0m::{Candidate, IceConnectionState, IceCreds, Input, Rtc};

use crate::credentials::Credentials;
use crate::event::Transport;
use crate::names::Mid;
use crate::offer::Offer;
use crate::packet::{Packet, Quality, Stream};
use crate::rewrite::Numbers;
use crate::switch::{Goal, Slot};

/// Estimate of the way to a browser before it is measured, in bits a second.
pub(crate) const FIRST_ESTIMATE: u64 = 1_000_000;

/// Lowest rate to probe for, in bits a second. Keeps the estimate alive while only sound is sent.
const LEAST_DESIRED: u64 = 2_500_000;

/// Sent packets of each picture that are kept, to be sent again.
const RESENDABLE: usize = 300;

/// Ends the list of addresses in an answer. The library leaves it out, and Firefox would wait for more.
const END_OF_CANDIDATES: &str = "a=end-of-candidates\r\n";

/// Certificate and addresses that all connections of the process share. Answers contain them.
pub(crate) struct Identity {
    crypto: Arc<CryptoProvider>,
    certificate: DtlsCert,
    addresses: Vec<SocketAddr>,
}

/// Datagram to send.
pub(crate) struct Outgoing {
    pub(crate) transport: Transport,
    pub(crate) destination: SocketAddr,
    contents: DatagramSend,
}

/// Result of a datagram or of time.
pub(crate) enum Happening {
    Connected,
    Packet(Packet),
    KeyFrameWanted(Slot),
    /// New estimate of the way to the browser, in bits a second.
    Estimate(u64),
    Closed,
}

/// Extensions of a packet's header that are passed on.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tags {
    level: Option<i8>,
    voice: Option<bool>,
    orientation: Option<VideoOrientation>,
}

/// VP8's description of a payload. RFC 7741, 4.2.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Picture(Vp8Descriptor);

/// The connection.
pub(crate) struct Peer {
    rtc: Box<Rtc>,
    sections: Sections,
    up: Vec<(Ssrc, Option<Stream>)>,
    down: Vec<Out>,
    /// The transport of the last datagram.
    transport: Transport,
    timeout: Instant,
}

/// Sections in which the browser sends.
struct Sections {
    audio: Section,
    camera: Section,
    screen: Section,
    simulcast: bool,
}

/// A slot as the browser knows it.
struct Out {
    slot: Slot,
    section: Section,
    stream: Option<(Ssrc, Pt)>,
}

impl Identity {
    /// Creates the certificate.
    ///
    /// # Errors
    ///
    /// Fails if no certificate can be made.
    pub(crate) fn new(addresses: Vec<SocketAddr>) -> io::Result<Self> {
        let crypto = Arc::new(str0m::crypto::from_feature_flags());
        let certificate = crypto.dtls_provider.generate_certificate();
        let certificate =
            certificate.ok_or_else(|| io::Error::other("no certificate could be made"))?;
        Ok(Self { crypto, certificate, addresses })
    }

    /// Returns the advertised address to which a datagram from `source` was sent.
    ///
    /// It is the first of the same family. The socket sends the answer from the address that the browser asked, also
    /// if that is another one.
    pub(crate) fn destination(&self, source: SocketAddr) -> SocketAddr {
        let same = self.addresses.iter().find(|address| address.is_ipv4() == source.is_ipv4());
        same.or(self.addresses.first()).copied().unwrap_or(source)
    }
}

impl Outgoing {
    /// Returns the bytes.
    pub(crate) fn contents(&self) -> &[u8] {
        &self.contents
    }
}

impl Tags {
    /// Returns the volume in dB above silence. `None` if the sender does not measure it. RFC 6464.
    pub(crate) fn volume(self) -> Option<u8> {
        self.level.map(|level| 127 - level.unsigned_abs().min(127))
    }
}

impl Picture {
    pub(crate) fn id(&self) -> Option<u16> {
        self.0.picture_id()
    }

    pub(crate) fn base(&self) -> Option<u8> {
        self.0.tl0_pic_idx()
    }

    pub(crate) fn starts_key_frame(&self, payload: &[u8]) -> bool {
        self.0.starts_keyframe(payload)
    }
}

impl Peer {
    /// Accepts an offer. Returns the connection and the answer.
    ///
    /// # Errors
    ///
    /// Names the fault of the offer.
    pub(crate) fn accept(
        now: Instant,
        identity: &Identity,
        credentials: &Credentials,
        offer: &Offer,
    ) -> Result<(Self, String), &'static str> {
        let own = IceCreds { ufrag: credentials.name(), pass: credentials.password.clone() };
        let mut rtc = Box::new(
            Rtc::builder()
                .set_crypto_provider(Arc::clone(&identity.crypto))
                .set_dtls_cert(identity.certificate.clone())
                .set_local_ice_credentials(own)
                .set_ice_lite(true)
                .set_rtp_mode(true)
                .clear_codecs()
                .enable_opus(true, false)
                .enable_vp8(true)
                .set_send_buffer_video(RESENDABLE)
                .enable_bwe(Some(Bitrate::from(FIRST_ESTIMATE)))
                .build(now),
        );
        for &address in &identity.addresses {
            let udp = Candidate::builder().udp().host(address).build();
            let tcp = Candidate::builder().tcp().host(address).tcptype(TcpType::Passive).build();
            for candidate in [udp, tcp] {
                rtc.add_local_candidate(candidate.map_err(|_| "no address")?);
            }
        }
        let read = SdpOffer::from_sdp_string(&offer.text).map_err(|_| "malformed")?;
        let answer = rtc.sdp_api().accept_offer(read).map_err(|_| "not acceptable")?;
        let section = |mid: &Mid| Section::from(mid.0.as_str());
        let sections = Sections {
            audio: section(&offer.up.audio),
            camera: section(&offer.up.camera),
            screen: section(&offer.up.screen),
            simulcast: offer.up.simulcast,
        };
        let slots = offer.down.len();
        let down = offer.down.iter().enumerate();
        let down = down.map(|(place, mid)| Out {
            slot: Slot::at(place, slots),
            section: section(mid),
            stream: None,
        });
        let down = down.collect();
        let mut peer =
            Self { rtc, sections, up: Vec::new(), down, transport: Transport::Udp, timeout: now };
        let [audio, camera, screen] = [&offer.up.audio, &offer.up.camera, &offer.up.screen];
        if [audio, camera, screen]
            .into_iter()
            .chain(&offer.down)
            .any(|mid| peer.payload_type(section(mid)).is_none())
        {
            return Err("a section without VP8 or Opus");
        }
        peer.aim(Goal::default());
        Ok((peer, ended(&answer.to_sdp_string())))
    }

    /// Time at which [`pass`](Self::pass) is to be called.
    pub(crate) const fn timeout(&self) -> Instant {
        self.timeout
    }

    /// Transport of the last datagram.
    pub(crate) const fn transport(&self) -> Transport {
        self.transport
    }

    /// Returns `true` if a STUN check is for this connection and has the right integrity.
    pub(crate) fn accepts(
        &self,
        now: Instant,
        transport: Transport,
        source: SocketAddr,
        destination: SocketAddr,
        contents: &[u8],
    ) -> bool {
        let received = Receive::new(protocol(transport), source, destination, contents);
        received.is_ok_and(|received| self.rtc.accepts(&Input::Receive(now, received)))
    }

    /// Takes a datagram. Returns `false` if it is malformed. To be followed by [`drain`](Self::drain).
    pub(crate) fn receive(
        &mut self,
        now: Instant,
        transport: Transport,
        source: SocketAddr,
        destination: SocketAddr,
        contents: &[u8],
    ) -> bool {
        let Ok(received) = Receive::new(protocol(transport), source, destination, contents) else {
            return false;
        };
        self.transport = transport;
        // A faulty datagram may be a stranger's with a forged address. Only the library's own end closes.
        self.rtc.handle_input(Input::Receive(now, received)).is_ok()
    }

    /// Lets time pass, which also sends what was written. To be followed by [`drain`](Self::drain).
    pub(crate) fn pass(&mut self, now: Instant) -> bool {
        self.rtc.handle_input(Input::Timeout(now)).is_ok()
    }

    /// Takes out all results of the last call.
    pub(crate) fn drain(
        &mut self,
        outgoing: &mut VecDeque<Outgoing>,
        happenings: &mut Vec<Happening>,
    ) {
        loop {
            match self.rtc.poll_output() {
                Ok(str0m::Output::Timeout(timeout)) => {
                    self.timeout = timeout;
                    if !self.rtc.is_alive() {
                        happenings.push(Happening::Closed);
                    }
                    return;
                }
                Ok(str0m::Output::Transmit(transmit)) => outgoing.extend(send(transmit)),
                Ok(str0m::Output::Event(event)) => happenings.extend(self.happening(event)),
                Err(_) => {
                    happenings.push(Happening::Closed);
                    return;
                }
            }
        }
    }

    fn happening(&mut self, event: str0m::Event) -> Option<Happening> {
        match event {
            str0m::Event::Connected => Some(Happening::Connected),
            str0m::Event::Closed
            | str0m::Event::IceConnectionStateChange(IceConnectionState::Disconnected) => {
                Some(Happening::Closed)
            }
            str0m::Event::RtpPacket(packet) => self.packet(packet).map(Happening::Packet),
            str0m::Event::KeyframeRequest(request) => {
                let out = self.down.iter().find(|out| out.section == request.mid)?;
                Some(Happening::KeyFrameWanted(out.slot))
            }
            str0m::Event::EgressBitrateEstimate(BweKind::Twcc { estimate, .. }) => {
                Some(Happening::Estimate(estimate.as_u64()))
            }
            _ => None,
        }
    }

    fn packet(&mut self, packet: RtpPacket) -> Option<Packet> {
        let stream = self.stream(packet.header.ssrc)?;
        let picture = match stream {
            Stream::Audio => None,
            Stream::Camera(_) | Stream::Screen => {
                Vp8Descriptor::parse(&packet.payload).ok().map(Picture)
            }
        };
        let extensions = &packet.header.ext_vals;
        Some(Packet {
            stream,
            sequence: *packet.seq_no,
            timestamp: packet.header.timestamp,
            marker: packet.header.marker,
            arrived: packet.timestamp,
            picture,
            tags: Tags {
                level: extensions.audio_level,
                voice: extensions.voice_activity,
                orientation: extensions.video_orientation,
            },
            payload: packet.payload,
        })
    }

    /// Returns the stream that a browser sends under a number. `None` if it belongs to no section that sends.
    fn stream(&mut self, ssrc: Ssrc) -> Option<Stream> {
        if let Some(&(_, stream)) = self.up.iter().find(|(known, _)| *known == ssrc) {
            return stream;
        }
        let mut api = self.rtc.direct_api();
        let (section, rid) = api.stream_rx(&ssrc).map(|stream| (stream.mid(), stream.rid()))?;
        let Sections { audio, camera, screen, .. } = self.sections;
        let stream = match section {
            _ if section == audio => Some(Stream::Audio),
            _ if section == screen => Some(Stream::Screen),
            _ if section == camera && rid == Some(high()) => Some(Stream::Camera(Quality::High)),
            _ if section == camera => Some(Stream::Camera(Quality::Low)),
            _ => None,
        };
        // A browser that changes its numbers often costs itself only.
        if self.up.len() >= 32 {
            self.up.clear();
        }
        self.up.push((ssrc, stream));
        stream
    }

    /// Writes a packet into a slot. It is sent by the next [`pass`](Self::pass).
    pub(crate) fn write(&mut self, slot: Slot, packet: &Packet, numbers: Numbers) {
        let index = slot.place(self.down.len());
        let Some(out) = self.down.get(index) else {
            return;
        };
        let section = out.section;
        let Some((ssrc, payload_type)) = out.stream.or_else(|| self.open(index, section)) else {
            return;
        };
        let mut api = self.rtc.direct_api();
        let Some(stream) = api.stream_tx(&ssrc) else {
            return;
        };
        let Tags { level, voice, orientation } = packet.tags;
        let extensions = ExtensionValues {
            audio_level: level,
            voice_activity: voice,
            video_orientation: orientation,
            ..ExtensionValues::default()
        };
        let sequence = numbers.sequence.into();
        let mut write = RtpWrite::new(
            payload_type,
            sequence,
            numbers.timestamp,
            packet.arrived,
            Arc::clone(&packet.payload),
        )
        .marker(packet.marker)
        .ext_vals(extensions)
        .nackable(packet.stream != Stream::Audio);
        if let Some(Picture(descriptor)) = packet.picture {
            let patch = |mask: u16| {
                let mut patch = descriptor.patch();
                if let Some(id) = numbers.picture {
                    patch = patch.picture_id(id & mask);
                }
                if let Some(base) = numbers.base_picture {
                    patch = patch.tl0_pic_idx(base);
                }
                patch.build()
            };
            // The number has 7 bits or 15 in the packet, and only the library knows.
            if let Ok(patch) = patch(u16::MAX).or_else(|_| patch(0x7f)) {
                write = write.vp8_patch(patch);
            }
        }
        stream.write_rtp(write);
    }

    /// Finds number and payload type of a slot.
    fn open(&mut self, index: usize, section: Section) -> Option<(Ssrc, Pt)> {
        let payload_type = self.payload_type(section)?;
        let mut api = self.rtc.direct_api();
        let stream = api.stream_tx_by_mid(section, None)?;
        // Layers fit the estimate. After a sudden drop of it a queue would be sent late, and at the cost of sound.
        stream.set_unpaced(true);
        let ssrc = stream.ssrc();
        let out = self.down.get_mut(index)?;
        out.stream = Some((ssrc, payload_type));
        out.stream
    }

    /// Returns the payload type of Opus or VP8 in a section.
    fn payload_type(&self, section: Section) -> Option<Pt> {
        let media = self.rtc.media(section)?;
        let codec = if media.kind().is_audio() { Codec::Opus } else { Codec::Vp8 };
        let params = self.rtc.codec_config();
        let known = |&&pt: &&Pt| {
            params.find(|param| param.pt() == pt).is_some_and(|param| param.spec().codec == codec)
        };
        media.remote_pts().iter().find(known).copied()
    }

    /// Asks the browser for a key frame. To be followed by [`pass`](Self::pass).
    pub(crate) fn ask_key_frame(&mut self, stream: Stream) {
        let Sections { camera, screen, simulcast, .. } = self.sections;
        let (section, rid) = match stream {
            Stream::Audio => return,
            Stream::Screen => (screen, None),
            Stream::Camera(_) if !simulcast => (camera, None),
            Stream::Camera(Quality::High) => (camera, Some(high())),
            Stream::Camera(Quality::Low) => (camera, Some(Rid::from("l"))),
        };
        if let Some(stream) = self.rtc.direct_api().stream_rx_by_mid(section, rid) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
        }
    }

    /// Forgets what was measured of the way to the browser, and sets the rates to probe for. To be followed by
    /// [`pass`](Self::pass).
    pub(crate) fn measure_again(&mut self, goal: Goal) {
        self.rtc.bwe().reset(Bitrate::from(FIRST_ESTIMATE));
        self.aim(goal);
    }

    /// Sets the rates to probe for. To be followed by [`pass`](Self::pass).
    pub(crate) fn aim(&mut self, goal: Goal) {
        let desired = (goal.desired + goal.desired / 2).max(LEAST_DESIRED);
        self.rtc.bwe().set_bitrate(Bitrate::from(goal.sustained), Bitrate::from(desired));
    }
}

fn high() -> Rid {
    Rid::from("h")
}

const fn protocol(transport: Transport) -> Protocol {
    match transport {
        Transport::Udp => Protocol::Udp,
        Transport::Tcp => Protocol::Tcp,
    }
}

fn send(transmit: Transmit) -> Option<Outgoing> {
    let transport = match transmit.proto {
        Protocol::Udp => Transport::Udp,
        Protocol::Tcp => Transport::Tcp,
        Protocol::SslTcp | Protocol::Tls => return None,
    };
    Some(Outgoing { transport, destination: transmit.destination, contents: transmit.contents })
}

/// Adds the line that says that no more addresses follow.
fn ended(answer: &str) -> String {
    let mut text = String::with_capacity(answer.len() + END_OF_CANDIDATES.len());
    let mut lines = answer.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        text.push_str(line);
        let is_candidate = |line: &str| line.starts_with("a=candidate:");
        if is_candidate(line) && !lines.peek().is_some_and(|next| is_candidate(next)) {
            text.push_str(END_OF_CANDIDATES);
        }
    }
    text
}
