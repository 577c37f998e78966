//! The opened invitation.

use crate::{
    components::{
        form::{form, main_button},
        ids,
        text::{
            bullets, card, link, name, naming, paragraph, phone, span, subheading, summary_list,
        },
        whole::Part,
    },
    i18n::Texts,
    pages::day_and_time,
    server_fns::EnterMeeting,
    steps::invitation_path,
    wire::{Invitation, PageView},
};
use leptos::{prelude::*, server_fn::ServerFn};

pub(super) fn page(view: &PageView, words: &Texts, invitation: &Invitation) -> Vec<AnyView> {
    let texts = &words.invitation;
    let organisation = &view.organisation.name;
    let mut parts = Vec::new();
    if let Some(name) = &invitation.recipient {
        parts.push(naming("big", &(texts.hello)(name), &[name.as_str()]));
    }
    if let Some(help) = &view.help {
        let names = [help.name.as_str(), organisation];
        parts.push(naming("lead", &(texts.lead)(&help.name, organisation), &names));
    }
    parts.push(summary_list(rows(view, words, invitation)));
    parts.push(paragraph("message", &opening(words, invitation)));
    parts.push(form(EnterMeeting::PATH, view, vec![main_button(texts.connect)]));
    parts.push(card("again", vec![subheading(texts.who_sees), bullets(texts.who_sees_what)]));
    parts
}

fn rows<'a>(view: &PageView, words: &'a Texts, invitation: &Invitation) -> Vec<(&'a str, AnyView)> {
    let texts = &words.invitation;
    let calendar =
        [&invitation_path(view.token.as_deref().unwrap_or_default()), "/invitation.ics"].concat();
    let when = vec![
        span("strong", &day_and_time(view, words, &invitation.when)),
        own_time(),
        link("link", &calendar, texts.calendar),
    ];
    let mut rows =
        vec![(texts.matter, span("strong", &invitation.title)), (texts.when, when.part())];
    if !invitation.description.is_empty() {
        rows.push((texts.description, span("as-written", &invitation.description)));
    }
    if let Some(help) = &view.help {
        let from = [&help.name, ", ", &view.organisation.name].concat();
        rows.push((texts.from, name("plain", &from)));
        rows.push((texts.phone, phone(&help.phone)));
    }
    rows
}

/// Returns the place for the time in the visitor's time zone, which only the browser knows.
fn own_time() -> AnyView {
    view! { <span id=ids::OWN_TIME class="quiet" hidden>" "</span> }.part()
}

fn opening(words: &Texts, invitation: &Invitation) -> String {
    if invitation.when.opens_in == 0 {
        return words.invitation.open.to_owned();
    }
    (words.invitation.opens)(&(words.time.point)(&invitation.when.opens))
}
