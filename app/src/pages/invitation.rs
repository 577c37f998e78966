//! The opened invitation.

use crate::{
    components::{
        facts::Fact,
        form::StepForm,
        names::Named,
        own_time::OwnTime,
        text::{Bullets, Phone},
    },
    pages::{DayAndTime, poll_opening},
    server_fns::EnterMeeting,
    steps::invitation_path,
    wire::Invitation,
    wizard::{use_texts, use_view},
};
use leptos::{prelude::*, server_fn::ServerFn};

#[component]
pub(super) fn Page(invitation: Invitation) -> impl IntoView {
    let view = use_view();
    let words = use_texts();
    let texts = &words.invitation;
    let organisation = &view.organisation.name;
    let calendar = calendar(view.token.as_deref());
    let when = invitation.when;
    poll_opening(&when);
    let opening = if when.opens_in == 0 {
        texts.open.to_owned()
    } else {
        (texts.opens)(&(words.time.point)(&when.opens))
    };
    let sender = view
        .help
        .as_ref()
        .map(|help| ([&help.name, ", ", organisation].concat(), help.phone.clone()));
    view! {
        {invitation.recipient.map(|name| view! {
            <p class="big"><Named text=(texts.hello)(&name) names=vec![name]/></p>
        }.into_any())}
        {view.help.as_ref().map(|help| {
            let text = (texts.lead)(&help.name, organisation);
            view! {
                <p class="lead">
                    <Named text names=vec![help.name.clone(), organisation.clone()]/>
                </p>
            }
        }.into_any())}
        <dl class="facts">
            <Fact term=texts.matter><span class="strong">{invitation.title}</span></Fact>
            <Fact term=texts.when>
                <DayAndTime when=when.clone()/>
                <OwnTime when/>
                <a class="link" href=calendar rel="noreferrer">
                    {texts.calendar}
                </a>
            </Fact>
            {(!invitation.description.is_empty()).then(|| view! {
                <Fact term=texts.description>
                    <span class="as-written">{invitation.description}</span>
                </Fact>
            }.into_any())}
            {sender.map(|(from, number)| view! {
                <Fact term=texts.from><span class="plain" translate="no">{from}</span></Fact>
                <Fact term=texts.phone><Phone number/></Fact>
            }.into_any())}
        </dl>
        <p class="message">{opening}</p>
        <StepForm action=EnterMeeting::PATH>
            <button class="button main" type="submit">{texts.connect}</button>
        </StepForm>
        <section class="again">
            <h2>{texts.who_sees}</h2>
            <Bullets items=texts.who_sees_what/>
        </section>
    }
}

/// Returns the address of the calendar entry.
fn calendar(token: Option<&str>) -> String {
    [&invitation_path(token.unwrap_or_default()), "/invitation.ics"].concat()
}
