//! The BankID poller: follows open orders, even if no page asks.
//!
//! The process that has claimed an order polls it until the claim expires. Results are collected and written
//! together, so that many open orders cost few writes.

use super::{
    Desk, Fault, Spell,
    e_id::{Beginner, written},
};
use crate::{
    clock::Time,
    keys::Purpose,
    metrics::Ending,
    prove::{
        bankid::{Asked, Collected, Failed, Pending, RelyingParty, Risk, Trouble, WebDevice},
        identity::{BANKID, Identity},
    },
    store::{
        Hold, Tx,
        records::{Order, OrderState},
    },
    watch::Task,
};
use app::{
    steps::bankid_return_path,
    wire::{Failure, Language},
    words::purpose,
};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Semaphore, mpsc, watch},
    time::{self, MissedTickBehavior},
};

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

/// Maximum number of parallel calls.
const HANDS: usize = 128;

/// Background task that follows open orders.
pub struct Collector {
    desk: Desk,
    bankid: RelyingParty,
}

/// Result of working on an order.
struct Found {
    order: Order,
    what: What,
}

impl Found {
    fn hold(&self) -> Hold<'_> {
        Hold { id: &self.order.id, until: self.order.leased_until }
    }
}

enum What {
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

impl Collector {
    /// Creates a poller for this state's orders.
    pub fn new(desk: Desk, bankid: RelyingParty) -> Self {
        Self { desk, bankid }
    }

    /// Works until stopped, then writes pending results.
    pub async fn work(self, mut stop: watch::Receiver<bool>) {
        let this = Arc::new(self);
        let hands = Arc::new(Semaphore::new(HANDS));
        let (tell, mut hear) = mpsc::channel(HANDS);
        let mut found: Vec<Found> = Vec::new();
        let mut spell = Spell::default();
        let mut ticks = time::interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !*stop.borrow() {
            this.desk.watch.turn(Task::Collector);
            tokio::select! {
                _ = ticks.tick() => {}
                () = this.desk.orders.notified() => {}
                Some(one) = hear.recv() => {
                    found.push(one);
                    // Unchanged orders can wait for the next tick.
                    if found.iter().all(|one| matches!(one.what, What::Same)) {
                        continue;
                    }
                }
                _ = stop.changed() => break,
            }
            while let Ok(one) = hear.try_recv() {
                found.push(one);
            }
            let free = u32::try_from(hands.available_permits()).unwrap_or(0);
            for order in this.turn(&mut found, free, &mut spell).await {
                let Ok(hand) = Arc::clone(&hands).try_acquire_owned() else { break };
                let (this, tell) = (Arc::clone(&this), tell.clone());
                tokio::spawn(async move {
                    let what = this.look_after(&order).await;
                    tell.send(Found { order, what }).await.ok();
                    drop(hand);
                });
            }
        }
        drop(tell);
        while let Some(one) = hear.recv().await {
            found.push(one);
        }
        this.turn(&mut found, 0, &mut spell).await;
    }

    /// Writes results and claims due orders.
    async fn turn(&self, found: &mut Vec<Found>, most: u32, spell: &mut Spell) -> Vec<Order> {
        // Several orders are always locked in the order of their ids.
        found.sort_by(|one, other| one.order.id.cmp(&other.order.id));
        match self.written(found, most).await {
            Ok(due) => {
                spell.over(Task::Collector.name());
                let news = found.iter().filter(|one| !matches!(one.what, What::Same));
                let news: Arc<[String]> = news.map(|one| one.order.id.clone()).collect();
                for one in found.iter() {
                    if let What::Failed(_) = one.what {
                        self.desk.metrics.identification(BANKID, Ending::Failed);
                    }
                }
                if !news.is_empty() {
                    // An error only means that no page listens.
                    self.desk.progressed.send(news).ok();
                }
                found.clear();
                due
            }
            // Results are kept until they can be written.
            Err(fault) => {
                spell.fault(Task::Collector.name(), &fault);
                Vec::new()
            }
        }
    }

    async fn written(&self, found: &[Found], most: u32) -> Result<Vec<Order>, Fault> {
        let now = self.desk.clock.now();
        let mut tx = self.desk.store.write().await?;
        if found.len() > 1 {
            // Visitors have priority: they may have locked several of these in another order.
            tx.give_way().await?;
        }
        for one in found {
            write(&mut *tx, one, now).await?;
        }
        let due = tx.lease_orders(now, now + LEASE, now + EVERY, most).await?;
        tx.commit().await?;
        Ok(due)
    }

    /// Does the work that is due for an order.
    async fn look_after(&self, order: &Order) -> What {
        let what = match order.state {
            OrderState::Opening => self.begin(order).await,
            OrderState::Open => self.collect(order).await,
            _ => self.tell_left(order).await,
        };
        what.unwrap_or_else(|fault| {
            fault.log();
            match order.state {
                OrderState::Opening | OrderState::Open => What::Failed(Failure::Trouble),
                // BankID can't be notified. The order expires there.
                _ => What::Left,
            }
        })
    }

    /// Starts an order with BankID.
    async fn begin(&self, order: &Order) -> Result<What, Fault> {
        let desk = &self.desk;
        let since = order.troubled_at.unwrap_or_else(|| desk.clock.now());
        let invitation = desk.store.read().await?.invitation(&order.invitation_id).await?;
        let Some(invitation) = invitation else { return Ok(What::Failed(Failure::Cancelled)) };
        let number = invitation
            .person_sealed
            .as_deref()
            .filter(|_| desk.settings.e_id.ask_for_number)
            .map(|sealed| desk.keys.unseal(&invitation.id, sealed))
            .transpose()?;
        let number = number.and_then(|number| String::from_utf8(number).ok());
        let beginner = desk.keys.unseal(&order.id, &order.device)?;
        let beginner: Beginner =
            serde_json::from_slice(&beginner).map_err(|_| Fault::Unknown("device"))?;
        let Some(address) = beginner.address else { return Err(Fault::Unknown("address")) };
        let secret = desk.return_secret(&order.key_id, &order.id)?;
        let back = format!("{}{}", desk.settings.origin, bankid_return_path(&secret));
        let browser = desk
            .keys
            .secret_of(&order.key_id, Purpose::Browser, &[order.session_id.as_bytes()])
            .ok_or(Fault::Unknown("key"))?;
        let language = Language::from_tag(&invitation.language).unwrap_or_default();
        let asked = Asked {
            address,
            return_url: order.here.then_some(back.as_str()),
            visible: &purpose(language, &desk.settings.organisation.name),
            device: WebDevice { identifier: &browser, domain: desk.host(), agent: &beginner.agent },
            personal_number: number.as_deref(),
        };
        match self.bankid.auth(&asked).await {
            Ok(started) => {
                let plain = serde_json::to_vec(&started).map_err(|_| Fault::Unknown("answer"))?;
                Ok(What::Started(desk.keys.seal(&order.id, &plain)?, desk.clock.now()))
            }
            Err(trouble) => Ok(self.troubled("auth", trouble, since)),
        }
    }

    /// Polls an order.
    async fn collect(&self, order: &Order) -> Result<What, Fault> {
        let desk = &self.desk;
        let since = order.troubled_at.unwrap_or_else(|| desk.clock.now());
        let started = desk.started(order)?;
        Ok(match self.bankid.collect(&started.order_ref).await {
            Ok(Collected::Pending(pending)) if pending.code() == order.hint => What::Same,
            Ok(Collected::Pending(pending)) => What::Further(pending),
            Ok(Collected::Failed(Failed::StartFailed))
                if desk.clock.now().since(order.begun_at) < RENEWED_FOR =>
            {
                What::Unstarted
            }
            Ok(Collected::Failed(failed)) => What::Failed(failed.failure(order.here)),
            Ok(Collected::Complete(done)) if done.risk == Some(Risk::High) => {
                tracing::info!("an identification with BankID was refused for its risk");
                What::Failed(Failure::Risk)
            }
            Ok(Collected::Complete(done)) => {
                let identity = Identity::from(done);
                What::Done(identity.seal(&desk.keys, &order.id)?)
            }
            Err(trouble) => {
                let what = self.troubled("collect", trouble, since);
                if matches!(what, What::Failed(_)) {
                    // Otherwise the same person's next identification would collide with it.
                    let bankid = self.bankid.clone();
                    tokio::spawn(async move { bankid.cancel(&started.order_ref).await });
                }
                what
            }
        })
    }

    /// Cancels an abandoned order with BankID.
    async fn tell_left(&self, order: &Order) -> Result<What, Fault> {
        if order.started.is_some() {
            let started = self.desk.started(order)?;
            // An order that has ended or can't be cancelled expires at BankID.
            if let Err(trouble) = self.bankid.cancel(&started.order_ref).await {
                tracing::debug!(%trouble, "an order that was left could not be cancelled");
            }
        }
        Ok(What::Left)
    }

    /// Returns the result of a failed call to BankID. Some failures may pass and are retried for a while.
    fn troubled(&self, call: &'static str, trouble: Trouble, since: Time) -> What {
        let lasts = self.desk.clock.now().since(since) >= TROUBLE_LASTS;
        if trouble.may_pass() && !lasts {
            return What::Troubled(since);
        }
        if trouble != Trouble::AlreadyInProgress {
            tracing::warn!(call, %trouble, "BankID");
        }
        What::Failed(trouble.failure())
    }
}

async fn write(tx: &mut dyn Tx, found: &Found, now: Time) -> Result<(), Fault> {
    let hold = found.hold();
    match &found.what {
        What::Same => tx.release_orders(&[hold]).await?,
        What::Started(started, at) => {
            let hint = Pending::OutstandingTransaction.code();
            tx.order_started(hold, started, hint, *at).await?;
        }
        What::Further(pending) => tx.order_hint(hold, pending.code()).await?,
        What::Unstarted => tx.renew_order(hold, now).await?,
        What::Done(outcome) => {
            tx.order_done(hold, outcome).await?;
        }
        What::Failed(failure) => {
            tx.order_failed(hold, &written(*failure)).await?;
        }
        What::Troubled(since) => tx.order_troubled(hold, *since).await?,
        What::Left => {
            tx.end_order(hold.id).await?;
        }
    }
    Ok(())
}
