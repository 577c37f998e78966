//! Clients of the program, which may be killed while it responds.

use app::wire::{PageView, Screen};
use axum::{
    body::Bytes,
    http::{HeaderMap, Method, Request, header},
};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use server::clock::Clock;
use std::{net::SocketAddr, time::Duration};
use tokio::{net::TcpStream, time::timeout};
use url::form_urlencoded;

/// Time limit of a response.
const PATIENCE: Duration = Duration::from_secs(40);

/// A complete response.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(crate) fn view(&self) -> PageView {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no view: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }
}

/// Sends a request. `None` if no complete response came.
pub(crate) async fn ask(address: SocketAddr, request: Request<Full<Bytes>>) -> Option<Answer> {
    let talk = async {
        let stream = TcpStream::connect(address).await.ok()?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
        let conversation = tokio::spawn(connection);
        let answer = sender.send_request(request).await;
        let whole = match answer {
            Ok(answer) => {
                let (parts, body) = answer.into_parts();
                let body = body.collect().await.ok();
                body.map(|body| Answer {
                    status: parts.status.as_u16(),
                    headers: parts.headers,
                    body: body.to_bytes(),
                })
            }
            Err(_) => None,
        };
        conversation.abort();
        whole
    };
    timeout(PATIENCE, talk).await.ok().flatten()
}

/// Returns a meeting that starts soon, as the API takes it.
pub(crate) fn meeting(recipients: &[Value]) -> Value {
    let starts = Clock::system().now() + Duration::from_mins(5);
    json!({
        "title": "Uppföljningsmöte",
        "starts_at": starts.timestamp().to_string(),
        "ends_at": (starts + Duration::from_mins(45)).timestamp().to_string(),
        "organiser": {
            "name": "Kim Handläggare", "email": "kim@kommun.example", "phone": "+46300834000"
        },
        "room": { "kind": "link", "url": "https://video.example/rum/42" },
        "recipients": recipients,
    })
}

/// Returns a request of a system, with its token.
pub(crate) fn call(
    method: Method,
    path: &str,
    token: &str,
    key: Option<&str>,
    body: &str,
) -> Request<Full<Bytes>> {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "127.0.0.1")
        .header(header::AUTHORIZATION, format!("Bearer {token}"));
    if !body.is_empty() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    request.body(Full::from(body.to_owned())).expect("a request")
}

/// A browser with the loaded app.
#[derive(Clone, Default)]
pub(crate) struct Visitor {
    pub(crate) session: Option<String>,
    pub(crate) language: Option<&'static str>,
}

impl Visitor {
    /// Posts a form, or gets the page without one. Keeps the session that the response sets.
    pub(crate) async fn go(
        &mut self,
        (address, origin): (SocketAddr, &str),
        path: &str,
        fields: Option<&[(&str, &str)]>,
    ) -> Option<Answer> {
        let mut request = Request::builder()
            .uri(path)
            .header(header::HOST, "127.0.0.1")
            .header(header::ACCEPT, "application/json");
        let mut cookies = Vec::new();
        cookies.extend(self.session.iter().map(|value| format!("anslut={value}")));
        cookies.extend(self.language.iter().map(|value| format!("anslut-language={value}")));
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let mut body = String::new();
        if let Some(fields) = fields {
            body = form_urlencoded::Serializer::new(body).extend_pairs(fields).finish();
            request = request
                .method(Method::POST)
                .header(header::ORIGIN, origin)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let answer = ask(address, request.body(Full::from(body)).expect("a request")).await?;
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("a cookie");
            let pair = cookie.split(';').next().unwrap_or_default();
            if let Some(value) = pair.strip_prefix("anslut=") {
                self.session = Some(value.to_owned());
            }
        }
        Some(answer)
    }
}

/// `true` if a view is of the opened invitation.
pub(crate) const fn is_inside(view: &PageView) -> bool {
    matches!(view.screen, Screen::Invitation(_) | Screen::Meeting(_) | Screen::Room(_))
}
