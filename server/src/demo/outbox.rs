//! The demo's outbox for testers and scripts: every message as it was delivered. Messages from before the
//! program started are rendered again from their cause. One about a rescheduled meeting then shows the new
//! time.

use super::{MOST, local, script, start::rendered};
use crate::{
    http::api::problem::ApiProblem,
    jobs::outbox::OutboxWorker,
    messages::{
        content::{Body, Channel, MessageContext},
        render::RenderedMessage,
    },
    model::{MessageKind, OutboxMessage},
    state::{AppState, InternalError},
};
use app::fields::comparable;
use askama::Template;
use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use url::form_urlencoded;

/// The page's path.
const HERE: &str = "/dev/outbox";

#[derive(Clone)]
struct Outbox {
    state: AppState,
    outbox_worker: OutboxWorker,
}

pub(super) fn routes(state: &AppState, outbox_worker: &OutboxWorker) -> Router {
    Router::new()
        .route(HERE, get(page))
        .route("/dev/outbox.json", get(list))
        .route("/dev/outbox/{id}", get(picture))
        .route("/dev/outbox.css", get(style))
        .route("/dev/outbox.js", get(script))
        .with_state(Outbox { state: state.clone(), outbox_worker: outbox_worker.clone() })
}

/// A delivered message.
struct Sent {
    id: String,
    at: Timestamp,
    context: MessageContext,
    rendered: RenderedMessage,
}

impl Sent {
    fn is_sms(&self) -> bool {
        self.context.channel == Channel::Sms
    }
}

impl Outbox {
    /// Returns delivered messages, newest first: at most so many, of all or of those to one address or
    /// number.
    async fn sent(&self, to: Option<&str>, most: Option<u32>) -> Result<Vec<Sent>, InternalError> {
        let mut tx = self.state.store.read().await?;
        let messages = tx.sent_messages(most).await?;
        drop(tx);
        let mut sent = Vec::new();
        for message in messages {
            sent.extend(self.written(message, to).await?);
        }
        Ok(sent)
    }

    async fn written(
        &self,
        message: OutboxMessage,
        to: Option<&str>,
    ) -> Result<Option<Sent>, InternalError> {
        let Some(kind) = MessageKind::from_name(&message.kind) else { return Ok(None) };
        let context = self.outbox_worker.render_sent(&message, kind).await?;
        let Some(context) = context.filter(|context| to.is_none_or(|to| went_to(context, to)))
        else {
            return Ok(None);
        };
        let rendered = self.outbox_worker.compose(&context);
        let done = message.done_at.unwrap_or(message.written_at).timestamp();
        Ok(Some(Sent { id: message.id, at: done, context, rendered }))
    }
}

/// `true` if a message went to this address, compared as everywhere, or number. An unencoded plus in a query
/// arrives as a space.
fn went_to(context: &MessageContext, to: &str) -> bool {
    match context.channel {
        Channel::Email => comparable(&context.to) == comparable(to),
        Channel::Sms => context.to.strip_prefix('+') == Some(to.trim().trim_start_matches('+')),
    }
}

#[derive(Deserialize)]
struct Filter {
    to: Option<String>,
}

async fn list(
    State(outbox): State<Outbox>,
    Query(filter): Query<Filter>,
) -> Result<Json<Vec<Value>>, ApiProblem> {
    let sent = outbox.sent(filter.to.as_deref(), None).await?;
    let messages = sent
        .iter()
        .map(|sent| {
            // An SMS has neither.
            let of_mail = |text: &String| (!sent.is_sms()).then(|| text.clone());
            json!({
                "id": sent.id,
                "channel": sent.context.channel.name(),
                "to": sent.context.to,
                "subject": of_mail(&sent.rendered.subject),
                "text": sent.rendered.text,
                // A report is plain text.
                "html": of_mail(&sent.rendered.html).filter(|html| !html.is_empty()),
                "links": sent.rendered.links,
                "sent_at": sent.at.to_string(),
            })
        })
        .collect();
    Ok(Json(messages))
}

#[derive(Template)]
#[template(path = "demo/outbox.html")]
struct Page {
    /// The address or number whose messages are shown. Empty for all.
    to: String,
    /// The addresses and numbers of these messages, for the field.
    known: BTreeSet<String>,
    messages: Vec<Row>,
}

/// A message as the page shows it.
struct Row {
    id: String,
    to: String,
    /// The address of the page with the messages to the same person only.
    same: String,
    /// `true` for an SMS, which has no subject and no HTML.
    sms: bool,
    /// `true` if it has HTML.
    html: bool,
    subject: String,
    /// The time in UTC, for programs.
    sent_at: String,
    /// The time as the organisation's clocks show it.
    shown_at: String,
    code: Option<String>,
    /// The message's first link, which its button has too.
    link: Option<String>,
    /// The plain text, split into links and other text.
    pieces: Vec<Piece>,
}

struct Piece {
    text: String,
    link: bool,
}

async fn page(
    State(outbox): State<Outbox>,
    Query(filter): Query<Filter>,
) -> Result<Response, ApiProblem> {
    let to = filter.to.unwrap_or_default().trim().to_owned();
    // Those to one address are few, so older ones are shown too.
    let sent = match to.as_str() {
        "" => outbox.sent(None, Some(MOST)).await?,
        to => outbox.sent(Some(to), None).await?,
    };
    let known = sent.iter().map(|sent| sent.context.to.clone()).collect();
    let messages = sent.into_iter().map(Row::from).collect();
    Ok(rendered(&Page { to, known, messages }))
}

impl From<Sent> for Row {
    fn from(sent: Sent) -> Self {
        let code = match &sent.context.content {
            Body::Code(context) => Some(context.code.clone()),
            _ => None,
        };
        Self {
            pieces: pieces(&sent.rendered.text, &sent.rendered.links),
            sms: sent.is_sms(),
            html: !sent.rendered.html.is_empty(),
            id: sent.id,
            same: to(&sent.context.to),
            to: sent.context.to,
            subject: sent.rendered.subject,
            sent_at: sent.at.to_string(),
            shown_at: local(sent.at).strftime("%a %-d %b %H:%M:%S").to_string(),
            code,
            link: sent.rendered.links.into_iter().next(),
        }
    }
}

/// Returns the address of the page with the messages to one address or number.
fn to(address: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("to", address).finish();
    format!("{HERE}?{query}")
}

/// Splits a text at the lines that are links.
fn pieces(text: &str, links: &[String]) -> Vec<Piece> {
    text.split_inclusive('\n')
        .map(|line| Piece {
            text: line.to_owned(),
            link: links.iter().any(|link| line.trim() == link),
        })
        .collect()
}

/// Shows a message's HTML as a mail program would: no scripts, no external content.
async fn picture(
    State(outbox): State<Outbox>,
    Path(id): Path<String>,
) -> Result<Response, ApiProblem> {
    let sent = outbox.sent(None, Some(MOST)).await?;
    let Some(found) = sent.into_iter().find(|sent| sent.id == id && !sent.rendered.html.is_empty())
    else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
    Ok(([(header::CONTENT_SECURITY_POLICY, policy)], Html(found.rendered.html)).into_response())
}

async fn style() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8")],
        concat!(include_str!("page.css"), include_str!("outbox.css")),
    )
}
