//! The calls of one transaction, one trait a subject.

use super::StoreError;
use crate::{
    authenticators::Proof,
    clock::Time,
    model::{
        ApiToken, BankIdOrder, Challenge, DueReminder, Event, Hindrance, IdentificationFlow,
        Invitation, InvitationStage, Meeting, MessageKind, OidcLogin, OutboxMessage, Outcome,
        QueueDepth, Session,
    },
    rules::{
        delivery::Invited,
        limits::{AttemptCounts, Begun, SendHistory},
    },
};
use async_trait::async_trait;
use std::time::Duration;

/// The result of every call of the store.
pub type StoreResult<T> = Result<T, StoreError>;

/// A database.
#[async_trait]
pub trait Store: Send + Sync {
    /// Begins a reading transaction. It sees one consistent snapshot and waits for no lock.
    async fn read(&self) -> StoreResult<Box<dyn Transaction>>;

    /// Begins a writing transaction. It is rolled back unless it is committed.
    async fn write(&self) -> StoreResult<Box<dyn Transaction>>;

    /// Fails if the disk has no room, or had none a moment ago.
    async fn has_room(&self) -> StoreResult<()>;

    /// Removes erased data from the database's files, free space and journals included. Returns `false` if a
    /// reader prevented it. The caller then retries.
    async fn after_erasure(&self) -> StoreResult<bool>;
}

/// A transaction.
#[async_trait]
pub trait Transaction:
    Meetings
    + Invitations
    + Sessions
    + Challenges
    + Identifications
    + Outbox
    + Events
    + Tokens
    + Leases
    + Reminders
    + Send
{
    /// Commits. What was written survives a loss of power.
    async fn commit(self: Box<Self>) -> StoreResult<()>;
}

/// Meetings and their bookings.
#[async_trait]
pub trait Meetings {
    /// Adds a meeting.
    async fn add_meeting(&mut self, meeting: &Meeting) -> StoreResult<()>;
    /// Returns the meeting with this id.
    async fn meeting(&mut self, id: &str) -> StoreResult<Option<Meeting>>;
    /// Locks a meeting until the transaction ends.
    async fn lock_meeting(&mut self, id: &str) -> StoreResult<()>;
    /// Writes all columns of a meeting but its id, its version, and when it was booked and cancelled.
    async fn put_meeting(&mut self, meeting: &Meeting) -> StoreResult<()>;
    /// Returns up to `most` meetings, the last booked first. `after` is the booking time and the id of the
    /// meeting before the first one returned.
    async fn meetings(
        &mut self,
        after: Option<(Time, &str)>,
        most: u32,
    ) -> StoreResult<Vec<Meeting>>;
    /// Cancels a meeting. Returns `false` if it was cancelled before.
    async fn cancel_meeting(&mut self, id: &str, at: Time) -> StoreResult<bool>;
    /// Counts a change by the sender to a meeting or its recipients.
    async fn count_version(&mut self, id: &str) -> StoreResult<()>;
    /// Returns the body's hash and the meeting of the booking with this idempotency key.
    async fn idempotency_key(&mut self, key_hash: &[u8]) -> StoreResult<Option<(Vec<u8>, String)>>;
    /// Records the meeting that was booked with an idempotency key. Returns `false` if the key is taken.
    async fn add_idempotency_key(
        &mut self,
        key_hash: &[u8],
        body_hash: &[u8],
        meeting: &str,
        at: Time,
    ) -> StoreResult<bool>;
    /// Erases meetings that ended before a time, and all their data. Erases a bounded number, so that locks
    /// are short. Returns how many; 0 when none is left.
    async fn purge_meetings(&mut self, ended_before: Time) -> StoreResult<u64>;
}

/// Invitations.
#[async_trait]
pub trait Invitations {
    /// Adds an invitation.
    async fn add_invitation(&mut self, invitation: &Invitation) -> StoreResult<()>;
    /// Returns the invitation with this token hash.
    async fn invitation_by_token(&mut self, token_hash: &[u8]) -> StoreResult<Option<Invitation>>;
    /// Returns the invitation with this id.
    async fn invitation(&mut self, id: &str) -> StoreResult<Option<Invitation>>;
    /// Locks an invitation until the transaction ends.
    async fn lock_invitation(&mut self, id: &str) -> StoreResult<()>;
    /// Locks and returns the invitation with this token hash, as of when the lock was granted.
    async fn lock_invitation_by_token(
        &mut self,
        token_hash: &[u8],
    ) -> StoreResult<Option<Invitation>>;
    /// Returns a meeting's invitations, in the order of the booking.
    async fn invitations(&mut self, meeting: &str) -> StoreResult<Vec<Invitation>>;
    /// Writes the columns of an invitation that can change, its stages included. The caller must hold its
    /// lock.
    async fn put_invitation(&mut self, invitation: &Invitation) -> StoreResult<()>;
    /// Returns the keys that invitations depend on, with the number of uses of each: to derive a link token,
    /// or to hash a personal identity number. Only invitations that are not cancelled, to meetings that end
    /// after this time.
    async fn keys_needed(&mut self, ends_after: Time) -> StoreResult<Vec<(String, i64)>>;
    /// Records that an invitation has reached a stage. Returns `false` if it had before.
    async fn mark_reached(
        &mut self,
        invitation: &str,
        stage: InvitationStage,
        at: Time,
    ) -> StoreResult<bool>;
}

/// Sessions and their flows.
#[async_trait]
pub trait Sessions {
    /// Adds a session whose cookie value has this hash.
    async fn add_session(&mut self, id: &str, value_hash: &[u8], at: Time) -> StoreResult<()>;
    /// Returns the session whose cookie value has this hash, if it was active after `seen_after`.
    async fn session(
        &mut self,
        value_hash: &[u8],
        seen_after: Time,
    ) -> StoreResult<Option<Session>>;
    /// Locks and returns the session, as [`Sessions::session`] finds it.
    async fn lock_session(
        &mut self,
        value_hash: &[u8],
        seen_after: Time,
    ) -> StoreResult<Option<Session>>;
    /// Replaces a session's cookie value. Returns `false` if it no longer has the one with `old_hash`.
    async fn renew_session(
        &mut self,
        id: &str,
        old_hash: &[u8],
        new_hash: &[u8],
    ) -> StoreResult<bool>;
    /// Records activity of a session.
    async fn touch_session(&mut self, id: &str, at: Time) -> StoreResult<()>;
    /// Ends a session.
    async fn end_session(&mut self, id: &str) -> StoreResult<()>;
    /// Erases sessions without activity since a time, a bounded number at once. Returns how many.
    async fn purge_sessions(&mut self, seen_before: Time) -> StoreResult<u64>;
    /// Erases sessions that have opened this invitation and named nothing, here or elsewhere: neither an
    /// address nor a proof belongs to them. Spares the `keep` last active ones, and those that another
    /// transaction has locked.
    async fn purge_unnamed_sessions(&mut self, invitation: &str, keep: u32) -> StoreResult<u64>;
    /// Returns a session's flow for an invitation.
    async fn flow(
        &mut self,
        session: &str,
        invitation: &str,
    ) -> StoreResult<Option<IdentificationFlow>>;
    /// Adds or replaces a flow. A proof stays, unless the flow belongs to another generation.
    async fn put_flow(&mut self, flow: &IdentificationFlow) -> StoreResult<()>;
    /// Records a session's proof for an invitation.
    async fn record_proof(
        &mut self,
        session: &str,
        invitation: &str,
        proof: &Proof,
        at: Time,
    ) -> StoreResult<()>;
}

/// Challenges, attempts and sent codes.
#[async_trait]
pub trait Challenges {
    /// Adds a challenge.
    async fn add_challenge(&mut self, challenge: &Challenge) -> StoreResult<()>;
    /// Returns the challenge with this id.
    async fn challenge(&mut self, id: &str) -> StoreResult<Option<Challenge>>;
    /// Records that a code was sent again, and whether its challenge is a decoy by now.
    async fn resent(&mut self, id: &str, decoy: bool, at: Time) -> StoreResult<()>;
    /// Counts an attempt, on the challenge and on the invitation. Returns `false` and counts nothing if the
    /// challenge has had `most` attempts or was consumed.
    async fn record_attempt(&mut self, attempt: &Attempt<'_>, most: u32) -> StoreResult<bool>;
    /// Counts an e-ID identification before it is matched.
    async fn record_e_id_attempt(&mut self, attempt: &Attempt<'_>) -> StoreResult<()>;
    /// Takes a correct attempt out of the count of wrong ones.
    async fn mark_attempt_correct(&mut self, id: &str) -> StoreResult<()>;
    /// Records that a challenge has expired.
    async fn expire(&mut self, id: &str, at: Time) -> StoreResult<()>;
    /// Consumes a challenge. Returns `false` if it was consumed before.
    async fn consume(&mut self, id: &str, at: Time) -> StoreResult<bool>;
    /// Returns the counts of wrong attempts: codes, and refused e-ID identifications.
    async fn attempts(
        &mut self,
        invitation: &str,
        generation: i64,
        session: &str,
        day_before: Time,
    ) -> StoreResult<(AttemptCounts, AttemptCounts)>;
    /// Locks an address, so that other transactions can't count codes sent to it.
    async fn lock_address(&mut self, address_hash: &[u8]) -> StoreResult<()>;
    /// Counts a code that is sent, or an address that was named without one.
    async fn record_send(
        &mut self,
        id: &str,
        attempt: &Attempt<'_>,
        send: NewSend<'_>,
    ) -> StoreResult<()>;
    /// Returns the codes sent since a time, and the addresses that the session named.
    async fn sends(
        &mut self,
        invitation: &str,
        generation: i64,
        session: &str,
        address_hash: &[u8],
        since: Time,
    ) -> StoreResult<SendHistory>;
}

/// A claim on an order. A claim that has expired writes nothing.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The claimed order.
    pub id: &'a str,
    /// The end of the claim, as [`Identifications::lease_orders`] set it.
    pub until: Time,
}

/// Orders with BankID, and logins with OpenID Connect providers.
#[async_trait]
pub trait Identifications {
    /// Adds an order, due at once.
    async fn add_order(&mut self, order: &BankIdOrder) -> StoreResult<()>;
    /// Returns the order with this id.
    async fn order(&mut self, id: &str) -> StoreResult<Option<BankIdOrder>>;
    /// Returns the order whose return secret has this hash.
    async fn order_by_return(&mut self, return_hash: &[u8]) -> StoreResult<Option<BankIdOrder>>;
    /// Counts orders and logins started by an invitation's link since a time: by anybody, from the network
    /// with this keyed hash, and by this session.
    async fn begun_since(
        &mut self,
        invitation: &str,
        generation: i64,
        session: &str,
        network: &[u8],
        since: Time,
    ) -> StoreResult<Begun>;
    /// Claims up to `most` orders that are due until `until`, and makes them due again at `next`. Leaves out
    /// an order to be opened while another of the same invitation is yet to be cancelled with BankID.
    async fn lease_orders(
        &mut self,
        now: Time,
        until: Time,
        next: Time,
        most: u32,
    ) -> StoreResult<Vec<BankIdOrder>>;
    /// Ends claims early, and clears `unreachable_since`. The orders otherwise stay as they were.
    async fn release_orders(&mut self, claims: &[Claim<'_>]) -> StoreResult<()>;
    /// Records BankID's response to the start of an order. If the order was abandoned meanwhile, it can then
    /// be cancelled with BankID.
    async fn order_started(
        &mut self,
        claim: Claim<'_>,
        started: &[u8],
        hint: &str,
        at: Time,
    ) -> StoreResult<()>;
    /// Records BankID's hint code for an open order.
    async fn order_hint(&mut self, claim: Claim<'_>, hint: &str) -> StoreResult<()>;
    /// Marks an open order for a new start, because the app did not start it in time.
    async fn renew_order(&mut self, claim: Claim<'_>, at: Time) -> StoreResult<()>;
    /// Records since when BankID has not answered as it should.
    async fn mark_unreachable(&mut self, claim: Claim<'_>, since: Time) -> StoreResult<()>;
    /// Records who identified. Returns `false` if the order was abandoned before.
    async fn order_done(&mut self, claim: Claim<'_>, completion: &[u8]) -> StoreResult<bool>;
    /// Records why an order failed. Returns `false` if it was abandoned before.
    async fn order_failed(&mut self, claim: Claim<'_>, why: &str) -> StoreResult<bool>;
    /// Abandons an order. The poller then cancels it with BankID, if BankID has one.
    async fn abandon_order(&mut self, id: &str, at: Time) -> StoreResult<()>;
    /// Abandons every order of a session. The caller must have locked or ended the session.
    async fn abandon_orders_of(&mut self, session: &str, at: Time) -> StoreResult<()>;
    /// Abandons every order of these invitations.
    async fn abandon_orders_for(&mut self, invitations: &[&str], at: Time) -> StoreResult<()>;
    /// Ends an order that was abandoned or done. Returns `false` if it had ended before.
    async fn end_order(&mut self, id: &str) -> StoreResult<bool>;
    /// Records that the browser returned from the app. Returns `false` if it had before.
    async fn order_returned(&mut self, id: &str, at: Time) -> StoreResult<bool>;
    /// Adds a login.
    async fn add_login(&mut self, login: &OidcLogin) -> StoreResult<()>;
    /// Returns the login with this id.
    async fn login(&mut self, id: &str) -> StoreResult<Option<OidcLogin>>;
    /// Returns the login whose `state` has this hash.
    async fn login_by_state(&mut self, state_hash: &[u8]) -> StoreResult<Option<OidcLogin>>;
    /// Consumes a login's callback. Returns `false` if it was used before.
    async fn use_login(&mut self, id: &str, at: Time) -> StoreResult<bool>;
    /// Returns the numbers of followed orders, by the name of their state.
    async fn followed_orders(&mut self) -> StoreResult<Vec<(String, i64)>>;
    /// Erases orders and logins that were started before a time, a bounded number at once. Returns how many.
    async fn purge_identifications(&mut self, begun_before: Time) -> StoreResult<u64>;
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
pub struct NewSend<'a> {
    /// The keyed hash of the address.
    pub address_hash: &'a [u8],
    /// Time at which the message with the code is sent. `None` if none is.
    pub mail_at: Option<Time>,
    /// `true` on the e-ID track, where no code is requested.
    pub e_id: bool,
}

/// A message to be written to the outbox.
#[derive(Clone, Copy, Debug)]
pub struct NewMessage<'a> {
    /// Its id.
    pub id: &'a str,
    /// Kind.
    pub kind: MessageKind,
    /// The invitation.
    pub invitation: &'a str,
    /// The generation of the link.
    pub generation: i64,
    /// The code that it carries.
    pub challenge: Option<&'a str>,
    /// `true` for a decoy's message, which is never sent.
    pub suppressed: bool,
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

impl<'a> NewMessage<'a> {
    /// Creates a message that is due at once, with defaults for everything else.
    pub const fn new(
        id: &'a str,
        kind: MessageKind,
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
            suppressed: false,
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
    async fn enqueue(&mut self, message: NewMessage<'_>) -> StoreResult<()>;
    /// Leases up to `most` due messages until `until`. Codes come first and their decoys second. Others
    /// follow only if `others` is set, the longest due first.
    async fn lease(
        &mut self,
        now: Time,
        until: Time,
        most: u32,
        others: bool,
    ) -> StoreResult<Vec<OutboxMessage>>;
    /// Records the outcome of a message, and the id that the gateway gave it. Returns `false` if an outcome
    /// was recorded before.
    async fn complete(
        &mut self,
        id: &str,
        outcome: Outcome,
        reference: Option<&str>,
        at: Time,
    ) -> StoreResult<bool>;
    /// Records a gateway's delivery report on a code, found by the message's id or by the gateway's. Returns
    /// the invitation the first time. `None` if that was known, or if no such message was sent.
    async fn record_delivery_report(
        &mut self,
        id: Option<&str>,
        reference: &str,
        arrived: bool,
        at: Time,
    ) -> StoreResult<Option<String>>;
    /// Records why a message could not be delivered, and when it is due again.
    async fn retry_at(&mut self, id: &str, why: Hindrance, due: Time) -> StoreResult<()>;
    /// Makes a message wait for another one until `due`. That is no failure.
    async fn make_wait(&mut self, id: &str, due: Time) -> StoreResult<()>;
    /// Makes up to `most` messages due that wait for an unreachable mail server, the oldest first. Their
    /// failures are forgotten. Returns how many.
    async fn recall_messages(&mut self, most: u32) -> StoreResult<u64>;
    /// Returns the messages that carried an invitation, the oldest link's first.
    async fn invitation_messages(&mut self, invitation: &str) -> StoreResult<Vec<Invited>>;
    /// `true` if all messages of this code, a decoy's included, expired and the mail server accepted no
    /// connection for any of them.
    async fn code_lapsed(&mut self, challenge: &str) -> StoreResult<bool>;
    /// Returns the messages that are to be delivered, counted by kind.
    async fn queue_depths(&mut self) -> StoreResult<Vec<QueueDepth>>;
    /// Returns the messages that were delivered, newest first. All of them if `most` is `None`.
    async fn sent_messages(&mut self, most: Option<u32>) -> StoreResult<Vec<OutboxMessage>>;
}

/// Events: the audit log for the sender.
#[async_trait]
pub trait Events {
    /// Adds an event.
    async fn add_event(&mut self, meeting: &str, event: &Event) -> StoreResult<()>;
    /// Returns a meeting's events, in order.
    async fn events(&mut self, meeting: &str) -> StoreResult<Vec<Event>>;
    /// Returns the times of an invitation's events of this kind since a time, oldest first.
    async fn happened_since(
        &mut self,
        invitation: &Invitation,
        kind: &str,
        since: Time,
    ) -> StoreResult<Vec<Time>>;
}

/// API tokens.
#[async_trait]
pub trait Tokens {
    /// Adds a token whose secret has this hash.
    async fn add_token(&mut self, id: &str, name: &str, hash: &[u8], at: Time) -> StoreResult<()>;
    /// Returns the token whose secret has this hash, unless it was revoked.
    async fn token(&mut self, hash: &[u8]) -> StoreResult<Option<ApiToken>>;
    /// Returns all tokens, the oldest first.
    async fn tokens(&mut self) -> StoreResult<Vec<ApiToken>>;
    /// Records that a token was used.
    async fn use_token(&mut self, id: &str, at: Time) -> StoreResult<()>;
    /// Revokes a token. Returns `false` if it does not exist or was revoked before.
    async fn revoke_token(&mut self, id: &str, at: Time) -> StoreResult<bool>;
    /// Erases the tokens that were revoked before a time. Returns how many.
    async fn purge_tokens(&mut self, revoked_before: Time) -> StoreResult<u64>;
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
        kind: MessageKind,
        before: Duration,
        now: Time,
        most: u32,
    ) -> StoreResult<Vec<DueReminder>>;
    /// Records that a reminder was written. Returns `false` if it was before.
    async fn add_reminder(
        &mut self,
        due: &DueReminder,
        kind: MessageKind,
        before: Duration,
    ) -> StoreResult<bool>;
}

/// Work that one server does for all servers of the database.
#[async_trait]
pub trait Leases {
    /// Acquires the lease of this name until `until`. Returns `false` if another server has it.
    async fn acquire_lease(&mut self, name: &str, now: Time, until: Time) -> StoreResult<bool>;
    /// Returns the latest time that any server recorded. `None` before the first.
    async fn latest_time(&mut self) -> StoreResult<Option<Time>>;
    /// Records a time, unless a later one was recorded.
    async fn reach_time(&mut self, now: Time) -> StoreResult<()>;
    /// Repairs what was written before the clock was set back from `latest` to `now`. Expired codes, logins
    /// started before `logins_since` and sessions without activity since `seen_since` end for good. What
    /// waits and what is counted moves: it is as far from `now` as it was from `latest`.
    async fn set_back(
        &mut self,
        latest: Time,
        now: Time,
        logins_since: Time,
        seen_since: Time,
    ) -> StoreResult<()>;
    /// Sets a short lock timeout for this bulk transaction. The caller retries.
    async fn use_short_lock_timeout(&mut self) -> StoreResult<()>;
}
