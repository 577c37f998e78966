//! The page for the code: its destination, the field, and how to get another code. Once the code no longer
//! works, what happened and the button for another one come first.

use crate::{
    components::{
        field::TextField,
        form::{StepForm, StepLink, Submit},
        live_text::Countdown,
        message::{OfflineMessage, ProblemMessage, code_over, notice_text, problem_text},
        names::Named,
        slow_mail::SlowMail,
    },
    i18n::Texts,
    pages::{channel, poll_from},
    server_fns::{EnterCode, ResendCode, UseEId},
    steps::Step,
    wire::{Code, Field, Notice, PageView, Problem},
    wizard::{effect, use_texts, use_view, use_wizard},
};
use leptos::{prelude::*, server_fn::ServerFn};

#[component]
pub(super) fn Page(code: Code) -> impl IntoView {
    let view = use_view();
    let texts = use_texts();
    let over = code_over(texts, &view.screen);
    if over.is_none() {
        poll_expiry(code.valid_for);
    }
    let destination = view! { <Destination code=code.clone()/> }.into_any();
    let enter = view! { <Enter code=code.clone()/> }.into_any();
    let slow = view! { <SlowMail code=code.clone()/> }.into_any();
    let resend = view! { <Resend code=code.clone()/> }.into_any();
    let e_id = code.e_id.then(|| {
        view! {
            <StepForm action=UseEId::PATH><Submit text=texts.method.use_e_id_instead/></StepForm>
        }
        .into_any()
    });
    let channel = channel(texts, &view.screen);
    if let Some(text) = over {
        let focused = resend_error(&view).is_none();
        let problem = view! { <ProblemMessage text focused/> }.into_any();
        return vec![problem, resend, destination, slow, enter, e_id.into_any()];
    }
    let word = view! {
        <p class="quiet">
            {texts.code.word} ": " <strong class="word" translate="no">{code.word}</strong> " – "
            {channel.word_where}
        </p>
    };
    let again = view! {
        <section class="again">
            <h2>{texts.code.none_came}</h2>
            <p class="plain">{channel.look}</p>
            {resend}
            {e_id}
        </section>
    };
    vec![destination, enter, word.into_any(), slow, again.into_any()]
}

/// Milliseconds between two requests for a page whose code should have expired.
const POLLED_EVERY: f64 = 5_000.0;

/// Asks for the page when the code expires, until it comes. The service's clock decides whether it has.
fn poll_expiry(valid_for: u32) {
    let wizard = use_wizard();
    effect(move || poll_from(wizard, valid_for, wizard.elapsed.get(), POLLED_EVERY));
}

/// The form for the code. Its button is the page's main one while the code works.
#[component]
fn Enter(code: Code) -> impl IntoView {
    let view = use_view();
    let texts = use_texts();
    let main = !code.is_over();
    let wrong = view
        .problem
        .filter(|it| it.field(&view.screen) == Some(Field::Code))
        .filter(|it| !matches!(it, Problem::CodeDead | Problem::CodeExpired));
    view! {
        <StepForm action=EnterCode::PATH>
            <TextField
                name="code"
                class="input code"
                label=texts.code.label
                // A code is never shown again.
                value=""
                keyboard="numeric"
                autocomplete="one-time-code"
                verbatim=true
                problem=wrong.map(|it| problem_text(texts, &view.screen, it))
                described_by=if main { "field-hint" } else { "problem field-hint" }
            >
                <Hint code/>
            </TextField>
            <Submit text=texts.code.identify main/>
        </StepForm>
    }
}

/// The hint on the code: its length, its validity, and the tries that remain once there are fewer.
#[component]
fn Hint(code: Code) -> impl IntoView {
    let view = use_view();
    let texts = use_texts();
    let length = (texts.code.digits)(code.length);
    if code.is_over() {
        return length.into_any();
    }
    let said = matches!(view.problem, Some(Problem::CodeWrong { .. }));
    let tries = (code.tries_left < FEW_TRIES && !said)
        .then(|| [" ", &(texts.code.tries)(code.tries_left)].concat());
    let valid = move |passed| {
        let left = code.valid_for.saturating_sub(passed);
        (texts.code.valid_until)(&(texts.time.clock)(&code.valid_until), left)
    };
    view! { {length} " " <Countdown text=Box::new(valid)/> {tries} }.into_any()
}

/// Number of tries below which the page says how many remain.
const FEW_TRIES: u8 = 3;

/// The destination of the code, with the way to change the address.
#[component]
fn Destination(code: Code) -> impl IntoView {
    let view = use_view();
    let texts = &use_texts().code;
    let (text, names) = match code.phone {
        // A code sent to the phone still depends on the address.
        Some(phone) => ((texts.goes_to_phone)(&phone, &code.address), vec![phone, code.address]),
        None => ((texts.goes_to)(&code.address), vec![code.address]),
    };
    let change = Step::Address.path(view.token.as_deref().unwrap_or_default());
    view! {
        <p class="destination">
            <Named text names/> " " <StepLink path=change text=texts.change/>
        </p>
    }
}

/// The button for the code again, or for another code, with what it brought about.
#[component]
fn Resend(code: Code) -> impl IntoView {
    let view = use_view();
    let texts = use_texts();
    let over = code.is_over();
    let refused = resend_error(&view).map(|it| problem_text(texts, &view.screen, it));
    let sent = view
        .notice
        .filter(|it| *it == Notice::SentAgain)
        .map(|it| notice_text(texts, &view.screen, it).to_owned());
    let answered = refused.is_some() || sent.is_some();
    let when = refused.is_none().then(|| {
        view! {
            <p class="plain">
                <Countdown text=Box::new(move |passed| resend_text(texts, &code, passed))/>
            </p>
        }
        .into_any()
    });
    let class = if refused.is_some() { "message problem news" } else { "message news" };
    let answer =
        refused.or(sent).map(|text| view! { <p id="answer" class=class>{text}</p> }.into_any());
    view! {
        {when}
        <StepForm action=ResendCode::PATH>
            <div role="status">{answer}</div>
            <OfflineMessage/>
            <button
                class=if over { "button main" } else { "button" }
                type="submit"
                aria-describedby=answered.then_some("answer")
                autofocus=answered
            >
                {texts.code.resend}
            </button>
        </StepForm>
    }
}

/// Returns the problem with the request for another code.
fn resend_error(view: &PageView) -> Option<Problem> {
    view.problem.filter(|it| it.is_resend_error(&view.screen))
}

/// Returns the text on when another code can be sent. `passed` counts the seconds since the view arrived.
fn resend_text(texts: &Texts, code: &Code, passed: u32) -> String {
    let left = code.resend_in.saturating_sub(passed);
    match (left, code.is_over()) {
        (0, true) => texts.code.renew_now.to_owned(),
        (0, false) => texts.code.resend_now.to_owned(),
        _ => (texts.code.resend_from)(&(texts.time.clock)(&code.resend_at), left),
    }
}
