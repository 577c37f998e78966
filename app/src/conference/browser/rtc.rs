//! The media of the built-in room: one `RTCPeerConnection` to its server.
//!
//! The offer has a place for everything that can ever pass, so nothing is negotiated afterwards. Devices are turned
//! on and off by replacing tracks. A connection that breaks is never repaired: the driver makes another one. One that
//! was only silent for some seconds continues.

use super::{
    conference::{Conference, Ear, Heard, MEDIA_BROKEN, SENT, Source},
    script::{call, on, pause, property, settled, value},
};
use crate::{
    conference::{
        silence::{Change, Silence},
        talk::quoted,
    },
    wire::signal::RoomTicket,
};
use js_sys::Date;
use leptos::task::spawn_local;
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Event, MediaStreamTrack, RtcConfiguration, RtcIceConnectionState, RtcPeerConnection,
    RtcRtpTransceiver, RtcSdpType, RtcSessionDescriptionInit,
};

/// Milliseconds for which a browser's checks may stay without an answer, once it has noticed.
const BROKEN_AFTER: u32 = 3_000;

/// Milliseconds between two looks at what has arrived.
const LOOKED_EVERY: u32 = 500;

/// A connection of media.
pub(super) struct Rtc {
    media: RtcPeerConnection,
    sections: Vec<RtcRtpTransceiver>,
    /// `false` once it has ended.
    open: Rc<Cell<bool>>,
}

impl Rtc {
    /// Begins to connect, with these tracks. Returns the offer, too. `None` if the browser can't.
    pub(super) async fn new(
        ticket: &RoomTicket,
        people: u8,
        tracks: &[Option<MediaStreamTrack>; SENT],
    ) -> Option<(Rc<Self>, String)> {
        let media = RtcPeerConnection::new_with_configuration(&configuration(ticket)).ok()?;
        let sections = sections(&media, people);
        for (section, track) in sections.iter().zip(tracks) {
            if let Some(track) = track {
                let replaced = section.sender().replace_track(Some(track));
                settled(replaced.into()).await.ok()?;
            }
        }
        let offer = settled(media.create_offer().into()).await.ok()?;
        let description: &RtcSessionDescriptionInit = offer.unchecked_ref();
        settled(media.set_local_description(description).into()).await.ok()?;
        let offer = property(&offer, "sdp").as_string()?;
        Some((Rc::new(Self { media, sections, open: Rc::new(Cell::new(true)) }), offer))
    }

    /// Returns what reports the end, once.
    fn end(&self, ear: &Ear) -> Rc<dyn Fn()> {
        let (ear, open) = (Rc::clone(ear), Rc::clone(&self.open));
        Rc::new(move || {
            if open.get() {
                ear(Heard::Closed(MEDIA_BROKEN));
            }
        })
    }

    /// Watches what arrives. A browser itself takes ten seconds to notice that nothing does.
    fn watch(&self, ear: &Ear, end: Rc<dyn Fn()>) {
        let (hears, open, media) = (Rc::clone(ear), Rc::clone(&self.open), self.media.clone());
        let first = self.sections.first().cloned();
        spawn_local(async move {
            let mut silence = Silence::default();
            let mut over_udp = false;
            loop {
                pause(LOOKED_EVERY).await;
                let count = arrived(&media).await;
                if !open.get() {
                    return;
                }
                let way = first.as_ref().map(way_of).unwrap_or_default();
                // The server sends over UDP for ten seconds more, and nothing arrives. A new connection takes one.
                if over_udp && way == "TCP" {
                    return end();
                }
                over_udp = way == "UDP";
                match silence.look(Date::now(), count) {
                    Some(Change::Silent) => hears(Heard::Silent),
                    Some(Change::Again) => hears(Heard::Connected),
                    Some(Change::Lost) => end(),
                    None => {}
                }
            }
        });
    }
}

impl Conference for Rtc {
    fn listen(&self, ear: Ear) {
        let end = self.end(&ear);
        self.watch(&ear, Rc::clone(&end));
        let (open, media) = (Rc::clone(&self.open), self.media.clone());
        let changed = move |_: Event| match media.ice_connection_state() {
            _ if !open.get() => {}
            RtcIceConnectionState::Connected | RtcIceConnectionState::Completed => {
                ear(Heard::Connected);
            }
            RtcIceConnectionState::Failed => end(),
            RtcIceConnectionState::Disconnected => {
                let (media, end) = (media.clone(), Rc::clone(&end));
                spawn_local(async move {
                    pause(BROKEN_AFTER).await;
                    if media.ice_connection_state() == RtcIceConnectionState::Disconnected {
                        end();
                    }
                });
            }
            _ => {}
        };
        on(&self.media, "iceconnectionstatechange", Rc::new(changed));
    }

    fn answered(&self, answer: &str, ear: &Ear) {
        let description = RtcSessionDescriptionInit::new(RtcSdpType::Answer);
        description.set_sdp(answer);
        let set = self.media.set_remote_description(&description);
        let end = self.end(ear);
        spawn_local(async move {
            if settled(set.into()).await.is_err() {
                end();
            }
        });
    }

    fn send(&self, source: Source, track: Option<&MediaStreamTrack>) {
        if let Some(section) = self.sections.get(source as usize) {
            let replaced = section.sender().replace_track(track);
            spawn_local(async move {
                let _ = settled(replaced.into()).await;
            });
        }
    }

    fn track(&self, slot: &str) -> Option<MediaStreamTrack> {
        let section = self.sections.iter().find(|it| it.mid().as_deref() == Some(slot))?;
        Some(section.receiver().track())
    }

    fn sounds(&self) -> Vec<MediaStreamTrack> {
        let received = self.sections.iter().skip(SENT).map(|section| section.receiver().track());
        received.filter(|track| track.kind() == "audio").collect()
    }

    fn see(&self, _: &str) -> bool {
        false
    }

    fn way(&self) -> String {
        self.sections.first().map(way_of).unwrap_or_default()
    }

    fn leave(&self) {
        self.open.set(false);
        self.media.close();
    }
}

/// Returns the way that packets take. Empty if the browser does not say.
fn way_of(section: &RtcRtpTransceiver) -> String {
    let ice = property(&property(&section.sender(), "transport"), "iceTransport");
    let pair = call(&ice, "getSelectedCandidatePair", &JsValue::UNDEFINED);
    let local = pair.map(|pair| property(&pair, "local")).unwrap_or_default();
    let text = |name| property(&local, name).as_string().unwrap_or_default();
    if text("type") == "relay" { "TURN".to_owned() } else { text("protocol").to_ascii_uppercase() }
}

/// Counts what has arrived over a connection: bytes, and answers to checks.
async fn arrived(media: &RtcPeerConnection) -> f64 {
    let Ok(report) = settled(media.get_stats().into()).await else { return 0.0 };
    let parts = call(&report, "values", &JsValue::UNDEFINED).unwrap_or_default();
    let count = |part: JsValue| {
        if property(&part, "type") != "candidate-pair" {
            return 0.0;
        }
        let count = |name| property(&part, name).as_f64().unwrap_or_default();
        count("bytesReceived") + count("responsesReceived")
    };
    js_sys::Array::from(&parts).iter().map(count).sum()
}

fn configuration(ticket: &RoomTicket) -> RtcConfiguration {
    let servers = ticket.turn.iter().map(|server| {
        let urls: Vec<_> = server.urls.iter().map(|url| quoted(url)).collect();
        let (name, password) = (quoted(&server.username), quoted(&server.credential));
        [
            r#"{"urls":["#,
            &urls.join(","),
            r#"],"username":"#,
            &name,
            r#","credential":"#,
            &password,
            "}",
        ]
        .concat()
    });
    let servers = servers.collect::<Vec<_>>().join(",");
    let json = [r#"{"bundlePolicy":"max-bundle","iceServers":["#, &servers, "]}"].concat();
    value(&json).unchecked_into()
}

/// Returns what the room speaks of a browser's codecs: Opus and VP8, and what repeats their packets.
fn codecs(kind: &str) -> js_sys::Array {
    let receiver = property(&js_sys::global(), "RTCRtpReceiver");
    let capabilities = call(&receiver, "getCapabilities", &kind.into()).unwrap_or_default();
    let codecs = js_sys::Array::from(&property(&capabilities, "codecs"));
    codecs.filter(&mut |codec, _, _| {
        let name = property(&codec, "mimeType").as_string().unwrap_or_default();
        ["audio/opus", "video/vp8", "video/rtx"].iter().any(|it| name.eq_ignore_ascii_case(it))
    })
}

/// Adds the sections of the offer: three to send, two for each other person, and the screen that is shared.
fn sections(media: &RtcPeerConnection, people: u8) -> Vec<RtcRtpTransceiver> {
    const MICROPHONE: &str = r#"{"direction":"sendonly"}"#;
    const CAMERA: &str = r#"{"direction":"sendonly","sendEncodings":[
        {"rid":"l","scaleResolutionDownBy":2,"maxBitrate":150000,"maxFramerate":24},
        {"rid":"h","maxBitrate":800000,"maxFramerate":24}]}"#;
    const CAMERA_ONE: &str =
        r#"{"direction":"sendonly","sendEncodings":[{"maxBitrate":800000,"maxFramerate":24}]}"#;
    const SCREEN: &str =
        r#"{"direction":"sendonly","sendEncodings":[{"maxBitrate":1500000,"maxFramerate":15}]}"#;
    const RECEIVED: &str = r#"{"direction":"recvonly"}"#;
    let [sound, picture] = [codecs("audio"), codecs("video")];
    let add = |kind: &str, init: &str| {
        let init: JsValue = value(init);
        let add = property(media, "addTransceiver").dyn_into::<js_sys::Function>().ok()?;
        let section = add.call2(media, &kind.into(), &init).ok()?;
        // With every codec of the browser the offer would exceed what the server takes.
        let codecs = if kind == "audio" { &sound } else { &picture };
        if codecs.length() > 0 {
            call(&section, "setCodecPreferences", codecs);
        }
        Some(section.unchecked_into::<RtcRtpTransceiver>())
    };
    let mut sections = vec![
        add("audio", MICROPHONE),
        // A browser without simulcast sends one layer.
        add("video", CAMERA).or_else(|| add("video", CAMERA_ONE)),
        add("video", SCREEN),
    ];
    for _ in 1..people {
        sections.extend([add("audio", RECEIVED), add("video", RECEIVED)]);
    }
    sections.push(add("video", RECEIVED));
    sections.into_iter().flatten().collect()
}
