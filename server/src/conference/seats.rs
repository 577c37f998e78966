//! The seats of a room: the people inside, the media that each sends, and the list for each browser. Pure: times are
//! parameters, and nothing is sent.

/// The number of a connection of media. It is unique in this process, and a new one of the same person gets another.
pub use ::sfu::SeatId as MediaId;

use crate::clock::Time;
use app::wire::{
    Identified, Role,
    signal::{Seat, Slots},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

/// Time for which the seat of a broken connection is kept.
pub const KEPT: Duration = Duration::from_mins(1);

/// Somebody who may be inside, as others may see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Id of the invitation.
    pub invitation: String,
    /// Generation of the invitation's link.
    pub generation: i64,
    /// Id of the session.
    pub session: String,
    /// The name that others may read.
    pub name: String,
    /// The way in which the person identified.
    pub method: Identified,
    /// The role.
    pub role: Role,
}

impl Person {
    /// `true` if both are the same session of the same invitation.
    fn is(&self, other: &Self) -> bool {
        self.invitation == other.invitation && self.session == other.session
    }
}

/// The media that somebody sends, and a raised hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a button of its own")]
pub struct Sends {
    /// Sound.
    pub audio: bool,
    /// The camera.
    pub video: bool,
    /// The screen.
    pub screen: bool,
    /// A raised hand.
    pub hand: bool,
}

/// A taken seat.
#[derive(Debug)]
struct Occupant {
    person: Person,
    /// The person's current connection.
    media: MediaId,
    sends: Sends,
    /// Time at which the connection broke. `None` while it holds.
    broken_at: Option<Time>,
    /// `true` while nothing arrives over a connection that holds.
    silent: bool,
    /// The slots where this browser hears and sees each other connection.
    slots: HashMap<MediaId, Slots>,
}

/// The seats of one room.
#[derive(Debug, Default)]
pub struct Seats {
    taken: BTreeMap<u32, Occupant>,
    /// The number that was given last. A number is never given to somebody else.
    last: u32,
}

/// A seat that somebody has taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The number of the seat.
    pub seat: u32,
    /// `true` unless the person had the seat already.
    pub anew: bool,
    /// The earlier connection of the same session. Its window loses the seat.
    pub replaced: Option<MediaId>,
}

/// No seat is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

impl Seats {
    /// Takes a seat for a new connection. Somebody who comes back gets the same one.
    ///
    /// # Errors
    /// Fails if `most` seats are taken by others.
    pub fn take(&mut self, person: Person, media: MediaId, most: usize) -> Result<Taken, Full> {
        let before = self.taken.iter_mut().find(|(_, occupant)| occupant.person.is(&person));
        if let Some((seat, occupant)) = before {
            let replaced = occupant.broken_at.is_none().then_some(occupant.media);
            let hand = occupant.sends.hand;
            *occupant = Occupant::new(person, media);
            occupant.sends.hand = hand;
            return Ok(Taken { seat: *seat, anew: false, replaced });
        }
        if self.taken.len() >= most {
            return Err(Full);
        }
        self.last += 1;
        self.taken.insert(self.last, Occupant::new(person, media));
        Ok(Taken { seat: self.last, anew: true, replaced: None })
    }

    /// Frees the seat of a connection. Returns who has left. `None` if the connection has no seat any more.
    pub fn free(&mut self, media: MediaId) -> Option<Person> {
        let seat = self.seat_of(media)?;
        self.taken.remove(&seat).map(|occupant| occupant.person)
    }

    /// Keeps the seat of a connection that has broken. Returns `false` if it has no seat any more.
    pub fn keep(&mut self, media: MediaId, now: Time) -> bool {
        let Some(occupant) = self.occupant_mut(media) else { return false };
        occupant.broken_at = Some(now);
        occupant.sends = Sends { hand: occupant.sends.hand, ..Sends::default() };
        true
    }

    /// Frees the seats that were kept long enough. Returns who has left.
    pub fn free_overdue(&mut self, now: Time) -> Vec<Person> {
        let overdue = |occupant: &Occupant| {
            occupant.broken_at.is_some_and(|broken_at| now.since(broken_at) >= KEPT)
        };
        let gone: Vec<_> =
            self.taken.iter().filter(|(_, it)| overdue(it)).map(|(seat, _)| *seat).collect();
        gone.iter().filter_map(|seat| self.taken.remove(seat)).map(|it| it.person).collect()
    }

    /// Records what a connection sends. Returns `false` if nothing changed.
    pub fn set_sends(&mut self, media: MediaId, sends: Sends) -> bool {
        let Some(occupant) = self.occupant_mut(media) else { return false };
        std::mem::replace(&mut occupant.sends, sends) != sends
    }

    /// Returns what a connection sends.
    pub fn sends(&self, media: MediaId) -> Option<Sends> {
        self.occupant(media).map(|(_, occupant)| occupant.sends)
    }

    /// Records whether anything arrives from a connection. Returns `false` if nothing changed.
    pub fn set_silent(&mut self, media: MediaId, silent: bool) -> bool {
        let Some(occupant) = self.occupant_mut(media) else { return false };
        std::mem::replace(&mut occupant.silent, silent) != silent
    }

    /// Records where a connection hears and sees the others. Returns `false` if it has no seat any more.
    pub fn set_slots(&mut self, media: MediaId, slots: HashMap<MediaId, Slots>) -> bool {
        let Some(occupant) = self.occupant_mut(media) else { return false };
        occupant.slots = slots;
        true
    }

    /// Returns the seat of a connection.
    pub fn seat_of(&self, media: MediaId) -> Option<u32> {
        self.occupant(media).map(|(seat, _)| seat)
    }

    /// Returns the connection of a seat. `None` while it is broken.
    pub fn media_of(&self, seat: u32) -> Option<MediaId> {
        self.taken.get(&seat).filter(|it| it.broken_at.is_none()).map(|it| it.media)
    }

    /// Returns the connections, in the order of their seats.
    pub fn connections(&self) -> impl Iterator<Item = MediaId> {
        self.taken.values().filter(|it| it.broken_at.is_none()).map(|it| it.media)
    }

    /// Returns the person of a connection.
    pub fn person(&self, media: MediaId) -> Option<&Person> {
        self.occupant(media).map(|(_, occupant)| &occupant.person)
    }

    /// `true` if a host is connected.
    pub fn has_host(&self) -> bool {
        self.taken.values().any(|it| it.person.role == Role::Host && it.broken_at.is_none())
    }

    /// `true` if a session could not take a seat with an invitation.
    pub fn is_full(&self, (invitation, session): (&str, &str), most: usize) -> bool {
        let own =
            |it: &Occupant| it.person.invitation == invitation && it.person.session == session;
        self.taken.len() >= most && !self.taken.values().any(own)
    }

    /// Returns everybody who has a seat, with the connection. `None` if that has broken.
    pub fn people(&self) -> impl Iterator<Item = (Option<MediaId>, &Person)> {
        let media = |it: &Occupant| it.broken_at.is_none().then_some(it.media);
        self.taken.values().map(move |it| (media(it), &it.person))
    }

    /// Frees the kept seat of somebody. Returns `true` if there was one.
    pub fn free_kept(&mut self, person: &Person) -> bool {
        let before = self.taken.len();
        self.taken.retain(|_, it| it.broken_at.is_none() || !it.person.is(person));
        self.taken.len() < before
    }

    /// `true` if nobody has a seat.
    pub fn is_empty(&self) -> bool {
        self.taken.is_empty()
    }

    /// Returns everybody inside, for the browser of this connection.
    pub fn told(&self, to: MediaId) -> Vec<Seat> {
        let slots = self.occupant(to).map(|(_, occupant)| &occupant.slots);
        let seat = |(seat, occupant): (&u32, &Occupant)| Seat {
            seat: *seat,
            name: occupant.person.name.clone(),
            method: occupant.person.method,
            role: occupant.person.role,
            audio: occupant.sends.audio,
            video: occupant.sends.video,
            screen: occupant.sends.screen,
            hand: occupant.sends.hand,
            away: occupant.silent || occupant.broken_at.is_some(),
            slots: slots.and_then(|slots| slots.get(&occupant.media)).cloned(),
        };
        self.taken.iter().map(seat).collect()
    }

    fn occupant(&self, media: MediaId) -> Option<(u32, &Occupant)> {
        let found = self.taken.iter().find(|(_, it)| it.media == media && it.broken_at.is_none());
        found.map(|(seat, occupant)| (*seat, occupant))
    }

    fn occupant_mut(&mut self, media: MediaId) -> Option<&mut Occupant> {
        self.taken.values_mut().find(|it| it.media == media && it.broken_at.is_none())
    }
}

impl Occupant {
    fn new(person: Person, media: MediaId) -> Self {
        Self {
            person,
            media,
            sends: Sends::default(),
            broken_at: None,
            silent: false,
            slots: HashMap::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, role: Role) -> Person {
        Person {
            invitation: format!("invitation of {name}"),
            generation: 0,
            session: format!("session of {name}"),
            name: name.to_owned(),
            method: Identified::EmailCode,
            role,
        }
    }

    fn guest(name: &str) -> Person {
        person(name, Role::Guest)
    }

    const A: MediaId = MediaId(1);
    const B: MediaId = MediaId(2);
    const C: MediaId = MediaId(3);

    fn names(seats: &Seats, to: MediaId) -> Vec<(u32, String, bool)> {
        seats.told(to).into_iter().map(|seat| (seat.seat, seat.name, seat.away)).collect()
    }

    #[test]
    fn everybody_is_told_of_everybody() {
        let mut seats = Seats::default();
        seats.take(guest("Anna"), A, 2).expect("a seat");
        seats.take(guest("Bo"), B, 2).expect("a seat");
        let both = vec![(1, "Anna".to_owned(), false), (2, "Bo".to_owned(), false)];
        assert_eq!(names(&seats, A), both);
        assert_eq!(names(&seats, B), both);
        assert_eq!(seats.take(guest("Cia"), C, 2), Err(Full));
        assert!(seats.is_full(("invitation of Cia", "session of Cia"), 2));
        assert!(seats.is_full(("invitation of Cia", "session of Bo"), 2));
        assert!(!seats.is_full(("invitation of Bo", "session of Bo"), 2));
    }

    #[test]
    fn who_drops_out_keeps_the_seat_for_a_minute() {
        let mut seats = Seats::default();
        seats.take(guest("Anna"), A, 2).expect("a seat");
        seats.take(guest("Bo"), B, 2).expect("a seat");
        assert!(seats.keep(A, Time(0)));
        assert_eq!(names(&seats, B)[0], (1, "Anna".to_owned(), true));
        assert_eq!(seats.take(guest("Cia"), C, 2), Err(Full));
        assert_eq!(seats.free_overdue(Time(59_999)), []);
        let back = seats.take(guest("Anna"), C, 2).expect("the seat");
        assert_eq!(back, Taken { seat: 1, anew: false, replaced: None });
        assert_eq!(names(&seats, B)[0], (1, "Anna".to_owned(), false));
        assert!(seats.keep(C, Time(0)));
        assert_eq!(seats.free_overdue(Time(60_000)), [guest("Anna")]);
        assert_eq!(names(&seats, B), [(2, "Bo".to_owned(), false)]);
    }

    #[test]
    fn who_may_not_come_back_loses_a_kept_seat() {
        let mut seats = Seats::default();
        seats.take(guest("Anna"), A, 2).expect("a seat");
        assert!(!seats.free_kept(&guest("Anna")), "it is not kept but taken");
        seats.keep(A, Time(0));
        assert_eq!(seats.people().collect::<Vec<_>>(), [(None, &guest("Anna"))]);
        assert!(seats.free_kept(&guest("Anna")));
        assert!(seats.is_empty());
    }

    #[test]
    fn the_newest_window_of_a_session_has_its_seat() {
        let mut seats = Seats::default();
        seats.take(guest("Anna"), A, 2).expect("a seat");
        let second = seats.take(guest("Anna"), B, 2).expect("the seat");
        assert_eq!(second, Taken { seat: 1, anew: false, replaced: Some(A) });
        assert_eq!(seats.free(A), None, "the first has none to lose");
        assert!(!seats.keep(A, Time(0)));
        assert_eq!(seats.media_of(1), Some(B));
    }

    #[test]
    fn another_session_of_an_invitation_has_a_seat_of_its_own() {
        let mut seats = Seats::default();
        seats.take(guest("Anna"), A, 2).expect("a seat");
        let elsewhere = Person { session: "another".to_owned(), ..guest("Anna") };
        assert_eq!(seats.take(elsewhere, B, 2), Ok(Taken { seat: 2, anew: true, replaced: None }));
    }

    #[test]
    fn a_number_is_never_given_to_somebody_else() {
        let mut seats = Seats::default();
        seats.take(guest("Anna"), A, 2).expect("a seat");
        assert_eq!(seats.free(A), Some(guest("Anna")));
        assert!(seats.is_empty());
        assert_eq!(
            seats.take(guest("Bo"), B, 2),
            Ok(Taken { seat: 2, anew: true, replaced: None })
        );
    }

    #[test]
    fn a_browser_is_told_only_its_own_slots() {
        let mut seats = Seats::default();
        seats.take(guest("Anna"), A, 2).expect("a seat");
        seats.take(guest("Bo"), B, 2).expect("a seat");
        let slots = Slots { audio: "3".to_owned(), video: "4".to_owned(), screen: None };
        assert!(seats.set_slots(A, HashMap::from([(B, slots.clone())])));
        let of = |seats: &Seats, to| -> Vec<_> {
            seats.told(to).into_iter().map(|seat| seat.slots).collect()
        };
        assert_eq!(of(&seats, A), [None, Some(slots)]);
        assert_eq!(of(&seats, B), [None, None]);
    }

    #[test]
    fn who_comes_back_sends_nothing_yet_but_the_hand_stays_up() {
        let mut seats = Seats::default();
        seats.take(guest("Anna"), A, 2).expect("a seat");
        let all = Sends { audio: true, video: true, screen: true, hand: true };
        assert!(seats.set_sends(A, all));
        assert!(!seats.set_sends(A, all), "nothing new");
        seats.keep(A, Time(0));
        seats.take(guest("Anna"), B, 2).expect("the seat");
        assert_eq!(seats.sends(B), Some(Sends { hand: true, ..Sends::default() }));
    }

    #[test]
    fn a_host_is_here_only_while_connected() {
        let mut seats = Seats::default();
        seats.take(guest("Anna"), A, 2).expect("a seat");
        assert!(!seats.has_host());
        seats.take(person("Kim", Role::Host), B, 2).expect("a seat");
        assert!(seats.has_host());
        seats.keep(B, Time(0));
        assert!(!seats.has_host());
    }
}
