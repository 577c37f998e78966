//! English.

mod closed;
mod e_id;
#[cfg(feature = "ssr")]
pub(super) mod messages;
#[cfg(not(feature = "hydrate"))]
mod papers;
#[cfg(not(feature = "hydrate"))]
pub(super) mod room;
mod time;
mod wizard;

use super::{Frame, HelpTexts, Notices, Paragraphs, Problems, Session, Texts};
use crate::{steps::Track, wire::Method};

pub(super) static TEXTS: Texts = Texts {
    frame: FRAME,
    time: time::TIME,
    help: HELP,
    method: wizard::METHOD,
    address: wizard::ADDRESS,
    code: wizard::CODE,
    e_id: e_id::E_ID,
    invitation: wizard::INVITATION,
    meeting: wizard::MEETING,
    room: wizard::ROOM,
    closed: closed::CLOSED,
    notices: NOTICES,
    problems: PROBLEMS,
    session: SESSION,
    #[cfg(not(feature = "hydrate"))]
    in_app: IN_APP,
    #[cfg(not(feature = "hydrate"))]
    room_page: room::PAGE,
    #[cfg(not(feature = "hydrate"))]
    accessibility: papers::ACCESSIBILITY,
    #[cfg(not(feature = "hydrate"))]
    privacy: papers::PRIVACY,
};

const FRAME: Frame = Frame {
    skip: "Skip to the content",
    language: "Language",
    languages: &["Svenska", "English"],
    steps: |track| match track {
        Track::Code => &["Method", "E-mail", "Code", "Invitation", "Meeting"],
        Track::EId => &["E-mail", "Method", "Identification", "Invitation", "Meeting"],
        Track::EIdInstead => &["Method", "E-mail", "Identification", "Invitation", "Meeting"],
    },
    step_of: |number| format!("Step {number} of 5"),
    step_done: "done",
    error: "Error: ",
    footer: "About this website",
    accessibility: "Accessibility statement",
    privacy: "How we handle personal data",
    run_by: |organisation| format!("{organisation} is responsible for this service."),
    end: "End session",
    identified: "You are identified. End the session when you are done, above all on a shared \
                 device.",
    identified_elsewhere: "You have another invitation open in this browser. End the session if you \
                           are done with it.",
    offline: "We can't reach the service. Check your internet connection and try again. What you \
              have typed is still here.",
    back: "Back to the invitation",
};

const HELP: HelpTexts = HelpTexts {
    cannot_get_in: "I can't get in",
    hints,
    need_help: "Need help?",
    ring_me: "I can't get in – call me",
    room_hints: |opens| {
        let room = match opens {
            Some(at) => format!(
                "The meeting room opens on {at}. You can keep this page open, or come back by the link \
                 in the email."
            ),
            None => "The meeting room is open. You can keep this page open until you want to join."
                .into(),
        };
        let devices = "If there is no picture or sound in the meeting: let the browser use your camera \
                       and microphone, and close other programs that use them.";
        [room, devices.into()]
    },
    call: |name, organisation| {
        format!("Ask the person who invited you: {name}, {organisation}. Phone:")
    },
    switchboard: |organisation| format!("You can also call {organisation}:"),
    switchboard_alone: |organisation| format!("Need help? Call {organisation}:"),
};

const ADDRESS: &str = "Use the email address that the invitation was sent to. If you have several \
                       addresses, use the one for the inbox where the email arrived.";
const BROWSER: &str = "Continue in the browser you started in. If it gives you trouble, open the link \
                       in another one and start again there.";

const fn hints(way: Method) -> Paragraphs {
    match way {
        Method::EmailCode => &[
            "If you are waiting for an email from us, check your junk mail. It can take a minute or \
             two.",
            ADDRESS,
            BROWSER,
        ],
        Method::SmsCode => &[
            "If you are waiting for a text message from us, check that your phone is on and has \
             coverage. It can take a minute or two.",
            "If you have another phone number now, call the person who invited you.",
            ADDRESS,
            BROWSER,
        ],
        Method::EId => &[
            "Update the BankID app to its latest version and try again.",
            "If the app can't connect, turn Wi-Fi off on your phone and try with mobile data, or \
             the other way round.",
            ADDRESS,
            BROWSER,
        ],
    }
}

const NOTICES: Notices = Notices {
    start_here: "You need to start again from the beginning. Your time may have run out, or you may have \
                 changed browser.",
    other_browser: "You asked for the code in another browser. Go back there and enter it, or start \
                    here and we will send you a new one.",
    not_yet: "This step comes first.",
    meeting_over: "The meeting is over. You can still read the invitation.",
    step_up: "This invitation needs a more secure identification than a code: a Swedish e-ID. You \
              can still read invitations that you have opened with a code.",
    call_wanted: "The sender can now see that you want to be called. You can also call yourself: the number is \
                  at the bottom of the page.",
};

const PROBLEMS: Problems = Problems {
    address_missing: "Enter your email address.",
    address_malformed: "That doesn't look like an email address. It needs an @ and ends as in \
                        name@example.com.",
    code_wrong: |left| {
        let tries = if left == 1 { "try" } else { "tries" };
        format!("That is not the right code. You have {left} {tries} left with this code.")
    },
    too_soon: |clock, wait| {
        format!(
            "We sent a code just now. You can get a new one at {clock}, in {}.",
            (time::TIME.length)(wait)
        )
    },
    too_many: |at| format!("You have asked for too many codes. You can get a new one on {at}."),
    too_many_addresses: |at| {
        format!(
            "You have given too many different email addresses. You can give another one on {at}."
        )
    },
    no_code: "No code can be sent for this invitation. Call the person who invited you and ask for a \
              new invitation.",
    too_many_identifications: |clock| {
        format!(
            "You have tried too many times. Try again after {clock}, or call the person who invited you."
        )
    },
    room_closed: "The meeting room has not opened yet.",
};

const SESSION: Session = Session {
    title: "Do you want to stay?",
    soon: |length| format!("For your security, your session ends in {length}."),
    why: "After that you need to identify yourself again.",
    last: "The time can't be extended any more. You can identify yourself again afterwards.",
    stay: "Stay",
    close: "Close",
};

#[cfg(not(feature = "hydrate"))]
const IN_APP: super::InApp = super::InApp {
    why: "You are reading this inside an app, where the meeting’s camera and microphone may not work. Better open the \
          link in Safari, Chrome or another browser.",
    copy: "Copy the link",
    label: "The link to the invitation",
    copied: "The link is copied. Paste it into the address field of your browser.",
};
