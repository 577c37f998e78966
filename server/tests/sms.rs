//! SMS over gateways that answer as the real ones do. Their faults are distinguished.

#![expect(clippy::expect_used, reason = "a test that can't go on fails")]

use app::wire::Language;
use jiff::tz::TimeZone;
use secrecy::SecretString;
use server::{
    clock::Clock,
    config::{Config, Mode},
    http_client::{HttpClient, Trust},
    messages::{
        DeliveryError::{self, Refused, Temporary},
        Gateway, Refusal, Trouble,
        content::{Body, Channel, CodeContext, MessageContext, SenderDetails},
        render::{RenderedMessage, render},
        sms::{Account, Elks, Twilio},
    },
    service,
};
use std::ffi::OsString;
use test_support::fake_sms_gateway::{Answer, GatewayServer};

const PHONE: &str = "+46701740605";
const REPORTS: &str = "https://mote.kommun.example/hooks/x";

fn letter() -> MessageContext {
    MessageContext {
        channel: Channel::Sms,
        to: PHONE.to_owned(),
        to_name: Some("Anna Åström".to_owned()),
        language: Language::Swedish,
        message_id: "a-message@mote.kommun.example".to_owned(),
        written_at: "2026-11-24T08:00:00Z".parse().expect("a time"),
        sequence: 0,
        content: Body::Code(CodeContext {
            code: "0427".to_owned(),
            word: "BJÖRK".to_owned(),
            valid_until: "2026-11-24T08:10:00Z".parse().expect("a time"),
            zone: TimeZone::get("Europe/Stockholm").expect("a zone"),
            link: "https://mote.kommun.example/m/abcdefghijklmnopqrstuvwxyz1/code".to_owned(),
            sender: "Kim Handläggare".to_owned(),
            sender_phone: "+46300834000".to_owned(),
            again_at: None,
        }),
    }
}

fn composed() -> RenderedMessage {
    let card = SenderDetails {
        name: "Mölndals stad".to_owned(),
        phone: None,
        accent: [0, 80, 120],
        origin: "https://mote.kommun.example".to_owned(),
        address: "mote@kommun.example".to_owned(),
    };
    render(&card, &letter())
}

fn account(url: &str, from: &str) -> Account {
    Account {
        url: url.parse().expect("an address"),
        user: "AC123".to_owned(),
        password: SecretString::from("hemligt"),
        from: from.to_owned(),
    }
}

fn caller() -> HttpClient {
    HttpClient::new(&Trust::default()).expect("a caller")
}

fn elks(url: &str, from: &str) -> Elks {
    Elks::new(caller(), &account(url, from), REPORTS.to_owned()).expect("a gateway")
}

fn twilio(url: &str, from: &str) -> Twilio {
    Twilio::new(caller(), &account(url, from), REPORTS.to_owned()).expect("a gateway")
}

/// Returns the result of a delivery to a gateway with this answer.
async fn elks_met(answer: Answer) -> Result<Option<String>, DeliveryError> {
    let server = GatewayServer::start(answer).await;
    elks(&server.url(), "Kommunen").send(&letter(), &composed()).await
}

/// The same for the other gateway.
async fn twilio_met(answer: Answer) -> Result<Option<String>, DeliveryError> {
    let server = GatewayServer::start(answer).await;
    twilio(&server.url(), "+46766861004").send(&letter(), &composed()).await
}

const TAKEN_BY_ELKS: &str = r#"{"status":"created","direction":"outgoing","from":"Kommunen",
    "created":"2026-11-24T08:00:00.000000","parts":1,"to":"+46701740605","cost":3500,
    "message":"...","id":"s70df59406a1b4643b96f3f91e0bfb7b0"}"#;

const TAKEN_BY_TWILIO: &str = r#"{"sid":"SM0123456789abcdef0123456789abcdef","status":"queued",
    "to":"+46701740605","from":"+46766861004","error_code":null,"error_message":null,
    "num_segments":"1","price":null}"#;

#[tokio::test]
async fn a_message_is_handed_over_to_elks_as_it_expects() {
    let server = GatewayServer::start(Answer::json(200, TAKEN_BY_ELKS)).await;
    let reference = elks(&server.url(), "Kommunen").send(&letter(), &composed()).await;
    assert_eq!(reference, Ok(Some("s70df59406a1b4643b96f3f91e0bfb7b0".to_owned())));
    let asked = server.only();
    assert_eq!(asked.line, "POST /a1/sms HTTP/1.1");
    assert_eq!(asked.header("authorization"), "Basic QUMxMjM6aGVtbGlndA==");
    assert_eq!(asked.header("content-type"), "application/x-www-form-urlencoded");
    assert_eq!(
        asked.fields(),
        [
            ("from", "Kommunen"),
            ("to", PHONE),
            ("message", composed().text.as_str()),
            ("whendelivered", &format!("{REPORTS}/a-message")),
            ("dontlog", "message"),
        ]
    );
    assert!(asked.fields[2].1.contains("Mölndals stad:\n0427\nKontrollord: BJÖRK\n"));
}

#[tokio::test]
async fn a_message_is_handed_over_to_twilio_as_it_expects() {
    let service = "MG0123456789abcdef0123456789abcdef";
    for (from, field) in
        [("+46766861004", "From"), ("Kommunen", "From"), (service, "MessagingServiceSid")]
    {
        let server = GatewayServer::start(Answer::json(201, TAKEN_BY_TWILIO)).await;
        let reference = twilio(&server.url(), from).send(&letter(), &composed()).await;
        assert_eq!(reference, Ok(Some("SM0123456789abcdef0123456789abcdef".to_owned())));
        let asked = server.only();
        assert_eq!(asked.line, "POST /2010-04-01/Accounts/AC123/Messages.json HTTP/1.1");
        assert_eq!(asked.header("authorization"), "Basic QUMxMjM6aGVtbGlndA==");
        assert_eq!(
            asked.fields(),
            [
                ("To", PHONE),
                (field, from),
                ("Body", composed().text.as_str()),
                ("StatusCallback", &format!("{REPORTS}/a-message")),
            ]
        );
    }
}

#[tokio::test]
async fn an_answer_may_hold_more_or_less_than_is_known() {
    for body in [r#"{"id":"s1","new":[1]}"#, r#"{"id":"s1","status":null,"parts":"two"}"#] {
        assert_eq!(elks_met(Answer::json(201, body)).await, Ok(Some("s1".to_owned())));
    }
    // A message without a usable id was accepted all the same.
    for body in ["{}", r#"{"id":7}"#, r#"{"id":"two words"}"#, r#"{"id":""}"#] {
        assert_eq!(elks_met(Answer::json(200, body)).await, Ok(None), "{body}");
        let twilio = twilio_met(Answer::json(200, &body.replace("id", "sid"))).await;
        assert_eq!(twilio, Ok(None), "{body}");
    }
}

#[tokio::test]
async fn what_elks_refuses_for_good_is_told_from_what_an_operator_can_mend() {
    for (answer, error) in [
        (Answer::text(400, "Invalid to number"), Refused(Refusal::Recipient(400))),
        (Answer::text(400, "\"to\" is not a valid phone number"), Refused(Refusal::Recipient(400))),
        (Answer::json(400, r#"{"error":"bad number"}"#), Refused(Refusal::Recipient(400))),
        (Answer::text(400, "Message too long"), Refused(Refusal::Message(400))),
        (Answer::text(400, ""), Refused(Refusal::Message(400))),
        (Answer::text(422, "Tomorrow"), Refused(Refusal::Message(422))),
        (Answer::json(200, r#"{"id":"s1","status":"failed"}"#), Refused(Refusal::Message(200))),
        (Answer::text(400, "Invalid from number"), Temporary(Trouble::Sender(400))),
        (Answer::text(400, "Invalid whendelivered url"), Temporary(Trouble::Sender(400))),
        (
            Answer::text(401, "API access requires Basic HTTP authentication"),
            Temporary(Trouble::Credentials(401)),
        ),
        (Answer::text(403, "Not enough credits"), Temporary(Trouble::Later(403))),
        (Answer::text(404, "Not found"), Temporary(Trouble::Later(404))),
        (Answer::text(429, "Too many requests"), Temporary(Trouble::Later(429))),
    ] {
        assert_eq!(elks_met(answer).await, Err(error));
    }
}

#[tokio::test]
async fn what_twilio_refuses_for_good_is_told_from_what_an_operator_can_mend() {
    let error = |status, code: u32| {
        let body = format!(
            r#"{{"code":{code},"message":"The 'To' number {PHONE} is wrong.",
            "more_info":"https://www.twilio.com/docs/errors/{code}","status":{status}}}"#
        );
        Answer::json(status, &body)
    };
    for (status, code, meant) in [
        (400, 21_211, Refused(Refusal::Recipient(21_211))),
        (400, 21_610, Refused(Refusal::Recipient(21_610))),
        (400, 21_614, Refused(Refusal::Recipient(21_614))),
        (403, 21_610, Refused(Refusal::Recipient(21_610))),
        (400, 21_617, Refused(Refusal::Message(21_617))),
        (400, 29_999, Refused(Refusal::Message(29_999))),
        (400, 21_212, Temporary(Trouble::Sender(21_212))),
        (400, 21_408, Temporary(Trouble::Sender(21_408))),
        (400, 21_606, Temporary(Trouble::Sender(21_606))),
        (400, 20_429, Temporary(Trouble::Later(20_429))),
        (401, 20_003, Temporary(Trouble::Credentials(401))),
        (403, 20_003, Temporary(Trouble::Later(403))),
        (404, 20_404, Temporary(Trouble::Later(404))),
        (429, 20_429, Temporary(Trouble::Later(429))),
        (429, 21_211, Temporary(Trouble::Later(429))),
        (503, 21_211, Temporary(Trouble::Later(503))),
        (400, 70_000, Temporary(Trouble::Later(400))),
    ] {
        assert_eq!(twilio_met(error(status, code)).await, Err(meant), "{status} {code}");
    }
    let body = r#"{"code":"21614","status":"400"}"#;
    let met = twilio_met(Answer::json(400, body)).await;
    assert_eq!(met, Err(Refused(Refusal::Recipient(21_614))), "as text");
    let body = r#"{"sid":"SM1","status":"failed","error_code":30006}"#;
    let met = twilio_met(Answer::json(201, body)).await;
    assert_eq!(met, Err(Refused(Refusal::Recipient(30_006))), "refused at once");
    let met = twilio_met(Answer::text(400, "<html>Bad Request</html>")).await;
    assert_eq!(met, Err(Temporary(Trouble::Later(400))), "not by Twilio");
}

/// Asserts that both gateways return this temporary failure.
async fn both(answer: Answer, error: Trouble) {
    let met = futures_util::future::join(elks_met(answer.clone()), twilio_met(answer)).await;
    assert_eq!(met, (Err(Temporary(error)), Err(Temporary(error))));
}

#[tokio::test]
async fn a_gateway_in_trouble_is_asked_again_later() {
    for status in [500, 502, 503, 504] {
        both(Answer::text(status, "<h1>Bad Gateway</h1>"), Trouble::Later(status)).await;
    }
    both(Answer::text(302, ""), Trouble::Later(302)).await;
    for garbage in ["", "created", "<html></html>", "[]", "\"s1\"", "null", "{\"id\":", "\u{1}"] {
        both(Answer::text(200, garbage), Trouble::Broken).await;
    }
    both(Answer::json(200, &format!("{{\"id\":\"{}\"}}", "x".repeat(600_000))), Trouble::Broken)
        .await;
    both(Answer::HangUp, Trouble::Broken).await;
    both(Answer::Babbles(b"220 mail.kommun.example ESMTP\r\n"), Trouble::Broken).await;
    both(Answer::Babbles(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{}"), Trouble::Broken)
        .await;
}

#[tokio::test]
async fn a_gateway_that_is_not_there_is_asked_again_later() {
    let url = {
        let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        format!("http://{}", server.local_addr().expect("an address"))
    };
    let met = elks(&url, "Kommunen").send(&letter(), &composed()).await;
    assert_eq!(met, Err(Temporary(Trouble::Unreachable)));
}

/// The only test that waits for the time limit of a call.
#[tokio::test]
async fn a_slow_gateway_is_given_up_in_time() {
    let within = std::time::Duration::from_secs(10);
    let slow = futures_util::future::join(
        both(Answer::Silence, Trouble::Silent),
        both(Answer::Stalls, Trouble::Silent),
    );
    tokio::time::timeout(within, slow).await.expect("an end within ten seconds");
}

#[test]
fn an_error_tells_nothing_of_whom() {
    for error in [
        Refused(Refusal::Recipient(21_211)),
        Refused(Refusal::Message(400)),
        Temporary(Trouble::Sender(400)),
        Temporary(Trouble::Missing),
    ] {
        let said = format!("{error} {error:?}");
        for personal in [PHONE, "0427", "hemligt", "Anna"] {
            assert!(!said.contains(personal), "{said}");
        }
    }
}

#[tokio::test]
async fn the_configured_gateway_is_called_and_told_where_to_tell() {
    let directory = tempfile::tempdir().expect("a directory");
    for (provider, taken, path) in [
        ("46elks", TAKEN_BY_ELKS, "/a1/sms"),
        ("twilio", TAKEN_BY_TWILIO, "/2010-04-01/Accounts/AC123/Messages.json"),
    ] {
        let server = GatewayServer::start(Answer::json(201, taken)).await;
        let database = directory.path().join(format!("{provider}.db"));
        let pairs = [
            ("ORGANISATION__NAME", "Mölndals stad".to_owned()),
            ("HTTP__PUBLIC_URL", "https://mote.kommun.example".to_owned()),
            ("DATABASE__URL", format!("sqlite://{}", database.display())),
            ("MAIL__URL", "smtp://localhost".to_owned()),
            ("MAIL__FROM", "mote@kommun.example".to_owned()),
            ("SECRETS__KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".to_owned()),
            ("SMS__PROVIDER", provider.to_owned()),
            ("SMS__URL", server.url()),
            ("SMS__USER", "AC123".to_owned()),
            ("SMS__PASSWORD", "hemligt".to_owned()),
            ("SMS__FROM", "Kommunen".to_owned()),
        ];
        let pairs = pairs
            .into_iter()
            .map(|(name, value)| (OsString::from(format!("ANSLUT_{name}")), OsString::from(value)));
        let config = Config::load(None, pairs, Mode::Product, || None).expect("a configuration");
        let state = service::state(&config, Clock::system()).await.expect("a state");
        let gateway = service::gateway(&config, &state).expect("a service").expect("a gateway");
        let reference = gateway.send(&letter(), &composed()).await.expect("taken");
        assert!(reference.is_some());
        let asked = server.only();
        assert_eq!(asked.line, format!("POST {path} HTTP/1.1"));
        let there = match provider {
            "46elks" => format!("46elks/{}", state.keys.hook_secret()),
            other => other.to_owned(),
        };
        let there = format!("https://mote.kommun.example/hooks/{there}/a-message");
        assert!(asked.fields.iter().any(|(_, value)| *value == there), "{:?}", asked.fields);
        assert!(state.settings.offered.sms);
    }
}
