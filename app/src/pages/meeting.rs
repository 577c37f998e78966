//! The meeting page: it waits until the room opens, then shows the button to join.

use crate::{
    components::{
        form::{StepForm, StepLink, Submit},
        meeting_time::DateCard,
        text::Bullets,
    },
    pages::poll_opening,
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
    poll_opening(&meeting.when);
    let lead = if meeting.when.opens_in == 0 {
        view! {
            <p class="lead">{texts.lead_open}</p>
            <StepForm action=JoinRoom::PATH><Submit text=texts.join main=true/></StepForm>
        }
        .into_any()
    } else {
        view! {
            <p class="lead">{(texts.opens)(&(words.time.point)(&meeting.when.opens))}</p>
            <p class="message waiting">{texts.by_itself}</p>
        }
        .into_any()
    };
    view! {
        {lead}
        <DateCard when=meeting.when title=meeting.title/>
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
