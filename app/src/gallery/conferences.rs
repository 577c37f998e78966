//! The states of the built-in room.

use super::samples::{at, meeting, occasion, view};
use crate::wire::{
    Conference, DeviceTest, Equipment, Guest, GuestLobby, HostLobby, Identified, Knock, Language,
    Lobby, Machine, Meeting, PageView, Participant, Presence, Role, Screen, TestedRoom,
};

/// The room's page as the server renders it.
pub(crate) fn page(language: Language, role: Role, lobby: Option<Lobby>) -> PageView {
    let kim =
        Participant { name: "Kim Handläggare".to_owned(), method: Some(Identified::EmailCode) };
    let hosts = if role == Role::Guest { vec![kim] } else { Vec::new() };
    let conference = Conference {
        role,
        people: 8,
        leader: "Kim Handläggare".to_owned(),
        hosts,
        closes: at(11, 45),
        livekit: false,
        machine: Machine::default(),
        lobby,
    };
    view(language, Screen::Meeting(Meeting { conference: Some(conference), ..meeting(0) }))
}

/// The page of the test before the day of the meeting, as the server renders it.
pub(crate) fn test_page(language: Language) -> PageView {
    let machine = Machine::default();
    let leader = "Kim Handläggare".to_owned();
    let conference = TestedRoom { role: Role::Guest, people: 8, leader, livekit: false };
    view(language, Screen::Check(DeviceTest { when: occasion(259_200), machine, conference }))
}

/// A guest who waits for a host who is there.
pub(crate) fn guest_lobby() -> GuestLobby {
    GuestLobby {
        state: Knock::Waiting,
        since: at(9, 2),
        host: Presence::Here,
        left: false,
        phone: String::new(),
        message: String::new(),
    }
}

/// Two guests who wait, and one who was admitted.
pub(crate) fn host_lobby() -> HostLobby {
    let guest = |id: &str, name: &str, method, proven| Guest {
        guest: id.to_owned(),
        name: name.to_owned(),
        name_proven: proven,
        method,
        level: if proven { "loa3".to_owned() } else { "loa2".to_owned() },
        identity_matched: proven.then_some(true),
        since: at(9, 2),
        equipment: Equipment { camera: Some(true), microphone: Some(!proven), connection: None },
    };
    HostLobby {
        waiting: vec![
            guest("k1", "Anna Maria Andersson", Identified::BankId, true),
            guest("k2", "Bo Berg", Identified::EmailCode, false),
        ],
        inside: vec![guest("k3", "Cecilia Ceder", Identified::SmsCode, false)],
        calls: Vec::new(),
        locked: false,
        full: false,
    }
}

#[cfg(feature = "csr")]
pub(crate) use scenes::{SCENES, scene};

#[cfg(feature = "csr")]
mod scenes {
    use super::{at, guest_lobby, host_lobby, page, test_page};
    use crate::{
        conference::{Choice, End, Kind, Kit, Line, Panel, Phase, Room, Signals, Trouble},
        i18n::{room_texts, texts},
        wire::{
            Browser, Call, GuestLobby, HostLobby, Identified, Knock, Language, Machine, PageView,
            Presence, Role, System,
            signal::{Seat, Slots},
        },
    };
    use leptos::prelude::*;

    /// A state of the room.
    pub(crate) struct Scene {
        /// Its name in the address.
        pub(crate) name: &'static str,
        /// The role.
        role: Role,
        /// Sets the signals.
        set: fn(Room),
    }

    impl Scene {
        /// Returns the page around it.
        pub(crate) fn view(&self, language: Language) -> PageView {
            if self.name.starts_with("check") {
                return test_page(language);
            }
            page(language, self.role, None)
        }

        /// Returns its signals.
        pub(crate) fn room(&self, language: Language) -> Room {
            let page = &texts(language).room_page;
            let machine = Machine { browser: Browser::Chromium, system: System::Windows };
            let advice = [page.allow, page.allow_browser].map(|it| it(machine).to_owned());
            let leader = "Kim Handläggare".to_owned();
            let room = Signals::begin(room_texts(language), self.role, leader, advice);
            (self.set)(room);
            room
        }
    }

    /// Returns the state with this name.
    pub(crate) fn scene(name: &str) -> Option<&'static Scene> {
        SCENES.iter().find(|scene| scene.name == name)
    }

    macro_rules! scenes {
        ($($name:literal => $role:ident, $set:expr;)*) => {
            /// Every state of the room.
            pub(crate) static SCENES: &[Scene] =
                &[$(Scene { name: $name, role: Role::$role, set: $set },)*];
        };
    }

    scenes! {
        "conference-check" => Guest, |_| {};
        "conference-check-asking" => Guest, |room| devices(room, Kit::Asking, Kit::Asking);
        "conference-check-on" => Guest, ready;
        "conference-check-silent" => Guest, |room| {
            ready(room);
            room.level.set(0);
            room.silent.set(true);
        };
        "conference-check-denied" => Guest, |room| both(room, Trouble::Denied);
        "conference-check-dismissed" => Guest, |room| both(room, Trouble::Dismissed);
        "conference-check-system" => Guest, |room| both(room, Trouble::System);
        "conference-check-in-use" => Guest, |room| {
            ready(room);
            room.camera.set(Kit::Failed(Trouble::InUse));
        };
        "conference-check-missing" => Guest, |room| {
            ready(room);
            room.camera.set(Kit::Failed(Trouble::Missing));
        };
        "conference-check-camera-off" => Guest, |room| {
            ready(room);
            room.camera.set(Kit::Off);
        };
        "conference-check-ended" => Guest, |room| both(room, Trouble::Ended);
        "conference-check-other" => Guest, |room| both(room, Trouble::Other);
        "conference-check-insecure" => Guest, |room| both(room, Trouble::Insecure);
        "conference-check-old" => Guest, |room| both(room, Trouble::Old);
        "conference-check-offline" => Guest, |room| {
            ready(room);
            room.offline.set(true);
        };
        "conference-check-way" => Guest, |room| {
            ready(room);
            room.way.set([room.texts.check.way_works, " (UDP)"].concat());
        };
        "conference-check-no-way" => Guest, |room| {
            ready(room);
            room.way.set(room.texts.check.way_fails.to_owned());
            room.way_fails.set(true);
        };
        "conference-check-host" => Host, ready;
        "check-before" => Guest, |room| {
            tests(room);
            room.trying.set(true);
        };
        "check-works" => Guest, |room| {
            tests(room);
            ready(room);
            room.way.set([room.texts.check.way_works, " (UDP)"].concat());
        };
        "check-no-way" => Guest, |room| {
            tests(room);
            ready(room);
            room.way.set(room.texts.check.way_fails.to_owned());
            room.way_fails.set(true);
        };
        "check-denied" => Guest, |room| {
            tests(room);
            both(room, Trouble::Denied);
        };
        "check-offline" => Guest, |room| {
            tests(room);
            ready(room);
            room.offline.set(true);
        };
        "conference-waiting" => Guest, |room| waits(room, guest_lobby());
        "conference-waiting-host-away" => Guest, |room| {
            waits(room, GuestLobby { host: Presence::Away, ..guest_lobby() });
        };
        "conference-waiting-message" => Guest, |room| {
            let message = (room.texts.host.ready_made).to_owned();
            waits(room, GuestLobby { message, ..guest_lobby() });
        };
        "conference-waiting-locked" => Guest, |room| {
            waits(room, GuestLobby { state: Knock::Locked, ..guest_lobby() });
        };
        "conference-waiting-full" => Guest, |room| {
            waits(room, GuestLobby { state: Knock::Full, ..guest_lobby() });
        };
        "conference-waiting-late" => Guest, |room| {
            let phone = "+46300834000".to_owned();
            waits(room, GuestLobby { host: Presence::Away, phone, ..guest_lobby() });
        };
        "conference-waiting-left" => Guest, |room| {
            waits(room, GuestLobby { host: Presence::Away, left: true, ..guest_lobby() });
        };
        "conference-waiting-unheard" => Guest, |room| {
            waits(room, guest_lobby());
            room.chime.set(true);
            room.unheard.set(true);
        };
        "conference-waiting-full-host" => Host, |room| {
            hosts(room, HostLobby { full: true, ..host_lobby() });
            room.phase.set(Phase::Waiting);
        };
        "conference-call" => Guest, |room| call(room, 3);
        "conference-call-connecting" => Guest, |room| {
            call(room, 0);
            room.line.set(Line::Connecting);
        };
        "conference-call-alone" => Guest, |room| call(room, 1);
        "conference-call-two" => Guest, |room| call(room, 2);
        "conference-call-eight" => Guest, |room| call(room, 8);
        "conference-call-screen" => Guest, |room| {
            call(room, 3);
            room.seats.update(|seats| {
                seats[0].screen = true;
                let slots = |slots: &mut Slots| slots.screen = Some("17".to_owned());
                let _ = seats[0].slots.as_mut().map(slots);
            });
        };
        "conference-call-broken" => Guest, |room| {
            call(room, 3);
            room.line.set(Line::Broken);
        };
        "conference-call-blocked" => Guest, |room| {
            call(room, 3);
            room.line.set(Line::Blocked);
        };
        "conference-call-unheard" => Guest, |room| {
            call(room, 2);
            room.unheard.set(true);
        };
        "conference-call-low" => Guest, |room| {
            call(room, 2);
            room.low.set(true);
        };
        "conference-call-sound-only" => Guest, |room| {
            call(room, 3);
            room.panel.set(Some(Panel::Settings));
            room.camera.set(Kit::Off);
            room.sound_only.set(true);
        };
        "conference-call-closes" => Guest, |room| {
            call(room, 2);
            room.minutes.set(10);
            room.notice.set((room.texts.call.unplugged)("Hörlurar"));
        };
        "conference-call-text" => Guest, |room| {
            call(room, 3);
            room.panel.set(Some(Panel::Text));
            room.log.update(|log| {
                log.add(Some(1), "Kim Handläggare", "Hej Anna! Hör du mig?\n");
                log.add(None, room.texts.call.you, "Ja, men jag skriver hellre i dag.\n");
                log.add(Some(1), "Kim Handläggare", "Det går bra. Vi bör");
            });
        };
        "conference-call-people" => Guest, |room| {
            call(room, 3);
            room.panel.set(Some(Panel::People));
        };
        "conference-call-settings" => Guest, |room| {
            call(room, 2);
            room.panel.set(Some(Panel::Settings));
        };
        "conference-call-camera-denied" => Guest, |room| {
            call(room, 2);
            room.camera.set(Kit::Failed(Trouble::Denied));
        };
        "conference-host" => Host, |room| hosts(room, host_lobby());
        "conference-host-nobody" => Host, |room| {
            call(room, 1);
            let none = (Vec::new(), Vec::new());
            room.host.set(Some(HostLobby { waiting: none.0, inside: none.1, ..host_lobby() }));
        };
        "conference-host-locked" => Host, |room| {
            hosts(room, HostLobby { locked: true, waiting: Vec::new(), ..host_lobby() });
            room.offline.set(true);
        };
        "conference-host-calls" => Host, |room| {
            let call = |name: &str, step: &str| Call {
                name: name.to_owned(),
                step: step.to_owned(),
                at: at(9, 4),
            };
            let calls = vec![call("Dag Dahl", "code"), call("", "meeting")];
            hosts(room, HostLobby { calls, waiting: Vec::new(), ..host_lobby() });
        };
        "conference-host-people" => Host, |room| {
            hosts(room, host_lobby());
            room.panel.set(Some(Panel::People));
        };
        "conference-over-left" => Guest, |room| room.phase.set(Phase::Over(End::Left));
        "conference-over-ended" => Guest, |room| room.phase.set(Phase::Over(End::Ended));
        "conference-over-removed" => Guest, |room| room.phase.set(Phase::Over(End::Removed));
        "conference-over-refused" => Guest, |room| room.phase.set(Phase::Over(End::Refused));
        "conference-over-taken" => Guest, |room| room.phase.set(Phase::Over(End::TakenOver));
        "conference-over-unreachable" => Guest, |room| room.phase.set(Phase::Over(End::Unreachable));
        "conference-over-signed-out" => Guest, |room| room.phase.set(Phase::Over(End::SignedOut));
    }

    fn devices(room: Room, camera: Kit, microphone: Kit) {
        room.camera.set(camera);
        room.microphone.set(microphone);
    }

    fn tests(room: Room) {
        room.phase.set(Phase::Test);
    }

    fn both(room: Room, trouble: Trouble) {
        devices(room, Kit::Failed(trouble), Kit::Failed(trouble));
    }

    fn ready(room: Room) {
        devices(room, Kit::On, Kit::On);
        room.level.set(42);
        let choice = |kind, id: &str, name: &str| {
            let chosen = id.ends_with('1');
            Choice { kind, id: id.to_owned(), name: name.to_owned(), chosen }
        };
        room.choices.set(vec![
            choice(Kind::Camera, "c1", "FaceTime HD-kamera (inbyggd) (05ac:8514)"),
            choice(Kind::Camera, "c2", ""),
            choice(Kind::Microphone, "m1", "Intern mikrofon"),
            choice(Kind::Speaker, "s1", "Hörlurar"),
        ]);
    }

    fn waits(room: Room, guest: GuestLobby) {
        devices(room, Kit::On, Kit::On);
        room.guest.set(Some(guest));
        room.phase.set(Phase::Waiting);
    }

    /// A call of so many people. The last one is the visitor.
    fn call(room: Room, count: u32) {
        ready(room);
        room.phase.set(Phase::Call);
        room.line.set(Line::Connected);
        room.you.set(count);
        room.speaker.set(Some(1));
        let names = ["Kim Handläggare", "Bo Berg", "Cecilia Ceder", "Wilhelmina Oxenstierna"];
        let methods = [Identified::EmailCode, Identified::BankId, Identified::SmsCode];
        let seats = (1..=count).map(|number| {
            let index = number as usize;
            let own = number == count;
            Seat {
                seat: number,
                name: if own { "Anna Andersson" } else { names[index % 4] }.to_owned(),
                method: methods[index % 3],
                role: if (room.role == Role::Host) == own { Role::Host } else { Role::Guest },
                audio: number != 2,
                video: number % 3 == 1,
                screen: false,
                hand: number == 2,
                away: number == 4,
                slots: (!own).then(|| Slots {
                    audio: (number * 2 + 1).to_string(),
                    video: (number * 2 + 2).to_string(),
                    screen: None,
                }),
            }
        });
        room.seats.set(seats.collect());
    }

    fn hosts(room: Room, lobby: HostLobby) {
        call(room, 3);
        room.host.set(Some(lobby));
    }
}
