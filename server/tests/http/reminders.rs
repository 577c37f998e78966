//! Reminders of meetings.

use server::{
    jobs::reminders::remind,
    messages::content::{Body, Channel},
    model::MessageKind,
};
use std::time::Duration;
use test_support::{
    captured_messages::{CapturedMessage, MailerMode, phone_of},
    test_app::{ANNA, DAY, HOUR, Invitation, KIM, MINUTE, SECOND, TestApp, TestAppBuilder},
};

const BO: &str = "bo@example.org";

fn plan(mail: &str, sms: &str) -> TestAppBuilder {
    TestAppBuilder::product()
        .with_sms("46elks")
        .with("reminder.mail", mail)
        .with("reminder.sms", sms)
}

/// Moves the clock and sends the reminders that are due.
async fn pass(app: &TestApp, by: Duration) {
    app.forward(by).await;
    remind(app.state()).await.expect("reminded");
    app.settled().await;
}

/// Returns the reminders sent so far, in order.
fn reminders(app: &TestApp) -> Vec<CapturedMessage> {
    let is_reminder = |post: &CapturedMessage| matches!(post.context.content, Body::Reminder(_));
    app.messages.all().into_iter().filter(is_reminder).collect()
}

/// Books a meeting that starts in this time, for a recipient with a phone.
async fn invite(app: &TestApp, starts_in: Duration, email: &str) -> Invitation {
    let mut meeting = app.meeting(starts_in, &[email]);
    meeting["recipients"][0]["phone"] = phone_of(email).into();
    app.invite_to(&meeting).await
}

/// Reschedules a meeting.
async fn moved(app: &TestApp, invitation: &Invitation, by: Duration) {
    app.move_silently(&invitation.meeting, by).await;
}

#[tokio::test]
async fn a_recipient_is_reminded_by_mail_and_by_sms() {
    let app = plan("24h", "2h").start().await;
    let invitation = invite(&app, DAY * 3, ANNA).await;
    pass(&app, HOUR * 47 + MINUTE * 59 + SECOND * 59).await;
    assert!(reminders(&app).is_empty());
    pass(&app, SECOND * 26).await;
    let sent = reminders(&app);
    assert_eq!((sent.len(), sent[0].context.to.as_str()), (1, ANNA));
    assert!(sent[0].rendered.links[0].ends_with(&invitation.path()));
    assert!(sent[0].rendered.text.contains("fredag 4 december 2026 kl. 09.00"));
    assert_eq!(app.happened(&invitation, "reminded").await, 1);

    pass(&app, HOUR * 22).await;
    let sent = reminders(&app);
    assert_eq!(sent.len(), 2);
    let sms = &sent[1];
    assert_eq!((sms.context.channel, sms.context.to.clone()), (Channel::Sms, phone_of(ANNA)));
    let text = &sms.rendered.text;
    for said in ["Mölndals stad", "fredag 4 december kl. 09.00", "Öppna länken i mejlet"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    for unsaid in ["Uppföljning", "planen", "Anna", "Kim", "http", "/m/", &invitation.token] {
        assert!(!text.contains(unsaid), "{unsaid}: {text}");
    }
    assert!(server::messages::sms::gsm7::septets(text).is_some_and(|length| length <= 160));
    assert_eq!(app.happened(&invitation, "reminded").await, 2);

    pass(&app, HOUR).await;
    pass(&app, DAY).await;
    assert_eq!(reminders(&app).len(), 2, "each once");
}

#[tokio::test]
async fn nobody_is_reminded_where_that_is_turned_off_or_there_is_no_gateway() {
    for plan in [
        plan("", ""),
        TestAppBuilder::product().with("reminder.mail", "").with("reminder.sms", "2h"),
    ] {
        let app = plan.start().await;
        invite(&app, DAY * 3, ANNA).await;
        pass(&app, HOUR * 71).await;
        assert!(reminders(&app).is_empty());
        assert_eq!(app.rows("reminders", "TRUE").await, 0);
    }
}

#[tokio::test]
async fn a_number_that_takes_no_text_messages_gets_none() {
    let app = plan("", "2h").start().await;
    let mut meeting = app.meeting(DAY, &[ANNA, BO]);
    meeting["recipients"][0]["phone"] = "+46300834000".into();
    app.invite_to(&meeting).await;
    pass(&app, HOUR * 23).await;
    assert!(reminders(&app).is_empty());
    pass(&app, MINUTE).await;
    assert_eq!(app.rows("outbox", "kind = 'reminder-sms'").await, 0);
}

#[tokio::test]
async fn an_invitation_that_came_later_is_reminder_enough() {
    let app = plan("24h", "").start().await;
    let late = invite(&app, HOUR * 23, ANNA).await;
    pass(&app, HOUR).await;
    assert!(reminders(&app).is_empty());
    // Rescheduled, and reminded of the new time when that is due.
    moved(&app, &late, DAY * 2).await;
    pass(&app, HOUR * 45).await;
    assert!(reminders(&app).is_empty());
    pass(&app, HOUR).await;
    assert_eq!(reminders(&app).len(), 1);
    // Rescheduled again, to a time that is nearer than the reminder.
    pass(&app, HOUR * 20).await;
    moved(&app, &late, HOUR * 12).await;
    pass(&app, HOUR * 10).await;
    assert_eq!(reminders(&app).len(), 1, "news of the change is reminder enough");
}

#[tokio::test]
async fn a_meeting_that_was_moved_is_reminded_of_anew() {
    let app = plan("24h", "").start().await;
    let invitation = invite(&app, DAY * 3, ANNA).await;
    pass(&app, DAY * 2).await;
    moved(&app, &invitation, DAY * 4).await;
    pass(&app, HOUR * 95 + MINUTE * 59 + SECOND * 59).await;
    assert_eq!(reminders(&app).len(), 1);
    pass(&app, MINUTE).await;
    let sent = reminders(&app);
    assert_eq!(sent.len(), 2);
    assert!(sent[1].rendered.text.contains("tisdag 8 december 2026"), "{}", sent[1].rendered.text);
    assert_ne!(sent[0].context.message_id, sent[1].context.message_id);
}

#[tokio::test]
async fn whoever_is_not_to_come_or_has_been_there_is_not_reminded() {
    let app = plan("24h", "2h").start().await;
    let mut meeting = app.meeting(DAY * 3, &[ANNA, BO]);
    for place in 0..2 {
        meeting["recipients"][place]["phone"] = phone_of([ANNA, BO][place]).into();
    }
    app.invite_to(&meeting).await;
    let other = invite(&app, DAY * 3, "cia@example.org").await;
    app.execute_sql("UPDATE invitations SET withdrawn_at = 1 WHERE email = 'anna@example.org'")
        .await;
    app.execute_sql("UPDATE invitations SET joined_at = 1 WHERE email = 'bo@example.org'").await;
    assert!(app.cancel_silently(&other.meeting).await);
    pass(&app, DAY * 2).await;
    pass(&app, HOUR * 22).await;
    assert!(reminders(&app).is_empty());
}

#[tokio::test]
async fn a_reminder_that_has_been_overtaken_is_dropped() {
    let app = plan("24h", "").start().await;
    app.messages.set_mode(MailerMode::Accepts);
    let moving = invite(&app, DAY * 3, ANNA).await;
    let cancelled = invite(&app, DAY * 3, BO).await;
    app.messages.set_mode(MailerMode::Defers);
    pass(&app, DAY * 2).await;
    let tried = reminders(&app).len();
    assert_eq!(tried, 2);
    moved(&app, &moving, DAY).await;
    assert!(app.cancel_silently(&cancelled.meeting).await);
    app.messages.set_mode(MailerMode::Accepts);
    app.forward(HOUR).await;
    assert_eq!(reminders(&app).len(), tried);
    assert_eq!(app.rows("outbox", "kind = 'reminder' AND state = 'dropped'").await, 2);
}

#[tokio::test]
async fn a_reminder_is_dropped_after_the_start_and_its_failure_is_nobody_s_trouble() {
    let app = plan("5m", "5m").start().await;
    let invitation = invite(&app, HOUR, ANNA).await;
    app.messages.set_mode(MailerMode::Defers);
    pass(&app, MINUTE * 55).await;
    assert_eq!(reminders(&app).len(), 2);
    app.forward(MINUTE * 4).await;
    let tried = reminders(&app).len();
    app.messages.set_mode(MailerMode::Accepts);
    app.forward(MINUTE).await;
    app.forward(HOUR).await;
    assert_eq!(reminders(&app).len(), tried);
    assert_eq!(app.rows("outbox", "kind LIKE 'reminder%' AND state = 'dropped'").await, 2);
    assert_eq!(app.happened(&invitation, "reminded").await, 0);

    let refused = invite(&app, HOUR, BO).await;
    app.messages.set_mode(MailerMode::Rejects);
    pass(&app, MINUTE * 55).await;
    assert_eq!(app.rows("outbox", "kind LIKE 'reminder%' AND state = 'failed'").await, 2);
    app.messages.set_mode(MailerMode::Accepts);
    assert_eq!(app.status(&refused).await, "sent");
    assert!(app.mail(KIM).await.is_empty(), "the sender has nothing to do");
}

#[tokio::test]
async fn a_repeated_reminder_says_the_same() {
    let app = plan("24h", "2h").start().await;
    invite(&app, DAY * 3, ANNA).await;
    app.messages.set_mode(MailerMode::Defers);
    pass(&app, DAY * 2).await;
    app.messages.set_mode(MailerMode::Accepts);
    app.forward(MINUTE).await;
    let sent = reminders(&app);
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0].full_text(), sent[1].full_text());
    assert_eq!(sent[0].context.message_id, sent[1].context.message_id);
}

#[tokio::test]
async fn of_several_that_were_missed_only_the_nearest_is_sent() {
    let app = plan("1h,24h,72h", "").start().await;
    invite(&app, DAY * 5, ANNA).await;
    pass(&app, DAY * 2).await;
    assert_eq!(reminders(&app).len(), 1, "three days before");
    // Nothing ran for days.
    pass(&app, HOUR * 71 + MINUTE * 30).await;
    assert_eq!(reminders(&app).len(), 2);
    pass(&app, MINUTE).await;
    assert_eq!(reminders(&app).len(), 2);
}

#[tokio::test]
async fn two_servers_remind_once() {
    let mut app = plan("24h", "2h").start().await;
    app.another().await;
    for n in 0..30 {
        invite(&app, DAY * 3, &format!("r{n}@example.org")).await;
    }
    app.forward(HOUR * 71).await;
    let (one, other) = tokio::join!(remind(app.state()), remind(app.other_state()));
    one.expect("reminded");
    other.expect("reminded");
    app.settled().await;
    assert_eq!(reminders(&app).len(), 60);
    // When the other server has the lease, nothing is left to do.
    app.forward(MINUTE).await;
    remind(app.other_state()).await.expect("reminded");
    app.settled().await;
    assert_eq!(reminders(&app).len(), 60);
}

#[tokio::test]
async fn more_than_a_batch_are_all_reminded() {
    let app = plan("24h,1h", "").start().await;
    let emails: Vec<_> = (0..101).map(|n| format!("r{n}@example.org")).collect();
    let emails: Vec<_> = emails.iter().map(String::as_str).collect();
    app.invite_to(&app.meeting(DAY * 2, &emails)).await;
    pass(&app, HOUR * 47 + MINUTE * 59).await;
    assert_eq!(reminders(&app).len(), 101, "one each, though two were due");
    assert_eq!(app.rows("reminders", "TRUE").await, 202);
}

#[tokio::test]
async fn a_server_reminds_by_itself() {
    let mut app = plan("24h", "").start().await;
    invite(&app, DAY * 3, ANNA).await;
    app.forward(DAY * 2).await;
    let before = app.messages.count();
    app.crash().await;
    // The task runs as soon as the server has started.
    app.messages.wait_for(before + 1).await;
    assert_eq!(reminders(&app).len(), 1);
}

#[tokio::test]
async fn a_reminder_has_its_place_in_the_events_and_tells_no_more_than_an_invitation() {
    let app = plan("24h", "").start().await;
    let invitation = invite(&app, DAY * 3, ANNA).await;
    pass(&app, DAY * 2).await;
    let kinds = app.events(&invitation).await;
    assert_eq!(kinds, ["booked", "sent", "reminded"]);
    let post = reminders(&app).remove(0);
    for secret in ["Uppföljningsmöte", "Vi går igenom planen", "video.example"] {
        assert!(!post.full_text().contains(secret), "{secret}");
    }
    assert_eq!(app.rows("outbox", &format!("kind = '{}'", MessageKind::Reminder.name())).await, 1);
    assert_eq!(app.status(&invitation).await, "sent");
}
