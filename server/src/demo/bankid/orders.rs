//! All orders: how they are made, found and moved on.

use super::{
    completion::{CompletionData, Signer},
    hints,
    order::{Collected, Order, Outcome, Tokens},
    qr::Picture,
    request::Wish,
};
use crate::{clock::Time, keys};
use std::collections::BTreeMap;

/// How many are remembered; beyond that the oldest go, those that have ended first.
const MOST: usize = 5000;

/// The orders, by their `orderRef`.
#[derive(Default)]
pub(super) struct Orders(BTreeMap<String, Order>);

/// The names of a new order.
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

/// What the person does in the app.
pub(super) enum Action {
    /// Takes the order up, on the device that the browser is on or on another.
    Start { on_this_device: bool },
    /// Signs.
    Sign(Signer),
    /// Says no.
    Cancel,
    /// Fails, with a hint code.
    Fail(String),
    /// Is at a point that has a hint code.
    Wait(String),
}

/// An order that was moved on.
pub(super) struct Moved {
    pub(super) order_ref: String,
    /// Where the app leads when it is done.
    pub(super) return_url: Option<String>,
    /// Whether the browser is on the same device.
    pub(super) on_this_device: bool,
}

/// Why an order can't be moved on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stuck {
    /// There is no such order.
    Unknown,
    /// It has ended.
    Ended,
    /// It is for somebody else.
    NotTheirs,
}

impl Orders {
    /// Makes an order. Where one is going on for the same person, both end.
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

    /// Tells how an order is going, or once how it has ended.
    pub(super) fn collect(&mut self, order_ref: &str, now: Time) -> Option<Collected> {
        self.find(order_ref, now)?.collect()
    }

    /// Withdraws an order that is going on; false when there is none.
    pub(super) fn withdraw(&mut self, order_ref: &str, now: Time) -> bool {
        let order = self.find(order_ref, now).filter(|order| order.is_open());
        order.map(|order| order.end(Outcome::Withdrawn, now)).is_some()
    }

    /// The order on whose picture the app is held; none when the picture is forged or old.
    pub(super) fn seen(&mut self, text: &str, now: Time) -> Option<&mut Order> {
        let picture = Picture::read(text)?;
        let order = self.open_with(now, |tokens| tokens.qr_start_token == picture.token)?;
        let age = now.since(order.made_at).as_secs();
        let secret = order.tokens.as_ref().map(|tokens| tokens.qr_start_secret.as_str())?;
        picture.is_genuine(secret, age).then_some(order)
    }

    /// The open order that the app is started with on the same device.
    pub(super) fn linked(&mut self, auto_start_token: &str, now: Time) -> Option<&mut Order> {
        self.open_with(now, |tokens| tokens.auto_start_token == auto_start_token)
    }

    /// Does in the app what the person does.
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
            order_ref: order.order_ref.clone(),
            return_url: order.wish.return_url.clone(),
            on_this_device,
        })
    }

    /// An order that is remembered.
    pub(super) fn find(&mut self, order_ref: &str, now: Time) -> Option<&mut Order> {
        let order = self.0.get_mut(order_ref)?;
        order.settle(now);
        (!order.is_past(now)).then_some(order)
    }

    /// All that are remembered, newest first.
    pub(super) fn newest_first(&mut self, now: Time) -> Vec<&Order> {
        self.tidy(now);
        let mut all: Vec<&Order> = self.0.values().collect();
        all.sort_by_key(|order| std::cmp::Reverse(order.made_at));
        all
    }

    /// The order with that token, whether it has ended or not.
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

    /// Brings all up to date and forgets what is past.
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
            let Some(oldest) = oldest.map(|order| order.order_ref.clone()) else { break };
            self.0.remove(&oldest);
        }
    }
}
