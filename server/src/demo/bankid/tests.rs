//! Life cycle of an order, with a fixed clock.

use super::*;
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::time::Duration;
use tower::ServiceExt;

const SECOND: Duration = Duration::from_secs(1);
const NUMBER: &str = "199908072391";

/// A simulator and its clock.
struct Sim {
    clock: Clock,
    simulator: Simulator,
}

impl Sim {
    fn new() -> Self {
        let clock =
            Clock::standing("2026-12-01T08:00:00Z".parse::<jiff::Timestamp>().unwrap().into());
        Self { simulator: Simulator::new(clock.clone()), clock }
    }

    async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        let request = Request::post(format!("/dev/bankid/{path}"))
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        let answer = self.simulator.routes().oneshot(request).await.unwrap();
        let status = answer.status();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap())
    }

    async fn rp(&self, call: &str, body: Value) -> (StatusCode, Value) {
        self.post(&format!("rp/v6.0/{call}"), body).await
    }

    async fn auth(&self, more: Value) -> Value {
        let mut body = json!({ "endUserIp": "192.0.2.1" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let (status, made) = self.rp("auth", body).await;
        assert_eq!(status, 200, "{made}");
        made
    }

    /// Returns the status and hint code from `collect`, or the error's details.
    async fn collect(&self, made: &Value) -> String {
        let (status, answer) = self.rp("collect", json!({ "orderRef": made["orderRef"] })).await;
        if status != 200 {
            return answer["details"].as_str().unwrap().to_owned();
        }
        assert_eq!(answer["orderRef"], made["orderRef"]);
        let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        format!("{} {}", text("status"), text("hintCode")).trim().to_owned()
    }

    async fn act(&self, made: &Value, action: Value) -> StatusCode {
        let order_ref = made["orderRef"].as_str().unwrap();
        self.post(&format!("orders/{order_ref}"), action).await.0
    }

    async fn start(&self, made: &Value) -> StatusCode {
        self.post("start", json!({ "autoStartToken": made["autoStartToken"] })).await.0
    }

    async fn scan(&self, made: &Value, seconds: u64) -> StatusCode {
        let text = |name: &str| made[name].as_str().unwrap();
        let code = qr::code(text("qrStartSecret"), &seconds.to_string()).unwrap();
        let qr = format!("bankid.{}.{seconds}.{code}", text("qrStartToken"));
        self.post("scan", json!({ "qr": qr })).await.0
    }

    fn forward(&self, seconds: u32) {
        self.clock.forward(SECOND * seconds);
    }
}

#[tokio::test]
async fn an_order_that_is_not_started_in_half_a_minute_fails() {
    let sim = Sim::new();
    let made = sim.auth(json!({})).await;
    sim.forward(29);
    assert_eq!(sim.collect(&made).await, "pending outstandingTransaction");
    sim.forward(1);
    assert_eq!(sim.start(&made).await, 404);
    assert_eq!(sim.collect(&made).await, "failed startFailed");
    assert_eq!(sim.collect(&made).await, "No such order");
}

#[tokio::test]
async fn a_started_order_lives_for_three_minutes_more() {
    let sim = Sim::new();
    let made = sim.auth(json!({})).await;
    sim.forward(29);
    assert_eq!(sim.start(&made).await, 200);
    sim.forward(179);
    assert_eq!(sim.start(&made).await, 200, "the same once more changes nothing");
    assert_eq!(sim.collect(&made).await, "pending started");
    sim.forward(1);
    assert_eq!(sim.act(&made, json!({ "action": "sign" })).await, 409);
    assert_eq!(sim.collect(&made).await, "failed expiredTransaction");
    assert_eq!(sim.collect(&made).await, "No such order");
}

#[tokio::test]
async fn a_phone_call_s_order_is_not_started_and_lives_for_three_minutes() {
    let sim = Sim::new();
    let body = json!({ "personalNumber": NUMBER, "callInitiator": "user" });
    let (status, made) = sim.rp("phone/auth", body).await;
    assert_eq!(status, 200);
    assert_eq!(made.as_object().unwrap().keys().collect::<Vec<_>>(), ["orderRef"]);
    sim.forward(179);
    assert_eq!(sim.collect(&made).await, "pending outstandingTransaction");
    sim.forward(1);
    assert_eq!(sim.collect(&made).await, "failed expiredTransaction");
}

#[tokio::test]
async fn a_scanned_order_waits_as_the_app_says_until_it_is_signed() {
    let sim = Sim::new();
    let made = sim.auth(json!({})).await;
    sim.forward(2);
    assert_eq!(sim.scan(&made, 8).await, 400);
    assert_eq!(sim.collect(&made).await, "pending outstandingTransaction");
    assert_eq!(sim.scan(&made, 7).await, 200);
    assert_eq!(sim.collect(&made).await, "pending started");
    for code in ["userSign", "processing", "somethingNewer", "noClient"] {
        assert_eq!(sim.act(&made, json!({ "action": "hint", "hint_code": code })).await, 200);
        assert_eq!(sim.collect(&made).await, format!("pending {code}"));
    }
    for code in ["userCancel", "", "a b"] {
        assert_eq!(sim.act(&made, json!({ "action": "hint", "hint_code": code })).await, 400);
    }
    assert_eq!(sim.act(&made, json!({ "action": "sign" })).await, 200);
    for action in ["sign", "cancel"] {
        assert_eq!(sim.act(&made, json!({ "action": action })).await, 409);
    }
    assert_eq!(sim.collect(&made).await, "complete");
    assert_eq!(sim.collect(&made).await, "No such order");
    assert_eq!(sim.act(&made, json!({ "action": "sign" })).await, 409);
}

#[tokio::test]
async fn every_failure_is_told_once() {
    let sim = Sim::new();
    for code in hints::FAILED.into_iter().chain(["somethingNewer"]) {
        let made = sim.auth(json!({})).await;
        assert_eq!(sim.act(&made, json!({ "action": "fail", "hint_code": code })).await, 200);
        assert_eq!(sim.collect(&made).await, format!("failed {code}"));
        assert_eq!(sim.collect(&made).await, "No such order");
    }
    let made = sim.auth(json!({})).await;
    assert_eq!(sim.act(&made, json!({ "action": "fail", "hint_code": "userSign" })).await, 400);
    assert_eq!(sim.act(&made, json!({ "action": "cancel" })).await, 200);
    assert_eq!(sim.collect(&made).await, "failed userCancel");
}

#[tokio::test]
async fn a_second_order_for_the_same_number_ends_both() {
    let sim = Sim::new();
    let asked = json!({ "requirement": { "personalNumber": NUMBER } });
    let first = sim.auth(asked.clone()).await;
    let other = sim.auth(json!({ "requirement": { "personalNumber": "197311108711" } })).await;
    let body = json!({ "personalNumber": NUMBER, "callInitiator": "RP" });
    let (status, refused) = sim.rp("phone/auth", body).await;
    assert_eq!(status, 400);
    let expected = json!({ "errorCode": "alreadyInProgress",
                           "details": "Order already in progress for pno" });
    assert_eq!(refused, expected);
    assert_eq!(sim.start(&first).await, 404);
    assert_eq!(sim.collect(&first).await, "failed cancelled");
    assert_eq!(sim.collect(&first).await, "No such order");
    assert_eq!(sim.collect(&other).await, "pending outstandingTransaction");
    // An ended order ends no other.
    let third = sim.auth(asked.clone()).await;
    assert_eq!(sim.rp("cancel", json!({ "orderRef": third["orderRef"] })).await.0, 200);
    let fourth = sim.auth(asked.clone()).await;
    sim.forward(30);
    sim.auth(asked).await;
    assert_eq!(sim.collect(&fourth).await, "failed startFailed");
}

#[tokio::test]
async fn an_order_is_cancelled_once() {
    let sim = Sim::new();
    let made = sim.auth(json!({})).await;
    let body = json!({ "orderRef": made["orderRef"] });
    assert_eq!(sim.rp("cancel", body.clone()).await, (StatusCode::OK, json!({})));
    let gone = json!({ "errorCode": "invalidParameters", "details": "No such order" });
    assert_eq!(sim.rp("cancel", body.clone()).await, (StatusCode::BAD_REQUEST, gone.clone()));
    assert_eq!(sim.rp("collect", body).await, (StatusCode::BAD_REQUEST, gone));
    assert_eq!(sim.start(&made).await, 404);
    assert_eq!(sim.act(&made, json!({ "action": "cancel" })).await, 409);
}

#[tokio::test]
async fn somebody_who_signs_is_told_of() {
    let sim = Sim::new();
    let shown = STANDARD.encode("Legitimera dig hos Kommunen");
    let made = sim
        .auth(json!({ "userVisibleData": shown, "returnRisk": true,
                                "requirement": { "mrtd": true } }))
        .await;
    let action = json!({ "action": "sign", "personal_number": NUMBER, "name": "Cia von Ceder",
                         "ip_address": "198.51.100.7", "risk": "moderate" });
    assert_eq!(sim.act(&made, action).await, 200);
    let (_, answer) = sim.rp("collect", json!({ "orderRef": made["orderRef"] })).await;
    let data = &answer["completionData"];
    let user = json!({ "personalNumber": NUMBER, "name": "Cia von Ceder",
                       "givenName": "Cia von", "surname": "Ceder" });
    assert_eq!(data["user"], user);
    assert_eq!(data["device"]["ipAddress"], "198.51.100.7");
    assert_eq!(data["risk"], "moderate");
    assert_eq!(data["stepUp"], json!({ "mrtd": true }));
    assert_eq!(data["bankIdIssueDate"], "2026-02-04Z");
    let decode = |name: &str| STANDARD.decode(data[name].as_str().unwrap()).unwrap();
    let signature = String::from_utf8(decode("signature")).unwrap();
    assert!(signature.starts_with("<?xml ") && signature.contains(&shown), "{signature}");
    assert!(!decode("ocspResponse").is_empty());
    assert_eq!(STANDARD.decode(data["device"]["uhi"].as_str().unwrap()).unwrap().len(), 20);
}

#[tokio::test]
async fn what_was_not_asked_for_is_not_told() {
    let sim = Sim::new();
    let made = sim.auth(json!({ "requirement": { "personalNumber": NUMBER } })).await;
    let other = json!({ "action": "sign", "personal_number": "197311108711" });
    assert_eq!(sim.act(&made, other).await, 400, "the app would refuse");
    assert_eq!(sim.act(&made, json!({ "action": "sign", "risk": "high" })).await, 200);
    let (_, answer) = sim.rp("collect", json!({ "orderRef": made["orderRef"] })).await;
    let data = &answer["completionData"];
    assert_eq!(data["user"]["personalNumber"], NUMBER);
    assert_eq!(data["user"]["name"], "Cia Ceder");
    assert_eq!(data["device"]["ipAddress"], "192.0.2.1");
    assert!(data.get("risk").is_none() && data.get("stepUp").is_none());
}

#[tokio::test]
async fn what_has_ended_is_forgotten_and_no_more_than_so_many_are_kept() {
    let sim = Sim::new();
    for (action, seconds) in [
        (json!({ "action": "sign" }), 180),
        (json!({ "action": "cancel" }), 300),
        (json!({ "action": "fail", "hint_code": "startFailed" }), 190),
    ] {
        let made = sim.auth(json!({})).await;
        assert_eq!(sim.act(&made, action).await, 200);
        sim.forward(seconds - 1);
        assert_eq!(sim.act(&made, json!({ "action": "cancel" })).await, 409);
        sim.forward(1);
        assert_eq!(sim.act(&made, json!({ "action": "cancel" })).await, 404);
        assert_eq!(sim.collect(&made).await, "No such order");
    }

    let mut orders = Orders::default();
    let make = |orders: &mut Orders| {
        let names = orders::Names::new().unwrap();
        orders.make(request::Wish::default(), names, sim.simulator.now()).is_some()
    };
    for _ in 0..5010 {
        assert!(make(&mut orders));
    }
    assert_eq!(orders.newest_first(sim.simulator.now()).len(), 5000);
}
