//! Interruptions: a phone call or an unplugged cable leaves a track that lives and carries nothing, or has ended.

/// Milliseconds for which a track may carry nothing before the device is taken again.
const LASTS: f64 = 2_000.0;

/// The state of a track of a device that is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// It carries sound or pictures.
    Flows,
    /// It is a microphone's, and quiet. Mostly nobody speaks, but after an interruption it may be dead.
    Quiet,
    /// The browser says that it carries nothing.
    Muted,
    /// It has ended.
    Ended,
}

/// The watch over one device.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Interruption {
    /// Time from which the track has carried nothing while the page was seen, in milliseconds.
    since: Option<f64>,
    /// `true` if the page was hidden since the track last carried something.
    hidden: bool,
    /// `true` if the device was taken again since. If that changes nothing, a second time does not either.
    tried: bool,
}

impl Interruption {
    /// Looks at the track, at a time in milliseconds. Returns `true` if the device is to be taken again. A page that
    /// is not seen gets no devices.
    pub(crate) fn look(&mut self, sign: Sign, seen: bool, now: f64) -> bool {
        if !seen {
            *self = Self { hidden: true, ..Self::default() };
            return false;
        }
        if sign == Sign::Flows {
            *self = Self::default();
        }
        let dead = sign == Sign::Ended || sign == Sign::Muted || sign == Sign::Quiet && self.hidden;
        if !dead || self.tried {
            return false;
        }
        let since = *self.since.get_or_insert(now);
        self.tried = sign == Sign::Ended || now - since >= LASTS;
        self.tried
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_track_that_has_ended_is_taken_anew_at_once_and_once() {
        let mut watch = Interruption::default();
        assert!(!watch.look(Sign::Flows, true, 0.0));
        assert!(watch.look(Sign::Ended, true, 500.0));
        assert!(!watch.look(Sign::Ended, true, 60_000.0));
        assert!(!watch.look(Sign::Flows, true, 61_000.0));
        assert!(watch.look(Sign::Ended, true, 62_000.0), "the next time");
    }

    #[test]
    fn a_track_that_is_muted_for_two_seconds_is_taken_anew() {
        let mut watch = Interruption::default();
        assert!(!watch.look(Sign::Muted, true, 0.0));
        assert!(!watch.look(Sign::Flows, true, 1_500.0), "a moment");
        assert!(!watch.look(Sign::Muted, true, 2_000.0));
        assert!(!watch.look(Sign::Muted, true, 3_999.0));
        assert!(watch.look(Sign::Muted, true, 4_000.0));
        assert!(!watch.look(Sign::Muted, true, 9_000.0), "a switch on the device itself");
    }

    #[test]
    fn nothing_is_taken_while_the_page_is_hidden() {
        let mut watch = Interruption::default();
        assert!(!watch.look(Sign::Ended, false, 0.0));
        assert!(!watch.look(Sign::Muted, false, 60_000.0));
        assert!(watch.look(Sign::Ended, true, 60_500.0));
        let mut watch = Interruption::default();
        assert!(!watch.look(Sign::Muted, false, 0.0));
        assert!(!watch.look(Sign::Muted, true, 60_000.0), "it may come back by itself");
        assert!(watch.look(Sign::Muted, true, 62_000.0));
    }

    #[test]
    fn a_quiet_microphone_is_taken_anew_only_after_the_page_was_hidden() {
        let mut watch = Interruption::default();
        assert!(!watch.look(Sign::Quiet, true, 0.0));
        assert!(!watch.look(Sign::Quiet, true, 60_000.0), "nobody speaks");
        watch.look(Sign::Quiet, false, 61_000.0);
        assert!(!watch.look(Sign::Quiet, true, 62_000.0));
        assert!(watch.look(Sign::Quiet, true, 64_000.0));
        assert!(!watch.look(Sign::Quiet, true, 90_000.0));
        watch.look(Sign::Quiet, false, 91_000.0);
        watch.look(Sign::Flows, true, 92_000.0);
        assert!(!watch.look(Sign::Quiet, true, 95_000.0), "somebody has spoken since");
    }
}
