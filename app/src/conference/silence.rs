//! Notices that nothing arrives any more, long before the browser does. Pure: times are parameters, in milliseconds.

/// Milliseconds without a byte after which a connection that carries media is silent.
const SILENT: f64 = 2_000.0;

/// The same for a connection over which little but checks passes. Browsers send one every 2.5 to 6 s.
const SILENT_WITHOUT_MEDIA: f64 = 8_000.0;

/// Milliseconds of silence after which a connection is lost. Until then it may only have paused.
const LOST: f64 = 5_000.0;

/// Looks in a row at which more has arrived, by which a connection carries media.
const FLOWING: u32 = 4;

/// A change that a look has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Nothing arrives any more.
    Silent,
    /// Something arrives again.
    Again,
    /// Nothing has arrived for so long that another connection is needed.
    Lost,
}

/// The receipts of a connection, by looks at their count.
#[derive(Debug, Default)]
pub(crate) struct Silence {
    /// The count at the last look.
    count: f64,
    /// The last look at which it had grown.
    heard: f64,
    /// Looks in a row at which it had grown.
    grown: u32,
    /// `true` if it had not grown at the last look.
    paused: bool,
    /// Start of the silence.
    silent: Option<f64>,
}

impl Silence {
    /// Takes note of the count of what has arrived, which never falls. Before anything has, there is no silence.
    pub(crate) fn look(&mut self, now: f64, count: f64) -> Option<Change> {
        if count > self.count {
            self.count = count;
            self.heard = now;
            self.grown = if std::mem::take(&mut self.paused) { 1 } else { self.grown + 1 };
            return self.silent.take().map(|_| Change::Again);
        }
        self.paused = true;
        let limit = if self.grown < FLOWING { SILENT_WITHOUT_MEDIA } else { SILENT };
        match self.silent {
            Some(since) if now - since >= LOST => Some(Change::Lost),
            None if count > 0.0 && now - self.heard >= limit => {
                self.silent = Some(now);
                Some(Change::Silent)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A connection that has received something at each look, twice a second, for five seconds.
    fn flowing() -> Silence {
        let mut silence = Silence::default();
        for look in 1..=10 {
            assert_eq!(silence.look(f64::from(look) * 500.0, f64::from(look)), None);
        }
        silence
    }

    #[test]
    fn media_that_stay_away_for_two_seconds_are_silence_and_for_seven_lost() {
        let mut silence = flowing();
        assert_eq!(silence.look(6_999.0, 10.0), None);
        assert_eq!(silence.look(7_000.0, 10.0), Some(Change::Silent));
        assert_eq!(silence.look(11_999.0, 10.0), None);
        assert_eq!(silence.look(12_000.0, 10.0), Some(Change::Lost));
    }

    #[test]
    fn a_silence_ends_with_what_arrives_and_can_begin_again() {
        let mut silence = flowing();
        assert_eq!(silence.look(7_000.0, 10.0), Some(Change::Silent));
        assert_eq!(silence.look(9_000.0, 11.0), Some(Change::Again));
        assert_eq!(silence.look(9_500.0, 12.0), None);
        assert_eq!(silence.look(16_500.0, 12.0), None);
        assert_eq!(silence.look(17_500.0, 12.0), Some(Change::Silent));
    }

    #[test]
    fn checks_alone_may_be_six_seconds_apart() {
        let mut silence = Silence::default();
        for look in 1..=60 {
            let now = f64::from(look) * 500.0;
            assert_eq!(silence.look(now, (now / 6_000.0).floor()), None);
        }
        assert_eq!(silence.look(37_999.0, 5.0), None);
        assert_eq!(silence.look(38_000.0, 5.0), Some(Change::Silent));
    }

    #[test]
    fn a_connection_that_is_being_made_is_not_silent() {
        let mut silence = Silence::default();
        assert_eq!(silence.look(60_000.0, 0.0), None);
    }
}
