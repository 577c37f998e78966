//! What can be read and written in one transaction, one trait a subject.

use super::{
    StoreError,
    records::{
        ApiToken, Challenge, DueReminder, Event, Hindrance, Invitation, Kind, Login, Meeting,
        Order, Outcome, Outgoing, Session, Visit, Waiting,
    },
};
use crate::{
    clock::Time,
    prove::Evidence,
    rules::{
        delivery::Invited,
        limits::{Begun, Sends, Tries},
    },
};
use async_trait::async_trait;
use std::time::Duration;

/// What every call of the store returns.
pub type Stored<T> = Result<T, StoreError>;

/// A database.
#[async_trait]
pub trait Store: Send + Sync {
    /// Begins to read: one consistent picture, which waits for nobody.
    async fn read(&self) -> Stored<Box<dyn Tx>>;

    /// Begins to write. What is not committed is undone.
    async fn write(&self) -> Stored<Box<dyn Tx>>;

    /// Fails where there is no room for what is to be written, or was none just now.
    async fn has_room(&self) -> Stored<()>;

    /// Sees to it that what was erased is in none of the database's files any more, free space and
    /// journals included; false when somebody was still reading it, and it is to be tried again.
    async fn after_erasure(&self) -> Stored<bool>;
}

/// A transaction.
#[async_trait]
pub trait Tx:
    Meetings
    + Invitations
    + Sessions
    + Challenges
    + Identifications
    + Outbox
    + Events
    + Tokens
    + Turns
    + Reminders
    + Send
{
    /// Makes what was written last, through a loss of power too.
    async fn commit(self: Box<Self>) -> Stored<()>;
}

/// Meetings and how they are booked.
#[async_trait]
pub trait Meetings {
    /// Adds a meeting.
    async fn add_meeting(&mut self, meeting: &Meeting) -> Stored<()>;
    /// The meeting with that id.
    async fn meeting(&mut self, id: &str) -> Stored<Option<Meeting>>;
    /// Keeps other transactions off that meeting until this one ends.
    async fn lock_meeting(&mut self, id: &str) -> Stored<()>;
    /// Writes what can change of a meeting: everything but its id, its version, and when it was booked and
    /// called off.
    async fn put_meeting(&mut self, meeting: &Meeting) -> Stored<()>;
    /// Up to `most` meetings, the last booked first: those that come after the one that was booked then
    /// and has that id.
    async fn meetings(&mut self, after: Option<(Time, &str)>, most: u32) -> Stored<Vec<Meeting>>;
    /// Calls a meeting off; false when it was already.
    async fn cancel_meeting(&mut self, id: &str, at: Time) -> Stored<bool>;
    /// Counts a change that the sender made of a meeting or its recipients.
    async fn count_version(&mut self, id: &str) -> Stored<()>;
    /// The hash of the body and the meeting of the booking that named this key.
    async fn booking(&mut self, key_hash: &[u8]) -> Stored<Option<(Vec<u8>, String)>>;
    /// Remembers which meeting a booking with this key made; false when the key is taken.
    async fn add_booking(
        &mut self,
        key_hash: &[u8],
        body_hash: &[u8],
        meeting: &str,
        at: Time,
    ) -> Stored<bool>;
    /// Erases meetings that ended before that time, with all that hangs on them: some at a time, so that
    /// nobody waits for long. Returns how many; none when none is left.
    async fn erase_meetings(&mut self, ended_before: Time) -> Stored<u64>;
}

/// A stage on an invitation's way, each remembered the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Its mail was handed over.
    Sent,
    /// Somebody went on from the link.
    Opened,
    /// Somebody identified.
    Identified,
    /// Somebody went into the room.
    Joined,
    /// The code way was locked.
    Locked,
    /// The way by e-identification was locked.
    EIdLocked,
    /// Its mail was given up.
    Failed,
}

/// Invitations.
#[async_trait]
pub trait Invitations {
    /// Adds an invitation.
    async fn add_invitation(&mut self, invitation: &Invitation) -> Stored<()>;
    /// The invitation whose link has the secret with this hash.
    async fn invitation_by_token(&mut self, token_hash: &[u8]) -> Stored<Option<Invitation>>;
    /// The invitation with that id.
    async fn invitation(&mut self, id: &str) -> Stored<Option<Invitation>>;
    /// Keeps other transactions off that invitation until this one ends.
    async fn lock_invitation(&mut self, id: &str) -> Stored<()>;
    /// The same for the invitation whose link has the secret with this hash, which it is by then.
    async fn own_invitation(&mut self, token_hash: &[u8]) -> Stored<Option<Invitation>>;
    /// A meeting's invitations, in the order of the booking.
    async fn invitations(&mut self, meeting: &str) -> Stored<Vec<Invitation>>;
    /// Writes what can change of an invitation, its stages included. Only for who keeps others off it.
    async fn put_invitation(&mut self, invitation: &Invitation) -> Stored<()>;
    /// The names of the keys that invitations to meetings which end after that time were made with, or
    /// numbers are compared by, with how many each has; not of what was called off.
    async fn keys_needed(&mut self, ends_after: Time) -> Stored<Vec<(String, i64)>>;
    /// Remembers that an invitation has come to a stage; false when it had been there.
    async fn reach(&mut self, invitation: &str, stage: Stage, at: Time) -> Stored<bool>;
}

/// Sessions and what they have done.
#[async_trait]
pub trait Sessions {
    /// Adds a session whose secret value has this hash.
    async fn add_session(&mut self, id: &str, value_hash: &[u8], at: Time) -> Stored<()>;
    /// The session whose secret value has this hash, if something was done in it since `seen_after`.
    async fn session(&mut self, value_hash: &[u8], seen_after: Time) -> Stored<Option<Session>>;
    /// The same, and keeps other transactions off that session until this one ends.
    async fn own_session(&mut self, value_hash: &[u8], seen_after: Time)
    -> Stored<Option<Session>>;
    /// Gives a session another secret value; false when it no longer has the one with `old_hash`.
    async fn renew_session(&mut self, id: &str, old_hash: &[u8], new_hash: &[u8]) -> Stored<bool>;
    /// Remembers that something was done in a session.
    async fn see_session(&mut self, id: &str, at: Time) -> Stored<()>;
    /// Ends a session.
    async fn end_session(&mut self, id: &str) -> Stored<()>;
    /// Erases sessions in which nothing was done since that time, some at a time.
    async fn erase_sessions(&mut self, seen_before: Time) -> Stored<u64>;
    /// Erases the sessions that have come to this invitation and named nothing, here or elsewhere: no address
    /// and no proof hangs on them. The `keep` that were seen last stay, and those that others have in hand.
    async fn erase_unnamed_sessions(&mut self, invitation: &str, keep: u32) -> Stored<u64>;
    /// What a session has done with an invitation.
    async fn visit(&mut self, session: &str, invitation: &str) -> Stored<Option<Visit>>;
    /// Adds or replaces what a session has done with an invitation. What it has proven stays, unless
    /// the visit is by another of the invitation's links.
    async fn put_visit(&mut self, visit: &Visit) -> Stored<()>;
    /// Remembers what a session has proven for an invitation.
    async fn prove(
        &mut self,
        session: &str,
        invitation: &str,
        evidence: &Evidence,
        at: Time,
    ) -> Stored<()>;
}

/// One-time codes, their tries and sends.
#[async_trait]
pub trait Challenges {
    /// Adds a challenge.
    async fn add_challenge(&mut self, challenge: &Challenge) -> Stored<()>;
    /// The challenge with that id.
    async fn challenge(&mut self, id: &str) -> Stored<Option<Challenge>>;
    /// Remembers that a challenge was sent once more, and whether it is a decoy by now.
    async fn resent(&mut self, id: &str, decoy: bool, at: Time) -> Stored<()>;
    /// Counts a try, of the challenge and of the invitation; false, and nothing counted, when the
    /// challenge bears no more than `most` or is used.
    async fn count_try(&mut self, attempt: &Attempt<'_>, most: u32) -> Stored<bool>;
    /// Counts an e-identification that is about to be judged.
    async fn count_e_id(&mut self, attempt: &Attempt<'_>) -> Stored<()>;
    /// Marks a counted try as a right one, which counts no more.
    async fn excuse_try(&mut self, id: &str) -> Stored<()>;
    /// Remembers that a challenge has ended to be good.
    async fn expire(&mut self, id: &str, at: Time) -> Stored<()>;
    /// Uses a challenge up; false when it was used before.
    async fn consume(&mut self, id: &str, at: Time) -> Stored<bool>;
    /// Counted wrong tries: of codes, and e-identifications that were refused.
    async fn tries(
        &mut self,
        invitation: &str,
        generation: i64,
        session: &str,
        day_before: Time,
    ) -> Stored<(Tries, Tries)>;
    /// Keeps other transactions from counting sends to that address until this one ends.
    async fn lock_address(&mut self, address_mark: &[u8]) -> Stored<()>;
    /// Counts a send, or an address that was named without one.
    async fn count_send(
        &mut self,
        id: &str,
        attempt: &Attempt<'_>,
        naming: Naming<'_>,
    ) -> Stored<()>;
    /// Counted sends since that time, and the addresses that the session named.
    async fn sends(
        &mut self,
        invitation: &str,
        generation: i64,
        session: &str,
        address_mark: &[u8],
        since: Time,
    ) -> Stored<Sends>;
}

/// An order that was taken, and until when. Whoever held it too long has it no more: what they say of
/// it changes nothing.
#[derive(Clone, Copy, Debug)]
pub struct Hold<'a> {
    /// The order.
    pub id: &'a str,
    /// Until when it is held, as it was taken.
    pub until: Time,
}

/// Identifications with BankID and other providers.
#[async_trait]
pub trait Identifications {
    /// Adds an identification with BankID, due at once.
    async fn add_order(&mut self, order: &Order) -> Stored<()>;
    /// The identification with that id.
    async fn order(&mut self, id: &str) -> Stored<Option<Order>>;
    /// The identification whose way back has the secret with this hash.
    async fn order_by_return(&mut self, return_hash: &[u8]) -> Stored<Option<Order>>;
    /// Counts identifications, of either kind, that were begun by an invitation's link since that time: by
    /// anybody, from the network with this keyed form, and by this session.
    async fn begun_since(
        &mut self,
        invitation: &str,
        generation: i64,
        session: &str,
        network: &[u8],
        since: Time,
    ) -> Stored<Begun>;
    /// Takes up to `most` orders that something is due for, keeps them from others until `until`, and
    /// makes them due again at `next`. None is opened while BankID has not been told that another of the
    /// same invitation was left.
    async fn lease_orders(
        &mut self,
        now: Time,
        until: Time,
        next: Time,
        most: u32,
    ) -> Stored<Vec<Order>>;
    /// Gives orders that were taken back, as they were.
    async fn release_orders(&mut self, held: &[Hold<'_>]) -> Stored<()>;
    /// Remembers what BankID answered to the beginning; when the order was left meanwhile, so that
    /// BankID can be told.
    async fn order_started(
        &mut self,
        hold: Hold<'_>,
        started: &[u8],
        hint: &str,
        at: Time,
    ) -> Stored<()>;
    /// Remembers what BankID says of an open order.
    async fn order_hint(&mut self, hold: Hold<'_>, hint: &str) -> Stored<()>;
    /// Has an open order begun anew, since nobody took it up in time.
    async fn renew_order(&mut self, hold: Hold<'_>, at: Time) -> Stored<()>;
    /// Remembers since when BankID does not answer as it should.
    async fn order_troubled(&mut self, hold: Hold<'_>, since: Time) -> Stored<()>;
    /// Remembers who identified; false when the order was left before.
    async fn order_done(&mut self, hold: Hold<'_>, outcome: &[u8]) -> Stored<bool>;
    /// Remembers why an order failed; false when it was left before.
    async fn order_failed(&mut self, hold: Hold<'_>, why: &str) -> Stored<bool>;
    /// Leaves an order: BankID is told where it has one.
    async fn leave_order(&mut self, id: &str, at: Time) -> Stored<()>;
    /// Leaves every order of a session. Only for who keeps others off the session, or has ended it.
    async fn leave_orders_of(&mut self, session: &str, at: Time) -> Stored<()>;
    /// Leaves every order of these invitations.
    async fn leave_orders_for(&mut self, invitations: &[&str], at: Time) -> Stored<()>;
    /// Ends an order that was left or done; false when it had ended before.
    async fn end_order(&mut self, id: &str) -> Stored<bool>;
    /// Remembers that the browser came back from the app; false when it had before.
    async fn order_returned(&mut self, id: &str, at: Time) -> Stored<bool>;
    /// Adds an identification with another provider.
    async fn add_login(&mut self, login: &Login) -> Stored<()>;
    /// The identification with that id.
    async fn login(&mut self, id: &str) -> Stored<Option<Login>>;
    /// The identification whose `state` has this hash.
    async fn login_by_state(&mut self, state_hash: &[u8]) -> Stored<Option<Login>>;
    /// Uses the way back up; false when it was used before.
    async fn use_login(&mut self, id: &str, at: Time) -> Stored<bool>;
    /// The identifications with BankID that are followed, counted by the name of their state.
    async fn followed_orders(&mut self) -> Stored<Vec<(String, i64)>>;
    /// Erases identifications that were begun before that time, some at a time.
    async fn erase_identifications(&mut self, begun_before: Time) -> Stored<u64>;
}

/// Something that a session does about an invitation's code and that counts.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// Its id.
    pub id: &'a str,
    /// The challenge.
    pub challenge: &'a str,
    /// The invitation.
    pub invitation: &'a str,
    /// Which of the invitation's links.
    pub generation: i64,
    /// The session.
    pub session: &'a str,
    /// True for a try that counts for the session alone, and not for the invitation.
    pub alone: bool,
    /// When.
    pub at: Time,
}

/// An address that a session names, and what comes of it.
#[derive(Clone, Copy, Debug)]
pub struct Naming<'a> {
    /// The address in the form in which it is counted.
    pub address_mark: &'a [u8],
    /// When the message with the code goes; none where none does.
    pub mail_at: Option<Time>,
    /// True on the way by e-identification, where no code is asked for.
    pub e_id: bool,
}

/// A message to be written into the outbox.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// Its id.
    pub id: &'a str,
    /// What it is about.
    pub kind: Kind,
    /// The invitation.
    pub invitation: &'a str,
    /// Which of the invitation's links.
    pub generation: i64,
    /// The code that it carries.
    pub challenge: Option<&'a str>,
    /// Whether it is a decoy's, which is never handed over.
    pub silent: bool,
    /// Which version of the meeting it tells of; 0 where that does not matter.
    pub sequence: i64,
    /// When it is written.
    pub at: Time,
    /// When it is due.
    pub due_at: Time,
    /// When it is no longer worth sending.
    pub expires_at: Option<Time>,
    /// From when another code can be had, where this one is the last for now.
    pub again_at: Option<Time>,
}

impl<'a> Message<'a> {
    /// One with nothing special about it, due at once.
    pub const fn new(
        id: &'a str,
        kind: Kind,
        invitation: &'a str,
        generation: i64,
        at: Time,
    ) -> Self {
        Self {
            id,
            kind,
            invitation,
            generation,
            challenge: None,
            silent: false,
            sequence: 0,
            at,
            due_at: at,
            expires_at: None,
            again_at: None,
        }
    }
}

/// Messages to be delivered.
#[async_trait]
pub trait Outbox {
    /// Writes a message.
    async fn post(&mut self, message: Message<'_>) -> Stored<()>;
    /// Takes up to `most` messages that are due, codes first, then their decoys and then, where `others` are
    /// wanted too, the longest due, and keeps them from everybody else until `until`.
    async fn lease(
        &mut self,
        now: Time,
        until: Time,
        most: u32,
        others: bool,
    ) -> Stored<Vec<Outgoing>>;
    /// Remembers how a message ended, and what the gateway that took it calls it; false when that was
    /// known.
    async fn finish(
        &mut self,
        id: &str,
        outcome: Outcome,
        reference: Option<&str>,
        at: Time,
    ) -> Stored<bool>;
    /// Remembers that a gateway tells whether a code has arrived, by the message's id or by what the
    /// gateway calls it. Returns the invitation the first time, and none when that was known, or when
    /// no such message was sent.
    async fn report(
        &mut self,
        id: Option<&str>,
        reference: &str,
        arrived: bool,
        at: Time,
    ) -> Stored<Option<String>>;
    /// Remembers why a message could not be handed over and when it is due again.
    async fn put_off(&mut self, id: &str, why: Hindrance, due: Time) -> Stored<()>;
    /// Has a message wait for another one until then. That is no failure.
    async fn make_wait(&mut self, id: &str, due: Time) -> Stored<()>;
    /// Makes up to `most` messages due that wait for a mail server that was away, as if they had never been
    /// put off: the oldest first. Returns how many.
    async fn recall_messages(&mut self, most: u32) -> Stored<u64>;
    /// The messages that were to invite somebody, the oldest link's first.
    async fn invitation_messages(&mut self, invitation: &str) -> Stored<Vec<Invited>>;
    /// Tells whether all messages of that code, a decoy's alike, ended since its time was over and the mail
    /// server had let nobody in for any of them.
    async fn code_lapsed(&mut self, challenge: &str) -> Stored<bool>;
    /// The messages that are to be delivered, counted by their kind.
    async fn waiting_messages(&mut self) -> Stored<Vec<Waiting>>;
    /// The messages that were handed over, newest first: all of them, or so many.
    async fn sent_messages(&mut self, most: Option<u32>) -> Stored<Vec<Outgoing>>;
}

/// What happened, for the sender.
#[async_trait]
pub trait Events {
    /// Adds what happened.
    async fn add_event(&mut self, meeting: &str, event: &Event) -> Stored<()>;
    /// What happened to a meeting, in order.
    async fn events(&mut self, meeting: &str) -> Stored<Vec<Event>>;
    /// When something of that kind happened to an invitation since that time, oldest first.
    async fn happened_since(
        &mut self,
        invitation: &Invitation,
        kind: &str,
        since: Time,
    ) -> Stored<Vec<Time>>;
}

/// API tokens.
#[async_trait]
pub trait Tokens {
    /// Adds a token whose secret has this hash.
    async fn add_token(&mut self, id: &str, name: &str, hash: &[u8], at: Time) -> Stored<()>;
    /// The token whose secret has this hash, unless it was taken back.
    async fn token(&mut self, hash: &[u8]) -> Stored<Option<ApiToken>>;
    /// Every token that was made, the oldest first.
    async fn tokens(&mut self) -> Stored<Vec<ApiToken>>;
    /// Remembers that a token was used.
    async fn use_token(&mut self, id: &str, at: Time) -> Stored<()>;
    /// Takes a token back; false when there is none or it was already.
    async fn revoke_token(&mut self, id: &str, at: Time) -> Stored<bool>;
    /// Erases the tokens that were taken back before that time.
    async fn erase_tokens(&mut self, revoked_before: Time) -> Stored<u64>;
}

/// Reminders of meetings that are near.
#[async_trait]
pub trait Reminders {
    /// Up to `most` invitations to remind of now, those to the nearest meetings first: the meeting starts
    /// within `before` and has not started yet; neither it nor the recipient's part in it was called off;
    /// the invitation's mail was handed over, and the meeting last changed, that long before the start or
    /// earlier, since either is a reminder itself; the recipient has not been in the room; and no such
    /// reminder was written for this start. By SMS only those who have a number.
    async fn due_reminders(
        &mut self,
        kind: Kind,
        before: Duration,
        now: Time,
        most: u32,
    ) -> Stored<Vec<DueReminder>>;
    /// Remembers that a reminder was written; false when it was before.
    async fn add_reminder(
        &mut self,
        due: &DueReminder,
        kind: Kind,
        before: Duration,
    ) -> Stored<bool>;
}

/// Work that one server does for all of those on the database.
#[async_trait]
pub trait Turns {
    /// Takes the turn to do the work of that name, which is nobody else's until `until`; false when it is
    /// somebody's now.
    async fn take_turn(&mut self, name: &str, now: Time, until: Time) -> Stored<bool>;
    /// The latest time that any server wrote down; none before the first.
    async fn latest_time(&mut self) -> Stored<Option<Time>>;
    /// Writes down that a time was reached, unless a later one was.
    async fn reach_time(&mut self, now: Time) -> Stored<()>;
    /// Sees to what was written before the clock was set back from `latest` to `now`. Codes that had run out,
    /// logins that were begun before `logins_since` and sessions in which nothing was done since
    /// `seen_since` have ended for good; what waits, and what is counted, is as far from now as it was
    /// from then.
    async fn set_back(
        &mut self,
        latest: Time,
        now: Time,
        logins_since: Time,
        seen_since: Time,
    ) -> Stored<()>;
    /// Has the transaction, which is about much at once, give up soon where others are in its way. It will
    /// be tried again.
    async fn give_way(&mut self) -> Stored<()>;
}
