//! The device of a request, as its headers describe it.

use super::{client_ip::ClientIp, in_app::is_in_app};
use app::backend::Device;
use axum::http::{HeaderMap, header};

/// The part of a `User-Agent` that is kept. In characters.
const LONGEST_NAME: usize = 256;

/// Parts of a `User-Agent` that belong to phones and tablets.
const HANDHELD: [&str; 5] = ["Mobi", "Android", "iPhone", "iPad", "Tablet"];

/// Returns the device that a request comes from.
pub(super) fn device(headers: &HeaderMap, client: Option<ClientIp>) -> Device {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let agent = text(header::USER_AGENT.as_str()).unwrap_or_default();
    let handheld = match text("sec-ch-ua-mobile") {
        Some("?1") => true,
        _ => HANDHELD.iter().any(|name| agent.contains(name)),
    };
    Device {
        address: client.map(|client| client.0),
        agent: agent.chars().take(LONGEST_NAME).collect(),
        handheld,
        in_app: headers.get(header::USER_AGENT).is_some_and(|value| is_in_app(value.as_bytes())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    fn of(headers: &[(&str, &str)]) -> Device {
        let mut request = Request::builder();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        device(request.body(()).expect("a request").headers(), None)
    }

    #[test]
    fn phones_and_tablets_are_told_from_computers() {
        for (agent, handheld) in [
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148", true),
            ("Mozilla/5.0 (Linux; Android 14; SM-X910) AppleWebKit/537.36", true),
            ("Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X)", true),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0", false),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", false),
            ("", false),
        ] {
            assert_eq!(of(&[("user-agent", agent)]).handheld, handheld, "{agent}");
        }
        assert!(of(&[("sec-ch-ua-mobile", "?1")]).handheld);
        assert!(!of(&[("sec-ch-ua-mobile", "?0")]).handheld);
    }

    #[test]
    fn a_long_name_is_cut() {
        assert_eq!(of(&[("user-agent", &"x".repeat(5_000))]).agent.len(), LONGEST_NAME);
    }
}
