//! The accessibility statement and the privacy notice, in English.

use crate::i18n::{Accessibility, Privacy, Section};

pub(super) const ACCESSIBILITY: Accessibility = Accessibility {
    title: "Accessibility statement for Anslut",
    about: |organisation| {
        format!(
            "{organisation} is responsible for Anslut, this website. We want as many people as possible to be \
             able to use it. This page describes how Anslut meets the Swedish act on accessibility to \
             digital public services, which shortcomings we know of, and how you can report \
             shortcomings to us."
        )
    },
    how: "How accessible is the website?",
    full: "Anslut is fully compliant with the Swedish act on accessibility to digital public services.",
    partial: "Anslut is partially compliant with the Swedish act on accessibility to digital public \
              services. The shortcomings are listed under Content that is not accessible.",
    none: "Anslut is not compliant with the Swedish act on accessibility to digital public services.",
    contact: "Report shortcomings to us",
    contact_how: "Tell us if something can't be used or understood, or if you need the content in \
                  another form.",
    report: "Describe the problem",
    report_hint: "Say what you tried to do and which aids you use. Say how we can reach you if you want an \
                  answer. At most 2,000 characters.",
    report_missing: "Describe the problem before you send the report.",
    report_too_long: |by| {
        let characters = if by == 1 { "character" } else { "characters" };
        format!("The text is {by} {characters} too long. It can have at most 2,000 characters.")
    },
    too_many_reports: "We can't take any more reports at the moment. Try again in an hour, or contact us in one of \
                       the ways below.",
    send: "Send the report",
    reported: Section {
        heading: "Thank you for your report",
        text: &[
            "It has been sent to those of us who are responsible for Anslut.",
            "If you said how we can reach you, we can answer. Otherwise we can't see who you are.",
        ],
    },
    back: "Back to the accessibility statement",
    by_mail: "Email:",
    by_phone: "Phone:",
    supervision: "Contact the supervisory authority",
    supervision_text: "The Swedish Agency for Digital Government, Digg, supervises the act on \
                       accessibility to digital public services. If you are not satisfied with how \
                       we deal with your views, you can report it there.",
    supervision_link: "Report to Digg",
    supervision_url: "https://www.digg.se/tdosanmalan",
    shortcomings: "Content that is not accessible",
    shortcomings_none: "We know of no shortcomings.",
    shortcomings_unlisted: "We have not listed the shortcomings yet.",
    reason: "Reason:",
    tested: "How we have tested",
    unassessed: "We have not assessed the website yet.",
    assessed: |date| {
        format!(
            "We have tested the website against the requirements of the act ourselves. The latest assessment \
             was made on {date}."
        )
    },
    assessed_by: |date, assessor| {
        format!(
            "{assessor} has assessed the website against the requirements of the act. The latest assessment \
             was made on {date}."
        )
    },
    tested_how: &[
        "Every page, light and dark, is checked by automatic tests against WCAG 2.2 level AA each \
         time Anslut changes.",
        "The way from the invitation to the meeting is tested with the keyboard alone, on small and \
         large screens, and with scripts switched off.",
        "The video meeting is held in another system, which has a statement of its own.",
    ],
    reviewed: |date| format!("This statement was last updated on {date}."),
};

pub(super) const PRIVACY: Privacy = Privacy {
    title: "How we handle personal data",
    lead: |organisation| {
        format!(
            "Anslut is the service that {organisation} uses to invite people to video meetings. This page says \
             which data about you we process and which rights you have."
        )
    },
    controller: "Who is responsible for the data?",
    controller_who: |organisation| {
        format!(
            "{organisation} is the controller of the data. If you have any questions, contact us."
        )
    },
    by_phone: "Phone:",
    officer: "Data protection officer:",
    what: "What we keep",
    what_items: &[
        "your name and phone number, if the person who invited you has given them, and your email address",
        "the email addresses that are entered to get a code",
        "the meeting's title, description, day and time, and who invited you",
        "when the invitation was sent and opened, when and how you identified yourself, and when \
         you joined the meeting",
        "when you waited in the meeting's waiting room, what the person who leads the meeting answered, and whether \
         your camera, microphone and connection worked when you tested them",
        "your name as your e-ID has it, if you identify yourself with one",
    ],
    number_hashed: "your personal identity number, if you identify yourself with an e-ID or if the person who invited you \
                    has given it, in a form that can only be compared with",
    number_kept: "your personal identity number, if you identify yourself with an e-ID or if the person who invited you has \
                  given it. It is encrypted.",
    report: "what you write if you report an accessibility problem",
    source: &[
        "The data comes from the person who invited you, from yourself, and from whoever issued your e-ID.",
        "You don't have to give any data here. If you don't, you can't join the meeting this way. You can then call \
         the person who invited you.",
    ],
    why: Section {
        heading: "Why are we allowed to do this?",
        text: &[
            "We need the data so that only the right person can read the invitation and join the meeting. It is part \
             of a task in the public interest (article 6.1 e of the GDPR).",
            "No decisions about you are made automatically.",
        ],
    },
    recipients: "Who gets the data?",
    recipients_inside: |organisation| {
        format!(
            "the person who invited you, and others at {organisation} who work with the meeting"
        )
    },
    recipients_more: &[
        "those who run Anslut and our email for us",
        "the system of the video meeting, which you come to when you join. We send no data about you there.",
    ],
    recipient_sms: |company, in_usa| {
        let abroad = if in_usa {
            ". It is a company in the USA, outside the EU. Ask us how the data is protected there"
        } else {
            ""
        };
        format!("{company}, which sends our text messages and gets your phone number{abroad}")
    },
    recipient_e_id: |names| {
        format!(
            "whoever issued your e-ID ({names}), which learns that you identify yourself with us"
        )
    },
    or: "or",
    recipients_not: "We don't sell data, or pass it on for other purposes. It can become part of an official document \
                     that somebody asks for. We then first check if it is confidential.",
    how_long: "How long do we keep it?",
    kept_meeting: |days| match days {
        1 => "everything about the meeting: one day after it has ended".to_owned(),
        days => format!("everything about the meeting: {days} days after it has ended"),
    },
    kept_session: |time| {
        format!(
            "that you are identified: until you end the session, or {time} after you were last active"
        )
    },
    kept_e_id: "identifications with an e-ID that were started: one day",
    kept_report: "accessibility reports: until they are sent, at most one day. They are then in our email.",
    kept_log: "our logs hold no data about you",
    cookies: Section {
        heading: "Cookies",
        text: &[
            "Anslut only uses cookies that it needs in order to work. They don't follow you to other websites.",
        ],
    },
    cookie_items: &[
        "one cookie that keeps track of your having identified yourself. It ends when you end the session or close \
         the browser, or a while after you stop using the page",
        "one cookie that remembers the language you have chosen, for a year",
    ],
    rights: Section { heading: "Your rights", text: &["You have the right to"] },
    rights_items: &[
        "know what data we hold about you, and get a copy of it",
        "have mistakes corrected",
        "in some cases have data erased, or ask us to restrict how we use it",
        "object to how we use it",
    ],
    rights_how: "Contact us. It costs nothing.",
    authority: "If you think that we do something wrong, you can complain to the Swedish Authority \
                for Privacy Protection, IMY.",
    authority_link: "Make a complaint to IMY",
    authority_url: "https://www.imy.se/en/individuals/forms-and-e-services/file-a-gdpr-complaint/",
};
