use std::fmt::Write;

use proptest::prelude::{any, proptest};

use super::Offer;

/// Returns an offer for a room of `seats`, as browsers make it.
pub(crate) fn offer(seats: usize) -> String {
    let others = (1..seats).flat_map(|_| ["audio recvonly", "video recvonly"]);
    let sections: Vec<&str> = ["audio sendonly", "video sendonly", "video sendonly"]
        .into_iter()
        .chain(others)
        .chain(["video recvonly"])
        .collect();
    let mids: Vec<String> = (0..sections.len()).map(|mid| mid.to_string()).collect();
    let mut text = format!(
        "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE {}\r\n",
        mids.join(" ")
    );
    for (mid, section) in sections.iter().enumerate() {
        let (kind, direction) = section.split_once(' ').unwrap();
        let _ = write!(
            text,
            "m={kind} 9 UDP/TLS/RTP/SAVPF 96\r\na=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\na=ice-ufrag:abcd\r\n\
             a=ice-pwd:0123456789012345678901\r\na=fingerprint:sha-256 00\r\na=mid:{mid}\r\na={direction}\r\n"
        );
        if mid == 1 {
            text += "a=rid:l send\r\na=rid:h send\r\na=simulcast:send l;h\r\n";
        }
    }
    text
}

#[test]
fn an_offer_of_the_right_shape_is_read() {
    let offer = Offer::read(&offer(3), 3).unwrap();
    assert_eq!(
        (offer.up.audio.0.as_str(), offer.up.camera.0.as_str(), offer.up.screen.0.as_str()),
        ("0", "1", "2")
    );
    assert_eq!(
        offer.down.iter().map(|mid| mid.0.as_str()).collect::<Vec<_>>(),
        ["3", "4", "5", "6", "7"]
    );
    assert!(offer.up.simulcast);
}

#[test]
fn addresses_of_the_browser_are_left_out() {
    assert!(!Offer::read(&offer(2), 2).unwrap().text.contains("192.0.2.1"));
}

#[test]
fn another_number_of_sections_is_refused() {
    assert_eq!(Offer::read(&offer(3), 2).unwrap_err(), "too many sections");
    assert_eq!(Offer::read(&offer(2), 3).unwrap_err(), "too few sections");
}

#[test]
fn each_fault_is_named() {
    let right = offer(2);
    for (from, to, fault) in [
        ("a=ice-ufrag:abcd\r\n", "", "no ICE credentials"),
        ("a=ice-pwd:0123456789012345678901\r\n", "", "no ICE credentials"),
        ("a=fingerprint:sha-256 00\r\n", "", "no fingerprint"),
        ("a=sendonly", "a=sendrecv", "a section has the wrong direction"),
        ("a=recvonly", "a=inactive", "a section has the wrong direction"),
        ("m=audio", "m=video", "a section is of the wrong kind"),
        ("m=audio", "m=application", "a section is of the wrong kind"),
        ("m=video 9", "m=video 0", "a section is switched off"),
        ("a=mid:2\r\n", "", "a section has no name"),
        ("a=mid:2", "a=mid:1", "a section has a wrong name"),
        ("a=mid:2", "a=mid:a-name-that-is-too-long", "a section has a wrong name"),
        ("send l;h", "send l;h;x", "a section has the wrong layers"),
        ("a=rid:h send\r\n", "", "a section has the wrong layers"),
        ("a=group:BUNDLE 0 1", "a=group:BUNDLE 0", "the sections are not bundled"),
        ("a=sendonly", "a=sendonly\r\na=recvonly", "an attribute has two values"),
    ] {
        assert_eq!(Offer::read(&right.replace(from, to), 2).unwrap_err(), fault, "{from} as {to}");
    }
    assert_eq!(Offer::read(&" ".repeat(65_537), 2).unwrap_err(), "too long");
}

proptest! {
    #[test]
    fn no_text_is_too_odd_to_be_refused(noise in any::<String>(), at in any::<proptest::sample::Index>()) {
        let mut text = offer(2);
        text.insert_str(at.index(text.len()), &noise);
        let _ = Offer::read(&text, 2);
        let _ = Offer::read(&noise, 2);
    }
}
