//! One order and its life.
//!
//! It is made, the app takes it up (starts it), and it ends: signed, failed, or withdrawn by the
//! relying party. How it has ended is told once.

use super::{completion::CompletionData, hints, request::Wish};
use crate::clock::Time;
use serde::Serialize;
use std::time::Duration;

/// How long the app may take to start an order.
const TO_START: Duration = Duration::from_secs(30);

/// How long the person may take after that. A phone call's order, which is not started by a
/// picture or a link, has this long from the beginning.
const TO_FINISH: Duration = Duration::from_mins(3);

/// How long an order is remembered when it has ended.
const KEPT: Duration = Duration::from_mins(3);

/// How an order is found by the app.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tokens {
    pub(super) auto_start_token: String,
    pub(super) qr_start_token: String,
    pub(super) qr_start_secret: String,
}

/// An order.
pub(super) struct Order {
    pub(super) order_ref: String,
    /// None for a phone call's order.
    pub(super) tokens: Option<Tokens>,
    pub(super) wish: Wish,
    pub(super) made_at: Time,
    stage: Stage,
}

enum Stage {
    Open { hint: String, start: Option<Start> },
    Ended { at: Time, outcome: Outcome, told: bool },
}

struct Start {
    at: Time,
    on_this_device: bool,
}

/// How an order has ended.
pub(super) enum Outcome {
    /// Signed.
    Complete(Box<CompletionData>),
    /// Failed, with a hint code.
    Failed(String),
    /// Cancelled by the relying party.
    Withdrawn,
}

/// What `collect` answers.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Collected {
    order_ref: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    completion_data: Option<Box<CompletionData>>,
}

impl Order {
    pub(super) fn new(order_ref: String, tokens: Option<Tokens>, wish: Wish, now: Time) -> Self {
        let stage = Stage::Open { hint: hints::OUTSTANDING.to_owned(), start: None };
        Self { order_ref, tokens, wish, made_at: now, stage }
    }

    /// Lets happen what the passing of time has made of it.
    pub(super) fn settle(&mut self, now: Time) {
        let Some((until, code)) = self.deadline().filter(|(until, _)| *until <= now) else {
            return;
        };
        self.end(Outcome::Failed(code.to_owned()), until);
    }

    /// Until when it is open, and how it fails then.
    fn deadline(&self) -> Option<(Time, &'static str)> {
        match &self.stage {
            Stage::Open { start: Some(start), .. } => Some((start.at + TO_FINISH, hints::EXPIRED)),
            Stage::Open { start: None, .. } if self.wish.by_phone => {
                Some((self.made_at + TO_FINISH, hints::EXPIRED))
            }
            Stage::Open { start: None, .. } => Some((self.made_at + TO_START, hints::START_FAILED)),
            Stage::Ended { .. } => None,
        }
    }

    /// How many seconds are left until then.
    pub(super) fn seconds_left(&self, now: Time) -> u32 {
        self.deadline().map_or(0, |(until, _)| until.seconds_from(now))
    }

    pub(super) const fn is_open(&self) -> bool {
        matches!(self.stage, Stage::Open { .. })
    }

    /// Whether the app has it.
    pub(super) const fn is_started(&self) -> bool {
        matches!(self.stage, Stage::Open { start: Some(_), .. })
    }

    /// Whether the app on the same device as the browser has it.
    pub(super) fn is_started_here(&self) -> bool {
        matches!(&self.stage, Stage::Open { start: Some(start), .. } if start.on_this_device)
    }

    /// What the relying party is told that it waits for.
    pub(super) fn hint(&self) -> Option<&str> {
        match &self.stage {
            Stage::Open { hint, .. } => Some(hint),
            Stage::Ended { .. } => None,
        }
    }

    /// How it has ended, and when.
    pub(super) const fn end_of(&self) -> Option<(&Outcome, Time)> {
        match &self.stage {
            Stage::Open { .. } => None,
            Stage::Ended { outcome, at, .. } => Some((outcome, *at)),
        }
    }

    /// Whether it need not be remembered any longer.
    pub(super) fn is_past(&self, now: Time) -> bool {
        self.end_of().is_some_and(|(_, at)| at + KEPT <= now)
    }

    /// The app takes it up. Whichever device was first keeps it.
    pub(super) fn start(&mut self, on_this_device: bool, now: Time) {
        if let Stage::Open { hint, start: start @ None } = &mut self.stage {
            *start = Some(Start { at: now, on_this_device });
            hints::STARTED.clone_into(hint);
        }
    }

    /// The app says what it waits for now.
    pub(super) fn wait_for(&mut self, code: &str, now: Time) {
        if hints::is_after_start(code) {
            self.start(false, now);
        }
        if let Stage::Open { hint, .. } = &mut self.stage {
            code.clone_into(hint);
        }
    }

    /// Ends it; what has ended stays as it is.
    pub(super) fn end(&mut self, outcome: Outcome, now: Time) {
        if self.is_open() {
            self.stage = Stage::Ended { at: now, outcome, told: false };
            // What was signed stands in the signature; it may be large.
            self.wish.hidden_data = None;
        }
    }

    /// What the relying party is told when it asks; how it has ended is told once.
    pub(super) fn collect(&mut self) -> Option<Collected> {
        let order_ref = self.order_ref.clone();
        let (status, hint_code, completion_data) = match &mut self.stage {
            Stage::Open { hint, .. } => ("pending", Some(hint.clone()), None),
            Stage::Ended { told: true, .. } | Stage::Ended { outcome: Outcome::Withdrawn, .. } => {
                return None;
            }
            Stage::Ended { outcome, told, .. } => {
                *told = true;
                match outcome {
                    Outcome::Complete(data) => ("complete", None, Some(data.clone())),
                    Outcome::Failed(code) => ("failed", Some(code.clone()), None),
                    Outcome::Withdrawn => return None,
                }
            }
        };
        Some(Collected { order_ref, status, hint_code, completion_data })
    }
}
