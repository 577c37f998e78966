//! The accessibility statement and the privacy notice, in English.

use crate::i18n::{Accessibility, Privacy, Section};

pub(super) const ACCESSIBILITY: Accessibility = Accessibility {
    title: "Accessibility statement",
    about: |organisation| {
        format!(
            "{organisation} is behind this website. We want as many people as possible to be able \
             to use it. This page describes how the website meets the Swedish act on accessibility \
             to digital public services, which shortcomings we know of, and how you can report \
             shortcomings to us."
        )
    },
    how: "How accessible is the website?",
    full: "The website meets the requirements of the act. We know of no shortcomings.",
    partial: "The website meets the requirements of the act in part. What remains is listed under \
              Known shortcomings.",
    none: "The website has not yet been fully examined against the requirements of the act.",
    contact: "Contact us about shortcomings",
    contact_how: "Tell us if something can't be used or understood, or if you need the content in \
                  another form. Please describe what you tried to do and which aids you use.",
    by_mail: "E-mail:",
    by_phone: "Phone:",
    supervision: "Supervision",
    supervision_text: "The Swedish Agency for Digital Government, Digg, supervises the act on \
                       accessibility to digital public services. If you are not satisfied with how \
                       we deal with your views, you can report it there.",
    supervision_link: "Report to Digg",
    supervision_url: "https://www.digg.se/tdosanmalan",
    shortcomings: "Known shortcomings",
    shortcomings_none: "We know of no shortcomings at present.",
    shortcomings_untested: "Our examination is not finished, so we don't yet know which there are.",
    tested: "How we have tested",
    tested_how: &[
        "Every page, light and dark, is checked by automatic tests against WCAG 2.2 level AA each \
         time the service changes.",
        "The way from the invitation to the meeting is tested with the keyboard alone, on small and \
         large screens, and with scripts switched off.",
        "The video meeting is held in another system, which has a statement of its own.",
    ],
    reviewed: |date| format!("This statement was last reviewed on {date}."),
};

pub(super) const PRIVACY: Privacy = Privacy {
    title: "How we handle personal data",
    lead: |organisation| {
        format!(
            "{organisation} is the controller of the personal data that you give here and that the \
             person who invited you has entered."
        )
    },
    what: "What we keep",
    what_items: &[
        "your name and phone number, if the person who invited you has given them, and your e-mail \
         address",
        "the e-mail addresses that are typed to get a code",
        "the meeting's title, description, day and time, and who invited you",
        "when the invitation was sent and opened, when and how you identified yourself, and when \
         you joined the meeting",
        "your name as your e-ID has it, if you identify with one. Your personal number is kept in a \
         form that can only be compared with, or encrypted if the organisation has decided so.",
    ],
    why: Section {
        heading: "Why",
        text: &[
            "The data is needed so that only the right person can read the invitation and enter the \
             meeting. We process it as part of a task in the public interest (article 6.1 e of the \
             GDPR). Whoever carries our text messages gets your phone number, and whoever \
             issued your e-ID learns that you identify here. We don't pass it on for other \
             purposes.",
        ],
    },
    how_long: "How long",
    how_long_text: |days| {
        format!("The data is erased no later than {days} days after the meeting has ended.")
    },
    cookies: Section {
        heading: "Cookies",
        text: &[
            "The service only uses cookies that it needs in order to work. They don't follow you to \
             other websites.",
        ],
    },
    cookie_items: &[
        "one cookie that keeps track of your having identified yourself. It ends when you end the \
         session, or a while after you stop using the page",
        "one cookie that remembers the language you chose.",
    ],
    rights: Section {
        heading: "Your rights",
        text: &[
            "You have the right to know what data we hold about you, to have it corrected and in \
             some cases erased, and to object to how we use it. Contact the data protection officer.",
        ],
    },
    officer: "Data protection officer:",
    authority: "If you think that we do something wrong, you can complain to the Swedish Authority \
                for Privacy Protection, IMY.",
    authority_link: "Make a complaint to IMY",
    authority_url: "https://www.imy.se/en/individuals/forms-and-e-services/file-a-gdpr-complaint/",
};
