//! Swedish personal identity numbers and coordination numbers (folkbokföringslagen, 1991:481, 18 and 18 a §§).

use jiff::civil::Date;

/// Understands a number of 12 digits: a date, whose day has 60 added in a coordination number, three
/// digits and a check digit.
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
    let day = if day > 60 { day - 60 } else { day };
    let small = |part: i16| i8::try_from(part).unwrap_or(0);
    if Date::new(year, small(month), small(day)).is_err() || year < 1800 {
        return Err(bad());
    }
    // Luhn's sum over the last ten digits, weights 2 and 1 from the left.
    let sum: i16 = digits
        .iter()
        .skip(2)
        .enumerate()
        .map(|(at, digit)| if at % 2 == 0 { digit * 2 } else { *digit })
        .map(|product| product / 10 + product % 10)
        .sum();
    if sum % 10 == 0 { Ok(text.to_owned()) } else { Err("has a wrong check digit".to_owned()) }
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
