//! Completion data: what a relying party receives about a person who has signed.

use super::{
    people,
    request::{Purpose, Wish},
};
use crate::{clock::Time, keys};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

/// Age of a simulated BankID.
const AGE: Duration = Duration::from_hours(24 * 300);

/// OCSP response (RFC 6960) that contains only the status `successful`.
const OCSP_RESPONSE: [u8; 5] = [0x30, 0x03, 0x0a, 0x01, 0x00];

/// The service's estimate of the risk of an order.
#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Risk {
    #[default]
    Low,
    Moderate,
    High,
}

/// The person who signs, and their device. Values that are left out follow from the order.
#[derive(Default)]
pub(super) struct Signer {
    pub(super) personal_number: Option<String>,
    pub(super) name: Option<String>,
    pub(super) ip_address: Option<IpAddr>,
    pub(super) risk: Option<Risk>,
    /// Result of reading an identity document. `None` for success, if the order asks for it.
    pub(super) mrtd: Option<bool>,
}

/// The `completionData` of a finished order.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CompletionData {
    user: User,
    device: Device,
    bank_id_issue_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    step_up: Option<StepUp>,
    signature: String,
    ocsp_response: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    risk: Option<Risk>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct User {
    personal_number: String,
    name: String,
    given_name: String,
    surname: String,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Device {
    ip_address: String,
    uhi: String,
}

#[derive(Clone, Serialize)]
struct StepUp {
    mrtd: bool,
}

impl CompletionData {
    /// Creates the data for this signer. `None` if the order is for another person.
    pub(super) fn new(wish: &Wish, signer: Signer, now: Time) -> Option<Self> {
        let asked = wish.personal_number.as_deref();
        let personal_number = signer
            .personal_number
            .or_else(|| asked.map(ToOwned::to_owned))
            .unwrap_or_else(|| people::FIRST.personal_number.to_owned());
        if asked.is_some_and(|asked| asked != personal_number) {
            return None;
        }
        let name = signer.name.unwrap_or_else(|| people::name_of(&personal_number).to_owned());
        let (given_name, surname) = name.rsplit_once(' ').unwrap_or((&name, &name));
        let ip_address = signer.ip_address.or(wish.end_user_ip);
        let uhi = keys::sha256(format!("the phone of {personal_number}"));
        let mrtd = signer.mrtd.or(wish.mrtd.then_some(true));
        Some(Self {
            device: Device {
                ip_address: ip_address.unwrap_or(Ipv4Addr::LOCALHOST.into()).to_string(),
                uhi: STANDARD.encode(uhi.get(..20).unwrap_or_default()),
            },
            bank_id_issue_date: (now - AGE).timestamp().strftime("%Y-%m-%dZ").to_string(),
            step_up: mrtd.map(|mrtd| StepUp { mrtd }),
            signature: STANDARD.encode(signature(wish)),
            ocsp_response: STANDARD.encode(OCSP_RESPONSE),
            risk: wish.return_risk.then(|| signer.risk.unwrap_or_default()),
            user: User {
                given_name: given_name.to_owned(),
                surname: surname.to_owned(),
                personal_number,
                name,
            },
        })
    }

    /// Returns the signer's name.
    pub(super) fn name(&self) -> &str {
        &self.user.name
    }
}

/// Builds an XML signature of the usual form over what was shown. Its digests are right. The signature value
/// is another digest, which no key verifies.
fn signature(wish: &Wish) -> String {
    let digest = |text: &str| STANDARD.encode(keys::sha256(text));
    let element = |open: &str, name: &str, data: &Option<String>| match data {
        Some(data) => format!("<{open}>{data}</{name}>"),
        None => String::new(),
    };
    let visible = "usrVisibleData charset=\"UTF-8\" visible=\"wysiwys\"";
    let function = match wish.purpose {
        Purpose::Identify => "Identification",
        Purpose::Sign => "Signing",
    };
    let signed = format!(
        "<bankIdSignedData xmlns=\"http://www.bankid.com/signature/v1.0.0/types\" \
         Id=\"bidSignedData\">{}{}<clientInfo><funcId>{function}</funcId></clientInfo>\
         </bankIdSignedData>",
        element(visible, "usrVisibleData", &wish.visible_data),
        element("usrNonVisibleData", "usrNonVisibleData", &wish.hidden_data),
    );
    let info = format!(
        "<SignedInfo xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><CanonicalizationMethod \
         Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"></CanonicalizationMethod>\
         <SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\">\
         </SignatureMethod><Reference Type=\"http://www.bankid.com/signature/v1.0.0/types\" \
         URI=\"#bidSignedData\"><DigestMethod \
         Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></DigestMethod><DigestValue>{}\
         </DigestValue></Reference></SignedInfo>",
        digest(&signed)
    );
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\
         <Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\">{info}<SignatureValue>{}\
         </SignatureValue><Object>{signed}</Object></Signature>",
        digest(&info)
    )
}
