//! The organisation's logos on its pages.

use std::fs;
use tempfile::TempDir;
use test_support::{
    browser::Page,
    test_app::{TestApp, TestAppBuilder},
};

/// A picture that would do harm as a page.
const SCRIPTED: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"><script>alert(2)</script>\
    <foreignObject><form action=\"https://evil.example\"/></foreignObject></svg>";

/// Starts a service with these logos, for light pages and for dark ones.
async fn with_logos(logos: &[&str]) -> (TestApp, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut plan = TestAppBuilder::product();
    for (key, logo) in ["organisation.logo", "organisation.logo_dark"].into_iter().zip(logos) {
        let path = folder.path().join(key);
        fs::write(&path, logo).expect("a file");
        plan = plan.with(key, path.to_str().expect("a path"));
    }
    (plan.start().await, folder)
}

/// Returns the organisation at the head of a page.
fn brand(page: &Page) -> String {
    let text = page.text();
    let start = text.find("<header").expect("a head");
    let end = text.find("<form").expect("the languages");
    text[start..end].to_owned()
}

#[tokio::test]
async fn a_logo_has_the_organisation_s_name_and_a_plate_on_dark_pages() {
    let (app, _folder) = with_logos(&["<svg/>"]).await;
    let head = brand(&app.browser().get("/privacy").await);
    assert!(
        head.contains("alt=\"Mölndals stad\"") && head.contains("src=\"/brand/logo\""),
        "{head}"
    );
    assert!(head.contains("plated") && !head.contains("<source"), "{head}");
    assert_eq!(app.browser().get("/brand/logo-dark").await.status, 404);
}

#[tokio::test]
async fn a_logo_for_dark_pages_needs_no_plate_and_is_asked_for_in_the_dark_only() {
    let (app, _folder) = with_logos(&["<svg/>", "<svg id=\"dark\"/>"]).await;
    let browser = app.browser();
    let head = brand(&browser.get("/privacy").await);
    let source = "<source srcset=\"/brand/logo-dark\" media=\"(prefers-color-scheme: dark)\">";
    assert!(head.contains(source) && !head.contains("plated"), "{head}");
    assert_eq!(browser.get("/brand/logo-dark").await.text(), "<svg id=\"dark\"/>");
    assert_eq!(browser.get("/brand/logo").await.text(), "<svg/>");
}

#[tokio::test]
async fn an_organisation_without_a_logo_is_named_in_text() {
    let (app, _folder) = with_logos(&[]).await;
    let head = brand(&app.browser().get("/privacy").await);
    assert!(head.contains("Mölndals stad") && !head.contains("<picture"), "{head}");
    assert!(!head.contains("plated"), "{head}");
}

#[tokio::test]
async fn a_picture_with_scripts_does_nothing_even_if_it_is_opened_as_a_page() {
    let (app, _folder) = with_logos(&[SCRIPTED, SCRIPTED]).await;
    for path in ["/brand/logo", "/brand/logo-dark"] {
        let picture = app.browser().get(path).await;
        let policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
        assert_eq!(picture.header("content-security-policy"), policy, "{path}");
        assert_eq!(picture.header("x-content-type-options"), "nosniff");
        assert_eq!(picture.header("content-type"), "image/svg+xml");
        assert_eq!(picture.header("cross-origin-resource-policy"), "same-origin");
    }
}
