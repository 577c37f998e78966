//! The BankID poller: follows open orders, even if no page asks.
//!
//! The process that has claimed an order polls it until the claim expires. Results are collected and written
//! together, so that many open orders cost few writes.
//!
//! | state | meaning | polled |
//! | --- | --- | --- |
//! | `opening` | to be started with BankID | yes |
//! | `open` | started with BankID | yes |
//! | `done` | the person has identified, and the session has not continued | |
//! | `failed` | failed; `hint` says why | |
//! | `cancelling` | abandoned, and to be cancelled with BankID | yes |
//! | `ended` | continued from, or abandoned | |
//!
//! An update that moves an order on names the states that it may start from. So an abandoned order stays
//! abandoned. An order that no app has started in 30 seconds is started again with BankID, unseen by the
//! visitor. What may pass (maintenance, no connection) is retried for a short time before the identification
//! fails.

use crate::{
    authenticators::{
        bankid::{
            AuthRequest, BankIdError, CollectResponse, Failed, Pending, RelyingParty, Risk,
            WebDevice,
        },
        identity::{BANKID, Identity},
    },
    clock::{Stopwatch, Time, every},
    identification::e_id::{StartedFrom, written},
    keys::Purpose,
    metrics::{Ending, Task},
    model::{BankIdOrder, OrderState},
    state::{AppState, ErrorLog, InternalError},
    store::{Claim, Tx},
};
use app::{
    i18n::purpose,
    steps::bankid_return_path,
    wire::{Failure, Language},
};
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::sync::{Semaphore, mpsc, watch};

/// Time between two polls of an order.
const EVERY: Duration = Duration::from_secs(2);

/// Time between two checks for due orders.
const TICK: Duration = Duration::from_millis(250);

/// Duration of a claim. Longer than any call can last.
const LEASE: Duration = Duration::from_secs(15);

/// Time after its beginning in which an order that no app has started is renewed. The last one then ends
/// within the three minutes that BankID allows.
const RENEWED_FOR: Duration = Duration::from_secs(150);

/// Time that BankID may be unavailable before an identification fails.
const TROUBLE_LASTS: Duration = Duration::from_secs(6);

/// Time between two checks for changes by other servers and other pages, on behalf of all open pages.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Maximum number of parallel calls.
const PERMITS: usize = 128;

/// The result of the last look at all orders.
#[derive(Default)]
struct Looks {
    last: Option<Stopwatch>,
    /// State, hint and time of issue of each order that is followed.
    marks: HashMap<String, (String, String, Time)>,
}

/// Background task that follows open orders.
pub struct BankIdPoller {
    state: AppState,
    bankid: RelyingParty,
}

/// Result of working on an order.
#[derive(Clone)]
struct PollResult {
    order: BankIdOrder,
    what: Update,
}

impl PollResult {
    fn claim(&self) -> Claim<'_> {
        Claim { id: &self.order.id, until: self.order.leased_until }
    }
}

#[derive(Clone)]
enum Update {
    /// No change.
    Same,
    /// BankID has created the order, at this time.
    Started(Vec<u8>, Time),
    /// The order has progressed.
    Further(Pending),
    /// No app started it in time.
    Unstarted,
    /// The person has identified.
    Done(Vec<u8>),
    /// The order failed.
    Failed(Failure),
    /// BankID has been unavailable since this time.
    Troubled(Time),
    /// BankID knows that the order was abandoned.
    Left,
}

impl BankIdPoller {
    /// Creates a poller for this state's orders.
    pub fn new(state: AppState, bankid: RelyingParty) -> Self {
        Self { state, bankid }
    }

    /// Works until stopped, then writes pending results.
    pub async fn work(self, mut stop: watch::Receiver<bool>) {
        let this = Arc::new(self);
        let permits = Arc::new(Semaphore::new(PERMITS));
        let (tell, mut hear) = mpsc::channel(PERMITS);
        let mut found: Vec<PollResult> = Vec::new();
        let mut errors = ErrorLog::default();
        let mut looks = Looks::default();
        let mut ticks = every(TICK);
        while !*stop.borrow() {
            this.state.heartbeats.beat(Task::BankId);
            tokio::select! {
                _ = ticks.tick() => {}
                () = this.state.orders.notified() => {}
                Some(one) = hear.recv() => {
                    found.push(one);
                    // Unchanged orders can wait for the next tick.
                    if found.iter().all(|one| matches!(one.what, Update::Same)) {
                        continue;
                    }
                }
                _ = stop.changed() => break,
            }
            while let Ok(one) = hear.try_recv() {
                found.push(one);
            }
            if let Err(fault) = this.look(&mut looks).await {
                errors.fault(Task::BankId.name(), &fault);
            }
            let free = u32::try_from(permits.available_permits()).unwrap_or(0);
            for order in this.run_once(&mut found, free, &mut errors).await {
                let Ok(permit) = Arc::clone(&permits).try_acquire_owned() else { break };
                let (this, tell) = (Arc::clone(&this), tell.clone());
                tokio::spawn(async move {
                    let what = this.poll(&order).await;
                    tell.send(PollResult { order, what }).await.ok();
                    drop(permit);
                });
            }
        }
        drop(tell);
        while let Some(one) = hear.recv().await {
            found.push(one);
        }
        this.run_once(&mut found, 0, &mut errors).await;
    }

    /// Notifies open pages of orders that have changed since the last look, by whichever server.
    async fn look(&self, looks: &mut Looks) -> Result<(), InternalError> {
        if self.state.progressed.receiver_count() == 0 {
            looks.marks.clear();
            return Ok(());
        }
        if looks.last.is_some_and(|last| last.elapsed() < LOOK_EVERY) {
            return Ok(());
        }
        looks.last = Some(Stopwatch::start());
        let found = self.state.store.read_once().await?.order_marks().await?;
        let found = found.into_iter().map(|(id, state, hint, at)| (id, (state, hint, at)));
        let before = std::mem::replace(&mut looks.marks, found.collect());
        let changed = before.into_iter().filter(|(id, mark)| looks.marks.get(id) != Some(mark));
        let changed: Arc<[String]> = changed.map(|(id, _)| id).collect();
        if !changed.is_empty() {
            // An error only means that no page listens any more.
            self.state.progressed.send(changed).ok();
        }
        Ok(())
    }

    /// Writes results and claims due orders.
    async fn run_once(
        &self,
        found: &mut Vec<PollResult>,
        most: u32,
        errors: &mut ErrorLog,
    ) -> Vec<BankIdOrder> {
        // Several orders are always locked in the order of their ids.
        found.sort_by(|one, other| one.order.id.cmp(&other.order.id));
        match self.written(found, most).await {
            Ok(due) => {
                errors.over(Task::BankId.name());
                let news = found.iter().filter(|one| !matches!(one.what, Update::Same));
                let news: Arc<[String]> = news.map(|one| one.order.id.clone()).collect();
                for one in found.iter() {
                    if let Update::Failed(_) = one.what {
                        self.state.metrics.identification(BANKID, Ending::Failed);
                    }
                }
                if !news.is_empty() {
                    // An error only means that no page listens.
                    self.state.progressed.send(news).ok();
                }
                found.clear();
                due
            }
            // Results are kept until they can be written.
            Err(fault) => {
                errors.fault(Task::BankId.name(), &fault);
                Vec::new()
            }
        }
    }

    async fn written(
        &self,
        found: &[PollResult],
        most: u32,
    ) -> Result<Vec<BankIdOrder>, InternalError> {
        let now = self.state.clock.now();
        let found = found.to_vec();
        let job = async move |tx: &mut Tx| {
            if found.len() > 1 {
                // Visitors have priority: they may have locked several of these in another order.
                tx.use_short_lock_timeout().await?;
            }
            for one in &found {
                write(tx, one, now).await?;
            }
            Ok(tx.lease_orders(now, now + LEASE, now + EVERY, most).await?)
        };
        self.state.store.write(job).await
    }

    /// Does the work that is due for an order.
    async fn poll(&self, order: &BankIdOrder) -> Update {
        let what = match order.state {
            OrderState::Opening => self.begin(order).await,
            OrderState::Open => self.collect(order).await,
            _ => self.cancel(order).await,
        };
        what.unwrap_or_else(|fault| {
            fault.log();
            match order.state {
                OrderState::Opening | OrderState::Open => Update::Failed(Failure::Trouble),
                // BankID can't be notified. The order expires there.
                _ => Update::Left,
            }
        })
    }

    /// Starts an order with BankID.
    async fn begin(&self, order: &BankIdOrder) -> Result<Update, InternalError> {
        let state = &self.state;
        let since = order.unreachable_since.unwrap_or_else(|| state.clock.now());
        let invitation = state.store.read_once().await?.invitation(&order.invitation_id).await?;
        let Some(invitation) = invitation else { return Ok(Update::Failed(Failure::Cancelled)) };
        let number = invitation
            .personal_number_sealed
            .as_deref()
            .filter(|_| state.settings.e_id.ask_for_number)
            .map(|sealed| state.keys.unseal(&invitation.id, sealed))
            .transpose()?;
        let number = number.and_then(|number| String::from_utf8(number).ok());
        let beginner = state.keys.unseal(&order.id, &order.device)?;
        let beginner: StartedFrom =
            serde_json::from_slice(&beginner).map_err(|_| InternalError::Unknown("device"))?;
        let Some(address) = beginner.address else { return Err(InternalError::Unknown("address")) };
        let secret = state.return_secret(&order.key_id, &order.id)?;
        let back = format!("{}{}", state.settings.origin, bankid_return_path(&secret));
        let browser = state
            .keys
            .secret_of(&order.key_id, Purpose::Browser, &[order.session_id.as_bytes()])
            .ok_or(InternalError::Unknown("key"))?;
        let language = Language::from_tag(&invitation.language).unwrap_or_default();
        let asked = AuthRequest {
            address,
            return_url: order.same_device.then_some(back.as_str()),
            visible: &purpose(language, &state.settings.organisation.name),
            device: WebDevice {
                identifier: &browser,
                domain: state.host(),
                agent: &beginner.agent,
            },
            personal_number: number.as_deref(),
        };
        match self.bankid.auth(&asked).await {
            Ok(started) => {
                let plain =
                    serde_json::to_vec(&started).map_err(|_| InternalError::Unknown("answer"))?;
                Ok(Update::Started(state.keys.seal(&order.id, &plain)?, state.clock.now()))
            }
            Err(trouble) => Ok(self.troubled("auth", trouble, since)),
        }
    }

    /// Polls an order.
    async fn collect(&self, order: &BankIdOrder) -> Result<Update, InternalError> {
        let state = &self.state;
        let since = order.unreachable_since.unwrap_or_else(|| state.clock.now());
        let started = state.started(order)?;
        Ok(match self.bankid.collect(&started.order_ref).await {
            Ok(CollectResponse::Pending(pending)) if pending.code() == order.hint => Update::Same,
            Ok(CollectResponse::Pending(pending)) => Update::Further(pending),
            Ok(CollectResponse::Failed(Failed::StartFailed))
                if state.clock.now().since(order.begun_at) < RENEWED_FOR =>
            {
                Update::Unstarted
            }
            Ok(CollectResponse::Failed(failed)) => {
                Update::Failed(failed.failure(order.same_device))
            }
            Ok(CollectResponse::Complete(done)) if done.risk == Some(Risk::High) => {
                tracing::info!("an identification with BankID was refused for its risk");
                Update::Failed(Failure::Risk)
            }
            Ok(CollectResponse::Complete(done)) => {
                let identity = Identity::from(done);
                Update::Done(identity.seal(&state.keys, &order.id)?)
            }
            Err(trouble) => {
                let what = self.troubled("collect", trouble, since);
                if matches!(what, Update::Failed(_)) {
                    // Otherwise the same person's next identification would collide with it.
                    let bankid = self.bankid.clone();
                    tokio::spawn(async move { bankid.cancel(&started.order_ref).await });
                }
                what
            }
        })
    }

    /// Cancels an abandoned order with BankID.
    async fn cancel(&self, order: &BankIdOrder) -> Result<Update, InternalError> {
        if order.started.is_some() {
            let started = self.state.started(order)?;
            // An order that has ended or can't be cancelled expires at BankID.
            if let Err(trouble) = self.bankid.cancel(&started.order_ref).await {
                tracing::debug!(%trouble, "an order that was left could not be cancelled");
            }
        }
        Ok(Update::Left)
    }

    /// Returns the result of a failed call to BankID. Some failures may pass and are retried for a while.
    fn troubled(&self, call: &'static str, trouble: BankIdError, since: Time) -> Update {
        let lasts = self.state.clock.now().since(since) >= TROUBLE_LASTS;
        if trouble.may_pass() && !lasts {
            return Update::Troubled(since);
        }
        if trouble != BankIdError::AlreadyInProgress {
            tracing::warn!(call, %trouble, "BankID");
        }
        Update::Failed(trouble.failure())
    }
}

async fn write(tx: &mut Tx, found: &PollResult, now: Time) -> Result<(), InternalError> {
    let claim = found.claim();
    match &found.what {
        Update::Same => tx.release_orders(&[claim]).await?,
        Update::Started(started, at) => {
            let hint = Pending::OutstandingTransaction.code();
            tx.order_started(claim, started, hint, *at).await?;
        }
        Update::Further(pending) => tx.order_hint(claim, pending.code()).await?,
        Update::Unstarted => tx.renew_order(claim, now).await?,
        Update::Done(outcome) => {
            tx.order_done(claim, outcome).await?;
        }
        Update::Failed(failure) => {
            tx.order_failed(claim, &written(*failure)).await?;
        }
        Update::Troubled(since) => tx.mark_unreachable(claim, *since).await?,
        Update::Left => {
            tx.end_order(claim.id).await?;
        }
    }
    Ok(())
}
