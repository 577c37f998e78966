//! Phone numbers as people read them.

use crate::fields::is_e164;

/// Formats a number in E.164. A Swedish number gets an area code and groups, any other groups of three after
/// the plus. Anything else stays as it is.
pub fn readable(number: &str) -> String {
    let Some(digits) = number.strip_prefix('+').filter(|d| d.bytes().all(|b| b.is_ascii_digit()))
    else {
        return number.to_owned();
    };
    match digits.strip_prefix("46") {
        Some(rest) if (7..=9).contains(&rest.len()) => swedish_number(rest),
        _ => format!("+{}", grouped(digits, &[3; 5], ' ')),
    }
}

/// Masks most digits of a number in E.164, so that its owner recognises it. A Swedish number keeps its area
/// code and the last two digits, any other its country code and the last two. `***` for anything else.
pub fn masked(number: &str) -> String {
    let Some(digits) = number.strip_prefix('+').filter(|_| is_e164(number)) else {
        return "***".to_owned();
    };
    let swedish = digits.strip_prefix("46").filter(|rest| (7..=9).contains(&rest.len()));
    if let Some((area, local)) = swedish.map(swedish_number).unwrap_or_default().split_once('-') {
        return format!("{area}-{}", hidden(local));
    }
    let (country, rest) = digits.split_at(country_code(digits));
    let groups = [rest.len().saturating_sub(7), 3, 2, 2];
    format!("+{country} {}", hidden(&grouped(rest, &groups, ' ')))
}

/// Replaces all digits but the last two with stars.
fn hidden(written: &str) -> String {
    let count = written.chars().filter(char::is_ascii_digit).count();
    let mut seen = 0;
    let hide = |c: char| {
        seen += usize::from(c.is_ascii_digit());
        if c.is_ascii_digit() && seen + 2 <= count { '*' } else { c }
    };
    written.chars().map(hide).collect()
}

/// Returns the number of digits of the country code of a number in E.164 (ITU-T E.164, Annex D).
fn country_code(digits: &str) -> usize {
    match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        [b'2', b'0' | b'7', ..]
        | [b'3', b'0'..=b'4' | b'6' | b'9', ..]
        | [b'4', b'0' | b'1' | b'3'..=b'9', ..]
        | [b'5', b'1'..=b'8', ..]
        | [b'6', b'0'..=b'6', ..]
        | [b'8', b'1' | b'2' | b'4' | b'6', ..]
        | [b'9', b'0'..=b'5' | b'8', ..] => 2,
        _ => 3,
    }
}

/// Swedish area codes of two digits, without those of mobile phones.
const SHORT_AREAS: [&str; 21] = [
    "10", "11", "13", "16", "18", "19", "21", "23", "26", "31", "33", "35", "36", "40", "42", "44",
    "46", "54", "60", "63", "90",
];

fn swedish_number(rest: &str) -> String {
    let area = match rest.get(..2) {
        Some(area) if area.starts_with('8') => 1,
        Some(area) if area.starts_with('7') || SHORT_AREAS.contains(&area) => 2,
        _ => 3,
    };
    let (area, local) = rest.split_at(area);
    let groups: &[usize] = match local.len() {
        8 => &[3, 3, 2],
        7 => &[3, 2, 2],
        6 => &[2, 2, 2],
        _ => &[3, 2],
    };
    format!("0{area}-{}", grouped(local, groups, ' '))
}

/// Splits digits into groups of these lengths. The remaining digits are the last group.
fn grouped(digits: &str, lengths: &[usize], between: char) -> String {
    let mut out = String::with_capacity(digits.len() + lengths.len());
    let mut rest = digits;
    for &length in lengths {
        let Some((group, more)) = rest.split_at_checked(length) else { break };
        if !out.is_empty() && !group.is_empty() {
            out.push(between);
        }
        out.push_str(group);
        rest = more;
    }
    if !rest.is_empty() && !out.is_empty() {
        out.push(between);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::{masked, readable};

    #[test]
    fn swedish_numbers_get_their_area_code_and_groups() {
        for (number, read) in [
            ("+46300834000", "0300-83 40 00"),
            ("+46701740605", "070-174 06 05"),
            ("+4687717000", "08-771 70 00"),
            ("+46812345678", "08-123 456 78"),
            ("+46317000000", "031-700 00 00"),
            ("+4630083400", "0300-834 00"),
        ] {
            assert_eq!(readable(number), read);
        }
    }

    #[test]
    fn other_numbers_keep_their_country() {
        assert_eq!(readable("+358401234567"), "+358 401 234 567");
    }

    #[test]
    fn a_masked_number_shows_where_it_is_and_how_it_ends() {
        for (number, shown) in [
            ("+46701740605", "070-*** ** 05"),
            ("+46300834000", "0300-** ** 00"),
            ("+46812345678", "08-*** *** 78"),
            ("+358401234505", "+358 ** *** ** 05"),
            ("+4745678905", "+47 * *** ** 05"),
            ("+4915112345605", "+49 **** *** ** 05"),
            ("+12025550105", "+1 *** *** ** 05"),
            ("+2901234", "+290 **3 4"),
            ("+46701", "***"),
            ("0701740605", "***"),
            ("", "***"),
        ] {
            assert_eq!(masked(number), shown);
        }
    }

    #[test]
    fn what_is_no_such_number_is_left_alone() {
        for number in ["", "+", "0300-83 40 00", "+46 x", "+4é", "+46123456789012"] {
            let read = readable(number);
            assert!(!read.contains("  "), "{read}");
            if !number.starts_with("+461") {
                assert_eq!(read, number);
            }
        }
    }
}
