//! The choice of an e-ID.

use crate::{
    components::{
        form::{StepForm, StepLink},
        help::Contacts,
        message::OfflineMessage,
    },
    server_fns::Choose,
    steps::{Step, Track},
    wire::{Choice, Failure, Problem},
    wizard::{use_texts, use_view},
};
use leptos::{prelude::*, server_fn::ServerFn};

#[component]
pub(super) fn Page(choice: Choice) -> impl IntoView {
    let view = use_view();
    let texts = use_texts();
    let token = view.token.as_deref().unwrap_or_default();
    let methods = methods(&choice);
    let methods = if methods.is_empty() {
        view! {
            <p class="lead">{texts.e_id.no_ways}</p>
            <section class="panel"><Contacts/></section>
        }
        .into_any()
    } else {
        view! {
            <p class="lead">{texts.e_id.choose_lead}</p>
            <p class="plain">{texts.e_id.warning}</p>
            <StepForm action=Choose::PATH><OfflineMessage/> {methods}</StepForm>
        }
        .into_any()
    };
    view! {
        {methods}
        {(view.problem == Some(Problem::EId(Failure::NoApp))).then(|| view! {
            <p class="plain">
                {texts.e_id.install_or} " "
                <a class="link" href=INSTALL_BANKID rel="noreferrer">{texts.e_id.install}</a>
            </p>
        }.into_any())}
        <section class="links">
            <StepLink path=Step::Address.path(token) text=texts.code.change/>
            {(view.track == Track::EIdInstead).then(|| view! {
                <StepLink path=Step::Method.path(token) text=texts.e_id.code_instead/>
            }.into_any())}
        </section>
    }
}

/// The page of BankID from which its app is installed.
const INSTALL_BANKID: &str = "https://install.bankid.com";

/// Returns the methods: BankID first, beginning with the likelier device, then the providers.
fn methods(choice: &Choice) -> Vec<AnyView> {
    let texts = &use_texts().e_id;
    let mut methods = Vec::new();
    if choice.bankid {
        let name = |name: &str| (name.to_owned(), None);
        methods.push((
            Choice::ELSEWHERE.to_owned(),
            name(texts.elsewhere),
            texts.elsewhere_hint.to_owned(),
        ));
        methods.push((Choice::HERE.to_owned(), name(texts.here), texts.here_hint.to_owned()));
        if choice.handheld {
            methods.reverse();
        }
    }
    for provider in &choice.providers {
        // A translation leaves a provider's name as it is.
        let name = (provider.name.clone(), Some("no"));
        methods.push((provider.id.clone(), name, (texts.provider_hint)(&provider.name)));
    }
    methods
        .into_iter()
        .enumerate()
        .map(|(index, (value, (name, translate), hint))| {
            let id = ["way-", &index.to_string()].concat();
            view! {
                <div class="way">
                    <button
                        type="submit"
                        name="way"
                        value=value
                        aria-describedby=id.clone()
                        translate=translate
                    >
                        {name}
                    </button>
                    <p id=id class="hint">{hint}</p>
                </div>
            }
            .into_any()
        })
        .collect()
}
