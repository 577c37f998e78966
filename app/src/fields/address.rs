//! E-mail addresses, as senders book them and as visitors type or paste them.

use super::{code::is_dash, hidden::is_hidden};
use crate::wire::Problem;
use icu_normalizer::ComposingNormalizerBorrowed;
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

/// An e-mail address. Two are equal if people take them for the same.
#[derive(Clone, Debug, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The longest address that mail can carry (RFC 5321, 4.5.3.1.3, less the angle brackets).
    pub const MAX: usize = 254;

    /// Parses a typed address. Invisible characters are dropped, and characters that programs substitute for
    /// ASCII are replaced by ASCII.
    pub fn parse(typed: &str) -> Result<Self, Problem> {
        Self::understood(plain(typed).trim())
    }

    /// Parses the address of a recipient without replacing anything, so that mail goes to the address as
    /// written. An address with invisible characters is malformed.
    pub fn booked(text: &str) -> Result<Self, Problem> {
        if text.contains(is_hidden) {
            return Err(Problem::AddressMalformed);
        }
        Self::understood(text.trim())
    }

    fn understood(text: &str) -> Result<Self, Problem> {
        if text.is_empty() {
            return Err(Problem::AddressMissing);
        }
        let text = ComposingNormalizerBorrowed::new_nfc().normalize(text);
        let (local, domain) = text.rsplit_once('@').ok_or(Problem::AddressMalformed)?;
        let plain = |c: char| !c.is_control() && !c.is_whitespace() && !"<>()[],;:\\\"".contains(c);
        let wire = ascii(domain).ok_or(Problem::AddressMalformed)?;
        let good = text.len() <= Self::MAX
            && local.len() + 1 + wire.len() <= Self::MAX
            && (1..=64).contains(&local.len())
            && local.chars().all(|c| plain(c) && !is_at(c))
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && wire.contains('.')
            && wire.split('.').all(|label| (1..=63).contains(&label.len()));
        if good { Ok(Self(text.into_owned())) } else { Err(Problem::AddressMalformed) }
    }

    /// Returns the address as written, without what was dropped.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the form in which addresses are compared.
    pub fn folded(&self) -> String {
        comparable(&self.0)
    }
}

impl PartialEq for EmailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.folded() == other.folded()
    }
}

/// Returns the form in which addresses and their substitutes are compared: composed, without invisible
/// characters, case and width, with the domain as DNS has it. Never send mail to it. Mail goes to the address
/// as booked.
pub fn comparable(text: &str) -> String {
    let plain = plain(text);
    match plain.trim().rsplit_once('@') {
        Some((local, domain)) => {
            let domain = ascii(domain).unwrap_or_else(|| folded(domain));
            format!("{}@{domain}", folded(local))
        }
        None => folded(plain.trim()),
    }
}

/// Returns a text without invisible characters, and with ASCII for the characters that programs and keyboards
/// substitute for it.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| !is_hidden(*c))
        .map(|c| match c {
            c if is_at(c) => '@',
            // Quotation marks, primes and freestanding accents.
            '\u{b4}'
            | '\u{2b9}'
            | '\u{2bb}'..='\u{2bd}'
            | '\u{2c8}'
            | '\u{2018}'..='\u{201b}'
            | '\u{2032}'
            | '\u{2035}'
            | '\u{a78c}'
            | '\u{ff07}' => '\'',
            '\u{3002}' | '\u{ff0e}' | '\u{ff61}' => '.',
            c if is_dash(c) => '-',
            c => c,
        })
        .collect()
}

/// `true` for an at sign of any width.
const fn is_at(c: char) -> bool {
    matches!(c, '@' | '\u{ff20}' | '\u{fe6b}')
}

/// Returns a text composed, without case and width (as `NFKC_Casefold` does).
fn folded(text: &str) -> String {
    let compose = ComposingNormalizerBorrowed::new_nfkc();
    // Lowercasing a whole text would turn a sigma at the end of a word into another letter.
    let lower: String = compose.normalize(text).chars().flat_map(char::to_lowercase).collect();
    compose.normalize(&lower).into_owned()
}

/// Returns a domain as DNS has it (UTS 46), without invisible characters. `None` if it is invalid.
fn ascii(domain: &str) -> Option<String> {
    let uts46 = Uts46::new();
    let (deny, hyphens) = (AsciiDenyList::STD3, Hyphens::CheckFirstLast);
    // `xn--` can encode invisible characters too, and mail programs show it decoded.
    let (letters, judged) = uts46.to_unicode(domain.as_bytes(), deny, hyphens);
    judged.ok()?;
    let seen: String = letters.chars().filter(|c| !is_hidden(*c)).collect();
    let ascii = uts46.to_ascii(seen.as_bytes(), deny, hyphens, DnsLength::Ignore).ok()?;
    Some(ascii.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> EmailAddress {
        EmailAddress::parse(text).unwrap_or_else(|_| panic!("{}", text.escape_unicode()))
    }

    fn booked(text: &str) -> EmailAddress {
        EmailAddress::booked(text).unwrap_or_else(|_| panic!("{}", text.escape_unicode()))
    }

    #[test]
    fn an_address_is_trimmed_and_compared_without_case() {
        let address = typed("  Anna@Example.ORG\u{a0}");
        assert_eq!(address.as_str(), "Anna@Example.ORG");
        assert_eq!(address, typed("anna@example.org"));
    }

    #[test]
    fn a_domain_is_the_same_in_letters_and_in_ascii() {
        for (one, other) in [
            ("anna@åmål.example", "anna@xn--ml-xiab.example"),
            ("anna@ÅMÅL.example", "anna@XN--ML-XIAB.EXAMPLE"),
            ("anna@a\u{30a}ma\u{30a}l.example", "anna@åmål.example"),
            ("anna@örebro.example", "anna@o\u{308}rebro.example"),
            ("anna@ｅｘａｍｐｌｅ．ｏｒｇ", "anna@example.org"),
            ("anna@example\u{3002}org", "anna@example.org"),
            ("anna@straße.example", "anna@xn--strae-oqa.example"),
        ] {
            assert_eq!(booked(one), typed(other), "{one}");
            assert_eq!(booked(other), typed(one), "{one}");
        }
        // Different domains since IDNA 2008, though older programs mapped one to the other.
        assert_ne!(typed("anna@straße.example"), typed("anna@strasse.example"));
    }

    #[test]
    fn what_can_t_be_seen_is_dropped_from_what_is_typed() {
        let right = booked("anna@åmål.example");
        let ranges = ['\u{200b}'..='\u{200f}', '\u{202a}'..='\u{202e}', '\u{2060}'..='\u{2069}'];
        for c in ranges.into_iter().flatten().chain(['\u{ad}', '\u{61c}', '\u{3164}', '\u{feff}']) {
            for text in [
                format!("{c}anna@åmål.example"),
                format!("an{c}na@åmål.example"),
                format!("anna{c}@{c}åmål.example"),
                format!("anna@åm{c}ål.example"),
                format!("anna@åmål.example{c}"),
                format!(" {c} anna@xn--ml-{c}xiab.example {c}\t"),
            ] {
                assert_eq!(typed(&text), right, "{}", text.escape_unicode());
                assert!(!typed(&text).as_str().contains(c));
            }
        }
    }

    #[test]
    fn what_programs_put_for_ascii_is_taken_for_it() {
        for (invited, text) in [
            ("o'brien@example.org", "o\u{2019}brien@example.org"),
            ("o'brien@example.org", "o\u{2018}brien@example.org"),
            ("o'brien@example.org", "o\u{2bc}brien@example.org"),
            ("o'brien@example.org", "o\u{b4}brien@example.org"),
            ("anna-k@example.org", "anna\u{2011}k@example.org"),
            ("anna-k@example.org", "anna\u{2013}k@example.org"),
            ("anna-k@example.org", "anna\u{2212}k@ex\u{ad}ample.org"),
            ("anna@ex-ample.org", "anna@ex\u{2011}ample.org"),
            ("anna@example.org", "anna\u{ff20}example.org"),
            ("anna@example.org", "ａｎｎａ＠ｅｘａｍｐｌｅ．ｏｒｇ"),
            ("åsa@example.org", "a\u{30a}sa@example.org"),
            ("ÅSA@example.org", "a\u{30a}sa@example.org"),
            ("anna@example.org", "\u{3000}anna@example.org\u{2003}\t"),
        ] {
            assert_eq!(booked(invited), typed(text), "{}", text.escape_unicode());
        }
        assert_eq!(typed("o\u{2019}brien@example.org").as_str(), "o'brien@example.org");
        assert_ne!(typed("asa@example.org"), typed("åsa@example.org"));
        assert_ne!(typed("anna.k@example.org"), typed("anna-k@example.org"));
    }

    #[test]
    fn an_address_is_booked_as_it_stands_and_seen_whole() {
        assert_eq!(booked(" a\u{30a}sa@ÅMÅL.example ").as_str(), "åsa@ÅMÅL.example");
        for c in ['\u{200b}', '\u{202a}', '\u{ad}', '\u{feff}', '\u{3164}', '\u{2800}', '\u{200d}']
        {
            for text in [
                format!("an{c}na@example.org"),
                format!("{c}anna@example.org"),
                format!("anna@example.org{c}"),
            ] {
                let got = EmailAddress::booked(&text);
                assert_eq!(got, Err(Problem::AddressMalformed), "{}", text.escape_unicode());
            }
        }
    }

    #[test]
    fn comparing_once_more_changes_nothing() {
        for text in [
            "Anna@ÅMÅL.example",
            "o\u{2019}brien@ex\u{ad}ample.org",
            "+46701740605",
            "anna@åmål.example 0e5f6d0a-6d5b-4a57-9f5c-0c1f4a0f7d11",
            "\u{212a}im@xn--a.example",
            "",
        ] {
            let once = comparable(text);
            assert_eq!(comparable(&once), once, "{text}");
        }
        assert_eq!(comparable("+46701740605"), "+46701740605");
    }

    #[test]
    fn what_is_no_address_is_told_from_nothing_at_all() {
        for nothing in [" \t", "\u{200b}", "\u{feff} "] {
            assert_eq!(EmailAddress::parse(nothing), Err(Problem::AddressMissing));
        }
        let long = format!("{}@example.org", "a".repeat(65));
        let wide = format!("a@{}.org", "b.".repeat(150));
        // At most 63 bytes as written, but more in ASCII.
        let label = format!("a@{}.example", "å".repeat(60));
        for typed in [
            "anna",
            "anna@",
            "@example.org",
            "a b@example.org",
            "a@b",
            "a@@b.se",
            "a..b@c.se",
            ".a@b.se",
            "a@-b.se",
            "a@b-.se",
            "a@b..se",
            "a@b_c.se",
            "a@xn--a.se",
            "a@b.se\r\nBcc: x@y.z",
            "a@b.se\0",
            "<a@b.se>",
            "a＠b@c.se",
            &long,
            &wide,
            &label,
        ] {
            assert_eq!(EmailAddress::parse(typed), Err(Problem::AddressMalformed), "{typed}");
            assert_eq!(EmailAddress::booked(typed), Err(Problem::AddressMalformed), "{typed}");
        }
    }
}
