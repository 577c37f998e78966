//! The privacy notice.

use crate::{
    components::text::{Bullets, MailAddress, TextSection},
    wire::Privacy,
    wizard::{use_texts, use_view},
};
use leptos::prelude::*;

#[component]
pub(super) fn Page(notice: Privacy) -> impl IntoView {
    let texts = &use_texts().privacy;
    view! {
        <p class="lead">{(texts.lead)(&use_view().organisation.name)}</p>
        <h2>{texts.what}</h2>
        <Bullets items=texts.what_items/>
        <TextSection section=&texts.why/>
        <h2>{texts.how_long}</h2>
        <p class="plain">{(texts.how_long_text)(notice.kept_days)}</p>
        <TextSection section=&texts.cookies/>
        <Bullets items=texts.cookie_items/>
        <TextSection section=&texts.rights/>
        {notice.officer.map(|email| view! {
            <p class="plain">
                {texts.officer} " "
                <MailAddress email/>
            </p>
        }.into_any())}
        <p class="plain">
            {texts.authority} " "
            <a class="link" href=texts.authority_url rel="noreferrer">{texts.authority_link}</a>
        </p>
    }
}
