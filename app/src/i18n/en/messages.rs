//! The texts of messages in English.

use crate::i18n::messages::{
    CalendarWords, CalledOff, CancelledWords, ChangedWords, CodeWords, InvitationWords, Labels,
    LockedOutWords, MessageWords, NoticeWords, ReminderWords, SmsFacts, SmsWords,
};

pub(in crate::i18n) static WORDS: MessageWords = MessageWords {
    greeting: |name| name.map_or_else(|| "Hello,".to_owned(), |name| format!("Hello {name},")),
    automatic: |organisation| {
        format!("This e-mail was sent automatically by {organisation}. Replies to it are not read.")
    },
    labels: Labels {
        when: "Time",
        planned: "Planned time",
        sender: "Sender",
        phone: "Phone",
        switchboard: "Switchboard",
        recipient: "Recipient",
        word: "Check word",
        valid_until: "Valid until",
        link: "Does the button not work? Copy this address into your browser",
    },
    invitation: InvitationWords {
        subject: |organisation| format!("Invitation to a video meeting from {organisation}"),
        heading: "You are invited to a video meeting",
        lead: |sender, organisation| {
            format!("{sender}, {organisation}, invites you to a video meeting.")
        },
        open_with_code: "Open the meeting invitation",
        open_with_e_id: "Open the message",
        needs: "What you need",
        needs_for_code: &[
            "The e-mail address that this e-mail was sent to.",
            "Access to your e-mail when you join. We send a code there that shows that it is you.",
        ],
        needs_for_sms_code: &[
            "The e-mail address that this e-mail was sent to.",
            "Your mobile phone when you join. We send a text message with a code that shows that it is \
             you.",
        ],
        needs_for_e_id: &[
            "The e-mail address that this e-mail was sent to.",
            "A Swedish e-identification, such as BankID.",
        ],
        matter: "You see what the meeting is about when you have shown who you are. That is why it \
                 is not written here.",
        genuine: "How to tell that this e-mail is genuine",
        genuine_link: |origin| {
            format!(
                "The link begins with {origin}/ and your browser shows the same address when you have opened it."
            )
        },
        genuine_more: &[
            "Not sure? Ring us through the switchboard. Look the number up yourself, for example on \
             our website.",
            "We never ask for bank details, card numbers or passwords.",
        ],
        personal: "The link is for you alone. Do not pass it on.",
        attached: "The attached file puts the meeting into your calendar.",
    },
    code: CodeWords {
        subject: |organisation| format!("Your code for the video meeting with {organisation}"),
        heading: "Your code for the video meeting",
        lead: "Type this code on the page where you asked for it:",
        compare: "The same check word must be on the page where you type the code. If there is \
                  another word, do not use the code.",
        last: |from, sender, phone| {
            format!(
                "This is the last code for now. The earliest that we can send another is {from}. If you \
                 can't get in before that, call {sender} on {phone}."
            )
        },
        back: "Back to the page for the code",
        same_browser: "The code works only in the browser where you asked for it.",
        secret: "Give the code to nobody. We never ring you to ask for it.",
        unasked: |sender, phone| {
            format!(
                "Did you not ask for a code? Then you need not do anything. If you wonder about it, \
                 ring {sender} on {phone}."
            )
        },
    },
    sms: SmsWords {
        code: |SmsFacts { organisation, code, word, until }| {
            format!(
                "Your code for the video meeting with {organisation}:\n{code}\nCheck word: {word}\n\
                 Valid until {until}. Give it to nobody."
            )
        },
        brief: |SmsFacts { organisation, code, word, until }| {
            format!("{organisation}:\n{code}\nCheck word: {word}\nUntil {until}")
        },
        last: |from| format!("\nLast code. Next: {from}."),
    },
    changed: ChangedWords {
        subject: |organisation| format!("Changed video meeting with {organisation}"),
        heading: "Your video meeting has changed",
        lead: "The video meeting that you are invited to has a new time or a new sender. \
               This holds now:",
        superseded: "The time and the sender in earlier e-mails no longer hold.",
        same_link: "The link is the same as in the invitation. It is for you alone.",
        unsuitable: |sender, phone| {
            format!("Does the time not suit you? Ring {sender} on {phone}.")
        },
        attached: "The attached file puts the new time into your calendar. If the old time is still \
                   there, you can remove it.",
    },
    cancelled: CancelledWords {
        meeting: CalledOff {
            subject: |organisation| format!("Cancelled video meeting with {organisation}"),
            heading: "The video meeting is cancelled",
            lead: |organisation| {
                format!("{organisation} has cancelled the video meeting that you were invited to.")
            },
        },
        part: CalledOff {
            subject: |organisation| {
                format!("Withdrawn invitation to a video meeting with {organisation}")
            },
            heading: "Your invitation is withdrawn",
            lead: |organisation| {
                format!("{organisation} has withdrawn your invitation to a video meeting.")
            },
        },
        done: "You need not do anything. The link in earlier e-mails no longer works.",
        questions: |sender, phone| format!("Do you have any questions? Ring {sender} on {phone}."),
        attached: "The attached file removes the meeting from your calendar. If it is still there, \
                   you can remove it yourself.",
    },
    reminder: ReminderWords {
        subject: |organisation| format!("Reminder of a video meeting with {organisation}"),
        heading: "Reminder of your video meeting",
        lead: |sender, organisation| {
            format!(
                "You will soon have a video meeting that {sender}, {organisation}, has invited you to."
            )
        },
        early: "Open the invitation in good time, so that you can show who you are before the \
                meeting starts.",
        unable: |sender, phone| format!("Can you not take part? Ring {sender} on {phone}."),
        sms: |organisation, when| {
            format!(
                "Reminder from {organisation}: video meeting on {when}. Open the link in the \
                 invitation e-mail."
            )
        },
        brief: |organisation, when| {
            format!("{organisation}: video meeting {when}. See the e-mail.")
        },
    },
    locked_out: LockedOutWords {
        subject: |organisation| {
            format!("No more codes can be used for the video meeting with {organisation}")
        },
        heading: "No more codes can be used",
        lead: "Somebody has typed a wrong code for your invitation so many times that codes no longer open \
               it.",
        call: |sender, phone| {
            format!(
                "Call {sender} on {phone} and ask for a new invitation, even if it was not you who tried. \
                 You will get a new e-mail with a new link."
            )
        },
        other_way: "If you have a Swedish e-ID, such as BankID, you can still open the invitation with \
                    it.",
        page: "The page for the code does not say that it is closed. That is so that nobody who guesses \
               learns anything from it.",
    },
    e_id_locked_out: LockedOutWords {
        subject: |organisation| {
            format!("Identification no longer works for the video meeting with {organisation}")
        },
        heading: "You can't identify yourself any more times",
        lead: "Somebody has identified themselves for your invitation so many times without matching it that \
               an e-identification no longer opens it.",
        call: |sender, phone| {
            format!(
                "Call {sender} on {phone} and ask for a new invitation, even if it was not you who tried. \
                 You will get a new e-mail with a new link."
            )
        },
        other_way: "You can still open the invitation with a code.",
        page: "The page does not say that it is closed. That is so that nobody who tries learns anything \
               from it.",
    },
    e_id_locked: NoticeWords {
        subject: "A recipient can't get into the video meeting",
        lead: |recipient| {
            format!(
                "Somebody has identified with an e-identification for {recipient} so many times \
                 without matching the invitation that it is no longer possible."
            )
        },
        advice: &[
            "Ring the recipient and ask whether it was they who tried. Check the e-mail address, and \
             the personal number if you gave one.",
            "Send a new invitation if the recipient is to take part. It has a new link, and the old \
             one stops working.",
        ],
    },
    locked: NoticeWords {
        subject: "A recipient can't get into the video meeting",
        lead: |recipient| {
            format!(
                "{recipient} has typed a wrong code too many times. It is no longer possible to \
                 identify with a code for this invitation."
            )
        },
        advice: &[
            "Ring the recipient and ask whether it was they who tried.",
            "Send a new invitation if the recipient is to take part. It has a new link, and the old \
             one stops working.",
        ],
    },
    undelivered: NoticeWords {
        subject: "An e-mail about the video meeting did not arrive",
        lead: |recipient| format!("The e-mail to {recipient} could not be delivered."),
        advice: &[
            "Check that the e-mail address is spelled right.",
            "Ring the recipient and send a new invitation.",
        ],
    },
    unreached: NoticeWords {
        subject: "An e-mail about the video meeting did not arrive",
        lead: |recipient| {
            format!(
                "The e-mail to {recipient} could not be delivered. They may not know that the meeting \
                 is cancelled, or that the invitation is withdrawn."
            )
        },
        advice: &["Ring the recipient and tell them."],
    },
    calendar: CalendarWords {
        summary: |organisation| format!("Video meeting with {organisation}"),
        called_off: |organisation| format!("Cancelled: video meeting with {organisation}"),
        description: "Open the meeting invitation to join. You show there who you are.",
        file: "video-meeting.ics",
    },
};
