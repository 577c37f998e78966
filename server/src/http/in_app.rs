//! The browsers that are a part of another app: of mail programs and social networks.
//!
//! They often have no camera and no microphone, and their cookies are not those of the phone's browser. A visitor who
//! opens an invitation there is advised to leave before anything is proven.

/// The longest part of a `User-Agent` that is read, in bytes. Apps write their marks at its end.
const READ: usize = 2_048;

/// Marks of apps, in any case.
const APPS: [&str; 26] = [
    "fban/",
    "fbav/",
    "fb_iab/",
    "instagram",
    "threads ",
    "barcelona ",
    " line/",
    "snapchat",
    "linkedinapp",
    "twitter for ",
    "twitterandroid",
    "pinterest/",
    "micromessenger",
    "bytedancewebview",
    "musical_ly",
    "tiktok",
    "kakaotalk",
    "naver(inapp",
    "whatsapp/",
    "telegram",
    "viber/",
    "reddit/",
    " gsa/",
    "outlook-",
    "yahoomail",
    "teamsmobile",
];

/// `true` if a `User-Agent` is that of a browser within an app.
pub(super) fn is_in_app(agent: &[u8]) -> bool {
    let agent = String::from_utf8_lossy(&agent[..agent.len().min(READ)]).to_ascii_lowercase();
    let has = |mark: &str| agent.contains(mark);
    // An app for Android shows pages in the system's WebView, which says so.
    let android = has("android") && has("; wv)");
    // Every browser for Apple's systems calls itself Safari, and the view that apps have does not.
    let apple = ["iphone", "ipad", "ipod", "macintosh"].into_iter().any(has);
    let apple = apple && has("applewebkit/") && !has("safari/");
    android || apple || APPS.into_iter().any(has)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like \
                          Gecko)";
    const ANDROID: &str = "Mozilla/5.0 (Linux; Android 14; SM-S911B";

    #[test]
    fn browsers_within_apps_are_known() {
        for agent in [
            format!("{IPHONE} Mobile/15E148"),
            format!(
                "{IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/454.0.0.31.109;FBBV/567052743;FBDV/iPhone14,2;FBMD/iPhone]"
            ),
            format!("{IPHONE} Mobile/15E148 Instagram 321.0.0.14.109 (iPhone15,2; iOS 17_4; sv_SE; scale=3.00)"),
            format!("{IPHONE} Mobile/15E148 Safari Line/14.1.0"),
            format!("{IPHONE} Version/17.4 Mobile/15E148 Snapchat/12.79.0.38 (like Safari/8617.2.4, panda)"),
            format!("{IPHONE} Mobile/15E148 [LinkedInApp]/9.29.7539"),
            format!("{IPHONE} GSA/307.0.614230404 Mobile/15E148 Safari/604.1"),
            format!("{IPHONE} Mobile/15E148 Twitter for iPhone/10.30"),
            format!("{IPHONE} Mobile/15E148 musical_ly_33.1.0 JsSdk/2.0 NetType/WIFI BytedanceWebview/d8a21c6"),
            format!("{IPHONE} Mobile/15E148 MicroMessenger/8.0.47(0x18002f2c) NetType/WIFI Language/sv"),
            format!("{IPHONE} Mobile/15E148 Safari/604.1 Outlook-iOS/711.2 (KHTML, like Gecko)"),
            "Mozilla/5.0 (iPad; CPU OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148".to_owned(),
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)".to_owned(),
            format!(
                "{ANDROID} Build/UP1A.231005.007; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 \
                 Chrome/122.0.6261.64 Mobile Safari/537.36"
            ),
            format!(
                "{ANDROID}; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/122.0.0.0 Mobile Safari/537.36 \
                 [FB_IAB/FB4A;FBAV/453.0.0.37.107;FBCR/Tél\u{e9}nor]"
            ),
            format!("{ANDROID}) AppleWebKit/537.36 Chrome/122.0.0.0 Mobile Safari/537.36 GSA/15.10.31.28.arm64"),
        ] {
            assert!(is_in_app(agent.as_bytes()), "{agent}");
        }
    }

    #[test]
    fn browsers_are_not_taken_for_apps() {
        for agent in [
            String::new(),
            "curl/8.5.0".to_owned(),
            format!("{IPHONE} Version/17.4 Mobile/15E148 Safari/604.1"),
            format!("{IPHONE} CriOS/122.0.6261.89 Mobile/15E148 Safari/604.1"),
            format!("{IPHONE} FxiOS/123.0 Mobile/15E148 Safari/605.1.15"),
            format!("{IPHONE} Version/17.0 EdgiOS/122.0.2365.86 Mobile/15E148 Safari/605.1.15"),
            format!("{IPHONE} Version/17.4 Mobile/15E148 DuckDuckGo/7 Safari/605.1.15"),
            format!("{IPHONE} Version/17.4 Mobile/15E148 Safari/604.1 OPT/4.5.1"),
            format!("{ANDROID}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Mobile Safari/537.36"),
            format!(
                "{ANDROID}) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/24.0 Chrome/117.0.0.0 Mobile \
                 Safari/537.36"
            ),
            format!("{ANDROID}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Mobile Safari/537.36 EdgA/122.0"),
            "Mozilla/5.0 (Android 14; Mobile; rv:123.0) Gecko/123.0 Firefox/123.0".to_owned(),
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 \
             Safari/605.1.15"
                .to_owned(),
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:123.0) Gecko/20100101 Firefox/123.0".to_owned(),
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 \
             Safari/537.36 Edg/122.0.0.0"
                .to_owned(),
            "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0".to_owned(),
        ] {
            assert!(!is_in_app(agent.as_bytes()), "{agent}");
        }
    }

    #[test]
    fn a_mark_is_read_behind_bytes_that_are_no_text_and_not_without_end() {
        assert!(is_in_app(b"Mozilla/5.0 (X) [FBCR/T\xe9l\xe9nor;FBAV/453.0]"));
        assert!(!is_in_app(&[&[b'x'; READ][..], b" FBAV/453.0"].concat()));
    }

    proptest! {
        #[test]
        fn any_bytes_have_an_answer(agent: Vec<u8>) {
            is_in_app(&agent);
        }
    }
}
