//! The person whom a provider's claims describe.

use crate::config::ClaimNames;
use serde_json::{Map, Value};

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
    pub(crate) fn is_complete(&self) -> bool {
        self.number().is_some() && self.name().is_some()
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
    fn what_the_id_token_says_weighs_most() {
        let said = [json!({ "name": "Cia Ceder" }), json!({ "name": "Bo Berg" })];
        assert_eq!(person(&said).1.as_deref(), Some("Cia Ceder"));
    }
}
