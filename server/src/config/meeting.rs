//! `meeting.*`: the times when a room opens and an invitation closes.

use super::{
    Error, Retention,
    keys::Keys,
    reference::{Key, Section},
};
use crate::rules::{invitation::MeetingLimits, session::SessionLimits};

pub(super) const SECTION: Section = Section {
    name: "meeting",
    about: "",
    keys: &[
        Key::new("meeting.room_opens_before", "15m", "how long before the start the room opens"),
        Key::new("meeting.closes_after", "24h", "how long after the end the invitation closes"),
    ],
};

/// Reads the section.
pub(super) fn read(
    keys: &mut Keys,
    session: &SessionLimits,
    retention: &Retention,
) -> Result<MeetingLimits, Error> {
    let meeting: MeetingLimits = keys.section(SECTION.name)?;
    if meeting.closes_after > retention.duration() {
        return Err(Error::key(
            "meeting.closes_after",
            "must not be longer than retention.days, after which the invitation is erased",
        ));
    }
    Ok(MeetingLimits { room_closes_after: session.after_meeting, ..meeting })
}
