//! The changes of a flow. Each method changes the transaction and the context together, so that the page shows
//! what the store holds.
//!
//! The flow's own row is written once a request: by [`FlowContext::save`], or with a proof.

use super::FlowContext;
use crate::{
    authenticators::Proof,
    clock::{Stopwatch, Time},
    identification::{lobby::LobbyRows, page::Flash},
    keys::session_hash,
    model::{
        BankIdOrder, Challenge, IdentificationFlow, InvitationStage, OidcLogin, OrderState, Session,
    },
    rules::limits::SendHistory,
    state::{HandedMessage, InternalError},
    store::{NewMessage, Tx},
};
use app::{
    steps::Step,
    wire::{Equipment, Failure, Notice, Problem},
};

impl FlowContext {
    /// Starts a session with this value.
    pub(crate) async fn start_session(
        &mut self,
        tx: &mut Tx,
        id: String,
        value: &str,
    ) -> Result<(), InternalError> {
        tx.add_session(&id, &session_hash(value), self.now).await?;
        self.session = Some(Session { id, last_active_at: self.now, identified: false });
        Ok(())
    }

    /// Touches the session. Without one it does nothing.
    pub(crate) async fn touch_session(&mut self, tx: &mut Tx) -> Result<(), InternalError> {
        if let Some(session) = &mut self.session {
            tx.touch_session(&session.id, self.now).await?;
            session.last_active_at = self.now;
        }
        Ok(())
    }

    /// Returns the session, for a touch in its own transaction.
    pub(crate) const fn session_mut(&mut self) -> Option<&mut Session> {
        self.session.as_mut()
    }

    /// Starts the session's flow for the invitation.
    pub(crate) fn start_flow(&mut self) -> Result<(), InternalError> {
        self.flow = Some(IdentificationFlow {
            session_id: self.session_id()?.to_owned(),
            invitation_id: self.invitation.id.clone(),
            generation: self.invitation.generation,
            ..IdentificationFlow::default()
        });
        Ok(())
    }

    /// Writes the flow.
    pub(crate) async fn save(&self, tx: &mut Tx) -> Result<(), InternalError> {
        Ok(tx.put_flow(self.flow.as_ref().ok_or(InternalError::Unknown("flow"))?).await?)
    }

    /// Records that the invitation has reached a stage. `false` if it had already.
    pub(crate) async fn mark_reached(
        &mut self,
        tx: &mut Tx,
        stage: InvitationStage,
    ) -> Result<bool, InternalError> {
        // The invitation is locked, so what was read still holds.
        if self.invitation.reached(stage).is_some() {
            return Ok(false);
        }
        tx.mark_reached(&self.invitation.id, stage, self.now).await?;
        *self.invitation.reached_mut(stage) = Some(self.now);
        Ok(true)
    }

    // --- The flow's own row ---

    fn flow_mut(&mut self) -> Result<&mut IdentificationFlow, InternalError> {
        self.flow.as_mut().ok_or(InternalError::Unknown("flow"))
    }

    fn set_flash(&mut self, flash: Option<Flash>) -> Result<(), InternalError> {
        self.flow_mut()?.flash = flash.and_then(Flash::written);
        Ok(())
    }

    /// Removes the message of an earlier action.
    pub(crate) fn clear_message(&mut self) -> Result<(), InternalError> {
        self.set_flash(None)
    }

    /// Sets a problem that the next page of this step shows.
    pub(crate) fn set_problem(
        &mut self,
        step: Step,
        problem: Problem,
    ) -> Result<(), InternalError> {
        self.set_flash(Some(Flash::problem(step, problem)))
    }

    /// Sets a notice that the next page of this step shows.
    pub(crate) fn set_notice(&mut self, step: Step, notice: Notice) -> Result<(), InternalError> {
        self.set_flash(Some(Flash::notice(step, notice)))
    }

    /// Sets the end of an e-ID identification, which the choice shows.
    pub(crate) fn set_failure(&mut self, failure: Failure) -> Result<(), InternalError> {
        self.set_flash(Some(Flash::failure(failure)))
    }

    /// Keeps the text that was typed as an address.
    pub(crate) fn set_typed(&mut self, typed: String) -> Result<(), InternalError> {
        self.flow_mut()?.typed = typed;
        Ok(())
    }

    /// Keeps the address that an e-ID identification is matched with.
    pub(crate) fn set_address(&mut self, address: String) -> Result<(), InternalError> {
        self.flow_mut()?.address = Some(address);
        Ok(())
    }

    /// Chooses an e-ID instead of the code, or the code again.
    pub(crate) fn set_e_id_instead(&mut self, instead: bool) -> Result<(), InternalError> {
        self.flow_mut()?.instead = instead;
        Ok(())
    }

    /// Records that the visitor continues to the meeting page.
    pub(crate) fn enter(&mut self) -> Result<(), InternalError> {
        let now = self.now;
        self.flow_mut()?.entered_at.get_or_insert(now);
        Ok(())
    }

    /// Records that the visitor joins the room.
    pub(crate) async fn join(&mut self, tx: &mut Tx) -> Result<(), InternalError> {
        let now = self.now;
        self.flow_mut()?.joined_at = Some(now);
        self.mark_reached(tx, InvitationStage::Joined).await?;
        Ok(())
    }

    /// Records that a host opens the built-in room.
    pub(crate) fn open(&mut self) -> Result<(), InternalError> {
        let now = self.now;
        self.flow_mut()?.joined_at.get_or_insert(now);
        Ok(())
    }

    // --- The built-in room ---

    /// Takes over what the browser reports of its equipment. `true` if any of it is new.
    pub(crate) fn equip(&mut self, equipment: Equipment) -> Result<bool, InternalError> {
        let flow = self.flow_mut()?;
        let before = (flow.camera, flow.microphone, flow.connection);
        flow.camera = equipment.camera.or(flow.camera);
        flow.microphone = equipment.microphone.or(flow.microphone);
        flow.connection = equipment.connection.or(flow.connection);
        Ok(before != (flow.camera, flow.microphone, flow.connection))
    }

    /// Takes over with which equipment somebody joins, after an `earlier` check, perhaps of another day. A device that
    /// works and is left off still works. `true` if any of it is new.
    pub(crate) fn join_with(
        &mut self,
        chosen: Equipment,
        earlier: Option<Equipment>,
    ) -> Result<bool, InternalError> {
        let flow = self.flow_mut()?;
        let (camera, microphone) = (flow.camera, flow.microphone);
        let earlier = earlier.unwrap_or_default();
        let works = |now: Option<bool>, earlier: Option<bool>, chosen: Option<bool>| {
            chosen.filter(|on| *on).or(now).or(earlier).or(chosen)
        };
        let connection = flow.connection.or(earlier.connection);
        self.equip(Equipment {
            camera: works(camera, earlier.camera, chosen.camera),
            microphone: works(microphone, earlier.microphone, chosen.microphone),
            connection,
        })
    }

    /// Records that the visitor wishes to be called. `false` if it was recorded before.
    pub(crate) fn call(&mut self) -> Result<bool, InternalError> {
        let now = self.now;
        let flow = self.flow_mut()?;
        let first = flow.called_at.is_none();
        flow.called_at.get_or_insert(now);
        Ok(first)
    }

    /// Counts a change of the meeting's waiting room, whose listeners are notified after the commit.
    pub(crate) async fn change_lobby(&mut self, tx: &mut Tx) -> Result<(), InternalError> {
        tx.change_room(&self.meeting.id, self.now).await?;
        self.effects.lobby_changed = true;
        Ok(())
    }

    /// Takes over the rows of the waiting room as they are after a change.
    pub(crate) fn set_lobby(&mut self, lobby: Option<LobbyRows>) {
        self.lobby = lobby;
    }

    /// Answers the request with another status than its view has, since nothing was changed.
    pub(crate) const fn refuse(&mut self, status: u16) {
        self.effects.refused = Some(status);
    }

    // --- Codes ---

    /// Adds a challenge as the flow's current one.
    pub(crate) async fn add_challenge(
        &mut self,
        tx: &mut Tx,
        challenge: Challenge,
    ) -> Result<(), InternalError> {
        tx.add_challenge(&challenge).await?;
        self.flow_mut()?.challenge_id = Some(challenge.id.clone());
        self.challenge = Some(challenge);
        Ok(())
    }

    /// Records that the current challenge is sent again, as a `decoy` or not.
    pub(crate) async fn resend_challenge(
        &mut self,
        tx: &mut Tx,
        decoy: bool,
    ) -> Result<(), InternalError> {
        if let Some(challenge) = &mut self.challenge {
            tx.resent(&challenge.id, decoy, self.now).await?;
            challenge.decoy = decoy;
            challenge.sends += 1;
            challenge.sent_at = self.now;
        }
        Ok(())
    }

    /// Enqueues the message with the current challenge's code. If it is leased, it is to be handed over after
    /// the commit.
    pub(crate) async fn enqueue_code(
        &mut self,
        tx: &mut Tx,
        message: NewMessage<'_>,
    ) -> Result<(), InternalError> {
        tx.enqueue(message).await?;
        self.outgoing = (message.leased_until > self.now).then(|| message.into());
        Ok(())
    }

    /// Takes the message that is to be handed over, with the rows that it is about.
    pub(crate) fn take_outgoing(&mut self) -> Option<HandedMessage> {
        Some(HandedMessage {
            message: self.outgoing.take()?,
            meeting: self.meeting.clone(),
            invitation: self.invitation.clone(),
            challenge: self.challenge.clone()?,
            age: Stopwatch::start(),
        })
    }

    /// Keeps the history of sends, with one that is recorded now.
    pub(crate) fn add_send(&mut self, mut sends: SendHistory) {
        sends.session.push(self.now);
        self.sends = sends;
        self.read.sends = true;
    }

    /// Records that the current challenge has expired.
    pub(crate) async fn expire_challenge(&mut self, tx: &mut Tx) -> Result<(), InternalError> {
        if let Some(challenge) = &mut self.challenge {
            tx.expire(&challenge.id, self.now).await?;
            challenge.expired_at.get_or_insert(self.now);
        }
        Ok(())
    }

    /// Reads the current challenge again, after an attempt was counted.
    pub(crate) async fn read_challenge(&mut self, tx: &mut Tx) -> Result<(), InternalError> {
        if let Some(challenge) = &mut self.challenge
            && let Some(now) = tx.challenge(&challenge.id).await?
        {
            *challenge = now;
        }
        Ok(())
    }

    // --- E-ID ---

    /// Adds an order as the flow's current one.
    pub(crate) async fn add_order(
        &mut self,
        tx: &mut Tx,
        order: BankIdOrder,
    ) -> Result<(), InternalError> {
        tx.add_order(&order).await?;
        self.flow_mut()?.order_id = Some(order.id.clone());
        self.order = Some(order);
        Ok(())
    }

    /// Records the return from the app. `false` if the order is not the flow's current one.
    pub(crate) async fn return_from_app(
        &mut self,
        tx: &mut Tx,
        order: &BankIdOrder,
    ) -> Result<bool, InternalError> {
        if order.same_device {
            tx.order_returned(&order.id, self.now).await?;
        }
        let Some(current) = self.order.as_mut().filter(|current| current.id == order.id) else {
            return Ok(false);
        };
        if order.same_device {
            current.returned_at.get_or_insert(self.now);
        }
        Ok(true)
    }

    /// Ends the current order if it is done, and returns it. The flag is `false` if another request has ended
    /// it.
    pub(crate) async fn end_done_order(
        &mut self,
        tx: &mut Tx,
    ) -> Result<Option<(BankIdOrder, bool)>, InternalError> {
        let done = |order: &mut BankIdOrder| {
            order.state == OrderState::Done && (!order.same_device || order.returned_at.is_some())
        };
        let Some(order) = self.order.take_if(done) else { return Ok(None) };
        self.flow_mut()?.order_id = None;
        let ended = tx.end_order(&order.id).await?;
        Ok(Some((order, ended)))
    }

    /// Takes over the news of the current order that came while the page waited.
    pub(crate) fn refresh_order(&mut self, order: Option<BankIdOrder>, now: Time) {
        self.order = order;
        self.now = now;
    }

    /// Adds a login as the flow's current one.
    pub(crate) async fn add_login(
        &mut self,
        tx: &mut Tx,
        login: OidcLogin,
    ) -> Result<(), InternalError> {
        tx.add_login(&login).await?;
        self.flow_mut()?.login_id = Some(login.id.clone());
        self.login = Some(login);
        Ok(())
    }

    /// Ends the current login. `false` if it is another one.
    pub(crate) fn end_login(&mut self, login: &str) -> bool {
        let current = |flow: &&mut IdentificationFlow| flow.login_id.as_deref() == Some(login);
        let Some(flow) = self.flow.as_mut().filter(current) else { return false };
        flow.login_id = None;
        self.login = None;
        true
    }

    /// Abandons the current order and login. `true` if there was an order.
    pub(crate) async fn abandon_identification(
        &mut self,
        tx: &mut Tx,
    ) -> Result<bool, InternalError> {
        let order = self.order.take();
        if let Some(order) = &order {
            tx.abandon_order(&order.id, self.now).await?;
        }
        self.login = None;
        let flow = self.flow_mut()?;
        flow.order_id = None;
        flow.login_id = None;
        Ok(order.is_some())
    }

    // --- Proofs ---

    /// Records the proof from a counted attempt, and writes the flow.
    pub(crate) async fn record_proof(
        &mut self,
        tx: &mut Tx,
        attempt: &str,
        proof: &Proof,
    ) -> Result<(), InternalError> {
        tx.mark_attempt_correct(attempt).await?;
        let now = self.now;
        let flow = self.flow_mut()?;
        tx.record_proof(&flow.session_id, &flow.invitation_id, proof, now).await?;
        flow.challenge_id = None;
        flow.order_id = None;
        flow.login_id = None;
        flow.flash = None;
        flow.level = Some(proof.level().name().to_owned());
        flow.method = Some(proof.method().to_owned());
        flow.name = proof.name().map(str::to_owned);
        flow.proven_at = Some(now);
        flow.identity_matched = proof.identity_matched();
        self.challenge = None;
        self.order = None;
        self.login = None;
        self.mark_reached(tx, InvitationStage::Identified).await?;
        Ok(())
    }
}
