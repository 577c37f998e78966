//! E-ID: choosing a method, abandoning it, and completing it.
//!
//! BankID: choosing it writes an order in the state `opening` and a flow that names it. BankID is asked after
//! the commit, by the poller. A completion is sealed into the order (`done`). The session then ends the
//! order, once, and completes the identification.
//!
//! On the same device the browser must also have returned from the app. `bankid.same_address` refuses an app
//! with another IP address of the same kind.
//!
//! No order starts while BankID has yet to cancel another of the same invitation. The two would collide.

use super::{codes::held, context::FlowContext, logins::Departure};
use crate::{
    authenticators::identity::Identity,
    clock::Time,
    config::HostMethod,
    keys::{Keys, Purpose, new_id, new_ordered_id, sha256},
    model::{BankIdOrder, IdentificationFlow, Invitation, OidcLogin, OrderState},
    rules::{
        assurance::Level,
        limits::{
            E_IDS_COUNTED, RateLimited, is_named, may_begin_e_id, may_name, network_of, sends_since,
        },
    },
    state::{AppState, InternalError},
    store::{Attempt, NewSend, Tx},
};
use app::{
    backend::{Chosen, Device},
    steps::Step,
    wire::{Choice, Failure, Problem, Provider, Role},
};
use serde::{Deserialize, Serialize};
use std::{net::IpAddr, time::Duration};

/// Maximum age of an order that can be completed.
const DONE_LASTS: Duration = Duration::from_mins(15);

/// The device that started an order, as it is sealed.
#[derive(Serialize, Deserialize)]
pub(crate) struct StartedFrom {
    pub address: Option<IpAddr>,
    pub agent: String,
}

/// Returns an order in its current state. An order that nobody followed to its end, such as after BankID was
/// removed from the configuration, has failed. So has an order whose key is no longer configured.
fn with_timeouts(mut order: BankIdOrder, keys: &Keys, now: Time) -> BankIdOrder {
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
pub(crate) async fn order_of(
    tx: &mut Tx,
    flow: Option<&IdentificationFlow>,
    keys: &Keys,
    now: Time,
) -> Result<Option<BankIdOrder>, InternalError> {
    let Some(id) = flow.and_then(|flow| flow.order_id.as_deref()) else { return Ok(None) };
    let order = tx.order(id).await?.map(|order| with_timeouts(order, keys, now));
    Ok(order.filter(|order| !matches!(order.state, OrderState::Cancelling | OrderState::Ended)))
}

/// Returns why a BankID order failed. `None` if it did not.
pub(crate) fn failure(order: &BankIdOrder) -> Option<Failure> {
    (order.state == OrderState::Failed)
        .then(|| serde_json::from_str(&order.hint).unwrap_or(Failure::Unknown))
}

/// Returns a failure as the store keeps it.
pub(crate) fn written(failure: Failure) -> String {
    serde_json::to_string(&failure).unwrap_or_default()
}

impl AppState {
    /// Returns the e-ID methods for an invitation.
    pub(crate) fn choice(&self, ctx: &FlowContext) -> Choice {
        let required = ctx.required().unwrap_or(Level::Loa3);
        let providers = self.identity_providers.providers.iter();
        let providers =
            providers.filter(|it| it.reaches(required) && self.accepts(&ctx.invitation, it.id()));
        Choice {
            bankid: self.offers_bankid(&ctx.invitation),
            handheld: ctx.device.handheld,
            providers: providers
                .map(|it| Provider { id: it.id().to_owned(), name: it.name().to_owned() })
                .collect(),
        }
    }

    /// `true` if a provider may identify the invited person. For a host it must be the configured one.
    pub(crate) fn accepts(&self, invitation: &Invitation, provider: &str) -> bool {
        let host = &self.settings.room.host;
        match invitation.role {
            Role::Guest => true,
            Role::Host => matches!(host, HostMethod::Provider(id) if id == provider),
        }
    }

    /// `true` if BankID may identify the invited person. It knows no address, and a host is known by nothing else.
    fn offers_bankid(&self, invitation: &Invitation) -> bool {
        self.identity_providers.bankid.is_some() && invitation.role == Role::Guest
    }

    /// Stores the address that a visitor typed for an e-ID identification. It is matched after the
    /// identification.
    pub(crate) async fn name_address(
        &self,
        tx: &mut Tx,
        ctx: &mut FlowContext,
        address: String,
    ) -> Result<(), InternalError> {
        let (invitation, generation) = (&ctx.invitation.id, ctx.invitation.generation);
        let key = self.send_key(&ctx.invitation, &self.address_hash(&address));
        let since = sends_since(&self.settings.code, ctx.now);
        let sends = tx.sends(invitation, generation, ctx.session_id()?, &key, since).await?;
        if let Err(until) = may_name(&sends, ctx.now) {
            let problem = held(ctx, RateLimited::TooManyAddresses(until))?;
            return ctx.set_problem(Step::Address, problem);
        }
        if !is_named(&sends, ctx.now) {
            let id = new_ordered_id(ctx.now)?;
            let attempt = Attempt {
                id: &id,
                challenge: "",
                invitation,
                generation,
                session: ctx.session_id()?,
                alone: true,
                at: ctx.now,
            };
            let send = NewSend { address_hash: &key, mail_at: None, e_id: true };
            tx.record_send(&id, &attempt, send).await?;
        }
        self.leave(tx, ctx).await?;
        ctx.set_address(address)
    }

    /// Abandons the current identification.
    pub(crate) async fn leave(
        &self,
        tx: &mut Tx,
        ctx: &mut FlowContext,
    ) -> Result<(), InternalError> {
        if ctx.abandon_identification(tx).await? {
            self.orders.notify_one();
        }
        Ok(())
    }

    /// Starts an e-ID identification. `departure` is `None` if the visitor did not choose a provider.
    pub(crate) async fn choose(
        &self,
        tx: &mut Tx,
        ctx: &mut FlowContext,
        chosen: &Chosen,
        device: &Device,
        departure: Option<Departure>,
    ) -> Result<(), InternalError> {
        let Some(address) = ctx.flow().and_then(|flow| flow.address.clone()) else {
            return Ok(());
        };
        self.leave(tx, ctx).await?;
        let since = ctx.now - E_IDS_COUNTED;
        let (id, generation) = (&ctx.invitation.id, ctx.invitation.generation);
        let network = self.network_mark(&ctx.invitation, device.address);
        let session = ctx.session_id()?.to_owned();
        let begun = tx.begun_since(id, generation, &session, &network, since).await?;
        if let Err(until) = may_begin_e_id(begun) {
            let problem = Problem::TooManyIdentifications { at: Self::moment(ctx, until)? };
            return ctx.set_problem(Step::Choice, problem);
        }
        match (chosen, departure) {
            (Chosen::Provider(_), Some(Departure::Ready(prepared))) => {
                let login = OidcLogin {
                    session_id: session,
                    invitation_id: ctx.invitation.id.clone(),
                    generation: ctx.invitation.generation,
                    address,
                    begun_at: ctx.now,
                    network: Some(network),
                    ..prepared.login
                };
                ctx.add_login(tx, login).await
            }
            (Chosen::Provider(_), Some(Departure::Failed(failure))) => ctx.set_failure(failure),
            // BankID must get the visitor's address, and never our proxy's.
            (Chosen::BankIdHere | Chosen::BankIdElsewhere, _) if device.address.is_none() => {
                ctx.set_failure(Failure::Trouble)
            }
            (Chosen::BankIdHere | Chosen::BankIdElsewhere, _)
                if self.offers_bankid(&ctx.invitation) =>
            {
                let order = BankIdOrder {
                    network: Some(network),
                    ..self.order(ctx, session, address, chosen, device)?
                };
                ctx.add_order(tx, order).await
            }
            _ => Ok(()),
        }
    }

    /// Creates an order that BankID does not know yet.
    fn order(
        &self,
        ctx: &FlowContext,
        session_id: String,
        address: String,
        chosen: &Chosen,
        device: &Device,
    ) -> Result<BankIdOrder, InternalError> {
        let id = new_id()?;
        let key_id = self.keys.current_id().to_owned();
        let secret = self.return_secret(&key_id, &id)?;
        let beginner = StartedFrom { address: device.address, agent: device.agent.clone() };
        let beginner = serde_json::to_vec(&beginner).unwrap_or_default();
        Ok(BankIdOrder {
            session_id,
            invitation_id: ctx.invitation.id.clone(),
            generation: ctx.invitation.generation,
            address,
            same_device: *chosen == Chosen::BankIdHere,
            mobile: device.handheld,
            return_hash: sha256(secret),
            device: self.keys.seal(&id, &beginner)?,
            started: None,
            completion: None,
            state: OrderState::Opening,
            hint: String::new(),
            begun_at: ctx.now,
            issued_at: ctx.now,
            unreachable_since: None,
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
        self.keys.network_hash(&invitation.id, &network_of(address))
    }

    /// Returns the return secret, in the address to which the app returns.
    pub(crate) fn return_secret(&self, key_id: &str, order: &str) -> Result<String, InternalError> {
        self.keys
            .secret_of(key_id, Purpose::Return, &[order.as_bytes()])
            .ok_or(InternalError::Unknown("key"))
    }

    /// Completes a BankID identification that is done. `true` if it gave the session a proof.
    pub(crate) async fn finish(
        &self,
        tx: &mut Tx,
        ctx: &mut FlowContext,
    ) -> Result<bool, InternalError> {
        let Some((order, ended)) = ctx.end_done_order(tx).await? else { return Ok(false) };
        if !ended || ctx.now.since(order.begun_at) > DONE_LASTS {
            ctx.set_failure(Failure::NoAnswer)?;
            return Ok(false);
        }
        let outcome = order.completion.as_deref().ok_or(InternalError::Unknown("outcome"))?;
        let identity = Identity::unseal(&self.keys, &order.id, outcome)?;
        if order.same_device && self.signed_elsewhere(&order, &identity)? {
            self.note(tx, ctx, "other-network").await?;
            if self.settings.e_id.same_address {
                ctx.set_failure(Failure::Risk)?;
                return Ok(false);
            }
        }
        self.complete_identification(tx, ctx, &order.address, &identity).await
    }

    /// `true` if the app reached BankID from another address than the browser reached this server.
    fn signed_elsewhere(
        &self,
        order: &BankIdOrder,
        identity: &Identity,
    ) -> Result<bool, InternalError> {
        let beginner = self.keys.unseal(&order.id, &order.device)?;
        let beginner: Option<StartedFrom> = serde_json::from_slice(&beginner).ok();
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
