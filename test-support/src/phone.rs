//! The simulated BankID: phone and service on a separate port, so that they outlive a service under test.

use crate::browser::{Page, send};
use axum::http::{Method, Request, header};
use http_body_util::Full;
use serde_json::{Value, json};
use server::{clock::Clock, demo::bankid::Simulator, http::serve};
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// The person who identifies, unless the test says otherwise.
pub const NUMBER: &str = "199908072391";

/// Another person.
pub const OTHER_NUMBER: &str = "197311108711";

/// A phone with the BankID app.
pub struct Phone {
    address: SocketAddr,
}

impl Phone {
    /// Starts the service behind it.
    pub async fn start(clock: Clock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let routes = Simulator::new(clock).routes();
        tokio::spawn(serve::serve(listener, routes, std::future::pending()));
        Self { address }
    }

    /// Returns the address for relying parties.
    pub fn url(&self) -> String {
        format!("http://{}/dev/bankid/rp/v6.0", self.address)
    }

    /// Posts JSON to one of the simulator's paths.
    pub async fn post(&self, path: &str, body: &Value) -> Page {
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("/dev/bankid/{path}"))
            .header(header::HOST, self.address.to_string())
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::from(body.to_string()));
        send(self.address, request.expect("a request")).await
    }

    /// Opens the app by the address on a page. Returns the `orderRef`.
    pub async fn start_by(&self, address: &str) -> String {
        let (_, token) = address.split_once("autostarttoken=").expect("a token");
        let token = token.split('&').next().expect("a token");
        let page = self.post("start", &json!({ "autoStartToken": token })).await;
        assert_eq!(page.status, 200, "{}", page.text());
        page.json()["orderRef"].as_str().expect("an order").to_owned()
    }

    /// Performs an action on an order. Returns the address to which the app returns.
    pub async fn act(&self, order: &str, body: &Value) -> Option<String> {
        let page = self.post(&format!("orders/{order}"), body).await;
        assert_eq!(page.status, 200, "{}", page.text());
        page.json()["returnUrl"].as_str().map(str::to_owned)
    }

    /// Signs an order as this person. Returns the address to which the app returns.
    pub async fn sign(&self, order: &str, number: &str) -> Option<String> {
        let body = json!({ "action": "sign", "personal_number": number, "name": "Cia Ceder" });
        self.act(order, &body).await
    }

    /// Makes the next calls of a kind fail.
    pub async fn trouble(&self, call: &str, status: u16, code: &str, times: u32) {
        let body = json!({ "call": call, "status": status, "error_code": code, "times": times });
        let page = self.post("errors", &body).await;
        assert!(page.status.is_success(), "{}", page.text());
    }
}
