//! The accessibility statement with its form, and the privacy notice.

use app::{
    steps::{ACCESSIBILITY_PATH, PRIVACY_PATH, REPORT_PATH, REPORTED_PATH},
    wire::{Problem, Screen},
};
use axum::http::{HeaderValue, Method, header};
use futures_util::future::join_all;
use server::messages::content::Body;
use test_support::{
    browser::{Browser, Page},
    captured_messages::MailerMode,
    test_app::{ANNA, HOUR, MINUTE, SECOND, TestApp, TestAppBuilder},
};

const OFFICE: &str = "tillganglighet@kommun.example";

const TEXT: &str = "Jag kommer inte vidare med VoiceOver.\r\n\r\nRing 070-174 06 05 <Anna>";

fn with_form() -> TestAppBuilder {
    TestAppBuilder::product().with("statement.accessibility_email", OFFICE)
}

async fn report(browser: &Browser, text: &str) -> Page {
    browser.post(REPORT_PATH, &[("report", text)]).await
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Returns how many reports still have their text.
async fn kept(app: &TestApp) -> i64 {
    app.rows("reports", "sealed IS NOT NULL").await
}

#[tokio::test]
async fn a_report_goes_to_the_organisation_as_plain_text_and_is_erased() {
    let app = with_form().start().await;
    let browser = app.browser();
    let page = browser.get(ACCESSIBILITY_PATH).await;
    assert!(page.text().contains("action=\"/do/report\""), "{}", page.text());
    assert_eq!(page.names("button").last().map(String::as_str), Some("Skicka rapporten"));
    app.messages.set_mode(MailerMode::Defers);
    let page = browser.go(REPORT_PATH, &[("report", TEXT)]).await;
    assert_eq!((page.screen(), page.status.as_u16()), ("reported", 200));
    assert!(page.text().contains("Tack för din rapport"), "{}", page.text());
    assert!(browser.cookie("anslut").is_none(), "no session");
    app.settled().await;
    assert_eq!(kept(&app).await, 1);
    assert!(!holds(&app.files(), "VoiceOver"), "it is sealed");

    app.messages.set_mode(MailerMode::Accepts);
    app.forward(MINUTE).await;
    let mail = app.mail(OFFICE).await;
    let last = mail.last().expect("a mail");
    assert!(matches!(&last.context.content, Body::Report(text) if *text == TEXT.replace('\r', "")));
    let quoted = "\n\n> Jag kommer inte vidare med VoiceOver.\n> \n> Ring 070-174 06 05 <Anna>\n\n";
    assert!(last.rendered.text.contains(quoted), "{}", last.rendered.text);
    assert_eq!(last.rendered.subject, "Rapport om tillgängligheten i Anslut");
    assert!(last.rendered.html.is_empty() && last.context.to_name.is_none());
    assert_eq!(kept(&app).await, 0);
    assert_eq!(app.rows("outbox", "kind = 'report' AND state = 'sent'").await, 1);

    app.forward(HOUR).await;
    server::jobs::purge::purge(app.state()).await.expect("erased");
    assert_eq!(app.rows("reports", "TRUE").await + app.rows("outbox", "TRUE").await, 0);
    assert_eq!(app.mail(OFFICE).await.len(), mail.len());
}

#[tokio::test]
async fn a_report_that_can_t_be_taken_comes_back_with_its_text_and_the_reason_at_the_field() {
    let app = with_form().start().await;
    let browser = app.browser();
    let long = format!("{}!", "å".repeat(2_000));
    for (typed, problem, says) in [
        ("", Problem::ReportMissing, "Beskriv problemet innan du skickar."),
        (" \r\n\0", Problem::ReportMissing, "Beskriv problemet innan du skickar."),
        (&long, Problem::ReportTooLong { by: 1 }, "Texten är 1 tecken för lång."),
    ] {
        let page = report(&browser, typed).await;
        assert_eq!((page.status.as_u16(), page.screen()), (422, "accessibility"), "{says}");
        assert_eq!(page.problem(), Some(problem));
        let html = page.text();
        assert!(html.contains("<title>Fel: "), "{html}");
        assert!(
            html.contains(&format!("id=\"report-problem\" class=\"problem-line\">{says}")),
            "{html}"
        );
        let (_, field) = html.split_once("<textarea").expect("a field");
        let (field, rest) = field.split_once('>').expect("a field");
        for mark in ["aria-invalid=\"true\"", "autofocus", "report-problem report-hint"] {
            assert!(field.contains(mark), "{mark}: {field}");
        }
        let (text, _) = rest.split_once("</textarea>").expect("a field");
        assert_eq!(text.trim(), typed.trim_matches(|c: char| c.is_whitespace() || c == '\0'));
    }
    assert_eq!(app.rows("reports", "TRUE").await, 0);
    let page = report(&browser, &"å".repeat(2_000)).await;
    assert_eq!(page.status, 303);
    // Nothing that was typed is HTML.
    let page = report(&browser, &"</textarea><script>&amp;".repeat(200)).await;
    assert_eq!(page.text().matches("<script").count(), 1, "its view alone");
    assert!(page.text().contains(">&lt;/textarea>&lt;script>&amp;amp;"), "{}", page.text());
    browser.go("/do/language", &[("language", "en"), ("path", ACCESSIBILITY_PATH)]).await;
    assert!(report(&browser, "").await.text().contains("Describe the problem before"));
}

#[tokio::test]
async fn twenty_reports_an_hour_are_taken_from_all_together() {
    let app = with_form().start().await;
    for number in 0..20 {
        assert_eq!(report(&app.browser(), &format!("Nummer {number}")).await.status, 303);
        app.forward(SECOND).await;
    }
    let page = report(&app.browser(), "En till").await;
    assert_eq!((page.status.as_u16(), page.problem()), (429, Some(Problem::TooManyReports)));
    assert!(page.text().contains("En till"), "{}", page.text());
    assert_eq!(app.mail(OFFICE).await.len(), 20);
    let series = "anslut_refusals_total{reason=\"too-many-reports\"}";
    assert_eq!(app.figure(series).await, Some(1.0));
    app.forward(MINUTE * 59 + SECOND * 40).await;
    assert_eq!(report(&app.browser(), "En till").await.status, 303);
    assert_eq!(report(&app.browser(), "Två till").await.status, 429, "the second one still counts");
    assert_eq!(app.mail(OFFICE).await.len(), 21);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_forty_reports_at_once_twenty_are_taken() {
    let app = with_form().start().await;
    let browsers: Vec<_> = (0..40).map(|_| app.browser()).collect();
    let pages = join_all(browsers.iter().map(|browser| report(browser, "Samtidigt"))).await;
    assert_eq!(pages.iter().filter(|page| page.status == 303).count(), 20);
    assert_eq!(pages.iter().filter(|page| page.status == 429).count(), 20);
    assert_eq!(app.mail(OFFICE).await.len(), 20);
}

#[tokio::test]
async fn the_text_is_erased_too_where_it_can_t_be_sent() {
    let app = with_form().start().await;
    app.messages.set_mode(MailerMode::Rejects);
    report(&app.browser(), TEXT).await;
    app.settled().await;
    assert_eq!((kept(&app).await, app.rows("reports", "TRUE").await), (0, 1));
    app.messages.set_mode(MailerMode::Defers);
    report(&app.browser(), TEXT).await;
    app.forward(HOUR * 23).await;
    assert_eq!(kept(&app).await, 1);
    for _ in 0..3 {
        app.forward(HOUR).await;
    }
    assert_eq!(kept(&app).await, 0);
    assert_eq!(app.rows("outbox", "kind = 'report' AND state = 'failed'").await, 2);
    server::jobs::purge::purge(app.state()).await.expect("erased");
    assert_eq!(app.rows("reports", "TRUE").await, 0);
}

#[tokio::test]
async fn the_form_obeys_the_rules_of_all_forms() {
    let app = with_form().start().await;
    let foreign =
        Browser::new(app.address, "https://elsewhere.example", test_support::browser::Kind::Plain);
    assert_eq!(report(&foreign, TEXT).await.status, 403);
    let browser = app.browser();
    let mut request = browser.request(Method::POST, REPORT_PATH, "{}");
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(header::CONTENT_TYPE, json);
    assert_eq!(browser.send(request).await.status, 415);
    assert_eq!(browser.get(REPORT_PATH).await.status, 405);
    let page = app.loaded().post(REPORT_PATH, &[("report", TEXT)]).await;
    assert_eq!((page.status.as_u16(), page.screen()), (200, "reported"));
    assert_eq!(app.rows("reports", "TRUE").await, 1);
    // The page is one to look at.
    assert_eq!(browser.get(REPORTED_PATH).await.status, 200);
    assert_eq!(app.rows("reports", "TRUE").await, 1);
    let page = browser.post_text(REPORT_PATH, "report=%FF%FE&report=x").await;
    assert_eq!(page.status, 303, "what is no text is shown as such");
}

#[tokio::test]
async fn who_is_identified_can_end_the_session_on_the_page_of_a_refused_report() {
    let app = with_form().start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.browser();
    browser.identify(&app, &invitation).await;
    let page = report(&browser, "").await;
    assert!(page.view().session.is_some());
    assert!(page.names("button").contains(&"Avsluta".to_owned()), "{}", page.text());
}

#[tokio::test]
async fn without_an_address_there_is_no_form() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let page = browser.get(ACCESSIBILITY_PATH).await.text();
    assert!(!page.contains("<textarea") && !page.contains(REPORT_PATH), "{page}");
    let page = report(&browser, TEXT).await;
    assert_eq!((page.status.as_u16(), page.screen()), (404, "not found"));
    assert_eq!(app.rows("outbox", "TRUE").await, 0);
}

#[tokio::test]
async fn the_statement_has_what_the_law_asks_for() {
    let known = "[statement]\nconformance = \"partial\"\nassessed = \"2026-11-13\"\nassessor = \"Granskarna AB\"\n\
                 reviewed = \"2026-11-20\"\nshortcomings = [\"Kartan saknar text.\", \
                 { text = \"Filmen saknar text.\", reason = \"Oskäligt betungande.\" }]\n";
    for (file, says) in [
        (
            known,
            &[
                "<h1 tabindex=\"-1\">Tillgänglighets\u{ad}redogörelse för Anslut</h1>",
                "Anslut är delvis förenlig med lagen om tillgänglighet till digital offentlig service.",
                "Kartan saknar text.",
                "Filmen saknar text.",
                "Skäl: Oskäligt betungande.",
                "Granskarna AB har granskat webbplatsen mot lagens krav. Den senaste bedömningen gjordes 2026-11-13.",
                "Redogörelsen uppdaterades senast 2026-11-20.",
                "https://www.digg.se/tdosanmalan",
            ][..],
        ),
        (
            "[statement]\nconformance = \"full\"\nassessed = \"2026-11-13\"\n",
            &[
                "Anslut är helt förenlig med lagen",
                "Vi känner inte till några brister.",
                "Vi har själva testat webbplatsen",
            ],
        ),
        (
            "",
            &[
                "Anslut är inte förenlig med lagen",
                "Vi har inte listat bristerna ännu.",
                "Vi har inte bedömt webbplatsen ännu.",
            ],
        ),
    ] {
        let app = TestAppBuilder::product().with_file(file).start().await;
        let page = app.browser().get(ACCESSIBILITY_PATH).await.text();
        let page = page.replace("<!>", "").replace("<br>", "");
        for text in says {
            assert!(page.contains(text), "{text}: {page}");
        }
    }
}

#[tokio::test]
async fn the_privacy_notice_names_who_gets_what_and_for_how_long() {
    let plain = TestApp::start().await.browser().get(PRIVACY_PATH).await.text();
    for text in
        ["30 dagar efter att det har slutat", "eller 30 minuter efter", "artikel 6.1 e", "imy.se"]
    {
        assert!(plain.contains(text), "{text}: {plain}");
    }
    for text in ["46elks", "BankID", "personnummer", "rapporter om tillgänglighet"] {
        assert!(!plain.contains(text), "{text}: {plain}");
    }
    let app = with_form()
        .with("retention.days", "1")
        .with("session.idle", "45m")
        .with("privacy.officer", "dataskydd@kommun.example")
        .with_sms("46elks")
        .with_bankid()
        .start()
        .await;
    let Screen::Privacy(notice) = app.browser().get(PRIVACY_PATH).await.view().screen else {
        panic!("no notice");
    };
    assert_eq!(
        (notice.e_ids.as_slice(), notice.keeps_numbers),
        (&["BankID".to_owned()][..], false)
    );
    let text = app.browser().get(PRIVACY_PATH).await.text();
    for said in [
        "allt om mötet: en dag efter att det har slutat",
        "eller 45 minuter efter att du senast var aktiv",
        "mailto:dataskydd@kommun.example",
        "46elks, som skickar våra sms",
        "e\u{2011}legitimation (BankID)",
        "i en form som bara går att jämföra med",
        "rapporter om tillgänglighet",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let browser = app.browser();
    browser.go("/do/language", &[("language", "en"), ("path", PRIVACY_PATH)]).await;
    let text = browser.get(PRIVACY_PATH).await.text();
    assert!(text.contains("one day after it has ended") && text.contains("(BankID)"), "{text}");
    let app = TestAppBuilder::product().with_sms("twilio").start().await;
    let text = app.browser().get(PRIVACY_PATH).await.text();
    assert!(text.contains("Twilio, som skickar våra sms") && text.contains("USA"), "{text}");
}
