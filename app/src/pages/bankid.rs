//! An identification with BankID in progress.
//!
//! Every stage has the same parts, some of them hidden: so they show and hide without being drawn again.

use crate::{
    client,
    components::{
        form::{StepForm, Submit},
        live_text::LiveText,
        qr::QrCode,
        text::Numbered,
    },
    server_fns::{Cancel, Finish},
    wire::{BankId, Progress, Stage},
    wizard::{use_texts, use_wizard},
};
use leptos::{html::Form, prelude::*, server_fn::ServerFn};

#[component]
pub(super) fn Page(bankid: BankId) -> impl IntoView {
    let texts = &use_texts().e_id;
    view! {
        {bankid.here.then(|| view! { <p class="lead">{texts.lead_here}</p> }.into_any())}
        <BankIdProgress bankid/>
        <StepForm action=Cancel::PATH>
            <Submit text=texts.cancel/>
        </StepForm>
    }
}

/// The next thing for the visitor to do. The app updates it by server-sent events, and polls if none arrive.
#[component]
fn BankIdProgress(bankid: BankId) -> impl IntoView {
    let texts = &use_texts().e_id;
    let progress = RwSignal::new(bankid.progress);
    let finish = NodeRef::<Form>::new();
    client::follow_identification(use_wizard(), progress, finish);
    let status = move || progress.with(|it| (texts.stages)(it.stage).to_owned());
    let way_on = if bankid.here {
        view! { <OpenApp progress/> }.into_any()
    } else {
        view! { <Scan progress/> }.into_any()
    };
    view! {
        <p class="message waiting" role="status"><LiveText text=Box::new(status)/></p>
        {way_on}
        <div class="plain" hidden=move || progress.with(|it| it.stage) != Stage::Done>
            <StepForm action=Finish::PATH node_ref=finish>
                <Submit text=texts.go_on main=true/>
            </StepForm>
        </div>
    }
}

/// The link that opens the app on this device. The browser follows it, not our app.
#[component]
fn OpenApp(progress: RwSignal<Progress>) -> impl IntoView {
    let url = move || progress.with(|it| it.start.clone());
    view! {
        <div class="plain" hidden=move || url().is_none()>
            <a
                class="button main"
                href=move || url().unwrap_or_default()
                rel="noreferrer"
            >
                {use_texts().e_id.open}
            </a>
        </div>
    }
}

/// The QR code that the app on another device scans, with instructions.
#[component]
fn Scan(progress: RwSignal<Progress>) -> impl IntoView {
    let texts = &use_texts().e_id;
    view! {
        <div class="scan" hidden=move || progress.with(|it| it.qr.is_none())>
            <QrCode progress name=texts.qr/>
            <section class="how">
                <Numbered items=texts.qr_how.map(str::to_owned)/>
                <p class="quiet">{texts.qr_why}</p>
            </section>
        </div>
    }
}
