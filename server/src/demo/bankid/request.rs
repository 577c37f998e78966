//! Requests of a relying party, parsed as the real service does.
//!
//! Unknown members are ignored. `null` counts as absent, because client libraries write it. Everything else
//! is checked.

use super::{people::is_personal_number, refusal::Refusal, rp::Call};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value};
use std::net::IpAddr;

/// Maximum length of `userVisibleData` and `userNonVisibleData`, as base64.
const TO_IDENTIFY: (usize, usize) = (1500, 1500);
const TO_SIGN: (usize, usize) = (40_000, 200_000);

/// Maximum length of `returnUrl`.
const RETURN_URL: usize = 512;

/// Members that describe the site or app of the person, with their maximum lengths.
const WEB: [(&str, usize); 3] =
    [("deviceIdentifier", usize::MAX), ("referringDomain", usize::MAX), ("userAgent", 256)];
const APP: [(&str, usize); 4] = [
    ("appIdentifier", usize::MAX),
    ("deviceOS", usize::MAX),
    ("deviceModelName", usize::MAX),
    ("deviceIdentifier", usize::MAX),
];

/// The members of an object.
type Members = Map<String, Value>;

/// Purpose of an order.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Purpose {
    #[default]
    Identify,
    Sign,
}

/// Parsed request for an order.
#[derive(Default)]
pub(super) struct Wish {
    pub(super) purpose: Purpose,
    /// `true` for an order by phone, which is neither scanned nor started.
    pub(super) by_phone: bool,
    /// Address of the person's device. `None` for an order by phone.
    pub(super) end_user_ip: Option<IpAddr>,
    /// Personal identity number of the person that the order is for.
    pub(super) personal_number: Option<String>,
    /// The text to show, as base64.
    pub(super) visible_data: Option<String>,
    /// The data to sign without showing it, as base64.
    pub(super) hidden_data: Option<String>,
    /// The address to which the app returns.
    pub(super) return_url: Option<String>,
    /// `true` if the completion includes the risk.
    pub(super) return_risk: bool,
    /// `true` if the person must read in a passport or identity card.
    pub(super) mrtd: bool,
    /// The person's site or app, as the relying party states it.
    pub(super) origin: Option<String>,
}

impl Wish {
    /// Returns the text to show.
    pub(super) fn visible_text(&self) -> Option<String> {
        let bytes = STANDARD.decode(self.visible_data.as_ref()?).ok()?;
        String::from_utf8(bytes).ok()
    }
}

/// Parses a body that must be an object.
pub(super) fn members(body: &[u8]) -> Result<Members, Refusal> {
    serde_json::from_slice(body).map_err(|_| Refusal::parameters("Invalid request"))
}

/// Returns the `orderRef` of a request.
pub(super) fn order_ref(body: &Members) -> Result<&str, Refusal> {
    let order_ref = member(body, "orderRef").and_then(Value::as_str);
    order_ref.ok_or_else(|| Refusal::invalid("orderRef"))
}

/// Parses a request for an order.
pub(super) fn wish(call: Call, body: &Members) -> Result<Wish, Refusal> {
    let by_phone = matches!(call, Call::PhoneAuth | Call::PhoneSign);
    let signs = matches!(call, Call::Sign | Call::PhoneSign);
    let purpose = if signs { Purpose::Sign } else { Purpose::Identify };
    let mut wish = Wish { purpose, by_phone, ..Wish::default() };
    if by_phone {
        wish.personal_number = personal_number(body)?;
        if wish.personal_number.is_none() {
            return Err(incorrect("personalNumber"));
        }
        if !is_one_of(member(body, "callInitiator"), &["user", "RP"]) {
            return Err(incorrect("callInitiator"));
        }
    } else {
        let ip = member(body, "endUserIp").and_then(Value::as_str);
        let ip = ip.and_then(|ip| ip.parse().ok());
        wish.end_user_ip = Some(ip.ok_or_else(|| Refusal::invalid("endUserIp"))?);
    }
    requirement(body, &mut wish)?;
    let (visible, hidden) = if signs { TO_SIGN } else { TO_IDENTIFY };
    wish.visible_data = data(body, "userVisibleData", visible)?;
    if (signs && wish.visible_data.is_none())
        || (wish.visible_data.is_some() && wish.visible_text().is_none())
    {
        return Err(Refusal::invalid("userVisibleData"));
    }
    wish.hidden_data = data(body, "userNonVisibleData", hidden)?;
    let format = member(body, "userVisibleDataFormat");
    if format.is_some() && !is_one_of(format, &["plaintext", "simpleMarkdownV1"]) {
        return Err(Refusal::invalid("userVisibleDataFormat"));
    }
    if !by_phone {
        wish.return_url = text(body, "returnUrl", RETURN_URL)?;
        wish.return_risk = flag(body, "returnRisk").map_err(|()| Refusal::invalid("returnRisk"))?;
        wish.origin = origin(body)?;
    }
    Ok(wish)
}

/// Parses the requirements of an order.
fn requirement(body: &Members, wish: &mut Wish) -> Result<(), Refusal> {
    let invalid = || Refusal::invalid("requirement");
    let Some(requirement) = member(body, "requirement") else { return Ok(()) };
    let requirement = requirement.as_object().ok_or_else(invalid)?;
    let number = personal_number(requirement)?;
    // For an order by phone the number is outside the requirement.
    wish.personal_number = wish.personal_number.take().or(number);
    wish.mrtd = flag(requirement, "mrtd").map_err(|()| invalid())?;
    flag(requirement, "pinCode").map_err(|()| invalid())?;
    let reader = member(requirement, "cardReader");
    if reader.is_some() && !is_one_of(reader, &["class1", "class2"]) {
        return Err(invalid());
    }
    let Some(policies) = member(requirement, "certificatePolicies") else { return Ok(()) };
    let policies = policies.as_array().ok_or_else(invalid)?;
    let known = policies.iter().all(|policy| policy.as_str().is_some_and(is_policy));
    if known { Ok(()) } else { Err(invalid()) }
}

/// `true` if a text is an object identifier. A wildcard may end it from the fifth arc on.
fn is_policy(policy: &str) -> bool {
    let arcs: Vec<&str> = policy.split('.').collect();
    let number = |arc: &&str| !arc.is_empty() && arc.bytes().all(|byte| byte.is_ascii_digit());
    match arcs.split_last() {
        Some((&"*", before)) => before.len() >= 4 && before.iter().all(number),
        Some(_) => arcs.len() >= 2 && arcs.iter().all(number),
        None => false,
    }
}

/// Parses the person's site or app. Only one of the two may be set.
fn origin(body: &Members) -> Result<Option<String>, Refusal> {
    if member(body, "web").is_some() && member(body, "app").is_some() {
        return Err(Refusal::parameters("Only one of app and web may be set"));
    }
    for (name, known) in [("web", WEB.as_slice()), ("app", APP.as_slice())] {
        let Some(value) = member(body, name) else { continue };
        let invalid = || Refusal::invalid(name);
        let device = value.as_object().ok_or_else(invalid)?;
        let mut given = 0;
        for (name, longest) in known {
            let Some(value) = member(device, name) else { continue };
            let value = value.as_str().ok_or_else(invalid)?;
            if value.chars().count() > *longest {
                return Err(invalid());
            }
            given += 1;
        }
        if given == 0 {
            return Err(invalid());
        }
        let from = if name == "web" { "referringDomain" } else { "appIdentifier" };
        return Ok(member(device, from).and_then(Value::as_str).map(ToOwned::to_owned));
    }
    Ok(None)
}

fn incorrect(member: &str) -> Refusal {
    Refusal::parameters(format!("Incorrect {member}"))
}

fn member<'a>(members: &'a Members, name: &str) -> Option<&'a Value> {
    members.get(name).filter(|value| !value.is_null())
}

fn is_one_of(value: Option<&Value>, allowed: &[&str]) -> bool {
    value.and_then(Value::as_str).is_some_and(|value| allowed.contains(&value))
}

fn personal_number(members: &Members) -> Result<Option<String>, Refusal> {
    match member(members, "personalNumber") {
        None => Ok(None),
        Some(Value::String(number)) if is_personal_number(number) => Ok(Some(number.clone())),
        Some(_) => Err(incorrect("personalNumber")),
    }
}

fn text(members: &Members, name: &str, longest: usize) -> Result<Option<String>, Refusal> {
    match member(members, name) {
        None => Ok(None),
        Some(Value::String(text)) if (1..=longest).contains(&text.chars().count()) => {
            Ok(Some(text.clone()))
        }
        Some(_) => Err(Refusal::invalid(name)),
    }
}

fn data(members: &Members, name: &str, longest: usize) -> Result<Option<String>, Refusal> {
    let data = text(members, name, longest)?;
    let sound = data.as_ref().is_none_or(|data| STANDARD.decode(data).is_ok());
    if sound { Ok(data) } else { Err(Refusal::invalid(name)) }
}

fn flag(members: &Members, name: &str) -> Result<bool, ()> {
    member(members, name).map_or(Ok(false), |flag| flag.as_bool().ok_or(()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{http::StatusCode, response::IntoResponse};
    use serde_json::json;

    fn read(call: Call, body: &Value) -> Result<Wish, Refusal> {
        wish(call, &members(body.to_string().as_bytes())?)
    }

    /// Parses an order of this kind with some members replaced, or removed where they are `null`.
    fn with(call: Call, changes: &Value) -> Result<Wish, Refusal> {
        let mut body = match call {
            Call::Auth => json!({ "endUserIp": "192.0.2.1" }),
            Call::Sign => json!({ "endUserIp": "2001:db8::1", "userVisibleData": "VGV4dA==" }),
            _ => json!({ "personalNumber": "199908072391", "callInitiator": "RP",
                         "userVisibleData": "VGV4dA==" }),
        };
        for (name, value) in changes.as_object().expect("members") {
            body[name] = value.clone();
        }
        read(call, &body)
    }

    #[test]
    fn what_is_asked_for_is_read() {
        let body = json!({
            "endUserIp": "192.0.2.1",
            "returnUrl": "https://kommun.example/tillbaka#nonce=x",
            "returnRisk": true,
            "userVisibleData": STANDARD.encode("Sambandscentralen på Öland"),
            "userVisibleDataFormat": "simpleMarkdownV1",
            "userNonVisibleData": "AAECAw==",
            "web": { "deviceIdentifier": "x", "referringDomain": "kommun.example",
                     "userAgent": "u".repeat(256) },
            "requirement": { "personalNumber": "199908072391", "pinCode": true, "mrtd": true,
                             "cardReader": "class2",
                             "certificatePolicies": ["1.2.752.78.1.5", "1.2.752.78.*"] },
            "somethingNewer": { "x": 1 }, "app": null,
        });
        let Ok(wish) = read(Call::Auth, &body) else { panic!("it is all right") };
        assert!(wish.return_risk && wish.mrtd && !wish.by_phone);
        assert_eq!(wish.end_user_ip, "192.0.2.1".parse().ok());
        assert_eq!(wish.personal_number.as_deref(), Some("199908072391"));
        assert_eq!(wish.visible_text().as_deref(), Some("Sambandscentralen på Öland"));
        assert_eq!(wish.hidden_data.as_deref(), Some("AAECAw=="));
        assert_eq!(wish.origin.as_deref(), Some("kommun.example"));
        assert_eq!(wish.return_url.as_deref(), Some("https://kommun.example/tillbaka#nonce=x"));
    }

    #[test]
    fn what_is_wrong_is_refused_with_the_words_of_the_service() {
        let none = json!(null);
        let (text, longer) = ("A".repeat(1500), "A".repeat(1504));
        let (signed, hidden) = ("A".repeat(40_004), "A".repeat(200_004));
        for (call, changes, details) in [
            (Call::Auth, json!({ "endUserIp": none }), "Invalid endUserIp"),
            (Call::Auth, json!({ "endUserIp": "" }), "Invalid endUserIp"),
            (Call::Auth, json!({ "endUserIp": "localhost" }), "Invalid endUserIp"),
            (Call::Auth, json!({ "endUserIp": "192.0.2.1:80" }), "Invalid endUserIp"),
            (Call::Sign, json!({ "endUserIp": 1 }), "Invalid endUserIp"),
            (Call::Sign, json!({ "userVisibleData": none }), "Invalid userVisibleData"),
            (Call::Auth, json!({ "userVisibleData": "" }), "Invalid userVisibleData"),
            (Call::Auth, json!({ "userVisibleData": "inte base64" }), "Invalid userVisibleData"),
            (Call::Auth, json!({ "userVisibleData": "VGV4dA" }), "Invalid userVisibleData"),
            (Call::Auth, json!({ "userVisibleData": "//79" }), "Invalid userVisibleData"),
            (Call::Auth, json!({ "userVisibleData": longer }), "Invalid userVisibleData"),
            (Call::Sign, json!({ "userVisibleData": signed }), "Invalid userVisibleData"),
            (Call::PhoneSign, json!({ "userVisibleData": none }), "Invalid userVisibleData"),
            (Call::Auth, json!({ "userNonVisibleData": longer }), "Invalid userNonVisibleData"),
            (Call::Sign, json!({ "userNonVisibleData": hidden }), "Invalid userNonVisibleData"),
            (Call::Sign, json!({ "userNonVisibleData": [] }), "Invalid userNonVisibleData"),
            (
                Call::Auth,
                json!({ "userVisibleData": text, "userVisibleDataFormat": "html" }),
                "Invalid userVisibleDataFormat",
            ),
            (Call::Auth, json!({ "returnUrl": "" }), "Invalid returnUrl"),
            (Call::Auth, json!({ "returnUrl": "x".repeat(513) }), "Invalid returnUrl"),
            (Call::Auth, json!({ "returnUrl": true }), "Invalid returnUrl"),
            (Call::Auth, json!({ "returnRisk": "true" }), "Invalid returnRisk"),
            (Call::Auth, json!({ "requirement": [] }), "Invalid requirement"),
            (Call::PhoneAuth, json!({ "personalNumber": "20000324" }), "Incorrect personalNumber"),
            (Call::PhoneAuth, json!({ "personalNumber": none }), "Incorrect personalNumber"),
            (Call::PhoneAuth, json!({ "callInitiator": none }), "Incorrect callInitiator"),
            (Call::PhoneSign, json!({ "callInitiator": "rp" }), "Incorrect callInitiator"),
            (Call::Auth, json!({ "web": {} }), "Invalid web"),
            (Call::Auth, json!({ "web": { "referringDomain": 1 } }), "Invalid web"),
            (Call::Auth, json!({ "web": { "userAgent": "u".repeat(257) } }), "Invalid web"),
            (Call::Auth, json!({ "app": "x" }), "Invalid app"),
            (Call::Auth, json!({ "app": { "more": "x" } }), "Invalid app"),
            (
                Call::Auth,
                json!({ "web": { "userAgent": "x" }, "app": { "deviceOS": "x" } }),
                "Only one of app and web may be set",
            ),
        ] {
            let refusal = with(call, &changes).err();
            assert_eq!(refusal, Some(Refusal::parameters(details)), "{call:?} {details}");
        }
        let status = Refusal::parameters("x").into_response().status();
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }

    #[test]
    fn a_requirement_that_can_t_be_met_is_refused() {
        for number in [json!("9908072391"), json!("19990807-2391"), json!(199_908_072_391_u64)] {
            let changes = json!({ "requirement": { "personalNumber": number } });
            let refusal = with(Call::Auth, &changes).err();
            assert_eq!(refusal, Some(Refusal::parameters("Incorrect personalNumber")));
        }
        for requirement in [
            json!({ "pinCode": "true" }),
            json!({ "mrtd": 1 }),
            json!({ "cardReader": "class3" }),
            json!({ "cardReader": 1 }),
            json!({ "certificatePolicies": "1.2.3.4.5" }),
            json!({ "certificatePolicies": [1] }),
            json!({ "certificatePolicies": ["*"] }),
            json!({ "certificatePolicies": ["1.2.3.*"] }),
            json!({ "certificatePolicies": ["1..2"] }),
            json!({ "certificatePolicies": [""] }),
        ] {
            let changes = json!({ "requirement": requirement });
            let refusal = with(Call::Sign, &changes).err();
            assert_eq!(refusal, Some(Refusal::parameters("Invalid requirement")), "{changes}");
        }
    }

    #[test]
    fn the_longest_values_are_taken() {
        let changes = json!({ "userVisibleData": "A".repeat(1500), "returnUrl": "x".repeat(512),
                              "userNonVisibleData": "A".repeat(1500) });
        assert!(with(Call::Auth, &changes).is_ok());
        let changes = json!({ "userVisibleData": "A".repeat(40_000),
                              "userNonVisibleData": "A".repeat(200_000) });
        assert!(with(Call::Sign, &changes).is_ok());
        assert!(with(Call::PhoneSign, &changes).is_ok());
    }
}
