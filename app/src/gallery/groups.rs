//! The groups of states in the gallery.

use super::states::STATES;

/// A group of states.
pub(crate) struct Group {
    /// Its name in the address.
    pub(crate) name: &'static str,
    /// The heading over its states.
    pub(crate) heading: &'static str,
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
    Group { name: "statements", heading: "Statements", words: &["accessibility", "privacy"] },
    CLOSED,
];

/// The group of all other states: the screens that end a flow.
const CLOSED: Group = Group { name: "closed", heading: "Closed", words: &[] };

impl Group {
    /// Returns all groups.
    pub(crate) fn all() -> impl Iterator<Item = &'static Self> {
        GROUPS.iter()
    }

    /// Returns the group of the state with this name.
    pub(crate) fn of(state: &str) -> &'static Self {
        let first = state.split('-').next();
        let fits = |group: &&Self| group.words.iter().any(|word| Some(*word) == first);
        GROUPS.iter().find(fits).unwrap_or(&CLOSED)
    }

    /// Returns the names of its states.
    pub(crate) fn states(&self) -> impl Iterator<Item = &'static str> {
        let name = self.name;
        STATES.iter().map(|state| state.name).filter(move |state| Self::of(state).name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_has_states_and_every_state_a_group() {
        let grouped: Vec<_> = Group::all().flat_map(Group::states).collect();
        assert_eq!(grouped.len(), STATES.len());
        for group in Group::all() {
            assert!(group.states().next().is_some(), "{}", group.name);
        }
    }
}
