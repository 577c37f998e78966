//! A stranger with the link but without the address takes nothing from the recipient, and learns nothing
//! about them.

use app::wire::Screen;
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use std::{collections::BTreeMap, time::Duration};
use test_support::{
    browser::{Browser, Page},
    test_app::{ANNA, Invitation, KIM, MINUTE, SECOND, TestApp, TestAppBuilder},
};
use tokio::runtime::Runtime;

/// Uses up everything that a session without the address has: codes, attempts and addresses.
async fn uses_up_everything(app: &TestApp, stranger: &Browser, invitation: &Invitation) {
    stranger.begin(invitation).await;
    for number in 0..6 {
        stranger.give(invitation, &format!("guess{number}@example.org")).await;
        for _ in 0..2 {
            stranger.enter(invitation, "12345678").await;
        }
        app.forward(MINUTE).await;
        stranger.resend(invitation).await;
        app.forward(MINUTE).await;
    }
    assert_eq!(stranger.get(&invitation.path()).await.screen(), "locked", "in that browser");
}

#[tokio::test]
async fn a_stranger_s_wrong_addresses_keep_nobody_from_a_code() {
    let app = TestAppBuilder::product().with("code.resend_wait", "1s").start().await;
    let invitation = app.invite_early(ANNA).await;
    let stranger = app.loaded();
    stranger.begin(&invitation).await;
    for number in 0..5 {
        stranger.give(&invitation, &format!("guess{number}@example.org")).await;
        app.forward(SECOND).await;
    }
    let page = app.loaded().ask_at(&invitation).await;
    assert_eq!((page.status.as_u16(), page.screen(), page.problem()), (200, "code", None));
    assert_eq!(app.codes(ANNA).await, 1);
}

#[tokio::test]
async fn two_strangers_who_use_up_all_they_have_take_nothing_from_the_invited_person() {
    let app = TestAppBuilder::product().with("code.length", "8").start().await;
    let invitation = app.invite_early(ANNA).await;
    for _ in 0..2 {
        uses_up_everything(&app, &app.loaded(), &invitation).await;
    }
    assert_eq!(app.status(&invitation).await, "opened");
    assert_eq!(app.happened(&invitation, "wrong-code").await, 10);
    assert!(app.mail(KIM).await.is_empty(), "nobody is locked out");
    let page = app.loaded().begin(&invitation).await;
    assert_eq!(page.screen(), "address", "a fresh browser sees the first page");
    let browser = app.loaded();
    let page = browser.ask_at(&invitation).await;
    assert_eq!((page.code().tries_left, page.code().resend_in), (3, 60));
    let code = app.code(ANNA).await;
    assert_eq!(browser.enter(&invitation, &code).await.screen(), "invitation");
}

#[tokio::test]
async fn what_the_invited_person_does_shows_to_no_stranger() {
    let app = TestAppBuilder::product()
        .with("code.length", "8")
        .with("code.sends_per_hour", "10")
        .start()
        .await;
    let (quiet, busy) = (app.invite_early("bo@example.org").await, app.invite_early(ANNA).await);
    // Two browsers with the address use up the limits over all sessions.
    for _ in 0..2 {
        let browser = app.loaded();
        for _ in 0..3 {
            browser.ask_at(&busy).await;
            browser.enter(&busy, "12345678").await;
            browser.enter(&busy, "12345678").await;
            app.forward(MINUTE).await;
            browser.resend(&busy).await;
            app.forward(MINUTE).await;
        }
    }
    assert_eq!(app.status(&busy).await, "locked");
    let mut seen = Vec::new();
    for invitation in [&quiet, &busy] {
        let stranger = app.loaded();
        let mut pages = vec![stranger.get(&invitation.path()).await];
        pages.push(stranger.begin(invitation).await);
        pages.push(stranger.give(invitation, "eva@example.org").await);
        pages.push(stranger.enter(invitation, "12345678").await);
        pages.push(stranger.resend(invitation).await);
        seen.push(pages.iter().map(|page| told(page, invitation)).collect::<Vec<_>>());
    }
    assert_eq!(seen[0], seen[1]);
}

/// Returns a page as text, without what differs each time.
fn told(page: &Page, invitation: &Invitation) -> String {
    let view = page.view();
    let mut text = format!("{} {}", page.status, serde_json::to_string(&view).expect("JSON"));
    if let Screen::Code(code) = &view.screen {
        text = text.replace(&code.word, "WORD").replace(&code.address, "ADDRESS");
    }
    if let Screen::Address(address) = &view.screen
        && !address.typed.is_empty()
    {
        text = text.replace(&address.typed, "ADDRESS");
    }
    text.replace(&invitation.token, "TOKEN")
}

/// An action in a browser that has the link.
#[derive(Clone, Copy, Debug)]
enum Act {
    Look,
    Begin,
    /// Gives an address. The first is either the invited one or not.
    Name(usize),
    Resend,
    EnterWrong,
    /// Enters the code that came last, if any.
    EnterRight,
    Wait(u64),
}

fn stranger_acts() -> impl Strategy<Value = Act> {
    prop_oneof![
        1 => Just(Act::Look),
        1 => Just(Act::Begin),
        4 => (0..4_usize).prop_map(Act::Name),
        3 => Just(Act::Resend),
        5 => Just(Act::EnterWrong),
        4 => prop_oneof![Just(61), Just(20), Just(400), Just(1_500)].prop_map(Act::Wait),
    ]
}

fn invited_acts() -> impl Strategy<Value = Act> {
    prop_oneof![
        1 => Just(Act::Look),
        4 => Just(Act::Name(0)),
        1 => Just(Act::Name(1)),
        3 => Just(Act::Resend),
        3 => Just(Act::EnterWrong),
        1 => Just(Act::EnterRight),
        4 => prop_oneof![Just(61), Just(20), Just(400), Just(1_500)].prop_map(Act::Wait),
    ]
}

/// A watched session, or another one.
#[derive(Clone, Copy, Debug)]
enum Actor {
    Watched(usize),
    Other(usize),
}

/// Returns interleavings of the actions of two watched sessions and two others.
fn interleaved(
    watched: impl Strategy<Value = Act>,
    others: impl Strategy<Value = Act>,
) -> impl Strategy<Value = Vec<(Actor, Act)>> {
    let step = prop_oneof![
        (0..2_usize, watched).prop_map(|(session, act)| (Actor::Watched(session), act)),
        (0..2_usize, others).prop_map(|(session, act)| (Actor::Other(session), act)),
    ];
    prop::collection::vec(step, 1..40)
}

/// An invitation, the sessions that have its link, and the responses to the watched ones.
struct World {
    invitation: Invitation,
    sessions: BTreeMap<usize, Browser>,
    seen: Vec<String>,
}

impl World {
    async fn new(app: &TestApp, email: &str) -> Self {
        Self {
            invitation: app.invite_early(email).await,
            sessions: BTreeMap::new(),
            seen: Vec::new(),
        }
    }

    /// Performs an action in a session. `names` holds the addresses.
    async fn act(&mut self, app: &TestApp, session: usize, act: Act, names: &[String]) -> Page {
        let invitation = &self.invitation;
        let browser = self.sessions.entry(session).or_insert_with(|| app.loaded());
        match act {
            Act::Look | Act::Wait(_) => browser.get(&invitation.path()).await,
            Act::Begin => browser.begin(invitation).await,
            Act::Name(number) => browser.give(invitation, &names[number]).await,
            Act::Resend => browser.resend(invitation).await,
            Act::EnterWrong => browser.enter(invitation, "12345678").await,
            Act::EnterRight => {
                let mail = app.mail(&invitation.email).await;
                let code = mail.iter().rev().find_map(|post| Some(post.code()?.code.clone()));
                browser.enter(invitation, code.as_deref().unwrap_or("87654321")).await
            }
        }
    }

    /// The same, and records the response and the number of codes sent so far.
    async fn watch(&mut self, app: &TestApp, session: usize, act: Act, names: &[String]) {
        let page = self.act(app, session, act, names).await;
        let codes = app.codes(&self.invitation.email).await;
        self.seen.push(format!("{act:?} {codes} {}", told(&page, &self.invitation)));
    }
}

/// Lets time pass in minutes, as the outbox sees it: it hands a message over when it is due.
async fn wait(app: &TestApp, act: Act) {
    let Act::Wait(seconds) = act else { return };
    for _ in 0..seconds / 60 {
        app.forward(MINUTE).await;
    }
    app.forward(Duration::from_secs(seconds % 60)).await;
}

/// Tests a property with invitations of one service, which share its clock.
fn tried(
    acts: &impl Strategy<Value = Vec<(Actor, Act)>>,
    property: &impl AsyncFn(&TestApp, &str, &[(Actor, Act)]) -> [Vec<String>; 2],
) {
    let runtime = Runtime::new().expect("a runtime");
    let app = runtime.block_on(TestAppBuilder::product().with("code.length", "8").start());
    let config =
        Config { cases: 16, max_shrink_iters: 200, failure_persistence: None, ..Config::default() };
    let number = std::cell::Cell::new(0);
    let ran = TestRunner::new(config).run(acts, |acts| {
        number.set(number.get() + 1);
        let seen = runtime.block_on(property(&app, &number.get().to_string(), &acts));
        prop_assert_eq!(&seen[0], &seen[1]);
        Ok(())
    });
    runtime.block_on(async { drop(app) });
    ran.unwrap_or_else(|fault| panic!("{fault}"));
}

#[test]
fn what_a_session_without_the_address_sees_is_the_same_for_every_address_whatever_others_do() {
    let acts = interleaved(stranger_acts(), invited_acts());
    tried(&acts, &async |app: &TestApp, case: &str, acts: &[(Actor, Act)]| {
        // In one world the first address that the watched sessions give is the invited one, and others act
        // too. In the other world it is not, and nobody else acts.
        let mut right = World::new(app, &format!("right{case}@example.org")).await;
        let mut wrong = World::new(app, &format!("else{case}@example.org")).await;
        let names = |first: &str| -> Vec<String> {
            [first, "x@example.org", "y@example.org", "z@example.org"].map(str::to_owned).to_vec()
        };
        let (rights, wrongs) = (names(&right.invitation.email), names("w@example.org"));
        for (actor, act) in acts {
            wait(app, *act).await;
            match actor {
                Actor::Watched(session) => {
                    let page = right.act(app, *session, *act, &rights).await;
                    right.seen.push(told(&page, &right.invitation));
                    let page = wrong.act(app, *session, *act, &wrongs).await;
                    wrong.seen.push(told(&page, &wrong.invitation));
                }
                Actor::Other(session) => {
                    right.act(app, session + 2, *act, &rights).await;
                }
            }
        }
        [right.seen, wrong.seen]
    });
}

#[test]
fn what_a_session_with_the_address_can_do_does_not_depend_on_those_without() {
    let acts = interleaved(invited_acts(), stranger_acts());
    tried(&acts, &async |app: &TestApp, case: &str, acts: &[(Actor, Act)]| {
        let mut alone = World::new(app, &format!("alone{case}@example.org")).await;
        let mut among = World::new(app, &format!("among{case}@example.org")).await;
        let names = |first: &str| -> Vec<String> {
            [first, "x@example.org", "y@example.org", "z@example.org"].map(str::to_owned).to_vec()
        };
        let wrongs = names("w@example.org");
        for (actor, act) in acts {
            wait(app, *act).await;
            match actor {
                Actor::Watched(session) => {
                    for world in [&mut alone, &mut among] {
                        let names = names(&world.invitation.email);
                        world.watch(app, *session, *act, &names).await;
                    }
                }
                Actor::Other(session) => {
                    among.act(app, session + 2, *act, &wrongs).await;
                }
            }
        }
        [alone.seen, among.seen]
    });
}
