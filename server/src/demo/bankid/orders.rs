//! All simulated orders: creates, finds and advances them.

use super::{
    completion::{CompletionData, Signer},
    hints,
    order::{Collected, Order, Outcome, Tokens},
    qr::Picture,
    request::Wish,
};
use crate::{clock::Time, keys};
use std::collections::BTreeMap;

/// Maximum number of orders. Beyond it the oldest are dropped, ended ones first.
const MOST: usize = 5000;

/// Orders by `orderRef`.
#[derive(Default)]
pub(super) struct Orders(BTreeMap<String, Order>);

/// The random identifiers of a new order.
pub(super) struct Names {
    order_ref: String,
    tokens: Tokens,
}

impl Names {
    pub(super) fn new() -> Result<Self, getrandom::Error> {
        let tokens = Tokens {
            auto_start_token: keys::new_id()?,
            qr_start_token: keys::new_id()?,
            qr_start_secret: keys::new_id()?,
        };
        Ok(Self { order_ref: keys::new_id()?, tokens })
    }
}

/// An action of the person in the app.
pub(super) enum Action {
    /// Starts the order, on the browser's device or on another.
    Start { on_this_device: bool },
    /// Signs.
    Sign(Signer),
    /// Declines.
    Cancel,
    /// Fails, with a hint code.
    Fail(String),
    /// Waits, with a hint code.
    Wait(String),
}

/// An order after an action.
pub(super) struct Moved {
    pub(super) order_ref: String,
    /// The address to which the app returns.
    pub(super) return_url: Option<String>,
    /// `true` if the app runs on the browser's device.
    pub(super) on_this_device: bool,
}

/// Reason why an order accepts no action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stuck {
    /// There is no such order.
    Unknown,
    /// It has ended.
    Ended,
    /// It is for another person.
    NotTheirs,
}

impl Orders {
    /// Creates an order. If another is open for the same person, ends that one and returns `None`.
    pub(super) fn make(&mut self, wish: Wish, names: Names, now: Time) -> Option<&Order> {
        self.tidy(now);
        if let Some(number) = &wish.personal_number {
            let other = self.0.values_mut().find(|order| {
                order.is_open() && order.wish.personal_number.as_ref() == Some(number)
            });
            if let Some(other) = other {
                other.end(Outcome::Failed(hints::CANCELLED.to_owned()), now);
                return None;
            }
        }
        self.make_room();
        let tokens = (!wish.by_phone).then_some(names.tokens);
        let order = Order::new(names.order_ref.clone(), tokens, wish, now);
        Some(self.0.entry(names.order_ref).or_insert(order))
    }

    /// Returns the state of an order, its end only once.
    pub(super) fn collect(&mut self, order_ref: &str, now: Time) -> Option<Collected> {
        self.find(order_ref, now)?.collect()
    }

    /// Cancels an open order. Returns `false` if there is none.
    pub(super) fn withdraw(&mut self, order_ref: &str, now: Time) -> bool {
        let order = self.find(order_ref, now).filter(|order| order.is_open());
        order.map(|order| order.end(Outcome::Withdrawn, now)).is_some()
    }

    /// Returns the order of a scanned QR code. `None` if the code is forged or old.
    pub(super) fn seen(&mut self, text: &str, now: Time) -> Option<&mut Order> {
        let picture = Picture::read(text)?;
        let order = self.open_with(now, |tokens| tokens.qr_start_token == picture.token)?;
        let age = now.since(order.made_at).as_secs();
        let secret = order.tokens.as_ref().map(|tokens| tokens.qr_start_secret.as_str())?;
        picture.is_genuine(secret, age).then_some(order)
    }

    /// Returns the open order with this token, by which the app starts on the same device.
    pub(super) fn linked(&mut self, auto_start_token: &str, now: Time) -> Option<&mut Order> {
        self.open_with(now, |tokens| tokens.auto_start_token == auto_start_token)
    }

    /// Performs an action of the person.
    pub(super) fn act(
        &mut self,
        order_ref: &str,
        action: Action,
        now: Time,
    ) -> Result<Moved, Stuck> {
        let order = self.find(order_ref, now).ok_or(Stuck::Unknown)?;
        if !order.is_open() {
            return Err(Stuck::Ended);
        }
        let mut on_this_device = order.is_started_here();
        match action {
            Action::Start { on_this_device: here } => {
                order.start(here, now);
                on_this_device = order.is_started_here();
            }
            Action::Sign(signer) => {
                let data = CompletionData::new(&order.wish, signer, now).ok_or(Stuck::NotTheirs)?;
                order.end(Outcome::Complete(Box::new(data)), now);
            }
            Action::Cancel => order.end(Outcome::Failed(hints::USER_CANCEL.to_owned()), now),
            Action::Fail(code) => order.end(Outcome::Failed(code), now),
            Action::Wait(code) => order.wait_for(&code, now),
        }
        Ok(Moved {
            order_ref: order.reference.clone(),
            return_url: order.wish.return_url.clone(),
            on_this_device,
        })
    }

    /// Returns an order that is still remembered.
    pub(super) fn find(&mut self, order_ref: &str, now: Time) -> Option<&mut Order> {
        let order = self.0.get_mut(order_ref)?;
        order.settle(now);
        (!order.is_past(now)).then_some(order)
    }

    /// Returns all remembered orders, newest first.
    pub(super) fn newest_first(&mut self, now: Time) -> Vec<&Order> {
        self.tidy(now);
        let mut all: Vec<&Order> = self.0.values().collect();
        all.sort_by_key(|order| std::cmp::Reverse(order.made_at));
        all
    }

    /// Returns the order with this token, open or ended.
    pub(super) fn with_token(&mut self, auto_start_token: &str, now: Time) -> Option<&Order> {
        let has = |tokens: &Tokens| tokens.auto_start_token == auto_start_token;
        self.tidy(now);
        self.0.values().find(|order| order.tokens.as_ref().is_some_and(has))
    }

    fn open_with(&mut self, now: Time, is_it: impl Fn(&Tokens) -> bool) -> Option<&mut Order> {
        let order = self.0.values_mut().find(|it| it.tokens.as_ref().is_some_and(&is_it))?;
        order.settle(now);
        order.is_open().then_some(order)
    }

    /// Applies deadlines and drops what can be forgotten.
    fn tidy(&mut self, now: Time) {
        self.0.retain(|_, order| {
            order.settle(now);
            !order.is_past(now)
        });
    }

    /// Makes room for one more.
    fn make_room(&mut self) {
        while self.0.len() >= MOST {
            let oldest = self.0.values().min_by_key(|order| (order.is_open(), order.made_at));
            let Some(oldest) = oldest.map(|order| order.reference.clone()) else { break };
            self.0.remove(&oldest);
        }
    }
}
