//! A full disk on the database server.

use crate::product;
use axum::http::Method;
use server::clock::Stopwatch;
use std::time::Duration;
use test_support::test_app::{ANNA, MINUTE};

/// The error of a server without space for a larger table, while small writes still succeed.
const FULL: &str = "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$";
const FILL: &str =
    "CREATE TRIGGER full_disk BEFORE INSERT ON meetings EXECUTE FUNCTION full_disk()";

#[tokio::test]
async fn a_full_disk_is_told_within_a_second_and_forgotten_when_there_is_room_again() {
    let app = product().start().await;
    let browser = app.browser();
    assert_eq!(browser.get("/readyz").await.status, 200);
    app.execute_sql(FULL).await;
    app.execute_sql(FILL).await;
    let meeting = app.meeting(MINUTE, &[ANNA]);
    assert_eq!(app.api(Method::POST, "/api/v1/meetings", Some(&meeting)).await.status, 503);
    let began = Stopwatch::start();
    let page = loop {
        let page = browser.get("/readyz").await;
        if page.status == 503 {
            break page;
        }
        assert!(began.elapsed() < Duration::from_secs(1), "it still says that all is well");
    };
    assert_eq!(page.text(), "not ready: disk-full\n");
    let met = app.figure("anslut_database_troubles_total{trouble=\"disk-full\"}").await;
    assert!(met.is_some_and(|met| met >= 1.0), "{met:?}");

    app.execute_sql("DROP TRIGGER full_disk ON meetings").await;
    while browser.get("/readyz").await.status != 200 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(app.api(Method::POST, "/api/v1/meetings", Some(&meeting)).await.status, 201);
    assert_eq!(app.figure("anslut_database_up").await, Some(1.0));
}
