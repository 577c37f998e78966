//! The backend of the pages: reads steps and takes submitted forms.

use super::{Desk, Fault, logins::Prepared, show::Remark, situation::Situation};
use crate::{
    clock::Time,
    keys::{fingerprint, new_id, new_secret},
    metrics::Refusal,
    rules::{invitation::Life, session},
    store::{
        Stage, Tx,
        records::{Session, Visit},
    },
};
use app::{
    fields::InvitationToken,
    gate::{Action, Answer, COOKIE_SET, Chosen, Device, Gate, Place, Unavailable, Visitor},
    steps::{Step, Track},
    wire::{self, Failure, Language, Screen},
};
use async_trait::async_trait;

#[async_trait]
impl Gate for Desk {
    async fn look(&self, visitor: &Visitor, place: Place) -> Result<Answer, Unavailable> {
        let link = matches!(place, Place::Invitation(..));
        let answer = self.looked(visitor, place).await.map_err(Fault::log)?;
        if link && matches!(answer.view.screen, Screen::NotFound) {
            self.metrics.refused(Refusal::UnknownLink);
        }
        Ok(answer)
    }

    async fn act(
        &self,
        visitor: &Visitor,
        token: Option<InvitationToken>,
        action: Action,
    ) -> Result<Answer, Unavailable> {
        // `Stay` and `End` lead to no new step, and their page only repeats earlier messages.
        let tells = !matches!(action, Action::Stay(_) | Action::End);
        let forward = tells && !matches!(action, Action::Resend | Action::Cancel);
        let answer = self.acted(visitor, token, action).await.map_err(Fault::log)?;
        if tells {
            self.tally(&answer, forward);
        }
        Ok(answer)
    }

    async fn speak(
        &self,
        visitor: &Visitor,
        language: Language,
        place: Place,
    ) -> Result<Answer, Unavailable> {
        // The same page in the other language, even if another step would be shown.
        let kept = visitor.keeps_cookies() || !matches!(place, Place::Invitation(..));
        let location = if kept { place.path() } else { with_first_cookie(&place.path()) };
        let visitor = Visitor { language: Some(language), ..visitor.clone() };
        let mut answer = self.looked(&visitor, place).await.map_err(Fault::log)?;
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

impl Desk {
    /// Counts the result of an action: a refusal, or a step if it led `forward` to one.
    pub(super) fn tally(&self, answer: &Answer, forward: bool) {
        let refusal = match answer.view.screen {
            Screen::NotFound => Some(Refusal::UnknownLink),
            Screen::Over => Some(Refusal::Over),
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

    async fn looked(&self, visitor: &Visitor, place: Place) -> Result<Answer, Fault> {
        let Place::Invitation(token, asked) = &place else {
            let mut answer = self.show_place(&place, visitor.language.unwrap_or_default());
            answer.view.session = self.session_aside(visitor).await?;
            return Ok(answer);
        };
        let mut tx = self.store.read().await?;
        let Some(mut at) = Situation::read(self, &mut *tx, visitor, token, false).await? else {
            drop(tx);
            let mut answer = self.show_place(&place, visitor.language.unwrap_or_default());
            answer.view.session = self.session_aside(visitor).await?;
            return Ok(answer);
        };
        drop(tx);
        if visitor.cookie_set && !visitor.keeps_cookies() {
            return self.show_no_cookies(&at);
        }
        let mut answer = self.show(&at, *asked)?;
        let counts = visitor.by_hand || answer.view.screen.waits();
        if let Some(session) = at.session.as_mut().filter(|_| counts)
            && self.seen(session, at.now).await
        {
            // The page must show the session's new end.
            answer = self.show(&at, *asked)?;
        }
        answer.status = 200;
        Ok(answer)
    }

    /// Returns the visitor's session for a page outside an invitation, if it has proven anything.
    async fn session_aside(&self, visitor: &Visitor) -> Result<Option<wire::Session>, Fault> {
        let now = self.clock.now();
        let mut tx = self.store.read().await?;
        match self.session_of(&mut *tx, visitor, false).await? {
            Some(session) if session.identified => Ok(Some(self.aside(session.seen_at, now))),
            _ => Ok(None),
        }
    }

    /// Touches the session now and then, so that it does not end while its visitor reads. `true` if it was
    /// touched. What the session has proven, counted or reached stays as it is. The page is shown even if
    /// this fails.
    pub(super) async fn seen(&self, session: &mut Session, now: Time) -> bool {
        if !session::worth_noting(&self.settings.session, session.seen_at, now) {
            return false;
        }
        session.seen_at = now;
        match self.see(&session.id, now).await {
            Ok(()) => true,
            Err(fault) => {
                fault.log();
                false
            }
        }
    }

    async fn see(&self, session: &str, now: Time) -> Result<(), Fault> {
        let mut tx = self.store.write().await?;
        tx.see_session(session, now).await?;
        Ok(tx.commit().await?)
    }

    async fn acted(
        &self,
        visitor: &Visitor,
        token: Option<InvitationToken>,
        action: Action,
    ) -> Result<Answer, Fault> {
        let nowhere = || self.show_place(&Place::Nowhere, visitor.language.unwrap_or_default());
        if matches!(action, Action::End) {
            return self.end(visitor, token).await;
        }
        let Some(token) = token else { return Ok(nowhere()) };
        self.after_setback().await?;
        // Before the transaction: nobody else may wait for the provider.
        let login = match &action {
            Action::Choose(Chosen::Provider(id)) => self.prepare(visitor, &token, id).await?,
            _ => None,
        };
        let mut tx = self.store.write().await?;
        let Some(mut at) = Situation::read(self, &mut *tx, visitor, &token, true).await? else {
            return Ok(nowhere());
        };
        if !matches!(at.life(self), Life::Open | Life::Ended) {
            return self.show(&at, None);
        }
        let (action, lost) = if no_cookie_came_back(visitor, &at, &action) {
            (Action::Begin, Some(action))
        } else {
            (action, None)
        };
        let aim = aim(&action, at.track());
        let begins = matches!(action, Action::Begin | Action::UseEId | Action::Address { .. });
        if at.visit.is_none() && !begins {
            // The session has timed out or was started in another browser. The page says so.
            let mut answer = self.show(&at, aim)?;
            if let Some(step) = aim {
                answer.location = step.path(token.as_str());
            }
            answer.status = 401;
            return Ok(answer);
        }
        let mut cookie = self.enter_session(&mut *tx, &mut at).await?;
        let mut visit = self.begin(&mut *tx, &at).await?;
        if let Some(Action::Address { typed, .. }) = &lost {
            visit.typed.clone_from(typed);
        }
        let opens = matches!(&action, Action::Choose(chosen) if !chosen.is_provider());
        let posts = may_post(&action);
        let proven =
            self.take(&mut *tx, &mut at, &mut visit, (action, login), &visitor.device).await?;
        cookie = self.keep(&mut *tx, &mut at, &visit, proven, cookie, visitor).await?;
        tx.commit().await?;
        if posts && !proven {
            self.posted.notify_one();
        }
        if opens {
            self.orders.notify_one();
            self.opened(&mut at).await?;
        }
        let mut answer = self.show(&at, shown_after(&at, aim, proven))?;
        if lost.is_some() && !at.locked(self) {
            answer = Answer { location: answer.location, ..self.show_no_cookies(&at)? };
        }
        if cookie.is_some() && !visitor.keeps_cookies() {
            answer.location = with_first_cookie(&answer.location);
        }
        answer.cookies.extend(cookie.map(|value| self.settings.cookies.keep_session(&value)));
        Ok(answer)
    }

    /// Applies an action. `true` if it gave the session a proof.
    async fn take(
        &self,
        tx: &mut dyn Tx,
        at: &mut Situation,
        visit: &mut Visit,
        (action, login): (Action, Option<Result<Prepared, Failure>>),
        device: &Device,
    ) -> Result<bool, Fault> {
        if !matches!(action, Action::Stay(_)) {
            visit.remark = None;
        }
        match at.admitted(self) {
            Some(admitted) => match action {
                Action::Enter => Self::enter(at, visit, &admitted),
                Action::Join => self.join(tx, at, visit, &admitted).await?,
                _ => {}
            },
            None if matches!(action, Action::UseEId) && at.e_id_instead() => visit.instead = true,
            None if at.locked(self) => {}
            None => match action {
                // To continue from the method page is to choose the method on it.
                Action::Begin if visit.instead => {
                    self.leave(tx, at, visit).await?;
                    visit.instead = false;
                }
                Action::Address { typed, parsed } => {
                    self.address(tx, at, visit, typed, parsed).await?;
                }
                Action::Code(typed) => return self.code(tx, at, visit, typed).await,
                Action::Resend => self.resend(tx, at, visit).await?,
                Action::Choose(chosen) if at.track() != Track::Code => {
                    self.choose(tx, at, visit, &chosen, device, login).await?;
                }
                Action::Cancel => self.leave(tx, at, visit).await?,
                Action::Finish => return self.finish(tx, at, visit).await,
                _ => {}
            },
        }
        Ok(false)
    }

    /// Finds the visitor's session or creates one. Returns the value of a new one, for the cookie.
    async fn enter_session(
        &self,
        tx: &mut dyn Tx,
        at: &mut Situation,
    ) -> Result<Option<String>, Fault> {
        if let Some(session) = &mut at.session {
            if !session::just_noted(session.seen_at, at.now) {
                tx.see_session(&session.id, at.now).await?;
                session.seen_at = at.now;
            }
            return Ok(None);
        }
        let value = new_secret()?;
        let session = Session { id: new_id()?, seen_at: at.now, identified: false };
        tx.add_session(&session.id, &fingerprint(&value), at.now).await?;
        if session::looks_round(&session.id) {
            tx.erase_unnamed_sessions(&at.invitation.id, session::UNNAMED_KEPT).await?;
        }
        at.session = Some(session);
        Ok(Some(value))
    }

    /// Finds the session's flow for the invitation or starts one.
    async fn begin(&self, tx: &mut dyn Tx, at: &Situation) -> Result<Visit, Fault> {
        if let Some(visit) = &at.visit {
            return Ok(visit.clone());
        }
        let session = at.session.as_ref().ok_or(Fault::Unknown("session"))?;
        let visit = Visit {
            session_id: session.id.clone(),
            invitation_id: at.invitation.id.clone(),
            generation: at.invitation.generation,
            typed: String::new(),
            instead: false,
            address: None,
            order_id: None,
            login_id: None,
            challenge_id: None,
            remark: None,
            level: None,
            how: None,
            who: None,
            proven_at: None,
            entered_at: None,
            joined_at: None,
        };
        if at.reach(tx, Stage::Opened).await? {
            self.note(tx, at, "opened").await?;
        }
        Ok(visit)
    }

    /// Writes the flow. Returns the session's new value for the cookie: after a proof a replaced one,
    /// otherwise the one just `made`, if any.
    pub(super) async fn keep(
        &self,
        tx: &mut dyn Tx,
        at: &mut Situation,
        visit: &Visit,
        proven: bool,
        made: Option<String>,
        visitor: &Visitor,
    ) -> Result<Option<String>, Fault> {
        let cookie = if proven {
            at.challenge = None;
            Some(self.renew(tx, at, made.as_deref(), visitor).await?)
        } else {
            tx.put_visit(visit).await?;
            made
        };
        at.visit = Some(visit.clone());
        Ok(cookie)
    }

    /// Replaces the session's value because its proof has changed. The old one is then of no use to anybody
    /// who knew it.
    async fn renew(
        &self,
        tx: &mut dyn Tx,
        at: &Situation,
        made: Option<&str>,
        visitor: &Visitor,
    ) -> Result<String, Fault> {
        let session = at.session.as_ref().ok_or(Fault::Unknown("session"))?;
        let old = made.or(visitor.session.as_deref()).ok_or(Fault::Unknown("session"))?;
        let new = new_secret()?;
        if tx.renew_session(&session.id, &fingerprint(old), &fingerprint(&new)).await? {
            Ok(new)
        } else {
            Err(Fault::Unknown("session"))
        }
    }

    async fn end(
        &self,
        visitor: &Visitor,
        token: Option<InvitationToken>,
    ) -> Result<Answer, Fault> {
        let now = self.clock.now();
        let mut tx = self.store.write().await?;
        let mut language = visitor.language;
        if let Some(token) = &token
            && let Some(at) = Situation::read(self, &mut *tx, visitor, token, true).await?
        {
            language = Some(at.language);
        }
        if let Some(session) = self.session_of(&mut *tx, visitor, true).await? {
            tx.leave_orders_of(&session.id, now).await?;
            tx.end_session(&session.id).await?;
        }
        tx.commit().await?;
        self.orders.notify_one();
        let mut answer = self.show_place(&Place::Ended, language.unwrap_or_default());
        answer.cookies.push(self.settings.cookies.drop_session());
        Ok(answer)
    }
}

/// `true` if an action can only follow another one, but no cookie came back. The browser keeps none and would
/// never show the result, so nothing is sent.
fn no_cookie_came_back(visitor: &Visitor, at: &Situation, action: &Action) -> bool {
    let second = matches!(
        (action, at.track()),
        (Action::Address { .. }, Track::Code) | (Action::Begin, Track::EId)
    );
    second && !visitor.keeps_cookies()
}

/// Returns an address that shows whether the cookie set with it comes back.
fn with_first_cookie(location: &str) -> String {
    [location, "?", COOKIE_SET].concat()
}

/// `true` if an action may write to the outbox: a code, or that the attempts are used up. If it gives a proof
/// it writes neither.
const fn may_post(action: &Action) -> bool {
    matches!(action, Action::Address { .. } | Action::Code(_) | Action::Resend | Action::Finish)
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
        Action::Enter => Some(Step::Meeting),
        Action::Join => Some(Step::Room),
        Action::Stay(step) => *step,
        Action::End => None,
    }
}

/// Returns the step to show after an action: the one with a message about it, otherwise its aim.
pub(super) fn shown_after(at: &Situation, aim: Option<Step>, proven: bool) -> Option<Step> {
    let remark = || at.visit.as_ref().and_then(|visit| Remark::step_of(visit.remark.as_deref()?));
    if proven { Some(Step::Invitation) } else { remark().or(aim) }
}
