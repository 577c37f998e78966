//! BankID's responses, checked before use. A response is malformed if a part is missing, has another type, is
//! too long, or contains characters that have no place there.

use super::{BankIdError, Failed, Pending};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use std::net::IpAddr;

/// Maximum length of a reference or token. BankID's are UUIDs.
const LONGEST_TOKEN: usize = 100;

/// Maximum length of a name, in characters.
const LONGEST_NAME: usize = 200;

/// A started order. All of it is secret, so it has no `Debug`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthResponse {
    /// Reference of the order in later calls.
    pub order_ref: String,
    /// Token with which the app on this device is started.
    pub auto_start_token: String,
    /// Token in the QR code.
    pub qr_start_token: String,
    /// Secret that authenticates the QR code. It never leaves the server.
    pub qr_start_secret: String,
}

/// The state of an order.
pub enum CollectResponse {
    /// Pending.
    Pending(Pending),
    /// Failed.
    Failed(Failed),
    /// Person identified.
    Complete(Completion),
}

/// The person who has identified, and from where. It is secret, so it has no `Debug`.
pub struct Completion {
    /// Personal identity number, 12 digits.
    pub personal_number: String,
    /// Name of the person.
    pub name: String,
    /// IP address of the app's device.
    pub address: Option<String>,
    /// BankID's risk assessment. `None` if BankID doesn't report it.
    pub risk: Option<Risk>,
}

/// BankID's assessment of the risk of an identification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Risk {
    /// Low.
    Low,
    /// Moderate.
    Moderate,
    /// High.
    High,
    /// Value that is not known here.
    Unknown,
}

/// Reads the response to `auth`.
pub(crate) fn started(body: &[u8]) -> Result<AuthResponse, BankIdError> {
    let started: AuthResponse = read(body)?;
    let AuthResponse { order_ref, auto_start_token, qr_start_token, qr_start_secret } = &started;
    let all = [order_ref, auto_start_token, qr_start_token, qr_start_secret];
    if all.into_iter().all(|token| is_token(token)) {
        Ok(started)
    } else {
        Err(BankIdError::Malformed)
    }
}

/// Reads the response to `collect` for this order.
pub(crate) fn collected(body: &[u8], order_ref: &str) -> Result<CollectResponse, BankIdError> {
    let answer: Answer = read(body)?;
    if answer.order_ref.is_some_and(|other| other != order_ref) {
        return Err(BankIdError::Malformed);
    }
    let hint = answer.hint_code.unwrap_or_default();
    match answer.status.as_str() {
        "pending" => Ok(CollectResponse::Pending(Pending::from_code(&hint))),
        "failed" => Ok(CollectResponse::Failed(Failed::from_code(&hint))),
        "complete" => {
            let data = answer.completion_data.ok_or(BankIdError::Malformed)?;
            data.check().map(CollectResponse::Complete).ok_or(BankIdError::Malformed)
        }
        // An unknown status may mean anything, so it must never mean an identified person.
        _ => Err(BankIdError::Malformed),
    }
}

/// Reads the response to a call that returns an empty object.
pub(crate) fn done(body: &[u8]) -> Result<(), BankIdError> {
    read::<Map<String, Value>>(body).map(drop)
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, BankIdError> {
    serde_json::from_slice(body).map_err(|_| BankIdError::Malformed)
}

/// Checks a token's characters, because tokens become parts of addresses and QR codes.
fn is_token(text: &str) -> bool {
    (1..=LONGEST_TOKEN).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    order_ref: Option<String>,
    status: String,
    hint_code: Option<String>,
    completion_data: Option<Data>,
}

/// The used part of a completion. The rest (signature, OCSP response, dates) is for those who archive it.
#[derive(Deserialize)]
struct Data {
    user: User,
    device: Option<Device>,
    risk: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    personal_number: String,
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Device {
    ip_address: Option<String>,
}

impl Data {
    fn check(self) -> Option<Completion> {
        let User { personal_number, name } = self.user;
        let name = name.trim();
        let numbered =
            personal_number.len() == 12 && personal_number.bytes().all(|b| b.is_ascii_digit());
        let named = !name.is_empty()
            && name.chars().count() <= LONGEST_NAME
            && !name.contains(char::is_control);
        let address = match self.device.and_then(|device| device.ip_address) {
            Some(text) if !text.is_empty() => Some(text.parse::<IpAddr>().ok()?),
            _ => None,
        };
        let risk = self.risk.map(|risk| match risk.as_str() {
            "low" => Risk::Low,
            "moderate" => Risk::Moderate,
            "high" => Risk::High,
            _ => Risk::Unknown,
        });
        (numbered && named).then(|| Completion {
            name: name.to_owned(),
            personal_number,
            address: address.map(|address| address.to_canonical().to_string()),
            risk,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ORDER: &str = "131daac9-16c6-4618-beb0-365768f37288";

    fn collect(answer: &Value) -> Result<CollectResponse, BankIdError> {
        collected(answer.to_string().as_bytes(), ORDER)
    }

    /// Returns a completion as BankID creates it, changed in one place.
    fn complete(place: &str, value: Value) -> Value {
        let mut answer = json!({
            "orderRef": ORDER,
            "status": "complete",
            "completionData": {
                "user": {
                    "personalNumber": "199908072391",
                    "name": "Tolvan Åström",
                    "givenName": "Tolvan",
                    "surname": "Åström",
                },
                "device": { "ipAddress": "192.0.2.7", "uhi": "OZvYM9VvyiAmG7NA5jU5zqGcVpo=" },
                "bankIdIssueDate": "2020-02-01Z",
                "signature": "PD94bWw=",
                "ocspResponse": "MII=",
                "risk": "low",
                "stepUp": { "mrtd": true },
            },
        });
        if !place.is_empty() {
            let (parent, member) = place.rsplit_once('/').expect("a place");
            let parent = answer.pointer_mut(parent).and_then(Value::as_object_mut);
            let parent = parent.expect("an object");
            match value {
                Value::String(text) if text == "REMOVED" => drop(parent.remove(member)),
                value => drop(parent.insert(member.to_owned(), value)),
            }
        }
        answer
    }

    fn completion(place: &str, value: Value) -> Option<Completion> {
        match collect(&complete(place, value)) {
            Ok(CollectResponse::Complete(completion)) => Some(completion),
            Err(BankIdError::Malformed) => None,
            _ => panic!("neither complete nor malformed"),
        }
    }

    #[test]
    fn a_begun_order_has_four_tokens() {
        let whole = json!({
            "orderRef": ORDER,
            "autoStartToken": "7c40b5c9-fa74-49cf-b98c-bfe651f9a7c6",
            "qrStartToken": "67df3917-fa0d-44e5-b327-edcc928297f8",
            "qrStartSecret": "d28db9a7-4cde-429e-a983-359be676944c",
            "somethingNew": true,
        });
        let read = |answer: &Value| started(answer.to_string().as_bytes());
        let order = read(&whole).expect("an order");
        assert_eq!(order.order_ref, ORDER);
        assert_eq!(order.auto_start_token, "7c40b5c9-fa74-49cf-b98c-bfe651f9a7c6");
        assert_eq!(order.qr_start_token, "67df3917-fa0d-44e5-b327-edcc928297f8");
        assert_eq!(order.qr_start_secret, "d28db9a7-4cde-429e-a983-359be676944c");
        for member in ["orderRef", "autoStartToken", "qrStartToken", "qrStartSecret"] {
            let with = |value: Value| {
                let mut answer = whole.clone();
                answer[member] = value;
                read(&answer).err()
            };
            assert_eq!(with(json!("x".repeat(100))), None);
            for wrong in [
                json!(""),
                json!("x".repeat(101)),
                json!("a&b"),
                json!("a b"),
                json!("a.b"),
                json!("a\n"),
                json!("å"),
                json!(7),
                Value::Null,
                json!(["a"]),
            ] {
                assert_eq!(with(wrong), Some(BankIdError::Malformed), "{member}");
            }
            let mut answer = whole.clone();
            answer.as_object_mut().expect("an object").remove(member);
            assert_eq!(read(&answer).err(), Some(BankIdError::Malformed), "{member}");
        }
    }

    #[test]
    fn a_begun_order_is_kept_and_read_again() {
        let order = AuthResponse {
            order_ref: "a".to_owned(),
            auto_start_token: "b".to_owned(),
            qr_start_token: "c".to_owned(),
            qr_start_secret: "d".to_owned(),
        };
        let kept = serde_json::to_vec(&order).expect("JSON");
        assert_eq!(started(&kept).expect("an order").qr_start_secret, "d");
    }

    #[test]
    fn what_is_no_object_is_malformed() {
        let deep = "[".repeat(100_000);
        for body in ["", "null", "[]", "7", "\"x\"", "<html>", "{", "{}x", "\u{0}", &deep] {
            assert_eq!(started(body.as_bytes()).err(), Some(BankIdError::Malformed), "{body}");
            assert_eq!(collected(body.as_bytes(), ORDER).err(), Some(BankIdError::Malformed));
            assert_eq!(done(body.as_bytes()).err(), Some(BankIdError::Malformed));
        }
        assert_eq!(done(b"\xff\xfe").err(), Some(BankIdError::Malformed));
        assert_eq!(done(b"{}"), Ok(()));
    }

    #[test]
    fn an_order_goes_on_or_fails_whatever_its_code_is() {
        for hint in ["userSign", "userDance"] {
            let answer = json!({ "orderRef": ORDER, "status": "pending", "hintCode": hint });
            let stands = collect(&answer);
            assert!(
                matches!(stands, Ok(CollectResponse::Pending(p)) if p == Pending::from_code(hint)),
                "{hint}"
            );
        }
        for hint in ["userCancel", "userDance"] {
            let answer = json!({ "orderRef": ORDER, "status": "failed", "hintCode": hint });
            let stands = collect(&answer);
            assert!(
                matches!(stands, Ok(CollectResponse::Failed(f)) if f == Failed::from_code(hint)),
                "{hint}"
            );
        }
        let stands = collect(&json!({ "status": "pending" }));
        assert!(matches!(stands, Ok(CollectResponse::Pending(Pending::Unknown))));
        let stands = collect(&json!({ "status": "failed", "hintCode": null }));
        assert!(matches!(stands, Ok(CollectResponse::Failed(Failed::Unknown))));
    }

    #[test]
    fn an_answer_about_something_else_is_malformed() {
        for answer in [
            json!({ "orderRef": "another", "status": "pending", "hintCode": "userSign" }),
            json!({ "orderRef": 7, "status": "pending", "hintCode": "userSign" }),
            json!({ "orderRef": ORDER, "hintCode": "userSign" }),
            json!({ "orderRef": ORDER, "status": "done", "hintCode": "userSign" }),
            json!({ "orderRef": ORDER, "status": "COMPLETE" }),
            json!({ "orderRef": ORDER, "status": ["pending"] }),
            json!({ "orderRef": ORDER, "status": "pending", "hintCode": 7 }),
            json!({ "orderRef": ORDER, "status": "complete" }),
            json!({ "orderRef": ORDER, "status": "complete", "completionData": null }),
            complete("/orderRef", json!("another")),
            complete("/status", json!("completed")),
        ] {
            assert_eq!(collect(&answer).err(), Some(BankIdError::Malformed), "{answer}");
        }
        let twice = br#"{"status":"pending","status":"complete"}"#;
        assert_eq!(collected(twice, ORDER).err(), Some(BankIdError::Malformed));
    }

    #[test]
    fn whoever_identified_is_read() {
        let completion = completion("", Value::Null).expect("a completion");
        assert_eq!(completion.personal_number, "199908072391");
        assert_eq!(completion.name, "Tolvan Åström");
        assert_eq!(completion.address.as_deref(), Some("192.0.2.7"));
        assert_eq!(completion.risk, Some(Risk::Low));
    }

    #[test]
    fn a_completion_may_lack_what_is_not_needed() {
        for place in ["bankIdIssueDate", "signature", "ocspResponse", "risk", "stepUp", "device"] {
            let place = format!("/completionData/{place}");
            assert!(completion(&place, json!("REMOVED")).is_some(), "{place}");
        }
        for date in [json!("2020-02-01"), json!("soon"), json!(7)] {
            assert!(completion("/completionData/bankIdIssueDate", date).is_some());
        }
        let without = completion("/completionData/device", json!("REMOVED")).expect("one");
        assert_eq!(without.address, None);
        let empty = completion("/completionData/device/ipAddress", json!("")).expect("one");
        assert_eq!(empty.address, None);
        let mapped = json!("::ffff:192.0.2.7");
        let mapped = completion("/completionData/device/ipAddress", mapped).expect("one");
        assert_eq!(mapped.address.as_deref(), Some("192.0.2.7"));
    }

    #[test]
    fn a_risk_is_read_and_a_new_one_is_unknown() {
        for (word, risk) in [
            (json!("moderate"), Some(Risk::Moderate)),
            (json!("high"), Some(Risk::High)),
            (json!("HIGH"), Some(Risk::Unknown)),
            (json!("extreme"), Some(Risk::Unknown)),
            (Value::Null, None),
        ] {
            assert_eq!(completion("/completionData/risk", word).expect("one").risk, risk);
        }
    }

    #[test]
    fn a_completion_that_does_not_say_who_is_malformed() {
        let number = "/completionData/user/personalNumber";
        let name = "/completionData/user/name";
        for (place, wrong) in [
            (number, json!("REMOVED")),
            (number, json!("")),
            (number, json!("9908072391")),
            (number, json!("1999080723911")),
            (number, json!("19990807-2391")),
            (number, json!("１９９９０８０７２３９１")),
            (number, json!("٤٤٤٤٤٤")),
            (number, json!(199_908_072_391_u64)),
            (name, json!("REMOVED")),
            (name, json!("")),
            (name, json!("  ")),
            (name, json!("a\nb")),
            (name, json!("å".repeat(201))),
            (name, json!({ "first": "Tolvan" })),
            ("/completionData/user", json!("REMOVED")),
            ("/completionData/user", json!([])),
            ("/completionData", json!("REMOVED")),
            ("/completionData/device", json!("192.0.2.7")),
            ("/completionData/device/ipAddress", json!("192.0.2.7, 192.0.2.8")),
            ("/completionData/device/ipAddress", json!(7)),
            ("/completionData/risk", json!(1)),
        ] {
            assert!(completion(place, wrong.clone()).is_none(), "{place} {wrong}");
        }
        assert!(completion(name, json!("å".repeat(200))).is_some());
    }
}
