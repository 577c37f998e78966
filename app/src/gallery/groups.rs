//! The groups of states in the gallery.

use super::{conferences::SCENES, messages::Message, states::STATES};
use crate::wire::Language;

/// A group of states.
pub(super) struct Group {
    /// Its name in the address.
    pub(super) name: &'static str,
    /// The heading over its states.
    pub(super) heading: &'static str,
    /// The first words of its states' names.
    words: &'static [&'static str],
}

/// The groups, in the order of the steps.
static GROUPS: &[Group] = &[
    Group { name: "method", heading: "Method", words: &["method"] },
    Group { name: "address", heading: "Address", words: &["address"] },
    Group { name: "code", heading: "Code", words: &["code"] },
    Group { name: "e-id", heading: "e-ID", words: &["choice", "bankid", "provider"] },
    Group { name: "invitation", heading: "Invitation", words: &["invitation", "session"] },
    Group { name: "meeting", heading: "Meeting", words: &["meeting", "room"] },
    Group { name: "conference", heading: "Built-in room", words: &["conference", "check"] },
    Group { name: "statements", heading: "Statements", words: &["accessibility", "privacy"] },
    CLOSED,
    Group { name: "messages", heading: "Messages", words: &["mail", "sms"] },
];

/// The group of all other states: the screens that end a flow.
const CLOSED: Group = Group { name: "closed", heading: "Closed", words: &[] };

impl Group {
    /// Returns all groups.
    pub(super) fn all() -> impl Iterator<Item = &'static Self> {
        GROUPS.iter()
    }

    /// Returns the group of the state with this name.
    pub(super) fn of(state: &str) -> &'static Self {
        let first = state.split('-').next();
        let fits = |group: &&Self| group.words.iter().any(|word| Some(*word) == first);
        GROUPS.iter().find(fits).unwrap_or(&CLOSED)
    }

    /// Returns the names of its states.
    pub(super) fn states(&self) -> impl Iterator<Item = &'static str> {
        let name = self.name;
        let screens = STATES.iter().map(|state| state.name);
        let messages = Message::all(Language::default()).map(|message| message.name);
        let scenes = SCENES.iter().map(|scene| scene.name);
        screens.chain(scenes).chain(messages).filter(move |state| Self::of(state).name == name)
    }
}
