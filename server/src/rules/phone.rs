//! A recipient's phone number.

use app::fields::is_e164;
use phonenumber::{
    Type,
    metadata::{DATABASE, Descriptor},
};

/// The kinds of numbers that a person may have.
const PERSONAL: [Type; 4] = [Type::FixedLine, Type::Mobile, Type::PersonalNumber, Type::Voip];

/// A number that somebody may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    /// The number in E.164.
    pub number: String,
    /// Whether it may be one that takes text messages.
    pub takes_sms: bool,
}

/// Reads a number in E.164, or says what is wrong with it: its country has no numbers of that length,
/// or there is no such country.
pub fn recipient(text: &str) -> Result<Phone, String> {
    if !is_e164(text) {
        return Err("must be E.164, such as +46701740605".to_owned());
    }
    let none = || "is no possible phone number".to_owned();
    let parsed = phonenumber::parse(None, text).map_err(|_| none())?;
    let code = parsed.country().code();
    let length = text.len() - 1 - code.to_string().len();
    let possible = DATABASE.by_code(&code).unwrap_or_default().into_iter().any(|country| {
        PERSONAL
            .into_iter()
            .filter_map(|kind| country.descriptors().get(kind))
            .flat_map(Descriptor::possible_length)
            .any(|possible| usize::from(*possible) == length)
    });
    if !possible {
        return Err(none());
    }
    // Which numbers are mobile phones is known for sure at home only.
    let mobile = matches!(
        parsed.number_type(&DATABASE),
        Type::Mobile | Type::FixedLineOrMobile | Type::Unknown
    );
    Ok(Phone { number: text.to_owned(), takes_sms: mobile || code != 46 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_taken_if_its_country_has_such_numbers() {
        for (number, takes_sms) in [
            ("+46701740605", true),
            ("+46766861004", true),
            ("+46300834000", false),
            ("+46812345678", false),
            ("+358401234567", true),
            ("+4745678901", true),
            ("+12025550105", true),
            ("+390612345678", true),
        ] {
            let phone = Phone { number: number.to_owned(), takes_sms };
            assert_eq!(recipient(number), Ok(phone));
        }
        for number in [
            "",
            "0701740605",
            "+46 70 174 06 05",
            "0046701740605",
            "+0701740605",
            "+46701",
            "+4670174",
            "+46701740605123",
            "+4745",
            "+999123456789",
            "+210123456789",
            "+46701740605;ext=1",
        ] {
            assert!(recipient(number).is_err(), "{number}");
        }
    }
}
