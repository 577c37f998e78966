//! Help for visitors who have problems: hints, and whom to call.

use crate::{
    components::{
        form::{StepForm, Submit},
        names::Named,
        text::{Bullets, Phone},
    },
    pages::method,
    server_fns,
    wire::{Notice, Schedule, Screen},
    wizard::{use_texts, use_view},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// The help, closed until a visitor opens it.
#[component]
pub(crate) fn Help() -> impl IntoView {
    let view = use_view();
    let words = use_texts();
    let texts = &words.help;
    let (summary, hints) = if let Some(method) = method(&view.screen) {
        (texts.cannot_get_in, view! { <Bullets items=(texts.hints)(method)/> }.into_any())
    } else {
        let opens = schedule(&view.screen).filter(|when| when.opens_in > 0);
        let opens = opens.map(|when| (words.time.point)(&when.opens));
        let items = (texts.room_hints)(opens.as_deref());
        // After the meeting nothing opens.
        let over = usize::from(view.notice == Some(Notice::MeetingOver));
        let items = items.into_iter().skip(over).map(|text| view! { <li>{text}</li> }.into_any());
        (texts.need_help, view! { <ul class="list">{items.collect_view()}</ul> }.into_any())
    };
    view! {
        <details class="help">
            <summary>{summary}</summary>
            <div class="help-text">
                {hints}
                <Contacts/>
                <RingMe/>
            </div>
        </details>
    }
}

/// The form by which a visitor who does not get in asks to be called.
#[component]
fn RingMe() -> impl IntoView {
    view! {
        <StepForm action=server_fns::RingMe::PATH>
            <input type="hidden" name="path" value=use_view().path.clone()/>
            <Submit text=use_texts().help.ring_me/>
        </StepForm>
    }
}

/// Returns the times of the screen's meeting.
const fn schedule(screen: &Screen) -> Option<&Schedule> {
    match screen {
        Screen::Invitation(invitation) => Some(&invitation.when),
        #[cfg(not(feature = "hydrate"))]
        Screen::Check(test) => Some(&test.when),
        Screen::Meeting(meeting) => Some(&meeting.when),
        _ => None,
    }
}

/// The phone numbers of the sender and the switchboard, as far as they are known. The same number stands once.
#[component]
pub(crate) fn Contacts() -> impl IntoView {
    let view = use_view();
    let texts = &use_texts().help;
    let organisation = &view.organisation.name;
    let sender = view.help.as_ref().map(|help| &help.phone);
    let switchboard = if sender.is_some() { texts.switchboard } else { texts.switchboard_alone };
    view! {
        {view.help.as_ref().map(|help| {
            let text = (texts.call)(&help.name, organisation);
            view! {
                <p class="plain">
                    <Named text=text names=vec![help.name.clone(), organisation.clone()]/>
                    " "
                    <Phone number=help.phone.clone()/>
                </p>
            }
        }.into_any())}
        {view.organisation.phone.clone().filter(|number| sender != Some(number)).map(|number| view! {
            <p class="plain">
                <Named text=switchboard(organisation) names=vec![organisation.clone()]/>
                " "
                <Phone number/>
            </p>
        }.into_any())}
    }
}
