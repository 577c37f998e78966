//! E-ID: choosing a method, abandoning it, and completing it.

use super::{Desk, Fault, codes::held, logins::Prepared, show::Remark, situation::Situation};
use crate::{
    clock::Time,
    keys::{Keys, Purpose, fingerprint, new_id},
    prove::identity::Identity,
    rules::{
        assurance::Level,
        limits::{Hold, is_named, may_begin_e_id, may_name, network_of, sends_since},
    },
    store::{
        Attempt, Naming, Tx,
        records::{Invitation, Login, Order, OrderState, Visit},
    },
};
use app::{
    gate::{Chosen, Device},
    steps::Step,
    wire::{Choice, Failure, Provider},
};
use serde::{Deserialize, Serialize};
use std::{net::IpAddr, time::Duration};

/// Maximum age of an order that can be completed.
const DONE_LASTS: Duration = Duration::from_mins(15);

/// The device that started an order, as it is sealed.
#[derive(Serialize, Deserialize)]
pub(super) struct Beginner {
    pub address: Option<IpAddr>,
    pub agent: String,
}

/// Returns an order in its current state. An order that nobody followed to its end, such as after BankID was
/// removed from the configuration, has failed. So has an order whose key is no longer configured.
fn standing(mut order: Order, keys: &Keys, now: Time) -> Order {
    let going = matches!(order.state, OrderState::Opening | OrderState::Open);
    let late = going && now.since(order.begun_at) > DONE_LASTS;
    let sealed = (going || order.state == OrderState::Done) && !keys.knows(&order.key_id);
    if late || sealed {
        order.state = OrderState::Failed;
        order.hint = written(if late { Failure::NoAnswer } else { Failure::Trouble });
    }
    order
}

/// Returns the flow's latest BankID order in its current state. `None` if there is none or it was abandoned.
pub(super) async fn order_of(
    tx: &mut dyn Tx,
    visit: &Visit,
    keys: &Keys,
    now: Time,
) -> Result<Option<Order>, Fault> {
    let Some(id) = &visit.order_id else { return Ok(None) };
    let order = tx.order(id).await?.map(|order| standing(order, keys, now));
    Ok(order.filter(|order| !matches!(order.state, OrderState::Cancelling | OrderState::Ended)))
}

/// Returns why a BankID order failed. `None` if it did not.
pub(super) fn failure(order: &Order) -> Option<Failure> {
    (order.state == OrderState::Failed)
        .then(|| serde_json::from_str(&order.hint).unwrap_or(Failure::Unknown))
}

/// Returns a failure as the store keeps it.
pub(super) fn written(failure: Failure) -> String {
    serde_json::to_string(&failure).unwrap_or_default()
}

impl Desk {
    /// Returns the e-ID methods for an invitation.
    pub(super) fn choice(&self, at: &Situation) -> Choice {
        let required = at.required().unwrap_or(Level::Loa3);
        let providers = self.identifiers.providers.iter().filter(|it| it.reaches(required));
        Choice {
            bankid: self.identifiers.bankid.is_some(),
            handheld: at.handheld,
            providers: providers
                .map(|it| Provider { id: it.id().to_owned(), name: it.name().to_owned() })
                .collect(),
        }
    }

    /// Stores the address that a visitor typed for an e-ID identification. It is matched after the
    /// identification.
    pub(super) async fn name_address(
        &self,
        tx: &mut dyn Tx,
        at: &mut Situation,
        visit: &mut Visit,
        address: String,
    ) -> Result<(), Fault> {
        let (invitation, generation) = (&at.invitation.id, at.invitation.generation);
        let mark = self.send_mark(&at.invitation, &address);
        let since = sends_since(&self.settings.code, at.now);
        let sends = tx.sends(invitation, generation, &visit.session_id, &mark, since).await?;
        if let Err(until) = may_name(&sends, at.now) {
            let problem = held(at, Hold::TooManyAddresses(until))?;
            visit.remark = Remark::problem(Step::Address, problem).written();
            return Ok(());
        }
        if !is_named(&sends, at.now) {
            let id = new_id()?;
            let attempt = Attempt {
                id: &id,
                challenge: "",
                invitation,
                generation,
                session: &visit.session_id,
                alone: true,
                at: at.now,
            };
            let naming = Naming { address_mark: &mark, mail_at: None, e_id: true };
            tx.count_send(&id, &attempt, naming).await?;
        }
        self.leave(tx, at, visit).await?;
        visit.address = Some(address);
        Ok(())
    }

    /// Abandons the current identification.
    pub(super) async fn leave(
        &self,
        tx: &mut dyn Tx,
        at: &mut Situation,
        visit: &mut Visit,
    ) -> Result<(), Fault> {
        if let Some(order) = at.order.take() {
            tx.leave_order(&order.id, at.now).await?;
            self.orders.notify_one();
        }
        at.login = None;
        visit.order_id = None;
        visit.login_id = None;
        Ok(())
    }

    /// Starts an e-ID identification. `login` is the prepared login with a provider, or why there is none.
    pub(super) async fn choose(
        &self,
        tx: &mut dyn Tx,
        at: &mut Situation,
        visit: &mut Visit,
        chosen: &Chosen,
        device: &Device,
        login: Option<Result<Prepared, Failure>>,
    ) -> Result<(), Fault> {
        let Some(address) = visit.address.clone() else { return Ok(()) };
        self.leave(tx, at, visit).await?;
        let mut tell = |failure| {
            visit.remark = Remark::failure(failure).written();
        };
        let since = at.now - Duration::from_hours(1);
        let (id, generation) = (&at.invitation.id, at.invitation.generation);
        let network = self.network_mark(&at.invitation, device.address);
        let session = &visit.session_id;
        let begun = tx.begun_since(id, generation, session, &network, since).await?;
        if !may_begin_e_id(begun) {
            tell(Failure::TooOften);
            return Ok(());
        }
        match (chosen, login) {
            (Chosen::Provider(_), Some(Ok(prepared))) => {
                let login = Login {
                    session_id: visit.session_id.clone(),
                    invitation_id: at.invitation.id.clone(),
                    generation: at.invitation.generation,
                    address,
                    begun_at: at.now,
                    network: Some(network),
                    ..prepared.login
                };
                tx.add_login(&login).await?;
                visit.login_id = Some(login.id.clone());
                at.login = Some(login);
            }
            (Chosen::Provider(_), Some(Err(failure))) => tell(failure),
            // BankID must get the visitor's address, and never our proxy's.
            (Chosen::BankIdHere | Chosen::BankIdElsewhere, _) if device.address.is_none() => {
                tell(Failure::Trouble);
            }
            (Chosen::BankIdHere | Chosen::BankIdElsewhere, _)
                if self.identifiers.bankid.is_some() =>
            {
                let order = Order {
                    network: Some(network),
                    ..self.order(at, visit, address, chosen, device)?
                };
                tx.add_order(&order).await?;
                visit.order_id = Some(order.id.clone());
                at.order = Some(order);
            }
            _ => {}
        }
        Ok(())
    }

    /// Creates an order that BankID does not know yet.
    fn order(
        &self,
        at: &Situation,
        visit: &Visit,
        address: String,
        chosen: &Chosen,
        device: &Device,
    ) -> Result<Order, Fault> {
        let id = new_id()?;
        let key_id = self.keys.current_id().to_owned();
        let secret = self.return_secret(&key_id, &id)?;
        let beginner = Beginner { address: device.address, agent: device.agent.clone() };
        let beginner = serde_json::to_vec(&beginner).unwrap_or_default();
        Ok(Order {
            session_id: visit.session_id.clone(),
            invitation_id: at.invitation.id.clone(),
            generation: at.invitation.generation,
            address,
            here: *chosen == Chosen::BankIdHere,
            handheld: device.handheld,
            return_hash: fingerprint(secret),
            device: self.keys.seal(&id, &beginner)?,
            started: None,
            outcome: None,
            state: OrderState::Opening,
            hint: String::new(),
            begun_at: at.now,
            issued_at: at.now,
            troubled_at: None,
            returned_at: None,
            leased_until: Time(0),
            network: None,
            key_id,
            id,
        })
    }

    /// Returns the keyed hash under which starts from one network are counted. It includes the invitation's
    /// id, so that a network can't be followed between invitations. Visitors without an address share one.
    fn network_mark(&self, invitation: &Invitation, address: Option<IpAddr>) -> Vec<u8> {
        self.keys.network_mark(&invitation.id, &network_of(address))
    }

    /// Returns the return secret, in the address to which the app returns.
    pub(super) fn return_secret(&self, key_id: &str, order: &str) -> Result<String, Fault> {
        self.keys
            .secret_of(key_id, Purpose::Return, &[order.as_bytes()])
            .ok_or(Fault::Unknown("key"))
    }

    /// Completes a BankID identification that is done. `true` if it gave the session a proof.
    pub(super) async fn finish(
        &self,
        tx: &mut dyn Tx,
        at: &mut Situation,
        visit: &mut Visit,
    ) -> Result<bool, Fault> {
        let done = |order: &Order| {
            order.state == OrderState::Done && (!order.here || order.returned_at.is_some())
        };
        let Some(order) = at.order.take_if(|order| done(order)) else { return Ok(false) };
        visit.order_id = None;
        let late = at.now.since(order.begun_at) > DONE_LASTS;
        if !tx.end_order(&order.id).await? || late {
            visit.remark = Remark::failure(Failure::NoAnswer).written();
            return Ok(false);
        }
        let outcome = order.outcome.as_deref().ok_or(Fault::Unknown("outcome"))?;
        let identity = Identity::unseal(&self.keys, &order.id, outcome)?;
        if order.here && self.signed_elsewhere(&order, &identity)? {
            self.note(tx, at, "other-network").await?;
            if self.settings.e_id.same_address {
                visit.remark = Remark::failure(Failure::Risk).written();
                return Ok(false);
            }
        }
        self.identified(tx, at, visit, &order.address, &identity).await
    }

    /// `true` if the app reached BankID from another address than the browser reached this server.
    fn signed_elsewhere(&self, order: &Order, identity: &Identity) -> Result<bool, Fault> {
        let beginner = self.keys.unseal(&order.id, &order.device)?;
        let beginner: Option<Beginner> = serde_json::from_slice(&beginner).ok();
        let ours = beginner.and_then(|beginner| beginner.address);
        let theirs = identity.address().and_then(|address| address.parse::<IpAddr>().ok());
        Ok(match (ours, theirs) {
            // A device may use IPv4 and IPv6. Only addresses of the same kind can be compared.
            (Some(ours), Some(theirs)) => {
                let (ours, theirs) = (ours.to_canonical(), theirs.to_canonical());
                ours.is_ipv4() == theirs.is_ipv4() && ours != theirs
            }
            _ => false,
        })
    }
}
