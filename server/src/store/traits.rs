//! The calls of one transaction, one trait a subject.

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

/// The result of every call of the store.
pub type Stored<T> = Result<T, StoreError>;

/// A database.
#[async_trait]
pub trait Store: Send + Sync {
    /// Begins a reading transaction. It sees one consistent snapshot and waits for no lock.
    async fn read(&self) -> Stored<Box<dyn Tx>>;

    /// Begins a writing transaction. It is rolled back unless it is committed.
    async fn write(&self) -> Stored<Box<dyn Tx>>;

    /// Fails if the disk has no room, or had none a moment ago.
    async fn has_room(&self) -> Stored<()>;

    /// Removes erased data from the database's files, free space and journals included. Returns `false` if a
    /// reader prevented it. The caller then retries.
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
    /// Commits. What was written survives a loss of power.
    async fn commit(self: Box<Self>) -> Stored<()>;
}

/// Meetings and their bookings.
#[async_trait]
pub trait Meetings {
    /// Adds a meeting.
    async fn add_meeting(&mut self, meeting: &Meeting) -> Stored<()>;
    /// Returns the meeting with this id.
    async fn meeting(&mut self, id: &str) -> Stored<Option<Meeting>>;
    /// Locks a meeting until the transaction ends.
    async fn lock_meeting(&mut self, id: &str) -> Stored<()>;
    /// Writes all columns of a meeting but its id, its version, and when it was booked and cancelled.
    async fn put_meeting(&mut self, meeting: &Meeting) -> Stored<()>;
    /// Returns up to `most` meetings, the last booked first. `after` is the booking time and the id of the
    /// meeting before the first one returned.
    async fn meetings(&mut self, after: Option<(Time, &str)>, most: u32) -> Stored<Vec<Meeting>>;
    /// Cancels a meeting. Returns `false` if it was cancelled before.
    async fn cancel_meeting(&mut self, id: &str, at: Time) -> Stored<bool>;
    /// Counts a change by the sender to a meeting or its recipients.
    async fn count_version(&mut self, id: &str) -> Stored<()>;
    /// Returns the body's hash and the meeting of the booking with this idempotency key.
    async fn booking(&mut self, key_hash: &[u8]) -> Stored<Option<(Vec<u8>, String)>>;
    /// Records the meeting that was booked with an idempotency key. Returns `false` if the key is taken.
    async fn add_booking(
        &mut self,
        key_hash: &[u8],
        body_hash: &[u8],
        meeting: &str,
        at: Time,
    ) -> Stored<bool>;
    /// Erases meetings that ended before a time, and all their data. Erases a bounded number, so that locks
    /// are short. Returns how many; 0 when none is left.
    async fn erase_meetings(&mut self, ended_before: Time) -> Stored<u64>;
}

/// A stage of an invitation. The first time of each is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Mail handed over.
    Sent,
    /// Continued from the link by somebody.
    Opened,
    /// Identified.
    Identified,
    /// Joined the room.
    Joined,
    /// Locked for codes.
    Locked,
    /// Locked for e-IDs.
    EIdLocked,
    /// Delivery of its mail given up.
    Failed,
}

/// Invitations.
#[async_trait]
pub trait Invitations {
    /// Adds an invitation.
    async fn add_invitation(&mut self, invitation: &Invitation) -> Stored<()>;
    /// Returns the invitation with this token hash.
    async fn invitation_by_token(&mut self, token_hash: &[u8]) -> Stored<Option<Invitation>>;
    /// Returns the invitation with this id.
    async fn invitation(&mut self, id: &str) -> Stored<Option<Invitation>>;
    /// Locks an invitation until the transaction ends.
    async fn lock_invitation(&mut self, id: &str) -> Stored<()>;
    /// Locks and returns the invitation with this token hash, as of when the lock was granted.
    async fn own_invitation(&mut self, token_hash: &[u8]) -> Stored<Option<Invitation>>;
    /// Returns a meeting's invitations, in the order of the booking.
    async fn invitations(&mut self, meeting: &str) -> Stored<Vec<Invitation>>;
    /// Writes the columns of an invitation that can change, its stages included. The caller must hold its
    /// lock.
    async fn put_invitation(&mut self, invitation: &Invitation) -> Stored<()>;
    /// Returns the keys that invitations depend on, with the number of uses of each: to derive a link token,
    /// or to hash a personal identity number. Only invitations that are not cancelled, to meetings that end
    /// after this time.
    async fn keys_needed(&mut self, ends_after: Time) -> Stored<Vec<(String, i64)>>;
    /// Records that an invitation has reached a stage. Returns `false` if it had before.
    async fn reach(&mut self, invitation: &str, stage: Stage, at: Time) -> Stored<bool>;
}

/// Sessions and their flows.
#[async_trait]
pub trait Sessions {
    /// Adds a session whose cookie value has this hash.
    async fn add_session(&mut self, id: &str, value_hash: &[u8], at: Time) -> Stored<()>;
    /// Returns the session whose cookie value has this hash, if it was active after `seen_after`.
    async fn session(&mut self, value_hash: &[u8], seen_after: Time) -> Stored<Option<Session>>;
    /// Locks and returns the session, as [`Sessions::session`] finds it.
    async fn own_session(&mut self, value_hash: &[u8], seen_after: Time)
    -> Stored<Option<Session>>;
    /// Replaces a session's cookie value. Returns `false` if it no longer has the one with `old_hash`.
    async fn renew_session(&mut self, id: &str, old_hash: &[u8], new_hash: &[u8]) -> Stored<bool>;
    /// Records activity of a session.
    async fn see_session(&mut self, id: &str, at: Time) -> Stored<()>;
    /// Ends a session.
    async fn end_session(&mut self, id: &str) -> Stored<()>;
    /// Erases sessions without activity since a time, a bounded number at once. Returns how many.
    async fn erase_sessions(&mut self, seen_before: Time) -> Stored<u64>;
    /// Erases sessions that have opened this invitation and named nothing, here or elsewhere: neither an
    /// address nor a proof belongs to them. Spares the `keep` last active ones, and those that another
    /// transaction has locked.
    async fn erase_unnamed_sessions(&mut self, invitation: &str, keep: u32) -> Stored<u64>;
    /// Returns a session's flow for an invitation.
    async fn visit(&mut self, session: &str, invitation: &str) -> Stored<Option<Visit>>;
    /// Adds or replaces a flow. A proof stays, unless the flow belongs to another generation.
    async fn put_visit(&mut self, visit: &Visit) -> Stored<()>;
    /// Records a session's proof for an invitation.
    async fn prove(
        &mut self,
        session: &str,
        invitation: &str,
        evidence: &Evidence,
        at: Time,
    ) -> Stored<()>;
}

/// Challenges, attempts and sent codes.
#[async_trait]
pub trait Challenges {
    /// Adds a challenge.
    async fn add_challenge(&mut self, challenge: &Challenge) -> Stored<()>;
    /// Returns the challenge with this id.
    async fn challenge(&mut self, id: &str) -> Stored<Option<Challenge>>;
    /// Records that a code was sent again, and whether its challenge is a decoy by now.
    async fn resent(&mut self, id: &str, decoy: bool, at: Time) -> Stored<()>;
    /// Counts an attempt, on the challenge and on the invitation. Returns `false` and counts nothing if the
    /// challenge has had `most` attempts or was consumed.
    async fn count_try(&mut self, attempt: &Attempt<'_>, most: u32) -> Stored<bool>;
    /// Counts an e-ID identification before it is matched.
    async fn count_e_id(&mut self, attempt: &Attempt<'_>) -> Stored<()>;
    /// Takes a correct attempt out of the count of wrong ones.
    async fn excuse_try(&mut self, id: &str) -> Stored<()>;
    /// Records that a challenge has expired.
    async fn expire(&mut self, id: &str, at: Time) -> Stored<()>;
    /// Consumes a challenge. Returns `false` if it was consumed before.
    async fn consume(&mut self, id: &str, at: Time) -> Stored<bool>;
    /// Returns the counts of wrong attempts: codes, and refused e-ID identifications.
    async fn tries(
        &mut self,
        invitation: &str,
        generation: i64,
        session: &str,
        day_before: Time,
    ) -> Stored<(Tries, Tries)>;
    /// Locks an address, so that other transactions can't count codes sent to it.
    async fn lock_address(&mut self, address_mark: &[u8]) -> Stored<()>;
    /// Counts a code that is sent, or an address that was named without one.
    async fn count_send(
        &mut self,
        id: &str,
        attempt: &Attempt<'_>,
        naming: Naming<'_>,
    ) -> Stored<()>;
    /// Returns the codes sent since a time, and the addresses that the session named.
    async fn sends(
        &mut self,
        invitation: &str,
        generation: i64,
        session: &str,
        address_mark: &[u8],
        since: Time,
    ) -> Stored<Sends>;
}

/// A claim on an order. A claim that has expired writes nothing.
#[derive(Clone, Copy, Debug)]
pub struct Hold<'a> {
    /// The claimed order.
    pub id: &'a str,
    /// The end of the claim, as [`Identifications::lease_orders`] set it.
    pub until: Time,
}

/// Orders with BankID, and logins with OpenID Connect providers.
#[async_trait]
pub trait Identifications {
    /// Adds an order, due at once.
    async fn add_order(&mut self, order: &Order) -> Stored<()>;
    /// Returns the order with this id.
    async fn order(&mut self, id: &str) -> Stored<Option<Order>>;
    /// Returns the order whose return secret has this hash.
    async fn order_by_return(&mut self, return_hash: &[u8]) -> Stored<Option<Order>>;
    /// Counts orders and logins started by an invitation's link since a time: by anybody, from the network
    /// with this keyed hash, and by this session.
    async fn begun_since(
        &mut self,
        invitation: &str,
        generation: i64,
        session: &str,
        network: &[u8],
        since: Time,
    ) -> Stored<Begun>;
    /// Claims up to `most` orders that are due until `until`, and makes them due again at `next`. Leaves out
    /// an order to be opened while another of the same invitation is yet to be cancelled with BankID.
    async fn lease_orders(
        &mut self,
        now: Time,
        until: Time,
        next: Time,
        most: u32,
    ) -> Stored<Vec<Order>>;
    /// Ends claims early, and clears `troubled_at`. The orders otherwise stay as they were.
    async fn release_orders(&mut self, held: &[Hold<'_>]) -> Stored<()>;
    /// Records BankID's response to the start of an order. If the order was abandoned meanwhile, it can then
    /// be cancelled with BankID.
    async fn order_started(
        &mut self,
        hold: Hold<'_>,
        started: &[u8],
        hint: &str,
        at: Time,
    ) -> Stored<()>;
    /// Records BankID's hint code for an open order.
    async fn order_hint(&mut self, hold: Hold<'_>, hint: &str) -> Stored<()>;
    /// Marks an open order for a new start, because the app did not start it in time.
    async fn renew_order(&mut self, hold: Hold<'_>, at: Time) -> Stored<()>;
    /// Records since when BankID has not answered as it should.
    async fn order_troubled(&mut self, hold: Hold<'_>, since: Time) -> Stored<()>;
    /// Records who identified. Returns `false` if the order was abandoned before.
    async fn order_done(&mut self, hold: Hold<'_>, outcome: &[u8]) -> Stored<bool>;
    /// Records why an order failed. Returns `false` if it was abandoned before.
    async fn order_failed(&mut self, hold: Hold<'_>, why: &str) -> Stored<bool>;
    /// Abandons an order. The poller then cancels it with BankID, if BankID has one.
    async fn leave_order(&mut self, id: &str, at: Time) -> Stored<()>;
    /// Abandons every order of a session. The caller must have locked or ended the session.
    async fn leave_orders_of(&mut self, session: &str, at: Time) -> Stored<()>;
    /// Abandons every order of these invitations.
    async fn leave_orders_for(&mut self, invitations: &[&str], at: Time) -> Stored<()>;
    /// Ends an order that was abandoned or done. Returns `false` if it had ended before.
    async fn end_order(&mut self, id: &str) -> Stored<bool>;
    /// Records that the browser returned from the app. Returns `false` if it had before.
    async fn order_returned(&mut self, id: &str, at: Time) -> Stored<bool>;
    /// Adds a login.
    async fn add_login(&mut self, login: &Login) -> Stored<()>;
    /// Returns the login with this id.
    async fn login(&mut self, id: &str) -> Stored<Option<Login>>;
    /// Returns the login whose `state` has this hash.
    async fn login_by_state(&mut self, state_hash: &[u8]) -> Stored<Option<Login>>;
    /// Consumes a login's callback. Returns `false` if it was used before.
    async fn use_login(&mut self, id: &str, at: Time) -> Stored<bool>;
    /// Returns the numbers of followed orders, by the name of their state.
    async fn followed_orders(&mut self) -> Stored<Vec<(String, i64)>>;
    /// Erases orders and logins that were started before a time, a bounded number at once. Returns how many.
    async fn erase_identifications(&mut self, begun_before: Time) -> Stored<u64>;
}

/// An attempt or another counted act of a session on an invitation.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// Its id.
    pub id: &'a str,
    /// The challenge.
    pub challenge: &'a str,
    /// The invitation.
    pub invitation: &'a str,
    /// The generation of the link.
    pub generation: i64,
    /// The session.
    pub session: &'a str,
    /// `true` for an attempt that counts for the session alone, and not for the invitation.
    pub alone: bool,
    /// The time of the attempt.
    pub at: Time,
}

/// An address that a session names, and the mail that follows.
#[derive(Clone, Copy, Debug)]
pub struct Naming<'a> {
    /// The keyed hash of the address.
    pub address_mark: &'a [u8],
    /// Time at which the message with the code is sent. `None` if none is.
    pub mail_at: Option<Time>,
    /// `true` on the e-ID track, where no code is requested.
    pub e_id: bool,
}

/// A message to be written to the outbox.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// Its id.
    pub id: &'a str,
    /// Kind.
    pub kind: Kind,
    /// The invitation.
    pub invitation: &'a str,
    /// The generation of the link.
    pub generation: i64,
    /// The code that it carries.
    pub challenge: Option<&'a str>,
    /// `true` for a decoy's message, which is never sent.
    pub silent: bool,
    /// The version of the meeting that it describes. 0 if that does not matter.
    pub sequence: i64,
    /// Time of writing.
    pub at: Time,
    /// Time from which it is due.
    pub due_at: Time,
    /// Time after which it is not worth sending.
    pub expires_at: Option<Time>,
    /// Earliest time of the next code, if this one is the last for now.
    pub again_at: Option<Time>,
}

impl<'a> Message<'a> {
    /// Creates a message that is due at once, with defaults for everything else.
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

/// The outbox: messages to be delivered.
#[async_trait]
pub trait Outbox {
    /// Writes a message.
    async fn post(&mut self, message: Message<'_>) -> Stored<()>;
    /// Leases up to `most` due messages until `until`. Codes come first and their decoys second. Others
    /// follow only if `others` is set, the longest due first.
    async fn lease(
        &mut self,
        now: Time,
        until: Time,
        most: u32,
        others: bool,
    ) -> Stored<Vec<Outgoing>>;
    /// Records the outcome of a message, and the id that the gateway gave it. Returns `false` if an outcome
    /// was recorded before.
    async fn finish(
        &mut self,
        id: &str,
        outcome: Outcome,
        reference: Option<&str>,
        at: Time,
    ) -> Stored<bool>;
    /// Records a gateway's delivery report on a code, found by the message's id or by the gateway's. Returns
    /// the invitation the first time. `None` if that was known, or if no such message was sent.
    async fn report(
        &mut self,
        id: Option<&str>,
        reference: &str,
        arrived: bool,
        at: Time,
    ) -> Stored<Option<String>>;
    /// Records why a message could not be handed over, and when it is due again.
    async fn put_off(&mut self, id: &str, why: Hindrance, due: Time) -> Stored<()>;
    /// Makes a message wait for another one until `due`. That is no failure.
    async fn make_wait(&mut self, id: &str, due: Time) -> Stored<()>;
    /// Makes up to `most` messages due that wait for an unreachable mail server, the oldest first. Their
    /// failures are forgotten. Returns how many.
    async fn recall_messages(&mut self, most: u32) -> Stored<u64>;
    /// Returns the messages that carried an invitation, the oldest link's first.
    async fn invitation_messages(&mut self, invitation: &str) -> Stored<Vec<Invited>>;
    /// `true` if all messages of this code, a decoy's included, expired and the mail server accepted no
    /// connection for any of them.
    async fn code_lapsed(&mut self, challenge: &str) -> Stored<bool>;
    /// Returns the messages that are to be delivered, counted by kind.
    async fn waiting_messages(&mut self) -> Stored<Vec<Waiting>>;
    /// Returns the messages that were handed over, newest first. All of them if `most` is `None`.
    async fn sent_messages(&mut self, most: Option<u32>) -> Stored<Vec<Outgoing>>;
}

/// Events: the audit log for the sender.
#[async_trait]
pub trait Events {
    /// Adds an event.
    async fn add_event(&mut self, meeting: &str, event: &Event) -> Stored<()>;
    /// Returns a meeting's events, in order.
    async fn events(&mut self, meeting: &str) -> Stored<Vec<Event>>;
    /// Returns the times of an invitation's events of this kind since a time, oldest first.
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
    /// Returns the token whose secret has this hash, unless it was revoked.
    async fn token(&mut self, hash: &[u8]) -> Stored<Option<ApiToken>>;
    /// Returns all tokens, the oldest first.
    async fn tokens(&mut self) -> Stored<Vec<ApiToken>>;
    /// Records that a token was used.
    async fn use_token(&mut self, id: &str, at: Time) -> Stored<()>;
    /// Revokes a token. Returns `false` if it does not exist or was revoked before.
    async fn revoke_token(&mut self, id: &str, at: Time) -> Stored<bool>;
    /// Erases the tokens that were revoked before a time. Returns how many.
    async fn erase_tokens(&mut self, revoked_before: Time) -> Stored<u64>;
}

/// Reminders before a meeting.
#[async_trait]
pub trait Reminders {
    /// Returns up to `most` invitations to remind now, those to the nearest meetings first. All of this
    /// holds:
    ///
    /// - The meeting starts within `before` and has not started yet.
    /// - Neither the meeting nor the invitation was cancelled.
    /// - The mail server took the invitation's mail, and the meeting last changed, at least `before` ahead of
    ///   the start. Either is a reminder itself.
    /// - The recipient has not joined the room.
    /// - No such reminder was written for this start.
    /// - By SMS, the recipient has a phone number.
    async fn due_reminders(
        &mut self,
        kind: Kind,
        before: Duration,
        now: Time,
        most: u32,
    ) -> Stored<Vec<DueReminder>>;
    /// Records that a reminder was written. Returns `false` if it was before.
    async fn add_reminder(
        &mut self,
        due: &DueReminder,
        kind: Kind,
        before: Duration,
    ) -> Stored<bool>;
}

/// Work that one server does for all servers of the database.
#[async_trait]
pub trait Turns {
    /// Acquires the lease of this name until `until`. Returns `false` if another server has it.
    async fn take_turn(&mut self, name: &str, now: Time, until: Time) -> Stored<bool>;
    /// Returns the latest time that any server recorded. `None` before the first.
    async fn latest_time(&mut self) -> Stored<Option<Time>>;
    /// Records a time, unless a later one was recorded.
    async fn reach_time(&mut self, now: Time) -> Stored<()>;
    /// Repairs what was written before the clock was set back from `latest` to `now`. Expired codes, logins
    /// started before `logins_since` and sessions without activity since `seen_since` end for good. What
    /// waits and what is counted moves: it is as far from `now` as it was from `latest`.
    async fn set_back(
        &mut self,
        latest: Time,
        now: Time,
        logins_since: Time,
        seen_since: Time,
    ) -> Stored<()>;
    /// Sets a short lock timeout for this bulk transaction. The caller retries.
    async fn give_way(&mut self) -> Stored<()>;
}
