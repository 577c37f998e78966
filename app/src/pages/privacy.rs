//! The privacy notice, as article 13 of the GDPR asks for it.

use crate::{
    components::text::{Bullets, MailAddress, Phone, Plain, TextSection},
    wire::Privacy,
    wizard::{use_texts, use_view},
};
use leptos::prelude::*;

#[component]
pub(super) fn Page(notice: Privacy) -> impl IntoView {
    let view = use_view();
    let all = use_texts();
    let texts = &all.privacy;
    let name = &view.organisation.name;
    let number = if notice.keeps_numbers { texts.number_kept } else { texts.number_hashed };
    let e_id = !notice.e_ids.is_empty();
    let what = texts.what_items.iter().copied().map(str::to_owned);
    let what = what
        .chain(e_id.then(|| number.to_owned()))
        .chain(notice.reports.then(|| texts.report.to_owned()));
    let recipients = [(texts.recipients_inside)(name)]
        .into_iter()
        .chain(texts.recipients_more.iter().copied().map(str::to_owned))
        .chain(notice.sms.map(|company| (texts.recipient_sms)(&company.name, company.in_usa)))
        .chain(e_id.then(|| (texts.recipient_e_id)(&listed(&notice.e_ids, texts.or))));
    let kept = [
        (texts.kept_meeting)(notice.kept_days),
        (texts.kept_session)(&(all.time.length)(notice.idle)),
    ]
    .into_iter()
    .chain(e_id.then(|| texts.kept_e_id.to_owned()))
    .chain(notice.reports.then(|| texts.kept_report.to_owned()))
    .chain([texts.kept_log.to_owned()]);
    view! {
        <p class="lead">{(texts.lead)(name)}</p>
        <h2>{texts.controller}</h2>
        <p class="plain">{(texts.controller_who)(name)}</p>
        {view.organisation.phone.clone().map(|number| view! {
            <p class="plain">{texts.by_phone} " " <Phone number/></p>
        }.into_any())}
        {notice.officer.map(|email| view! {
            <p class="plain">
                {texts.officer} " "
                <MailAddress email/>
            </p>
        }.into_any())}
        <h2>{texts.what}</h2>
        <Points items=what.collect()/>
        <Plain texts=texts.source/>
        <TextSection section=&texts.why/>
        <h2>{texts.recipients}</h2>
        <Points items=recipients.collect()/>
        <p class="plain">{texts.recipients_not}</p>
        <h2>{texts.how_long}</h2>
        <Points items=kept.collect()/>
        <TextSection section=&texts.cookies/>
        <Bullets items=texts.cookie_items/>
        <TextSection section=&texts.rights/>
        <Bullets items=texts.rights_items/>
        <p class="plain">{texts.rights_how}</p>
        <p class="plain">
            {texts.authority} " "
            <a class="link" href=texts.authority_url rel="noreferrer">{texts.authority_link}</a>
        </p>
    }
}

/// A list of texts that depend on the configuration.
#[component]
fn Points(items: Vec<String>) -> impl IntoView {
    let items = items.into_iter().map(|text| view! { <li>{text}</li> }.into_any());
    view! { <ul class="list">{items.collect_view()}</ul> }
}

/// Returns names as people list them, with this word before the last one.
fn listed(names: &[String], or: &str) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => [&first.join(", "), " ", or, " ", last].concat(),
    }
}
