//! Progress of a BankID identification, for the page that shows it.

use super::{
    Desk, Fault,
    e_id::order_of,
    situation::{Situation, visit_of},
};
use crate::{
    clock::Time,
    keys::fingerprint,
    prove::bankid::{Pending, Started, picture, qr_text, start_address},
    store::records::{Order, OrderState},
};
use app::{
    fields::InvitationToken,
    gate::Visitor,
    steps::bankid_return_path,
    wire::{Progress, Stage},
};
use std::time::Duration;
use tokio::time;

/// Maximum time that a new identification waits for BankID's first response before the page is shown.
const PATIENCE: Duration = Duration::from_secs(3);

/// Time between two checks for a response that another process gets.
const LOOK_EVERY: Duration = Duration::from_millis(100);

impl Desk {
    /// Returns the progress of the visitor's identification for an invitation, and its order's id. `None` if
    /// there is no such invitation.
    pub async fn progress(
        &self,
        visitor: &Visitor,
        token: &InvitationToken,
    ) -> Result<Option<(Option<String>, Progress)>, Fault> {
        let now = self.clock.now();
        let over = Progress::at(Stage::Over);
        let mut tx = self.store.read().await?;
        let Some(invitation) = tx.invitation_by_token(&fingerprint(token.as_str())).await? else {
            return Ok(None);
        };
        let session = self.session_of(&mut *tx, visitor, false).await?;
        let Some(mut session) = session else { return Ok(Some((None, over))) };
        let order = match visit_of(&mut *tx, &session, &invitation).await? {
            Some(visit) => order_of(&mut *tx, &visit, &self.keys, now).await?,
            None => None,
        };
        drop(tx);
        let Some(order) = order else { return Ok(Some((None, over))) };
        // A page that waits for the app keeps its session alive.
        self.seen(&mut session, now).await;
        let progress = self.progress_of(&order, now)?;
        Ok(Some((Some(order.id), progress)))
    }

    pub(super) fn progress_of(&self, order: &Order, now: Time) -> Result<Progress, Fault> {
        let mut progress = Progress::at(Stage::Over);
        match order.state {
            OrderState::Opening => progress.stage = Stage::Preparing,
            OrderState::Open => {
                let pending = Pending::from_code(&order.hint);
                progress.stage = pending.stage(order.here, order.handheld);
                if pending.is_unstarted() {
                    let started = self.started(order)?;
                    if order.here {
                        progress.start = Some(self.start_of(&started, order.handheld));
                    } else {
                        let seconds = now.since(order.issued_at).as_secs();
                        progress.qr = picture(&qr_text(&started, seconds));
                    }
                }
            }
            OrderState::Done if order.here && order.returned_at.is_none() => {
                progress.stage = Stage::Return;
            }
            OrderState::Done => {
                progress.stage = Stage::Done;
                let secret = self.return_secret(&order.key_id, &order.id)?;
                progress.done = Some(bankid_return_path(&secret));
            }
            OrderState::Failed | OrderState::Cancelling | OrderState::Ended => {}
        }
        Ok(progress)
    }

    /// Returns BankID's response to the start of an order.
    pub(super) fn started(&self, order: &Order) -> Result<Started, Fault> {
        let sealed = order.started.as_deref().ok_or(Fault::Unknown("order"))?;
        let opened = self.keys.unseal(&order.id, sealed)?;
        serde_json::from_slice(&opened).map_err(|_| Fault::Unknown("order"))
    }

    /// Returns the address that opens the app on this device. In a demo it opens the simulated phone.
    fn start_of(&self, started: &Started, handheld: bool) -> String {
        if self.settings.e_id.simulated {
            format!("/dev/bankid?autostarttoken={}", started.auto_start_token)
        } else {
            start_address(&started.auto_start_token, handheld)
        }
    }

    /// Waits briefly for BankID's response to the visitor's new order.
    pub(super) async fn opened(&self, at: &mut Situation) -> Result<(), Fault> {
        let Some(id) = at.order.as_ref().map(|order| order.id.clone()) else { return Ok(()) };
        let mut told = self.progressed.subscribe();
        let look = async {
            loop {
                let order = self.store.read().await?.order(&id).await?;
                if order.as_ref().is_none_or(|order| order.state != OrderState::Opening) {
                    return Ok::<_, Fault>(order);
                }
                tokio::select! {
                    _ = told.recv() => {}
                    () = time::sleep(LOOK_EVERY) => {}
                }
            }
        };
        if let Ok(order) = time::timeout(PATIENCE, look).await {
            at.order = order?;
            at.now = self.clock.now();
        }
        Ok(())
    }
}
