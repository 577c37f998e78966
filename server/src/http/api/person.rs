//! Swedish personal identity numbers and coordination numbers (folkbokföringslagen, 1991:481, 18 and 18 a
//! §§).
//!
//! The crate `personnummer` (3.1) does not fit. It makes a date of every number, but a coordination number
//! may have month and day 00 if the birth is not known. Some of the Swedish Tax Agency's test numbers do. It
//! also accepts 10 digits and a sign between, but the comparison needs 12 digits.
//!
//! Reserve numbers are refused, such as those with a T that regions and authorities give. Nobody has an e-ID
//! with one.

use jiff::civil::Date;

/// The number that is added to the day in a coordination number.
const COORDINATION: i16 = 60;

/// Reads a number of 12 digits: a date of birth, three digits that are not all 0, and a check digit.
pub(super) fn personal_number(text: &str) -> Result<String, String> {
    let bad = || "must be a Swedish personal number of 12 digits".to_owned();
    let digits: Vec<i16> = text
        .chars()
        .map(|c| c.to_digit(10).and_then(|digit| i16::try_from(digit).ok()))
        .collect::<Option<_>>()
        .filter(|digits: &Vec<i16>| digits.len() == 12)
        .ok_or_else(bad)?;
    let number = |from: usize, to: usize| {
        digits.get(from..to).unwrap_or_default().iter().fold(0, |sum, digit| sum * 10 + digit)
    };
    let (year, month, day) = (number(0, 4), number(4, 6), number(6, 8));
    let born = if day >= COORDINATION {
        may_be_born(year, month, day - COORDINATION)
    } else {
        is_date(year, month, day)
    };
    if !born || !(1800..2100).contains(&year) || number(8, 11) == 0 {
        return Err(bad());
    }
    // The Luhn sum over the last ten digits, with weights 2 and 1 from the left.
    let sum: i16 = digits
        .iter()
        .skip(2)
        .enumerate()
        .map(|(at, digit)| if at % 2 == 0 { digit * 2 } else { *digit })
        .map(|product| product / 10 + product % 10)
        .sum();
    if sum % 10 == 0 { Ok(text.to_owned()) } else { Err("has a wrong check digit".to_owned()) }
}

/// `true` if the date of birth is possible. A month or day of 0 is not known.
fn may_be_born(year: i16, month: i16, day: i16) -> bool {
    match (month, day) {
        (0..=12, 0) => true,
        // January has 31 days, so it permits every day of a month.
        (0, _) => is_date(year, 1, day),
        _ => is_date(year, month, day),
    }
}

fn is_date(year: i16, month: i16, day: i16) -> bool {
    let small = |part: i16| i8::try_from(part).unwrap_or(0);
    Date::new(year, small(month), small(day)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_set_aside_for_tests_are_numbers() {
        for number in ["199908072391", "197311108711", "200211242383", "196911292032"] {
            assert_eq!(personal_number(number).as_deref(), Ok(number));
        }
        // A coordination number: the day has 60 added.
        assert!(personal_number("197010632391").is_ok());
    }

    /// Appends the check digit to eleven digits.
    fn checked(digits: &str) -> String {
        let numbers = (0..10).map(|check| format!("{digits}{check}"));
        let right = |text: &String| {
            let wrong = personal_number(text);
            wrong != Err("has a wrong check digit".to_owned())
        };
        numbers.into_iter().find(right).expect("one check digit is right")
    }

    #[test]
    fn where_the_birth_is_not_known_month_or_day_of_a_coordination_number_is_0() {
        // Test numbers of the Swedish Tax Agency.
        for number in ["191500722390", "191500882392"] {
            assert_eq!(personal_number(number).as_deref(), Ok(number));
        }
        for digits in ["19150060239", "19150160239", "19151260239", "19150091239", "20000289239"] {
            assert!(personal_number(&checked(digits)).is_ok(), "{digits}");
        }
        for digits in [
            // Not in a personal identity number.
            "19150012239",
            "19150100239",
            "19150000239",
            // No valid days, months or years.
            "19150092239",
            "19150290239",
            "19151361239",
            "19151360239",
            "19150299239",
            "17991261239",
            "21000161239",
            // Nobody has the number 000.
            "19150161000",
        ] {
            let number = checked(digits);
            assert!(personal_number(&number).is_err(), "{number}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "9908072391",
            "19990807-2391",
            "199908072390",
            "199913072391",
            "199902302391",
            "199908992391",
            "１９９９０８０７２３９１",
            "19990807+2391",
            "199908072391 ",
            // Reserve numbers, in any form.
            "19990807T239",
            "19990807T391",
            "T99908072391",
        ] {
            assert!(personal_number(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn one_wrong_digit_is_always_noticed(at in 8_usize..12, digit in 0_u8..10) {
            let mut digits = *b"199908072391";
            prop_assume!(digits[at] != b'0' + digit);
            digits[at] = b'0' + digit;
            prop_assert!(personal_number(std::str::from_utf8(&digits).expect("digits")).is_err());
        }

        #[test]
        fn anything_is_judged_without_a_panic(text in any::<String>()) {
            let _ = personal_number(&text);
        }
    }
}
