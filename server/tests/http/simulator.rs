//! The BankID simulator over HTTP, as a relying party, a script and a person use it.

use axum::http::{Method, Request, StatusCode, header};
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::Full;
use serde_json::{Value, json};
use sha2::Sha256;
use test_support::{
    browser::{Browser, Page, send},
    test_app::{SECOND, TestApp, TestAppBuilder},
};

const JSON: &str = "application/json";
const NUMBER: &str = "199908072391";

async fn ask(app: &TestApp, method: Method, path: &str, media: &str, body: &str) -> Page {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, app.address.to_string())
        .header(header::CONTENT_TYPE, media)
        .body(Full::from(body.to_owned()));
    send(app.address, request.expect("a request")).await
}

async fn post(app: &TestApp, path: &str, body: &Value) -> Page {
    ask(app, Method::POST, &format!("/dev/bankid/{path}"), JSON, &body.to_string()).await
}

async fn rp(app: &TestApp, call: &str, body: &Value) -> Page {
    let page = post(app, &format!("rp/v6.0/{call}"), body).await;
    assert_eq!(page.header("content-type"), JSON, "{call}");
    page
}

async fn auth(app: &TestApp, body: &Value) -> Value {
    let page = rp(app, "auth", body).await;
    assert_eq!(page.status, 200, "{}", page.text());
    page.json()
}

async fn collect(app: &TestApp, made: &Value) -> Value {
    let page = rp(app, "collect", &json!({ "orderRef": made["orderRef"] })).await;
    assert_eq!(page.status, 200, "{}", page.text());
    page.json()
}

/// Returns the content of the QR code this many seconds after the order started.
fn qr(made: &Value, seconds: u32) -> String {
    let text = |name: &str| made[name].as_str().expect("a text");
    let secret = text("qrStartSecret").as_bytes();
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret).expect("a key");
    mac.update(seconds.to_string().as_bytes());
    let code = mac.finalize().into_bytes();
    let code = code.iter().fold(String::new(), |code, byte| code + &format!("{byte:02x}"));
    format!("bankid.{}.{seconds}.{code}", text("qrStartToken"))
}

fn order_path(made: &Value) -> String {
    format!("orders/{}", made["orderRef"].as_str().expect("an order"))
}

fn refused(page: &Page, status: u16, code: &str, details: &str) {
    assert_eq!(page.status, status, "{}", page.text());
    // Member by member as BankID writes it: some clients show it unparsed.
    assert_eq!(page.text(), format!(r#"{{"errorCode":"{code}","details":"{details}"}}"#));
    assert_eq!(page.header("content-type"), JSON);
}

#[tokio::test]
async fn an_order_goes_from_its_making_over_the_picture_to_the_person() {
    let app = TestAppBuilder::demo().start().await;
    let body = json!({ "endUserIp": "192.0.2.1", "returnUrl": "https://kommun.example/x" });
    let made = auth(&app, &body).await;
    for name in ["orderRef", "autoStartToken", "qrStartToken", "qrStartSecret"] {
        assert_eq!(made[name].as_str().map(str::len), Some(36), "{name}");
    }
    let pending = |hint: &str| {
        json!({ "orderRef": made["orderRef"], "status": "pending",
                                       "hintCode": hint })
    };
    assert_eq!(collect(&app, &made).await, pending("outstandingTransaction"));
    app.forward(SECOND * 3).await;
    let late = post(&app, "scan", &json!({ "qr": qr(&made, 9) })).await;
    assert_eq!(late.status, 400);
    let mut forged = qr(&made, 3);
    forged.pop();
    assert_eq!(post(&app, "scan", &json!({ "qr": forged })).await.status, 400);
    assert_eq!(collect(&app, &made).await, pending("outstandingTransaction"));
    let scanned = post(&app, "scan", &json!({ "qr": qr(&made, 3) })).await;
    assert_eq!(scanned.status, 200);
    assert_eq!(scanned.json(), json!({ "orderRef": made["orderRef"] }));
    assert_eq!(collect(&app, &made).await, pending("started"));
    let hint = json!({ "action": "hint", "hint_code": "userSign" });
    assert_eq!(post(&app, &order_path(&made), &hint).await.status, 200);
    assert_eq!(collect(&app, &made).await, pending("userSign"));
    let signs = json!({ "action": "sign", "personal_number": NUMBER, "name": "Cia Ceder" });
    let signed = post(&app, &order_path(&made), &signs).await;
    assert_eq!(signed.status, 200);
    let moved = json!({ "orderRef": made["orderRef"], "returnUrl": "https://kommun.example/x" });
    assert_eq!(signed.json(), moved);
    let complete = collect(&app, &made).await;
    assert_eq!(complete["status"], "complete");
    assert!(complete.get("hintCode").is_none());
    let user = json!({ "personalNumber": NUMBER, "name": "Cia Ceder",
                       "givenName": "Cia", "surname": "Ceder" });
    assert_eq!(complete["completionData"]["user"], user);
    assert_eq!(complete["completionData"]["device"]["ipAddress"], "192.0.2.1");
    let again = rp(&app, "collect", &json!({ "orderRef": made["orderRef"] })).await;
    refused(&again, 400, "invalidParameters", "No such order");
}

#[tokio::test]
async fn what_the_service_refuses_is_refused_in_its_words() {
    let app = TestAppBuilder::demo().start().await;
    let ip = json!("192.0.2.1");
    for (call, body, details) in [
        ("auth", json!({}), "Invalid endUserIp"),
        ("auth", json!([]), "Invalid request"),
        ("sign", json!({ "endUserIp": ip }), "Invalid userVisibleData"),
        (
            "auth",
            json!({ "endUserIp": ip, "requirement": { "personalNumber": "1" } }),
            "Incorrect personalNumber",
        ),
        (
            "auth",
            json!({ "endUserIp": ip, "requirement": { "cardReader": "x" } }),
            "Invalid requirement",
        ),
        (
            "phone/auth",
            json!({ "personalNumber": NUMBER, "callInitiator": "x" }),
            "Incorrect callInitiator",
        ),
        ("collect", json!({}), "Invalid orderRef"),
        ("collect", json!({ "orderRef": "x" }), "No such order"),
        ("cancel", json!({ "orderRef": "x" }), "No such order"),
    ] {
        refused(&rp(&app, call, &body).await, 400, "invalidParameters", details);
    }
    let path = "/dev/bankid/rp/v6.0/auth";
    for body in ["", "{", "\u{feff}{}", "endUserIp=192.0.2.1"] {
        let page = ask(&app, Method::POST, path, JSON, body).await;
        refused(&page, 400, "invalidParameters", "Invalid request");
    }
    let body = json!({ "endUserIp": ip }).to_string();
    for media in ["application/json; charset=utf-8", "application/json;charset=UTF-8", "text/plain"]
    {
        let page = ask(&app, Method::POST, path, media, &body).await;
        assert_eq!(page.status, 415, "{media}");
        assert_eq!(page.json()["errorCode"], "unsupportedMediaType");
    }
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let page = ask(&app, method, path, JSON, &body).await;
        assert_eq!(page.status, 405);
        assert_eq!(page.json()["errorCode"], "methodNotAllowed");
    }
    for path in ["v6.0", "v6.0/", "v6.0/auth/", "v5.1/auth", "v6.0/payment", "x"] {
        let page = post(&app, &format!("rp/{path}"), &json!({ "endUserIp": ip })).await;
        assert_eq!(page.status, 404, "{path}");
        assert_eq!(page.json()["errorCode"], "notFound", "{path}");
    }
}

#[tokio::test]
async fn a_second_order_for_a_number_is_refused_and_ends_the_first() {
    let app = TestAppBuilder::demo().start().await;
    let body = json!({ "endUserIp": "192.0.2.1", "requirement": { "personalNumber": NUMBER } });
    let first = auth(&app, &body).await;
    let second = rp(&app, "auth", &body).await;
    refused(&second, 400, "alreadyInProgress", "Order already in progress for pno");
    let ended = collect(&app, &first).await;
    assert_eq!((&ended["status"], &ended["hintCode"]), (&json!("failed"), &json!("cancelled")));
    let third = auth(&app, &body).await;
    let order = json!({ "orderRef": third["orderRef"] });
    assert_eq!(rp(&app, "cancel", &order).await.text(), "{}");
    for call in ["cancel", "collect"] {
        let page = rp(&app, call, &order).await;
        refused(&page, 400, "invalidParameters", "No such order");
    }
}

#[tokio::test]
async fn errors_come_as_they_were_ordered() {
    let app = TestAppBuilder::demo().start().await;
    let body = json!({ "endUserIp": "192.0.2.1" });
    let made = auth(&app, &body).await;
    let order = json!({ "orderRef": made["orderRef"] });
    let errors = |call: &str, status: u16, code: &str, times: u32| json!({ "call": call, "status": status, "error_code": code, "times": times });
    for wanted in [
        errors("collect", 503, "maintenance", 2),
        errors("collect", 500, "internalError", 1),
        errors("cancel", 408, "requestTimeout", 1),
    ] {
        assert_eq!(post(&app, "errors", &wanted).await.status, 200);
    }
    for (status, code) in [(503, "maintenance"), (503, "maintenance"), (500, "internalError")] {
        refused(&rp(&app, "collect", &order).await, status, code, "Simulated");
    }
    assert_eq!(collect(&app, &made).await["status"], "pending");
    refused(&rp(&app, "cancel", &order).await, 408, "requestTimeout", "Simulated");
    assert_eq!(rp(&app, "cancel", &order).await.status, 200);
    assert_eq!(rp(&app, "auth", &body).await.status, 200);
    for wrong in [
        errors("nothing", 503, "maintenance", 1),
        errors("auth", 200, "maintenance", 1),
        json!({ "call": "auth", "status": 503 }),
        json!({ "call": "auth", "status": 503, "error_code": "x", "more": 1 }),
    ] {
        assert_eq!(post(&app, "errors", &wrong).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn the_phone_s_calls_refuse_what_they_can_t_do() {
    let app = TestAppBuilder::demo().start().await;
    let made = auth(&app, &json!({ "endUserIp": "192.0.2.1" })).await;
    for (path, body, status) in [
        ("scan".to_owned(), json!({}), 400),
        ("scan".to_owned(), json!({ "qr": "x" }), 400),
        ("start".to_owned(), json!({ "autoStartToken": 1 }), 400),
        ("start".to_owned(), json!({ "autoStartToken": "x" }), 404),
        ("start".to_owned(), json!({ "autoStartToken": made["qrStartToken"] }), 404),
        ("orders/x".to_owned(), json!({ "action": "cancel" }), 404),
        (order_path(&made), json!({ "action": "x" }), 400),
        (order_path(&made), json!({ "action": "sign", "personal_number": "9908072391" }), 400),
        (order_path(&made), json!({ "action": "sign", "name": " " }), 400),
        (order_path(&made), json!({ "action": "sign", "ip_address": "x" }), 400),
        (order_path(&made), json!({ "action": "sign", "risk": "some" }), 400),
        (order_path(&made), json!({ "action": "fail" }), 400),
        (order_path(&made), json!({ "action": "fail", "hint_code": "userSign" }), 400),
        (order_path(&made), json!({ "action": "hint", "hint_code": "userCancel" }), 400),
    ] {
        let page = post(&app, &path, &body).await;
        assert_eq!(page.status, status, "{path} {body}");
        assert_eq!(page.header("content-type"), "application/problem+json");
    }
    assert_eq!(collect(&app, &made).await["hintCode"], "outstandingTransaction");
    let start = json!({ "autoStartToken": made["autoStartToken"] });
    let page = post(&app, "start", &start).await;
    assert_eq!(page.json(), json!({ "orderRef": made["orderRef"] }));
    let page = post(&app, &order_path(&made), &json!({ "action": "cancel" })).await;
    assert_eq!(page.json(), json!({ "orderRef": made["orderRef"], "returnUrl": null }));
    let page = post(&app, &order_path(&made), &json!({ "action": "cancel" })).await;
    assert_eq!(page.status, 409);
    assert_eq!(collect(&app, &made).await["hintCode"], "userCancel");
    for path in ["scan", "start", "orders/x", "errors", "phone"] {
        let address = format!("/dev/bankid/{path}");
        let page = ask(&app, Method::POST, &address, "text/plain", "{}").await;
        assert_eq!(page.status, 415, "{path}");
        assert_eq!(ask(&app, Method::GET, &address, JSON, "").await.status, 405, "{path}");
    }
}

#[tokio::test]
async fn no_other_site_s_page_reaches_the_phone() {
    let app = TestAppBuilder::demo().start().await;
    let made = auth(&app, &json!({ "endUserIp": "192.0.2.1" })).await;
    let order = made["orderRef"].as_str().expect("an order");
    let foreign = app.browser().with("origin", "https://evil.example");
    let fields = [("order", order), ("do", "cancel")];
    assert_eq!(foreign.post("/dev/bankid/phone", &fields).await.status, 403);
    assert_eq!(collect(&app, &made).await["status"], "pending");
}

#[tokio::test]
async fn there_is_no_simulator_outside_a_demo() {
    let app = TestApp::start().await;
    let body = json!({ "endUserIp": "192.0.2.1" });
    for path in ["rp/v6.0/auth", "scan", "start", "errors", "orders/x"] {
        assert_eq!(post(&app, path, &body).await.status, 404, "{path}");
    }
    for path in ["/dev/bankid", "/dev/bankid.js"] {
        assert_eq!(app.browser().get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn large_documents_can_be_signed() {
    let app = TestAppBuilder::demo().start().await;
    let body = json!({ "endUserIp": "192.0.2.1", "userVisibleData": "A".repeat(40_000),
                       "userNonVisibleData": "A".repeat(200_000) });
    assert_eq!(rp(&app, "sign", &body).await.status, 200);
    let body = json!({ "qr": "A".repeat(240_000) });
    assert_eq!(post(&app, "scan", &body).await.status, 413, "elsewhere the usual limit holds");
}

/// Returns the address of the app's page, opened on the same device.
fn opened(made: &Value) -> String {
    format!("/dev/bankid?autostarttoken={}", made["autoStartToken"].as_str().expect("a token"))
}

async fn press(browser: &Browser, made: &Value, here: bool, fields: &[(&str, &str)]) -> Page {
    let text = |name: &str| made[name].as_str().expect("a text");
    let mut all = vec![("order", text("orderRef"))];
    if here {
        all.push(("token", text("autoStartToken")));
    }
    all.extend(fields);
    browser.post("/dev/bankid/phone", &all).await
}

#[tokio::test]
async fn looking_at_the_phone_starts_nothing() {
    let app = TestAppBuilder::demo().start().await;
    let browser = app.browser();
    let shown = "U8OkayBow6RyOiA8c2NyaXB0PmFsZXJ0KDEpPC9zY3JpcHQ+";
    let made = auth(
        &app,
        &json!({ "endUserIp": "192.0.2.1", "userVisibleData": shown,
                                   "web": { "referringDomain": "kommun.example" } }),
    )
    .await;
    let other = auth(&app, &json!({ "endUserIp": "192.0.2.1" })).await;
    let page = browser.get("/dev/bankid").await;
    assert_eq!(page.status, 200);
    let text = page.text();
    assert!(text.contains("Säk här: ") && !text.contains("<script>alert"), "{text}");
    assert!(text.contains("Identification for kommun.example"), "{text}");
    for made in [&made, &other] {
        // 08:00 UTC is 09:00 in Sweden.
        let letters = made["orderRef"].as_str().and_then(|it| it.get(..6)).expect("an order");
        let mark = format!("{letters}…</b> from <time>09:00:00</time>");
        assert!(text.contains(&mark), "{mark}: {text}");
    }
    let names = page.names("button");
    for name in ["Scan", "Sign as Anna Andersson", "Cancel"] {
        assert_eq!(names.iter().filter(|it| *it == name).count(), 2, "{name}: {names:?}");
    }
    let page = browser.get(&opened(&made)).await;
    let other = other["orderRef"].as_str().expect("an order");
    assert_eq!(page.status, 200);
    assert!(!page.text().contains(other), "only the order that it is opened for");
    assert!(page.names("button").iter().any(|name| name == "Start"));
    assert_eq!(collect(&app, &made).await["hintCode"], "outstandingTransaction");
    let page = browser.get("/dev/bankid?autostarttoken=x").await;
    assert_eq!(page.status, 404);
    for path in ["/dev/bankid.css", "/dev/bankid.js"] {
        assert_eq!(browser.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_person_scans_and_signs_on_the_page() {
    let app = TestAppBuilder::demo().start().await;
    let browser = app.browser();
    let body = json!({ "endUserIp": "192.0.2.1", "returnUrl": "https://kommun.example/x" });
    let made = auth(&app, &body).await;
    let page = browser.post("/dev/bankid/phone", &[("qr", "bankid.x.1.y")]).await;
    assert_eq!(page.status, 400);
    assert!(page.text().contains("role=\"alert\""));
    let page = browser.post("/dev/bankid/phone", &[("qr", &qr(&made, 0))]).await;
    assert_eq!((page.status, page.header("location")), (StatusCode::SEE_OTHER, "/dev/bankid"));
    assert_eq!(collect(&app, &made).await["hintCode"], "started");
    let page = press(&browser, &made, false, &[("do", "hint"), ("hint_code", "userSign")]).await;
    assert_eq!(page.status, 303);
    assert_eq!(collect(&app, &made).await["hintCode"], "userSign");
    let signs = [("do", "sign"), ("personal_number", NUMBER), ("risk", "high")];
    let page = press(&browser, &made, false, &signs).await;
    assert_eq!(page.status, 303);
    let page = browser.get(page.header("location")).await;
    assert!(page.text().contains(">Done</h2>") && page.text().contains("Signed as Cia Ceder"));
    assert!(!page.text().contains("https://kommun.example/x"), "it was another device");
    assert_eq!(collect(&app, &made).await["completionData"]["user"]["name"], "Cia Ceder");
    let page = press(&browser, &made, false, &[("do", "cancel")]).await;
    assert_eq!(page.status, 409);

    let made = auth(&app, &json!({ "endUserIp": "192.0.2.1" })).await;
    let page = press(&browser, &made, false, &[("do", "start")]).await;
    assert_eq!(page.status, 303);
    let fails = [("do", "fail"), ("hint_code", "certificateErr")];
    assert_eq!(press(&browser, &made, false, &fails).await.status, 303);
    assert_eq!(collect(&app, &made).await["hintCode"], "certificateErr");
}

#[tokio::test]
async fn an_app_on_the_same_device_leads_back() {
    let app = TestAppBuilder::demo().start().await;
    let browser = app.browser();
    let ours = format!("{}/m/x?bankid=1#nonce=2", app.origin);
    for (return_url, status) in [
        (ours.as_str(), 303),
        ("https://kommun.example/x?a=1&b=2", 200),
        ("javascript:alert(1)", 303),
        ("kommun://tillbaka", 303),
    ] {
        let body = json!({ "endUserIp": "192.0.2.1", "returnUrl": return_url });
        let made = auth(&app, &body).await;
        let page = press(&browser, &made, true, &[("do", "start")]).await;
        assert_eq!(page.status, 303);
        assert_eq!(page.header("location"), opened(&made));
        assert_eq!(collect(&app, &made).await["hintCode"], "started");
        let page = press(&browser, &made, true, &[("do", "sign")]).await;
        assert_eq!(page.status, status, "{return_url}");
        if return_url == ours {
            assert_eq!(page.header("location"), ours);
        } else if status == 200 {
            assert_eq!(page.header("refresh"), format!("0; url={return_url}"));
            assert!(page.text().contains("href=\"https://kommun.example/x?a=1"));
        } else {
            // An address to which no browser can be redirected is ignored.
            assert_eq!(page.header("location"), opened(&made));
            assert!(!browser.get(&opened(&made)).await.text().contains(return_url));
        }
        assert_eq!(collect(&app, &made).await["status"], "complete");
    }
}
