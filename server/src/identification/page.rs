//! Views: the step that a visitor asks for, or the furthest one reached.

use super::{
    context::{CodeMail, FlowContext},
    e_id,
    lobby::public_name,
};
use crate::{
    authenticators::check_word::check_word,
    clock::Time,
    messages::content::moment,
    rooms::{self, Entrant},
    rules::{
        assurance::Admitted,
        invitation::{self, InvitationState, RoomState},
        limits, room, session,
    },
    state::{AppState, InternalError},
};
use app::{
    backend::{PageRef, PageResponse},
    steps::{
        ACCESSIBILITY_PATH, ENDED_PATH, PRIVACY_PATH, REPORTED_PATH, Step, Track, ended_path,
        invitation_path,
    },
    wire::{
        Address, BankId, Code, DeviceTest, Failure, Help, Invitation, Language, LocalTime, Locked,
        Machine, Meeting, Method, MethodPage, Notice, PageView, Problem, Room, Schedule, Screen,
        Session, TestedRoom,
    },
};
use serde::{Deserialize, Serialize};

/// The flash of a flow: what the next page says, kept until the next action.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Flash {
    pub step: Step,
    pub problem: Option<Problem>,
    pub notice: Option<Notice>,
}

impl Flash {
    pub(crate) const fn problem(step: Step, problem: Problem) -> Self {
        Self { step, problem: Some(problem), notice: None }
    }

    /// Returns the flash of a failed e-ID identification, on the page where another can be chosen.
    pub(crate) const fn failure(failure: Failure) -> Self {
        Self::problem(Step::Choice, Problem::EId(failure))
    }

    pub(crate) const fn notice(step: Step, notice: Notice) -> Self {
        Self { step, problem: None, notice: Some(notice) }
    }

    /// Returns what of the flash still holds on a screen. A code that no longer works has no other news.
    fn on(mut self, screen: &Screen) -> Self {
        if matches!(screen, Screen::Code(code) if code.is_over()) {
            self.notice = None;
            self.problem = self.problem.filter(|problem| {
                !matches!(
                    problem,
                    Problem::CodeMissing
                        | Problem::CodeMalformed { .. }
                        | Problem::CodeWrong { .. }
                )
            });
        }
        self
    }

    pub(crate) fn written(self) -> Option<String> {
        serde_json::to_string(&self).ok()
    }

    /// Returns the step of a stored flash.
    pub(crate) fn step_of(text: &str) -> Option<Step> {
        serde_json::from_str(text).ok().map(|flash: Self| flash.step)
    }

    fn read(text: &str, now: Time) -> Option<Self> {
        let mut flash: Self = serde_json::from_str(text).ok()?;
        // A wait that has ended is no longer a problem.
        flash.problem = flash.problem.and_then(|problem| {
            let left = |at: LocalTime| Time(at.unix.saturating_mul(1000)).seconds_from(now);
            match problem {
                Problem::TooSoon { at, .. } => {
                    (left(at) > 0).then(|| Problem::TooSoon { at, wait: left(at) })
                }
                Problem::TooMany { at }
                | Problem::TooManyAddresses { at }
                | Problem::TooManyIdentifications { at } => (left(at) > 0).then_some(problem),
                other => Some(other),
            }
        });
        Some(flash)
    }
}

/// A screen, and the notice on it about the request.
type Shown = (Screen, Option<Notice>);

impl AppState {
    /// Returns the problem that prevents a code, on the steps before one is requested. It is the same for
    /// every address.
    fn no_code(&self, ctx: &FlowContext, step: Option<Step>) -> Option<Problem> {
        let asks = ctx.track() == Track::Code && matches!(step, Some(Step::Method | Step::Address));
        (asks && self.lacks_key(&ctx.invitation.key_id)).then_some(Problem::NoCode)
    }

    /// Returns the step asked for, if the visitor may see it, otherwise the one reached.
    pub(crate) fn show(
        &self,
        ctx: &FlowContext,
        asked: Option<Step>,
    ) -> Result<PageResponse, InternalError> {
        let (screen, notice) = self.screen(ctx, asked)?;
        Ok(self.shown(ctx, screen, notice))
    }

    /// Returns the page that asks for cookies, or the invitation's own page if it is closed or cancelled.
    pub(crate) fn show_no_cookies(&self, ctx: &FlowContext) -> Result<PageResponse, InternalError> {
        match ctx.invitation_state(self) {
            InvitationState::Open | InvitationState::Ended => {
                Ok(self.shown(ctx, Screen::NoCookies, None))
            }
            InvitationState::Cancelled | InvitationState::Over => self.show(ctx, None),
        }
    }

    /// Returns the page that says that the session has ended, with the way back to the invitation.
    pub(crate) fn show_ended(&self, ctx: &FlowContext) -> PageResponse {
        self.shown(ctx, Screen::Ended, None)
    }

    fn shown(&self, ctx: &FlowContext, screen: Screen, notice: Option<Notice>) -> PageResponse {
        let step = screen.step();
        let admitted = step.is_some_and(Step::is_inside);
        let flash = ctx
            .flow()
            .and_then(|flow| Flash::read(flow.flash.as_deref()?, ctx.now))
            .filter(|flash| Some(flash.step) == step)
            .map(|flash| flash.on(&screen));
        let failed = ctx.order().and_then(e_id::failure).map(Problem::EId);
        let problem = flash
            .and_then(|flash| flash.problem)
            // A room that has opened meanwhile is no longer a problem.
            .filter(|it| {
                *it != Problem::RoomClosed || matches!(ctx.room_state(self), RoomState::OpensAt(_))
            })
            .or_else(|| failed.filter(|_| step == Some(Step::Choice)))
            .or_else(|| self.no_code(ctx, step));
        let token = ctx.token.as_str();
        let path = match step {
            Some(step) => step.path(token),
            None if screen == Screen::Ended => ended_path(token),
            None => invitation_path(token),
        };
        let session = match ctx.proof_ends(self).filter(|_| admitted) {
            Some((ends, last)) => Some(Session {
                ends_in: ends.seconds_from(ctx.now),
                warned_before: u32::try_from(self.settings.session.warned_before.as_secs())
                    .unwrap_or(u32::MAX),
                can_stay: ends < last,
                elsewhere: false,
            }),
            None => ctx.session().filter(|session| session.identified).map(|session| Session {
                // A proof for this invitation may have been too weak, or the meeting is cancelled.
                elsewhere: ctx.flow().is_none_or(|flow| flow.proven_at.is_none()),
                ..self.aside(session.last_active_at, ctx.now)
            }),
        };
        let view = PageView {
            language: ctx.language,
            path: path.clone(),
            token: Some(ctx.token.as_str().to_owned()),
            track: ctx.track(),
            organisation: self.settings.organisation.clone(),
            help: Some(Help {
                name: ctx.meeting.organiser_name.clone(),
                phone: ctx.meeting.organiser_phone.clone(),
            }),
            session,
            notice: notice.or_else(|| flash.and_then(|flash| flash.notice)),
            problem,
            link: self.link_to_copy(ctx, step),
            screen,
        };
        let status = match problem {
            None => 200,
            Some(
                Problem::TooSoon { .. }
                | Problem::TooMany { .. }
                | Problem::TooManyAddresses { .. }
                | Problem::TooManyIdentifications { .. },
            ) => 429,
            Some(_) => 422,
        };
        PageResponse { view, location: path, cookies: Vec::new(), status }
    }

    /// Returns the invitation's link on its first page, for a visitor whose browser may lack what a built-in room
    /// needs. What is proven here does not move to another browser, so it comes first.
    fn link_to_copy(&self, ctx: &FlowContext, step: Option<Step>) -> Option<String> {
        let first = step.is_some_and(|step| ctx.track().place(step) == 0);
        let told = first && ctx.device.in_app && ctx.meeting.room.has_lobby();
        told.then(|| format!("{}{}", self.settings.origin, invitation_path(ctx.token.as_str())))
    }

    fn screen(&self, ctx: &FlowContext, asked: Option<Step>) -> Result<Shown, InternalError> {
        let life = ctx.invitation_state(self);
        match life {
            InvitationState::Cancelled => return Ok((Screen::Cancelled, None)),
            InvitationState::Over => return Ok((Screen::Closed, None)),
            InvitationState::Open | InvitationState::Ended => {}
        }
        let (screen, notice) = match ctx.admitted(self) {
            Some(admitted) => self.inside(ctx, asked, &admitted)?,
            None => self.outside(ctx, asked)?,
        };
        let over = (life == InvitationState::Ended).then_some(Notice::MeetingOver);
        Ok((screen, notice.or(over)))
    }

    /// Returns a step before identification.
    fn outside(&self, ctx: &FlowContext, asked: Option<Step>) -> Result<Shown, InternalError> {
        let (track, reached) = (ctx.track(), ctx.reached());
        let way = if track == Track::EIdInstead { Method::EId } else { ctx.method()? };
        if ctx.locked(self) {
            let e_id = track == Track::Code && ctx.e_id_instead() && !ctx.e_id_locked(self);
            return Ok((Screen::Locked(Locked { way, e_id }), None));
        }
        let asked = asked.unwrap_or(reached);
        let ahead = track.place(asked) > track.place(reached);
        let notice = match (ctx.flow(), asked) {
            _ if ctx.must_step_up(self) => Some(Notice::StepUp),
            _ if !ahead => None,
            (None, Step::Code) if !ctx.session_ended && track == Track::Code => {
                Some(Notice::OtherBrowser)
            }
            (None, _) => Some(Notice::StartHere),
            (Some(_), _) => Some(Notice::NotYet),
        };
        // A visitor can always return to the choice, even if the step reached is at the same place.
        let behind = track.place(asked) < track.place(reached);
        let chooses = track.place(asked) == track.place(reached) && asked == Step::Choice;
        let step = if behind || (chooses && track != Track::Code) { asked } else { reached };
        let screen = match step {
            Step::Method => Screen::Method(MethodPage {
                way: ctx.method()?,
                code_length: self.settings.code.length,
                phone: ctx.masked_phone(),
                e_id: ctx.e_id_instead(),
            }),
            Step::Code => self.code_screen(ctx)?,
            Step::Choice => Screen::Choice(self.choice(ctx)),
            Step::BankIdElsewhere | Step::BankIdHere => {
                let order = ctx.order().ok_or(InternalError::Unknown("order"))?;
                let progress = self.progress_of(order, ctx.now)?;
                Screen::BankId(BankId { here: order.same_device, progress })
            }
            Step::Provider => {
                let login = ctx.login().ok_or(InternalError::Unknown("login"))?;
                Screen::Provider(self.leaving(login)?)
            }
            _ => Screen::Address(Address {
                typed: ctx.flow().map(|flow| flow.typed.clone()).unwrap_or_default(),
                way,
                e_id: track == Track::Code && ctx.e_id_instead(),
            }),
        };
        Ok((screen, notice))
    }

    fn code_screen(&self, ctx: &FlowContext) -> Result<Screen, InternalError> {
        let challenge = ctx.challenge().ok_or(InternalError::Unknown("challenge"))?;
        let limits = &self.settings.code;
        let zone = ctx.zone()?;
        let resend_at = match limits::check_send(limits, ctx.sends(), ctx.now) {
            Ok(()) => ctx.now,
            Err(hold) => hold.until(),
        };
        Ok(Screen::Code(Code {
            address: challenge.address.clone(),
            phone: ctx.masked_phone(),
            word: check_word(&self.keys, challenge).ok_or(InternalError::Unknown("key"))?,
            length: limits.length,
            valid_until: moment(challenge.expires_at.timestamp(), &zone),
            valid_for: match challenge.expired_at {
                None => challenge.expires_at.seconds_from(ctx.now),
                Some(_) => 0,
            },
            resend_at: moment(resend_at.timestamp(), &zone),
            resend_in: resend_at.seconds_from(ctx.now),
            tries_left: ctx.attempts_left(self, challenge),
            slow: ctx.masked_phone().is_none() && self.mail.is_slow(),
            unsent: ctx.code_mail == CodeMail::Never,
            e_id: ctx.e_id_instead(),
        }))
    }

    /// Returns a step after identification.
    fn inside(
        &self,
        ctx: &FlowContext,
        asked: Option<Step>,
        admitted: &Admitted,
    ) -> Result<Shown, InternalError> {
        let flow = ctx.flow();
        let door = ctx.room_state(self);
        let entered = flow.is_some_and(|flow| flow.entered_at.is_some());
        let joined = flow.is_some_and(|flow| flow.joined_at.is_some());
        let reached = match door {
            RoomState::Closed => Step::Invitation,
            RoomState::Open if joined && !ctx.meeting.room.has_lobby() => Step::Room,
            _ if entered => Step::Meeting,
            _ => Step::Invitation,
        };
        // The link alone must never lead to the room.
        let asked = match asked {
            None if reached == Step::Room => Step::Meeting,
            None => reached,
            Some(asked) if asked.is_inside() => asked,
            Some(_) => Step::Invitation,
        };
        let ahead = depth(asked) > depth(reached);
        let notice = match door {
            RoomState::Closed => Some(Notice::MeetingOver),
            _ => ahead.then_some(Notice::NotYet),
        };
        let title = ctx.meeting.title.clone();
        // Days ahead, too, and on the day as a trial that nobody is waiting for.
        let tests = ctx.meeting.room.has_lobby() && door != RoomState::Closed;
        let screen = match (if ahead { reached } else { asked }, tests) {
            (Step::Room, _) => Screen::Room(Room { url: self.way_in(ctx, admitted)? }),
            (Step::Meeting, _) => {
                let (when, conference) = (self.occasion(ctx)?, self.conference(ctx)?);
                Screen::Meeting(Meeting { title, when, conference })
            }
            (Step::Check, true) => {
                let (when, role) = (self.occasion(ctx)?, ctx.invitation.role);
                let machine = Machine::of(&ctx.device.agent);
                let leader = ctx.meeting.organiser_name.clone();
                let livekit = ctx.meeting.room == rooms::Room::Livekit;
                let people = self.settings.room.people;
                let conference = TestedRoom { role, people, leader, livekit };
                Screen::Check(DeviceTest { when, machine, conference })
            }
            _ => Screen::Invitation(Invitation {
                title,
                description: ctx.meeting.description.clone(),
                when: self.occasion(ctx)?,
                recipient: ctx.invitation.name.clone(),
                identified_as: flow.and_then(|flow| flow.name.clone()),
                tests,
            }),
        };
        Ok((screen, notice))
    }

    /// Returns the address of the room in another service.
    fn way_in(&self, ctx: &FlowContext, admitted: &Admitted) -> Result<String, InternalError> {
        let proven = ctx.flow().and_then(|flow| flow.name.as_deref());
        let entrant = Entrant {
            admitted,
            meeting: &ctx.meeting.id,
            invitation: &ctx.invitation.id,
            name: &public_name(ctx.invitation.name.as_deref(), proven),
            role: ctx.invitation.role,
            now: ctx.now,
            closes_at: room::closes_at(&self.settings.meeting, ctx.time_range()),
        };
        Ok(ctx.meeting.room.address(&entrant, &self.keys, self.settings.jitsi.as_ref())?)
    }

    fn occasion(&self, ctx: &FlowContext) -> Result<Schedule, InternalError> {
        let zone = ctx.zone()?;
        let opens = invitation::opens_at(&self.settings.meeting, ctx.time_range());
        Ok(Schedule {
            starts: moment(ctx.meeting.starts_at.timestamp(), &zone),
            ends: moment(ctx.meeting.ends_at.timestamp(), &zone),
            zone: ctx.meeting.time_zone.clone(),
            opens: moment(opens.timestamp(), &zone),
            opens_in: opens.seconds_from(ctx.now),
        })
    }

    /// Returns an identified session for a page outside its invitation. It can be ended there, but nothing is
    /// lost that needs a warning.
    pub(crate) fn aside(&self, seen: Time, now: Time) -> Session {
        let ends = session::idle_end(&self.settings.session, seen);
        let ends_in = ends.seconds_from(now);
        Session { ends_in, warned_before: 0, can_stay: false, elsewhere: true }
    }

    /// Returns a page that belongs to no invitation.
    pub(crate) fn show_place(&self, place: &PageRef, language: Language) -> PageResponse {
        let (screen, path, status) = match place {
            PageRef::Accessibility => (
                Screen::Accessibility(self.settings.accessibility.clone()),
                ACCESSIBILITY_PATH,
                200,
            ),
            PageRef::Reported => (Screen::Reported, REPORTED_PATH, 200),
            PageRef::Ended(None) => (Screen::Ended, ENDED_PATH, 200),
            PageRef::Privacy => (Screen::Privacy(self.settings.privacy.clone()), PRIVACY_PATH, 200),
            PageRef::NotFound | PageRef::Invitation(..) | PageRef::Ended(Some(_)) => {
                (Screen::NotFound, "/", 404)
            }
        };
        // An unknown and a malformed link must look the same.
        self.bare(screen, path.to_owned(), language, status)
    }

    /// Returns a view without an invitation.
    pub fn bare(
        &self,
        screen: Screen,
        path: String,
        language: Language,
        status: u16,
    ) -> PageResponse {
        let view = PageView {
            language,
            path: path.clone(),
            token: None,
            track: Track::default(),
            organisation: self.settings.organisation.clone(),
            help: None,
            session: None,
            notice: None,
            problem: None,
            link: None,
            screen,
        };
        PageResponse { view, location: path, cookies: Vec::new(), status }
    }

    /// Returns a time as the meeting's zone shows it.
    pub(crate) fn moment(ctx: &FlowContext, time: Time) -> Result<LocalTime, InternalError> {
        Ok(moment(time.timestamp(), &ctx.zone()?))
    }
}

/// Returns the depth of a step after identification.
const fn depth(step: Step) -> u8 {
    match step {
        Step::Room => 2,
        Step::Meeting => 1,
        _ => 0,
    }
}
