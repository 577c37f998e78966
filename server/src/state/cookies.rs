//! The two cookies: session and language.

use crate::config::Origin;
use app::{
    backend::{Device, Visitor},
    wire::Language,
};
use axum::http::{HeaderMap, header};

/// The length of a session's value. In characters: 32 bytes in base64url.
const SESSION_LENGTH: usize = 43;

/// A year. In seconds.
const YEAR: u32 = 365 * 24 * 3600;

/// The names and attributes of the cookies. Over https, browsers bind them to this host and to https.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cookies {
    https: bool,
}

impl Cookies {
    /// Creates the cookies for pages of this origin.
    pub fn of(origin: &Origin) -> Self {
        Self { https: origin.is_https() }
    }

    /// Returns the visitor that a browser's cookies name.
    pub fn visitor(self, headers: &HeaderMap) -> Visitor {
        let session = sent(headers, self.session_name()).filter(|value| is_session(value));
        let language = sent(headers, self.language_name())
            .and_then(|value| std::str::from_utf8(value).ok())
            .and_then(Language::from_tag);
        let session = session.and_then(|value| String::from_utf8(value.to_vec()).ok());
        Visitor { session, language, device: Device::default(), ..Visitor::default() }
    }

    /// Returns a `Set-Cookie` value that keeps a session until the browser is closed.
    pub fn keep_session(self, value: &str) -> String {
        format!("{}={value}; {}", self.session_name(), self.attributes())
    }

    /// Returns a `Set-Cookie` value that deletes the session.
    pub fn drop_session(self) -> String {
        format!("{}=; {}; Max-Age=0", self.session_name(), self.attributes())
    }

    /// Returns a `Set-Cookie` value that keeps the language for a year.
    pub fn keep_language(self, language: Language) -> String {
        format!(
            "{}={}; {}; Max-Age={YEAR}",
            self.language_name(),
            language.tag(),
            self.attributes()
        )
    }

    fn session_name(self) -> &'static str {
        if self.https { "__Host-anslut" } else { "anslut" }
    }

    fn language_name(self) -> &'static str {
        if self.https { "__Host-anslut-language" } else { "anslut-language" }
    }

    fn attributes(self) -> &'static str {
        if self.https {
            "Secure; HttpOnly; SameSite=Lax; Path=/"
        } else {
            "HttpOnly; SameSite=Lax; Path=/"
        }
    }
}

/// Returns the only value under a name. Browsers send ours once. If values differ, somebody has planted one,
/// and none can be trusted.
fn sent<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h [u8]> {
    let mut values = headers
        .get_all(header::COOKIE)
        .iter()
        .flat_map(|header| header.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|pair| {
            let pair = pair.trim_ascii();
            let at = pair.iter().position(|byte| *byte == b'=')?;
            (&pair[..at] == name.as_bytes()).then(|| &pair[at + 1..])
        });
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

fn is_session(value: &[u8]) -> bool {
    value.len() == SESSION_LENGTH
        && value.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    const HTTPS: Cookies = Cookies { https: true };
    const LOOPBACK: Cookies = Cookies { https: false };

    fn visitor(cookies: Cookies, lines: &[&[u8]]) -> Visitor {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, HeaderValue::from_bytes(line).expect("a value"));
        }
        cookies.visitor(&headers)
    }

    fn session(cookies: Cookies, lines: &[&str]) -> Option<String> {
        let lines: Vec<&[u8]> = lines.iter().map(|line| line.as_bytes()).collect();
        visitor(cookies, &lines).session
    }

    fn value(letter: &str) -> String {
        letter.repeat(SESSION_LENGTH)
    }

    #[test]
    fn the_session_is_marked_as_browsers_need_it() {
        assert_eq!(
            HTTPS.keep_session("V"),
            "__Host-anslut=V; Secure; HttpOnly; SameSite=Lax; Path=/"
        );
        assert_eq!(LOOPBACK.keep_session("V"), "anslut=V; HttpOnly; SameSite=Lax; Path=/");
        assert_eq!(LOOPBACK.drop_session(), "anslut=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
        assert_eq!(
            HTTPS.keep_language(Language::English),
            "__Host-anslut-language=en; Secure; HttpOnly; SameSite=Lax; Path=/; Max-Age=31536000"
        );
    }

    #[test]
    fn what_is_set_is_read_back() {
        for cookies in [HTTPS, LOOPBACK] {
            let cookie = |set: String| set.split(';').next().unwrap_or_default().to_owned();
            let line = format!(
                "{}; {}",
                cookie(cookies.keep_session(&value("a"))),
                cookie(cookies.keep_language(Language::English)),
            );
            let visitor = visitor(cookies, &[line.as_bytes()]);
            assert_eq!(visitor.session, Some(value("a")));
            assert_eq!(visitor.language, Some(Language::English));
        }
    }

    #[test]
    fn a_session_is_found_among_other_cookies() {
        let a = value("a");
        for lines in [
            &[format!("x=1;anslut={a}")][..],
            &[format!("anslut-language=xx; anslut={a} ; y")],
            &["x=1".into(), format!("anslut={a}")],
            &[format!("anslut={a}; anslut={a}")],
            &[format!(";;=; ={a}; Anslut=x; anslut={a};")],
        ] {
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            assert_eq!(session(LOOPBACK, &lines), Some(a.clone()), "{lines:?}");
        }
    }

    #[test]
    fn a_planted_or_malformed_session_is_none() {
        let (a, b) = (value("a"), value("b"));
        for lines in [
            &[format!("anslut={a}; anslut={b}")][..],
            &[format!("anslut={a}"), format!("anslut={b}")],
            &[format!("anslut={a}; anslut=")],
            &["anslut=".into()],
            &["anslut".into()],
            &[format!("anslut={a}a")],
            &[format!("anslut=\"{}\"", "a".repeat(41))],
            &[format!("anslut={}%", "a".repeat(42))],
            &[format!("__Host-anslut={a}")],
        ] {
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            assert_eq!(session(LOOPBACK, &lines), None, "{lines:?}");
        }
        assert_eq!(session(HTTPS, &[&format!("anslut={a}")]), None);
    }

    #[test]
    fn cookies_that_are_no_text_do_no_harm() {
        let mut line = b"x=\xff\xfe; anslut-language=\xff; anslut=".to_vec();
        line.extend(value("a").bytes());
        let visitor = visitor(LOOPBACK, &[&line]);
        assert_eq!((visitor.session, visitor.language), (Some(value("a")), None));
    }

    proptest! {
        #[test]
        fn whatever_is_sent_a_session_has_its_shape(
            lines in prop::collection::vec("(anslut|[a-z ]{0,3})[=;]{0,2}[a-zA-Z_-]{40,44}[;=]?", 0..4)
        ) {
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            if let Some(session) = session(LOOPBACK, &lines) {
                prop_assert!(is_session(session.as_bytes()));
            }
        }
    }
}
