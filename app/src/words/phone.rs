//! Phone numbers as people read them.

/// A number in E.164 as it is written: Swedish ones with area code and groups, others in groups of
/// three after the plus. Anything else is left as it is.
pub fn readable(number: &str) -> String {
    let Some(digits) = number.strip_prefix('+').filter(|d| d.bytes().all(|b| b.is_ascii_digit()))
    else {
        return number.to_owned();
    };
    match digits.strip_prefix("46") {
        Some(rest) if (7..=9).contains(&rest.len()) => swedish(rest),
        _ => format!("+{}", grouped(digits, &[3; 5], ' ')),
    }
}

/// Area codes of two digits, besides those of mobile phones.
const SHORT_AREAS: [&str; 21] = [
    "10", "11", "13", "16", "18", "19", "21", "23", "26", "31", "33", "35", "36", "40", "42", "44",
    "46", "54", "60", "63", "90",
];

fn swedish(rest: &str) -> String {
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

/// Digits in groups of these lengths, the rest in a last one.
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
    use super::readable;

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
