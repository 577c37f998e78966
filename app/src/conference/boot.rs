//! The parts of a page's view that the room needs: read from the page, and from the answers to its forms.

use crate::wire::{GuestLobby, HostLobby, Language, Lobby, Role, read};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

/// The facts that stay the same while the page is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Begin {
    /// The page's language.
    pub(crate) language: Language,
    /// The link token.
    pub(crate) token: String,
    /// The visitor's role.
    pub(crate) role: Role,
    /// The most people in the room.
    pub(crate) people: u8,
    /// The name of the host.
    pub(crate) leader: String,
}

/// A value that is left out.
struct Skipped;

impl<'de> Deserialize<'de> for Skipped {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Ok(Self)
    }
}

#[derive(Deserialize)]
struct ViewOf<L> {
    language: Language,
    token: Option<String>,
    screen: ScreenOf<L>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ScreenOf<L> {
    Meeting(MeetingOf<L>),
    /// The test before the day: the same without a waiting room.
    Check(MeetingOf<L>),
}

#[derive(Deserialize)]
struct MeetingOf<L> {
    conference: ConferenceOf<L>,
}

#[derive(Deserialize)]
struct ConferenceOf<L> {
    role: Role,
    people: u8,
    #[serde(default)]
    leader: String,
    lobby: L,
}

fn conference<L: DeserializeOwned>(view: &str) -> Option<ConferenceOf<L>> {
    let (ScreenOf::Meeting(meeting) | ScreenOf::Check(meeting)) = read::<ViewOf<L>>(view)?.screen;
    Some(meeting.conference)
}

/// Reads the lasting facts of a view. `None` if it is neither of an open built-in room nor of the test before it.
pub(crate) fn begin(view: &str) -> Option<Begin> {
    let ViewOf::<Skipped> { language, token, screen } = read(view)?;
    let (ScreenOf::Meeting(meeting) | ScreenOf::Check(meeting)) = screen;
    let ConferenceOf { role, people, leader, lobby: Skipped } = meeting.conference;
    Some(Begin { language, token: token?, role, people, leader })
}

/// Reads the waiting room of a view, for a visitor in this role. `None` if there is none in it.
pub(crate) fn lobby_of(view: &str, role: Role) -> Option<Lobby> {
    match role {
        Role::Guest => conference::<Option<GuestLobby>>(view)?.lobby.map(Lobby::Guest),
        Role::Host => conference::<Option<HostLobby>>(view)?.lobby.map(Lobby::Host),
    }
}

/// Reads the waiting room itself.
pub(crate) fn lobby(text: &str, role: Role) -> Option<Lobby> {
    match role {
        Role::Guest => read(text).map(Lobby::Guest),
        Role::Host => read(text).map(Lobby::Host),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gallery::conferences::{self, guest_lobby, host_lobby};

    fn json(value: &impl serde::Serialize) -> String {
        serde_json::to_string(value).expect("json")
    }

    #[test]
    fn the_room_reads_its_facts_from_the_page() {
        for role in [Role::Guest, Role::Host] {
            let view = conferences::page(Language::English, role, None);
            let token = view.token.clone().expect("a token");
            let leader = "Kim Handläggare".to_owned();
            let language = Language::English;
            let facts = Begin { language, token, role, people: 8, leader };
            assert_eq!(begin(&json(&view)), Some(facts));
            assert_eq!(lobby_of(&json(&view), role), None);
        }
    }

    #[test]
    fn the_test_before_the_day_has_no_waiting_room() {
        let view = json(&conferences::test_page(Language::Swedish));
        let begin = begin(&view).expect("facts");
        assert_eq!((begin.role, begin.people), (Role::Guest, 8));
        for role in Role::ALL {
            assert_eq!(lobby_of(&view, role), None);
        }
    }

    #[test]
    fn the_waiting_room_is_read_as_the_server_writes_it() {
        for (role, sent) in
            [(Role::Guest, Lobby::Guest(guest_lobby())), (Role::Host, Lobby::Host(host_lobby()))]
        {
            assert_eq!(lobby(&json(&sent), role), Some(sent.clone()));
            let view = conferences::page(Language::Swedish, role, Some(sent.clone()));
            assert_eq!(lobby_of(&json(&view), role), Some(sent));
        }
    }

    #[test]
    fn another_page_is_not_of_the_room() {
        for state in crate::gallery::states::STATES {
            let text = json(&(state.view)(Language::Swedish));
            let built_in = text.contains("\"people\"");
            assert_eq!(begin(&text).is_some(), built_in, "{}", state.name);
        }
    }
}
