//! The texts of messages. Only the server sends any, so they are not in the browser's bundle.
//!
//! No text asks for a meeting's title or description: what a meeting is about never leaves in a message.

use crate::wire::Language;

/// The texts of messages in one language.
pub struct MessageWords {
    /// "Hello Anna," to a name, where there is one.
    pub greeting: fn(Option<&str>) -> String,
    /// Says that nobody reads answers, in the name of this organisation.
    pub automatic: fn(&str) -> String,
    /// Labels of facts.
    pub labels: Labels,
    /// The invitation.
    pub invitation: InvitationWords,
    /// The code.
    pub code: CodeWords,
    /// The code by SMS.
    pub sms: SmsWords,
    /// That the meeting was changed.
    pub changed: ChangedWords,
    /// That the meeting, or the recipient's part in it, was called off.
    pub cancelled: CancelledWords,
    /// That the meeting is near.
    pub reminder: ReminderWords,
    /// To the recipient: codes open the invitation no more.
    pub locked_out: LockedOutWords,
    /// To the recipient: e-identifications open the invitation no more.
    pub e_id_locked_out: LockedOutWords,
    /// To the organiser: a recipient is locked out after wrong codes.
    pub locked: NoticeWords,
    /// To the organiser: a recipient is locked out after e-identifications that did not match.
    pub e_id_locked: NoticeWords,
    /// To the organiser: a recipient can't be reached.
    pub undelivered: NoticeWords,
    /// To the organiser: a recipient who is invited no more can't be told so.
    pub unreached: NoticeWords,
    /// The calendar entry.
    pub calendar: CalendarWords,
}

/// Labels of facts.
pub struct Labels {
    /// Before a day and time.
    pub when: &'static str,
    /// Before a day and time at which something will not be after all.
    pub planned: &'static str,
    /// Before the name of who invites.
    pub sender: &'static str,
    /// Before that person's phone number.
    pub phone: &'static str,
    /// Before the organisation's switchboard.
    pub switchboard: &'static str,
    /// Before the name of who is invited.
    pub recipient: &'static str,
    /// Before the word that is on the page too.
    pub word: &'static str,
    /// Before a point in time until which something can be used.
    pub valid_until: &'static str,
    /// Before a link that is there for those to whom the button is of no use.
    pub link: &'static str,
}

/// The texts of an invitation.
pub struct InvitationWords {
    /// The subject: from this organisation.
    pub subject: fn(&str) -> String,
    /// The heading.
    pub heading: &'static str,
    /// Who invites: a person, an organisation.
    pub lead: fn(&str, &str) -> String,
    /// The button, when a code will be asked for.
    pub open_with_code: &'static str,
    /// The button, when an e-identification will be asked for.
    pub open_with_e_id: &'static str,
    /// Heading of what to have at hand.
    pub needs: &'static str,
    /// What to have at hand, when a code will be asked for.
    pub needs_for_code: &'static [&'static str],
    /// What to have at hand, when a code by SMS will be asked for.
    pub needs_for_sms_code: &'static [&'static str],
    /// What to have at hand, when an e-identification will be asked for.
    pub needs_for_e_id: &'static [&'static str],
    /// Where one learns what the meeting is about.
    pub matter: &'static str,
    /// Heading of how to tell that the mail is genuine.
    pub genuine: &'static str,
    /// That the link begins with this origin.
    pub genuine_link: fn(&str) -> String,
    /// The rest of how to tell.
    pub genuine_more: &'static [&'static str],
    /// That the link is for one person.
    pub personal: &'static str,
    /// What the attached file is.
    pub attached: &'static str,
}

/// The texts of a message with a code.
pub struct CodeWords {
    /// The subject: of a meeting with this organisation.
    pub subject: fn(&str) -> String,
    /// The heading.
    pub heading: &'static str,
    /// Stands right before the code.
    pub lead: &'static str,
    /// What the reference word is for.
    pub compare: &'static str,
    /// That it is the last code for now: from when another can be had, whom to call until then, at which number.
    pub last: fn(&str, &str, &str) -> String,
    /// The button back to the page that asks for the code.
    pub back: &'static str,
    /// Where the code works.
    pub same_browser: &'static str,
    /// Never to give it away.
    pub secret: &'static str,
    /// What to do when one has not asked for it: whom to ring, at which number.
    pub unasked: fn(&str, &str) -> String,
}

/// The texts of a code by SMS. Each is a whole message, short enough for one part: the second for
/// parts of 70 characters, which those are that hold other letters than phones' own alphabet has.
/// The code stands alone on its line.
pub struct SmsWords {
    /// The message.
    pub code: fn(&SmsFacts<'_>) -> String,
    /// The same in as few words as can be.
    pub brief: fn(&SmsFacts<'_>) -> String,
    /// Follows where there is room: that it is the last code until then.
    pub last: fn(&str) -> String,
}

/// What a code by SMS tells.
#[derive(Clone, Copy)]
pub struct SmsFacts<'a> {
    /// Whose meeting it is for.
    pub organisation: &'a str,
    /// The code.
    pub code: &'a str,
    /// The word that is on the page too.
    pub word: &'a str,
    /// Until when the code can be used.
    pub until: &'a str,
}

/// The texts of a message that a meeting was changed.
pub struct ChangedWords {
    /// The subject: of a meeting with this organisation.
    pub subject: fn(&str) -> String,
    /// The heading.
    pub heading: &'static str,
    /// What may have changed; stands right before what holds now.
    pub lead: &'static str,
    /// That what was told before holds no more.
    pub superseded: &'static str,
    /// That the link is the one that the invitation had.
    pub same_link: &'static str,
    /// What to do when it does not suit: whom to ring, at which number.
    pub unsuitable: fn(&str, &str) -> String,
    /// What the attached file is.
    pub attached: &'static str,
}

/// The texts of a message that something was called off.
pub struct CancelledWords {
    /// When the whole meeting was.
    pub meeting: CalledOff,
    /// When this recipient alone is invited no more.
    pub part: CalledOff,
    /// That there is nothing to do, and that the link has ended.
    pub done: &'static str,
    /// Whom to ring, at which number, about questions.
    pub questions: fn(&str, &str) -> String,
    /// What the attached file is.
    pub attached: &'static str,
}

/// What was called off.
pub struct CalledOff {
    /// The subject: of a meeting with this organisation.
    pub subject: fn(&str) -> String,
    /// The heading.
    pub heading: &'static str,
    /// What this organisation did.
    pub lead: fn(&str) -> String,
}

/// The texts of a reminder.
pub struct ReminderWords {
    /// The subject: of a meeting with this organisation.
    pub subject: fn(&str) -> String,
    /// The heading.
    pub heading: &'static str,
    /// Which meeting it is: the one that this person invited to, for this organisation.
    pub lead: fn(&str, &str) -> String,
    /// To open the link in good time.
    pub early: &'static str,
    /// What to do when one can't come: whom to ring, at which number.
    pub unable: fn(&str, &str) -> String,
    /// By SMS: a meeting with this organisation, then. A whole message, short enough for one part.
    pub sms: fn(&str, &str) -> String,
    /// The same for parts of 70 characters.
    pub brief: fn(&str, &str) -> String,
}

/// The texts of a message that a way into the invitation is closed.
pub struct LockedOutWords {
    /// The subject: of a meeting with this organisation.
    pub subject: fn(&str) -> String,
    /// The heading.
    pub heading: &'static str,
    /// The news that the way no longer works, and why.
    pub lead: &'static str,
    /// The advice to call this person, at this number, and what to ask for.
    pub call: fn(&str, &str) -> String,
    /// The other way, where it is still open.
    pub other_way: &'static str,
    /// That the page does not say so, and why.
    pub page: &'static str,
}

/// The texts of a notice to an organiser.
pub struct NoticeWords {
    /// The subject.
    pub subject: &'static str,
    /// What happened to this recipient.
    pub lead: fn(&str) -> String,
    /// What the organiser can do.
    pub advice: &'static [&'static str],
}

/// The texts of a calendar entry.
pub struct CalendarWords {
    /// The entry's title: with this organisation.
    pub summary: fn(&str) -> String,
    /// Its title when it is called off, for programs that would only show it.
    pub called_off: fn(&str) -> String,
    /// What it says, ahead of the link.
    pub description: &'static str,
    /// The file's name.
    pub file: &'static str,
}

/// The texts in a language.
pub const fn of(language: Language) -> &'static MessageWords {
    match language {
        Language::Swedish => &super::sv::messages::WORDS,
        Language::English => &super::en::messages::WORDS,
    }
}
