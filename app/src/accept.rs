//! Content negotiation: the media types and encodings that a request prefers (RFC 9110, 12.5.1).

use axum::http::{HeaderMap, HeaderName, header};

/// Returns `true` if a request prefers one media type to the usual one. If both have the same weight, the one
/// that is named more exactly is preferred.
pub fn prefers(headers: &HeaderMap, wanted: &str, usual: &str) -> bool {
    let wishes = wishes(headers, &header::ACCEPT);
    let wanted = weight(&wishes, wanted);
    wanted.0 > 0 && wanted > weight(&wishes, usual)
}

/// Returns the items of a header in lower case, with their weights in thousandths. A weight is `None` if it
/// is invalid.
pub fn wishes(headers: &HeaderMap, name: &HeaderName) -> Vec<(String, Option<u16>)> {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|wish| {
            let mut parts = wish.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default().to_ascii_lowercase();
            let weight = parts
                .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
                .map_or(Some(1000), thousandths);
            (name, weight)
        })
        .collect()
}

/// Returns the weight of a media type and how exactly it is named. The most exact name decides.
fn weight(wishes: &[(String, Option<u16>)], media: &str) -> (u16, u8) {
    let all = media.split_once('/').map(|(kind, _)| format!("{kind}/*")).unwrap_or_default();
    let exact = |name: &str| match name {
        name if name == media => Some(2),
        name if name == all => Some(1),
        "*/*" => Some(0),
        _ => None,
    };
    wishes
        .iter()
        .filter_map(|(name, weight)| Some((exact(name)?, (*weight)?)))
        .max()
        .map_or((0, 0), |(exact, weight)| (weight, exact))
}

/// Parses a weight: `0.5` is 500. `None` for anything but a number from 0 to 1 with at most three decimals.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, decimals) = weight.split_once('.').unwrap_or((weight, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths = format!("{decimals:0<3}").parse().ok()?;
    match (whole, thousandths) {
        ("0", part) => Some(part),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn asks(accept: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        for value in accept {
            headers.append(header::ACCEPT, HeaderValue::from_str(value).expect("a value"));
        }
        prefers(&headers, "application/json", "text/html")
    }

    #[test]
    fn a_view_is_for_who_would_rather_have_json() {
        for accept in [
            "application/json",
            "Application/JSON",
            "application/json;charset=utf-8",
            "application/json; q=0.001",
            "application/json, text/plain, */*",
            "application/json, text/html;q=0.9",
            "text/html;q=0.5, application/json;q=0.6",
            "text/html;q=0, */*",
            "text/*;q=0.1, application/*;q=0.2",
            "*/*;q=0.5, application/json;q=0.6",
            "application/json;q=1.0",
        ] {
            assert!(asks(&[accept]), "{accept}");
        }
        assert!(asks(&["text/html;q=0.3", "application/json"]));
    }

    #[test]
    fn a_page_is_for_everybody_else() {
        for accept in [
            "",
            "*/*",
            "text/html",
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
            "text/html, application/json",
            "text/html, application/json;q=0.9",
            "application/json;q=0",
            "application/json;q=0.000, */*",
            "application/json;q=0, text/html;q=0",
            "application/*;q=0.5, text/html",
            // Names that only look like it, and invalid weights.
            "application/jsonp",
            "xapplication/json",
            "application/problem+json",
            "application/json;q=2",
            "application/json;q=0.1234",
            "application/json;q=-1, text/html;q=0.1",
            "application/json;q=",
            "application/json;q=a",
            ";;;,,,/",
        ] {
            assert!(!asks(&[accept]), "{accept}");
        }
        assert!(!asks(&[]));
        assert!(!asks(&["application/json;q=0.3", "text/html"]));
    }
}
