//! Progress of a BankID identification, for the page that shows it.

use super::{context::FlowContext, e_id::order_of};
use crate::{
    authenticators::bankid::{AuthResponse, Pending, picture, qr_text, start_address},
    clock::Time,
    keys::sha256,
    model::{BankIdOrder, OrderState},
    state::{AppState, InternalError},
};
use app::{
    backend::Visitor,
    fields::InvitationToken,
    steps::bankid_return_path,
    wire::{Progress, Stage},
};
use std::time::Duration;
use tokio::time;

/// Maximum time that a new identification waits for BankID's first response before the page is shown.
const PATIENCE: Duration = Duration::from_secs(3);

/// Time between two checks for a response that another process gets.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// The progress of an identification, and what the next picture of it is drawn from.
pub struct Followed {
    /// The order. `None` if there is none any more.
    pub order: Option<String>,
    /// Its progress.
    pub progress: Progress,
    /// BankID's response to the start of the order, and when it was issued. `None` if no QR code is shown.
    drawn_from: Option<(AuthResponse, Time)>,
}

impl Followed {
    const fn over() -> Self {
        Self { order: None, progress: Progress::new(Stage::Over), drawn_from: None }
    }
}

impl AppState {
    /// Draws the QR code of this second. All else stays as it was read.
    pub fn redraw(&self, followed: &mut Followed) {
        if let Some((started, issued_at)) = &followed.drawn_from {
            let seconds = self.clock.now().since(*issued_at).as_secs();
            followed.progress.qr = picture(&qr_text(started, seconds));
        }
    }

    /// Returns the progress of the visitor's identification for an invitation. `None` if there is no such
    /// invitation.
    pub async fn progress(
        &self,
        visitor: &Visitor,
        token: &InvitationToken,
    ) -> Result<Option<Followed>, InternalError> {
        let now = self.clock.now();
        let session = self.session_key(visitor);
        let session = session.as_ref().map(|(hash, seen_after)| (hash.as_slice(), *seen_after));
        let mut tx = self.store.read().await?;
        let Some(rows) = tx.flow_rows(&sha256(token.as_str()), session).await? else {
            return Ok(None);
        };
        let Some(mut session) = rows.session else { return Ok(Some(Followed::over())) };
        let order = order_of(&mut tx, rows.flow.as_ref(), &self.keys, now).await?;
        drop(tx);
        let Some(order) = order else { return Ok(Some(Followed::over())) };
        // A page that waits for the app keeps its session alive.
        self.touch_if_due(&mut session, now).await;
        let progress = self.progress_of(&order, now)?;
        let drawn_from = match progress.qr {
            Some(_) => Some((self.started(&order)?, order.issued_at)),
            None => None,
        };
        Ok(Some(Followed { order: Some(order.id), progress, drawn_from }))
    }

    pub(crate) fn progress_of(
        &self,
        order: &BankIdOrder,
        now: Time,
    ) -> Result<Progress, InternalError> {
        let mut progress = Progress::new(Stage::Over);
        match order.state {
            OrderState::Opening => progress.stage = Stage::Preparing,
            OrderState::Open => {
                let pending = Pending::from_code(&order.hint);
                progress.stage = pending.stage(order.same_device, order.mobile);
                if pending.is_unstarted() {
                    let started = self.started(order)?;
                    if order.same_device {
                        progress.start = Some(self.start_of(&started, order.mobile));
                    } else {
                        let seconds = now.since(order.issued_at).as_secs();
                        progress.qr = picture(&qr_text(&started, seconds));
                    }
                }
            }
            OrderState::Done if order.same_device && order.returned_at.is_none() => {
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
    pub(crate) fn started(&self, order: &BankIdOrder) -> Result<AuthResponse, InternalError> {
        let sealed = order.started.as_deref().ok_or(InternalError::Unknown("order"))?;
        let opened = self.keys.unseal(&order.id, sealed)?;
        serde_json::from_slice(&opened).map_err(|_| InternalError::Unknown("order"))
    }

    /// Returns the address that opens the app on this device. In a demo it opens the simulated phone.
    fn start_of(&self, started: &AuthResponse, handheld: bool) -> String {
        if self.settings.e_id.simulated {
            format!("/dev/bankid?autostarttoken={}", started.auto_start_token)
        } else {
            start_address(&started.auto_start_token, handheld)
        }
    }

    /// Waits briefly for BankID's response to the visitor's new order.
    pub(crate) async fn opened(&self, ctx: &mut FlowContext) -> Result<(), InternalError> {
        let Some(id) = ctx.order().map(|order| order.id.clone()) else { return Ok(()) };
        let mut told = self.progressed.subscribe();
        let look = async {
            loop {
                let order = self.store.read_once().await?.order(&id).await?;
                if order.as_ref().is_none_or(|order| order.state != OrderState::Opening) {
                    return Ok::<_, InternalError>(order);
                }
                tokio::select! {
                    _ = told.recv() => {}
                    () = time::sleep(LOOK_EVERY) => {}
                }
            }
        };
        if let Ok(order) = time::timeout(PATIENCE, look).await {
            ctx.refresh_order(order?, self.clock.now());
        }
        Ok(())
    }
}
