//! Views: the step that a visitor asks for, or the furthest one reached.

use super::{
    Desk, Fault, e_id,
    situation::{CodeMail, Situation},
};
use crate::{
    clock::Time,
    deliver::letter::moment,
    prove::word::word_of,
    rooms,
    rules::{
        assurance::Admitted,
        invitation::{self, Door, Life},
        limits, session,
    },
};
use app::{
    gate::{Answer, Place},
    steps::{ACCESSIBILITY_PATH, ENDED_PATH, PRIVACY_PATH, Step, Track, invitation_path},
    wire::{
        Address, BankId, Code, Failure, Help, Invitation, Language, Locked, Meeting, Method,
        Moment, Notice, Occasion, Problem, Room, Screen, Session, View, Way,
    },
};
use serde::{Deserialize, Serialize};

/// The flash of a flow: what the next page says, kept until the next action.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Remark {
    pub step: Step,
    pub problem: Option<Problem>,
    pub notice: Option<Notice>,
}

impl Remark {
    pub(super) const fn problem(step: Step, problem: Problem) -> Self {
        Self { step, problem: Some(problem), notice: None }
    }

    /// Returns the flash of a failed e-ID identification, on the page where another can be chosen.
    pub(super) const fn failure(failure: Failure) -> Self {
        Self::problem(Step::Choice, Problem::EId(failure))
    }

    pub(super) const fn notice(step: Step, notice: Notice) -> Self {
        Self { step, problem: None, notice: Some(notice) }
    }

    pub(super) fn written(self) -> Option<String> {
        serde_json::to_string(&self).ok()
    }

    /// Returns the step of a stored flash.
    pub(super) fn step_of(text: &str) -> Option<Step> {
        serde_json::from_str(text).ok().map(|remark: Self| remark.step)
    }

    fn read(text: &str, now: Time) -> Option<Self> {
        let mut remark: Self = serde_json::from_str(text).ok()?;
        // A wait that has ended is no longer a problem.
        remark.problem = remark.problem.and_then(|problem| {
            let left = |at: Moment| Time(at.unix.saturating_mul(1000)).seconds_from(now);
            match problem {
                Problem::TooSoon { at, .. } => {
                    (left(at) > 0).then(|| Problem::TooSoon { at, wait: left(at) })
                }
                Problem::TooMany { at } | Problem::TooManyAddresses { at } => {
                    (left(at) > 0).then_some(problem)
                }
                other => Some(other),
            }
        });
        Some(remark)
    }
}

/// A screen, and the notice above it about the request.
type Shown = (Screen, Option<Notice>);

impl Desk {
    /// Returns the step asked for, if the visitor may see it, otherwise the one reached.
    pub(super) fn show(&self, at: &Situation, asked: Option<Step>) -> Result<Answer, Fault> {
        let (screen, notice) = self.screen(at, asked)?;
        Ok(self.shown(at, screen, notice))
    }

    /// Returns the page that asks for cookies, or the invitation's own page if it is closed or cancelled.
    pub(super) fn show_no_cookies(&self, at: &Situation) -> Result<Answer, Fault> {
        match at.life(self) {
            Life::Open | Life::Ended => Ok(self.shown(at, Screen::NoCookies, None)),
            Life::Cancelled | Life::Over => self.show(at, None),
        }
    }

    fn shown(&self, at: &Situation, screen: Screen, notice: Option<Notice>) -> Answer {
        let step = screen.step();
        let admitted = step.is_some_and(Step::is_inside);
        let remark = at
            .visit
            .as_ref()
            .and_then(|visit| Remark::read(visit.remark.as_deref()?, at.now))
            .filter(|remark| Some(remark.step) == step);
        let failed = at.order.as_ref().and_then(e_id::failure).map(Problem::EId);
        let problem = remark
            .and_then(|remark| remark.problem)
            .or_else(|| failed.filter(|_| step == Some(Step::Choice)))
            .or_else(|| self.no_code(at, step));
        let path = match step {
            Some(step) => step.path(at.token.as_str()),
            None => invitation_path(at.token.as_str()),
        };
        let session = match at.proof_ends(self).filter(|_| admitted) {
            Some((ends, last)) => Some(Session {
                ends_in: ends.seconds_from(at.now),
                warned_before: u32::try_from(self.settings.session.warned_before.as_secs())
                    .unwrap_or(u32::MAX),
                can_stay: ends < last,
            }),
            None => at
                .session
                .as_ref()
                .filter(|session| session.identified)
                .map(|session| self.aside(session.seen_at, at.now)),
        };
        let view = View {
            language: at.language,
            path: path.clone(),
            token: Some(at.token.as_str().to_owned()),
            track: at.track(),
            organisation: self.settings.organisation.clone(),
            help: Some(Help {
                name: at.meeting.organiser_name.clone(),
                phone: at.meeting.organiser_phone.clone(),
            }),
            session,
            notice: notice.or_else(|| remark.and_then(|remark| remark.notice)),
            problem,
            screen,
        };
        let status = match problem {
            None => 200,
            Some(
                Problem::TooSoon { .. }
                | Problem::TooMany { .. }
                | Problem::TooManyAddresses { .. },
            ) => 429,
            Some(_) => 422,
        };
        Answer { view, location: path, cookies: Vec::new(), status }
    }

    fn screen(&self, at: &Situation, asked: Option<Step>) -> Result<Shown, Fault> {
        let life = at.life(self);
        match life {
            Life::Cancelled => return Ok((Screen::Cancelled, None)),
            Life::Over => return Ok((Screen::Over, None)),
            Life::Open | Life::Ended => {}
        }
        let (screen, notice) = match at.admitted(self) {
            Some(admitted) => self.inside(at, asked, &admitted)?,
            None => self.outside(at, asked)?,
        };
        let over = (life == Life::Ended).then_some(Notice::MeetingOver);
        Ok((screen, notice.or(over)))
    }

    /// Returns a step before identification.
    fn outside(&self, at: &Situation, asked: Option<Step>) -> Result<Shown, Fault> {
        let (track, reached) = (at.track(), at.reached());
        let way = if track == Track::EIdInstead { Way::EId } else { at.way()? };
        if at.locked(self) {
            let e_id = track == Track::Code && at.e_id_instead() && !at.e_id_locked(self);
            return Ok((Screen::Locked(Locked { way, e_id }), None));
        }
        let asked = asked.unwrap_or(reached);
        let ahead = track.place(asked) > track.place(reached);
        let notice = match (&at.visit, asked) {
            _ if at.must_step_up(self) => Some(Notice::StepUp),
            _ if !ahead => None,
            (None, Step::Code) if !at.lapsed && track == Track::Code => Some(Notice::OtherBrowser),
            (None, _) => Some(Notice::StartHere),
            (Some(_), _) => Some(Notice::NotYet),
        };
        // A visitor can always return to the choice, even if the step reached is at the same place.
        let behind = track.place(asked) < track.place(reached);
        let chooses = track.place(asked) == track.place(reached) && asked == Step::Choice;
        let step = if behind || (chooses && track != Track::Code) { asked } else { reached };
        let screen = match step {
            Step::Method => Screen::Method(Method {
                way: at.way()?,
                code_length: self.settings.code.length,
                phone: at.masked_phone(),
                e_id: at.e_id_instead(),
            }),
            Step::Code => self.code_screen(at)?,
            Step::Choice => Screen::Choice(self.choice(at)),
            Step::BankIdElsewhere | Step::BankIdHere => {
                let order = at.order.as_ref().ok_or(Fault::Unknown("order"))?;
                let progress = self.progress_of(order, at.now)?;
                Screen::BankId(BankId { here: order.here, progress })
            }
            Step::Provider => {
                let login = at.login.as_ref().ok_or(Fault::Unknown("login"))?;
                Screen::Provider(self.leaving(login)?)
            }
            _ => Screen::Address(Address {
                typed: at.visit.as_ref().map(|visit| visit.typed.clone()).unwrap_or_default(),
                way,
            }),
        };
        Ok((screen, notice))
    }

    fn code_screen(&self, at: &Situation) -> Result<Screen, Fault> {
        let challenge = at.challenge.as_ref().ok_or(Fault::Unknown("challenge"))?;
        let limits = &self.settings.code;
        let zone = at.zone()?;
        let resend_at = match limits::may_send(limits, &at.sends, at.now) {
            Ok(()) => at.now,
            Err(hold) => hold.until(),
        };
        Ok(Screen::Code(Code {
            address: challenge.address.clone(),
            phone: at.masked_phone(),
            word: word_of(&self.keys, challenge).ok_or(Fault::Unknown("key"))?,
            length: limits.length,
            sent_at: moment(challenge.sent_at.timestamp(), &zone),
            valid_until: moment(challenge.expires_at.timestamp(), &zone),
            valid_for: match challenge.expired_at {
                None => challenge.expires_at.seconds_from(at.now),
                Some(_) => 0,
            },
            resend_at: moment(resend_at.timestamp(), &zone),
            resend_in: resend_at.seconds_from(at.now),
            tries_left: at.tries_left(self, challenge),
            resent: challenge.sends > 1,
            slow: at.masked_phone().is_none() && self.mail.is_slow(),
            unsent: at.code_mail == CodeMail::Never,
        }))
    }

    /// Returns a step after identification.
    fn inside(
        &self,
        at: &Situation,
        asked: Option<Step>,
        admitted: &Admitted,
    ) -> Result<Shown, Fault> {
        let visit = at.visit.as_ref();
        let door = at.door(self);
        let entered = visit.is_some_and(|visit| visit.entered_at.is_some());
        let joined = visit.is_some_and(|visit| visit.joined_at.is_some());
        let reached = match door {
            Door::Closed => Step::Invitation,
            Door::Open if joined => Step::Room,
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
            Door::Closed => Some(Notice::MeetingOver),
            _ => ahead.then_some(Notice::NotYet),
        };
        let title = at.meeting.title.clone();
        let screen = match if ahead { reached } else { asked } {
            Step::Room => Screen::Room(Room { url: rooms::way_in(admitted, &at.meeting) }),
            Step::Meeting => Screen::Meeting(Meeting { title, when: self.occasion(at)? }),
            _ => Screen::Invitation(Invitation {
                title,
                description: at.meeting.description.clone(),
                when: self.occasion(at)?,
                recipient: at.invitation.name.clone(),
            }),
        };
        Ok((screen, notice))
    }

    fn occasion(&self, at: &Situation) -> Result<Occasion, Fault> {
        let zone = at.zone()?;
        let opens = invitation::opens_at(&self.settings.meeting, at.span());
        Ok(Occasion {
            starts: moment(at.meeting.starts_at.timestamp(), &zone),
            ends: moment(at.meeting.ends_at.timestamp(), &zone),
            zone: at.meeting.time_zone.clone(),
            opens: moment(opens.timestamp(), &zone),
            opens_in: opens.seconds_from(at.now),
        })
    }

    /// Returns an identified session for a page outside its invitation. It can be ended there, but nothing is
    /// lost that needs a warning.
    pub(super) fn aside(&self, seen: Time, now: Time) -> Session {
        let ends = session::idle_end(&self.settings.session, seen);
        Session { ends_in: ends.seconds_from(now), warned_before: 0, can_stay: false }
    }

    /// Returns a page that belongs to no invitation.
    pub(super) fn show_place(&self, place: &Place, language: Language) -> Answer {
        let (screen, path, status) = match place {
            Place::Accessibility => (
                Screen::Accessibility(self.settings.accessibility.clone()),
                ACCESSIBILITY_PATH,
                200,
            ),
            Place::Ended => (Screen::Ended, ENDED_PATH, 200),
            Place::Privacy => (Screen::Privacy(self.settings.privacy.clone()), PRIVACY_PATH, 200),
            Place::Nowhere | Place::Invitation(..) => (Screen::NotFound, "/", 404),
        };
        // An unknown and a malformed link must look the same.
        self.bare(screen, path.to_owned(), language, status)
    }

    /// Returns a view without an invitation.
    pub fn bare(&self, screen: Screen, path: String, language: Language, status: u16) -> Answer {
        let view = View {
            language,
            path: path.clone(),
            token: None,
            track: Track::default(),
            organisation: self.settings.organisation.clone(),
            help: None,
            session: None,
            notice: None,
            problem: None,
            screen,
        };
        Answer { view, location: path, cookies: Vec::new(), status }
    }

    /// Returns a time as the meeting's zone shows it.
    pub(super) fn moment(at: &Situation, time: Time) -> Result<Moment, Fault> {
        Ok(moment(time.timestamp(), &at.zone()?))
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
