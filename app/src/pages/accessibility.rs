//! The accessibility statement, in the order of the EU's model (decision 2018/1523), to which Swedish law
//! refers, and the form to report a problem.

use crate::{
    components::{
        message::problem_text,
        text::{Bullets, MailAddress, Phone, Plain},
    },
    steps::{ACCESSIBILITY_PATH, REPORT_PATH},
    wire::{Accessibility, Conformance, Field, Shortcoming},
    wizard::{use_texts, use_view},
};
use leptos::prelude::*;

#[component]
pub(super) fn Page(statement: Accessibility) -> impl IntoView {
    let view = use_view();
    let texts = &use_texts().accessibility;
    let name = &view.organisation.name;
    let conforms = match statement.conformance {
        Conformance::Full => texts.full,
        Conformance::Partial => texts.partial,
        Conformance::None => texts.none,
    };
    let assessed = match (&statement.assessed, &statement.assessor) {
        (None, _) => texts.unassessed.to_owned(),
        (Some(date), None) => (texts.assessed)(date),
        (Some(date), Some(assessor)) => (texts.assessed_by)(date, assessor),
    };
    let phone = view.organisation.phone.clone();
    view! {
        <p class="lead">{(texts.about)(name)}</p>
        <h2>{texts.how}</h2>
        <p class="plain">{conforms}</p>
        <h2>{texts.contact}</h2>
        <p class="plain">{texts.contact_how}</p>
        {statement.email.is_some().then(|| view! { <ReportForm typed=statement.typed/> }.into_any())}
        {statement.email.map(|email| view! {
            <p class="plain">
                {texts.by_mail} " "
                <MailAddress email/>
            </p>
        }.into_any())}
        {phone.map(|number| view! {
            <p class="plain">{texts.by_phone} " " <Phone number/></p>
        }.into_any())}
        <h2>{texts.supervision}</h2>
        <p class="plain">
            {texts.supervision_text} " "
            <a class="link" href=texts.supervision_url rel="noreferrer">{texts.supervision_link}</a>
        </p>
        <h2>{texts.shortcomings}</h2>
        <Shortcomings known=statement.shortcomings conformance=statement.conformance/>
        <h2>{texts.tested}</h2>
        <p class="plain">{assessed}</p>
        <Bullets items=texts.tested_how/>
        {statement.reviewed.map(|date| view! {
            <p class="quiet">{(texts.reviewed)(&date)}</p>
        }.into_any())}
    }
}

/// The page that thanks for a report.
#[component]
pub(super) fn Reported() -> impl IntoView {
    let texts = &use_texts().accessibility;
    view! {
        <Plain texts=texts.reported.text/>
        <p class="plain">
            <a class="link" href=ACCESSIBILITY_PATH rel="noreferrer">{texts.back}</a>
        </p>
    }
}

/// The known shortcomings, each with its reason.
#[component]
fn Shortcomings(
    /// The shortcomings.
    known: Vec<Shortcoming>,
    /// The degree of conformance.
    conformance: Conformance,
) -> impl IntoView {
    let texts = &use_texts().accessibility;
    if known.is_empty() {
        let unlisted = conformance == Conformance::None;
        let none = if unlisted { texts.shortcomings_unlisted } else { texts.shortcomings_none };
        return view! { <p class="plain">{none}</p> }.into_any();
    }
    let items = known.into_iter().map(|Shortcoming { text, reason }| {
        let reason = reason.map(|reason| view! { <br/>{texts.reason} " " {reason} }.into_any());
        view! { <li>{text} {reason}</li> }.into_any()
    });
    view! { <ul class="list">{items.collect_view()}</ul> }.into_any()
}

/// Returns a text as the content of a `textarea`. Leptos does not escape its children.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// The form to report a problem. It works without a session and without scripts.
#[component]
fn ReportForm(
    /// The text of a report that was not taken.
    typed: String,
) -> impl IntoView {
    let view = use_view();
    let texts = &use_texts().accessibility;
    let problem = view.problem.filter(|it| it.field(&view.screen) == Some(Field::Report));
    let problem = problem.map(|it| problem_text(use_texts(), &view.screen, it));
    let wrong = problem.is_some();
    view! {
        <form method="post" action=REPORT_PATH novalidate>
            <div class=if wrong { "field wrong" } else { "field" }>
                <label for="report">{texts.report}</label>
                <p id="report-hint" class="hint">{texts.report_hint}</p>
                {problem.map(|text| view! { <p id="report-problem" class="problem-line">{text}</p> }.into_any())}
                <textarea
                    id="report"
                    class="input report"
                    name="report"
                    rows="6"
                    autocomplete="off"
                    aria-describedby=if wrong { "report-problem report-hint" } else { "report-hint" }
                    aria-invalid=wrong.then_some("true")
                    autofocus=wrong
                    inner_html=escaped(&typed)
                ></textarea>
            </div>
            <button class="button main" type="submit">{texts.send}</button>
        </form>
    }
}
