//! Pages without a further step, in English.

use crate::i18n::{Closed, Section};

pub(super) const CLOSED: Closed = Closed {
    locked: Section {
        heading: "No more codes can be used",
        text: &[
            "There are no tries left. We have closed the way in by code, so that no one can guess \
             their way in.",
            "Contact the person who invited you and ask for a new invitation. You will get a new \
             email with a new link.",
        ],
    },
    locked_e_id: Section {
        heading: "You can't try to identify yourself again",
        text: &[
            "The identification did not match the invitation. After this many tries we have closed \
             the way in, so that no one can keep trying until they get in.",
            "Contact the person who invited you and ask for a new invitation. You will get a new \
             email with a new link.",
        ],
    },
    locked_e_id_too: "If you have a Swedish e-ID, such as BankID, you can still open the invitation \
                      with it.",
    over: Section {
        heading: "The meeting is over",
        text: &[
            "The invitation is closed because the meeting has taken place.",
            "Did you miss it? Contact the person who invited you.",
        ],
    },
    cancelled: Section {
        heading: "The meeting is cancelled",
        text: &[
            "The person who invited you has cancelled the meeting. You don't need to do anything.",
            "If you have questions, get in touch. If there is a new meeting you will get a new \
             invitation.",
        ],
    },
    elsewhere: Section {
        heading: "You started in another browser",
        text: &[
            "The identification belongs to the browser you started in, so you can't continue here. \
             This way nobody else can use it.",
            "Go back to that browser and try again from there. Or open the link in the email in this \
             browser and identify yourself again.",
        ],
    },
    ended: Section {
        heading: "You have ended your session",
        text: &[
            "No one can read the invitation here without identifying themselves again. If others \
             use this device, you can close the browser too.",
        ],
    },
    open_again: "Open the invitation again",
    no_cookies: Section {
        heading: "Your browser needs to accept a cookie",
        text: &[
            "To recognise you from one step to the next we keep a cookie in your browser. Without it \
             you can't identify yourself. This time no cookie came back to us, so we have not \
             continued and nothing has been sent.",
            "The cookie does not follow you anywhere else, and it is gone when you close the browser. \
             What you can do:",
        ],
    },
    no_cookies_how: &[
        "Allow cookies for this website in the browser's settings and try again.",
        "Or open the link in the email in another browser.",
    ],
    try_again: "Try again",
    not_found: Section {
        heading: "The link doesn't lead to an invitation",
        text: &["There is nothing at this address. The reason may be that"],
    },
    not_found_why: &[
        "part of the link is missing. Open it straight from the email, or copy the whole line.",
        "you have a newer invitation to the same meeting. Use the link in the latest email.",
        "some time has passed since the meeting and the invitation has been removed.",
    ],
    refused: Section {
        heading: "Something went wrong when the page was sent",
        text: &[
            "What was sent did not come from a page of this service, or could not be read.",
            "Open the link in the email again and try from there.",
        ],
    },
    trouble: Section {
        heading: "Something went wrong on our side",
        text: &[
            "Try again in a little while. Your invitation is still there.",
            "If it is urgent, you can call.",
        ],
    },
};
