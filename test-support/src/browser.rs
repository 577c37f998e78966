//! A browser as far as the service sees one: cookies, headers, redirects.

use app::wire::{Notice, PageView, Problem, Progress, Screen};
use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header},
};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::{collections::BTreeMap, net::SocketAddr, sync::Mutex};
use tokio::net::TcpStream;
use url::form_urlencoded;

const FORM: &str = "application/x-www-form-urlencoded";

/// Kind of a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Without scripts: it posts forms and follows redirects.
    Plain,
    /// With the loaded app, which requests views.
    Loaded,
}

/// A browser with its own cookies.
pub struct Browser {
    address: SocketAddr,
    origin: String,
    kind: Kind,
    cookies: Mutex<BTreeMap<String, String>>,
    more: HeaderMap,
    seen: Mutex<String>,
}

impl Browser {
    /// Returns a browser without cookies, at the server of this address.
    pub fn new(address: SocketAddr, origin: &str, kind: Kind) -> Self {
        Self {
            address,
            origin: origin.to_owned(),
            kind,
            cookies: Mutex::default(),
            more: HeaderMap::new(),
            seen: Mutex::default(),
        }
    }

    /// Returns the browser with one more header on every request.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a value");
        self.more.append(HeaderName::from_static(name), value);
        self
    }

    /// Returns a cookie's value.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().expect("a lock").get(name).cloned()
    }

    /// Sets a cookie, or removes it.
    pub fn set_cookie(&self, name: &str, value: Option<&str>) {
        let mut cookies = self.cookies.lock().expect("a lock");
        match value {
            Some(value) => cookies.insert(name.to_owned(), value.to_owned()),
            None => cookies.remove(name),
        };
    }

    /// Returns everything received so far, headers included.
    pub fn seen(&self) -> String {
        self.seen.lock().expect("a lock").clone()
    }

    /// Gets a page.
    pub async fn get(&self, path: &str) -> Page {
        let page = self.send(self.request(Method::GET, path, "")).await;
        if page.status == StatusCode::SEE_OTHER && page.header("location").ends_with("again") {
            return self.send(self.request(Method::GET, page.header("location"), "")).await;
        }
        page
    }

    /// Posts a form.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.post_text(path, &form).await
    }

    /// Posts a form that is encoded already.
    pub async fn post_text(&self, path: &str, form: &str) -> Page {
        self.send(self.request(Method::POST, path, form)).await
    }

    /// Posts a form and returns the page that it leads to.
    pub async fn go(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.post(path, fields).await;
        match self.kind {
            Kind::Loaded => page,
            Kind::Plain => {
                assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}: {}", page.text());
                self.led(page.header("location")).await
            }
        }
    }

    /// Returns the page that an address leads to, past the redirect that checks whether cookies are kept.
    pub async fn led(&self, path: &str) -> Page {
        let page = self.get(path).await;
        if path.ends_with("?cookie") && page.status == StatusCode::SEE_OTHER {
            return self.get(page.header("location")).await;
        }
        page
    }

    /// Returns a request as this browser sends it.
    pub fn request(&self, method: Method, path: &str, form: &str) -> Request<Full<Bytes>> {
        let accept = match self.kind {
            Kind::Plain => "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            Kind::Loaded => "application/json",
        };
        let mut request = Request::new(Full::from(form.to_owned()));
        *request.uri_mut() = path.parse().expect("an address");
        let headers = request.headers_mut();
        let host = self.address.to_string();
        headers.insert(header::HOST, host.parse().expect("a host"));
        headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
        if method == Method::POST {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(FORM));
            headers.insert(header::ORIGIN, self.origin.parse().expect("an origin"));
            headers.insert("sec-fetch-site", HeaderValue::from_static("same-origin"));
        }
        let cookies: Vec<String> = {
            let cookies = self.cookies.lock().expect("a lock");
            cookies.iter().map(|(name, value)| format!("{name}={value}")).collect()
        };
        if !cookies.is_empty() {
            let cookies = HeaderValue::from_bytes(cookies.join("; ").as_bytes());
            headers.insert(header::COOKIE, cookies.expect("cookies"));
        }
        for name in self.more.keys() {
            headers.remove(name);
        }
        headers.extend(self.more.clone());
        *request.method_mut() = method;
        request
    }

    /// Sends any request, and keeps the cookies that the response sets.
    pub async fn send(&self, request: Request<Full<Bytes>>) -> Page {
        let page = send(self.address, request).await;
        for cookie in page.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("a cookie");
            let (pair, marks) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').expect("a cookie");
            let gone = marks.split(';').any(|mark| mark.trim() == "Max-Age=0");
            self.set_cookie(name, (!gone).then_some(value));
        }
        let mut seen = self.seen.lock().expect("a lock");
        for (name, value) in &page.headers {
            seen.push_str(name.as_str());
            seen.push_str(&String::from_utf8_lossy(value.as_bytes()));
        }
        seen.push_str(&page.text());
        page
    }
}

/// Sends one request over a new connection.
pub async fn send(address: SocketAddr, request: Request<Full<Bytes>>) -> Page {
    let stream = TcpStream::connect(address).await.expect("a connection");
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.expect("HTTP");
    let conversation = tokio::spawn(connection);
    let answer = sender.send_request(request).await.expect("an answer");
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    drop(sender);
    conversation.abort();
    Page { status: parts.status, headers: parts.headers, body }
}

/// A response.
#[derive(Debug)]
pub struct Page {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, complete.
    pub body: Bytes,
}

impl Page {
    /// Returns the body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Returns the body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    /// Returns the only value of a header, or an empty text if it is missing.
    pub fn header(&self, name: &str) -> &str {
        let mut values = self.headers.get_all(name).iter();
        let first = values.next().map_or("", |value| value.to_str().expect("text"));
        assert!(values.next().is_none(), "{name} comes once");
        first
    }

    /// Returns the view: the body, or the inline view in it.
    pub fn view(&self) -> PageView {
        let text = self.text();
        let json = match text.split_once("id=\"view\">") {
            Some((_, rest)) => rest.split("</script>").next().unwrap_or_default(),
            None => &text,
        };
        serde_json::from_str(json).unwrap_or_else(|_| panic!("no view: {} {text}", self.status))
    }

    /// Returns the name of the screen.
    pub fn screen(&self) -> &'static str {
        match self.view().screen {
            Screen::Method(_) => "method",
            Screen::Address(_) => "address",
            Screen::Code(_) => "code",
            Screen::Choice(_) => "choice",
            Screen::BankId(_) => "bankid",
            Screen::Provider(_) => "provider",
            Screen::WrongBrowser => "elsewhere",
            Screen::NoCookies => "no cookies",
            Screen::Invitation(_) => "invitation",
            Screen::Check(_) => "check",
            Screen::Meeting(_) => "meeting",
            Screen::Room(_) => "room",
            Screen::Locked(_) => "locked",
            Screen::Closed => "over",
            Screen::Cancelled => "cancelled",
            Screen::Ended => "ended",
            Screen::NotFound => "not found",
            Screen::BadRequest => "refused",
            Screen::Unavailable => "trouble",
            Screen::Accessibility(_) => "accessibility",
            Screen::Reported => "reported",
            Screen::Privacy(_) => "privacy",
        }
    }

    /// Returns the problem.
    pub fn problem(&self) -> Option<Problem> {
        self.view().problem
    }

    /// Returns the notice.
    pub fn notice(&self) -> Option<Notice> {
        self.view().notice
    }

    /// Returns the content of the code screen.
    pub fn code(&self) -> app::wire::Code {
        match self.view().screen {
            Screen::Code(code) => code,
            other => panic!("no code screen: {other:?}"),
        }
    }

    /// Returns the progress that the BankID screen shows.
    pub fn progress(&self) -> Progress {
        match self.view().screen {
            Screen::BankId(bankid) => bankid.progress,
            other => panic!("no identification: {other:?}"),
        }
    }

    /// Returns the names of the page's elements of one kind, such as `button`.
    pub fn names(&self, element: &str) -> Vec<String> {
        let text = self.text();
        let open = format!("<{element} ");
        let close = format!("</{element}>");
        let mut names = Vec::new();
        for part in text.split(&open).skip(1) {
            let inner = part.split(&close).next().unwrap_or_default();
            let inner = inner.split_once('>').map_or("", |(_, inner)| inner);
            names.push(words(inner));
        }
        names
    }
}

/// Returns the text between the tags.
fn words(html: &str) -> String {
    let mut words = String::new();
    let mut within = false;
    for letter in html.chars() {
        match letter {
            '<' => within = true,
            '>' => within = false,
            _ if !within => words.push(letter),
            _ => {}
        }
    }
    words.trim().to_owned()
}
