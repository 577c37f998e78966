//! The pages of the steps, in English.

use crate::{
    i18n::{
        Address, Channel, Code, Invitation, Meeting, MethodPage, MethodTexts, Room, Section,
        en::time::TIME,
    },
    wire::Method,
};

/// Returns a number in words, within a sentence and at its beginning. `None` if it is written with figures.
const fn words(count: u8) -> Option<(&'static str, &'static str)> {
    Some(match count {
        4 => ("four", "Four"),
        5 => ("five", "Five"),
        6 => ("six", "Six"),
        7 => ("seven", "Seven"),
        8 => ("eight", "Eight"),
        _ => return None,
    })
}

/// Returns a number of digits, within a sentence.
fn digits(count: u8) -> String {
    let count = words(count).map_or_else(|| count.to_string(), |(within, _)| within.to_owned());
    [&count, " digits"].concat()
}

/// Returns a number of digits, as a sentence.
fn digits_first(count: u8) -> String {
    let count = words(count).map_or_else(|| count.to_string(), |(_, first)| first.to_owned());
    [&count, " digits."].concat()
}

const CHOSEN: &str = "The person who invited you has chosen this.";

pub(super) const METHOD: MethodPage = MethodPage {
    title: "Identify yourself to open the invitation",
    lead: |organisation| {
        format!("{organisation} has invited you to a video meeting – first show that it is you.")
    },
    card: "How you identify yourself",
    email_code: MethodTexts {
        way: "Code by email",
        chosen: CHOSEN,
        steps: |length| {
            [
                "You enter the email address that the invitation was sent to.".into(),
                format!("You get an email with a code of {}.", digits(length)),
                "You enter the code here. Then the invitation opens.".into(),
            ]
        },
    },
    sms_code: MethodTexts {
        way: "Code by text message",
        chosen: CHOSEN,
        steps: |length| {
            [
                "You enter the email address that the invitation was sent to.".into(),
                format!("You get a text message with a code of {}.", digits(length)),
                "You enter the code here. Then the invitation opens.".into(),
            ]
        },
    },
    e_id: MethodTexts {
        way: "Swedish e-ID",
        chosen: "The person who invited you has chosen this (in Swedish: e-legitimation). It proves \
                 securely that it is you.",
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
            "If you don't have one, call the person who invited you.",
        ],
    },
    e_id_too: "If you have a Swedish e-ID, such as BankID, you can use it instead of a code.",
    use_e_id: "Identify with a Swedish e-ID",
    use_e_id_instead: "Use a Swedish e-ID instead",
    go_on: "Continue",
};

pub(super) const ADDRESS: Address = Address {
    title: "Which email address was the invitation sent to?",
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
        title: "Enter the code from the email",
        word_where: "the same word should be in the email.",
        look: "Wait a minute or two and check your junk mail. Check that the address is right too. If \
               no more codes can be sent, the latest email from us says so. If no code comes, call \
               the person who invited you.",
        missing: "Enter the code from the email.",
        malformed: |length| {
            format!("The code has {}. Check the email and enter it again.", digits(length))
        },
        sent_again: "The code has been sent. It can take a minute or two for the email to arrive.",
        still_valid: "The code that we sent is still valid. You will find it in your email.",
    },
    sms: Channel {
        title: "Enter the code from the text message",
        word_where: "the same word should be in the text message.",
        look: "Wait a minute or two and check that your phone is on and has coverage. Check that \
               the address is right too. If no more codes can be sent, the latest message from us \
               says so. If no code comes, call the person who invited you.",
        missing: "Enter the code from the text message.",
        malformed: |length| {
            format!("The code has {}. Check the text message and enter it again.", digits(length))
        },
        sent_again: "The code has been sent. It can take a minute or two for the text message to \
                     arrive.",
        still_valid: "The code that we sent is still valid. You will find it among your text \
                      messages.",
    },
    goes_to: |address| format!("The code goes to {address} if the invitation went there."),
    goes_to_phone: |phone, address| {
        format!("The code goes to {phone} if the address {address} is right.")
    },
    change: "Change address",
    word: "Check word",
    label: "Code",
    digits: digits_first,
    valid_until: |clock, seconds| {
        format!("The code is valid until {clock} ({} left).", (TIME.length)(seconds))
    },
    dead: "The wrong code was entered too many times, so it no longer works.",
    expired: |clock| format!("The code was valid until {clock}."),
    tries: |left| {
        let tries = if left == 1 { "try" } else { "tries" };
        format!("You have {left} {tries} left.")
    },
    identify: "Identify",
    slow: "Email is slow just now, so the code may take a while. Keep this page open and wait. If you \
           are in a hurry you can call the person who invited you.",
    unsent: "No email with this code has been sent. Our email was down until the code had expired. \
             Ask for a new code. If you are in a hurry you can call the person who invited you.",
    none_came: "Didn't get a code?",
    resend_from: |clock, seconds| {
        format!("You can get a new code at {clock}, in {}.", (TIME.length)(seconds))
    },
    resend_now: "You can get the code again now.",
    renew_now: "You can get a new code now.",
    resend: "Send the code again",
};

pub(super) const INVITATION: Invitation = Invitation {
    title: "You are invited to a video meeting",
    hello: |name| name.map_or_else(|| "Hello!".to_owned(), |name| format!("Hello {name}!")),
    lead: |name, organisation| format!("{name} at {organisation} would like to meet you."),
    done: |name| {
        let done = "Done, you are identified";
        name.map_or_else(|| done.to_owned(), |name| format!("{done} as {name}"))
    },
    your_time: |span| format!("Where you are: {span}"),
    from: "From",
    phone: "Phone",
    description: "Description",
    calendar: "Add to calendar",
    opens: |at| format!("The room opens on {at}. You can wait there."),
    open: "The meeting room is open.",
    unsuitable: |name| format!("If the time does not suit you, call {name} on"),
    who_sees: "Who sees what?",
    who_sees_what: &[
        "Only someone who has identified themselves can read the invitation. The link in the email \
         is not enough.",
        "The person who invited you sees when you opened the invitation, identified yourself and \
         joined.",
        "The calendar entry has the link to this page, never the address of the meeting room.",
    ],
    connect: "Join video meeting",
    test: "Test your equipment",
};

pub(super) const MEETING: Meeting = Meeting {
    title_closed: "The meeting room has not opened yet",
    title_open: "The meeting room is open",
    opens: |at| format!("It opens on {at}."),
    by_itself: "Keep this page open. The button for joining appears by itself when it is time.",
    lead_open: "Everything is ready. Join when you like.",
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
    fails: "Does the meeting not open? Call, and you will get help.",
};
