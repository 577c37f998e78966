//! The outbox worker: claims the messages that are due, renders and delivers them, and writes the result.
//!
//! Delivery is at least once. A message that was delivered just before a crash is delivered again, with the
//! same Message-ID and the same text.

mod ended;
mod following;
mod writing;

use self::{
    ended::{Carried, End, Ended},
    following::{current, follow},
};
use super::{
    DeliveryError, Gateway, Mailer, Trouble,
    letter::{Channel, Letter, OrganisationCard},
    reach::Reach,
};
use crate::{
    clock::Time,
    desk::{Desk, Fault, Spell},
    metrics::{self, CodeEvent, Delivery, Meter},
    rules::delivery::next_try,
    store::{
        Tx,
        records::{Hindrance, Kind, Outcome, Outgoing},
    },
    watch::Task,
};
use futures_util::FutureExt;
use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::{Semaphore, watch};

/// One permit in this many is reserved for codes, so that slow invitation mail never delays a code.
const ONE_FOR_CODES_OF: u32 = 4;

/// Lease of a claimed message. Longer than one delivery can take.
const LEASE: Duration = Duration::from_secs(45);

/// Interval at which the worker reads the outbox without a notification. It finds messages that are due for a
/// retry, and messages from other processes.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Interval of the probe while the mail server is unavailable. It lets pages know soon that the server has
/// recovered, even if no message is due.
const KNOCK_EVERY: Duration = Duration::from_secs(5);

/// Maximum number of messages that are made due at a time after the mail server recovers.
const RECALLED: u32 = 1_000;

/// No recovery of the mail server has been handled yet.
const NONE_HEEDED: u64 = u64::MAX;

/// Delay of a message that waits for the one before it, or whose retry was scheduled while the mail server
/// recovered.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// The outbox worker. Delivers messages to the mailer, and codes and reminders by SMS to the gateway.
#[derive(Clone)]
pub struct Postman {
    desk: Desk,
    mailer: Arc<dyn Mailer>,
    gateway: Option<Arc<dyn Gateway>>,
    card: Arc<OrganisationCard>,
    /// Permits to deliver one message each, so that a slow delivery doesn't block the others.
    hands: Arc<Semaphore>,
    /// Total number of permits.
    all: u32,
    /// The permit to probe the mail server. One probe at a time is enough.
    knocking: Arc<Semaphore>,
    /// Number of the last recovery of the mail server that was handled. The start counts as one: the server
    /// may have recovered before this process could see it.
    heeded: Arc<AtomicU64>,
    ended: Ended,
    smtp: Meter,
    sms: Meter,
}

impl Postman {
    /// Creates a worker with `hands` permits. It sends mail through `mailer` and SMS through `gateway`.
    pub fn new(
        desk: Desk,
        mailer: Arc<dyn Mailer>,
        gateway: Option<Arc<dyn Gateway>>,
        card: OrganisationCard,
        hands: u32,
    ) -> Self {
        // Upper case, which no configured provider's id has.
        let [smtp, sms] = ["SMTP", "SMS"].map(|name| Meter::new(&desk.metrics, name));
        let (card, ended) = (Arc::new(card), Ended::default());
        let (all, hands) = (hands, Arc::new(Semaphore::new(hands as usize)));
        let knocking = Arc::new(Semaphore::new(1));
        let heeded = Arc::new(AtomicU64::new(NONE_HEEDED));
        Self { desk, mailer, gateway, card, hands, all, knocking, heeded, ended, smtp, sms }
    }

    /// Runs until shutdown, then finishes the deliveries that have begun.
    pub async fn work(self, mut stop: watch::Receiver<bool>) {
        let mut spell = Spell::default();
        let mut knocked = self.desk.clock.now();
        while !*stop.borrow() {
            self.desk.watch.turn(Task::Postman);
            self.knock(&mut knocked);
            if !self.round(&mut spell).await {
                tokio::select! {
                    () = self.desk.posted.notified() => {}
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                    _ = stop.changed() => {}
                }
            }
        }
        // All permits are free once every delivery has ended.
        drop(self.hands.acquire_many(self.all).await);
        while !self.ended.is_empty() {
            if let Err(fault) = self.turn(0).await {
                fault.log();
                break;
            }
        }
    }

    /// Probes the mail server from time to time while it accepts no connections.
    fn knock(&self, last: &mut Time) {
        let now = self.desk.clock.now();
        if !self.desk.mail.is_waiting() || now.since(*last) < KNOCK_EVERY {
            return;
        }
        let Ok(turn) = Arc::clone(&self.knocking).try_acquire_owned() else { return };
        // If no permit is free, deliveries test the server anyway.
        let Ok(hand) = Arc::clone(&self.hands).try_acquire_owned() else { return };
        *last = now;
        let postman = self.clone();
        tokio::spawn(async move {
            postman.mailer.greet().await.ok();
            drop((turn, hand));
            postman.desk.posted.notify_one();
        });
    }

    /// Writes the ends of deliveries, claims the messages that are due and starts their delivery. Returns
    /// `true` if there is more to do at once.
    async fn round(&self, spell: &mut Spell) -> bool {
        let free = match self.hands.acquire().await {
            Ok(hand) => {
                drop(hand);
                u32::try_from(self.hands.available_permits()).unwrap_or(self.all).max(1)
            }
            Err(_) => return false,
        };
        let taken = match self.turn(free).await {
            Ok(taken) => {
                spell.over(Task::Postman.name());
                taken
            }
            Err(fault) => {
                spell.fault(Task::Postman.name(), &fault);
                return false;
            }
        };
        let more = !taken.is_empty() || !self.ended.is_empty();
        for message in taken {
            let Ok(hand) = Arc::clone(&self.hands).acquire_owned().await else { break };
            let postman = self.clone();
            tokio::spawn(async move {
                let end = postman.carry_whole(&message).await;
                postman.ended.add(message, end);
                drop(hand);
                postman.desk.posted.notify_one();
            });
        }
        more
    }

    /// Writes the ends of deliveries, and claims at most `free` messages that are due.
    async fn turn(&self, free: u32) -> Result<Vec<Outgoing>, Fault> {
        self.desk.after_setback().await?;
        let tx = self.desk.store.write().await?;
        let mut ended = self.ended.take();
        // A message whose delivery is not yet written would otherwise be claimed and delivered again.
        let free = if self.ended.is_empty() { free } else { 0 };
        let written = self.settle(tx, &mut ended, free).await;
        match &written {
            Ok(_) => self.ended.written(),
            Err(_) => self.ended.put_back(ended),
        }
        written
    }

    async fn settle(
        &self,
        mut tx: Box<dyn Tx>,
        ended: &mut [Carried],
        free: u32,
    ) -> Result<Vec<Outgoing>, Fault> {
        let now = self.desk.clock.now();
        // Against deadlocks, rows are locked in one order everywhere: invitations by id, each before its
        // messages. Transactions with another order go first.
        ended.sort_unstable_by(|(a, _), (b, _)| a.invitation_id.cmp(&b.invitation_id));
        if ended.len() > 1 {
            tx.give_way().await?;
        }
        for (message, end) in ended.iter() {
            match end {
                End::PutOff { why, due, returns } => {
                    // This message was being delivered when the mail server recovered, so it was not recalled
                    // then.
                    let missed = *why == Hindrance::Away && self.desk.mail.returns() != *returns;
                    let soon = if missed { now + FIRST_WAIT } else { *due };
                    tx.put_off(&message.id, *why, soon.min(*due)).await?;
                }
                End::Waits(due) => tx.make_wait(&message.id, *due).await?,
                End::Done { kind, outcome, reference } => {
                    let invitation = match kind {
                        Some(_) => current(&mut *tx, message).await?,
                        None => None,
                    };
                    if tx.finish(&message.id, *outcome, reference.as_deref(), now).await?
                        && let (Some(kind), Some(invitation)) = (kind, invitation)
                    {
                        follow(&mut *tx, &invitation, *kind, *outcome, now).await?;
                    }
                }
            }
        }
        let returns = self.desk.mail.returns();
        let recalled = if self.heeded.load(Ordering::SeqCst) == returns {
            0
        } else {
            tx.recall_messages(RECALLED).await?
        };
        let taken = match (free, free.saturating_sub(self.all / ONE_FOR_CODES_OF)) {
            (0, _) => Vec::new(),
            (free, 0) => tx.lease(now, now + LEASE, free, false).await?,
            (_, most) => tx.lease(now, now + LEASE, most, true).await?,
        };
        tx.commit().await?;
        if recalled < u64::from(RECALLED) {
            self.heeded.store(returns, Ordering::SeqCst);
        }
        Ok(taken)
    }

    /// Delivers one message. A panic counts as a failure, so that the message is not tried for ever.
    async fn carry_whole(&self, message: &Outgoing) -> End {
        match AssertUnwindSafe(self.carry(message)).catch_unwind().await {
            Ok(end) => end,
            Err(_) => Kind::from_name(&message.kind)
                .map_or(DROPPED, |kind| self.try_later(message, kind, Hindrance::Doubtful)),
        }
    }

    /// Delivers one message and returns the end of its delivery.
    async fn carry(&self, message: &Outgoing) -> End {
        let Some(kind) = Kind::from_name(&message.kind) else { return DROPPED };
        if message.expires_at.is_some_and(|end| self.desk.clock.now() >= end) {
            let kind = Some(kind).filter(|_| !message.silent);
            return End::Done { kind, outcome: Outcome::Lapsed, reference: None };
        }
        let letter = match self.letter(message, kind).await {
            Ok(Ok(letter)) => letter,
            Ok(Err(end)) => return end,
            // An operator may fix what prevents rendering, so the message is retried.
            Err(fault) => {
                fault.log();
                return self.try_later(message, kind, Hindrance::Deferred);
            }
        };
        let seen = Seen::of(&self.desk.mail);
        if message.silent {
            return self.pretend(message, kind, letter.channel, seen).await;
        }
        let handed_over = self.hand_over(&letter).await;
        self.desk.metrics.delivery(letter.channel == Channel::Sms, became(&handed_over));
        match handed_over {
            Ok(reference) => {
                if kind == Kind::Code {
                    self.desk.metrics.code(CodeEvent::Sent);
                }
                End::Done { kind: Some(kind), outcome: Outcome::Sent, reference }
            }
            Err(error) => {
                let (kind_name, failures) = (kind.name(), message.failures);
                match letter.channel {
                    Channel::Email => tracing::warn!(kind = kind_name, failures, %error, "mail"),
                    Channel::Sms => tracing::warn!(kind = kind_name, failures, %error, "sms"),
                }
                match error {
                    DeliveryError::Refused(_) => failed(kind),
                    DeliveryError::Temporary(trouble) => {
                        let why = self.why(trouble, letter.channel, seen);
                        self.put_off(message, kind, why, seen.returns)
                    }
                }
            }
        }
    }

    /// Sends a message through its channel. Returns the gateway's reference, if there is one.
    async fn hand_over(&self, letter: &Letter) -> Result<Option<String>, DeliveryError> {
        let composed = self.compose(letter);
        match (letter.channel, &self.gateway) {
            (Channel::Email, _) => {
                let call = self.mailer.deliver(letter, &composed);
                self.smtp.measure(call, outcome).await.map(|()| None)
            }
            (Channel::Sms, Some(gateway)) => {
                self.sms.measure(gateway.send(letter, &composed), outcome).await
            }
            (Channel::Sms, None) => Err(DeliveryError::Temporary(Trouble::Missing)),
        }
    }

    /// Simulates the delivery of a decoy's message, which is never sent. Connects to the mail server, and
    /// schedules a retry if that fails. Slow mail would otherwise distinguish right addresses from wrong
    /// ones.
    async fn pretend(&self, message: &Outgoing, kind: Kind, channel: Channel, seen: Seen) -> End {
        let open = match channel {
            Channel::Email => self.mailer.greet().await,
            Channel::Sms => Ok(()),
        };
        match open {
            Ok(()) | Err(DeliveryError::Refused(_)) => DROPPED,
            Err(DeliveryError::Temporary(trouble)) => {
                let why = self.why(trouble, channel, seen);
                self.put_off(message, kind, why, seen.returns)
            }
        }
    }

    /// Returns why a delivery failed. If the server has accepted no connection since the delivery began, this
    /// one was not accepted either. That holds for a decoy as for a message.
    fn why(&self, trouble: Trouble, channel: Channel, seen: Seen) -> Hindrance {
        let mail = &self.desk.mail;
        match trouble {
            _ if channel == Channel::Email && mail.is_waiting() && mail.let_in() == seen.let_in => {
                Hindrance::Away
            }
            Trouble::Silent | Trouble::Broken => Hindrance::Doubtful,
            _ => Hindrance::Deferred,
        }
    }

    fn try_later(&self, message: &Outgoing, kind: Kind, why: Hindrance) -> End {
        self.put_off(message, kind, why, self.desk.mail.returns())
    }

    /// Schedules a retry, at the latest when the message expires, or gives the message up.
    fn put_off(&self, message: &Outgoing, kind: Kind, why: Hindrance, returns: u64) -> End {
        let failures = u32::try_from(message.failures).unwrap_or(u32::MAX);
        let now = self.desk.clock.now();
        match next_try(message.written_at, failures.saturating_add(1), now) {
            Some(due) => {
                let due = message.expires_at.map_or(due, |end| due.min(end));
                End::PutOff { why, due, returns }
            }
            None if message.silent => DROPPED,
            None => failed(kind),
        }
    }
}

/// The mail server's state when a delivery began.
#[derive(Clone, Copy)]
struct Seen {
    let_in: u64,
    returns: u64,
}

impl Seen {
    fn of(mail: &Reach) -> Self {
        Self { let_in: mail.let_in(), returns: mail.returns() }
    }
}

/// End of a message that was never to be delivered, or that nobody needs any more.
const DROPPED: End = End::Done { kind: None, outcome: Outcome::Dropped, reference: None };

fn failed(kind: Kind) -> End {
    End::Done { kind: Some(kind), outcome: Outcome::Failed, reference: None }
}

/// Returns the outcome of a delivery, as calls to other services are counted.
fn outcome<T>(result: &Result<T, DeliveryError>) -> metrics::Outcome {
    match result {
        Ok(_) => metrics::Outcome::Answered,
        Err(DeliveryError::Refused(_)) => metrics::Outcome::Refused,
        Err(DeliveryError::Temporary(trouble)) => match trouble {
            Trouble::Unreachable | Trouble::Missing => metrics::Outcome::Unreachable,
            Trouble::Silent => metrics::Outcome::Silent,
            Trouble::Broken | Trouble::Unwritable => metrics::Outcome::Broken,
            Trouble::Later(_) => metrics::Outcome::Troubled,
            Trouble::Encryption
            | Trouble::Login
            | Trouble::Credentials(_)
            | Trouble::Sender(_)
            | Trouble::From => metrics::Outcome::Refused,
        },
    }
}

/// Returns the result of a delivery for the metrics.
const fn became<T>(result: &Result<T, DeliveryError>) -> Delivery {
    match result {
        Ok(_) => Delivery::Sent,
        Err(DeliveryError::Refused(_)) => Delivery::Refused,
        Err(DeliveryError::Temporary(_)) => Delivery::PutOff,
    }
}
