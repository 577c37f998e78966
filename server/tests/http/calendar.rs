//! The opened invitation's calendar entry.

use axum::http::Method;
use test_support::test_app::{ANNA, DAY, HOUR, MINUTE, TestApp};

#[tokio::test]
async fn whoever_has_identified_gets_an_entry_that_leads_back_and_never_to_the_room() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.browser();
    browser.identify(&app, &invitation).await;
    let page = browser.get(&invitation.path()).await;
    let path = invitation.step("invitation.ics");
    assert!(page.text().contains(&format!("href=\"{path}\"")), "the page offers it");
    let file = browser.get(&path).await;
    assert_eq!(file.status, 200);
    assert!(file.header("content-type").starts_with("text/calendar"));
    assert!(file.header("content-disposition").starts_with("attachment"));
    assert_eq!(file.header("cache-control"), "no-store");
    // Long lines are folded (RFC 5545, 3.1).
    let text = file.text().replace("\r\n ", "");
    assert!(text.starts_with("BEGIN:VCALENDAR\r\n"), "{text}");
    for part in ["BEGIN:VTIMEZONE", "DTSTART;TZID=Europe/Stockholm:20261201T090500", "VEVENT"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(text.contains(&format!("{}{}", app.origin, invitation.path())), "{text}");
    for secret in ["video.example", "Uppföljningsmöte", "Vi går igenom planen"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[tokio::test]
async fn whoever_has_not_identified_is_led_to_the_invitation() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let path = invitation.step("invitation.ics");
    let browser = app.browser();
    for _ in 0..2 {
        let page = browser.get(&path).await;
        assert_eq!(page.status, 303);
        assert_eq!(page.header("location"), invitation.step("invitation"));
        assert!(!page.text().contains("VCALENDAR"));
        browser.begin(&invitation).await;
    }
    browser.identify(&app, &invitation).await;
    assert_eq!(browser.get(&path).await.status, 200);
    app.forward(MINUTE * 30).await;
    assert_eq!(browser.get(&path).await.status, 303, "the session has ended");
}

#[tokio::test]
async fn one_invitation_s_proof_opens_no_other_s_entry() {
    let app = TestApp::start().await;
    let first = app.invite(ANNA).await;
    let second = app.invite("bo@example.org").await;
    let browser = app.browser();
    browser.identify(&app, &first).await;
    assert_eq!(browser.get(&second.step("invitation.ics")).await.status, 303);
}

#[tokio::test]
async fn a_mail_s_entry_and_the_page_s_are_of_one_meeting() {
    let app = TestApp::start().await;
    let invitation = app.invite_to(&app.meeting(DAY, &[ANNA])).await;
    let browser = app.browser();
    browser.identify(&app, &invitation).await;
    let file = browser.get(&invitation.step("invitation.ics")).await.text();
    let mail = app.mail(ANNA).await;
    let attached = mail[0].rendered.calendar.clone().expect("an entry").text;
    let line = |text: &str, name: &str| {
        let text = text.replace("\r\n ", "");
        let line = text.lines().find(|line| line.starts_with(name)).map(str::to_owned);
        line.unwrap_or_else(|| panic!("no {name} in {text}"))
    };
    for name in ["UID:", "SEQUENCE:", "ORGANIZER", "ATTENDEE", "DTSTART", "DTEND"] {
        let at = if name.starts_with("DT") { "BEGIN:VEVENT" } else { "" };
        let part = |text: &str| text.split_once(at).map_or(String::new(), |(_, it)| it.to_owned());
        assert_eq!(line(&part(&file), name), line(&part(&attached), name));
    }
    let other = app.invite_to(&app.meeting(DAY + HOUR, &["bo@example.org"])).await;
    browser.identify(&app, &other).await;
    let other = browser.get(&other.step("invitation.ics")).await.text();
    assert_ne!(line(&file, "UID:"), line(&other, "UID:"));
}

#[tokio::test]
async fn an_entry_is_asked_for_by_the_organisation_and_says_whom_it_is_for() {
    let app = TestApp::start().await;
    let invitation = app.invite_to(&app.meeting(DAY, &[ANNA])).await;
    let browser = app.browser();
    browser.identify(&app, &invitation).await;
    let file = browser.get(&invitation.step("invitation.ics")).await;
    assert!(file.header("content-type").ends_with("; method=REQUEST"));
    let address = format!("/api/v1/meetings/{}", invitation.meeting);
    assert_eq!(app.api(Method::DELETE, &address, None).await.status, 204);
    let mailed = app.mail(ANNA).await.into_iter().filter_map(|mail| mail.rendered.calendar);
    let mailed: Vec<_> = mailed.map(|file| (file.media_type(), file.text)).collect();
    assert_eq!(mailed.len(), 2, "the invitation's and the cancellation's");
    let page = (file.header("content-type").to_owned(), file.text());
    for ((kind, text), method) in
        [(page, "REQUEST")].into_iter().chain(mailed.into_iter().zip(["REQUEST", "CANCEL"]))
    {
        assert!(kind.ends_with(&format!("; method={method}")), "{kind}");
        let text = text.replace("\r\n ", "");
        assert!(text.contains(&format!("\r\nMETHOD:{method}\r\n")), "{text}");
        let line = |name: &str| {
            let mut lines = text.lines().filter(|line| line.starts_with(name));
            let line = lines.next().unwrap_or_else(|| panic!("no {name} in {text}")).to_owned();
            assert!(lines.next().is_none(), "one {name}: {text}");
            line
        };
        let organiser = line("ORGANIZER");
        assert!(
            organiser.starts_with("ORGANIZER;CN=\"") && organiser.contains(":mailto:"),
            "{organiser}"
        );
        assert!(!organiser.contains("kim"), "the organisation's own address: {organiser}");
        let invited = line("ATTENDEE");
        assert!(
            invited.contains(";RSVP=FALSE") && invited.ends_with(&format!(":mailto:{ANNA}")),
            "{invited}"
        );
    }
}
