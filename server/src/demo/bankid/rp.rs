//! The relying-party API v6.0.

use super::{
    Simulator,
    order::Tokens,
    orders::Names,
    refusal::Refusal,
    request::{members, order_ref, wish},
};
use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
    routing::{any, post},
};
use serde::Serialize;
use serde_json::json;

/// The API's path.
const ROOT: &str = "/dev/bankid/rp";

/// A call of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Auth,
    Sign,
    PhoneAuth,
    PhoneSign,
    Collect,
    Cancel,
}

impl Call {
    const ALL: [Self; 6] =
        [Self::Auth, Self::Sign, Self::PhoneAuth, Self::PhoneSign, Self::Collect, Self::Cancel];

    /// Returns the path below the API's version.
    const fn path(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Sign => "sign",
            Self::PhoneAuth => "phone/auth",
            Self::PhoneSign => "phone/sign",
            Self::Collect => "collect",
            Self::Cancel => "cancel",
        }
    }

    /// Returns the call with this path.
    pub(super) fn at(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|call| call.path() == path)
    }
}

pub(super) fn routes() -> Router<Simulator> {
    let routes = Router::new()
        .route(&format!("{ROOT}/"), any(async || Refusal::not_found()))
        .route(&format!("{ROOT}/{{*rest}}"), any(async || Refusal::not_found()));
    Call::ALL.into_iter().fold(routes, |routes, call| {
        let answer = move |State(simulator): State<Simulator>, headers: HeaderMap, body: Bytes| {
            let answer = simulator.answer(call, &headers, &body);
            async move { answer }
        };
        let only_posts = post(answer)
            .fallback(async || ([(header::ALLOW, "POST")], Refusal::method()).into_response());
        routes.route(&format!("{ROOT}/v6.0/{}", call.path()), only_posts)
    })
}

/// Response to a new order. An order by phone has no tokens.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Made {
    order_ref: String,
    #[serde(flatten)]
    tokens: Option<Tokens>,
}

impl Simulator {
    fn answer(&self, call: Call, headers: &HeaderMap, body: &[u8]) -> Result<Response, Refusal> {
        if let Some(trouble) = self.state().troubles.next(call) {
            return Err(trouble);
        }
        expect_json(headers)?;
        let body = members(body)?;
        let now = self.now();
        match call {
            Call::Auth | Call::Sign | Call::PhoneAuth | Call::PhoneSign => {
                let wish = wish(call, &body)?;
                let names = Names::new().map_err(|_| Refusal::internal())?;
                let mut state = self.state();
                let order = state.orders.make(wish, names, now);
                let order = order.ok_or_else(Refusal::already_in_progress)?;
                let made =
                    Made { order_ref: order.reference.clone(), tokens: order.tokens.clone() };
                Ok(Json(made).into_response())
            }
            Call::Collect => {
                let collected = self.state().orders.collect(order_ref(&body)?, now);
                collected.map(|it| Json(it).into_response()).ok_or_else(Refusal::no_such_order)
            }
            Call::Cancel => {
                let withdrawn = self.state().orders.withdraw(order_ref(&body)?, now);
                let done = withdrawn.then(|| Json(json!({})).into_response());
                done.ok_or_else(Refusal::no_such_order)
            }
        }
    }
}

/// Rejects anything but JSON, and JSON with a charset, as BankID does: JSON has only one.
fn expect_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    match (types.next(), types.next()) {
        (Some(one), None) if one.as_bytes().eq_ignore_ascii_case(b"application/json") => Ok(()),
        _ => Err(Refusal::media_type()),
    }
}
