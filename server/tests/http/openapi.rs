//! The OpenAPI description matches the API.

use crate::booking::put;
use axum::http::Method;
use serde_json::{Value, json};
use server::http::api::{self, openapi, requests};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};
use test_support::{
    browser::{Page, send},
    test_app::{ANNA, DAY, HOUR, MINUTE, TestApp, TestAppBuilder},
};

const MEETINGS: &str = "/api/v1/meetings";
const NONE: &str = "0e5f6d0a-6d5b-4a57-9f5c-0c1f4a0f7d11";

fn description() -> Value {
    serde_json::from_str(openapi::text()).expect("JSON")
}

#[test]
fn the_description_in_the_repository_is_fresh() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    if std::env::var_os("ANSLUT_RENEW_OPENAPI").is_some() {
        fs::write(&file, openapi::text()).expect("written");
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        kept == openapi::text(),
        "docs/openapi.json is of older code; `make openapi` renews it"
    );
}

#[tokio::test]
async fn anybody_may_read_the_description() {
    let app = TestApp::start().await;
    let mut request = app.api_request(Method::GET, openapi::PATH, None);
    request.headers_mut().remove("authorization");
    let page = send(app.address, request).await;
    assert_eq!((page.status.as_u16(), page.header("content-type")), (200, "application/json"));
    assert_eq!(page.text(), openapi::text());
    assert_eq!(page.json()["openapi"], "3.1.0");
    for method in [Method::POST, Method::DELETE] {
        assert_eq!(app.api(method, openapi::PATH, None).await.status, 405);
    }
}

#[tokio::test]
async fn every_route_is_described_with_its_methods() {
    let app = TestApp::start().await;
    let description = description();
    let paths = description["paths"].as_object().expect("paths");
    // The router lists its routes only in its debug output.
    let shown = format!("{:?}", api::routes(app.state()));
    let is_call =
        |path: &&str| path.starts_with("/api/v1/") && !path.ends_with('/') && !path.contains('*');
    let routes: BTreeSet<&str> = shown.split('"').filter(is_call).collect();
    assert_eq!(routes, paths.keys().map(String::as_str).collect());
    for (path, calls) in paths {
        let mut described: BTreeSet<String> =
            calls.as_object().expect("calls").keys().map(|it| it.to_uppercase()).collect();
        if described.contains("GET") {
            described.insert("HEAD".to_owned());
        }
        let address = path.replace("{id}", NONE).replace("{rid}", NONE).replace("{hid}", NONE);
        let page = app.api(Method::TRACE, &address, None).await;
        let allowed = page.header("allow").split(',').map(|it| it.trim().to_owned());
        assert_eq!((page.status.as_u16(), allowed.collect()), (405, described), "{path}");
    }
}

/// Returns the first error of a value by a schema of the description.
fn wrong(all: &Value, schema: &Value, value: &Value, at: &str) -> Option<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let pointer = name.strip_prefix('#').expect("one of these");
        return wrong(all, all.pointer(pointer).expect("described"), value, at);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let fits = choices.iter().filter(|it| wrong(all, it, value, at).is_none()).count();
        return (fits != 1).then(|| format!("{at} fits {fits} of the choices"));
    }
    let is = |kind: &str| match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other} at {at}"),
    };
    let kinds = match &schema["type"] {
        Value::String(kind) => vec![kind.as_str()],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => panic!("no type at {at}: {schema}"),
    };
    if !kinds.into_iter().any(is) {
        return Some(format!("{at} is of another type"));
    }
    if schema["enum"].as_array().is_some_and(|names| !names.contains(value)) {
        return Some(format!("{at} is none of the names"));
    }
    if schema["format"] == "date-time"
        && value.as_str().is_some_and(|it| it.parse::<jiff::Timestamp>().is_err())
    {
        return Some(format!("{at} is no time"));
    }
    if let Value::Array(items) = value {
        return items
            .iter()
            .find_map(|item| wrong(all, &schema["items"], item, &format!("{at}/0")));
    }
    let Value::Object(members) = value else { return None };
    let required = schema["required"].as_array().into_iter().flatten();
    let missing = required.filter_map(Value::as_str).find(|name| !members.contains_key(*name));
    if let Some(name) = missing {
        return Some(format!("{at}/{name} is missing"));
    }
    members.iter().find_map(|(name, value)| {
        let at = format!("{at}/{name}");
        match schema["properties"].get(name) {
            Some(schema) => wrong(all, schema, value, &at),
            None => Some(format!("{at} is not described")),
        }
    })
}

/// Asserts that a response is described for its call.
fn as_described(all: &Value, (method, path): (&Method, &str), page: &Page) {
    let status = page.status.as_str();
    let call = &all["paths"][path][method.as_str().to_lowercase()];
    let answer = &call["responses"][status];
    assert!(answer.is_object(), "{method} {path}: {status}");
    let Some(content) = answer["content"].as_object() else {
        assert_eq!(page.text(), "", "{method} {path}: {status}");
        return;
    };
    let kinds: Vec<_> = content.keys().map(String::as_str).collect();
    assert_eq!(kinds, [page.header("content-type")]);
    let schema = &content[page.header("content-type")]["schema"];
    let wrong = wrong(all, schema, &page.json(), "");
    assert_eq!(wrong, None, "{method} {path} {status}: {}", page.text());
}

#[tokio::test]
async fn answers_are_as_described() {
    const ONE: &str = "/api/v1/meetings/{id}";
    const EVENTS: &str = "/api/v1/meetings/{id}/events";
    const AGAIN: &str = "/api/v1/meetings/{id}/recipients/{rid}/invitation";
    const END: &str = "/api/v1/meetings/{id}/end";
    const HOST: &str = "/api/v1/meetings/{id}/hosts/{hid}/invitation";
    let all = description();
    let app = TestAppBuilder::product()
        .with("room.listen", "127.0.0.1:0")
        .with_bankid()
        .with_sms("46elks")
        .start()
        .await;
    let mut builtin = app.meeting(HOUR, &[ANNA]);
    builtin["room"] = json!({ "kind": "builtin" });
    let built = app.api(Method::POST, MEETINGS, Some(&builtin)).await;
    as_described(&all, (&Method::POST, MEETINGS), &built);
    let built = built.json();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let (built, host) = (text(&built["id"]), text(&built["hosts"][0]["id"]));
    let mut open = app.meeting(MINUTE, &[ANNA]);
    open["room"] = json!({ "kind": "builtin" });
    let open = text(&app.api(Method::POST, MEETINGS, Some(&open)).await.json()["id"]);
    let mut meeting = app.meeting(HOUR, &[ANNA]);
    meeting["recipients"].as_array_mut().expect("recipients").extend([
        json!({ "email": "bo@example.org", "phone": "+46701740605", "assurance": "loa2", "method": "sms-code",
            "allow_e_id": true, "language": "en" }),
        json!({ "email": "cia@example.org", "assurance": "loa3", "method": "e-id", "personal_number": "199908072391" }),
    ]);
    let anna = app.invite_to(&meeting).await;
    app.loaded().identify(&app, &anna).await;
    let (meeting_id, id) = (anna.meeting.as_str(), anna.id.as_str());
    let mut seen: BTreeMap<String, BTreeSet<u16>> = BTreeMap::new();
    let title = json!({ "title": "Nytt" });
    let remove = json!({ "recipients": [{ "id": id, "remove": true }] });
    for (method, path, (meeting_id, id), query, body, status) in [
        (Method::POST, MEETINGS, ("", ""), "", Some(&meeting), 201),
        (Method::POST, MEETINGS, ("", ""), "", Some(&title), 422),
        (Method::POST, MEETINGS, ("", ""), "", None, 415),
        (Method::GET, MEETINGS, ("", ""), "", None, 200),
        (Method::GET, MEETINGS, ("", ""), "?limit=1", None, 200),
        (Method::GET, MEETINGS, ("", ""), "?limit=x", None, 400),
        (Method::GET, ONE, (meeting_id, ""), "", None, 200),
        (Method::GET, ONE, (NONE, ""), "", None, 404),
        (Method::GET, EVENTS, (meeting_id, ""), "", None, 200),
        (Method::GET, EVENTS, (NONE, ""), "", None, 404),
        (Method::PATCH, ONE, (meeting_id, ""), "", Some(&title), 200),
        (Method::PATCH, ONE, (meeting_id, ""), "", Some(&json!([])), 422),
        (Method::PATCH, ONE, (meeting_id, ""), "", None, 415),
        (Method::PATCH, ONE, (NONE, ""), "", Some(&title), 404),
        (Method::POST, AGAIN, (meeting_id, id), "", None, 202),
        (Method::POST, AGAIN, (meeting_id, NONE), "", None, 404),
        (Method::POST, AGAIN, (meeting_id, id), "", Some(&title), 422),
        (Method::GET, ONE, (&built, ""), "", None, 200),
        (Method::POST, HOST, (&built, &host), "", None, 202),
        (Method::POST, HOST, (&built, id), "", None, 404),
        (Method::POST, HOST, (&built, &host), "", Some(&title), 422),
        (Method::GET, EVENTS, (&built, ""), "", None, 200),
        (Method::POST, END, (&open, ""), "", None, 204),
        (Method::POST, END, (&built, ""), "", None, 409),
        (Method::POST, END, (meeting_id, ""), "", None, 409),
        (Method::POST, END, (NONE, ""), "", None, 404),
        (Method::GET, EVENTS, (&open, ""), "", None, 200),
        (Method::DELETE, ONE, (&built, ""), "", None, 204),
        (Method::POST, HOST, (&built, &host), "", None, 409),
        (Method::PATCH, ONE, (meeting_id, ""), "", Some(&remove), 200),
        (Method::POST, AGAIN, (meeting_id, id), "", None, 409),
        (Method::DELETE, ONE, (NONE, ""), "", None, 404),
        (Method::DELETE, ONE, (meeting_id, ""), "", None, 204),
        (Method::PATCH, ONE, (meeting_id, ""), "", Some(&title), 409),
        (Method::GET, EVENTS, (meeting_id, ""), "", None, 200),
    ] {
        let address =
            path.replace("{id}", meeting_id).replace("{rid}", id).replace("{hid}", id) + query;
        let page = app.api(method.clone(), &address, body).await;
        assert_eq!(page.status, status, "{method} {address}: {}", page.text());
        as_described(&all, (&method, path), &page);
        seen.entry(format!("{method} {path}")).or_default().insert(status);
    }
    for (method, path) in [(Method::GET, MEETINGS), (Method::DELETE, ONE), (Method::POST, AGAIN)] {
        let mut request = app.api_request(method.clone(), &path.replace("{id}", NONE), None);
        request.headers_mut().remove("authorization");
        let page = send(app.address, request).await;
        assert_eq!(page.status, 401);
        as_described(&all, (&method, path), &page);
    }
    let anna = app.invite_early(ANNA).await;
    let address = AGAIN.replace("{id}", &anna.meeting).replace("{rid}", &anna.id);
    for _ in 0..10 {
        assert_eq!(app.api(Method::POST, &address, None).await.status, 202);
    }
    let page = app.api(Method::POST, &address, None).await;
    assert_eq!(page.status, 429);
    as_described(&all, (&Method::POST, AGAIN), &page);
    app.forward(DAY).await;
    for (path, calls) in all["paths"].as_object().expect("paths") {
        for method in calls.as_object().expect("calls").keys().filter(|_| path != openapi::PATH) {
            let call = format!("{} {path}", method.to_uppercase());
            assert!(seen.contains_key(&call), "{call} was asked for");
        }
    }
}

/// Returns the members of a schema of the description.
fn members<'a>(all: &'a Value, name: &str) -> Vec<&'a String> {
    let schema = &all["components"]["schemas"][name];
    assert_eq!(schema["additionalProperties"], false, "{name}: unknown members are refused");
    schema["properties"].as_object().expect("properties").keys().collect()
}

/// Returns the pointers of a refusal, each with its text.
fn pointed_at(page: &Page) -> BTreeMap<String, String> {
    assert_eq!(page.status, 422, "{}", page.text());
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let errors = page.json()["errors"].as_array().expect("errors").clone();
    errors.iter().map(|it| (text(&it["pointer"]), text(&it["detail"]))).collect()
}

#[tokio::test]
async fn what_is_taken_is_as_described() {
    let all = description();
    let app = TestAppBuilder::product()
        .with("room.listen", "127.0.0.1:0")
        .with_bankid()
        .with_sms("46elks")
        .start()
        .await;
    let example = &all["components"]["schemas"]["Booking"]["example"];
    let schema = json!({ "$ref": "#/components/schemas/Booking" });
    assert_eq!(wrong(&all, &schema, example, ""), None);
    let page = app.api(Method::POST, MEETINGS, Some(example)).await;
    assert_eq!(page.status, 201, "{}", page.text());
    let (meeting, id) = (page.json()["id"].clone(), page.json()["recipients"][0]["id"].clone());
    let meeting = format!("{MEETINGS}/{}", meeting.as_str().expect("an id"));

    // Required members.
    let required = &all["components"]["schemas"]["Booking"]["required"];
    let required: BTreeSet<String> = required
        .as_array()
        .expect("names")
        .iter()
        .map(|it| format!("/{}", it.as_str().expect("a name")))
        .collect();
    let page = app.api(Method::POST, MEETINGS, Some(&json!({}))).await;
    assert_eq!(pointed_at(&page).into_keys().collect::<BTreeSet<_>>(), required);

    // Every described member is read: a number is valid nowhere.
    let mut built = example.clone();
    built["room"] = json!({ "kind": "builtin" });
    built["hosts"] = json!([{ "name": "Kim", "email": "kim@kommun.example" }]);
    let page = app.api(Method::POST, MEETINGS, Some(&built)).await;
    assert_eq!(page.status, 201, "{}", page.text());
    let (led, host) = (page.json()["id"].clone(), page.json()["hosts"][0]["id"].clone());
    let led = format!("{MEETINGS}/{}", led.as_str().expect("an id"));
    let change = json!({ "organiser": {}, "room": {}, "recipients": [{ "id": id }] });
    let (post, patch) = (Method::POST, Method::PATCH);
    for (method, address, body, schemas) in [
        (
            &post,
            MEETINGS,
            example,
            &[
                ("Booking", ""),
                ("NewOrganiser", "/organiser"),
                ("NewRoom", "/room"),
                ("NewRecipient", "/recipients/0"),
            ][..],
        ),
        (&post, MEETINGS, &built, &[("NewHost", "/hosts/0")]),
        (
            &patch,
            &meeting,
            &change,
            &[
                ("Change", ""),
                ("OrganiserChange", "/organiser"),
                ("RoomChange", "/room"),
                ("RecipientChange", "/recipients/0"),
            ],
        ),
        (&patch, &led, &json!({ "hosts": [{ "id": host }] }), &[("HostChange", "/hosts/0")]),
    ] {
        for (name, place) in schemas {
            for member in members(&all, name) {
                let pointer = format!("{place}/{member}");
                let mut body = body.clone();
                put(&mut body, &pointer, json!(7.5));
                let page = app.api(method.clone(), address, Some(&body)).await;
                let detail = pointed_at(&page).remove(&pointer);
                assert!(detail.is_some_and(|it| it != "is not known"), "{method} {pointer}");
            }
        }
    }
}

#[test]
fn examples_are_as_described() {
    let all = description();
    let schemas = all["components"]["schemas"].as_object().expect("schemas");
    let mut examples = 0;
    for (name, schema) in schemas.iter().filter(|(_, schema)| !schema["example"].is_null()) {
        assert_eq!(wrong(&all, schema, &schema["example"], name), None);
        examples += 1;
    }
    assert!(examples >= 5, "{examples}");
    // All members of a change are optional.
    let little = json!({ "organiser": {}, "room": {}, "recipients": [{}], "hosts": [{}] });
    for change in [json!({}), little] {
        assert_eq!(wrong(&all, &schemas["Change"], &change, ""), None);
    }
    for change in [json!({ "organiser": null }), json!({ "recipients": [{ "email": null }] })] {
        assert!(wrong(&all, &schemas["Change"], &change, "").is_some(), "{change}");
    }
}

#[test]
fn nothing_is_taken_that_is_not_described() {
    let whole = json!({
        "title": "a", "description": "b", "starts_at": "c", "ends_at": "d", "time_zone": "e",
        "organiser": { "name": "f", "email": "g", "phone": "h" },
        "room": { "kind": "link", "url": "i" },
        "recipients": [{ "name": "j", "email": "k", "phone": "l", "assurance": "loa3", "method": "e-id",
            "language": "en", "allow_e_id": false, "personal_number": "m" }],
        "hosts": [{ "name": "o", "email": "p" }],
    });
    serde_json::from_value::<requests::Booking>(whole.clone()).expect("a booking");
    let mut change = whole;
    change["recipients"][0]["id"] = "n".into();
    change["recipients"][0]["remove"] = false.into();
    change["hosts"][0]["id"] = "q".into();
    change["hosts"][0]["remove"] = false.into();
    serde_json::from_value::<requests::Change>(change).expect("a change");
}
