//! The loudness of the microphone.

use super::{devices::stream_of, script::settled};
use leptos::{
    prelude::{IntervalHandle, set_interval_with_handle},
    task::spawn_local,
};
use std::{cell::Cell, time::Duration};
use web_sys::{AnalyserNode, AudioContext, AudioContextState, MediaStreamTrack};

/// Measurements in a second.
const EVERY: Duration = Duration::from_millis(100);

/// Samples of a measurement: some 40 milliseconds.
const SAMPLES: u32 = 2_048;

/// Measurements of silence after which the microphone counts as silent: eight seconds.
const SILENT_AFTER: u32 = 80;

/// Measurements between two attempts to resume: a second.
const RESUMED_EVERY: u32 = 10;

/// A running meter. Dropped, it stops.
pub(super) struct Meter {
    context: AudioContext,
    timer: Option<IntervalHandle>,
}

impl Meter {
    /// Measures a microphone. Reports its level, from 0 to 100, and `true` if it is silent.
    pub(super) fn start(
        track: &MediaStreamTrack,
        report: impl Fn(u32, bool) + 'static,
    ) -> Option<Self> {
        let context = AudioContext::new().ok()?;
        let source = context.create_media_stream_source(&stream_of(track)?).ok()?;
        let analyser = context.create_analyser().ok()?;
        analyser.set_fft_size(SAMPLES);
        source.connect_with_audio_node(&analyser).ok()?;
        let silence = Cell::new(0_u32);
        let shown = Cell::new(0_u32);
        let running = context.clone();
        let held = Cell::new(0_u32);
        let measure = move || {
            // A context that the browser holds back measures nothing, and the microphone is not to blame.
            if running.state() != AudioContextState::Running {
                if held.replace(held.get().wrapping_add(1)).is_multiple_of(RESUMED_EVERY) {
                    resume(&running);
                }
                return;
            }
            // It falls slowly, so that short sounds are seen.
            let level = level(&analyser).max(shown.get() * 3 / 4);
            shown.set(level);
            silence.set(if level < 2 { silence.get().saturating_add(1) } else { 0 });
            report(level, silence.get() >= SILENT_AFTER);
        };
        let timer = set_interval_with_handle(measure, EVERY).ok();
        Some(Self { context, timer })
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        if let Some(timer) = self.timer.take() {
            timer.clear();
        }
        let _ = self.context.close();
    }
}

/// Asks the browser to let a context run.
fn resume(context: &AudioContext) {
    if let Ok(resumed) = context.resume() {
        spawn_local(async move {
            let _ = settled(resumed.into()).await;
        });
    }
}

/// Returns the loudness. Speech is at some 5 to 20 hundredths of what is possible.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "it is cut to 0 to 100"
)]
fn level(analyser: &AnalyserNode) -> u32 {
    let mut samples = [0_f32; SAMPLES as usize];
    analyser.get_float_time_domain_data(&mut samples);
    let power = samples.iter().map(|sample| sample * sample).sum::<f32>() / SAMPLES as f32;
    (power.sqrt() * 400.0).min(100.0) as u32
}
