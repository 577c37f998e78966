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
#[cfg(not(feature = "hydrate"))]
use crate::{
    components::{names::Named, text::Phone},
    steps::RING_ME_PATH,
    wire::{Conference, Machine},
};
use leptos::{prelude::*, server_fn::ServerFn};

#[component]
pub(super) fn Page(meeting: Meeting) -> impl IntoView {
    let view = use_view();
    let words = use_texts();
    let texts = &words.meeting;
    #[cfg(not(feature = "hydrate"))]
    if let Some(conference) = meeting.conference {
        return view! { <BuiltIn conference/> }.into_any();
    }
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
    .into_any()
}

/// The page of the built-in room. The room's own bundle fills the empty element in it, with everything that needs a
/// script. The wizard's bundle loads this page rather than draw it.
#[cfg(not(feature = "hydrate"))]
#[component]
fn BuiltIn(conference: Conference) -> impl IntoView {
    let view = use_view();
    let words = use_texts();
    let texts = &words.room_page;
    let closes = (texts.closes)(&(words.time.clock)(&conference.closes));
    let machine = conference.machine;
    let hosts = (!conference.hosts.is_empty()).then(|| {
        let hosts = conference.hosts.into_iter().map(|host| {
            let text = match host.method {
                Some(method) => (texts.host)(&host.name, method),
                None => (texts.absent)(&host.name),
            };
            view! { <li><Named text names=vec![host.name]/></li> }.into_any()
        });
        view! { <h2>{texts.hosts}</h2> <ul class="list">{hosts.collect_view()}</ul> }.into_any()
    });
    view! {
        <p class="lead static">{texts.lead}</p>
        <RoomPlace machine is_test=false/>
        <section class="again static">
            {hosts}
            <h2>{texts.who_sees.heading}</h2>
            <Bullets items=texts.who_sees.text/>
            <p class="quiet">{closes}</p>
        </section>
        <section class="again static">
            <h2>{texts.stuck}</h2>
            <p class="plain">{texts.stuck_lead}</p>
            {view.help.as_ref().map(|help| view! {
                <p class="plain"><Phone number=help.phone.clone()/></p>
            }.into_any())}
            <StepForm action=RING_ME_PATH><Submit text=texts.ring_me/></StepForm>
        </section>
        <StepLink
            path=Step::Invitation.path(view.token.as_deref().unwrap_or_default())
            text=words.frame.back
        />
    }
}

/// The element that the room's bundle fills, and what the page needs if no script runs or the bundle does not start.
#[cfg(not(feature = "hydrate"))]
#[component]
pub(super) fn RoomPlace(
    /// The visitor's browser and system.
    machine: Machine,
    /// `true` for the test, from which nobody joins.
    is_test: bool,
) -> impl IntoView {
    let texts = &use_texts().room_page;
    view! {
        <noscript>
            <p class="message problem">{texts.without_scripts}</p>
            <h2>{texts.needs.heading}</h2>
            <Bullets items=texts.needs.text/>
        </noscript>
        <div class="late" role="alert"><p class="message problem">{texts.late}</p></div>
        <div
            id="room"
            class="room"
            data-tests=is_test.then_some("")
            data-allow=(texts.allow)(machine)
            data-allow-browser=(texts.allow_browser)(machine)
        >
            {mounted()}
        </div>
    }
}

/// Returns what the gallery shows in the place of the room's bundle.
#[cfg(not(feature = "hydrate"))]
fn mounted() -> AnyView {
    #[cfg(feature = "csr")]
    if let Some(room) = use_context::<Option<crate::conference::Room>>().flatten() {
        return view! { <crate::conference::Conference room/> }.into_any();
    }
    ().into_any()
}
