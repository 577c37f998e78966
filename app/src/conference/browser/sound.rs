//! The sound of others, and the page's own sounds.

use super::{
    devices::{kept, stream_of},
    script::{call, settled},
};
use crate::conference::state::{Kind, Room};
use leptos::{prelude::Set, task::spawn_local};
use wasm_bindgen::JsValue;
use web_sys::{AudioContext, HtmlAudioElement, MediaStreamTrack};

/// Elements that play, one for each person in the room.
#[derive(Default)]
pub(super) struct Sounds(Vec<HtmlAudioElement>);

impl Sounds {
    /// Plays these tracks, in place of all before.
    pub(super) fn play(&mut self, room: Room, tracks: impl Iterator<Item = MediaStreamTrack>) {
        self.stop();
        for track in tracks {
            let Ok(element) = HtmlAudioElement::new() else { continue };
            element.set_src_object(stream_of(&track).as_ref());
            self.0.push(element);
        }
        self.choose_speaker();
        self.start(room);
    }

    /// Starts all elements. The browser may refuse before the visitor has pressed something.
    pub(super) fn start(&self, room: Room) {
        room.unheard.set(false);
        for element in &self.0 {
            let Ok(playing) = element.play() else { continue };
            spawn_local(async move {
                let refused = settled(playing.into()).await.is_err_and(|error| {
                    super::script::property(&error, "name").as_string().as_deref()
                        == Some("NotAllowedError")
                });
                if refused {
                    room.unheard.set(true);
                }
            });
        }
    }

    /// Leads the sound to the chosen loudspeaker.
    pub(super) fn choose_speaker(&self) {
        if let Some(id) = kept(Kind::Speaker) {
            for element in &self.0 {
                let _ = call(element, "setSinkId", &JsValue::from_str(&id));
            }
        }
    }

    /// Ends all sound.
    pub(super) fn stop(&mut self) {
        for element in self.0.drain(..) {
            let _ = element.pause();
            element.set_src_object(None);
        }
    }
}

/// The sounds of the page itself.
#[derive(Default)]
pub(super) struct Notes(Option<AudioContext>);

/// Two notes, to try a loudspeaker.
pub(super) const TEST: [f32; 2] = [523.25, 659.25];

/// Two notes that fall, for news of the waiting room.
pub(super) const CHIME: [f32; 2] = [880.0, 659.25];

impl Notes {
    /// Wakes the sounds. To be called when the visitor presses something: some browsers let no sound begin later.
    pub(super) fn wake(&mut self) -> Option<&AudioContext> {
        if self.0.is_none() {
            self.0 = AudioContext::new().ok();
        }
        let context = self.0.as_ref()?;
        call(context, "resume", &JsValue::UNDEFINED);
        if let Some(id) = kept(Kind::Speaker) {
            let _ = call(context, "setSinkId", &JsValue::from_str(&id));
        }
        Some(context)
    }

    /// Plays two notes on the chosen loudspeaker.
    pub(super) fn play(&mut self, notes: [f32; 2]) -> Option<()> {
        let context = self.wake()?;
        let gain = context.create_gain().ok()?;
        gain.gain().set_value(0.2);
        gain.connect_with_audio_node(&context.destination()).ok()?;
        let now = context.current_time();
        for (note, start) in notes.into_iter().zip([0.0, 0.4]) {
            let oscillator = context.create_oscillator().ok()?;
            oscillator.frequency().set_value(note);
            oscillator.connect_with_audio_node(&gain).ok()?;
            oscillator.start_with_when(now + start).ok()?;
            oscillator.stop_with_when(now + start + 0.35).ok()?;
        }
        Some(())
    }
}
