//! A browser played by `str0m`: it offers as the page does, and counts what it gets.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::format::Codec;
use str0m::media::{
    Direction, KeyframeRequestKind, MediaKind, Mid, Rid, Simulcast, SimulcastLayer,
};
use str0m::net::{Protocol, Receive, TcpType};
use str0m::rtp::{ExtensionValues, RtpPacket, RtpWrite, Vp8Descriptor};
use str0m::{Candidate, Event, Input, Output, Rtc};

/// Bytes before the marks in a picture's payload: VP8's description and the first of its header.
const DESCRIPTION: usize = 7;

/// One of the streams that a browser sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    Audio,
    Low,
    High,
    Screen,
}

/// A packet that a browser got.
#[derive(Clone, Debug)]
pub(crate) struct Got {
    pub(crate) mid: String,
    pub(crate) at: Instant,
    pub(crate) sequence: u64,
    pub(crate) timestamp: u32,
    /// The sender's number, as it wrote it into the payload.
    pub(crate) from: u8,
    pub(crate) stream: Sent,
    /// The sender's own count of the stream's packets.
    pub(crate) count: u32,
    pub(crate) picture: Option<u16>,
    pub(crate) base_picture: Option<u8>,
    pub(crate) starts_key_frame: bool,
    pub(crate) volume: Option<i8>,
}

/// A datagram on its way to the server.
#[derive(Debug)]
pub(crate) struct Datagram {
    pub(crate) destination: SocketAddr,
    pub(crate) contents: Vec<u8>,
}

#[derive(Debug, Default)]
struct Track {
    sequence: u64,
    timestamp: u32,
    picture: u16,
    count: u32,
    key_frame_wanted: bool,
}

pub(crate) struct Browser {
    pub(crate) number: u8,
    pub(crate) rtc: Rtc,
    pub(crate) up: Vec<Mid>,
    down: Vec<Mid>,
    pub(crate) got: Vec<Got>,
    pub(crate) outgoing: VecDeque<Datagram>,
    pub(crate) connected: bool,
    pub(crate) timeout: Instant,
    /// Times of requests for key frames, by stream.
    pub(crate) key_frame_requests: Vec<(Instant, Sent)>,
    pending: Option<SdpPendingOffer>,
    simulcast: bool,
    tracks: [Track; 4],
    now: Instant,
}

impl Browser {
    /// Creates a browser for a room of `seats`, and its offer.
    pub(crate) fn new(now: Instant, number: u8, seats: usize, simulcast: bool) -> (Self, String) {
        let mut rtc = Rtc::builder()
            .set_rtp_mode(true)
            .clear_codecs()
            .enable_opus(true, false)
            .enable_vp8(true)
            .enable_vp9(true)
            .build(now);
        let mut api = rtc.sdp_api();
        let mut add = |kind, direction, layers: bool| {
            let simulcast = layers.then(|| {
                let mut simulcast = Simulcast::new();
                simulcast.add_send_layer(SimulcastLayer::new("l"));
                simulcast.add_send_layer(SimulcastLayer::new("h"));
                simulcast
            });
            api.add_media(kind, direction, None, None, simulcast)
        };
        let up = vec![
            add(MediaKind::Audio, Direction::SendOnly, false),
            add(MediaKind::Video, Direction::SendOnly, simulcast),
            add(MediaKind::Video, Direction::SendOnly, false),
        ];
        let mut down = Vec::new();
        for _ in 1..seats {
            down.push(add(MediaKind::Audio, Direction::RecvOnly, false));
            down.push(add(MediaKind::Video, Direction::RecvOnly, false));
        }
        down.push(add(MediaKind::Video, Direction::RecvOnly, false));
        let (offer, pending) = api.apply().unwrap();
        // Sequence numbers are about to wrap, and all streams begin somewhere else.
        let track = |index: u32| Track {
            sequence: 65_000 + u64::from(index) * 100,
            timestamp: u32::MAX - 100_000 * (index + 1),
            picture: 0x7ff0 + u16::try_from(index).unwrap(),
            key_frame_wanted: true,
            ..Track::default()
        };
        let browser = Self {
            number,
            rtc,
            up,
            down,
            got: Vec::new(),
            outgoing: VecDeque::new(),
            connected: false,
            timeout: now,
            key_frame_requests: Vec::new(),
            pending: Some(pending),
            simulcast,
            tracks: [0, 1, 2, 3].map(track),
            now,
        };
        (browser, offer.to_sdp_string())
    }

    /// Takes the answer, with own addresses for UDP or TCP.
    pub(crate) fn accept(&mut self, answer: &str, address: SocketAddr, tcp: bool) {
        let candidate = if tcp {
            Candidate::builder().tcp().host(address).tcptype(TcpType::Active).build().unwrap()
        } else {
            Candidate::host(address, "udp").unwrap()
        };
        self.rtc.add_local_candidate(candidate);
        let answer = SdpAnswer::from_sdp_string(answer).unwrap();
        self.rtc.sdp_api().accept_answer(self.pending.take().unwrap(), answer).unwrap();
        self.drain();
    }

    pub(crate) fn receive(
        &mut self,
        now: Instant,
        tcp: bool,
        source: SocketAddr,
        destination: SocketAddr,
        contents: &[u8],
    ) {
        self.now = now;
        let protocol = if tcp { Protocol::Tcp } else { Protocol::Udp };
        let received = Receive::new(protocol, source, destination, contents).unwrap();
        self.rtc.handle_input(Input::Receive(now, received)).unwrap();
        self.drain();
    }

    pub(crate) fn pass(&mut self, now: Instant) {
        self.now = now;
        self.rtc.handle_input(Input::Timeout(now)).unwrap();
        self.drain();
    }

    /// Returns `true` if the browser has the stream to send.
    pub(crate) fn has(&self, stream: Sent) -> bool {
        stream != Sent::High || self.simulcast
    }

    /// Sends a packet of sound of 20 ms. `volume` is in dBov.
    pub(crate) fn speak(&mut self, now: Instant, volume: i8) {
        let payload = self.marks(Sent::Audio);
        let extensions = ExtensionValues {
            audio_level: Some(volume),
            voice_activity: Some(true),
            ..ExtensionValues::default()
        };
        self.write(now, Sent::Audio, payload, true, extensions, 960);
    }

    /// Sends a picture in packets of `size` bytes.
    pub(crate) fn show(
        &mut self,
        now: Instant,
        stream: Sent,
        packets: usize,
        size: usize,
        ticks: u32,
    ) {
        let track = &mut self.tracks[stream as usize];
        let is_key_frame = std::mem::take(&mut track.key_frame_wanted);
        track.picture = (track.picture + 1) & 0x7fff;
        let picture = track.picture;
        for packet in 0..packets {
            let first = packet == 0;
            let [high, low] = picture.to_be_bytes();
            let mut payload = vec![
                if first { 0x90 } else { 0x80 },
                0xe0,
                0x80 | high,
                low,
                low,
                0,
                u8::from(!is_key_frame),
            ];
            payload.extend(self.marks(stream));
            payload.resize(size.max(payload.len()), 0);
            let last = packet + 1 == packets;
            let ticks = if last { ticks } else { 0 };
            self.write(now, stream, payload, last, ExtensionValues::default(), ticks);
        }
    }

    /// Returns the sections of the cameras of others.
    pub(crate) fn cameras(&self) -> Vec<String> {
        self.down
            .iter()
            .skip(1)
            .step_by(2)
            .take(self.down.len() / 2)
            .map(ToString::to_string)
            .collect()
    }

    /// Sends a packet with any payload.
    pub(crate) fn send(&mut self, now: Instant, stream: Sent, payload: Vec<u8>) {
        self.write(now, stream, payload, false, ExtensionValues::default(), 0);
    }

    /// Asks for a key frame in a slot.
    pub(crate) fn ask_key_frame(&mut self, now: Instant, mid: &str) {
        if let Some(stream) = self.rtc.direct_api().stream_rx_by_mid(mid.into(), None) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
        }
        self.pass(now);
    }

    /// Packets of a slot, in the order of their numbers.
    pub(crate) fn in_slot(&self, mid: &str) -> Vec<Got> {
        let mut got: Vec<Got> = self.got.iter().filter(|got| got.mid == mid).cloned().collect();
        got.sort_by_key(|got| got.sequence);
        got
    }

    fn marks(&mut self, stream: Sent) -> Vec<u8> {
        let track = &mut self.tracks[stream as usize];
        track.count += 1;
        let mut marks = vec![self.number, stream as u8];
        marks.extend(track.count.to_be_bytes());
        marks
    }

    fn write(
        &mut self,
        now: Instant,
        stream: Sent,
        payload: Vec<u8>,
        marker: bool,
        extensions: ExtensionValues,
        ticks: u32,
    ) {
        let (section, rid, codec) = match stream {
            Sent::Audio => (self.up[0], None, Codec::Opus),
            Sent::Low if self.simulcast => (self.up[1], Some(Rid::from("l")), Codec::Vp8),
            Sent::Low => (self.up[1], None, Codec::Vp8),
            Sent::High => (self.up[1], Some(Rid::from("h")), Codec::Vp8),
            Sent::Screen => (self.up[2], None, Codec::Vp8),
        };
        let payload_type =
            self.rtc.codec_config().find(|param| param.spec().codec == codec).unwrap().pt();
        let track = &mut self.tracks[stream as usize];
        let (sequence, timestamp) = (track.sequence, track.timestamp);
        track.sequence += 1;
        track.timestamp = timestamp.wrapping_add(ticks);
        let mut api = self.rtc.direct_api();
        let out = api.stream_tx_by_mid(section, rid).unwrap();
        out.write_rtp(
            RtpWrite::new(payload_type, sequence.into(), timestamp, now, payload)
                .marker(marker)
                .ext_vals(extensions)
                .nackable(stream != Sent::Audio),
        );
        self.pass(now);
    }

    fn drain(&mut self) {
        loop {
            let Ok(output) = self.rtc.poll_output() else {
                // It has given up.
                self.connected = false;
                self.timeout = self.now + Duration::from_secs(1_000_000);
                return;
            };
            match output {
                Output::Timeout(timeout) => {
                    self.timeout = timeout;
                    return;
                }
                Output::Transmit(transmit) => self.outgoing.push_back(Datagram {
                    destination: transmit.destination,
                    contents: transmit.contents.to_vec(),
                }),
                Output::Event(Event::Connected) => self.connected = true,
                Output::Event(Event::RtpPacket(packet)) => self.take(&packet),
                Output::Event(Event::KeyframeRequest(request)) => {
                    let stream = match request.rid.as_deref() {
                        _ if request.mid == self.up[2] => Sent::Screen,
                        Some("h") => Sent::High,
                        _ => Sent::Low,
                    };
                    self.tracks[stream as usize].key_frame_wanted = true;
                    self.key_frame_requests.push((self.now, stream));
                }
                Output::Event(_) => {}
            }
        }
    }

    fn take(&mut self, packet: &RtpPacket) {
        let ssrc = packet.header.ssrc;
        let mid = self.rtc.direct_api().stream_rx(&ssrc).unwrap().mid();
        let is_audio = self.rtc.media(mid).unwrap().kind().is_audio();
        let payload = &packet.payload[..];
        let description = Vp8Descriptor::parse(payload).ok().filter(|_| !is_audio);
        let marks = if is_audio { Some(payload) } else { payload.get(DESCRIPTION..) };
        let Some(marks) = marks.filter(|marks| marks.len() >= 6 && marks[1] < 4) else {
            return;
        };
        self.got.push(Got {
            mid: mid.to_string(),
            at: self.now,
            sequence: *packet.seq_no,
            timestamp: packet.header.timestamp,
            from: marks[0],
            stream: [Sent::Audio, Sent::Low, Sent::High, Sent::Screen][usize::from(marks[1])],
            count: u32::from_be_bytes(marks[2..6].try_into().unwrap()),
            picture: description.and_then(|description| description.picture_id()),
            base_picture: description.and_then(|description| description.tl0_pic_idx()),
            starts_key_frame: description
                .is_some_and(|description| description.starts_keyframe(payload)),
            volume: packet.header.ext_vals.audio_level,
        });
    }
}
