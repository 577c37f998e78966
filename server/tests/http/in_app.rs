//! Browsers within other apps, which are advised to leave before anything is proven.

use app::wire::Method;
use test_support::{
    meeting_room::{BuiltIn, with_rooms},
    test_app::{ANNA, CIA, DAY, Invitation, TestApp},
};

const IN_APP: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like \
                      Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/454.0.0.31.109]";
const SAFARI: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like \
                      Gecko) Version/17.4 Mobile/15E148 Safari/604.1";

fn link(app: &TestApp, invitation: &Invitation) -> String {
    format!("{}{}", app.origin, invitation.path())
}

#[tokio::test]
async fn the_first_page_of_a_built_in_meeting_has_the_link_to_copy() {
    let app = with_rooms().with_bankid().start().await;
    let mut meeting = app.meeting(DAY, &[ANNA, CIA]);
    meeting["recipients"][1]["assurance"] = "loa3".into();
    meeting["recipients"][1]["method"] = "e-id".into();
    let meeting = BuiltIn::book(&app, &meeting).await;
    for (invitation, first) in
        [(&meeting.guests[0], "method"), (&meeting.guests[1], "address"), (&meeting.host, "method")]
    {
        let browser = app.browser().with("user-agent", IN_APP);
        let page = browser.get(&invitation.path()).await;
        assert_eq!(page.screen(), first);
        let link = link(&app, invitation);
        assert_eq!(page.view().link.as_deref(), Some(link.as_str()));
        let html = page.text();
        let field = html.split("<input").find(|it| it.contains("to-copy")).expect("a field");
        let (field, _) = field.split_once('>').expect("a field");
        assert!(field.contains("readonly") && field.contains(&link), "{field}");
        assert!(!html.contains("<label hidden"), "{html}");
        // The button is of use with scripts alone.
        let (before, _) = html.split_once("Kopiera länken").expect("a button");
        let (_, button) = before.rsplit_once("<button").expect("a button");
        assert!(button.contains(" hidden"), "{button}");
        assert!(page.header("vary").contains("User-Agent"), "{}", page.header("vary"));
        assert_eq!(page.header("cache-control"), "no-store");
        let seen = app.browser().with("user-agent", SAFARI).get(&invitation.path()).await;
        assert_eq!(seen.view().link, None);
        assert!(!seen.text().contains("to-copy"));
    }
}

#[tokio::test]
async fn only_the_first_page_of_a_built_in_meeting_has_it() {
    let app = with_rooms().start().await;
    let browser = app.browser().with("user-agent", IN_APP);
    let other = app.invite(ANNA).await;
    let page = browser.get(&other.path()).await;
    assert_eq!((page.screen(), page.view().link), ("method", None), "a link room");

    let meeting = BuiltIn::book(&app, &app.meeting(DAY, &[ANNA])).await;
    let guest = &meeting.guests[0];
    let page = browser.go("/do/begin", &[("invitation", &guest.token)]).await;
    assert_eq!((page.screen(), page.view().link), ("address", None));
    let page = browser.get(&guest.step("method")).await;
    assert_eq!(page.view().link, Some(link(&app, guest)), "back at the first");
    browser.identify(&app, guest).await;
    for step in ["invitation", "check"] {
        assert_eq!(browser.get(&guest.step(step)).await.view().link, None, "{step}");
    }
    let page = browser.get("/privacy").await;
    assert_eq!(page.view().link, None);
}

#[tokio::test]
async fn the_link_begins_with_the_public_address_whatever_a_request_says() {
    let app = with_rooms().start().await;
    let meeting = BuiltIn::book(&app, &app.meeting(DAY, &[ANNA])).await;
    let browser = app
        .loaded()
        .with("user-agent", IN_APP)
        .with("x-forwarded-host", "evil.example")
        .with("forwarded", "host=evil.example");
    let guest = &meeting.guests[0];
    let view = browser.get(&guest.path()).await.view();
    assert_eq!(view.link, Some(link(&app, guest)));
    let app::wire::Screen::Method(page) = view.screen else { panic!("{:?}", view.screen) };
    assert_eq!(page.way, Method::EmailCode);
}
