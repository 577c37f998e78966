//! Works off the outbox: takes what is due, writes it out, hands it over, remembers how it ended.
//!
//! Delivery is at least once: a message that was handed over just before a crash is handed over
//! again, with the same Message-ID and the same words.

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

/// Of so many hands one takes codes alone, so that nobody waits for one while recipients' mail servers are
/// slow to take invitations.
const ONE_FOR_CODES_OF: u32 = 4;

/// How long a message that was taken is kept from others: longer than handing it over can last.
const LEASE: Duration = Duration::from_secs(45);

/// How often the outbox is looked at when nobody tells of anything new: for what was put off and
/// for what other processes wrote.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How often the mail server is asked, while it doesn't let us in, whether it does again: so that pages
/// soon know, also where nothing is to be sent.
const KNOCK_EVERY: Duration = Duration::from_secs(5);

/// The most messages that are recalled at a time when the mail server is back.
const RECALLED: u32 = 1_000;

/// No return of the mail server was heeded yet.
const NONE_HEEDED: u64 = u64::MAX;

/// The wait of a message that another one is just ahead of, or that was put off while the mail server came
/// back.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// Takes messages from the outbox to the mailer or, codes and reminders by SMS, to the gateway.
#[derive(Clone)]
pub struct Postman {
    desk: Desk,
    mailer: Arc<dyn Mailer>,
    gateway: Option<Arc<dyn Gateway>>,
    card: Arc<OrganisationCard>,
    /// What hands a message over, so that a slow one holds up no other: as many as are free.
    hands: Arc<Semaphore>,
    /// How many there are.
    all: u32,
    /// The right to ask whether the mail server is back: one at a time does.
    knocking: Arc<Semaphore>,
    /// The number of the mail server's return that was heeded last. The first is the beginning: it may have come back while
    /// nobody was there to see it.
    heeded: Arc<AtomicU64>,
    ended: Ended,
    smtp: Meter,
    sms: Meter,
}

impl Postman {
    /// A postman who hands mail over to `mailer` and text messages to `gateway`, with as many `hands`.
    pub fn new(
        desk: Desk,
        mailer: Arc<dyn Mailer>,
        gateway: Option<Arc<dyn Gateway>>,
        card: OrganisationCard,
        hands: u32,
    ) -> Self {
        // In capitals, as no provider that is configured can be called.
        let [smtp, sms] = ["SMTP", "SMS"].map(|name| Meter::new(&desk.metrics, name));
        let (card, ended) = (Arc::new(card), Ended::default());
        let (all, hands) = (hands, Arc::new(Semaphore::new(hands as usize)));
        let knocking = Arc::new(Semaphore::new(1));
        let heeded = Arc::new(AtomicU64::new(NONE_HEEDED));
        Self { desk, mailer, gateway, card, hands, all, knocking, heeded, ended, smtp, sms }
    }

    /// Works until told to stop, then finishes what is in hand.
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
        // Every hand is free again when what it held has been handed over or put off.
        drop(self.hands.acquire_many(self.all).await);
        while !self.ended.is_empty() {
            if let Err(fault) = self.turn(0).await {
                fault.log();
                break;
            }
        }
    }

    /// Asks now and then whether the mail server lets us in again, while it doesn't.
    fn knock(&self, last: &mut Time) {
        let now = self.desk.clock.now();
        if !self.desk.mail.is_waiting() || now.since(*last) < KNOCK_EVERY {
            return;
        }
        let Ok(turn) = Arc::clone(&self.knocking).try_acquire_owned() else { return };
        // Where every hand is full it is being asked anyway.
        let Ok(hand) = Arc::clone(&self.hands).try_acquire_owned() else { return };
        *last = now;
        let postman = self.clone();
        tokio::spawn(async move {
            postman.mailer.greet().await.ok();
            drop((turn, hand));
            postman.desk.posted.notify_one();
        });
    }

    /// Writes down what has come of messages, takes what is due and begins to hand it over. Says whether
    /// there is more to do at once.
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

    /// Writes down what has come of messages and takes what is due into hands that are `free`.
    async fn turn(&self, free: u32) -> Result<Vec<Outgoing>, Fault> {
        self.desk.after_setback().await?;
        let tx = self.desk.store.write().await?;
        let mut ended = self.ended.take();
        // None is taken again while it is known to have been handed over and that is not written.
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
        // What is locked is locked in one order everywhere: invitations by their ids, each before its
        // messages. Where others have an order of their own, they go first.
        ended.sort_unstable_by(|(a, _), (b, _)| a.invitation_id.cmp(&b.invitation_id));
        if ended.len() > 1 {
            tx.give_way().await?;
        }
        for (message, end) in ended.iter() {
            match end {
                End::PutOff { why, due, returns } => {
                    // Where the mail server came back while this was in hand it was not recalled then.
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

    /// Hands one message over; one that breaks the program is put off like one that is not taken, so that
    /// it is not tried without an end.
    async fn carry_whole(&self, message: &Outgoing) -> End {
        match AssertUnwindSafe(self.carry(message)).catch_unwind().await {
            Ok(end) => end,
            Err(_) => Kind::from_name(&message.kind)
                .map_or(DROPPED, |kind| self.try_later(message, kind, Hindrance::Doubtful)),
        }
    }

    /// Hands one message over; returns what has come of it.
    async fn carry(&self, message: &Outgoing) -> End {
        let Some(kind) = Kind::from_name(&message.kind) else { return DROPPED };
        if message.expires_at.is_some_and(|end| self.desk.clock.now() >= end) {
            let kind = Some(kind).filter(|_| !message.silent);
            return End::Done { kind, outcome: Outcome::Lapsed, reference: None };
        }
        let letter = match self.letter(message, kind).await {
            Ok(Ok(letter)) => letter,
            Ok(Err(end)) => return end,
            // What can't be written now may be when an operator has seen to it.
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

    /// Hands a letter over to whoever carries it on; returns what they call it, where they say so.
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

    /// Does for a decoy, which is never handed over, what is done before that: the mail server is
    /// asked to let us in, and where it doesn't the decoy waits like a message. Else mail that is
    /// slow would tell right addresses from wrong ones.
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

    /// The reason why a message could not be handed over. Nobody having been let in since it was taken up, this one was
    /// not either: that is known of a decoy as of a message.
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

    /// Puts a message off, at the latest to the end of its time, or gives it up.
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

/// The mail server's standing when a message was taken up.
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

/// What nobody was to get, or needs any more.
const DROPPED: End = End::Done { kind: None, outcome: Outcome::Dropped, reference: None };

fn failed(kind: Kind) -> End {
    End::Done { kind: Some(kind), outcome: Outcome::Failed, reference: None }
}

/// How handing a message over ended, as calls to others are counted.
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

/// What became of a message by that.
const fn became<T>(result: &Result<T, DeliveryError>) -> Delivery {
    match result {
        Ok(_) => Delivery::Sent,
        Err(DeliveryError::Refused(_)) => Delivery::Refused,
        Err(DeliveryError::Temporary(_)) => Delivery::PutOff,
    }
}
