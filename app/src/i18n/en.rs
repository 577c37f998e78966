//! English.

mod closed;
mod e_id;
#[cfg(feature = "ssr")]
pub(super) mod messages;
#[cfg(not(feature = "hydrate"))]
mod papers;
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
    offline: "We can't reach the service. Check your internet connection and try again. What you \
              have typed is still here.",
    back: "Back to the invitation",
};

const HELP: HelpTexts = HelpTexts {
    summary: "I can't get in",
    hints,
    call: |name, organisation| {
        format!("Ask the person who invited you: {name}, {organisation}. Phone:")
    },
    switchboard: |organisation| format!("You can also call {organisation}:"),
};

const ADDRESS: &str = "Use the e-mail address that the invitation was sent to. If you have several, \
                       try the one whose inbox held the message.";
const BROWSER: &str = "Go on in the browser that you began in. If it gives you trouble, open the link \
                       in another one and start again there.";

const fn hints(way: Option<Method>) -> Paragraphs {
    match way {
        Some(Method::EmailCode) => &[
            "If you are waiting for an e-mail from us, look among your junk mail. It can take a \
             minute or two.",
            ADDRESS,
            BROWSER,
        ],
        Some(Method::SmsCode) => &[
            "If you are waiting for a text message from us, check that your phone is on and has \
             coverage. It can take a minute or two.",
            "Do you have another phone number now? Call the person who invited you.",
            ADDRESS,
            BROWSER,
        ],
        Some(Method::EId) => &[
            "Update the BankID app to its latest version and try again.",
            "If the app can't connect, turn Wi-Fi off on your phone and try with mobile data, or \
             the other way round.",
            ADDRESS,
            BROWSER,
        ],
        None => &[BROWSER],
    }
}

const NOTICES: Notices = Notices {
    start_here: "Start here to get to the meeting. If you had already begun, your time may have run \
                 out, or you opened the link in another browser than before.",
    other_browser: "You asked for the code in another browser. Go back there and enter it, or start \
                    here and we will send you a new one.",
    not_yet: "This step comes first.",
    meeting_over: "The meeting is over. You can still read the invitation.",
    step_up: "This invitation needs a safer identification than a code: a Swedish e-ID. What you \
              have already shown still counts where it is enough.",
};

const PROBLEMS: Problems = Problems {
    address_missing: "Enter your e-mail address.",
    address_malformed: "That doesn't look like an e-mail address. It needs an @ and ends as in \
                        name@example.com.",
    code_wrong: |left| {
        let tries = if left == 1 { "try" } else { "tries" };
        format!("That is not the right code. You have {left} {tries} left with this code.")
    },
    code_expired: "The code is no longer valid. Press Send the code again to get a new one.",
    code_dead: "The code was entered wrongly too many times and is no longer valid. Press Send the \
                code again to get a new one.",
    too_soon: |clock, wait| {
        format!(
            "We sent a code just now. You can get a new one at {clock}, in {}.",
            (time::TIME.length)(wait)
        )
    },
    too_many: |at| {
        format!("We have sent as many codes as we may for now. You can get a new one {at}.")
    },
    too_many_addresses: |at| {
        format!(
            "You have given as many different e-mail addresses as you may for now. You can give another one {at}."
        )
    },
    no_code: "No code can be sent for this invitation. Call the person who invited you, who can send \
              you a new one.",
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
