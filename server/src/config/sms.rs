//! `sms.*`: the gateway for SMS.

use super::{
    Error,
    http::is_loopback,
    keys::{Keys, Value},
    read,
};
use app::fields::is_e164;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

pub(super) const KEYS: [&str; 5] =
    ["sms.provider", "sms.url", "sms.user", "sms.password", "sms.from"];

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmsProvider {
    /// 46elks.
    Elks,
    /// Twilio.
    Twilio,
}

impl SmsProvider {
    const fn home(self) -> &'static str {
        match self {
            Self::Elks => "https://api.46elks.com",
            Self::Twilio => "https://api.twilio.com",
        }
    }
}

impl Sms {
    /// Reads the section. `None` if no gateway is configured.
    pub(super) fn take(keys: &mut Keys) -> Result<Option<Self>, Error> {
        let provider = keys.take("sms.provider", provider)?;
        let url = keys.take("sms.url", url)?;
        let user = keys.take("sms.user", user)?;
        let password = keys.take("sms.password", password)?;
        let from = keys.take("sms.from", |value| read::line(value, 40))?;
        let Some(provider) = provider else {
            let set = [
                ("sms.url", url.is_some()),
                ("sms.user", user.is_some()),
                ("sms.password", password.is_some()),
                ("sms.from", from.is_some()),
            ];
            return match set.into_iter().find(|(_, set)| *set) {
                Some((key, _)) => Err(Error::key(key, "is set without sms.provider")),
                None => Ok(None),
            };
        };
        let missing = |key| Error::key(key, "must be set");
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

fn provider(value: Value) -> Result<SmsProvider, String> {
    match read::text(value)?.trim() {
        "46elks" => Ok(SmsProvider::Elks),
        "twilio" => Ok(SmsProvider::Twilio),
        _ => Err("must be 46elks or twilio".into()),
    }
}

fn url(value: Value) -> Result<Url, String> {
    let url = Url::parse(read::text(value)?.trim())
        .map_err(|_| "must be an address such as https://api.46elks.com")?;
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => return Err("would send the password in clear: must begin with https://".into()),
        _ => return Err("must begin with https://".into()),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must hold no user: set sms.user and sms.password".into());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must have nothing after the path".into());
    }
    Ok(url)
}

/// Reads a user's name that basic authentication can transmit.
fn user(value: Value) -> Result<String, String> {
    let user = read::line(value, 200)?;
    if user.chars().all(|c| c.is_ascii_graphic() && c != ':') {
        Ok(user)
    } else {
        Err("must be letters, digits and signs but for the colon".into())
    }
}

fn password(value: Value) -> Result<SecretString, String> {
    let text = SecretString::from(read::text(value)?);
    let password = text.expose_secret().trim();
    if password.is_empty() {
        return Err("must not be empty".into());
    }
    if password.contains(char::is_control) {
        return Err("must be a single line".into());
    }
    Ok(SecretString::from(password))
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
