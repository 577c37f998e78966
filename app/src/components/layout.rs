//! The frame of every page: organisation, languages, stepper, footer.

use crate::{
    client,
    components::{
        form::FormState,
        help::Help,
        message::{NoticeMessage, OfflineMessage, ProblemMessage, problem_text},
        session::{SessionEnd, SessionWarning},
        stepper::Stepper,
    },
    pages::{self, AboveHeading, PageContent},
    server_fns::ChooseLanguage,
    steps::{ACCESSIBILITY_PATH, PRIVACY_PATH},
    wire::{Language, Screen},
    wizard::{use_texts, use_view, use_wizard},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// A whole page.
#[component]
pub(crate) fn Layout() -> impl IntoView {
    let view = use_view();
    view! {
        <a class="skip" href="#main">{use_texts().frame.skip}</a>
        <Header/>
        <main id="main" tabindex="-1" class="page"><Content/></main>
        <Footer/>
        <Announcement/>
        {view.session.clone().map(|session| view! { <SessionWarning session/> }.into_any())}
    }
}

/// The part of the page that is about the step.
#[component]
fn Content() -> impl IntoView {
    let view = use_view();
    let step = view.screen.step();
    view! {
        {step.map(|step| view! { <Stepper track=view.track step/> }.into_any())}
        <section class="sheet">
            <AboveHeading/>
            <h1 tabindex="-1" aria-describedby=pages::is_done(&view).then_some("done")>
                {pages::heading(&view)}
            </h1>
            {pages::page_notice(&view).map(|notice| view! { <NoticeMessage notice/> }.into_any())}
            {pages::page_error(&view).map(|problem| {
                let text = problem_text(use_texts(), &view.screen, problem);
                view! { <ProblemMessage text/> }.into_any()
            })}
            {advice(&view)}
            <PageContent/>
        </section>
        {step.map(|_| view! { <Help/> }.into_any())}
        {view.session.as_ref().map(|session| {
            view! { <SessionEnd elsewhere=session.elsewhere/> }.into_any()
        })}
    }
}

/// Returns the advice for a browser within an app. A page with it has no bundle, so the wizard's does not know it.
#[cfg(not(feature = "hydrate"))]
fn advice(view: &crate::wire::PageView) -> Option<AnyView> {
    let link = view.link.clone()?;
    Some(view! { <crate::components::in_app::InApp link/> }.into_any())
}

/// Returns nothing.
#[cfg(feature = "hydrate")]
const fn advice(_: &crate::wire::PageView) -> Option<AnyView> {
    None
}

/// The organisation and the languages.
#[component]
fn Header() -> impl IntoView {
    let organisation = use_view().organisation.clone();
    let plated = organisation.logo.is_some() && organisation.logo_dark.is_none();
    let brand = match organisation.logo {
        Some(logo) => {
            let dark = organisation.logo_dark.map(|dark| {
                view! { <source srcset=dark media="(prefers-color-scheme: dark)"/> }.into_any()
            });
            view! { <picture>{dark}<img src=logo alt=organisation.name/></picture> }.into_any()
        }
        None => organisation.name.into_any(),
    };
    view! {
        <header class="header">
            <div class="header-row">
                <p class="brand" class:plated=plated translate="no">{brand}</p>
                <Languages/>
            </div>
        </header>
    }
}

/// A button for each language.
#[component]
fn Languages() -> impl IntoView {
    let wizard = use_wizard();
    let view = use_view();
    let texts = &use_texts().frame;
    let state = FormState::provide();
    let buttons = Language::ALL
        .into_iter()
        .zip(texts.languages)
        .map(|(language, name)| {
            let tag = language.tag();
            view! {
                <button
                    type="submit"
                    name="language"
                    value=tag.to_owned()
                    lang=tag
                    aria-current=(language == view.language).then_some("true")
                >
                    {*name}
                </button>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <form
            class="languages"
            method="post"
            action=ChooseLanguage::PATH
            aria-busy=move || state.aria_busy()
            on:submit=move |event| client::submit(wizard, &event, state)
        >
            <input type="hidden" name="path" value=view.path.clone()/>
            <OfflineMessage/>
            <div class="choices" role="group" aria-label=texts.language>{buttons}</div>
        </form>
    }
}

/// The links to the statements, and who is responsible.
#[component]
fn Footer() -> impl IntoView {
    let texts = &use_texts().frame;
    view! {
        <footer class="footer">
            <div class="footer-row">
                <nav aria-label=texts.footer>
                    <ul>
                        <li>
                            <a class="link" href=ACCESSIBILITY_PATH rel="noreferrer">
                                {texts.accessibility}
                            </a>
                        </li>
                        <li>
                            <a class="link" href=PRIVACY_PATH rel="noreferrer">{texts.privacy}</a>
                        </li>
                    </ul>
                </nav>
                <p>{(texts.run_by)(&use_view().organisation.name)}</p>
            </div>
        </footer>
    }
}

/// The live region for announcements of the loaded app. A page with its own status has no second one.
#[component]
fn Announcement() -> impl IntoView {
    let announcement = use_wizard().announcement;
    let own = matches!(use_view().screen, Screen::BankId(_));
    (!own).then(|| view! { <p class="unseen" role="status">{move || announcement.get()}</p> })
}
