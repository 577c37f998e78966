//! Opening times of the invitation and the room.

use app::wire::{Notice, Problem, Screen};
use axum::http::StatusCode;
use test_support::test_app::{ANNA, HOUR, Invitation, MINUTE, ROOM, SECOND, TestApp};

async fn cancel(app: &TestApp, invitation: &Invitation) {
    assert!(app.cancel_silently(&invitation.meeting).await);
}

#[tokio::test]
async fn a_room_that_is_not_open_says_when_it_opens_and_lets_nobody_in() {
    let app = TestApp::start().await;
    let invitation = app.invite_to(&app.meeting(MINUTE * 40, &[ANNA])).await;
    let browser = app.browser();
    browser.identify(&app, &invitation).await;
    let page = browser.get(&invitation.path()).await;
    assert!(page.text().contains("Mötesrummet öppnar tisdag 1 december kl. 09.25."));
    let page = browser.connect(&invitation).await;
    let Screen::Meeting(meeting) = page.view().screen else { panic!("{:?}", page.view()) };
    assert_eq!(meeting.when.opens_in, 25 * 60);
    assert!(page.text().contains("Det öppnar tisdag 1 december kl. 09.25."));
    assert!(!page.names("button").contains(&"Anslut till mötet".to_owned()));
    assert!(page.text().contains("http-equiv=\"refresh\""), "it opens by itself");

    let page = browser.join(&invitation).await;
    assert_eq!((page.screen(), page.problem()), ("meeting", Some(Problem::RoomClosed)));
    assert_eq!(browser.get(&invitation.step("room")).await.screen(), "meeting");
    assert_eq!(app.status(&invitation).await, "identified");
    assert!(!browser.seen().contains("video.example"));

    app.forward(SECOND * (25 * 60 - 1)).await;
    assert_ne!(browser.join(&invitation).await.screen(), "room");
    app.forward(SECOND).await;
    let page = browser.get(&invitation.step("meeting")).await;
    assert!(page.names("button").contains(&"Anslut till mötet".to_owned()), "{}", page.text());
    let page = browser.join(&invitation).await;
    assert_eq!(page.screen(), "room");
    assert_eq!(page.header("refresh"), format!("0; url={ROOM}"));
    assert_eq!(app.status(&invitation).await, "joined");
}

#[tokio::test]
async fn a_meeting_that_has_ended_can_still_be_read_about_and_joined_for_two_hours() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    app.forward(MINUTE * 50).await;
    let browser = app.loaded();
    browser.identify(&app, &invitation).await;
    let page = browser.get(&invitation.path()).await;
    assert_eq!((page.screen(), page.notice()), ("invitation", Some(Notice::MeetingOver)));
    browser.connect(&invitation).await;
    assert_eq!(browser.join(&invitation).await.screen(), "room", "it may have run over");

    app.forward(HOUR * 2).await;
    let late = app.loaded();
    late.identify(&app, &invitation).await;
    late.connect(&invitation).await;
    let page = late.join(&invitation).await;
    assert_eq!((page.screen(), page.notice()), ("invitation", Some(Notice::MeetingOver)));
    for slug in ["meeting", "room"] {
        assert_eq!(late.get(&invitation.step(slug)).await.screen(), "invitation");
    }
    assert!(!late.seen().contains("video.example"));
}

#[tokio::test]
async fn an_invitation_closes_a_day_after_the_meeting_and_says_whom_to_ring() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    app.forward(SECOND * (50 * 60 + 24 * 60 * 60 - 1)).await;
    assert_eq!(app.browser().get(&invitation.path()).await.screen(), "method");
    app.forward(SECOND).await;
    let browser = app.browser();
    let before = app.memory().await;
    for slug in ["", "/code", "/meeting", "/room"] {
        let page = browser.get(&format!("{}{slug}", invitation.path())).await;
        assert_eq!((page.status, page.screen()), (StatusCode::OK, "over"));
        for text in ["Mölndals stad", "Kim Handläggare", "tel:+46300834000"] {
            assert!(page.text().contains(text), "{text}");
        }
        assert!(!page.text().contains("Uppföljningsmöte"), "the matter is not told");
    }
    for page in [
        browser.begin(&invitation).await,
        browser.give(&invitation, ANNA).await,
        browser.enter(&invitation, "1234").await,
        browser.join(&invitation).await,
    ] {
        assert_eq!(page.screen(), "over");
    }
    app.settled().await;
    assert_eq!(app.memory().await, before, "nothing happens any more");
}

#[tokio::test]
async fn a_cancelled_meeting_says_so_and_lets_nobody_in() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let (inside, asking) = (app.browser(), app.browser());
    inside.identify(&app, &invitation).await;
    inside.connect(&invitation).await;
    app.forward(MINUTE).await;
    let code = asking.ask(&app, &invitation).await;
    cancel(&app, &invitation).await;
    assert_eq!(app.status(&invitation).await, "cancelled");
    for page in [
        inside.get(&invitation.step("meeting")).await,
        inside.join(&invitation).await,
        inside.get(&invitation.step("room")).await,
        asking.enter(&invitation, &code).await,
        app.browser().get(&invitation.path()).await,
    ] {
        assert_eq!((page.status, page.screen()), (StatusCode::OK, "cancelled"));
        assert!(page.text().contains("tel:+46300834000"));
        assert!(!page.text().contains("Uppföljningsmöte"), "the matter is not told");
    }
    assert!(!inside.seen().contains("video.example"));
    assert_eq!(app.happened(&invitation, "joined").await, 0);
}

#[tokio::test]
async fn mail_of_a_cancelled_meeting_is_not_sent() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    app.messages.set_mode(test_support::captured_messages::MailerMode::Defers);
    let browser = app.loaded();
    browser.begin(&invitation).await;
    browser.give(&invitation, ANNA).await;
    app.settled().await;
    cancel(&app, &invitation).await;
    app.messages.set_mode(test_support::captured_messages::MailerMode::Accepts);
    app.forward(MINUTE).await;
    let taken = app.mail(ANNA).await.iter().filter(|post| post.accepted).count();
    assert_eq!(taken, 1, "the invitation, and no code");
}

#[tokio::test]
async fn a_meeting_in_another_zone_is_told_in_that_zone() {
    let app = TestApp::start().await;
    let mut meeting = app.meeting(MINUTE * 5, &[ANNA]);
    meeting["time_zone"] = "America/New_York".into();
    let invitation = app.invite_to(&meeting).await;
    let browser = app.browser();
    browser.identify(&app, &invitation).await;
    let page = browser.get(&invitation.path()).await;
    assert!(page.text().contains("03.05–03.50"), "{}", page.text());
    assert!(page.text().contains("America/New_York"));
}

#[tokio::test]
async fn what_the_sender_wrote_is_shown_as_text() {
    let app = TestApp::start().await;
    let mut meeting = app.meeting(MINUTE * 5, &[ANNA]);
    let evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;";
    meeting["title"] = evil.into();
    meeting["description"] = format!("Rad ett\n{evil}").into();
    meeting["organiser"]["name"] = evil.into();
    meeting["recipients"][0]["name"] = evil.into();
    let invitation = app.invite_to(&meeting).await;
    let browser = app.browser();
    browser.identify(&app, &invitation).await;
    browser.connect(&invitation).await;
    for slug in ["invitation", "meeting"] {
        let page = browser.get(&invitation.step(slug)).await;
        let text = page.text();
        assert!(!text.contains("<script>alert") && !text.contains("<img src=x"), "{text}");
        let shown = match page.view().screen {
            Screen::Invitation(invitation) => invitation.title,
            Screen::Meeting(meeting) => meeting.title,
            other => panic!("{other:?}"),
        };
        assert_eq!(shown, evil);
    }
    for post in app.messages.all() {
        assert!(!post.rendered.html.contains("<script>alert"));
        assert!(!post.rendered.html.contains("<img src=x"));
    }
}

#[tokio::test]
async fn waiting_at_the_door_keeps_the_session_alive() {
    let app = TestApp::start().await;
    let invitation = app.invite_to(&app.meeting(HOUR * 3, &[ANNA])).await;
    let browser = app.loaded();
    browser.identify(&app, &invitation).await;
    browser.connect(&invitation).await;
    // The open page refreshes itself, and the visitor does nothing else.
    for _ in 0..6 {
        app.forward(MINUTE * 20).await;
        assert_eq!(browser.get(&invitation.step("meeting")).await.screen(), "meeting");
    }
}

#[tokio::test]
async fn a_door_that_opens_next_week_is_not_waited_at() {
    let app = TestApp::start().await;
    let invitation = app.invite_to(&app.meeting(HOUR * 24 * 7, &[ANNA])).await;
    let browser = app.loaded();
    browser.identify(&app, &invitation).await;
    browser.connect(&invitation).await;
    app.forward(MINUTE * 20).await;
    assert_eq!(browser.get(&invitation.step("meeting")).await.screen(), "meeting");
    app.forward(MINUTE * 20).await;
    assert_eq!(browser.get(&invitation.step("meeting")).await.screen(), "method");
}
