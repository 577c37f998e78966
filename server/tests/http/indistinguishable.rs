//! Responses that must not differ are equal, such as those to a right and a wrong address.

use app::wire::Screen;
use test_support::{
    browser::{Browser, Page},
    test_app::{ANNA, DAY, Invitation, KIM, MINUTE, TestApp, TestAppBuilder},
};

const WRONG: &str = "eva@example.org";

/// Headers that differ between any two responses.
const VARYING_HEADERS: [&str; 4] = ["date", "content-length", "set-cookie", "x-request-id"];

/// Returns a page as text, without what may differ: the nonce, the request id, the check word, the typed
/// address and, for another invitation, the link token.
fn alike(page: &Page, invitation: &Invitation, typed: &str) -> String {
    let nonce = page.header("content-security-policy");
    let nonce = nonce.split("'nonce-").nth(1).and_then(|it| it.split('\'').next());
    let mut text = format!("{}\n", page.status);
    let mut headers: Vec<String> = page
        .headers
        .iter()
        .filter(|(name, _)| !VARYING_HEADERS.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {}", value.to_str().expect("text")))
        .collect();
    headers.sort();
    text.push_str(&headers.join("\n"));
    text.push_str(&page.text());
    let view = if page.body.is_empty() { None } else { Some(page.view()) };
    if let Some(Screen::Code(code)) = view.map(|view| view.screen) {
        text = text.replace(&code.word, "WORD");
    }
    text.replace(nonce.unwrap_or("\0"), "NONCE")
        .replace(typed, "ADDRESS")
        .replace(&invitation.token, "TOKEN")
}

/// Asserts that two texts are equal, and shows where they differ.
fn equal(one: &str, other: &str, what: &str) {
    let at = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let near = |text: &str| {
        let from = at.saturating_sub(100);
        String::from_utf8_lossy(text.as_bytes().get(from..).unwrap_or_default())
            .chars()
            .take(300)
            .collect::<String>()
    };
    assert!(one == other, "{what}:\n{}\n\n{}", near(one), near(other));
}

struct Pair {
    app: TestApp,
    right: Invitation,
    wrong: Invitation,
    browsers: [Browser; 2],
}

impl Pair {
    async fn start(loaded: bool) -> Self {
        Self::with(TestAppBuilder::product(), loaded).await
    }

    async fn with(plan: TestAppBuilder, loaded: bool) -> Self {
        let app = plan.start().await;
        // Two invitations of the same kind, so that the counts of one say nothing about the other.
        let right = app.invite_early(ANNA).await;
        let wrong = app.invite_early("bo@example.org").await;
        let browser = || if loaded { app.loaded() } else { app.browser() };
        let browsers = [browser(), browser()];
        Self { app, right, wrong, browsers }
    }

    async fn both(&self, path: &str, right: &[(&str, &str)], wrong: &[(&str, &str)]) {
        let right = [&[("invitation", self.right.token.as_str())], right].concat();
        let wrong = [&[("invitation", self.wrong.token.as_str())], wrong].concat();
        let pages =
            [self.browsers[0].post(path, &right).await, self.browsers[1].post(path, &wrong).await];
        self.same(&pages, path);
        for slug in ["", "/address", "/code", "/invitation"] {
            self.look(slug).await;
        }
        // Both must write equally many rows, so that neither takes longer.
        for table in ["attempts", "sends", "challenges", "outbox", "flows"] {
            let mut counts = Vec::new();
            for invitation in [&self.right, &self.wrong] {
                let condition = format!("invitation_id = '{}'", invitation.id);
                counts.push(self.app.rows(table, &condition).await);
            }
            assert_eq!(counts[0], counts[1], "{path}: {table}");
        }
    }

    async fn look(&self, slug: &str) {
        let pages = [
            self.browsers[0].get(&format!("{}{slug}", self.right.path())).await,
            self.browsers[1].get(&format!("{}{slug}", self.wrong.path())).await,
        ];
        self.same(&pages, slug);
    }

    fn same(&self, [right, wrong]: &[Page; 2], what: &str) {
        let right = alike(right, &self.right, ANNA);
        let wrong = alike(wrong, &self.wrong, WRONG);
        equal(&right, &wrong, what);
    }
}

async fn a_whole_way(loaded: bool) {
    let pair = Pair::start(loaded).await;
    let app = &pair.app;
    pair.both("/do/begin", &[], &[]).await;
    pair.both("/do/address", &[("email", ANNA)], &[("email", WRONG)]).await;
    pair.both("/do/address", &[("email", ANNA)], &[("email", WRONG)]).await;
    pair.both("/do/resend", &[], &[]).await;
    app.forward(MINUTE).await;
    pair.look("/code").await;
    pair.both("/do/resend", &[], &[]).await;
    let code = app.code(ANNA).await;
    let other = test_support::test_app::other_than(&code);
    // A decoy rejects every code, even its own, which is typed by chance once in ten thousand times.
    for typed in [other.as_str(), "12", "", other.as_str(), other.as_str(), other.as_str()] {
        pair.both("/do/code", &[("code", typed)], &[("code", typed)]).await;
    }
    app.forward(MINUTE * 2).await;
    pair.both("/do/resend", &[], &[]).await;
    app.forward(MINUTE * 11).await;
    pair.both("/do/code", &[("code", &other)], &[("code", &other)]).await;
    pair.both("/do/resend", &[], &[]).await;
    pair.both("/do/resend", &[], &[]).await;
    let code = app.code(ANNA).await;
    let other = test_support::test_app::other_than(&code);
    for _ in 0..2 {
        pair.both("/do/code", &[("code", &other)], &[("code", &other)]).await;
    }
    assert_eq!(pair.browsers[0].get(&pair.right.path()).await.screen(), "locked");
    for invitation in [&pair.right, &pair.wrong] {
        assert_eq!(app.happened(invitation, "wrong-code").await, 5);
    }
    assert_eq!(app.mail(WRONG).await.len(), 0);
    assert_eq!(app.codes("bo@example.org").await, 0, "nothing is sent for a decoy");
    assert_eq!(app.codes(ANNA).await, 4);
}

#[tokio::test]
async fn a_wrong_address_looks_as_the_right_one_does_with_scripts_switched_off() {
    a_whole_way(false).await;
}

#[tokio::test]
async fn a_wrong_address_looks_as_the_right_one_does_in_the_loaded_app() {
    a_whole_way(true).await;
}

#[tokio::test]
async fn the_wrong_address_is_held_to_the_limits_of_sends_as_the_right_one_is() {
    let pair = Pair::start(true).await;
    pair.both("/do/begin", &[], &[]).await;
    pair.both("/do/address", &[("email", ANNA)], &[("email", WRONG)]).await;
    for _ in 0..5 {
        pair.app.forward(MINUTE).await;
        pair.both("/do/resend", &[], &[]).await;
    }
    assert_eq!(pair.app.codes(ANNA).await, 4, "of an hour's five");
    let page = pair.browsers[1].get(&pair.wrong.step("code")).await;
    assert_eq!(page.code().resend_in, 3600 - 5 * 60);
}

/// Walks a whole flow in both while no more codes go to the right address.
async fn beyond_a_cap(pair: &Pair) {
    let sent = pair.app.codes(ANNA).await;
    pair.both("/do/begin", &[], &[]).await;
    pair.both("/do/address", &[("email", ANNA)], &[("email", WRONG)]).await;
    for typed in ["12345678", "87654321", "12345678", "12345678"] {
        pair.both("/do/code", &[("code", typed)], &[("code", typed)]).await;
    }
    pair.app.forward(MINUTE).await;
    pair.both("/do/resend", &[], &[]).await;
    pair.app.forward(MINUTE * 6).await;
    pair.both("/do/resend", &[], &[]).await;
    for typed in ["12345678", "87654321", "12345678"] {
        pair.both("/do/code", &[("code", typed)], &[("code", typed)]).await;
    }
    assert_eq!(pair.browsers[0].get(&pair.right.path()).await.screen(), "locked");
    assert_eq!(pair.app.codes(ANNA).await, sent);
    assert_eq!(pair.app.happened(&pair.right, "identified").await, 0);
    for table in ["attempts", "sends"] {
        let column = if table == "attempts" { "alone" } else { "suppressed" };
        assert_eq!(
            pair.app.rows(table, &format!("NOT {column}")).await,
            0,
            "nothing counts for all"
        );
    }
}

#[tokio::test]
async fn a_locked_invitation_looks_to_the_right_address_as_to_a_wrong_one() {
    let plan = TestAppBuilder::product().with("code.length", "8");
    let pair = Pair::with(plan, true).await;
    pair.app.execute_sql("UPDATE invitations SET locked_at = 1").await;
    beyond_a_cap(&pair).await;
    assert_eq!(pair.app.happened(&pair.right, "code-withheld").await, 3);
    assert_eq!(pair.app.happened(&pair.wrong, "wrong-address").await, 3);
}

#[tokio::test]
async fn an_address_full_of_codes_looks_as_a_wrong_one() {
    let plan =
        TestAppBuilder::product().with("code.length", "8").with("code.sends_per_address", "1");
    let pair = Pair::with(plan, true).await;
    let other = pair.app.invite_early(ANNA).await;
    pair.app.loaded().ask(&pair.app, &other).await;
    let app = &pair.app;
    pair.both("/do/begin", &[], &[]).await;
    pair.both("/do/address", &[("email", ANNA)], &[("email", WRONG)]).await;
    app.forward(MINUTE).await;
    pair.both("/do/resend", &[], &[]).await;
    pair.both("/do/code", &[("code", "12345678")], &[("code", "12345678")]).await;
    assert_eq!(app.codes(ANNA).await, 1, "the one for the other invitation");
    assert_eq!(app.happened(&pair.right, "code-withheld").await, 2);
}

#[tokio::test]
async fn what_goes_on_with_a_wrong_address_is_not_told_to_the_right_one() {
    let app = TestApp::start().await;
    let invitation = app.invite_early(ANNA).await;
    let browser = app.loaded();
    browser.begin(&invitation).await;
    browser.give(&invitation, WRONG).await;
    app.settled().await;
    assert_eq!(app.messages.count(), 1, "the invitation alone");
    assert_eq!(app.happened(&invitation, "code-sent").await, 0);
    assert!(app.mail(KIM).await.is_empty());
}

#[tokio::test]
async fn unknown_malformed_and_erased_links_look_alike() {
    let app = TestApp::start().await;
    let erased = app.invite(ANNA).await;
    let browser = app.browser();
    assert_eq!(browser.get(&erased.path()).await.status, 200);
    app.forward(DAY * 31).await;
    server::jobs::purge::purge(app.state()).await.expect("erased");
    let steps =
        ["", "/method", "/address", "/code", "/invitation", "/meeting", "/room", "/invitation.ics"];
    for slug in steps {
        let mut pages = Vec::new();
        for token in [erased.token.as_str(), &"a".repeat(27), "short", &"x".repeat(100)] {
            let page = browser.get(&format!("/m/{token}{slug}")).await;
            assert_eq!((page.status.as_u16(), page.screen()), (404, "not found"), "{token}{slug}");
            // The page keeps its own address, so that the language can be changed on it.
            let path = page.view().path;
            let text = alike(&page, &erased, "\0");
            pages.push(
                text.replace(&format!("\"path\":\"{path}\""), "PATH")
                    .replace(&format!("name=\"path\" value=\"{path}\""), "PATH")
                    .replace("\"path\":\"/m/TOKEN\"", "PATH")
                    .replace("name=\"path\" value=\"/m/TOKEN\"", "PATH"),
            );
        }
        for page in &pages {
            equal(&pages[0], page, slug);
        }
    }
}

#[tokio::test]
async fn posts_to_unknown_malformed_and_erased_links_are_answered_alike() {
    let app = TestApp::start().await;
    let erased = app.invite(ANNA).await;
    app.forward(DAY * 31).await;
    server::jobs::purge::purge(app.state()).await.expect("erased");
    let browser = app.loaded();
    let before = app.memory().await;
    for path in ["begin", "address", "code", "resend", "enter", "join", "stay"] {
        let path = format!("/do/{path}");
        let mut pages = Vec::new();
        for token in [erased.token.as_str(), &"a".repeat(27), "short", ""] {
            let fields = [("invitation", token), ("email", ANNA), ("code", "1234")];
            let page = browser.post(&path, &fields).await;
            assert_eq!(page.status, 404, "{path}");
            pages.push(alike(&page, &erased, "\0"));
        }
        for page in &pages {
            equal(&pages[0], page, &path);
        }
    }
    assert_eq!(app.memory().await, before);
}
