//! `sms.*`: the gateway for SMS.

use super::{
    Error,
    keys::Keys,
    read::{line, parsed},
    reference::{Key, Section},
};
use crate::rules::{loopback::is_loopback, text};
use app::fields::is_e164;
use secrecy::SecretString;
use serde::{Deserialize, Deserializer};
use url::Url;

/// The words for keys without which a gateway can't be used.
const WITH_PROVIDER: &str = "must be set with `sms.provider`";

pub(super) const SECTION: Section = Section {
    name: "sms",
    about: "The gateway posts delivery reports below public_url + /hooks/, so it must reach that address.",
    keys: &[
        Key::optional(
            "sms.provider",
            "46elks",
            "`46elks` or `twilio`. If it is set, codes by SMS are offered and reminders by SMS are sent",
        ),
        Key::optional(
            "sms.url",
            "https://api.46elks.com",
            "address of the gateway, if it is not its usual one. `http://` on loopback only",
        )
        .or("the provider's own"),
        Key::optional(
            "sms.user",
            "u0123456789abcdef0123456789abcdef",
            "the account: API username, or Account SID with Twilio",
        )
        .or(WITH_PROVIDER),
        Key::optional(
            "sms.password",
            "/etc/anslut/sms-password",
            "its API password, or Auth Token with Twilio, which also verifies Twilio's reports",
        )
        .or(WITH_PROVIDER)
        .in_file(),
        Key::optional(
            "sms.from",
            "Kommunen",
            "sender of messages: a number such as `+46766861004`, or at most 11 letters and digits. With Twilio \
             also a Messaging Service SID",
        )
        .or(WITH_PROVIDER),
    ],
};

/// A gateway and our account there.
#[derive(Debug)]
pub struct Sms {
    /// The gateway's kind.
    pub provider: SmsProvider,
    /// The gateway's address.
    pub url: Url,
    /// The account's user.
    pub user: String,
    /// The account's password or token.
    pub password: SecretString,
    /// The number or short name that messages are from, or with Twilio a messaging service.
    pub from: String,
}

/// A gateway that we support.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum SmsProvider {
    /// 46elks.
    #[serde(rename = "46elks")]
    Elks,
    /// Twilio.
    #[serde(rename = "twilio")]
    Twilio,
}

impl SmsProvider {
    /// Returns the company's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Elks => "46elks",
            Self::Twilio => "Twilio",
        }
    }

    /// `true` if the company is in the USA.
    pub const fn is_in_usa(self) -> bool {
        matches!(self, Self::Twilio)
    }

    const fn home(self) -> &'static str {
        match self {
            Self::Elks => "https://api.46elks.com",
            Self::Twilio => "https://api.twilio.com",
        }
    }
}

#[derive(Deserialize)]
struct Set {
    provider: Option<SmsProvider>,
    #[serde(default, deserialize_with = "url")]
    url: Option<Url>,
    #[serde(default, deserialize_with = "user")]
    user: Option<String>,
    #[serde(default, deserialize_with = "password")]
    password: Option<SecretString>,
    #[serde(default, deserialize_with = "line::<_, _, 40>")]
    from: Option<String>,
}

impl Sms {
    /// Reads the section. `None` if no gateway is configured.
    pub(super) fn read(keys: &mut Keys) -> Result<Option<Self>, Error> {
        let Set { provider, url, user, password, from } = keys.section(SECTION.name)?;
        let Some(provider) = provider else {
            let set = [
                ("sms.url", url.is_some()),
                ("sms.user", user.is_some()),
                ("sms.password", password.is_some()),
                ("sms.from", from.is_some()),
            ];
            return Error::of_any(set, "is set without sms.provider").map(|()| None);
        };
        let missing = |key| Error::missing().below(key);
        let home = || Url::parse(provider.home()).ok();
        let from = from.ok_or_else(|| missing("sms.from"))?;
        sender(provider, &from).map_err(|wrong| Error::key("sms.from", wrong))?;
        Ok(Some(Self {
            provider,
            url: url.or_else(home).ok_or_else(|| missing("sms.url"))?,
            user: user.ok_or_else(|| missing("sms.user"))?,
            password: password.ok_or_else(|| missing("sms.password"))?,
            from,
        }))
    }
}

fn url<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Url>, D::Error> {
    parsed(value, address).map(Some)
}

fn address(text: &str) -> Result<Url, &'static str> {
    let url =
        Url::parse(text.trim()).map_err(|_| "must be an address such as https://api.46elks.com")?;
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => return Err("would send the password in clear: must begin with https://"),
        _ => return Err("must begin with https://"),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must hold no user: set sms.user and sms.password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must have nothing after the path");
    }
    Ok(url)
}

/// Reads a user's name that basic authentication can transmit.
fn user<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    parsed(value, |text| {
        let user = text::line(text, 200)?;
        if user.chars().all(|c| c.is_ascii_graphic() && c != ':') {
            Ok(Some(user))
        } else {
            Err("must be letters, digits and signs but for the colon".to_owned())
        }
    })
}

fn password<'de, D: Deserializer<'de>>(value: D) -> Result<Option<SecretString>, D::Error> {
    parsed(value, |text| match text.trim() {
        "" => Err("must not be empty"),
        text if text.contains(char::is_control) => Err("must be a single line"),
        text => Ok(Some(text.into())),
    })
}

/// Checks that messages by this gateway can be from this number or name.
fn sender(provider: SmsProvider, from: &str) -> Result<(), &'static str> {
    let service = from
        .strip_prefix("MG")
        .is_some_and(|id| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let allowed = |c: char| {
        c.is_ascii_alphanumeric() || (provider == SmsProvider::Twilio && matches!(c, ' ' | '-'))
    };
    // A name of digits alone would pass for a number that nobody has.
    let name = (1..=11).contains(&from.len())
        && from.chars().all(allowed)
        && from.contains(|c: char| c.is_ascii_alphabetic());
    match provider {
        _ if name || is_e164(from) => Ok(()),
        SmsProvider::Twilio if service => Ok(()),
        SmsProvider::Elks => {
            Err("must be a number such as +46766861004 or at most 11 letters and digits")
        }
        SmsProvider::Twilio => {
            Err("must be a number such as +46766861004, at most 11 letters and \
                                    digits, or the id of a messaging service")
        }
    }
}
