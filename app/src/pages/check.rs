//! The test of camera, microphone and connection, before the day of the meeting.

use super::meeting::RoomPlace;
use crate::{
    components::{form::StepLink, text::Bullets},
    steps::Step,
    wire::DeviceTest,
    wizard::{use_texts, use_view},
};
use leptos::prelude::*;

/// The room's own bundle fills the empty element with the check, as on the meeting page. Nobody can join from here.
#[component]
pub(super) fn Page(test: DeviceTest) -> impl IntoView {
    let words = use_texts();
    let texts = &words.room_page;
    view! {
        <p class="lead">{texts.test_lead}</p>
        <RoomPlace machine=test.machine is_test=true/>
        <section class="again">
            <h2>{texts.test_sees.heading}</h2>
            <Bullets items=texts.test_sees.text/>
        </section>
        <StepLink
            path=Step::Invitation.path(use_view().token.as_deref().unwrap_or_default())
            text=words.frame.back
        />
    }
}
