//! The state in which sound alone passes: by the visitor's choice, or because the connection is too weak for pictures.

/// The consequence for the visitor's own camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Own {
    /// It stays as it is.
    Stays,
    /// It is turned off.
    Off,
    /// It is turned on again.
    On,
}

/// The state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SoundOnly {
    /// `true` if the visitor has chosen it.
    pub(crate) chosen: bool,
    /// `true` if the server passes no picture on, for want of bandwidth.
    pub(crate) low: bool,
    /// `true` if the camera was on before.
    camera: bool,
}

impl SoundOnly {
    /// `true` if no pictures pass.
    pub(crate) const fn is_on(self) -> bool {
        self.chosen || self.low
    }

    /// Takes note of the visitor's choice, while the own camera is on or not.
    pub(crate) const fn choose(&mut self, chosen: bool, camera: bool) -> Own {
        let before = self.is_on();
        self.chosen = chosen;
        self.follow(before, camera)
    }

    /// Takes note of what the connection carries, while the own camera is on or not.
    pub(crate) const fn carry(&mut self, low: bool, camera: bool) -> Own {
        let before = self.is_on();
        self.low = low;
        self.follow(before, camera)
    }

    /// Takes note that the visitor has turned the own camera on or off, which then stays so. A visitor who turns it
    /// on wants pictures again.
    pub(crate) const fn camera_pressed(&mut self, on: bool) {
        self.camera = false;
        if on {
            self.chosen = false;
        }
    }

    const fn follow(&mut self, before: bool, camera: bool) -> Own {
        match (before, self.is_on()) {
            (false, true) => {
                self.camera = camera;
                if camera { Own::Off } else { Own::Stays }
            }
            (true, false) if self.camera => {
                self.camera = false;
                Own::On
            }
            _ => Own::Stays,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_camera_is_back_once_both_reasons_are_gone() {
        let mut state = SoundOnly::default();
        assert_eq!((state.choose(true, true), state.is_on()), (Own::Off, true));
        assert_eq!(state.carry(true, false), Own::Stays);
        assert_eq!((state.choose(false, false), state.is_on()), (Own::Stays, true));
        assert_eq!((state.carry(false, false), state.is_on()), (Own::On, false));
        assert_eq!(state.choose(true, true), Own::Off);
        assert_eq!(state.choose(false, false), Own::On);
    }

    #[test]
    fn a_camera_that_was_off_stays_off() {
        let mut state = SoundOnly::default();
        assert_eq!(state.carry(true, false), Own::Stays);
        assert_eq!(state.carry(false, false), Own::Stays);
        assert_eq!(state.choose(false, true), Own::Stays);
    }

    #[test]
    fn what_the_visitor_presses_meanwhile_stays() {
        let mut state = SoundOnly::default();
        state.choose(true, true);
        state.camera_pressed(true);
        assert_eq!(state, SoundOnly::default(), "who turns the camera on wants pictures");
        state.carry(true, true);
        state.camera_pressed(true);
        assert!(state.is_on(), "but none pass");
        assert_eq!(state.carry(false, true), Own::Stays);
        state.carry(true, true);
        state.camera_pressed(false);
        assert_eq!(state.carry(false, false), Own::Stays);
    }
}
