//! The person whom a provider's claims describe.

use super::Essential;
use crate::config::ClaimNames;
use app::fields::EmailAddress;
use serde_json::{Map, Value};

/// The claim that says that `email` is verified (OpenID Connect Core, 5.1).
pub(crate) const EMAIL_VERIFIED: &str = "email_verified";

/// Maximum length of a name, in characters.
const LONGEST: usize = 200;

/// All claims about a person, the most trusted first.
pub(crate) struct Person<'a> {
    names: &'a ClaimNames,
    said: Vec<Map<String, Value>>,
}

impl<'a> Person<'a> {
    pub(crate) fn new(names: &'a ClaimNames, said: Map<String, Value>) -> Self {
        Self { names, said: vec![said] }
    }

    /// Adds claims that are less trusted.
    pub(crate) fn add(&mut self, said: Map<String, Value>) {
        self.said.push(said);
    }

    /// `true` if no further claims are needed.
    pub(crate) fn is_complete(&self, essential: Essential) -> bool {
        self.name().is_some()
            && match essential {
                Essential::Name | Essential::Number => self.number().is_some(),
                Essential::Email => self.email().is_some(),
            }
    }

    /// `true` if the essential claim is there.
    pub(crate) fn has(&self, essential: Essential) -> bool {
        match essential {
            Essential::Name => self.number().is_some() || self.name().is_some(),
            Essential::Number => self.number().is_some(),
            Essential::Email => self.email().is_some(),
        }
    }

    /// Returns the e-mail address that the provider has verified. An address counts only beside its own
    /// `email_verified`, since another source may speak of another address.
    pub(crate) fn email(&self) -> Option<String> {
        let address = |said: &Map<String, Value>, name: &str| {
            let address = EmailAddress::booked(said.get(name)?.as_str()?).ok()?;
            Some(address.as_str().to_owned())
        };
        self.said.iter().find_map(|said| match &self.names.verified_email {
            Some(name) => address(said, name),
            None if said.get(EMAIL_VERIFIED) == Some(&Value::Bool(true)) => {
                address(said, &self.names.email)
            }
            None => None,
        })
    }

    /// Returns the personal identity or coordination number, 12 digits.
    pub(crate) fn number(&self) -> Option<String> {
        [&self.names.personal_number, &self.names.coordination_number]
            .into_iter()
            .filter_map(|name| self.text(name))
            .find(|number| number.len() == 12 && number.bytes().all(|b| b.is_ascii_digit()))
            .map(str::to_owned)
    }

    /// Returns the name.
    pub(crate) fn name(&self) -> Option<String> {
        self.text(&self.names.name).map(str::to_owned).or_else(|| {
            let parts = [&self.names.given_name, &self.names.family_name];
            let parts: Vec<_> = parts.into_iter().filter_map(|name| self.text(name)).collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        })
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.said.iter().find_map(|said| {
            let text = said.get(name)?.as_str()?.trim();
            // "-" means that somebody has no given name.
            let good = !matches!(text, "" | "-")
                && text.chars().count() <= LONGEST
                && !text.contains(char::is_control);
            good.then_some(text)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn person(said: &[Value]) -> (Option<String>, Option<String>) {
        let names = ClaimNames::default();
        let mut person = Person { names: &names, said: Vec::new() };
        for said in said {
            person.add(said.as_object().expect("an object").clone());
        }
        (person.number(), person.name())
    }

    #[test]
    fn a_number_has_twelve_digits_or_there_is_none() {
        let number = |claim: &str, value: Value| {
            person(&[json!({ format!("https://id.oidc.se/claim/{claim}"): value })]).0
        };
        let some = Some("199908072391".to_owned());
        assert_eq!(number("personalIdentityNumber", "199908072391".into()), some);
        assert_eq!(number("coordinationNumber", "199908672391".into()).map(|n| n.len()), Some(12));
        for value in
            ["", "9908072391", "19990807-2391", "1999080723911", "19990807239X", "１９９９"]
        {
            assert_eq!(number("personalIdentityNumber", value.into()), None, "{value}");
        }
        assert_eq!(number("personalIdentityNumber", 199_908_072_391_i64.into()), None);
        assert_eq!(number("samordningsnummer", "199908672391".into()), None);
    }

    #[test]
    fn a_name_is_whole_or_put_together() {
        for (said, name) in [
            (json!({ "name": " Cia Ceder ", "given_name": "C" }), Some("Cia Ceder")),
            (json!({ "given_name": "Cia", "family_name": "Ceder" }), Some("Cia Ceder")),
            (json!({ "given_name": "-", "family_name": "Ceder" }), Some("Ceder")),
            (json!({ "name": "", "family_name": "Ceder" }), Some("Ceder")),
            (json!({ "name": "Cia\nCeder" }), None),
            (json!({ "name": "x".repeat(201) }), None),
            (json!({ "name": { "sv": "Cia" } }), None),
            (json!({}), None),
        ] {
            assert_eq!(person(std::slice::from_ref(&said)).1.as_deref(), name, "{said}");
        }
    }

    #[test]
    fn an_address_counts_only_if_it_is_verified() {
        let email = |said: &[Value], names: &ClaimNames| {
            let said = said.iter().map(|said| said.as_object().expect("an object").clone());
            Person { names, said: said.collect() }.email()
        };
        let usual = ClaimNames::default();
        let kim = Some("kim@kommun.example".to_owned());
        let verified = json!({ "email": "kim@kommun.example", "email_verified": true });
        assert_eq!(email(std::slice::from_ref(&verified), &usual), kim);
        for unsure in [
            json!({ "email": "kim@kommun.example" }),
            json!({ "email": "kim@kommun.example", "email_verified": false }),
            json!({ "email": "kim@kommun.example", "email_verified": "true" }),
            json!({ "email": "kim@kommun.example", "email_verified": 1 }),
            json!({ "email": "kim", "email_verified": true }),
            json!({ "email": ["kim@kommun.example"], "email_verified": true }),
            json!({ "email_verified": true }),
        ] {
            assert_eq!(email(std::slice::from_ref(&unsure), &usual), None, "{unsure}");
        }
        // Verified in one source says nothing of an address in another.
        let apart = [json!({ "email_verified": true }), json!({ "email": "kim@kommun.example" })];
        assert_eq!(email(&apart, &usual), None);
        let own = ClaimNames { verified_email: Some("work".to_owned()), ..usual };
        assert_eq!(email(&[verified], &own), None, "the table names another claim");
        assert_eq!(email(&[json!({ "work": "kim@kommun.example" })], &own), kim);
    }

    #[test]
    fn what_the_id_token_says_weighs_most() {
        let said = [json!({ "name": "Cia Ceder" }), json!({ "name": "Bo Berg" })];
        assert_eq!(person(&said).1.as_deref(), Some("Cia Ceder"));
    }
}
