//! LiveKit as the media of a room. Its client is JavaScript, and so is the part that speaks to it (`livekit.js`): the
//! page loads both as one script.

use super::{
    conference::{Conference, Ear, Heard, MEDIA_BROKEN, NO_MEDIA, SENT, Source},
    script::{call, on, property},
};
use js_sys::{Array, Function, Reflect};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, EventTarget, MediaStreamTrack};

/// The class that the script defines.
const CLASS: &str = "LiveKitConference";

/// A connection to a room at LiveKit.
pub(super) struct LiveKit(EventTarget);

impl LiveKit {
    /// Begins to connect, with these tracks. `None` if the script is not there.
    pub(super) fn new(tracks: &[Option<MediaStreamTrack>; SENT]) -> Option<Rc<Self>> {
        let class: Function = property(&js_sys::global(), CLASS).dyn_into().ok()?;
        let livekit = Self(Reflect::construct(&class, &Array::new()).ok()?.unchecked_into());
        for (number, track) in tracks.iter().enumerate() {
            livekit.put(number, track.as_ref());
        }
        Some(Rc::new(livekit))
    }

    fn put(&self, number: usize, track: Option<&MediaStreamTrack>) {
        let track = track.map(JsValue::from).unwrap_or_default();
        self.ask("send", &Array::of2(&number.into(), &track));
    }

    fn ask(&self, method: &str, argument: &JsValue) -> JsValue {
        call(&self.0, method, argument).unwrap_or_default()
    }
}

impl Conference for LiveKit {
    fn listen(&self, ear: Ear) {
        let heard = move |event: Event| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a number of ours"
            )]
            let news = property(&event, "detail").as_f64().unwrap_or_default() as u32;
            ear(match news {
                0 => Heard::Connected,
                1 => Heard::Silent,
                2 => Heard::Tracks,
                3 => Heard::Closed(MEDIA_BROKEN),
                4 => Heard::Closed(NO_MEDIA),
                _ => Heard::Speaks(news - 5),
            });
        };
        on(&self.0, "news", Rc::new(heard));
    }

    fn answered(&self, answer: &str, _: &Ear) {
        self.ask("answered", &answer.into());
    }

    fn send(&self, source: Source, track: Option<&MediaStreamTrack>) {
        self.put(source as usize, track);
    }

    fn track(&self, slot: &str) -> Option<MediaStreamTrack> {
        self.ask("track", &slot.into()).dyn_into().ok()
    }

    fn sounds(&self) -> Vec<MediaStreamTrack> {
        let sounds = self.ask("sounds", &JsValue::UNDEFINED);
        Array::from(&sounds).iter().map(JsCast::unchecked_into).collect()
    }

    fn see(&self, message: &str) -> bool {
        self.ask("see", &message.into());
        true
    }

    fn way(&self) -> String {
        String::new()
    }

    fn leave(&self) {
        self.ask("leave", &JsValue::UNDEFINED);
    }
}
