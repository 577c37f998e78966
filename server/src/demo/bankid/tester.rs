//! The simulated phone for scripts.

use super::{
    Simulator,
    completion::{Risk, Signer},
    hints,
    orders::{Action, Moved, Stuck},
    people::is_personal_number,
    refusal::Refusal,
    rp::Call,
};
use crate::http::api::{self, problem::ApiProblem};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::net::IpAddr;

pub(super) fn routes() -> Router<Simulator> {
    Router::new()
        .route("/dev/bankid/scan", post(scan))
        .route("/dev/bankid/start", post(start))
        .route("/dev/bankid/orders/{order_ref}", post(act))
        .route("/dev/bankid/errors", post(errors))
        .method_not_allowed_fallback(async || {
            ApiProblem::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed for this resource.")
        })
}

type Answer = Result<Json<Value>, ApiProblem>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scan {
    qr: String,
}

/// Scans a QR code.
async fn scan(State(simulator): State<Simulator>, headers: HeaderMap, body: Bytes) -> Answer {
    let Scan { qr } = read(&headers, &body)?;
    match simulator.scan(&qr) {
        Some(order_ref) => Ok(Json(json!({ "orderRef": order_ref }))),
        None => Err(bad("The picture is forged, too old, or of no open order.")),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Start {
    #[serde(rename = "autoStartToken")]
    token: String,
}

/// Starts the app on the same device.
async fn start(State(simulator): State<Simulator>, headers: HeaderMap, body: Bytes) -> Answer {
    let Start { token } = read(&headers, &body)?;
    match simulator.start(&token) {
        Some(order_ref) => Ok(Json(json!({ "orderRef": order_ref }))),
        None => Err(ApiProblem::new(StatusCode::NOT_FOUND, "No open order has this token.")),
    }
}

impl Simulator {
    /// Scans a QR code. Returns the `orderRef`.
    pub(super) fn scan(&self, qr: &str) -> Option<String> {
        let (mut state, now) = (self.state(), self.now());
        let order = state.orders.seen(qr, now)?;
        order.start(false, now);
        Some(order.reference.clone())
    }

    /// Starts the app with a token. Returns the `orderRef`.
    pub(super) fn start(&self, auto_start_token: &str) -> Option<String> {
        let (mut state, now) = (self.state(), self.now());
        let order = state.orders.linked(auto_start_token, now)?;
        order.start(true, now);
        Some(order.reference.clone())
    }

    /// Performs an action in the app.
    pub(super) fn act(&self, order_ref: &str, action: Action) -> Result<Moved, Stuck> {
        let now = self.now();
        self.state().orders.act(order_ref, action, now)
    }
}

#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "lowercase", deny_unknown_fields)]
enum Act {
    Sign {
        personal_number: Option<String>,
        name: Option<String>,
        ip_address: Option<IpAddr>,
        risk: Option<Risk>,
        step_up: Option<StepUp>,
    },
    Cancel {},
    Fail {
        hint_code: String,
    },
    Hint {
        hint_code: String,
    },
}

/// Result of reading a document, as a boolean or in the form of BankID.
#[derive(Deserialize)]
#[serde(untagged)]
enum StepUp {
    Mrtd(bool),
    Written { mrtd: bool },
}

/// Performs an action on an order.
async fn act(
    State(simulator): State<Simulator>,
    Path(order_ref): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let action = match read(&headers, &body)? {
        Act::Sign { personal_number, name, ip_address, risk, step_up } => {
            let mrtd = step_up.map(|(StepUp::Mrtd(mrtd) | StepUp::Written { mrtd })| mrtd);
            let signer = Signer { personal_number, name, ip_address, risk, mrtd };
            sign(signer).map_err(bad)?
        }
        Act::Cancel {} => Action::Cancel,
        Act::Fail { hint_code } => fail(hint_code).map_err(bad)?,
        Act::Hint { hint_code } => wait(hint_code).map_err(bad)?,
    };
    match simulator.act(&order_ref, action) {
        Ok(moved) => {
            Ok(Json(json!({ "orderRef": moved.order_ref, "returnUrl": moved.return_url })))
        }
        Err(stuck) => Err(ApiProblem::new(stuck.status(), stuck.words())),
    }
}

/// Validates a signer, who may be a made-up person.
pub(super) fn sign(signer: Signer) -> Result<Action, &'static str> {
    if signer.personal_number.as_deref().is_some_and(|number| !is_personal_number(number)) {
        return Err("The personal number must be 12 digits.");
    }
    let is_name = |name: &str| {
        !name.trim().is_empty() && name.chars().count() <= 100 && !name.contains(char::is_control)
    };
    if signer.name.as_deref().is_some_and(|name| !is_name(name)) {
        return Err("The name must be 1 to 100 characters.");
    }
    Ok(Action::Sign(signer))
}

/// Validates a hint code for failing.
pub(super) fn fail(code: String) -> Result<Action, &'static str> {
    let possible = hints::may_be_failure(&code);
    if possible { Ok(Action::Fail(code)) } else { Err("No order fails with this hint code.") }
}

/// Validates a hint code for waiting.
pub(super) fn wait(code: String) -> Result<Action, &'static str> {
    let possible = hints::may_be_pending(&code);
    if possible { Ok(Action::Wait(code)) } else { Err("No order is pending with this hint code.") }
}

impl Stuck {
    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::Unknown => StatusCode::NOT_FOUND,
            Self::Ended => StatusCode::CONFLICT,
            Self::NotTheirs => StatusCode::BAD_REQUEST,
        }
    }

    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Unknown => "There is no such order.",
            Self::Ended => "The order has ended.",
            Self::NotTheirs => "The order is for another personal number.",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Errors {
    call: String,
    status: u16,
    error_code: String,
    #[serde(default)]
    details: Option<String>,
    #[serde(default = "once")]
    times: u32,
}

const fn once() -> u32 {
    1
}

/// Makes the next calls return an error.
async fn errors(State(simulator): State<Simulator>, headers: HeaderMap, body: Bytes) -> Answer {
    let wanted: Errors = read(&headers, &body)?;
    let call = Call::at(&wanted.call).ok_or_else(|| bad("There is no such call."))?;
    if !(400..=599).contains(&wanted.status) {
        return Err(bad("The status must be one of an error, from 400 to 599."));
    }
    let status =
        StatusCode::from_u16(wanted.status).map_err(|_| bad("There is no such status."))?;
    let details = wanted.details.unwrap_or_else(|| "Simulated".to_owned());
    let refusal = Refusal::new(status, wanted.error_code, details);
    if simulator.state().troubles.add(call, refusal, wanted.times) {
        Ok(Json(json!({})))
    } else {
        Err(ApiProblem::new(StatusCode::CONFLICT, "Too many errors are waiting already."))
    }
}

fn read<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, ApiProblem> {
    api::expect_json(headers)?;
    serde_json::from_slice(api::unmarked(body))
        .map_err(|_| bad("The body is not what this call takes."))
}

fn bad(detail: &'static str) -> ApiProblem {
    ApiProblem::new(StatusCode::BAD_REQUEST, detail)
}
