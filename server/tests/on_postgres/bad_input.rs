//! Input that PostgreSQL's texts can't hold is refused as other invalid input is.

use crate::product;
use axum::http::Method;
use test_support::test_app::ANNA;

#[tokio::test]
async fn an_address_with_a_nul_is_no_address() {
    let app = product().start().await;
    let invitation = app.invite(ANNA).await;
    for browser in [app.loaded(), app.browser()] {
        browser.begin(&invitation).await;
        let page = browser.give(&invitation, "anna\0@example.org").await;
        assert_eq!(page.screen(), "address", "{}", page.status);
    }
}

#[tokio::test]
async fn an_address_on_the_web_with_a_nul_leads_nowhere() {
    let app = product().start().await;
    for path in ["/api/v1/meetings/%00", "/api/v1/meetings/a%00b/events"] {
        assert_eq!(app.api(Method::GET, path, None).await.status, 404, "{path}");
    }
    for path in ["/m/%00", "/m/a%00b/code", "/back/bankid/a%00b", "/back/oidc/a%00b?state=%00"] {
        assert_eq!(app.browser().get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_message_called_by_a_name_with_a_nul_is_none_of_ours() {
    let app = product().with_sms("46elks").start().await;
    let hook = format!("/hooks/46elks/{}", app.state().keys.hook_secret());
    for path in [hook.clone(), format!("{hook}/a%00b")] {
        let form = [("id", "a\0b"), ("status", "delivered")];
        assert_eq!(app.browser().post(&path, &form).await.status, 204, "{path}");
    }
}
