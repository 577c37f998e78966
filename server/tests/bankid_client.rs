//! The BankID client: its calls have the required form, and any response ends well, even one that is not
//! BankID's.

#![expect(clippy::expect_used, reason = "a test that can't go on fails")]

use axum::http::{StatusCode, header};
use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::SecretString;
use serde_json::{Value, json};
use server::{
    authenticators::bankid::{
        AuthRequest, BankIdError, CollectResponse, Failed, Pending, RelyingParty, Risk, WebDevice,
    },
    config::{BankId, Certificates},
    http_client::{CallError, TlsConfigError},
};
use std::net::{IpAddr, SocketAddr};
use test_support::fake_bankid::{Answer, Authority, Bank};
use tokio::{io::AsyncWriteExt, net::TcpListener};

const ORDER: &str = "131daac9-16c6-4618-beb0-365768f37288";
const NUMBER: &str = "199908072391";

const ASKED: AuthRequest<'static> = AuthRequest {
    address: IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7)),
    return_url: Some("https://mote.kommun.example/back?n=1"),
    visible: "Mölndals stad: öppna din mötesinbjudan",
    device: WebDevice {
        identifier: "b7e9a0",
        domain: "mote.kommun.example",
        agent: "Mozilla/5.0 (X11)",
    },
    personal_number: None,
};

fn config(url: String, certificates: Option<Certificates>) -> BankId {
    BankId {
        url,
        simulated: false,
        certificates,
        ask_for_number: false,
        keep_number: false,
        same_address: false,
    }
}

fn party(address: SocketAddr) -> RelyingParty {
    let config = config(format!("http://{address}/rp/v6.0"), None);
    RelyingParty::from_config(&config).expect("a relying party")
}

fn begun() -> Value {
    json!({
        "orderRef": ORDER,
        "autoStartToken": "7c40b5c9-fa74-49cf-b98c-bfe651f9a7c6",
        "qrStartToken": "67df3917-fa0d-44e5-b327-edcc928297f8",
        "qrStartSecret": "d28db9a7-4cde-429e-a983-359be676944c",
    })
}

fn said(status: u16, body: &Value) -> Answer {
    Answer::Say(StatusCode::from_u16(status).expect("a status"), body.to_string())
}

/// Returns the body of a call to `auth`, to a server that answers well.
async fn auth_body(asked: &AuthRequest<'_>) -> Value {
    let bank = Bank::open(said(200, &begun())).await;
    assert!(party(bank.address).auth(asked).await.is_ok());
    bank.only().json()
}

/// Returns the failure of each call to a server with this answer.
async fn troubles(answer: Answer) -> [Option<BankIdError>; 3] {
    let bank = Bank::open(answer).await;
    let party = party(bank.address);
    [
        party.auth(&ASKED).await.err(),
        party.collect(ORDER).await.err(),
        party.cancel(ORDER).await.err(),
    ]
}

#[tokio::test]
async fn an_order_is_begun_with_all_that_bankid_wants_to_know() {
    let bank = Bank::open(said(200, &begun())).await;
    let order = party(bank.address).auth(&ASKED).await.expect("an order");
    assert_eq!(order.order_ref, ORDER);
    assert_eq!(order.auto_start_token, "7c40b5c9-fa74-49cf-b98c-bfe651f9a7c6");

    let heard = bank.only();
    assert_eq!((heard.method.as_str(), heard.path.as_str()), ("POST", "/rp/v6.0/auth"));
    let types: Vec<_> = heard.headers.get_all(header::CONTENT_TYPE).iter().collect();
    assert_eq!(types, ["application/json"]);
    let expected = json!({
        "endUserIp": "192.0.2.7",
        "returnUrl": "https://mote.kommun.example/back?n=1",
        "returnRisk": true,
        "userVisibleData": STANDARD.encode("Mölndals stad: öppna din mötesinbjudan"),
        "userVisibleDataFormat": "plaintext",
        "web": {
            "deviceIdentifier": "b7e9a0",
            "referringDomain": "mote.kommun.example",
            "userAgent": "Mozilla/5.0 (X11)",
        },
    });
    assert_eq!(heard.json(), expected);
}

#[tokio::test]
async fn a_number_is_required_only_where_one_is_given() {
    let body = auth_body(&AuthRequest { personal_number: Some(NUMBER), ..ASKED }).await;
    assert_eq!(body["requirement"], json!({ "personalNumber": NUMBER }));
}

#[tokio::test]
async fn what_is_empty_is_left_out() {
    let device = WebDevice { agent: "", ..ASKED.device };
    let body = auth_body(&AuthRequest { visible: "", return_url: None, device, ..ASKED }).await;
    let members: Vec<_> = body.as_object().expect("an object").keys().cloned().collect();
    assert_eq!(members, ["endUserIp", "returnRisk", "web"]);
    assert_eq!(body["web"].as_object().expect("an object").len(), 2);
}

#[tokio::test]
async fn what_is_too_long_is_cut_between_characters() {
    let (text, agent) = (format!("x{}", "å".repeat(2_000)), "ö".repeat(200));
    let device = WebDevice { agent: &agent, ..ASKED.device };
    let body = auth_body(&AuthRequest { visible: &text, device, ..ASKED }).await;
    let encoded = body["userVisibleData"].as_str().expect("a text");
    assert_eq!(encoded.len(), 1_500);
    let shown = String::from_utf8(STANDARD.decode(encoded).expect("base64")).expect("a text");
    assert!(text.starts_with(&shown) && shown.len() == 1_125);
    assert_eq!(body["web"]["userAgent"], json!("ö".repeat(128)));

    let body = auth_body(&AuthRequest { visible: text.trim_start_matches('x'), ..ASKED }).await;
    let encoded = body["userVisibleData"].as_str().expect("a text");
    assert_eq!(STANDARD.decode(encoded).expect("base64").len(), 1_124);
}

#[tokio::test]
async fn an_address_is_told_in_its_own_form() {
    for (address, told) in [
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:0:0::7", "2001:db8::7"),
        ("127.0.0.1", "127.0.0.1"),
    ] {
        let address = address.parse().expect("an address");
        assert_eq!(auth_body(&AuthRequest { address, ..ASKED }).await["endUserIp"], told);
    }
}

#[tokio::test]
async fn an_order_is_asked_after_and_called_off_by_its_reference() {
    let bank = Bank::open(said(
        200,
        &json!({ "orderRef": ORDER, "status": "pending", "hintCode": "userSign" }),
    ))
    .await;
    let stands = party(bank.address).collect(ORDER).await;
    assert!(matches!(stands, Ok(CollectResponse::Pending(Pending::UserSign))));
    let heard = bank.only();
    assert_eq!((heard.method.as_str(), heard.path.as_str()), ("POST", "/rp/v6.0/collect"));
    assert_eq!(heard.headers[header::CONTENT_TYPE], "application/json");
    assert_eq!(heard.json(), json!({ "orderRef": ORDER }));

    let bank = Bank::open(said(200, &json!({}))).await;
    assert_eq!(party(bank.address).cancel(ORDER).await, Ok(()));
    let heard = bank.only();
    assert_eq!((heard.method.as_str(), heard.path.as_str()), ("POST", "/rp/v6.0/cancel"));
    assert_eq!(heard.headers[header::CONTENT_TYPE], "application/json");
    assert_eq!(heard.json(), json!({ "orderRef": ORDER }));
}

#[tokio::test]
async fn an_order_ends_with_a_person_or_a_reason() {
    let answer = json!({
        "orderRef": ORDER,
        "status": "complete",
        "completionData": {
            "user": { "personalNumber": NUMBER, "name": "Tolvan Åström" },
            "device": { "ipAddress": "192.0.2.7" },
            "bankIdIssueDate": "2020-02-01Z",
            "signature": "PD94bWw=",
            "ocspResponse": "MII=",
            "risk": "moderate",
        },
    });
    let bank = Bank::open(said(200, &answer)).await;
    let Ok(CollectResponse::Complete(person)) = party(bank.address).collect(ORDER).await else {
        unreachable!("the bank says complete");
    };
    assert_eq!((person.personal_number.as_str(), person.name.as_str()), (NUMBER, "Tolvan Åström"));
    assert_eq!(person.address.as_deref(), Some("192.0.2.7"));
    assert_eq!(person.risk, Some(Risk::Moderate));

    let answer = json!({ "orderRef": ORDER, "status": "failed", "hintCode": "startFailed" });
    let bank = Bank::open(said(200, &answer)).await;
    let stands = party(bank.address).collect(ORDER).await;
    assert!(matches!(stands, Ok(CollectResponse::Failed(Failed::StartFailed))));
}

#[tokio::test]
async fn every_error_of_bankid_is_told_apart() {
    for (status, code, trouble) in [
        (400, "alreadyInProgress", BankIdError::AlreadyInProgress),
        (400, "invalidParameters", BankIdError::InvalidParameters),
        (401, "unauthorized", BankIdError::Unauthorized),
        (403, "unauthorized", BankIdError::Unauthorized),
        (404, "notFound", BankIdError::NotFound),
        (405, "methodNotAllowed", BankIdError::MethodNotAllowed),
        (408, "requestTimeout", BankIdError::RequestTimeout),
        (415, "unsupportedMediaType", BankIdError::UnsupportedMediaType),
        (500, "internalError", BankIdError::InternalError),
        (503, "maintenance", BankIdError::Maintenance),
    ] {
        let answer = said(status, &json!({ "errorCode": code, "details": NUMBER }));
        assert_eq!(troubles(answer).await, [Some(trouble); 3], "{status} {code}");
        assert!(!trouble.to_string().contains(NUMBER));
    }
    let empty = Answer::Say(StatusCode::METHOD_NOT_ALLOWED, String::new());
    assert_eq!(troubles(empty).await, [Some(BankIdError::MethodNotAllowed); 3]);
    let gateway = Answer::Say(StatusCode::BAD_GATEWAY, "<html>Bad gateway</html>".to_owned());
    assert_eq!(troubles(gateway).await, [Some(BankIdError::Other(502)); 3]);
}

#[tokio::test]
async fn an_answer_that_is_not_as_promised_is_malformed() {
    for body in ["", "<html>Welcome to this network</html>", "[]", "null", "\"ok\"", "{"] {
        let answer = Answer::Say(StatusCode::OK, body.to_owned());
        assert_eq!(troubles(answer).await, [Some(BankIdError::Malformed); 3], "{body}");
    }
    let [auth, collect, cancel] = troubles(said(200, &json!({ "errorCode": "notFound" }))).await;
    assert_eq!((auth, collect), (Some(BankIdError::Malformed), Some(BankIdError::Malformed)));
    assert_eq!(cancel, None);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let bank = Bank::open(Answer::Redirect).await;
    assert_eq!(party(bank.address).auth(&ASKED).await.err(), Some(BankIdError::Other(307)));
    bank.only();
}

#[tokio::test]
async fn an_endless_answer_is_not_read_to_its_end() {
    assert_eq!(troubles(Answer::Endless).await, [Some(BankIdError::Call(CallError::TooLarge)); 3]);
}

#[tokio::test]
async fn a_bank_that_says_nothing_is_not_waited_for() {
    for answer in [Answer::Silence, Answer::Stall] {
        let bank = Bank::open(answer).await;
        let trouble = party(bank.address).collect(ORDER).await.err();
        assert_eq!(trouble, Some(BankIdError::Call(CallError::Timeout)));
        tokio::time::resume();
    }
}

#[tokio::test]
async fn what_is_no_http_is_a_broken_call() {
    for words in ["", "220 mail.example ESMTP\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"]
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                socket.write_all(words.as_bytes()).await.ok();
                socket.shutdown().await.ok();
            }
        });
        let trouble = party(address).collect(ORDER).await.err();
        assert_eq!(trouble, Some(BankIdError::Call(CallError::Broken)), "{words}");
    }
}

#[tokio::test]
async fn a_bank_that_is_not_there_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let trouble = party(address).auth(&ASKED).await.err();
    assert_eq!(trouble, Some(BankIdError::Call(CallError::Unreachable)));
    assert_eq!(trouble.map(BankIdError::failure), Some(app::wire::Failure::Trouble));
}

/// Returns a relying party with a certificate of one authority that trusts another authority.
fn certified(address: SocketAddr, of: &Authority, trusted: &Authority) -> RelyingParty {
    let (client_cert, client_key) = of.issue("relying-party.example");
    let certificates =
        Certificates { client_cert, client_key: SecretString::from(client_key), ca: trusted.pem() };
    RelyingParty::from_config(&config(format!("https://{address}/rp/v6.0"), Some(certificates)))
        .expect("a relying party")
}

#[tokio::test]
async fn the_certificate_is_shown_to_a_bank_of_the_pinned_root() {
    let authority = Authority::new("BankID");
    let bank = Bank::open_with_tls(said(200, &begun()), &authority).await;
    let order = certified(bank.address, &authority, &authority).auth(&ASKED).await;
    assert_eq!(order.expect("an order").order_ref, ORDER);
    bank.only();
}

#[tokio::test]
async fn a_bank_of_another_root_hears_nothing() {
    let (authority, another) = (Authority::new("BankID"), Authority::new("BankID"));
    let bank = Bank::open_with_tls(said(200, &begun()), &authority).await;
    let trouble = certified(bank.address, &authority, &another).auth(&ASKED).await.err();
    assert_eq!(trouble, Some(BankIdError::Call(CallError::Unreachable)));
    assert!(bank.heard().is_empty());
}

#[tokio::test]
async fn a_certificate_of_another_authority_lets_nobody_in() {
    let (authority, another) = (Authority::new("BankID"), Authority::new("another"));
    let bank = Bank::open_with_tls(said(200, &begun()), &authority).await;
    let trouble = certified(bank.address, &another, &authority).auth(&ASKED).await.err();
    assert!(matches!(trouble, Some(BankIdError::Call(_))), "{trouble:?}");
    assert!(bank.heard().is_empty());
}

#[test]
fn certificates_that_can_not_be_used_make_no_relying_party() {
    let authority = Authority::new("BankID");
    let (cert, key) = authority.issue("relying-party.example");
    let (_, other_key) = authority.issue("relying-party.example");
    let made = |client_cert: &str, client_key: &str, ca: &str| {
        let certificates = Certificates {
            client_cert: client_cert.to_owned(),
            client_key: SecretString::from(client_key),
            ca: ca.to_owned(),
        };
        RelyingParty::from_config(&config(
            "https://localhost/rp/v6.0".to_owned(),
            Some(certificates),
        ))
        .err()
    };
    let ca = authority.pem();
    assert_eq!(made(&cert, &key, &ca), None);
    assert_eq!(made(&cert, &key, "x"), Some(TlsConfigError::Roots));
    assert_eq!(made(&cert, &other_key, &ca), Some(TlsConfigError::Identity));
    assert_eq!(made("x", &key, &ca), Some(TlsConfigError::Identity));
    assert_eq!(made(&cert, "x", &ca), Some(TlsConfigError::Identity));
}
