//! The opened invitation.

use crate::{
    components::{
        facts::Fact,
        form::{StepForm, Submit},
        icon::{Check, Clock, Receiver},
        meeting_time::DateCard,
        names::Named,
        text::{Bullets, Phone},
    },
    pages::poll_opening,
    server_fns::EnterMeeting,
    steps::{Step, invitation_path},
    wire::{Invitation, Notice},
    wizard::{use_texts, use_view},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// The line above the heading: the identification succeeded.
#[component]
pub(super) fn Done(name: Option<String>) -> impl IntoView {
    let text = (use_texts().invitation.done)(name.as_deref());
    view! { <p class="done" id="done"><Check/> <span><Named text names=name.into_iter().collect()/></span></p> }
}

#[component]
pub(super) fn Page(invitation: Invitation) -> impl IntoView {
    let view = use_view();
    let words = use_texts();
    let texts = &words.invitation;
    let organisation = &view.organisation.name;
    let calendar = calendar(view.token.as_deref());
    let when = invitation.when;
    poll_opening(&when);
    let over = view.notice == Some(Notice::MeetingOver);
    let opening = if when.opens_in == 0 {
        texts.open.to_owned()
    } else {
        (texts.opens)(&(words.time.point)(&when.opens))
    };
    let mut greeting = (texts.hello)(invitation.recipient.as_deref());
    let mut names = Vec::from_iter(invitation.recipient);
    if let Some(help) = &view.help {
        greeting = [&greeting, " ", &(texts.lead)(&help.name, organisation)].concat();
        names.extend([help.name.clone(), organisation.clone()]);
    }
    view! {
        <p class="lead"><Named text=greeting names/></p>
        <DateCard when title=invitation.title/>
        {(!over).then(|| view! {
            <p class="message with-icon"><Clock/> <span>{opening}</span></p>
        }.into_any())}
        <StepForm action=EnterMeeting::PATH>
            <Submit text=texts.connect main=true/>
        </StepForm>
        // The app doesn't follow it: only a document has the permission to use devices.
        {invitation.tests.then(|| {
            let path = Step::Check.path(view.token.as_deref().unwrap_or_default());
            view! { <a class="button" href=path>{texts.test}</a> }.into_any()
        })}
        <dl class="facts">
            {(!invitation.description.is_empty()).then(|| view! {
                <Fact term=texts.description>
                    <span class="as-written">{invitation.description}</span>
                </Fact>
            }.into_any())}
            {view.help.as_ref().map(|help| {
                let from = [&help.name, ", ", organisation].concat();
                let number = help.phone.clone();
                view! {
                    <Fact term=texts.from><span class="plain" translate="no">{from}</span></Fact>
                    <Fact term=texts.phone>
                        <span class="call"><Receiver/> <Phone number/></span>
                    </Fact>
                }
            }.into_any())}
        </dl>
        <a class="link" href=calendar rel="noreferrer">{texts.calendar}</a>
        {view.help.as_ref().filter(|_| !over).map(|help| view! {
            <p class="plain">
                <Named text=(texts.unsuitable)(&help.name) names=vec![help.name.clone()]/>
                " "
                <Phone number=help.phone.clone()/>
                "."
            </p>
        }.into_any())}
        <details class="more">
            <summary>{texts.who_sees}</summary>
            <Bullets items=texts.who_sees_what/>
        </details>
    }
}

/// Returns the address of the calendar entry.
fn calendar(token: Option<&str>) -> String {
    [&invitation_path(token.unwrap_or_default()), "/invitation.ics"].concat()
}
