//! The description of the API (OpenAPI 3.1), generated from the code that answers.

use super::{
    end, list,
    problem::{ApiProblem, Invalid},
    requests, responses, update,
};
use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use std::sync::LazyLock;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        ContentBuilder, HeaderBuilder, ObjectBuilder, Ref, RefOr, ResponseBuilder, Type,
        path::Operation,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};

/// The address of the description.
pub const PATH: &str = "/api/v1/openapi.json";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Anslut",
        description = "Books secure video meetings, and tells what became of their invitations.\n\n\
            Every token sees all meetings of the installation. Errors are problems as of RFC 9457. Members that are \
            not known are refused with 422. Links, tokens, codes and personal numbers are never answered.",
        license(name = "EUPL-1.2", identifier = "EUPL-1.2"),
    ),
    servers((url = "/", description = "The installation that this description was read from.")),
    paths(
        super::book, list::list, super::read, update::change, update::cancel, end::end, super::events,
        update::invite_again, update::invite_host_again, description,
    ),
    components(schemas(
        responses::Meeting, responses::Meetings, responses::Recipient, responses::Host, responses::Event,
        requests::Booking, requests::Change, ApiProblem, Invalid,
    )),
    modifiers(&Token, &Problems),
    security(("token" = [])),
    tags((name = "meetings", description = "Meetings and who is invited."), (name = "description", description = "This description.")),
)]
struct Description;

/// The authentication by token.
struct Token;

impl Modify for Token {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.description = Some("A token made by `anslut token create`.".to_owned());
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// The problems that any call may return.
struct Problems;

impl Modify for Problems {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        for (path, item) in &mut openapi.paths.paths {
            let calls = [&mut item.get, &mut item.post, &mut item.patch, &mut item.delete];
            for call in calls.into_iter().flatten() {
                if path != PATH {
                    tell_usual(call);
                }
                tell_as_problems(call);
            }
        }
    }
}

fn tell_usual(call: &mut Operation) {
    let mut usual = vec![
        ("401", "There is no valid token."),
        (
            "503",
            "The service can't do it just now. Where the answer was lost on its way it may be done all the same.",
        ),
    ];
    if call.request_body.is_some() {
        usual.extend([
            (
                "400",
                "The body is no JSON or names a member twice, or a header can't be understood.",
            ),
            ("413", "The body is larger than any can be that holds what is described."),
            ("415", "The body does not say that it is JSON."),
        ]);
    }
    for (status, what) in usual {
        let response = || ResponseBuilder::new().description(what).build().into();
        call.responses.responses.entry(status.to_owned()).or_insert_with(response);
    }
}

fn tell_as_problems(call: &mut Operation) {
    for (status, response) in &mut call.responses.responses {
        if let RefOr::T(response) = response
            && matches!(status.as_bytes().first(), Some(b'4' | b'5'))
        {
            let problem = Ref::from_schema_name("Problem");
            let content = ContentBuilder::new().schema(Some(problem)).build();
            response.content.insert("application/problem+json".to_owned(), content);
            let header = match status.as_str() {
                "401" => ("WWW-Authenticate", Type::String, "How one shows that one may ask."),
                "429" | "503" => {
                    ("Retry-After", Type::Integer, "In so many seconds it can be asked again.")
                }
                _ => continue,
            };
            let (name, kind, what) = header;
            let schema = ObjectBuilder::new().schema_type(kind);
            let header = HeaderBuilder::new().schema(schema).description(Some(what)).build();
            response.headers.insert(name.to_owned(), header);
        }
    }
}

/// Returns the description as it is served and kept in the repository.
pub fn text() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let text = Description::openapi().to_pretty_json().unwrap_or_default();
        format!("{text}\n")
    });
    &TEXT
}

/// Describes the API
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    operation_id = "readDescription",
    tag = "description",
    security(()),
    responses(
        (status = 200, description = "This description."),
        (status = 405, description = "It can only be read."),
    ),
)]
pub(super) async fn description() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text()).into_response()
}
