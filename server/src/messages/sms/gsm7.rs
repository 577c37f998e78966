//! GSM-7, the alphabet of SMS (3GPP TS 23.038, 6.2.1). A part has 160 characters of it, or 70 of any other
//! text.

/// The characters that take one septet.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡\
    ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// The characters of the extension table, which take two septets.
const EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// Returns the number of septets of a text. `None` if a character is not in the alphabet.
pub fn septets(text: &str) -> Option<usize> {
    text.chars().map(context).sum()
}

fn context(c: char) -> Option<usize> {
    if BASIC.contains(c) { Some(1) } else { EXTENDED.contains(c).then_some(2) }
}

/// Replaces characters that the alphabet lacks with similar ones: typographic dashes and quotation marks, and
/// letters with diacritics. A character without a similar one stays.
pub(crate) fn likened(text: &str) -> String {
    let mut like = String::with_capacity(text.len());
    for c in text.chars() {
        match likeness(c).filter(|_| context(c).is_none()) {
            Some(written) => like.push_str(written),
            None => like.push(c),
        }
    }
    like
}

const fn likeness(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '·' | '•' => "-",
        '‘' | '’' | '‚' | '´' | '`' => "'",
        '“' | '”' | '„' | '«' | '»' => "\"",
        '…' => "...",
        'á' | 'â' | 'ã' | 'ā' => "a",
        'Á' | 'À' | 'Â' | 'Ã' | 'Ā' => "A",
        'ç' | 'č' | 'ć' => "c",
        'Č' | 'Ć' => "C",
        'đ' | 'ð' => "d",
        'Đ' | 'Ð' => "D",
        'ê' | 'ë' | 'ē' | 'ě' => "e",
        'È' | 'Ê' | 'Ë' | 'Ē' | 'Ě' => "E",
        'í' | 'î' | 'ï' | 'ī' => "i",
        'Í' | 'Ì' | 'Î' | 'Ï' | 'Ī' => "I",
        'ŋ' | 'ń' => "n",
        'Ŋ' | 'Ń' => "N",
        'ó' | 'ô' | 'õ' | 'ō' => "o",
        'Ó' | 'Ò' | 'Ô' | 'Õ' | 'Ō' => "O",
        'š' | 'ś' => "s",
        'Š' | 'Ś' => "S",
        'ŧ' | 'ť' => "t",
        'Ŧ' | 'Ť' => "T",
        'ú' | 'û' | 'ū' => "u",
        'Ú' | 'Ù' | 'Û' | 'Ū' => "U",
        'ý' | 'ÿ' => "y",
        'Ý' => "Y",
        'ž' | 'ź' | 'ż' | 'ʒ' | 'ǯ' => "z",
        'Ž' | 'Ź' | 'Ż' | 'Ʒ' | 'Ǯ' => "Z",
        'ł' => "l",
        'Ł' => "L",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_alphabet_is_whole() {
        let letters: HashSet<char> = BASIC.chars().collect();
        // One of the 128 positions leads to the extension table.
        assert_eq!((BASIC.chars().count(), letters.len()), (127, 127));
        assert_eq!(EXTENDED.chars().count(), 10);
        assert!(EXTENDED.chars().all(|c| !letters.contains(&c)));
    }

    #[test]
    fn letters_are_counted_in_septets() {
        for (text, count) in [
            ("", Some(0)),
            ("Mölndals stad, Åsa & Ä\n", Some(23)),
            ("[€]", Some(6)),
            ("ç", None),
            ("á", None),
            ("–", None),
            ("🙂", None),
        ] {
            assert_eq!(septets(text), count, "{text}");
        }
    }

    #[test]
    fn what_the_alphabet_lacks_is_likened_where_it_can_be() {
        for (text, like) in [
            ("Kiruna kommun – Girona gielda", "Kiruna kommun - Girona gielda"),
            ("Jåhkåmåhke suohkan “Váisa”", "Jåhkåmåhke suohkan \"Vaisa\""),
            ("Ängelholm…", "Ängelholm..."),
            ("市", "市"),
        ] {
            assert_eq!(likened(text), like);
        }
    }
}
