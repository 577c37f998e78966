//! The simulated phone: a page that works without scripts.

use super::{
    Simulator,
    completion::{Risk, Signer},
    hints,
    order::{Order, Outcome},
    orders::{Action, Moved, Stuck},
    people::{self, Person},
    request::Purpose,
    tester,
};
use crate::{
    clock::Time,
    demo::{local, script},
    http::api::problem::ApiProblem,
};
use askama::Template;
use axum::{
    Router,
    body::Bytes,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use std::{cmp::Reverse, collections::BTreeMap, net::IpAddr};
use url::{Url, form_urlencoded};

/// The page's path.
const HERE: &str = "/dev/bankid";

/// Number of ended orders that are listed.
const ENDED: usize = 5;

pub(super) fn routes() -> Router<Simulator> {
    Router::new()
        .route(HERE, get(look))
        .route("/dev/bankid/phone", post(touch))
        .route("/dev/bankid.css", get(style))
        .route("/dev/bankid.js", get(script))
}

/// Selection of a view: all orders, one by its reference, or one by the token that opened the app.
#[derive(Default, Deserialize)]
struct View {
    autostarttoken: Option<String>,
    order: Option<String>,
}

impl View {
    /// Returns the address of this view.
    fn address(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(token) = &self.autostarttoken {
            query.append_pair("autostarttoken", token);
        } else if let Some(order) = &self.order {
            query.append_pair("order", order);
        } else {
            return HERE.to_owned();
        }
        format!("{HERE}?{}", query.finish())
    }
}

#[derive(Template)]
#[template(path = "demo/bankid.html")]
struct Page {
    /// `true` if one order is shown, `false` for all.
    one: bool,
    /// The token that opened the app.
    token: Option<String>,
    problem: Option<&'static str>,
    orders: Vec<Card>,
    ended: Vec<Ended>,
    pending: &'static [&'static str],
    failed: &'static [&'static str],
}

/// An open order as the page shows it.
struct Card {
    order_ref: String,
    mark: Mark,
    title: &'static str,
    origin: Option<String>,
    text: Option<String>,
    personal_number: Option<String>,
    hint: String,
    left: String,
    started: bool,
    /// `true` if there is a QR code to scan.
    picture: bool,
    signers: Vec<Signatory>,
}

/// The distinguishing marks of an order.
struct Mark {
    /// The first letters of its `orderRef`.
    letters: String,
    /// The time at which it was made.
    made_at: String,
}

impl Mark {
    fn of(order: &Order) -> Self {
        Self {
            letters: order.reference.chars().take(6).collect(),
            made_at: local(order.made_at.timestamp()).strftime("%H:%M:%S").to_string(),
        }
    }
}

/// A person who can sign an order.
struct Signatory {
    name: String,
    personal_number: String,
}

/// An order that has ended.
struct Ended {
    order_ref: String,
    mark: Mark,
    done: bool,
    what: String,
    /// The address to which the app returns. `None` if a browser can't go there.
    back: Option<String>,
}

/// Shows the page. It changes nothing.
async fn look(State(simulator): State<Simulator>, Query(view): Query<View>) -> Response {
    simulator.page(&view, None)
}

impl Simulator {
    fn page(&self, view: &View, stuck: Option<(StatusCode, &'static str)>) -> Response {
        let now = self.now();
        let mut state = self.state();
        let one = view.autostarttoken.is_some() || view.order.is_some();
        let shown: Vec<&Order> = match (&view.autostarttoken, &view.order) {
            (Some(token), _) => state.orders.with_token(token, now).into_iter().collect(),
            (None, Some(order)) => {
                state.orders.find(order, now).map(|it| &*it).into_iter().collect()
            }
            (None, None) => state.orders.newest_first(now),
        };
        let stuck = stuck.or_else(|| {
            let nothing = one && shown.is_empty();
            nothing.then_some((StatusCode::NOT_FOUND, "There is no such order, or no more."))
        });
        let (open, mut ended): (Vec<&Order>, Vec<&Order>) =
            shown.into_iter().partition(|order| order.is_open());
        ended.sort_by_key(|order| Reverse(order.end_of().map(|(_, at)| at)));
        let page = Page {
            one,
            token: view.autostarttoken.clone(),
            problem: stuck.map(|(_, words)| words),
            orders: open.into_iter().map(|order| Card::of(order, now)).collect(),
            ended: ended.into_iter().filter_map(Ended::of).take(ENDED).collect(),
            pending: &hints::PENDING,
            failed: &hints::FAILED,
        };
        let status = stuck.map_or(StatusCode::OK, |(status, _)| status);
        rendered(status, &page)
    }
}

impl Card {
    fn of(order: &Order, now: Time) -> Self {
        let wish = &order.wish;
        let asked = wish.personal_number.clone();
        let signers = match &asked {
            Some(number) => vec![Signatory {
                name: people::name_of(number).to_owned(),
                personal_number: number.clone(),
            }],
            None => people::ALL.iter().map(Signatory::from).collect(),
        };
        let left = order.seconds_left(now);
        Self {
            order_ref: order.reference.clone(),
            mark: Mark::of(order),
            title: match (wish.purpose, wish.by_phone) {
                (Purpose::Identify, false) => "Identification",
                (Purpose::Identify, true) => "Identification during a phone call",
                (Purpose::Sign, false) => "Signature",
                (Purpose::Sign, true) => "Signature during a phone call",
            },
            origin: wish.origin.clone(),
            text: wish.visible_text(),
            personal_number: asked,
            hint: order.hint().unwrap_or_default().to_owned(),
            left: match (left / 60, left % 60) {
                (0, seconds) => format!("{seconds} s"),
                (minutes, seconds) => format!("{minutes} min {seconds} s"),
            },
            started: order.is_started(),
            picture: order.tokens.is_some(),
            signers,
        }
    }
}

impl From<&Person> for Signatory {
    fn from(person: &Person) -> Self {
        Self { name: person.name.to_owned(), personal_number: person.personal_number.to_owned() }
    }
}

impl Ended {
    fn of(order: &Order) -> Option<Self> {
        let (outcome, _) = order.end_of()?;
        let (done, what) = match outcome {
            Outcome::Complete(data) => (true, format!("Signed as {}", data.name())),
            Outcome::Failed(code) => (false, format!("Failed: {code}")),
            Outcome::Withdrawn => (false, "Cancelled by the service".to_owned()),
        };
        let back = order.wish.return_url.as_deref().and_then(web_address);
        let back = back.map(String::from);
        Some(Self { order_ref: order.reference.clone(), mark: Mark::of(order), done, what, back })
    }
}

/// Returns an address that a browser can be sent to: a page, never a script.
fn web_address(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// The fields of the page's forms.
struct Fields(BTreeMap<String, String>);

impl Fields {
    fn read(headers: &HeaderMap, body: &[u8]) -> Option<Self> {
        let media = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        let media = media.split(';').next()?.trim();
        media
            .eq_ignore_ascii_case("application/x-www-form-urlencoded")
            .then(|| Self(form_urlencoded::parse(body).into_owned().collect()))
    }

    /// Returns a field that was filled in.
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    fn owned(&self, name: &str) -> Option<String> {
        self.get(name).map(ToOwned::to_owned)
    }
}

/// Performs the action of a button.
async fn touch(State(simulator): State<Simulator>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(fields) = Fields::read(&headers, &body) else {
        let detail = "The body must be a form.";
        return ApiProblem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail).into_response();
    };
    let view = View { autostarttoken: fields.owned("token"), order: fields.owned("view") };
    if let Some(qr) = fields.get("qr") {
        if simulator.scan(qr).is_some() {
            return Redirect::to(&view.address()).into_response();
        }
        let words = "This QR text is forged, too old, or of no open order.";
        return simulator.page(&view, Some((StatusCode::BAD_REQUEST, words)));
    }
    let (order_ref, on_this_device) =
        (fields.get("order").unwrap_or_default(), view.autostarttoken.is_some());
    let done = action(&fields, on_this_device)
        .map_err(|words| (StatusCode::BAD_REQUEST, words))
        .and_then(|action| {
            let signs = matches!(action, Action::Sign(_));
            let stuck = |stuck: Stuck| (stuck.status(), stuck.words());
            if signs && on_this_device {
                simulator.act(order_ref, Action::Start { on_this_device }).map_err(stuck)?;
            }
            Ok((signs, simulator.act(order_ref, action).map_err(stuck)?))
        });
    match done {
        Ok((signs, moved)) => simulator.next(view, &moved, signs, &headers),
        Err(stuck) => simulator.page(&view, Some(stuck)),
    }
}

/// Returns the action of the button that was pressed.
fn action(fields: &Fields, on_this_device: bool) -> Result<Action, &'static str> {
    let hint_code = || fields.owned("hint_code").unwrap_or_default();
    match fields.get("do") {
        Some("start") => Ok(Action::Start { on_this_device }),
        Some("cancel") => Ok(Action::Cancel),
        Some("fail") => tester::fail(hint_code()),
        Some("hint") => tester::wait(hint_code()),
        Some("sign") => {
            let ip_address: Option<IpAddr> = match fields.get("ip_address") {
                Some(ip) => Some(ip.parse().map_err(|_| "This is no IP address.")?),
                None => None,
            };
            let risk = match fields.get("risk") {
                None => None,
                Some("low") => Some(Risk::Low),
                Some("moderate") => Some(Risk::Moderate),
                Some("high") => Some(Risk::High),
                Some(_) => return Err("There is no such risk."),
            };
            tester::sign(Signer {
                personal_number: fields.owned("personal_number"),
                name: fields.owned("name"),
                ip_address,
                risk,
                mrtd: None,
            })
        }
        _ => Err("There is no such button."),
    }
}

impl Simulator {
    /// Returns where the browser goes next. If the order is signed and the app was opened on the browser's
    /// device, it returns there.
    fn next(&self, view: View, moved: &Moved, signed: bool, headers: &HeaderMap) -> Response {
        let back = moved.return_url.as_deref().and_then(web_address);
        if let Some(back) = back.filter(|_| signed && moved.on_this_device) {
            return lead_to(&back, headers);
        }
        let now = self.now();
        let open = self.state().orders.find(&moved.order_ref, now).is_some_and(|it| it.is_open());
        let listed = view.autostarttoken.is_none() && view.order.is_none();
        // An ended order is shown alone, even if others are open.
        let view = if listed && !open {
            View { order: Some(moved.order_ref.clone()), ..View::default() }
        } else {
            view
        };
        Redirect::to(&view.address()).into_response()
    }
}

#[derive(Template)]
#[template(path = "demo/bankid_return.html")]
struct Return {
    address: String,
}

/// Sends the browser back to where it came from. The Content Security Policy forbids forms to redirect to
/// another site, so that goes through a page of ours.
fn lead_to(back: &Url, headers: &HeaderMap) -> Response {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let ours = Url::parse(&format!("http://{host}"));
    if ours.is_ok_and(|ours| ours.origin() == back.origin()) {
        return Redirect::to(back.as_str()).into_response();
    }
    let mut response = rendered(StatusCode::OK, &Return { address: back.to_string() });
    if let Ok(refresh) = format!("0; url={back}").parse() {
        response.headers_mut().insert(header::REFRESH, refresh);
    }
    response
}

fn rendered(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(page) => (status, Html(page)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn style() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8")],
        concat!(include_str!("../page.css"), include_str!("../bankid.css")),
    )
}
