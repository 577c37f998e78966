//! An identification with BankID in progress.
//!
//! Every stage has the same parts, some of them hidden. The loaded app shows and hides them as the
//! identification proceeds.

use crate::{
    components::{
        form::{form, main_button, side_button},
        ids,
        qr::qr_code,
        text::{block, card, live_link, numbered, paragraph, status},
    },
    i18n::Texts,
    server_fns::{Cancel, Finish},
    wire::{BankId, PageView, Progress, Stage},
};
use leptos::{prelude::AnyView, server_fn::ServerFn};

pub(super) fn page(view: &PageView, words: &Texts, bankid: &BankId) -> Vec<AnyView> {
    let texts = &words.e_id;
    let progress = &bankid.progress;
    let mut parts = Vec::new();
    if bankid.here {
        parts.push(paragraph("lead", texts.lead_here));
    }
    parts.push(status(ids::STATUS, (texts.stages)(progress.stage)));
    parts.push(if bankid.here { start(words, progress) } else { scan(words, progress) });
    let finish = form(Finish::PATH, view, vec![main_button(texts.go_on)]);
    parts.push(block(ids::FINISH, "plain", progress.stage == Stage::Done, vec![finish]));
    parts.push(form(Cancel::PATH, view, vec![side_button(texts.cancel)]));
    parts
}

/// Returns the link that opens the app. The browser follows it, not our app.
fn start(words: &Texts, progress: &Progress) -> AnyView {
    let url = progress.start.as_deref().unwrap_or_default();
    let link = live_link(ids::START, "button main", url, words.e_id.open);
    block(ids::START_PART, "plain", progress.start.is_some(), vec![link])
}

/// Returns the QR code that the app on another device scans, with instructions.
fn scan(words: &Texts, progress: &Progress) -> AnyView {
    let texts = &words.e_id;
    let how = texts.qr_how.map(str::to_owned);
    let text = vec![numbered(&how), paragraph("quiet", texts.qr_why)];
    let parts = vec![qr_code(progress.qr.as_ref(), texts.qr), card("how", text)];
    block(ids::QR_PART, "scan", progress.qr.is_some(), parts)
}
