//! The page for the code: the field, the details of the message, and how to get another code.

use crate::{
    components::{
        facts::Fact,
        field::TextField,
        form::{StepForm, StepLink},
        live_text::Countdown,
        message::{ProblemMessage, problem_text},
        slow_mail::SlowMail,
    },
    i18n::Texts,
    pages::channel,
    server_fns::{EnterCode, ResendCode},
    steps::Step,
    wire::{Code, Field, PageView, Problem},
    wizard::{use_texts, use_view},
};
use leptos::{prelude::*, server_fn::ServerFn};

#[component]
pub(super) fn Page(code: Code) -> impl IntoView {
    let view = use_view();
    let texts = use_texts();
    let wrong = view.problem.filter(|it| it.field(&view.screen) == Some(Field::Code));
    let hint = hint(&view, texts, &code);
    // On a small screen the field must come first.
    view! {
        <StepForm action=EnterCode::PATH>
            <TextField
                name="code"
                class="input code"
                label=texts.code.label
                hint
                // A code is never shown again.
                value=""
                keyboard="numeric"
                autocomplete="one-time-code"
                verbatim=true
                problem=wrong.map(|it| problem_text(texts, &view.screen, it))
            />
            <button class="button main" type="submit">{texts.code.identify}</button>
        </StepForm>
        <SlowMail code=code.clone()/>
        <Sent code=code.clone()/>
        <Again code/>
    }
}

fn hint(view: &PageView, texts: &Texts, code: &Code) -> String {
    let mut hint = (texts.code.hint)(code.length);
    let said = matches!(view.problem, Some(Problem::CodeWrong { .. }));
    if code.tries_left > 0 && code.valid_for > 0 && !said {
        hint.push(' ');
        hint.push_str(&(texts.code.tries)(code.tries_left));
    }
    hint
}

/// The details of the message: the check word, its address, and the time.
#[component]
fn Sent(code: Code) -> impl IntoView {
    let view = use_view();
    let texts = use_texts();
    let change = Step::Address.path(view.token.as_deref().unwrap_or_default());
    // A code sent to the phone still depends on the address.
    let to = if code.phone.is_some() { texts.address.label } else { texts.code.sent_to };
    let sent_at = (texts.time.clock)(&code.sent_at);
    let Code { phone, address, word, .. } = code.clone();
    view! {
        <dl class="facts">
            <Fact term=texts.code.word>
                <span class="word" translate="no">{word}</span>
                <span class="quiet">{channel(texts, &view.screen).word_why}</span>
            </Fact>
            {phone.map(|number| view! {
                <Fact term=texts.code.sent_to><span class="number">{number}</span></Fact>
            }.into_any())}
            <Fact term=to>
                <span class="typed">{address}</span>
                <StepLink path=change text=texts.code.change/>
                <span class="quiet">{texts.code.sent_if}</span>
            </Fact>
            <Fact term=texts.code.sent_at>
                <span class="plain">{sent_at}</span>
                <Countdown text=Box::new(move |passed| valid_text(texts, &code, passed))/>
            </Fact>
        </dl>
    }
}

/// The section about getting another code.
#[component]
fn Again(code: Code) -> impl IntoView {
    let view = use_view();
    let texts = use_texts();
    let early = view.problem.filter(|it| it.is_resend_error(&view.screen));
    let when = match early {
        Some(problem) => view! { <ProblemMessage problem/> }.into_any(),
        None => view! {
            <Countdown text=Box::new(move |passed| resend_text(texts, &code, passed))/>
        }
        .into_any(),
    };
    view! {
        <section class="again">
            <h2>{texts.code.none_came}</h2>
            <p class="plain">{channel(texts, &view.screen).look}</p>
            {when}
            <StepForm action=ResendCode::PATH>
                <button
                    class="button"
                    type="submit"
                    aria-describedby=early.map(|_| "problem")
                    autofocus=early.is_some()
                >
                    {texts.code.resend}
                </button>
            </StepForm>
        </section>
    }
}

/// Returns the text on a code's validity. `passed` counts the seconds since the view arrived.
fn valid_text(texts: &Texts, code: &Code, passed: u32) -> String {
    let left = code.valid_for.saturating_sub(passed);
    if left == 0 || code.tries_left == 0 {
        return texts.code.invalid.to_owned();
    }
    (texts.code.valid_until)(&(texts.time.clock)(&code.valid_until), left)
}

/// Returns the text on when another code can be sent. `passed` counts the seconds since the view arrived.
fn resend_text(texts: &Texts, code: &Code, passed: u32) -> String {
    let left = code.resend_in.saturating_sub(passed);
    if left == 0 {
        return texts.code.resend_now.to_owned();
    }
    (texts.code.resend_from)(&(texts.time.clock)(&code.resend_at), left)
}
