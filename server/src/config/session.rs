//! `session.*`: the duration of sessions.

use super::{
    Error,
    keys::Keys,
    reference::{Key, Section},
};
use crate::rules::session::SessionLimits;

pub(super) const SECTION: Section = Section {
    name: "session",
    about: "",
    keys: &[
        Key::new(
            "session.idle",
            "30m",
            "a session ends after this time without activity. To wait for a room that opens within 12 hours counts \
             as activity. An open page alone does not",
        ),
        Key::new(
            "session.after_meeting",
            "2h",
            "time after the meeting's end when proofs expire, even for an active visitor, and the room closes",
        ),
        Key::new("session.warning", "2m", "how long before the session's end visitors are warned"),
    ],
};

/// Reads the section.
pub(super) fn read(keys: &mut Keys) -> Result<SessionLimits, Error> {
    let session: SessionLimits = keys.section(SECTION.name)?;
    if session.warned_before >= session.idle {
        return Err(Error::key("session.warning", "must be shorter than session.idle"));
    }
    Ok(session)
}
