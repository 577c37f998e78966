//! Phone numbers that can be called.

use app::fields::is_e164;
use phonenumber::{
    Mode, PhoneNumber, Type,
    metadata::{DATABASE, Descriptor},
};

/// Types of numbers that a person may have.
const PERSONAL: [Type; 4] = [Type::FixedLine, Type::Mobile, Type::PersonalNumber, Type::Voip];

/// Further types that an authority may have.
const OFFICIAL: [Type; 3] = [Type::TollFree, Type::SharedCost, Type::Uan];

/// A possible phone number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    /// The number in E.164.
    pub number: String,
    /// `true` if it may take SMS.
    pub takes_sms: bool,
}

/// Parses a recipient's number in E.164, or returns what is wrong with it.
pub fn recipient(text: &str) -> Result<Phone, String> {
    let parsed = possible(text, "+46701740605", &[&PERSONAL])?;
    // Only at home is it certain which numbers are mobile.
    let mobile = matches!(
        parsed.number_type(&DATABASE),
        Type::Mobile | Type::FixedLineOrMobile | Type::Unknown
    );
    let takes_sms = mobile || parsed.country().code() != 46;
    Ok(Phone { number: text.to_owned(), takes_sms })
}

/// Parses the number that people are asked to call, or returns what is wrong with it.
pub fn sender(text: &str) -> Result<String, String> {
    possible(text, "+46300834000", &[&PERSONAL, &OFFICIAL]).map(|_| text.to_owned())
}

/// Parses a number in E.164 that its country may have assigned: of a length in use, of one of these types,
/// and without the zero that is dialled at home only.
fn possible(text: &str, such: &str, kinds: &[&[Type]]) -> Result<PhoneNumber, String> {
    if !is_e164(text) {
        return Err(format!("must be E.164, such as {such}"));
    }
    let none = || "is no possible phone number".to_owned();
    let parsed = phonenumber::parse(None, text).map_err(|_| none())?;
    let code = parsed.country().code();
    let national = text.get(1 + code.to_string().len()..).unwrap_or_default();
    let possible = DATABASE.by_code(&code).unwrap_or_default().into_iter().any(|country| {
        kinds
            .iter()
            .flat_map(|kinds| kinds.iter())
            .filter_map(|kind| country.descriptors().get(*kind))
            .flat_map(Descriptor::possible_length)
            .any(|possible| usize::from(*possible) == national.len())
    });
    // A zero that belongs to the number, as in Italy, stays when the number is formatted.
    let stays = || parsed.format().mode(Mode::E164).to_string() == text;
    if possible && (!national.starts_with('0') || stays()) { Ok(parsed) } else { Err(none()) }
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
            "+460701740605",
            "+46031315100",
            "+4607017406050",
        ] {
            assert!(recipient(number).is_err(), "{number}");
        }
    }

    #[test]
    fn whoever_people_are_told_to_call_can_be_called() {
        for number in [
            "+46300834000",
            "+46701740605",
            "+46812345678",
            "+46313151000",
            "+4686563000",
            "+46771567567",
            "+4620567567",
            "+4722123456",
            "+4512345678",
            "+358912345678",
            "+390612345678",
            "+442079460000",
            "+4930123456",
        ] {
            assert_eq!(sender(number).as_deref(), Ok(number));
        }
        for number in [
            "",
            "112",
            "0300834000",
            "+460300834000",
            "+46031315100",
            "+46046123456",
            "+460812345678",
            "+46046356000",
            "+46112",
            "+4611313",
            "+4607017406050",
            "+4402079460000",
            "+49030123456",
            "+46300834000;ext=12",
            "+999123456789",
        ] {
            assert!(sender(number).is_err(), "{number}");
        }
    }
}
