//! The meeting page: it waits until the room opens, then shows the button to join.

use crate::{
    components::{
        form::{form, main_button},
        text::{bullets, card, paragraph, span, step_link, subheading, summary_list},
    },
    i18n::Texts,
    pages::day_and_time,
    server_fns::JoinRoom,
    steps::Step,
    wire::{Meeting, PageView},
};
use leptos::{prelude::AnyView, server_fn::ServerFn};

pub(super) fn page(view: &PageView, words: &Texts, meeting: &Meeting) -> Vec<AnyView> {
    let texts = &words.meeting;
    let when = span("strong", &day_and_time(view, words, &meeting.when));
    let mut parts = Vec::new();
    if meeting.when.opens_in > 0 {
        let at = (words.time.point)(&meeting.when.opens);
        parts.push(paragraph("lead", &(texts.opens)(&at)));
        parts.push(paragraph("message waiting", texts.by_itself));
    } else {
        parts.push(paragraph("lead", texts.lead_open));
    }
    parts.push(summary_list(vec![
        (words.invitation.matter, span("strong", &meeting.title)),
        (words.invitation.when, when),
    ]));
    if meeting.when.opens_in == 0 {
        parts.push(form(JoinRoom::PATH, view, vec![main_button(texts.join)]));
    }
    parts.push(card("again", vec![subheading(texts.before), bullets(texts.tips)]));
    let back = Step::Invitation.path(view.token.as_deref().unwrap_or_default());
    parts.push(step_link(back, words.frame.back));
    parts
}
