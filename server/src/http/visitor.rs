//! Extractors of the pages: the visitor of a request, and the form that its answer takes.

use super::{client_ip::ClientIp, device::device, headers::Nonce, pages::Pages};
use app::{backend::Visitor, server_fns::wants_view, wire::Language};
use axum::{
    extract::FromRequestParts,
    http::{Extensions, HeaderMap, request::Parts},
};
use std::convert::Infallible;

/// The visitor of a request, by its cookies, headers and address.
pub(super) struct CurrentVisitor(pub(super) Visitor);

impl FromRequestParts<Pages> for CurrentVisitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, pages: &Pages) -> Result<Self, Infallible> {
        let client = Option::<ClientIp>::from_request_parts(parts, pages).await?;
        let visitor = pages.state.settings.cookies.visitor(&parts.headers);
        Ok(Self(Visitor { device: device(&parts.headers, client), ..visitor }))
    }
}

/// The form of an answer: a page, or its view for the loaded app.
#[derive(Clone)]
pub(super) struct AnswerForm {
    /// `true` if the view is asked for, as JSON.
    pub(super) view: bool,
    /// The visitor's language, for pages outside an invitation.
    pub(super) language: Language,
    /// The nonce of the page's own script.
    pub(super) nonce: Nonce,
}

impl FromRequestParts<Pages> for AnswerForm {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, pages: &Pages) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers, &parts.extensions, pages))
    }
}

impl AnswerForm {
    /// Returns the form that a request asks for.
    pub(super) fn of(headers: &HeaderMap, extensions: &Extensions, pages: &Pages) -> Self {
        let visitor = pages.state.settings.cookies.visitor(headers);
        Self {
            view: wants_view(headers),
            language: visitor.language.unwrap_or_default(),
            nonce: extensions.get().cloned().unwrap_or_default(),
        }
    }
}
