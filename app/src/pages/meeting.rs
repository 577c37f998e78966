//! The meeting page: it waits until the room opens, then shows the button to join.

use crate::{
    components::{
        facts::Fact,
        form::{StepForm, StepLink},
        text::Bullets,
    },
    pages::{DayAndTime, poll_opening},
    server_fns::JoinRoom,
    steps::Step,
    wire::Meeting,
    wizard::{use_texts, use_view},
};
use leptos::{prelude::*, server_fn::ServerFn};

#[component]
pub(super) fn Page(meeting: Meeting) -> impl IntoView {
    let view = use_view();
    let words = use_texts();
    let texts = &words.meeting;
    let open = meeting.when.opens_in == 0;
    poll_opening(&meeting.when);
    let lead = if open {
        view! { <p class="lead">{texts.lead_open}</p> }.into_any()
    } else {
        view! {
            <p class="lead">{(texts.opens)(&(words.time.point)(&meeting.when.opens))}</p>
            <p class="message waiting">{texts.by_itself}</p>
        }
        .into_any()
    };
    view! {
        {lead}
        <dl class="facts">
            <Fact term=words.invitation.matter>
                <span class="strong">{meeting.title}</span>
            </Fact>
            <Fact term=words.invitation.when><DayAndTime when=meeting.when/></Fact>
        </dl>
        {open.then(|| view! {
            <StepForm action=JoinRoom::PATH>
                <button class="button main" type="submit">{texts.join}</button>
            </StepForm>
        }.into_any())}
        <section class="again">
            <h2>{texts.before}</h2>
            <Bullets items=texts.tips/>
        </section>
        <StepLink
            path=Step::Invitation.path(view.token.as_deref().unwrap_or_default())
            text=words.frame.back
        />
    }
}
