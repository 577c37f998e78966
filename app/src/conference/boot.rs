//! The parts of a page's view that the room needs: read from the page, and from the answers to its forms.

use crate::wire::{
    Call, Guest, GuestLobby, HostLobby, Knock, Language, Lobby, LocalTime, Presence, Role, read,
};
use serde::Deserialize;

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

#[derive(Deserialize)]
struct ViewOf {
    language: Language,
    token: Option<String>,
    screen: ScreenOf,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ScreenOf {
    Meeting(MeetingOf),
    /// The test before the day: the same without a waiting room.
    Check(MeetingOf),
}

#[derive(Deserialize)]
struct MeetingOf {
    conference: ConferenceOf,
}

#[derive(Deserialize)]
struct ConferenceOf {
    role: Role,
    people: u8,
    #[serde(default)]
    leader: String,
    lobby: Option<LobbyOf>,
}

/// The waiting room of either role. A type for each would need code to read it, which weighs.
#[derive(Deserialize)]
struct LobbyOf {
    state: Option<Knock>,
    since: Option<LocalTime>,
    host: Option<Presence>,
    left: Option<bool>,
    phone: Option<String>,
    message: Option<String>,
    waiting: Option<Vec<Guest>>,
    inside: Option<Vec<Guest>>,
    locked: Option<bool>,
    full: Option<bool>,
    calls: Option<Vec<Call>>,
}

impl LobbyOf {
    /// Returns a guest's waiting room, which has a state, or a host's.
    fn lobby(self) -> Option<Lobby> {
        Some(if let Some(state) = self.state {
            Lobby::Guest(GuestLobby {
                state,
                since: self.since?,
                host: self.host?,
                left: self.left.unwrap_or_default(),
                phone: self.phone.unwrap_or_default(),
                message: self.message?,
            })
        } else {
            Lobby::Host(HostLobby {
                waiting: self.waiting?,
                inside: self.inside?,
                locked: self.locked?,
                full: self.full.unwrap_or_default(),
                calls: self.calls.unwrap_or_default(),
            })
        })
    }
}

/// Reads the lasting facts and the waiting room of a view. `None` if it is neither of an open built-in room nor of the
/// test before it.
pub(crate) fn begin(view: &str) -> Option<(Begin, Option<Lobby>)> {
    let ViewOf { language, token, screen } = read(view)?;
    let (ScreenOf::Meeting(meeting) | ScreenOf::Check(meeting)) = screen;
    let ConferenceOf { role, people, leader, lobby } = meeting.conference;
    let begin = Begin { language, token: token?, role, people, leader };
    Some((begin, lobby.and_then(LobbyOf::lobby)))
}

/// Reads the waiting room of a view. `None` if there is none in it.
pub(crate) fn lobby_of(view: &str) -> Option<Lobby> {
    begin(view)?.1
}

/// Reads the waiting room itself.
pub(crate) fn lobby(text: &str) -> Option<Lobby> {
    read::<LobbyOf>(text)?.lobby()
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
            assert_eq!(begin(&json(&view)), Some((facts, None)));
            assert_eq!(lobby_of(&json(&view)), None);
        }
    }

    #[test]
    fn the_test_before_the_day_has_no_waiting_room() {
        let view = json(&conferences::test_page(Language::Swedish));
        let (begin, lobby) = begin(&view).expect("facts");
        assert_eq!((begin.role, begin.people, lobby), (Role::Guest, 8, None));
    }

    #[test]
    fn the_waiting_room_is_read_as_the_server_writes_it() {
        for (role, sent) in
            [(Role::Guest, Lobby::Guest(guest_lobby())), (Role::Host, Lobby::Host(host_lobby()))]
        {
            assert_eq!(lobby(&json(&sent)), Some(sent.clone()));
            let view = conferences::page(Language::Swedish, role, Some(sent.clone()));
            assert_eq!(lobby_of(&json(&view)), Some(sent.clone()));
            assert_eq!(begin(&json(&view)).expect("a room").1, Some(sent));
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
