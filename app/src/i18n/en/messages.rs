//! The texts of messages in English.

use crate::i18n::messages::{
    CalendarWords, CalledOff, CancelledWords, ChangedLeads, ChangedWords, CodeWords, HostWords,
    InvitationWords, Labels, LockedOutWords, MessageWords, NoticeWords, ReminderWords, ReportWords,
    SmsFacts, SmsWords, WaitingWords,
};

pub(in crate::i18n) static WORDS: MessageWords = MessageWords {
    greeting: |name| name.map_or_else(|| "Hello,".to_owned(), |name| format!("Hello {name},")),
    automatic: |organisation| {
        format!("This email was sent automatically by {organisation}. Replies to it are not read.")
    },
    unsuitable: |sender, phone| format!("If the time does not suit you, call {sender} on {phone}."),
    labels: Labels {
        when: "Time",
        new_when: "New time",
        earlier_when: "Previous time",
        planned: "Planned time",
        sender: "Sender",
        new_sender: "New sender",
        phone: "Phone",
        new_phone: "New number",
        switchboard: "Switchboard",
        recipient: "Recipient",
        word: "Check word",
        valid_until: "Valid until",
        link: "If the button does not work, copy this address into your browser",
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
            "The email address that this email was sent to.",
            "Access to your email when you join. We will send you a code to check that it is you.",
        ],
        needs_for_sms_code: &[
            "The email address that this email was sent to.",
            "Your mobile phone when you join. We will send you a text message with a code to check that \
             it is you.",
        ],
        needs_for_e_id: &[
            "The email address that this email was sent to.",
            "A Swedish e-ID, such as BankID.",
        ],
        matter: "To protect your privacy, this email does not say what the meeting is about. You will \
                 see that when you have identified yourself.",
        genuine: "How to tell that this email is genuine",
        genuine_link: |origin| {
            format!(
                "The link begins with {origin}/ and your browser shows the same address after you have \
                 opened it."
            )
        },
        genuine_more: &[
            "If you are not sure, call us through the switchboard. Look up the number yourself, for \
             example on our website.",
            "We never ask for bank details, card numbers or passwords.",
        ],
        personal: "The link is only for you. Don't share it with anyone.",
        attached: "The attached file adds the meeting to your calendar.",
    },
    host: HostWords {
        subject: |organisation| format!("You lead a video meeting with {organisation}"),
        heading: "You lead a video meeting",
        lead: |organisation| format!("{organisation} has booked a video meeting that you lead."),
        start: "Start the meeting",
        part: "The others wait in the waiting room until you let them in. You see how each of them has \
               identified.",
        part_elsewhere: "The meeting takes place in another video service. Everybody shows who they are before they \
                         are sent there.",
        unsuitable: "If the time does not suit you, or if somebody else is to lead the meeting, change it where \
                     the meeting is booked.",
        matter: "To protect the recipients' privacy, this email does not say what the meeting is about. You \
                 will see that when you have identified yourself.",
        needs_for_login: &[
            "The email address that this email was sent to.",
            "The login that your organisation has chosen for those who lead meetings.",
        ],
        changed: ChangedLeads {
            time: "The video meeting that you lead has a new time. These are the new details:",
            sender: "The video meeting that you lead has a new sender. These are the new details:",
            both: "The video meeting that you lead has a new time and a new sender. These are the new details:",
            other: "The details of the video meeting that you lead have changed. These are the new details:",
        },
        cancelled: CalledOff {
            subject: |organisation| format!("Cancelled video meeting with {organisation}"),
            heading: "The video meeting is cancelled",
            lead: |organisation| {
                format!("{organisation} has cancelled the video meeting that you were to lead.")
            },
        },
        relieved: CalledOff {
            subject: |organisation| {
                format!("You no longer lead a video meeting with {organisation}")
            },
            heading: "You no longer lead the meeting",
            lead: |organisation| {
                format!(
                    "{organisation} has changed a video meeting that you were to lead. You no longer lead it."
                )
            },
        },
        reminder: |organisation| format!("You will soon lead a video meeting with {organisation}."),
        waiting: WaitingWords {
            subject: |organisation| {
                format!("Somebody waits for you in a video meeting with {organisation}")
            },
            heading: "Somebody waits for you in the meeting",
            lead: "A participant waits in the waiting room of the video meeting that you lead. Start the meeting to \
                   let the participant in.",
        },
        label: "Leads the meeting",
        locked: NoticeWords {
            subject: "The person who leads the video meeting can't get in",
            lead: |host| {
                format!(
                    "The invitation to {host} can no longer be opened with a code. Somebody entered the wrong \
                     code too many times."
                )
            },
            advice: &[
                "Find out who tried.",
                "Send a new invitation where the meeting is booked. It has a new link, and the old link stops \
                 working.",
            ],
        },
        e_id_locked: NoticeWords {
            subject: "The person who leads the video meeting can't get in",
            lead: |host| {
                format!(
                    "{host} can no longer log in to the meeting. Somebody tried too many times with a login that \
                     does not match the invitation."
                )
            },
            advice: &[
                "Check that the email address is the one that the login has.",
                "Send a new invitation where the meeting is booked. It has a new link, and the old link stops \
                 working.",
            ],
        },
        undelivered: NoticeWords {
            subject: "An email about the video meeting did not arrive",
            lead: |host| format!("The email to {host} could not be delivered."),
            advice: &[
                "Check that the email address is right.",
                "Send a new invitation where the meeting is booked, or let somebody else lead the meeting.",
            ],
        },
        unreached: NoticeWords {
            subject: "An email about the video meeting did not arrive",
            lead: |host| {
                format!(
                    "The email to {host} could not be delivered. They may not know that the meeting is cancelled, \
                     or that somebody else leads it."
                )
            },
            advice: &["Call them and tell them."],
        },
    },
    code: CodeWords {
        subject: |organisation| format!("Your code for the video meeting with {organisation}"),
        heading: "Your code for the video meeting",
        lead: "Enter this code on the page where you asked for it:",
        compare: "The page where you enter the code must show the same check word. If it shows another \
                  word, don't use the code.",
        last: |from, sender, phone| {
            format!(
                "This is the last code for now. We can send you another one from {from}. If you can't get \
                 in before that, call {sender} on {phone}."
            )
        },
        back: "Back to the page for the code",
        same_browser: "The code only works in the browser where you asked for it.",
        secret: "Don't give the code to anyone. We will never call you to ask for it.",
        unasked: |sender, phone| {
            format!(
                "If you did not ask for a code, you don't need to do anything. If you have any \
                 questions, call {sender} on {phone}."
            )
        },
    },
    sms: SmsWords {
        code: |SmsFacts { organisation, code, word, until }| {
            format!(
                "Your code for the video meeting with {organisation}:\n{code}\nCheck word: {word}\n\
                 Valid until {until}. Don't give it to anyone."
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
        lead: ChangedLeads {
            time: "The video meeting that you are invited to has a new time. These are the new details:",
            sender: "The video meeting that you are invited to has a new sender. These are the new \
                     details:",
            both: "The video meeting that you are invited to has a new time and a new sender. These are \
                   the new details:",
            other: "The details of the video meeting that you are invited to have changed. These are the \
                    new details:",
        },
        superseded: "These details replace those in earlier emails.",
        same_link: "The link is the same as in the invitation. It is only for you.",
        attached: "The attached file updates the meeting in your calendar. If the old time is still \
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
        done: "You don't need to do anything. The link in earlier emails no longer works.",
        questions: |sender, phone| format!("If you have any questions, call {sender} on {phone}."),
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
        early: "Open the invitation in good time, so that you can identify yourself before the meeting \
                starts.",
        unable: |sender, phone| format!("If you can't take part, call {sender} on {phone}."),
        sms: |organisation, when| {
            format!(
                "Reminder from {organisation}: video meeting on {when}. Open the link in the \
                 invitation email."
            )
        },
        brief: |organisation, when| format!("{organisation}: video meeting {when}. See the email."),
    },
    locked_out: LockedOutWords {
        subject: |organisation| {
            format!("No more codes can be used for the video meeting with {organisation}")
        },
        heading: "No more codes can be used",
        lead: "Somebody entered the wrong code for your invitation too many times. It can no longer be opened \
               with a code.",
        call: |sender, phone| {
            format!(
                "Call {sender} on {phone} and ask for a new invitation, even if it was not you who tried. \
                 You will get a new email with a new link."
            )
        },
        other_way: "If you have a Swedish e-ID, such as BankID, you can still open the invitation with \
                    it.",
        page: "The page for the code does not show that it is locked, so that anyone who is guessing \
               learns nothing.",
    },
    e_id_locked_out: LockedOutWords {
        subject: |organisation| {
            format!("Identification no longer works for the video meeting with {organisation}")
        },
        heading: "You can't try to identify yourself again",
        lead: "Somebody tried to open your invitation too many times with an e-ID that does not match it. It \
               can no longer be opened with an e-ID.",
        call: |sender, phone| {
            format!(
                "Call {sender} on {phone} and ask for a new invitation, even if it was not you who tried. \
                 You will get a new email with a new link."
            )
        },
        other_way: "You can still open the invitation with a code.",
        page: "The page does not show that it is locked, so that anyone who is trying their luck learns \
               nothing.",
    },
    e_id_locked: NoticeWords {
        subject: "A recipient can't get into the video meeting",
        lead: |recipient| {
            format!(
                "The invitation to {recipient} can no longer be opened with an e-ID. Somebody tried too \
                 many times with an e-ID that does not match the invitation."
            )
        },
        advice: &[
            "Call the recipient and ask if it was they who tried. Check the email address, and the \
             personal identity number if you gave one.",
            "If the recipient is to take part, send a new invitation. It has a new link, and the old \
             link stops working.",
        ],
    },
    locked: NoticeWords {
        subject: "A recipient can't get into the video meeting",
        lead: |recipient| {
            format!(
                "The invitation to {recipient} can no longer be opened with a code. Somebody entered the \
                 wrong code too many times."
            )
        },
        advice: &[
            "Call the recipient and ask if it was they who tried.",
            "If the recipient is to take part, send a new invitation. It has a new link, and the old \
             link stops working.",
        ],
    },
    undelivered: NoticeWords {
        subject: "An email about the video meeting did not arrive",
        lead: |recipient| format!("The email to {recipient} could not be delivered."),
        advice: &[
            "Check that the email address is right.",
            "Call the recipient and send a new invitation.",
        ],
    },
    unreached: NoticeWords {
        subject: "An email about the video meeting did not arrive",
        lead: |recipient| {
            format!(
                "The email to {recipient} could not be delivered. They may not know that the meeting \
                 is cancelled, or that the invitation is withdrawn."
            )
        },
        advice: &["Call the recipient and tell them."],
    },
    report: ReportWords {
        subject: "Report about the accessibility of Anslut",
        lead: "Somebody has reported an accessibility problem. This is what the report says:",
        origin: |address| {
            format!(
                "The report was written in the form at {address}. The person has been told that the report \
                 was sent. If it says how you can reach them, you can answer."
            )
        },
    },
    calendar: CalendarWords {
        summary: |organisation| format!("Video meeting with {organisation}"),
        called_off: |organisation| format!("Cancelled: video meeting with {organisation}"),
        description: "Open the meeting invitation to join. There you identify yourself.",
        file: "video-meeting.ics",
    },
};
