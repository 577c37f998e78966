//! The backend of the pages: reads steps and takes submitted forms.
//!
//! `page` reads in a reading transaction. It may only touch the session, and only now and then.
//!
//! A form without a cookie that can't be the first one is not acted on. The first form leads to an address
//! that shows whether the cookie comes back.

use super::{context::FlowContext, logins::Departure, page::Flash};
use crate::{
    clock::Time,
    keys::{new_ordered_id, new_session_value, session_hash},
    metrics::Refusal,
    model::{InvitationStage, Session},
    rules::{invitation::InvitationState, session},
    state::{AppState, HandedMessage, InternalError},
    store::Tx,
};
use app::{
    backend::{
        Action, Backend, COOKIE_SET, Chosen, Device, PageRef, PageResponse, Unavailable, Visitor,
    },
    fields::InvitationToken,
    steps::{Step, Track},
    wire::{self, Language, Screen},
};
use async_trait::async_trait;

/// The status of an action that only hosts may take.
const FORBIDDEN: u16 = 403;

#[async_trait]
impl Backend for AppState {
    async fn page(&self, visitor: &Visitor, place: PageRef) -> Result<PageResponse, Unavailable> {
        let link = matches!(place, PageRef::Invitation(..) | PageRef::Ended(Some(_)));
        let answer = self.page_for(visitor, place).await.map_err(InternalError::log)?;
        if link && matches!(answer.view.screen, Screen::NotFound) {
            self.metrics.refused(Refusal::UnknownLink);
        }
        Ok(answer)
    }

    async fn submit(
        &self,
        visitor: &Visitor,
        token: Option<InvitationToken>,
        action: Action,
    ) -> Result<PageResponse, Unavailable> {
        // `Stay` and `End` lead to no new step, and their page only repeats earlier messages.
        let tells = !matches!(action, Action::Stay(_) | Action::Equip(_) | Action::End);
        let stays =
            matches!(action, Action::Resend | Action::Cancel | Action::Lead(_) | Action::RingMe(_));
        let forward = tells && !stays;
        let answer = self.submit_inner(visitor, token, action).await.map_err(InternalError::log)?;
        if tells {
            self.count_result(&answer, forward);
        }
        Ok(answer)
    }

    async fn set_language(
        &self,
        visitor: &Visitor,
        language: Language,
        place: PageRef,
    ) -> Result<PageResponse, Unavailable> {
        // The same page in the other language, even if another step would be shown.
        let kept = visitor.keeps_cookies() || !matches!(place, PageRef::Invitation(..));
        let location = if kept { place.path() } else { with_first_cookie(&place.path()) };
        let visitor = Visitor { language: Some(language), ..visitor.clone() };
        let mut answer = self.page_for(&visitor, place).await.map_err(InternalError::log)?;
        if answer.status != 404 {
            answer.status = 200;
        }
        answer.location = location;
        answer.cookies.push(self.settings.cookies.keep_language(language));
        Ok(answer)
    }

    fn code_length(&self) -> u8 {
        self.settings.code.length
    }
}

impl AppState {
    /// Counts the result of an action: a refusal, or a step if it led `forward` to one.
    pub(crate) fn count_result(&self, answer: &PageResponse, forward: bool) {
        let refusal = match answer.view.screen {
            Screen::NotFound => Some(Refusal::UnknownLink),
            Screen::Closed => Some(Refusal::Over),
            Screen::Cancelled => Some(Refusal::Cancelled),
            Screen::Locked(_) => Some(Refusal::Locked),
            _ if answer.status == 401 => Some(Refusal::SessionOver),
            _ => answer.view.problem.map(Refusal::from),
        };
        match (refusal, answer.view.screen.step()) {
            (Some(refusal), _) => self.metrics.refused(refusal),
            (None, Some(step)) if forward => self.metrics.came_to(step),
            _ => {}
        }
    }

    async fn page_for(
        &self,
        visitor: &Visitor,
        place: PageRef,
    ) -> Result<PageResponse, InternalError> {
        let (PageRef::Invitation(token, _) | PageRef::Ended(Some(token))) = &place else {
            return self.page_outside_invitation(visitor, &place).await;
        };
        let mut tx = match visitor.session {
            Some(_) => self.store.read().await?,
            // Without a session nothing is counted.
            None => self.store.read_once().await?,
        };
        let Some(mut ctx) = FlowContext::read(self, &mut tx, visitor, token, false).await? else {
            drop(tx);
            return self.page_outside_invitation(visitor, &place).await;
        };
        drop(tx);
        let asked = match place {
            PageRef::Invitation(_, asked) => asked,
            // Identified again, the visitor is not at the end.
            _ if ctx.admitted(self).is_some() => None,
            _ => return Ok(self.show_ended(&ctx)),
        };
        if visitor.cookie_set && !visitor.keeps_cookies() {
            return self.show_no_cookies(&ctx);
        }
        let mut answer = self.show(&ctx, asked)?;
        let now = ctx.now;
        let counts = visitor.is_navigation || answer.view.screen.waits();
        if let Some(session) = ctx.session_mut().filter(|_| counts)
            && self.touch_if_due(session, now).await
        {
            // The page must show the session's new end.
            answer = self.show(&ctx, asked)?;
        }
        answer.status = 200;
        Ok(answer)
    }

    async fn page_outside_invitation(
        &self,
        visitor: &Visitor,
        place: &PageRef,
    ) -> Result<PageResponse, InternalError> {
        let mut answer = self.show_place(place, visitor.language.unwrap_or_default());
        answer.view.session = self.session_outside_invitation(visitor).await?;
        Ok(answer)
    }

    /// Returns the visitor's session for a page outside an invitation, if it has proven anything.
    pub(super) async fn session_outside_invitation(
        &self,
        visitor: &Visitor,
    ) -> Result<Option<wire::Session>, InternalError> {
        if visitor.session.is_none() {
            return Ok(None);
        }
        let now = self.clock.now();
        let mut tx = self.store.read_once().await?;
        match self.session_of(&mut tx, visitor, false).await? {
            Some(session) if session.identified => {
                Ok(Some(self.aside(session.last_active_at, now)))
            }
            _ => Ok(None),
        }
    }

    /// Touches the session now and then, so that it does not end while its visitor reads. `true` if it was
    /// touched. What the session has proven, counted or reached stays as it is. The page is shown even if
    /// this fails.
    pub(crate) async fn touch_if_due(&self, session: &mut Session, now: Time) -> bool {
        if !session::should_touch(&self.settings.session, session.last_active_at, now) {
            return false;
        }
        session.last_active_at = now;
        match self.touch(&session.id, now).await {
            Ok(()) => true,
            Err(fault) => {
                fault.log();
                false
            }
        }
    }

    async fn touch(&self, session: &str, now: Time) -> Result<(), InternalError> {
        let session = session.to_owned();
        Ok(self.store.write(async move |tx| tx.touch_session(&session, now).await).await?)
    }

    async fn submit_inner(
        &self,
        visitor: &Visitor,
        token: Option<InvitationToken>,
        action: Action,
    ) -> Result<PageResponse, InternalError> {
        let nowhere = || self.show_place(&PageRef::NotFound, visitor.language.unwrap_or_default());
        if matches!(action, Action::End) {
            return self.end(visitor, token).await;
        }
        let Some(token) = token else { return Ok(nowhere()) };
        self.after_setback().await?;
        // Before the transaction: nobody else may wait for the provider.
        let departure = match &action {
            Action::Choose(Chosen::Provider(id)) => self.prepare(visitor, &token, id).await?,
            _ => None,
        };
        let opens = matches!(&action, Action::Choose(chosen) if !chosen.is_provider());
        let posts = may_post(&action);
        let (state, sender) = (self.clone(), visitor.clone());
        let job = async move |tx: &mut Tx| state.act(tx, &sender, &token, action, departure).await;
        let mut acted = match self.store.write(job).await? {
            Submitted::NoInvitation => return Ok(nowhere()),
            Submitted::Refused(answer) => return Ok(*answer),
            Submitted::Acted(acted) => acted,
        };
        match acted.ctx.take_outgoing() {
            Some(message) => self.hand_over(message).await,
            None if posts && !acted.proven => self.posted.notify_one(),
            None => {}
        }
        if opens {
            self.orders.notify_one();
            self.opened(&mut acted.ctx).await?;
        }
        let Acted { ctx, aim, lost, proven, cookie } = *acted;
        if ctx.effects.lobby_changed {
            self.tell_lobby(&ctx.meeting.id);
        }
        let mut answer = self.show(&ctx, shown_after(&ctx, aim, proven))?;
        if let Some(status) = ctx.effects.refused {
            answer.status = status;
        }
        if lost && !ctx.locked(self) {
            answer = PageResponse { location: answer.location, ..self.show_no_cookies(&ctx)? };
        }
        if cookie.is_some() && !visitor.keeps_cookies() {
            answer.location = with_first_cookie(&answer.location);
        }
        answer.cookies.extend(cookie.map(|value| self.settings.cookies.keep_session(&value)));
        Ok(answer)
    }

    /// Reads the flow context and applies an action, in one transaction.
    async fn act(
        &self,
        tx: &mut Tx,
        visitor: &Visitor,
        token: &InvitationToken,
        action: Action,
        departure: Option<Departure>,
    ) -> Result<Submitted, InternalError> {
        let Some(mut ctx) = FlowContext::read(self, tx, visitor, token, true).await? else {
            return Ok(Submitted::NoInvitation);
        };
        if matches!(action, Action::Lead(_)) && !(ctx.is_host() && ctx.admitted(self).is_some()) {
            let refused = Screen::BadRequest;
            let answer = self.bare(refused, "/".to_owned(), ctx.language, FORBIDDEN);
            return Ok(Submitted::Refused(Box::new(answer)));
        }
        if !matches!(ctx.invitation_state(self), InvitationState::Open | InvitationState::Ended) {
            return Ok(Submitted::Refused(Box::new(self.show(&ctx, None)?)));
        }
        let (action, lost) = if no_cookie_came_back(visitor, &ctx, &action) {
            (Action::Begin, Some(action))
        } else {
            (action, None)
        };
        // A built-in room is entered on the page from which one joins.
        let aim = match aim(&action, ctx.track()) {
            Some(Step::Room) if ctx.meeting.room.has_lobby() => Some(Step::Meeting),
            aim => aim,
        };
        let begins = matches!(
            action,
            Action::Begin | Action::UseEId | Action::Address { .. } | Action::RingMe(_)
        );
        if ctx.flow().is_none() && !begins {
            // The session has timed out or was started in another browser. The page says so.
            let mut answer = self.show(&ctx, aim)?;
            if let Some(step) = aim {
                answer.location = step.path(token.as_str());
            }
            answer.status = 401;
            return Ok(Submitted::Refused(Box::new(answer)));
        }
        let mut cookie = self.enter_session(tx, &mut ctx).await?;
        self.begin(tx, &mut ctx).await?;
        if let Some(Action::Address { typed, .. }) = &lost {
            ctx.set_typed(typed.clone())?;
        }
        let proven = self.apply(tx, &mut ctx, action, departure, &visitor.device).await?;
        cookie = self.save_flow(tx, &ctx, proven, cookie, visitor).await?;
        ctx.complete_sends(self, tx).await?;
        if ctx.effects.lobby_changed {
            let lobby = self.read_lobby(tx, &ctx).await?;
            ctx.set_lobby(lobby);
        }
        let lost = lost.is_some();
        Ok(Submitted::Acted(Box::new(Acted { ctx, aim, lost, proven, cookie })))
    }

    /// Hands a code's message to the outbox worker. If it has stopped meanwhile, the message is due for others.
    async fn hand_over(&self, message: HandedMessage) {
        let Err(unsent) = self.handoff.hand_over(message) else { return };
        let now = self.clock.now();
        let release = async move |tx: &mut Tx| tx.make_wait(&unsent.message.id, now).await;
        if let Err(error) = self.store.write(release).await {
            // Its lease will expire.
            InternalError::from(error).log();
        }
    }

    /// Applies an action. `true` if it gave the session a proof.
    async fn apply(
        &self,
        tx: &mut Tx,
        ctx: &mut FlowContext,
        action: Action,
        departure: Option<Departure>,
        device: &Device,
    ) -> Result<bool, InternalError> {
        if !matches!(action, Action::Stay(_)) {
            ctx.clear_message()?;
        }
        if let Action::RingMe(step) = action {
            self.ring_me(tx, ctx, step).await?;
            return Ok(false);
        }
        match ctx.admitted(self) {
            Some(admitted) => match action {
                Action::Enter => ctx.enter()?,
                Action::Join(equipment) => self.join(tx, ctx, &admitted, equipment).await?,
                Action::Lead(action) => self.lead(tx, ctx, &admitted, action).await?,
                Action::Equip(equipment) => self.equip(tx, ctx, equipment).await?,
                _ => {}
            },
            None if matches!(action, Action::UseEId) && ctx.e_id_instead() => {
                ctx.set_e_id_instead(true)?;
            }
            None if ctx.locked(self) => {}
            None => match action {
                // To continue from the method page is to choose the method on it.
                Action::Begin if ctx.flow().is_some_and(|flow| flow.instead) => {
                    self.leave(tx, ctx).await?;
                    ctx.set_e_id_instead(false)?;
                }
                Action::Address { typed, parsed } => {
                    self.address(tx, ctx, typed, parsed).await?;
                }
                Action::Code(typed) => return self.code(tx, ctx, typed).await,
                Action::Resend => self.resend(tx, ctx).await?,
                Action::Choose(chosen) if ctx.track() != Track::Code => {
                    self.choose(tx, ctx, &chosen, device, departure).await?;
                }
                Action::Cancel => self.leave(tx, ctx).await?,
                Action::Finish => return self.finish(tx, ctx).await,
                _ => {}
            },
        }
        Ok(false)
    }

    /// Finds the visitor's session or creates one. Returns the value of a new one, for the cookie.
    async fn enter_session(
        &self,
        tx: &mut Tx,
        ctx: &mut FlowContext,
    ) -> Result<Option<String>, InternalError> {
        if let Some(session) = ctx.session() {
            if !session::recently_touched(session.last_active_at, ctx.now) {
                ctx.touch_session(tx).await?;
            }
            return Ok(None);
        }
        let (id, value) = (new_ordered_id(ctx.now)?, new_session_value(ctx.now)?);
        let looks_round = session::looks_round(&id);
        ctx.start_session(tx, id, &value).await?;
        if looks_round {
            tx.purge_unnamed_sessions(&ctx.invitation.id, session::UNNAMED_KEPT).await?;
        }
        Ok(Some(value))
    }

    /// Finds the session's flow for the invitation or starts one.
    async fn begin(&self, tx: &mut Tx, ctx: &mut FlowContext) -> Result<(), InternalError> {
        if ctx.flow().is_some() {
            return Ok(());
        }
        ctx.start_flow()?;
        if ctx.mark_reached(tx, InvitationStage::Opened).await? {
            self.note(tx, ctx, "opened").await?;
        }
        Ok(())
    }

    /// Writes the flow, unless a proof has written it. Returns the session's new value for the cookie: after a proof a replaced one,
    /// otherwise the one just `made`, if any.
    pub(crate) async fn save_flow(
        &self,
        tx: &mut Tx,
        ctx: &FlowContext,
        proven: bool,
        made: Option<String>,
        visitor: &Visitor,
    ) -> Result<Option<String>, InternalError> {
        if proven {
            Ok(Some(self.renew(tx, ctx, made.as_deref(), visitor).await?))
        } else {
            ctx.save(tx).await?;
            Ok(made)
        }
    }

    /// Replaces the session's value because its proof has changed. The old one is then of no use to anybody
    /// who knew it.
    async fn renew(
        &self,
        tx: &mut Tx,
        ctx: &FlowContext,
        made: Option<&str>,
        visitor: &Visitor,
    ) -> Result<String, InternalError> {
        let session = ctx.session_id()?;
        let old = made.or(visitor.session.as_deref()).ok_or(InternalError::Unknown("session"))?;
        let new = new_session_value(ctx.now)?;
        if tx.renew_session(session, &session_hash(old), &session_hash(&new)).await? {
            Ok(new)
        } else {
            Err(InternalError::Unknown("session"))
        }
    }

    async fn end(
        &self,
        visitor: &Visitor,
        token: Option<InvitationToken>,
    ) -> Result<PageResponse, InternalError> {
        let now = self.clock.now();
        let (state, visitor) = (self.clone(), visitor.clone());
        let language = visitor.language.unwrap_or_default();
        let end = async move |tx: &mut Tx| {
            let mut left = Vec::new();
            let ctx = match &token {
                Some(token) => FlowContext::read(&state, tx, &visitor, token, true).await?,
                None => None,
            };
            if let Some(session) = state.session_of(tx, &visitor, true).await? {
                tx.abandon_orders_of(&session.id, now).await?;
                // Before the session's knock is erased with it, as the order of locks has it.
                for meeting in tx.meetings_knocked_at(&session.id).await? {
                    tx.change_room(&meeting, now).await?;
                    left.push(meeting);
                }
                tx.end_session(&session.id).await?;
            }
            Ok::<_, InternalError>((ctx, left))
        };
        let (ctx, left) = self.store.write(end).await?;
        for meeting in &left {
            self.tell_lobby(meeting);
        }
        self.orders.notify_one();
        let mut answer = match &ctx {
            Some(ctx) => self.show_ended(ctx),
            None => self.show_place(&PageRef::Ended(None), language),
        };
        answer.view.session = None;
        answer.cookies.push(self.settings.cookies.drop_session());
        Ok(answer)
    }
}

/// The result of a submitted form's transaction.
enum Submitted {
    /// There is no such invitation.
    NoInvitation,
    /// The action was not taken. The page says why.
    Refused(Box<PageResponse>),
    /// The action was taken.
    Acted(Box<Acted>),
}

/// The result of an action that was taken.
struct Acted {
    ctx: FlowContext,
    /// The step that the action aimed at.
    aim: Option<Step>,
    /// `true` if no cookie came back, so that the action was replaced by the first one.
    lost: bool,
    /// `true` if the action gave the session a proof.
    proven: bool,
    /// The session's new value for the cookie.
    cookie: Option<String>,
}

/// `true` if an action can only follow another one, but no cookie came back. The browser keeps none and would
/// never show the result, so nothing is sent.
fn no_cookie_came_back(visitor: &Visitor, ctx: &FlowContext, action: &Action) -> bool {
    let second = matches!(
        (action, ctx.track()),
        (Action::Address { .. }, Track::Code) | (Action::Begin, Track::EId)
    );
    second && !visitor.keeps_cookies()
}

/// Returns an address that shows whether the cookie set with it comes back.
fn with_first_cookie(location: &str) -> String {
    [location, "?", COOKIE_SET].concat()
}

/// `true` if an action may write to the outbox: a code, that the attempts are used up, or that somebody waits. If it gives a proof
/// it writes neither.
const fn may_post(action: &Action) -> bool {
    matches!(
        action,
        Action::Address { .. }
            | Action::Code(_)
            | Action::Resend
            | Action::Finish
            | Action::Join(_)
    )
}

/// Returns the step to which an action leads if nothing prevents it.
const fn aim(action: &Action, track: Track) -> Option<Step> {
    match (action, track) {
        (Action::Address { .. }, Track::EId) => return Some(Step::Method),
        (Action::Begin, Track::EId) | (Action::Address { .. }, Track::EIdInstead) => {
            return Some(Step::Choice);
        }
        _ => {}
    }
    match action {
        Action::Begin | Action::UseEId => Some(Step::Address),
        Action::Choose(Chosen::BankIdElsewhere) => Some(Step::BankIdElsewhere),
        Action::Choose(Chosen::BankIdHere) => Some(Step::BankIdHere),
        Action::Choose(Chosen::Provider(_)) => Some(Step::Provider),
        Action::Cancel => Some(Step::Choice),
        Action::Finish => Some(Step::Invitation),
        Action::Address { .. } | Action::Code(_) | Action::Resend => Some(Step::Code),
        Action::Enter | Action::Lead(_) => Some(Step::Meeting),
        Action::Join(_) => Some(Step::Room),
        Action::Stay(step) | Action::RingMe(step) => *step,
        Action::Equip(_) | Action::End => None,
    }
}

/// Returns the step to show after an action: the one with a message about it, otherwise its aim.
pub(crate) fn shown_after(ctx: &FlowContext, aim: Option<Step>, proven: bool) -> Option<Step> {
    let flash = || ctx.flow().and_then(|flow| Flash::step_of(flow.flash.as_deref()?));
    if proven { Some(Step::Invitation) } else { flash().or(aim) }
}
