//! The texts of messages. Only the server sends messages, so the browser's bundle does not contain them.
//!
//! No text takes a meeting's title or description: a message never says what a meeting is about.

use crate::wire::Language;

/// The texts of messages in one language.
pub struct MessageWords {
    /// Greeting such as "Hello Anna,". The name is optional.
    pub greeting: fn(Option<&str>) -> String,
    /// Statement that replies to this organisation's message are not read.
    pub automatic: fn(&str) -> String,
    /// Advice if the time does not suit. Takes whom to call, and the number.
    pub unsuitable: fn(&str, &str) -> String,
    /// Labels of facts.
    pub labels: Labels,
    /// The invitation.
    pub invitation: InvitationWords,
    /// The texts to hosts that differ from those to recipients.
    pub host: HostWords,
    /// The code.
    pub code: CodeWords,
    /// The code by SMS.
    pub sms: SmsWords,
    /// The message about a change of the meeting.
    pub changed: ChangedWords,
    /// The message about a cancellation, of the meeting or of the recipient's part in it.
    pub cancelled: CancelledWords,
    /// The reminder before the meeting.
    pub reminder: ReminderWords,
    /// To the recipient: the invitation accepts no more codes.
    pub locked_out: LockedOutWords,
    /// To the recipient: the invitation accepts no more e-IDs.
    pub e_id_locked_out: LockedOutWords,
    /// To the sender: a recipient is locked out after wrong codes.
    pub locked: NoticeWords,
    /// To the sender: a recipient is locked out after e-IDs that did not match.
    pub e_id_locked: NoticeWords,
    /// To the sender: a recipient can't be reached.
    pub undelivered: NoticeWords,
    /// To the sender: a recipient who is no longer invited could not be notified.
    pub unreached: NoticeWords,
    /// To the organisation: a report of an accessibility problem.
    pub report: ReportWords,
    /// The calendar entry.
    pub calendar: CalendarWords,
}

/// Labels of facts.
pub struct Labels {
    /// Label of a date and time.
    pub when: &'static str,
    /// Label of the date and time after a change.
    pub new_when: &'static str,
    /// Label of the date and time before a change.
    pub earlier_when: &'static str,
    /// Label of the date and time of a cancelled meeting.
    pub planned: &'static str,
    /// Label of the sender's name.
    pub sender: &'static str,
    /// Label of the sender's name after a change.
    pub new_sender: &'static str,
    /// Label of the sender's phone number.
    pub phone: &'static str,
    /// Label of the sender's phone number after a change of the number alone.
    pub new_phone: &'static str,
    /// Label of the organisation's switchboard.
    pub switchboard: &'static str,
    /// Label of the recipient's name.
    pub recipient: &'static str,
    /// Label of the check word.
    pub word: &'static str,
    /// Label of the time until which something is valid.
    pub valid_until: &'static str,
    /// Label of the link, for readers to whom the button is of no use.
    pub link: &'static str,
}

/// The texts of an invitation.
pub struct InvitationWords {
    /// The subject. Takes the organisation.
    pub subject: fn(&str) -> String,
    /// The heading.
    pub heading: &'static str,
    /// The sender and the organisation who invite.
    pub lead: fn(&str, &str) -> String,
    /// The button if a code is needed.
    pub open_with_code: &'static str,
    /// The button if an e-ID is needed.
    pub open_with_e_id: &'static str,
    /// Heading of what to have at hand.
    pub needs: &'static str,
    /// List of what to have at hand for a code.
    pub needs_for_code: &'static [&'static str],
    /// List of what to have at hand for a code by SMS.
    pub needs_for_sms_code: &'static [&'static str],
    /// List of what to have at hand for an e-ID.
    pub needs_for_e_id: &'static [&'static str],
    /// Statement of where the meeting's subject is found.
    pub matter: &'static str,
    /// Heading of how to recognise a genuine message.
    pub genuine: &'static str,
    /// Statement that the link begins with this origin.
    pub genuine_link: fn(&str) -> String,
    /// The other signs of a genuine message.
    pub genuine_more: &'static [&'static str],
    /// Statement that the link is personal.
    pub personal: &'static str,
    /// Statement about the attached file.
    pub attached: &'static str,
}

/// The texts to hosts that differ from those to recipients.
pub struct HostWords {
    /// The subject of the invitation. Takes the organisation.
    pub subject: fn(&str) -> String,
    /// The heading of the invitation.
    pub heading: &'static str,
    /// The meeting that the host leads. Takes the organisation.
    pub lead: fn(&str) -> String,
    /// The button of every message with a link.
    pub start: &'static str,
    /// The host's part in a meeting with our waiting room.
    pub part: &'static str,
    /// The host's part in a meeting in another service.
    pub part_elsewhere: &'static str,
    /// Advice if the time or the host must change.
    pub unsuitable: &'static str,
    /// Statement of where the meeting's subject is found.
    pub matter: &'static str,
    /// List of what to have at hand for a login with a provider.
    pub needs_for_login: &'static [&'static str],
    /// The first sentence about a change.
    pub changed: ChangedLeads,
    /// For the whole meeting that is cancelled.
    pub cancelled: CalledOff,
    /// For a host who no longer leads the meeting.
    pub relieved: CalledOff,
    /// The first sentence of the reminder. Takes the organisation.
    pub reminder: fn(&str) -> String,
    /// For a host who is not there while a guest waits.
    pub waiting: WaitingWords,
    /// Label of the host's name.
    pub label: &'static str,
    /// To the sender: the host is locked out after wrong codes.
    pub locked: NoticeWords,
    /// To the sender: the host is locked out after logins that did not match.
    pub e_id_locked: NoticeWords,
    /// To the sender: the host can't be reached.
    pub undelivered: NoticeWords,
    /// To the sender: the host could not be notified of the end of the meeting or of the task.
    pub unreached: NoticeWords,
}

/// The texts of the notice that somebody waits.
pub struct WaitingWords {
    /// The subject. Takes the organisation.
    pub subject: fn(&str) -> String,
    /// The heading.
    pub heading: &'static str,
    /// The news.
    pub lead: &'static str,
}

/// The texts of a message with a code.
pub struct CodeWords {
    /// The subject. Takes the organisation.
    pub subject: fn(&str) -> String,
    /// The heading.
    pub heading: &'static str,
    /// The text before the code.
    pub lead: &'static str,
    /// The purpose of the check word.
    pub compare: &'static str,
    /// Statement that it is the last code for now. Takes the time of the next one, whom to call until then,
    /// and the number.
    pub last: fn(&str, &str, &str) -> String,
    /// The button back to the page for the code.
    pub back: &'static str,
    /// Statement of where the code works.
    pub same_browser: &'static str,
    /// Warning never to share the code.
    pub secret: &'static str,
    /// Advice for a reader who has not requested the code. Takes whom to call, and the number.
    pub unasked: fn(&str, &str) -> String,
}

/// The texts of a code by SMS. Each is a whole message that fits into one part. The second fits into 70
/// characters, the size of a part with letters outside GSM-7. The code is alone on its line.
pub struct SmsWords {
    /// The message.
    pub code: fn(&SmsFacts<'_>) -> String,
    /// The same as short as possible.
    pub brief: fn(&SmsFacts<'_>) -> String,
    /// Statement that it is the last code until this time. It is appended if there is room.
    pub last: fn(&str) -> String,
}

/// The content of a code by SMS.
#[derive(Clone, Copy)]
pub struct SmsFacts<'a> {
    /// The organisation of the meeting.
    pub organisation: &'a str,
    /// The code.
    pub code: &'a str,
    /// The check word.
    pub word: &'a str,
    /// The time until which the code is valid.
    pub until: &'a str,
}

/// The texts of a message about a change of the meeting.
pub struct ChangedWords {
    /// The subject. Takes the organisation.
    pub subject: fn(&str) -> String,
    /// The heading.
    pub heading: &'static str,
    /// The text directly before the new details.
    pub lead: ChangedLeads,
    /// Statement that earlier details no longer apply.
    pub superseded: &'static str,
    /// Statement that the link is the same as in the invitation.
    pub same_link: &'static str,
    /// Statement about the attached file.
    pub attached: &'static str,
}

/// The texts that say what has changed.
pub struct ChangedLeads {
    /// The time.
    pub time: &'static str,
    /// The sender.
    pub sender: &'static str,
    /// Both.
    pub both: &'static str,
    /// Neither of them, or it is not known.
    pub other: &'static str,
}

/// The texts of a message about a cancellation.
pub struct CancelledWords {
    /// For the whole meeting.
    pub meeting: CalledOff,
    /// For this recipient's part in it.
    pub part: CalledOff,
    /// Statement that there is nothing to do, and that the link has ended.
    pub done: &'static str,
    /// Reference for questions. Takes whom to call, and the number.
    pub questions: fn(&str, &str) -> String,
    /// Statement about the attached file.
    pub attached: &'static str,
}

/// The texts about what was cancelled.
pub struct CalledOff {
    /// The subject. Takes the organisation.
    pub subject: fn(&str) -> String,
    /// The heading.
    pub heading: &'static str,
    /// The cancellation by this organisation.
    pub lead: fn(&str) -> String,
}

/// The texts of a reminder.
pub struct ReminderWords {
    /// The subject. Takes the organisation.
    pub subject: fn(&str) -> String,
    /// The heading.
    pub heading: &'static str,
    /// The meeting: its sender and organisation.
    pub lead: fn(&str, &str) -> String,
    /// Advice to open the link in good time.
    pub early: &'static str,
    /// Advice for a recipient who can't come. Takes whom to call, and the number.
    pub unable: fn(&str, &str) -> String,
    /// The SMS: the organisation, and the time. A whole message that fits into one part.
    pub sms: fn(&str, &str) -> String,
    /// The same for parts of 70 characters.
    pub brief: fn(&str, &str) -> String,
}

/// The texts of a message that a method no longer opens the invitation.
pub struct LockedOutWords {
    /// The subject. Takes the organisation.
    pub subject: fn(&str) -> String,
    /// The heading.
    pub heading: &'static str,
    /// Statement that the method no longer works, and why.
    pub lead: &'static str,
    /// Advice to call, and what to ask for. Takes whom to call, and the number.
    pub call: fn(&str, &str) -> String,
    /// The other method, if it is not locked.
    pub other_way: &'static str,
    /// Statement that the page does not say so, and why.
    pub page: &'static str,
}

/// The texts of a notice to a sender.
pub struct NoticeWords {
    /// The subject.
    pub subject: &'static str,
    /// The event. Takes the recipient.
    pub lead: fn(&str) -> String,
    /// Advice for the sender.
    pub advice: &'static [&'static str],
}

/// The texts around a report of an accessibility problem. The report is between them, as it was written.
pub struct ReportWords {
    /// The subject.
    pub subject: &'static str,
    /// The text before the report.
    pub lead: &'static str,
    /// The text after the report. Takes the address of the accessibility statement.
    pub origin: fn(&str) -> String,
}

/// The texts of a calendar entry.
pub struct CalendarWords {
    /// The entry's title. Takes the organisation.
    pub summary: fn(&str) -> String,
    /// The title of a cancelled entry, for programs that would only show the title.
    pub called_off: fn(&str) -> String,
    /// The description, before the link.
    pub description: &'static str,
    /// The file's name.
    pub file: &'static str,
}

/// Returns the texts of a language.
pub const fn of(language: Language) -> &'static MessageWords {
    match language {
        Language::Swedish => &super::sv::messages::WORDS,
        Language::English => &super::en::messages::WORDS,
    }
}
