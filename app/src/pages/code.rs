//! The page for the code: the field, the details of the message, and how to get another code.

use crate::{
    components::{
        field::{TextField, text_field},
        form::{described_button, form, main_button, side_button},
        ids,
        message::{problem, problem_text},
        text::{block, card, live_text, name, plain, span, step_link, subheading, summary_list},
        whole::Part,
    },
    i18n::Texts,
    pages::channel,
    server_fns::{EnterCode, ResendCode},
    steps::Step,
    wire::{Code, Field, PageView, Problem},
};
use leptos::{prelude::AnyView, server_fn::ServerFn};

pub(super) fn page(view: &PageView, words: &Texts, code: &Code) -> Vec<AnyView> {
    let texts = &words.code;
    let wrong = view.problem.filter(|it| it.field(&view.screen) == Some(Field::Code));
    let field = text_field(TextField {
        name: "code",
        label: texts.label,
        hint: &hint(view, words, code),
        // A code is never shown again.
        value: "",
        keyboard: "numeric",
        autocomplete: "one-time-code",
        verbatim: true,
        problem: wrong.map(|it| problem_text(words, &view.screen, it)),
    });
    // On a small screen the field must come first.
    vec![
        form(EnterCode::PATH, view, vec![field, main_button(texts.identify)]),
        // They are always in the page, so that the loaded app can show them without touching the typed text.
        block(ids::SLOW, "message", code.slow, vec![plain(texts.slow)]),
        block(ids::UNSENT, "message", code.unsent, vec![plain(texts.unsent)]),
        sent(view, words, code),
        card("again", again(view, words, code)),
    ]
}

/// Returns the details of the message: its address, the time, and the check word.
fn sent(view: &PageView, words: &Texts, code: &Code) -> AnyView {
    let texts = &words.code;
    let channel = channel(words, &view.screen);
    let change = Step::Address.path(view.token.as_deref().unwrap_or_default());
    let to = vec![
        span("typed", &code.address),
        step_link(change, texts.change),
        span("quiet", texts.sent_if),
    ];
    let times = vec![
        span("plain", &(words.time.clock)(&code.sent_at)),
        live_text(ids::VALID, &valid_text(words, code, 0)),
    ];
    let word = vec![name("word", &code.word), span("quiet", channel.word_why)];
    let mut rows = vec![(texts.word, word.part())];
    // A code sent to the phone still depends on the address.
    let named = match &code.phone {
        Some(number) => {
            rows.push((texts.sent_to, span("number", number)));
            words.address.label
        }
        None => texts.sent_to,
    };
    rows.push((named, to.part()));
    rows.push((texts.sent_at, times.part()));
    summary_list(rows)
}

fn hint(view: &PageView, words: &Texts, code: &Code) -> String {
    let mut hint = (words.code.hint)(code.length);
    let said = matches!(view.problem, Some(Problem::CodeWrong { .. }));
    if code.tries_left > 0 && code.valid_for > 0 && !said {
        hint.push(' ');
        hint.push_str(&(words.code.tries)(code.tries_left));
    }
    hint
}

fn again(view: &PageView, words: &Texts, code: &Code) -> Vec<AnyView> {
    let texts = &words.code;
    let early = view.problem.filter(|it| it.is_resend_error(&view.screen));
    let button = match early {
        Some(_) => described_button(texts.resend, ids::PROBLEM),
        None => side_button(texts.resend),
    };
    let mut parts = vec![subheading(texts.none_came), plain(channel(words, &view.screen).look)];
    parts.push(match early {
        Some(early) => problem(words, &view.screen, early),
        None => live_text(ids::RESEND, &resend_text(words, code, 0)),
    });
    parts.push(form(ResendCode::PATH, view, vec![button]));
    parts
}

/// Returns the text on a code's validity. `passed` counts the seconds since the view arrived.
pub(crate) fn valid_text(words: &Texts, code: &Code, passed: u32) -> String {
    let left = code.valid_for.saturating_sub(passed);
    if left == 0 || code.tries_left == 0 {
        return words.code.invalid.to_owned();
    }
    (words.code.valid_until)(&(words.time.clock)(&code.valid_until), left)
}

/// Returns the text on when another code can be sent. `passed` counts the seconds since the view arrived.
pub(crate) fn resend_text(words: &Texts, code: &Code, passed: u32) -> String {
    let left = code.resend_in.saturating_sub(passed);
    if left == 0 {
        return words.code.resend_now.to_owned();
    }
    (words.code.resend_from)(&(words.time.clock)(&code.resend_at), left)
}
