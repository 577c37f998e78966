//! Pages without a further step: they say what has happened, and whom to call.

use crate::{
    components::{
        form::{StepForm, Submit},
        help::Contacts,
        text::{Bullets, Plain},
    },
    server_fns::UseEId,
    steps::invitation_path,
    wire::{Method, Screen},
    wizard::{use_texts, use_view},
};
use leptos::{prelude::*, server_fn::ServerFn};

#[component]
pub(super) fn Page(screen: Screen) -> impl IntoView {
    let view = use_view();
    let texts = &use_texts().closed;
    let section = match screen {
        Screen::Locked(locked) if locked.way == Method::EId => &texts.locked_e_id,
        Screen::Locked(_) => &texts.locked,
        Screen::Closed => &texts.over,
        Screen::Cancelled => &texts.cancelled,
        Screen::Ended => &texts.ended,
        Screen::WrongBrowser => &texts.elsewhere,
        Screen::NoCookies => &texts.no_cookies,
        Screen::BadRequest => &texts.refused,
        Screen::Unavailable => &texts.trouble,
        _ => &texts.not_found,
    };
    let link = view.token.as_deref().map(invitation_path);
    let way_on = match (screen, link) {
        (Screen::Locked(locked), _) if locked.e_id => view! {
            <p class="plain">{texts.locked_e_id_too}</p>
            <StepForm action=UseEId::PATH>
                <Submit text=use_texts().method.use_e_id main=true/>
            </StepForm>
        }
        .into_any(),
        (Screen::NotFound, _) => view! { <Bullets items=texts.not_found_why/> }.into_any(),
        (Screen::NoCookies, Some(link)) => view! {
            <Bullets items=texts.no_cookies_how/>
            <a class="button main" href=link rel="noreferrer">{texts.try_again}</a>
        }
        .into_any(),
        (Screen::Ended, Some(link)) => {
            view! { <a class="button" href=link rel="noreferrer">{texts.open_again}</a> }.into_any()
        }
        _ => ().into_any(),
    };
    let whom_to_call = view.help.is_some() || view.organisation.phone.is_some();
    view! {
        <Plain texts=section.text/>
        {way_on}
        {whom_to_call.then(|| view! { <section class="panel"><Contacts/></section> }.into_any())}
    }
}
