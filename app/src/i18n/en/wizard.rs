//! The pages of the steps, in English.

use crate::{
    i18n::{
        Address, Channel, Code, Invitation, Meeting, MethodPage, MethodTexts, Room, Section,
        en::time::TIME,
    },
    wire::Method,
};

/// Returns a number of digits in words.
pub(super) fn digits(count: u8) -> String {
    match count {
        4 => "four digits".into(),
        5 => "five digits".into(),
        6 => "six digits".into(),
        7 => "seven digits".into(),
        8 => "eight digits".into(),
        _ => format!("{count} digits"),
    }
}

pub(super) const METHOD: MethodPage = MethodPage {
    title: "Identify yourself to open the invitation",
    lead: |organisation| {
        format!(
            "{organisation} has invited you to a video meeting. The invitation is personal, so you \
             need to show that it is you before you can read it."
        )
    },
    card: "How you identify yourself",
    email_code: MethodTexts {
        way: "Code by e-mail",
        chosen: "The person who invited you has chosen that you identify yourself with a one-time \
                 code sent to your e-mail address.",
        steps: |length| {
            [
                "You enter the e-mail address that the invitation was sent to.".into(),
                format!("You get an e-mail with a code of {}.", digits(length)),
                "You enter the code here. Then the invitation opens.".into(),
            ]
        },
    },
    sms_code: MethodTexts {
        way: "Code by text message",
        chosen: "The person who invited you has chosen that you identify yourself with a one-time \
                 code in a text message.",
        steps: |length| {
            [
                "You enter the e-mail address that the invitation was sent to.".into(),
                format!("You get a text message with a code of {}.", digits(length)),
                "You enter the code here. Then the invitation opens.".into(),
            ]
        },
    },
    e_id: MethodTexts {
        way: "Swedish e-ID",
        chosen: "The person who invited you has chosen that you identify yourself with a Swedish \
                 e-ID (e-legitimation). It shows safely that it is you.",
        steps: |_| {
            [
                "You choose which e-ID to use.".into(),
                "You identify yourself with it, for instance in an app on your phone.".into(),
                "Then the invitation opens here.".into(),
            ]
        },
    },
    what_happens: "What happens next",
    sms_to: "The code goes to",
    e_id_what: Section {
        heading: "What is a Swedish e-ID?",
        text: &[
            "It is an identity document that you use on the internet, mostly in an app. BankID is \
             the most common one. You get it from your bank, for instance, and need a Swedish \
             personal identity number (personnummer).",
            "Don't you have one? Call the person who invited you.",
        ],
    },
    e_id_too: "If you have a Swedish e-ID, such as BankID, you can use it instead of a code.",
    use_e_id: "Identify with a Swedish e-ID",
    go_on: "Continue",
};

pub(super) const ADDRESS: Address = Address {
    title: "Which e-mail address did the invitation come to?",
    lead: |way| match way {
        Method::EmailCode => {
            "We send a one-time code to the address, so that no one else can open your invitation."
        }
        Method::SmsCode => {
            "If the address is right we send a one-time code to your phone, so that no one else can \
             open your invitation."
        }
        Method::EId => {
            "The invitation is personal. With the address and your e-ID we check that the right \
             person opens it."
        }
    },
    label: "E-mail address",
    hint: "The address that the invitation was sent to.",
    go_on: "Continue",
};

pub(super) const CODE: Code = Code {
    email: Channel {
        title: "Enter the code from the e-mail",
        word_why: "The same word is in the e-mail. If it matches, the e-mail comes from us.",
        look: "Wait a minute or two and look among your junk mail. Check that the address is right \
               too. If no more codes can be sent, the latest e-mail from us says so. If no code comes, ring the person who invited you.",
        missing: "Enter the code from the e-mail.",
        malformed: |length| {
            format!("The code is {}. Check the e-mail and enter it again.", digits(length))
        },
        sent_again: "The code has been sent. It can take a minute or two for the e-mail to arrive.",
        still_valid: "The code that we sent is still valid. You will find it in your e-mail.",
    },
    sms: Channel {
        title: "Enter the code from the text message",
        word_why: "The same word is in the text message. If it matches, the message comes from us.",
        look: "Wait a minute or two and check that your phone is on and has coverage. Check that \
               the address is right too. If no more codes can be sent, the latest message from us \
               says so. If no code comes, ring the person who invited you.",
        missing: "Enter the code from the text message.",
        malformed: |length| {
            format!("The code is {}. Check the text message and enter it again.", digits(length))
        },
        sent_again: "The code has been sent. It can take a minute or two for the text message to \
                     arrive.",
        still_valid: "The code that we sent is still valid. You will find it among your text \
                      messages.",
    },
    sent_to: "Sent to",
    sent_if: "You get the code if this is the address that the invitation went to.",
    sent_at: "Sent",
    change: "Change address",
    word: "Check word",
    valid_until: |clock, seconds| format!("Valid until {clock} ({} left)", (TIME.length)(seconds)),
    invalid: "No longer valid. Ask for a new code.",
    label: "Code",
    hint: |length| format!("The code is {}.", digits(length)),
    tries: |left| {
        let tries = if left == 1 { "try" } else { "tries" };
        format!("You have {left} {tries}.")
    },
    identify: "Identify",
    slow: "E-mail is slow just now, so the code may take a while. Keep this page open and wait. If you \
           are in a hurry you can ring the person who invited you.",
    unsent: "No e-mail with this code has been sent. E-mail was out of order until the code was no longer \
             valid. Ask for a new code. If you are in a hurry you can call the person who invited you.",
    none_came: "Didn't get a code?",
    resend_from: |clock, seconds| {
        format!("You can get a new code at {clock}, in {}.", (TIME.length)(seconds))
    },
    resend_now: "You can get the code again now.",
    resend: "Send the code again",
};

pub(super) const INVITATION: Invitation = Invitation {
    title: "You are invited to a video meeting",
    hello: |name| format!("Hello {name}!"),
    lead: |name, organisation| format!("{name} at {organisation} would like to meet you by video."),
    matter: "Meeting",
    when: "Day and time",
    your_time: |span| format!("Where you are: {span}"),
    from: "From",
    phone: "Phone",
    description: "Description",
    calendar: "Add to calendar",
    opens: |at| format!("The meeting room opens {at}. You can go on now and wait there."),
    open: "The meeting room is open.",
    who_sees: "Who sees what?",
    who_sees_what: &[
        "Only someone who has identified themselves can read the invitation. The link in the e-mail \
         is not enough.",
        "The person who invited you sees when you opened the invitation, identified yourself and \
         joined.",
        "The calendar entry holds the link to this page, never the address of the meeting room.",
    ],
    connect: "Join video meeting",
};

pub(super) const MEETING: Meeting = Meeting {
    title_closed: "The meeting room has not opened yet",
    title_open: "The meeting room is open",
    opens: |at| format!("It opens {at}."),
    by_itself: "Keep this page open. The button for joining appears by itself when it is time.",
    lead_open: "Everything is ready. Join when you like.",
    opened: "The meeting room is open. You can join now.",
    before: "Before you join",
    tips: &[
        "Sit where no one else can hear, or use headphones.",
        "Let the browser use your camera and microphone when it asks.",
        "Close other programs that use the camera.",
    ],
    join: "Join the meeting",
};

pub(super) const ROOM: Room = Room {
    title: "You are being taken to the meeting",
    lead: "The meeting opens in a moment. If nothing happens, use the link.",
    go: "Go to the meeting",
};
