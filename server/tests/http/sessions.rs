//! Sessions: their end, and several invitations in one browser.

use app::wire::{Language, Notice, Problem};
use axum::http::StatusCode;
use test_support::test_app::{
    ANNA, DAY, HOUR, MINUTE, SECOND, TestApp, TestAppBuilder, other_than,
};

#[tokio::test]
async fn a_session_in_which_nothing_is_done_ends() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    browser.identify(&app, &invitation).await;
    app.forward(SECOND * (30 * 60 - 1)).await;
    assert_eq!(browser.get(&invitation.path()).await.screen(), "invitation");
    app.forward(MINUTE * 30).await;
    let page = browser.get(&invitation.step("invitation")).await;
    assert_eq!((page.screen(), page.notice()), ("method", Some(Notice::StartHere)));
    let page = browser.join(&invitation).await;
    assert_eq!((page.status, page.screen()), (StatusCode::UNAUTHORIZED, "method"));
    assert_eq!(app.status(&invitation).await, "identified", "nobody joined");
}

#[tokio::test]
async fn a_proof_ends_two_hours_after_the_meeting_however_much_is_done() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    browser.identify(&app, &invitation).await;
    // The meeting ends in 50 minutes.
    let mut left = MINUTE * 50 + HOUR * 2;
    while left > MINUTE * 20 {
        app.forward(MINUTE * 20).await;
        left -= MINUTE * 20;
        let page = browser.post("/do/stay", &[("invitation", &invitation.token)]).await;
        assert!(page.view().session.is_some(), "{:?}", page.view());
    }
    let page = browser.get(&invitation.path()).await;
    let session = page.view().session.expect("a session");
    assert_eq!(u64::from(session.ends_in), left.as_secs());
    assert!(!session.can_stay, "nothing puts this off");
    app.forward(left).await;
    assert_ne!(browser.get(&invitation.path()).await.screen(), "invitation");
    assert_ne!(browser.join(&invitation).await.screen(), "room");
}

#[tokio::test]
async fn staying_puts_the_end_off() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    browser.identify(&app, &invitation).await;
    app.forward(MINUTE * 29).await;
    let fields =
        [("invitation", invitation.token.as_str()), ("path", &invitation.step("invitation"))];
    let page = browser.post("/do/stay", &fields).await;
    let session = page.view().session.expect("a session");
    assert_eq!((session.ends_in, session.can_stay, page.screen()), (30 * 60, true, "invitation"));
    assert_eq!(session.warned_before, 120);
    app.forward(MINUTE * 29).await;
    assert_eq!(browser.get(&invitation.path()).await.screen(), "invitation");
}

#[tokio::test]
async fn the_end_ends_the_session() {
    for loaded in [false, true] {
        let app = TestApp::start().await;
        let invitation = app.invite(ANNA).await;
        let browser = if loaded { app.loaded() } else { app.browser() };
        browser.identify(&app, &invitation).await;
        let value = browser.cookie("anslut").expect("a session");
        let page = browser.end(&invitation).await;
        assert_eq!((page.status, page.screen()), (StatusCode::OK, "ended"));
        assert_eq!(browser.cookie("anslut"), None);
        browser.set_cookie("anslut", Some(&value));
        assert_eq!(browser.get(&invitation.step("meeting")).await.screen(), "method");
        assert_eq!(browser.join(&invitation).await.screen(), "method");
        assert_eq!(app.rows("sessions", "TRUE").await, 0);
    }
}

#[tokio::test]
async fn an_identified_session_can_be_ended_on_every_page() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let another = app.invite("bo@example.org").await;
    let browser = app.browser();
    let ends = |page: &str| page.contains(">Avsluta<");
    assert!(!ends(&browser.get("/accessibility").await.text()));
    browser.identify(&app, &invitation).await;
    let pages = [invitation.path(), another.path(), "/accessibility".into(), "/privacy".into()];
    for path in &pages {
        assert!(ends(&browser.get(path).await.text()), "{path}");
    }
    // The form on a page outside invitations has no token.
    browser.post("/do/end", &[("invitation", "")]).await;
    for path in &pages {
        assert!(!ends(&browser.get(path).await.text()), "{path}");
    }
    assert_eq!(app.rows("sessions", "TRUE").await, 0);
}

#[tokio::test]
async fn one_browser_holds_two_invitations() {
    let app = TestApp::start().await;
    let first = app.invite(ANNA).await;
    app.forward(SECOND).await;
    let second = app.invite("bo@example.org").await;
    let browser = app.loaded();
    browser.identify(&app, &first).await;
    assert_eq!(browser.get(&second.step("invitation")).await.screen(), "method");
    let page = browser.get(&second.step("code")).await;
    assert_eq!((page.screen(), page.notice()), ("method", Some(Notice::OtherBrowser)));
    browser.identify(&app, &second).await;
    for invitation in [&first, &second] {
        assert_eq!(browser.get(&invitation.path()).await.screen(), "invitation");
        browser.connect(invitation).await;
        assert_eq!(browser.join(invitation).await.screen(), "room");
    }
    browser.end(&second).await;
    assert_eq!(browser.get(&first.path()).await.screen(), "method", "it ends for both");
}

#[tokio::test]
async fn a_link_opened_again_leads_to_where_one_was() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.browser();
    let code = browser.ask(&app, &invitation).await;
    assert_eq!(browser.get(&invitation.path()).await.screen(), "code");
    browser.enter(&invitation, &code).await;
    assert_eq!(browser.get(&invitation.path()).await.screen(), "invitation");
    let page = browser.begin(&invitation).await;
    assert_eq!(page.screen(), "invitation", "beginning again loses nothing");
    assert_eq!(browser.give(&invitation, "x@example.org").await.screen(), "invitation");
    assert_eq!(browser.enter(&invitation, "0000").await.screen(), "invitation");
    browser.connect(&invitation).await;
    browser.join(&invitation).await;
    let page = browser.get(&invitation.path()).await;
    assert_eq!(page.screen(), "meeting", "the link alone never leads out to the room");
    assert_eq!(page.header("refresh"), "");
}

#[tokio::test]
async fn a_step_ahead_leads_back_with_a_word_why() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.browser();
    let at = async |slug: &str| {
        let page = browser.get(&invitation.step(slug)).await;
        let view = page.view();
        assert_eq!(view.path, invitation.step(view.screen.step().expect("a step").slug()));
        (page.screen(), page.notice())
    };
    assert_eq!(at("address").await, ("method", Some(Notice::StartHere)));
    assert_eq!(at("code").await, ("method", Some(Notice::OtherBrowser)));
    assert_eq!(at("room").await, ("method", Some(Notice::StartHere)));
    browser.begin(&invitation).await;
    assert_eq!(at("method").await, ("method", None));
    assert_eq!(at("code").await, ("address", Some(Notice::NotYet)));
    assert_eq!(at("room").await, ("address", Some(Notice::NotYet)));
    let code = browser.ask(&app, &invitation).await;
    assert_eq!(at("address").await, ("address", None));
    for slug in ["invitation", "meeting", "room"] {
        assert_eq!(at(slug).await, ("code", Some(Notice::NotYet)), "{slug}");
    }
    for page in [browser.connect(&invitation).await, browser.join(&invitation).await] {
        assert_eq!(page.screen(), "code", "posts lead back too");
    }
    browser.enter(&invitation, &code).await;
    assert_eq!(at("method").await, ("invitation", None));
    assert_eq!(at("code").await, ("invitation", None));
    assert_eq!(at("room").await, ("invitation", Some(Notice::NotYet)));
    browser.connect(&invitation).await;
    assert_eq!(at("room").await, ("meeting", Some(Notice::NotYet)));
    assert_eq!(at("invitation").await, ("invitation", None));
}

#[tokio::test]
async fn the_code_mail_s_link_in_another_browser_says_to_go_on_in_the_first() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let (first, second) = (app.browser(), app.browser());
    let code = first.ask(&app, &invitation).await;
    let page = second.get(&invitation.step("code")).await;
    assert_eq!((page.screen(), page.notice()), ("method", Some(Notice::OtherBrowser)));
    assert!(page.text().contains("Du bad om koden i en annan webbläsare."));
    let page = second.enter(&invitation, &code).await;
    assert_eq!((page.screen(), page.notice()), ("method", Some(Notice::OtherBrowser)));
    assert_eq!(app.rows("attempts", "TRUE").await, 0);
    assert_eq!(first.enter(&invitation, &code).await.screen(), "invitation");
}

#[tokio::test]
async fn a_session_that_has_run_out_leads_back_to_the_start_with_nothing_counted() {
    let app = TestAppBuilder::product().with("code.lifetime", "1h").start().await;
    let invitation = app.invite_early(ANNA).await;
    let browser = app.browser();
    let code = browser.ask(&app, &invitation).await;
    app.forward(MINUTE * 30).await;
    let before = app.memory().await;
    for typed in [code.clone(), other_than(&code)] {
        let page = browser.enter(&invitation, &typed).await;
        assert_eq!((page.status, page.screen()), (StatusCode::OK, "method"));
        assert_eq!(page.notice(), Some(Notice::StartHere), "its time may have run out");
    }
    let page = browser.resend(&invitation).await;
    assert_eq!(page.screen(), "method");
    app.settled().await;
    assert_eq!(app.memory().await, before);
}

#[tokio::test]
async fn the_language_changes_in_the_middle_and_is_remembered() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.browser();
    browser.ask(&app, &invitation).await;
    let page = browser.get(&invitation.step("code")).await;
    assert!(page.text().contains("<html lang=\"sv\">"));
    let path = page.view().path;
    let page = browser.go("/do/language", &[("language", "en"), ("path", &path)]).await;
    assert_eq!((page.screen(), page.view().language), ("code", Language::English));
    assert!(page.text().contains("<html lang=\"en\">"));
    assert_eq!(browser.cookie("anslut-language").as_deref(), Some("en"));
    let page = browser.enter(&invitation, &app.code(ANNA).await).await;
    assert_eq!((page.screen(), page.view().language), ("invitation", Language::English));
    for path in ["/privacy", "/accessibility", "/m/unknown", "/ended"] {
        assert_eq!(browser.get(path).await.view().language, Language::English, "{path}");
    }
    assert_eq!(app.browser().get(&invitation.path()).await.view().language, Language::Swedish);
    let page = browser.go("/do/language", &[("language", "sv"), ("path", "/privacy")]).await;
    assert_eq!((page.screen(), page.view().language), ("privacy", Language::Swedish));
}

#[tokio::test]
async fn the_loaded_app_changes_language_and_keeps_what_was_wrong() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    let code = browser.ask(&app, &invitation).await;
    let path = browser.enter(&invitation, &other_than(&code)).await.view().path;
    let page = browser.post("/do/language", &[("language", "en"), ("path", &path)]).await;
    assert_eq!((page.status, page.screen()), (StatusCode::OK, "code"));
    assert_eq!(page.view().language, Language::English);
    assert_eq!(page.problem(), Some(Problem::CodeWrong { left: 2 }));
}

#[tokio::test]
async fn an_invitation_in_english_is_shown_in_english_first() {
    let app = TestApp::start().await;
    let mut meeting = app.meeting(MINUTE, &[ANNA]);
    meeting["recipients"][0]["language"] = "en".into();
    let invitation = app.invite_to(&meeting).await;
    let page = app.browser().get(&invitation.path()).await;
    assert_eq!(page.view().language, Language::English);
    assert!(
        page.names("button").iter().any(|name| name == "Continue"),
        "{:?}",
        page.names("button")
    );
}

#[tokio::test]
async fn a_language_leads_nowhere_but_here() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for path in
        ["https://evil.example/", "//evil.example", "/\\evil.example", "", "/x\r\nset-cookie: a=b"]
    {
        let page = browser.post("/do/language", &[("language", "en"), ("path", path)]).await;
        assert_eq!((page.status.as_u16(), page.header("location")), (303, "/"), "{path}");
    }
}

#[tokio::test]
async fn two_tabs_go_the_way_together() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    // Two tabs of a browser share its cookies.
    let browser = app.loaded();
    browser.begin(&invitation).await;
    browser.begin(&invitation).await;
    browser.give(&invitation, ANNA).await;
    let page = browser.give(&invitation, ANNA).await;
    assert_eq!((page.screen(), page.notice()), ("code", Some(Notice::StillValid)));
    let code = app.code(ANNA).await;
    assert_eq!(browser.enter(&invitation, &code).await.screen(), "invitation");
    let page = browser.enter(&invitation, &code).await;
    assert_eq!((page.status, page.screen()), (StatusCode::OK, "invitation"), "the other tab");
    assert_eq!(browser.resend(&invitation).await.screen(), "invitation");
}

#[tokio::test]
async fn sessions_and_meetings_are_erased_in_time() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    app.loaded().identify(&app, &invitation).await;
    app.forward(DAY * 30 + MINUTE * 51).await;
    server::jobs::purge::purge(app.state()).await.expect("erased");
    for (table, rows) in app.memory().await {
        let kept = matches!(table.as_str(), "api_tokens" | "_sqlx_migrations");
        assert!(kept || rows.is_empty(), "{table}: {rows:?}");
    }
}

#[tokio::test]
async fn of_sessions_that_anybody_begins_by_a_link_few_are_kept() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let person = app.loaded();
    person.ask(&app, &invitation).await;
    for number in 0..400 {
        // A text that is no address counts as no address.
        let page = match number % 3 {
            0 => app.loaded().begin(&invitation).await,
            1 => app.loaded().give(&invitation, "anna").await,
            _ => app.loaded().go("/do/e-id", &[("invitation", &invitation.token)]).await,
        };
        assert!(page.status.as_u16() < 500, "{}", page.status);
    }
    assert!(app.rows("sessions", "TRUE").await < 250);
    assert!(app.rows("flows", "TRUE").await < 250);
    let code = app.code(ANNA).await;
    assert_eq!(person.enter(&invitation, &code).await.screen(), "invitation");
}

#[tokio::test]
async fn who_was_pushed_out_before_naming_anything_goes_on_without_noticing() {
    let app = TestApp::start().await;
    for (person, email) in [(app.loaded(), ANNA), (app.browser(), "bo@example.org")] {
        let invitation = app.invite(email).await;
        assert_eq!(person.begin(&invitation).await.screen(), "address");
        let before = person.cookie("anslut");
        // Other sessions begin until this one, the oldest by far, is removed.
        while app.rows("flows", "typed = '' AND challenge_id IS NULL").await > 0 {
            app.forward(SECOND).await;
            for _ in 0..20 {
                app.loaded().give(&invitation, "x").await;
            }
        }
        let page = person.give(&invitation, email).await;
        assert_eq!((page.screen(), page.problem()), ("code", None), "{}", page.text());
        assert_ne!(person.cookie("anslut"), before);
        let code = app.code(email).await;
        assert_eq!(person.enter(&invitation, &code).await.screen(), "invitation");
    }
}

#[tokio::test]
async fn the_page_of_an_ended_session_names_the_sender_and_leads_back() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    browser.identify(&app, &invitation).await;
    let ended = browser.post("/do/end", &[("invitation", &invitation.token)]).await;
    for page in [ended, browser.get(&invitation.step("ended")).await] {
        let view = page.view();
        assert_eq!((page.screen(), view.path), ("ended", invitation.step("ended")));
        assert_eq!(view.token.as_ref(), Some(&invitation.token));
        assert!(view.help.is_some() && view.session.is_none());
    }
    let unknown = browser.get(&format!("/m/{}/ended", "a".repeat(27))).await;
    assert_eq!((unknown.status, unknown.screen()), (StatusCode::NOT_FOUND, "not found"));
}

#[tokio::test]
async fn a_page_tells_its_own_session_from_that_of_another_invitation() {
    let app = TestApp::start().await;
    let (first, second) = (app.invite(ANNA).await, app.invite(ANNA).await);
    let browser = app.loaded();
    let elsewhere =
        async |path: &str| browser.get(path).await.view().session.map(|session| session.elsewhere);
    assert_eq!(elsewhere(&first.path()).await, None);
    browser.identify(&app, &first).await;
    assert_eq!(elsewhere(&first.path()).await, Some(false));
    assert_eq!(elsewhere(&second.path()).await, Some(true));
    assert_eq!(elsewhere("/privacy").await, Some(true));
}
