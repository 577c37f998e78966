//! Messages to recipients about changed and cancelled meetings.

use axum::http::Method;
use serde_json::Value;
use server::{messages::content::Body, model::MessageKind, store::NewMessage};
use test_support::{
    captured_messages::{CapturedMessage, MailerMode},
    test_app::{ANNA, DAY, HOUR, Invitation, KIM, MINUTE, TestApp},
};

/// Writes a message about an invitation, of the current version of the meeting.
async fn post(app: &TestApp, invitation: &Invitation, kind: MessageKind) {
    let (meeting, invitation) = (invitation.meeting.clone(), invitation.id.clone());
    let now = app.now();
    app.write(async move |tx| {
        let meeting = tx.meeting(&meeting).await.expect("read").expect("there");
        let row = tx.invitation(&invitation).await.expect("read").expect("there");
        let id = server::keys::new_id().expect("an id");
        let message = NewMessage::new(&id, kind, &row.id, row.generation, now);
        tx.enqueue(NewMessage { sequence: meeting.sequence, ..message }).await.expect("posted");
    })
    .await;
    app.state().posted.notify_one();
}

/// Reschedules a meeting by a day and writes the message about it.
async fn move_on(app: &TestApp, invitation: &Invitation) {
    app.move_silently(&invitation.meeting, DAY).await;
    post(app, invitation, MessageKind::Changed).await;
}

async fn cancel(app: &TestApp, invitation: &Invitation) {
    assert!(app.cancel_silently(&invitation.meeting).await);
    post(app, invitation, MessageKind::Cancelled).await;
}

/// Returns a line of the calendar entry in a message.
fn entry(post: &CapturedMessage, name: &str) -> String {
    let file = post.rendered.calendar.as_ref().expect("an entry");
    let text = file.text.replace("\r\n ", "");
    let (_, event) = text.split_once("BEGIN:VEVENT").expect("an event");
    let line = event.lines().find(|line| line.starts_with(name)).expect(name);
    line.to_owned()
}

#[tokio::test]
async fn a_change_is_told_with_the_new_time_and_the_same_link() {
    let app = TestApp::start().await;
    let invitation = app.invite_to(&app.meeting(DAY * 2, &[ANNA])).await;
    app.forward(HOUR).await;
    move_on(&app, &invitation).await;
    let mail = app.mail(ANNA).await;
    assert_eq!(mail.len(), 2);
    assert!(matches!(mail[1].context.content, Body::Changed(_)));
    let news = "Ny tid: fredag 4 december 2026 kl. 09.00–09.45 (svensk tid)\n\
                Tidigare tid: torsdag 3 december 2026 kl. 09.00–09.45 (svensk tid)\nAvsändare: Kim";
    assert!(mail[1].rendered.text.contains(news), "{}", mail[1].rendered.text);
    assert_eq!(mail[1].rendered.links, mail[0].rendered.links);
    assert_eq!(entry(&mail[0], "UID"), entry(&mail[1], "UID"));
    let sequences = mail.iter().map(|post| entry(post, "SEQUENCE")).collect::<Vec<_>>();
    assert_eq!(sequences, ["SEQUENCE:0", "SEQUENCE:1"]);
    assert_eq!(entry(&mail[1], "DTSTAMP"), "DTSTAMP:20261201T090000Z");
    assert_eq!(app.happened(&invitation, "change-sent").await, 1);
    for secret in ["Uppföljningsmöte", "Vi går igenom planen", "video.example"] {
        assert!(!mail[1].full_text().contains(secret), "{secret}");
    }

    let browser = app.browser();
    browser.identify(&app, &invitation).await;
    let file = browser.get(&invitation.step("invitation.ics")).await.text();
    for line in ["SEQUENCE:1", "DTSTAMP:20261201T090000Z"] {
        assert!(file.contains(&format!("\r\n{line}\r\n")), "{line}: {file}");
    }
}

#[tokio::test]
async fn what_is_called_off_takes_the_entry_away_and_leads_nowhere() {
    let app = TestApp::start().await;
    let invitation = app.invite_to(&app.meeting(DAY * 2, &[ANNA])).await;
    move_on(&app, &invitation).await;
    app.settled().await;
    cancel(&app, &invitation).await;
    let mail = app.mail(ANNA).await;
    let last = &mail[2];
    assert!(matches!(&last.context.content, Body::Cancelled(letter) if !letter.part));
    assert!(last.rendered.links.is_empty() && !last.full_text().contains("/m/"));
    assert!(last.rendered.text.contains("0300-83 40 00"), "{}", last.rendered.text);
    assert_eq!(entry(&mail[0], "UID"), entry(last, "UID"));
    assert_eq!(entry(last, "SEQUENCE"), "SEQUENCE:2");
    assert_eq!(entry(last, "STATUS"), "STATUS:CANCELLED");
    assert_eq!(app.happened(&invitation, "cancellation-sent").await, 1);
}

#[tokio::test]
async fn a_recipient_who_is_taken_off_is_told_that_it_is_their_part() {
    let app = TestApp::start().await;
    let invitation = app.invite_to(&app.meeting(DAY * 2, &[ANNA, "bo@example.org"])).await;
    app.execute_sql("UPDATE invitations SET withdrawn_at = 1 WHERE email = 'anna@example.org'")
        .await;
    post(&app, &invitation, MessageKind::Cancelled).await;
    let mail = app.mail(ANNA).await;
    assert!(matches!(&mail[1].context.content, Body::Cancelled(letter) if letter.part));
    assert!(mail[1].rendered.text.contains("Din inbjudan är återkallad"));
    assert_eq!(app.mail("bo@example.org").await.len(), 1);
}

#[tokio::test]
async fn of_two_changes_only_the_last_is_told() {
    let app = TestApp::start().await;
    let invitation = app.invite_to(&app.meeting(DAY * 2, &[ANNA])).await;
    app.messages.set_mode(MailerMode::Defers);
    move_on(&app, &invitation).await;
    app.settled().await;
    move_on(&app, &invitation).await;
    app.settled().await;
    app.messages.set_mode(MailerMode::Accepts);
    app.forward(MINUTE).await;
    let told: Vec<_> = app.mail(ANNA).await.into_iter().filter(|post| post.accepted).collect();
    assert_eq!(told.len(), 2, "the invitation and one change");
    assert_eq!(entry(&told[1], "SEQUENCE"), "SEQUENCE:2");
    assert_eq!(app.rows("outbox", "kind = 'changed' AND state = 'dropped'").await, 1);
    // The recipient never heard of the time in between.
    let was = "\nTidigare tid: torsdag 3 december 2026";
    assert!(told[1].rendered.text.contains(was), "{}", told[1].rendered.text);

    move_on(&app, &invitation).await;
    let last = app.mail(ANNA).await.pop().expect("a mail");
    let was = "\nNy tid: söndag 6 december 2026 kl. 09.00–09.45 (svensk tid)\nTidigare tid: lördag 5 december";
    assert!(last.rendered.text.contains(was), "{}", last.rendered.text);
}

#[tokio::test]
async fn what_a_late_invitation_says_is_what_the_next_change_calls_earlier() {
    let app = TestApp::start().await;
    app.messages.set_mode(MailerMode::Defers);
    let booked = app
        .api(Method::POST, "/api/v1/meetings", Some(&app.meeting(DAY * 2, &[ANNA])))
        .await
        .json();
    app.settled().await;
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let invitation = Invitation {
        meeting: text(&booked["id"]),
        id: text(&booked["recipients"][0]["id"]),
        email: ANNA.to_owned(),
        token: String::new(),
    };
    // The invitation goes out after the first change, with the time of then.
    move_on(&app, &invitation).await;
    app.settled().await;
    app.messages.set_mode(MailerMode::Accepts);
    app.forward(MINUTE).await;
    let accepted = async || {
        let mail = app.mail(ANNA).await.into_iter().filter(|post| post.accepted);
        mail.map(|post| post.rendered.text).collect::<Vec<_>>()
    };
    let told = accepted().await;
    assert_eq!(told.len(), 1, "the invitation alone");
    assert!(told[0].contains("\nTid: fredag 4 december 2026"), "{}", told[0]);
    move_on(&app, &invitation).await;
    let told = accepted().await;
    let was = "\nTidigare tid: fredag 4 december 2026";
    assert!(told[1].contains(was), "{}", told[1]);
}

#[tokio::test]
async fn news_that_is_no_longer_so_is_dropped() {
    let app = TestApp::start().await;
    let invitation = app.invite_to(&app.meeting(DAY * 2, &[ANNA])).await;
    // The meeting is not cancelled, so there is nothing to send.
    post(&app, &invitation, MessageKind::Cancelled).await;
    app.settled().await;
    app.messages.set_mode(MailerMode::Defers);
    move_on(&app, &invitation).await;
    app.settled().await;
    // The invitation has another link meanwhile. The message with that link has the time.
    app.execute_sql("UPDATE invitations SET generation = 1").await;
    app.messages.set_mode(MailerMode::Accepts);
    app.forward(MINUTE).await;
    move_on(&app, &invitation).await;
    app.execute_sql("UPDATE meetings SET cancelled_at = 1").await;
    app.settled().await;
    let told = app.mail(ANNA).await.iter().filter(|post| post.accepted).count();
    assert!((1..=2).contains(&told), "the last was handed over before it was called off, or not");
    assert_eq!(app.rows("outbox", "kind = 'cancelled' AND state = 'dropped'").await, 1);
    assert!(app.rows("outbox", "kind = 'changed' AND state = 'dropped'").await >= 1);
}

#[tokio::test]
async fn a_new_link_makes_a_new_revision_of_the_entry() {
    let app = TestApp::start().await;
    let invitation = app.invite_to(&app.meeting(DAY * 2, &[ANNA])).await;
    move_on(&app, &invitation).await;
    app.settled().await;
    app.execute_sql("UPDATE invitations SET generation = 1").await;
    post(&app, &invitation, MessageKind::Invitation).await;
    let mail = app.mail(ANNA).await;
    assert_eq!(entry(&mail[2], "SEQUENCE"), "SEQUENCE:2");
    assert_ne!(mail[2].rendered.links, mail[0].rendered.links);
}

#[tokio::test]
async fn the_sender_is_told_whom_the_news_did_not_reach() {
    let app = TestApp::start().await;
    let invitation = app.invite_to(&app.meeting(DAY * 2, &[ANNA])).await;
    app.messages.set_mode(MailerMode::Rejects);
    move_on(&app, &invitation).await;
    app.messages.wait_for(2).await;
    app.messages.set_mode(MailerMode::Accepts);
    assert_eq!(app.happened(&invitation, "change-failed").await, 1);
    assert_eq!(app.status(&invitation).await, "sent", "the invitation had arrived");
    let told = app.mail(KIM).await;
    assert!(matches!(told.last().map(|it| &it.context.content), Some(Body::Undelivered(_))));
    let count = app.messages.count();
    app.messages.set_mode(MailerMode::Rejects);
    cancel(&app, &invitation).await;
    app.messages.wait_for(count + 1).await;
    app.messages.set_mode(MailerMode::Accepts);
    assert_eq!(app.happened(&invitation, "cancellation-failed").await, 1);
    let told = app.mail(KIM).await;
    assert!(matches!(told.last().map(|it| &it.context.content), Some(Body::Unreached(_))));
}

#[tokio::test]
async fn repeated_news_says_the_same_under_the_same_id() {
    let app = TestApp::start().await;
    let invitation = app.invite_to(&app.meeting(DAY * 2, &[ANNA])).await;
    app.messages.set_mode(MailerMode::Defers);
    cancel(&app, &invitation).await;
    app.settled().await;
    app.messages.set_mode(MailerMode::Accepts);
    app.forward(MINUTE).await;
    let mail = app.mail(ANNA).await;
    assert_eq!(mail.len(), 3);
    assert_eq!(mail[1].full_text(), mail[2].full_text());
    assert_eq!(mail[1].context.message_id, mail[2].context.message_id);
}
