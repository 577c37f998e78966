//! The outbox worker: claims the messages that are due, renders and delivers them, and writes the result.
//!
//! Delivery is at least once. A message that was delivered just before a crash is delivered again, with the
//! same Message-ID and the same text.
//!
//! The steps of a delivery:
//!
//! 1. Its cause enqueues a row in the same transaction. It has a kind, an invitation or a report, perhaps a
//!    challenge, and the times when it is due and expires. The row holds no address and no text.
//! 2. A code's row is written leased to this process. After the commit it is handed to the worker with the
//!    rows that it is about ([`Handoff`](crate::state::Handoff)), and the worker delivers it without a read.
//!    A decoy goes the same way.
//! 3. For all others the commit wakes the worker, which also looks once a second, and leases what is due.
//! 4. It reads the rows that a leased message is about, derives link or code, and renders. A message is
//!    dropped if its code has expired, its meeting is cancelled, or its link is replaced. So is news of an
//!    older version of the meeting. News is also dropped if the recipient never heard of the meeting. It waits
//!    while the invitation is on its way.
//! 5. It delivers. A suppressed message only connects to the mail server (`simulate_delivery`). If that fails,
//!    a decoy waits like a message.
//! 6. Results that have come in are written together. The consequences are written with them. The invitation
//!    is `sent`, or it is `failed` and a message to the sender is enqueued. A report's text is erased.
//!
//! While the mail server is unavailable it is probed, up to the point where a recipient would be named. When
//! it accepts connections again, messages that waited for this reason alone are due at once. Codes go first,
//! the oldest ahead. A message that the server itself deferred keeps its wait. A code that has expired
//! meanwhile is dropped, and an event says `code-dropped`.

mod consequences;
mod ended;
mod writing;

use self::{
    consequences::complete,
    ended::{Delivered, End, Ended, NoContext},
};
use crate::{
    clock::Time,
    messages::{
        DeliveryError, Gateway, Mailer, Trouble,
        content::{Channel, MessageContext, SenderDetails},
    },
    metrics::{self, CodeEvent, Delivery, Meter, Task},
    model::{Hindrance, MessageKind, OutboxMessage, Outcome},
    rules::delivery::{LEASE, next_try},
    state::{AppState, ErrorLog, HandedMessage, InternalError, mail_status::MailStatus},
    store::{StoreError, Tx},
};
use futures_util::FutureExt;
use std::{
    panic::AssertUnwindSafe,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{Mutex, OwnedSemaphorePermit, Semaphore, mpsc::UnboundedReceiver, watch},
    time::timeout,
};

/// One permit in this many is reserved for codes, so that slow invitation mail never delays a code.
const ONE_FOR_CODES_OF: u32 = 4;

/// Name under which a failure to write results is logged.
const RESULTS: &str = "outbox results";

/// Maximum wait of a handed message for a permit, and time after which its delivery extends its lease. Both
/// together are well within [`HANDED_LEASE`](crate::rules::delivery::HANDED_LEASE).
const HANDED_FOR: Duration = Duration::from_secs(1);
const EXTENDED_AFTER: Duration = Duration::from_secs(1);

/// Interval at which the worker reads the outbox without a notification. It finds messages that are due for a
/// retry, and messages from other processes.
const CLAIM_EVERY: Duration = Duration::from_secs(1);

/// Interval of the probe while the mail server is unavailable. It lets pages know soon that the server has
/// recovered, even if no message is due.
const PROBE_EVERY: Duration = Duration::from_secs(5);

/// Maximum number of messages that are made due at a time after the mail server recovers.
const RECALLED: u32 = 1_000;

/// No recovery of the mail server has been handled yet.
const NO_RECOVERY: u64 = u64::MAX;

/// Delay of a message that waits for the one before it, or whose retry was scheduled while the mail server
/// recovered.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// The outbox worker. Delivers messages to the mailer, and codes and reminders by SMS to the gateway.
#[derive(Clone)]
pub struct OutboxWorker {
    state: AppState,
    mailer: Arc<dyn Mailer>,
    gateway: Option<Arc<dyn Gateway>>,
    sender: Arc<SenderDetails>,
    /// Permits to deliver one message each, so that a slow delivery doesn't block the others.
    permits: Arc<Semaphore>,
    /// Total number of permits.
    permits_total: u32,
    /// The permit to probe the mail server. One probe at a time is enough.
    probe_permit: Arc<Semaphore>,
    /// Number of the last recovery of the mail server that was handled. The start counts as one: the server
    /// may have recovered before this process could see it.
    recovery_handled: Arc<AtomicU64>,
    ended: Ended,
    /// Held while messages are leased and while ends are written. A message that is due again is otherwise leased
    /// between the commit of its end and the removal from `ended`, and left out. An end that waits for a lock keeps
    /// others from being leased meanwhile, as long as the lock's timeout.
    leasing: Arc<Mutex<()>>,
    smtp: Meter,
    sms: Meter,
}

impl OutboxWorker {
    /// Creates a worker with `permits` permits. It sends mail through `mailer` and SMS through `gateway`.
    pub fn new(
        state: AppState,
        mailer: Arc<dyn Mailer>,
        gateway: Option<Arc<dyn Gateway>>,
        sender: SenderDetails,
        permits: u32,
    ) -> Self {
        // Upper case, which no configured provider's id has.
        let [smtp, sms] = ["SMTP", "SMS"].map(|name| Meter::new(&state.metrics, name));
        let (sender, ended) = (Arc::new(sender), Ended::default());
        Self {
            state,
            mailer,
            gateway,
            sender,
            permits: Arc::new(Semaphore::new(permits as usize)),
            permits_total: permits,
            probe_permit: Arc::new(Semaphore::new(1)),
            recovery_handled: Arc::new(AtomicU64::new(NO_RECOVERY)),
            ended,
            leasing: Arc::default(),
            smtp,
            sms,
        }
    }

    /// Runs until shutdown, then finishes the deliveries that have begun.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut handed = self.state.handoff.open();
        tokio::select! {
            () = self.deliver_due(&mut stop) => {}
            () = self.deliver_handed(&mut handed) => {}
            () = self.record_ends() => {}
        }
        handed.close();
        while let Ok(unsent) = handed.try_recv() {
            self.ended.add(unsent.message, End::Waits(self.state.clock.now()));
        }
        // All permits are free once every delivery has ended.
        drop(self.permits.acquire_many(self.permits_total).await);
        while !self.ended.is_empty() {
            if let Err(fault) = self.record_batch().await {
                fault.log();
                break;
            }
        }
    }

    /// Leases and delivers the messages that are due, until shutdown.
    async fn deliver_due(&self, stop: &mut watch::Receiver<bool>) {
        let mut errors = ErrorLog::default();
        let mut probed = self.state.clock.now();
        while !*stop.borrow() {
            self.state.heartbeats.beat(Task::Outbox);
            self.probe_mail_server(&mut probed);
            if !self.run_once(&mut errors).await {
                tokio::select! {
                    () = self.state.posted.notified() => {}
                    () = tokio::time::sleep(CLAIM_EVERY) => {}
                    _ = stop.changed() => {}
                }
            }
        }
    }

    /// Delivers the messages that are handed over.
    async fn deliver_handed(&self, handed: &mut UnboundedReceiver<HandedMessage>) {
        while let Some(next) = handed.recv().await {
            let waits = Arc::clone(&self.permits).acquire_owned();
            match timeout(HANDED_FOR.saturating_sub(next.age.elapsed()), waits).await {
                Ok(Ok(permit)) => {
                    let message = next.message.clone();
                    self.start(message, permit, Some(next));
                }
                // It is due for whoever is free next.
                _ => self.ended.add(next.message, End::Waits(self.state.clock.now())),
            }
        }
    }

    /// Writes the ends of deliveries as they come in.
    async fn record_ends(&self) {
        let mut errors = ErrorLog::default();
        loop {
            self.ended.added().await;
            while !self.ended.is_empty() {
                match self.record_batch().await {
                    Ok(()) => errors.over(RESULTS),
                    Err(fault) => {
                        errors.fault(RESULTS, &fault);
                        tokio::time::sleep(CLAIM_EVERY).await;
                    }
                }
            }
        }
    }

    /// Probes the mail server from time to time while it accepts no connections.
    fn probe_mail_server(&self, last: &mut Time) {
        let now = self.state.clock.now();
        if !self.state.mail.is_unavailable() || now.since(*last) < PROBE_EVERY {
            return;
        }
        let Ok(probe) = Arc::clone(&self.probe_permit).try_acquire_owned() else { return };
        // If no permit is free, deliveries test the server anyway.
        let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() else { return };
        *last = now;
        let worker = self.clone();
        tokio::spawn(async move {
            worker.mailer.test_connection().await.ok();
            drop((probe, permit));
            worker.state.posted.notify_one();
        });
    }

    /// Leases the messages that are due and starts their delivery. Returns `true` if there may be more.
    async fn run_once(&self, errors: &mut ErrorLog) -> bool {
        let free = match self.permits.acquire().await {
            Ok(permit) => {
                drop(permit);
                u32::try_from(self.permits.available_permits()).unwrap_or(self.permits_total).max(1)
            }
            Err(_) => return false,
        };
        let (most, others) = match free.saturating_sub(self.permits_total / ONE_FOR_CODES_OF) {
            0 => (free, false),
            most => (most, true),
        };
        let leasing = self.leasing.lock().await;
        let mut taken = match self.lease(most, others).await {
            Ok(taken) => {
                errors.over(Task::Outbox.name());
                taken
            }
            Err(fault) => {
                errors.fault(Task::Outbox.name(), &fault);
                return false;
            }
        };
        let more = taken.len() >= most as usize;
        // A delivery whose end could not be written in time may be leased again. It is not repeated.
        taken.retain(|message| !self.ended.holds(&message.id));
        drop(leasing);
        for message in taken {
            let Ok(permit) = Arc::clone(&self.permits).acquire_owned().await else { break };
            self.start(message, permit, None);
        }
        more
    }

    /// Starts the delivery of a message.
    fn start(
        &self,
        message: OutboxMessage,
        permit: OwnedSemaphorePermit,
        handed: Option<HandedMessage>,
    ) {
        let worker = self.clone();
        let leased = handed.is_none();
        tokio::spawn(async move {
            let end = match handed {
                Some(handed) => worker.deliver_extending_lease(&message, handed).await,
                None => worker.deliver_catching_panics(&message, None).await,
            };
            worker.ended.add(message, end);
            drop(permit);
            if leased {
                // More may be due than there were permits for.
                worker.state.posted.notify_one();
            }
        });
    }

    /// Delivers a handed message. Extends its lease if that lasts.
    async fn deliver_extending_lease(&self, message: &OutboxMessage, handed: HandedMessage) -> End {
        let mut delivery = pin!(self.deliver_catching_panics(message, Some(handed)));
        if let Ok(end) = timeout(EXTENDED_AFTER, &mut delivery).await {
            return end;
        }
        self.extend_lease(&message.id).await;
        delivery.await
    }

    /// Extends the lease of a handed message whose delivery lasts. If that fails, it may be delivered twice.
    async fn extend_lease(&self, message: &str) {
        let (id, until) = (message.to_owned(), self.state.clock.now() + LEASE);
        let extend = async move |tx: &mut Tx| tx.extend_lease(&id, until).await;
        if let Err(error) = self.state.store.write(extend).await {
            InternalError::from(error).log();
        }
    }

    /// Leases at most `most` messages that are due, and makes those due that waited for the mail server.
    async fn lease(&self, most: u32, others: bool) -> Result<Vec<OutboxMessage>, InternalError> {
        self.state.after_setback().await?;
        let recoveries = self.state.mail.recoveries();
        let recovered = self.recovery_handled.load(Ordering::SeqCst) != recoveries;
        let now = self.state.clock.now();
        let job = async move |tx: &mut Tx| {
            let recalled = if recovered { tx.recall_messages(RECALLED).await? } else { 0 };
            let taken = tx.lease(now, now + LEASE, most, others).await?;
            Ok::<_, StoreError>((taken, recalled))
        };
        let (taken, recalled) = self.state.store.write(job).await?;
        if recalled < u64::from(RECALLED) {
            self.recovery_handled.store(recoveries, Ordering::SeqCst);
        }
        Ok(taken)
    }

    /// Writes the ends of deliveries that have come in.
    async fn record_batch(&self) -> Result<(), InternalError> {
        self.state.after_setback().await?;
        let _leasing = self.leasing.lock().await;
        let mut batch = self.ended.batch();
        let count = batch.len();
        // Against deadlocks, rows are locked in one order everywhere: invitations by id, each before its
        // messages.
        batch.sort_unstable_by(|(a, _), (b, _)| a.invitation_id.cmp(&b.invitation_id));
        let worker = self.clone();
        let written = self.state.store.write(async move |tx| worker.record(tx, &batch).await).await;
        match &written {
            Ok(()) => self.ended.written(count),
            Err(_) => self.ended.failed(count),
        }
        written
    }

    async fn record(&self, tx: &mut Tx, batch: &[Delivered]) -> Result<(), InternalError> {
        let now = self.state.clock.now();
        // Transactions with another order go first.
        if batch.len() > 1 {
            tx.use_short_lock_timeout().await?;
        }
        for (message, end) in batch {
            match end {
                End::Retry { why, due, recoveries } => {
                    // This message was being delivered when the mail server recovered, so it was not recalled
                    // then.
                    let missed =
                        *why == Hindrance::Away && self.state.mail.recoveries() != *recoveries;
                    let soon = if missed { now + FIRST_WAIT } else { *due };
                    tx.retry_at(&message.id, *why, soon.min(*due)).await?;
                }
                End::Waits(due) => tx.make_wait(&message.id, *due).await?,
                End::Done { kind, outcome, reference, described } => {
                    let reference = reference.as_deref();
                    complete(tx, message, *kind, *outcome, reference, now).await?;
                    // After the invitation was locked.
                    if let Some(later) = described.filter(|it| *it > message.sequence) {
                        tx.record_described(&message.id, later).await?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Delivers one message. A panic counts as a failure, so that the message is not retried for ever.
    async fn deliver_catching_panics(
        &self,
        message: &OutboxMessage,
        handed: Option<HandedMessage>,
    ) -> End {
        match AssertUnwindSafe(self.deliver(message, handed)).catch_unwind().await {
            Ok(end) => end,
            Err(_) => MessageKind::from_name(&message.kind)
                .map_or(DROPPED, |kind| self.retry_later(message, kind, Hindrance::Doubtful)),
        }
    }

    /// Delivers one message and returns the end of its delivery.
    async fn deliver(&self, message: &OutboxMessage, handed: Option<HandedMessage>) -> End {
        let Some(kind) = MessageKind::from_name(&message.kind) else { return DROPPED };
        if message.expires_at.is_some_and(|end| self.state.clock.now() >= end) {
            let kind = Some(kind).filter(|_| !message.suppressed);
            return done(kind, Outcome::Lapsed);
        }
        let context = match handed {
            Some(handed) => self.handed_context(handed),
            None => self.context(message, kind).await,
        };
        let context = match context {
            Ok(context) => context,
            Err(NoContext::Ended(end)) => return end,
            // An operator may fix what prevents rendering, so the message is retried.
            Err(NoContext::Internal(fault)) => {
                fault.log();
                return self.retry_later(message, kind, Hindrance::Deferred);
            }
        };
        let seen = Seen::of(&self.state.mail);
        if message.suppressed {
            return self.simulate_delivery(message, kind, context.channel, seen).await;
        }
        let handed_over = self.hand_over(&context).await;
        self.state.metrics.delivery(context.channel == Channel::Sms, delivery_result(&handed_over));
        match handed_over {
            Ok(reference) => {
                if kind == MessageKind::Code {
                    self.state.metrics.code(CodeEvent::Sent);
                }
                let described = writing::tells_of_meeting(kind).then_some(context.sequence);
                End::Done { kind: Some(kind), outcome: Outcome::Sent, reference, described }
            }
            Err(error) => {
                let (kind_name, failures) = (kind.name(), message.failures);
                match context.channel {
                    Channel::Email => tracing::warn!(kind = kind_name, failures, %error, "mail"),
                    Channel::Sms => tracing::warn!(kind = kind_name, failures, %error, "sms"),
                }
                match error {
                    DeliveryError::Refused(_) => failed(kind),
                    DeliveryError::Temporary(trouble) => {
                        let why = self.why(trouble, context.channel, seen);
                        self.retry(message, kind, why, seen.recoveries)
                    }
                }
            }
        }
    }

    /// Sends a message through its channel. Returns the gateway's reference, if there is one.
    async fn hand_over(&self, context: &MessageContext) -> Result<Option<String>, DeliveryError> {
        let rendered = self.compose(context);
        match (context.channel, &self.gateway) {
            (Channel::Email, _) => {
                let call = self.mailer.deliver(context, &rendered);
                self.smtp.measure(call, outcome).await.map(|()| None)
            }
            (Channel::Sms, Some(gateway)) => {
                self.sms.measure(gateway.send(context, &rendered), outcome).await
            }
            (Channel::Sms, None) => Err(DeliveryError::Temporary(Trouble::Missing)),
        }
    }

    /// Simulates the delivery of a decoy's message, which is never sent. Connects to the mail server, and
    /// schedules a retry if that fails. Slow mail would otherwise distinguish right addresses from wrong
    /// ones.
    async fn simulate_delivery(
        &self,
        message: &OutboxMessage,
        kind: MessageKind,
        channel: Channel,
        seen: Seen,
    ) -> End {
        let open = match channel {
            Channel::Email => self.mailer.test_connection().await,
            Channel::Sms => Ok(()),
        };
        match open {
            Ok(()) | Err(DeliveryError::Refused(_)) => DROPPED,
            Err(DeliveryError::Temporary(trouble)) => {
                let why = self.why(trouble, channel, seen);
                self.retry(message, kind, why, seen.recoveries)
            }
        }
    }

    /// Returns why a delivery failed. If the server has accepted no connection since the delivery began, this
    /// one was not accepted either. That holds for a decoy as for a message.
    fn why(&self, trouble: Trouble, channel: Channel, seen: Seen) -> Hindrance {
        let mail = &self.state.mail;
        match trouble {
            _ if channel == Channel::Email
                && mail.is_unavailable()
                && mail.connections() == seen.let_in =>
            {
                Hindrance::Away
            }
            Trouble::Silent | Trouble::Broken => Hindrance::Doubtful,
            _ => Hindrance::Deferred,
        }
    }

    fn retry_later(&self, message: &OutboxMessage, kind: MessageKind, why: Hindrance) -> End {
        self.retry(message, kind, why, self.state.mail.recoveries())
    }

    /// Schedules a retry, at the latest when the message expires, or gives the message up.
    fn retry(
        &self,
        message: &OutboxMessage,
        kind: MessageKind,
        why: Hindrance,
        recoveries: u64,
    ) -> End {
        let failures = u32::try_from(message.failures).unwrap_or(u32::MAX);
        let now = self.state.clock.now();
        match next_try(message.written_at, failures.saturating_add(1), now) {
            Some(due) => {
                let due = message.expires_at.map_or(due, |end| due.min(end));
                End::Retry { why, due, recoveries }
            }
            None if message.suppressed => DROPPED,
            None => failed(kind),
        }
    }
}

/// The mail server's state when a delivery began.
#[derive(Clone, Copy)]
struct Seen {
    let_in: u64,
    recoveries: u64,
}

impl Seen {
    fn of(mail: &MailStatus) -> Self {
        Self { let_in: mail.connections(), recoveries: mail.recoveries() }
    }
}

/// End of a message that was never to be delivered, or that nobody needs any more.
const DROPPED: End = done(None, Outcome::Dropped);

const fn failed(kind: MessageKind) -> End {
    done(Some(kind), Outcome::Failed)
}

/// Returns the end of a message that was not delivered.
const fn done(kind: Option<MessageKind>, outcome: Outcome) -> End {
    End::Done { kind, outcome, reference: None, described: None }
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
const fn delivery_result<T>(result: &Result<T, DeliveryError>) -> Delivery {
    match result {
        Ok(_) => Delivery::Sent,
        Err(DeliveryError::Refused(_)) => Delivery::Refused,
        Err(DeliveryError::Temporary(_)) => Delivery::PutOff,
    }
}
