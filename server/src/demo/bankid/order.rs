//! A simulated order and its life cycle.
//!
//! It is created, the app starts it, and it ends: signed, failed, or cancelled by the relying party.
//! `collect` returns the end once.

use super::{completion::CompletionData, hints, request::Wish};
use crate::clock::Time;
use serde::Serialize;
use std::time::Duration;

/// Time in which the app must start an order.
const TO_START: Duration = Duration::from_secs(30);

/// Time in which the person must finish after the start. For an order by phone, which no QR code or link
/// starts, it counts from the creation.
const TO_FINISH: Duration = Duration::from_mins(3);

/// Time for which the end of an order can be collected: signed, never started by the app, and all other
/// cases.
const SIGNED_KEPT: Duration = Duration::from_mins(3);
const UNSTARTED_KEPT: Duration = Duration::from_secs(190);
const FAILED_KEPT: Duration = Duration::from_mins(5);

/// The values by which the app finds an order.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Tokens {
    pub(super) auto_start_token: String,
    pub(super) qr_start_token: String,
    pub(super) qr_start_secret: String,
}

pub(super) struct Order {
    /// The `orderRef`.
    pub(super) reference: String,
    /// `None` for an order by phone.
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

/// The end of an order.
pub(super) enum Outcome {
    /// Signed.
    Complete(Box<CompletionData>),
    /// Failed, with a hint code.
    Failed(String),
    /// Cancelled by the relying party.
    Withdrawn,
}

/// The response to `collect`.
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
    pub(super) fn new(reference: String, tokens: Option<Tokens>, wish: Wish, now: Time) -> Self {
        let stage = Stage::Open { hint: hints::OUTSTANDING.to_owned(), start: None };
        Self { reference, tokens, wish, made_at: now, stage }
    }

    /// Fails the order if its deadline has passed.
    pub(super) fn settle(&mut self, now: Time) {
        let Some((until, code)) = self.deadline().filter(|(until, _)| *until <= now) else {
            return;
        };
        self.end(Outcome::Failed(code.to_owned()), until);
    }

    /// Returns the deadline of an open order, and the hint code with which it then fails.
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

    /// Returns the seconds until the deadline. 0 once the order has ended.
    pub(super) fn seconds_left(&self, now: Time) -> u32 {
        self.deadline().map_or(0, |(until, _)| until.seconds_from(now))
    }

    pub(super) const fn is_open(&self) -> bool {
        matches!(self.stage, Stage::Open { .. })
    }

    /// `true` if the app has started the order.
    pub(super) const fn is_started(&self) -> bool {
        matches!(self.stage, Stage::Open { start: Some(_), .. })
    }

    /// `true` if the app on the browser's device has started the order.
    pub(super) fn is_started_here(&self) -> bool {
        matches!(&self.stage, Stage::Open { start: Some(start), .. } if start.on_this_device)
    }

    /// Returns the hint code of an open order.
    pub(super) fn hint(&self) -> Option<&str> {
        match &self.stage {
            Stage::Open { hint, .. } => Some(hint),
            Stage::Ended { .. } => None,
        }
    }

    /// Returns how and when the order ended.
    pub(super) const fn end_of(&self) -> Option<(&Outcome, Time)> {
        match &self.stage {
            Stage::Open { .. } => None,
            Stage::Ended { outcome, at, .. } => Some((outcome, *at)),
        }
    }

    /// `true` if the order can be forgotten.
    pub(super) fn is_past(&self, now: Time) -> bool {
        self.end_of().is_some_and(|(outcome, at)| {
            let kept = match outcome {
                Outcome::Complete(_) => SIGNED_KEPT,
                Outcome::Failed(code) if code == hints::START_FAILED => UNSTARTED_KEPT,
                Outcome::Failed(_) | Outcome::Withdrawn => FAILED_KEPT,
            };
            at + kept <= now
        })
    }

    /// Starts the order in the app. Only the first device counts.
    pub(super) fn start(&mut self, on_this_device: bool, now: Time) {
        if let Stage::Open { hint, start: start @ None } = &mut self.stage {
            *start = Some(Start { at: now, on_this_device });
            hints::STARTED.clone_into(hint);
        }
    }

    /// Sets the hint code. A code from after the start also starts the order.
    pub(super) fn wait_for(&mut self, code: &str, now: Time) {
        if hints::is_after_start(code) {
            self.start(false, now);
        }
        if let Stage::Open { hint, .. } = &mut self.stage {
            code.clone_into(hint);
        }
    }

    /// Ends an open order. One that has ended stays as it is.
    pub(super) fn end(&mut self, outcome: Outcome, now: Time) {
        if self.is_open() {
            self.stage = Stage::Ended { at: now, outcome, told: false };
            // It may be large, and the signature contains it already.
            self.wish.hidden_data = None;
        }
    }

    /// Returns the state for the relying party. `None` once it has received the end.
    pub(super) fn collect(&mut self) -> Option<Collected> {
        let order_ref = self.reference.clone();
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
