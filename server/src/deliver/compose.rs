//! Rendering of messages: subject, text, HTML and calendar entry.

use super::{
    calendar::{Entry, File, Person, State},
    html::html,
    letter::{
        CancelledLetter, Channel, CodeLetter, Content, Identification, InvitationLetter, Letter,
        LockLetter, MeetingTime, OrganisationCard, SenderNotice, moment,
    },
    page::{Block, Fact, Page, line},
    sms,
    text::text,
};
use app::{
    wire::Language,
    words::{
        messages::{self, LockedOutWords, MessageWords, NoticeWords},
        readable_phone, words,
    },
};
use jiff::{Timestamp, tz::TimeZone};

/// A rendered message. It holds links and codes in clear, so it has no `Debug` and is never stored.
#[derive(Clone)]
pub struct Composed {
    /// The name that the message is from: the organisation's.
    pub from_name: String,
    /// The subject. Empty for an SMS.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same content as HTML. Empty for an SMS.
    pub html: String,
    /// The calendar entry, if the message has one.
    pub calendar: Option<File>,
    /// The links in the message, in order.
    pub links: Vec<String>,
}

/// Renders a message in its language and in the organisation's name.
pub fn compose(organisation: &OrganisationCard, letter: &Letter) -> Composed {
    let writer = Writer {
        words: messages::of(letter.language),
        language: letter.language,
        organisation,
        name: line(&organisation.name),
    };
    let name = &organisation.name;
    let said = match (letter.channel, &letter.content) {
        (Channel::Sms, Content::Code(code)) => Some(sms::code(name, letter.language, code)),
        (Channel::Sms, Content::Reminder(reminder)) => {
            Some(sms::reminder(name, letter.language, &reminder.time))
        }
        _ => None,
    };
    if let Some(text) = said {
        return Composed {
            text,
            html: String::new(),
            links: Vec::new(),
            from_name: writer.name,
            subject: String::new(),
            calendar: None,
        };
    }
    let (subject, mut page) = match &letter.content {
        Content::Invitation(invitation) => writer.invitation(invitation),
        Content::Changed(invitation) => writer.changed(invitation),
        Content::Cancelled(cancelled) => writer.cancelled(cancelled),
        Content::Reminder(invitation) => writer.reminder(invitation),
        Content::Code(code) => writer.code(code),
        Content::LockedOut(lock) => writer.locked_out(&writer.words.locked_out, lock),
        Content::EIdLockedOut(lock) => writer.locked_out(&writer.words.e_id_locked_out, lock),
        Content::Locked(notice) => writer.notice(&writer.words.locked, notice),
        Content::EIdLocked(notice) => writer.notice(&writer.words.e_id_locked, notice),
        Content::Undelivered(notice) => writer.notice(&writer.words.undelivered, notice),
        Content::Unreached(notice) => writer.notice(&writer.words.unreached, notice),
    };
    let to_name = letter.to_name.as_deref().map(line).filter(|name| !name.is_empty());
    page.blocks.insert(0, Block::Text((writer.words.greeting)(to_name.as_deref())));
    page.blocks.extend(writer.farewell());
    let calendar = match &letter.content {
        Content::Invitation(invitation) | Content::Changed(invitation) => {
            Some(writer.planned(letter, invitation))
        }
        Content::Cancelled(cancelled) => Some(writer.called_off(letter, cancelled)),
        _ => None,
    };
    Composed {
        text: text(&page),
        html: html(organisation, letter.language.tag(), &subject, &page),
        links: page.links(),
        from_name: writer.name,
        subject,
        calendar,
    }
}

struct Writer<'a> {
    words: &'static MessageWords,
    language: Language,
    organisation: &'a OrganisationCard,
    name: String,
}

impl Writer<'_> {
    fn invitation(&self, letter: &InvitationLetter) -> (String, Page) {
        let words = &self.words.invitation;
        let sender = line(&letter.sender);
        let mut blocks = vec![
            Block::Text((words.lead)(&sender, &self.name)),
            self.facts(self.words.labels.when, &letter.time, &sender, &letter.sender_phone),
            self.door(letter),
            Block::Text(words.personal.to_owned()),
            Block::Text(words.matter.to_owned()),
        ];
        blocks.extend(self.needs(letter));
        blocks.extend(self.genuine());
        blocks.push(Block::Text(words.attached.to_owned()));
        let page =
            Page { preview: self.when(&letter.time), heading: words.heading.to_owned(), blocks };
        ((words.subject)(&self.name), page)
    }

    fn changed(&self, letter: &InvitationLetter) -> (String, Page) {
        let words = &self.words.changed;
        let sender = line(&letter.sender);
        let phone = readable_phone(&line(&letter.sender_phone));
        let mut blocks = vec![
            Block::Text(words.lead.to_owned()),
            self.facts(self.words.labels.when, &letter.time, &sender, &letter.sender_phone),
            Block::Text(words.superseded.to_owned()),
            Block::Text((words.unsuitable)(&sender, &phone)),
            self.door(letter),
            Block::Text(words.same_link.to_owned()),
        ];
        blocks.extend(self.genuine());
        blocks.push(Block::Text(words.attached.to_owned()));
        let page =
            Page { preview: self.when(&letter.time), heading: words.heading.to_owned(), blocks };
        ((words.subject)(&self.name), page)
    }

    fn reminder(&self, letter: &InvitationLetter) -> (String, Page) {
        let words = &self.words.reminder;
        let sender = line(&letter.sender);
        let phone = readable_phone(&line(&letter.sender_phone));
        let mut blocks = vec![
            Block::Text((words.lead)(&sender, &self.name)),
            self.facts(self.words.labels.when, &letter.time, &sender, &letter.sender_phone),
            self.door(letter),
            Block::Text(words.early.to_owned()),
            Block::Text((words.unable)(&sender, &phone)),
        ];
        blocks.extend(self.needs(letter));
        blocks.extend(self.genuine());
        let page =
            Page { preview: self.when(&letter.time), heading: words.heading.to_owned(), blocks };
        ((words.subject)(&self.name), page)
    }

    fn cancelled(&self, letter: &CancelledLetter) -> (String, Page) {
        let words = &self.words.cancelled;
        let what = if letter.part { &words.part } else { &words.meeting };
        let sender = line(&letter.sender);
        let phone = readable_phone(&line(&letter.sender_phone));
        let lead = (what.lead)(&self.name);
        let page = Page {
            preview: lead.clone(),
            heading: what.heading.to_owned(),
            blocks: vec![
                Block::Text(lead),
                self.facts(self.words.labels.planned, &letter.time, &sender, &letter.sender_phone),
                Block::Text(words.done.to_owned()),
                Block::Text((words.questions)(&sender, &phone)),
                Block::Text(words.attached.to_owned()),
            ],
        };
        ((what.subject)(&self.name), page)
    }

    /// Returns the facts of a meeting: its time and its sender.
    fn facts(&self, when: &'static str, time: &MeetingTime, sender: &str, phone: &str) -> Block {
        let labels = &self.words.labels;
        Block::Facts(vec![
            Fact::new(when, self.when(time)),
            Fact::new(labels.sender, sender.to_owned()),
            Fact::phone(labels.phone, phone),
        ])
    }

    /// Returns the link to the invitation.
    fn door(&self, letter: &InvitationLetter) -> Block {
        let words = &self.words.invitation;
        let label = match letter.identification {
            Identification::EmailCode | Identification::SmsCode => words.open_with_code,
            Identification::EId => words.open_with_e_id,
        };
        Block::Door { label, hint: self.words.labels.link, link: letter.link.clone() }
    }

    /// Returns what the recipient should have at hand.
    fn needs(&self, letter: &InvitationLetter) -> [Block; 2] {
        let words = &self.words.invitation;
        let needs = match letter.identification {
            Identification::EmailCode => words.needs_for_code,
            Identification::SmsCode => words.needs_for_sms_code,
            Identification::EId => words.needs_for_e_id,
        };
        [Block::Heading(words.needs.to_owned()), Block::List(owned(needs))]
    }

    /// Returns the signs of a genuine mail with a link.
    fn genuine(&self) -> [Block; 2] {
        let words = &self.words.invitation;
        let mut genuine = vec![(words.genuine_link)(&self.organisation.origin)];
        genuine.extend(owned(words.genuine_more));
        [Block::Heading(words.genuine.to_owned()), Block::List(genuine)]
    }

    fn code(&self, letter: &CodeLetter) -> (String, Page) {
        let words = &self.words.code;
        let labels = &self.words.labels;
        let sender = line(&letter.sender);
        let phone = readable_phone(&line(&letter.sender_phone));
        let mut blocks = vec![
            Block::Text(words.lead.to_owned()),
            Block::Code(letter.code.clone()),
            Block::Facts(vec![
                Fact::new(labels.valid_until, self.clock(letter.valid_until, &letter.zone)),
                Fact::new(labels.word, line(&letter.word)),
            ]),
            Block::Text(words.compare.to_owned()),
        ];
        // The page doesn't say this: it shows the same to everybody who has the link.
        blocks.extend(letter.again_at.map(|at| {
            let when = self.point(at, &letter.zone);
            Block::Text((words.last)(&when, &sender, &phone))
        }));
        blocks.extend([
            Block::Door { label: words.back, hint: labels.link, link: letter.link.clone() },
            Block::Text(words.same_browser.to_owned()),
            Block::Text(words.secret.to_owned()),
            Block::Text((words.unasked)(&sender, &phone)),
        ]);
        let page =
            Page { preview: words.secret.to_owned(), heading: words.heading.to_owned(), blocks };
        ((words.subject)(&self.name), page)
    }

    fn locked_out(&self, words: &LockedOutWords, letter: &LockLetter) -> (String, Page) {
        let sender = line(&letter.sender);
        let phone = readable_phone(&line(&letter.sender_phone));
        let mut blocks = vec![
            Block::Text(words.lead.to_owned()),
            self.facts(self.words.labels.when, &letter.time, &sender, &letter.sender_phone),
            Block::Text((words.call)(&sender, &phone)),
        ];
        if letter.other_way {
            blocks.push(Block::Text(words.other_way.to_owned()));
        }
        blocks.push(Block::Text(words.page.to_owned()));
        let page =
            Page { preview: words.lead.to_owned(), heading: words.heading.to_owned(), blocks };
        ((words.subject)(&self.name), page)
    }

    fn notice(&self, words: &NoticeWords, notice: &SenderNotice) -> (String, Page) {
        let labels = &self.words.labels;
        let name = notice.recipient.as_deref().map(line).filter(|name| !name.is_empty());
        let recipient = name.unwrap_or_else(|| line(&notice.recipient_address));
        let when = self.when(&notice.time);
        let page = Page {
            preview: when.clone(),
            heading: words.subject.to_owned(),
            blocks: vec![
                Block::Text((words.lead)(&recipient)),
                Block::Facts(vec![
                    Fact::new(labels.when, when),
                    Fact::new(labels.recipient, recipient),
                ]),
                Block::List(owned(words.advice)),
            ],
        };
        (words.subject.to_owned(), page)
    }

    fn farewell(&self) -> Vec<Block> {
        let phone = self.organisation.phone.as_deref();
        let switchboard = phone
            .map(|phone| Block::Facts(vec![Fact::phone(self.words.labels.switchboard, phone)]));
        let automatic = Block::Text((self.words.automatic)(&self.name));
        switchboard.into_iter().chain([automatic]).collect()
    }

    fn planned(&self, letter: &Letter, invitation: &InvitationLetter) -> File {
        Entry {
            uid: &invitation.uid,
            sequence: invitation.sequence,
            written_at: letter.written_at,
            time: &invitation.time,
            state: State::Planned(&invitation.link),
            organisation: &self.name,
            sender: &self.organisation.address,
            recipient: recipient(letter),
            language: self.language,
        }
        .file()
    }

    fn called_off(&self, letter: &Letter, cancelled: &CancelledLetter) -> File {
        Entry {
            uid: &cancelled.uid,
            sequence: cancelled.sequence,
            written_at: letter.written_at,
            time: &cancelled.time,
            state: State::CalledOff,
            organisation: &self.name,
            sender: &self.organisation.address,
            recipient: recipient(letter),
            language: self.language,
        }
        .file()
    }

    fn when(&self, time: &MeetingTime) -> String {
        let how = &words(self.language).time;
        let span = (how.span)(&moment(time.starts, &time.zone), &moment(time.ends, &time.zone));
        format!("{span} ({})", self.zone(time.starts, &time.zone))
    }

    fn clock(&self, at: Timestamp, zone: &TimeZone) -> String {
        let clock = (words(self.language).time.clock)(&moment(at, zone));
        format!("{clock} ({})", self.zone(at, zone))
    }

    fn point(&self, at: Timestamp, zone: &TimeZone) -> String {
        let point = (words(self.language).time.point)(&moment(at, zone));
        format!("{point} ({})", self.zone(at, zone))
    }

    fn zone(&self, at: Timestamp, zone: &TimeZone) -> String {
        match zone.iana_name() {
            Some(name) => (words(self.language).time.zone)(name),
            None => format!("UTC{}", zone.to_offset(at)),
        }
    }
}

/// Returns the person that a message is addressed to.
fn recipient(letter: &Letter) -> Person<'_> {
    Person { name: letter.to_name.as_deref(), address: &letter.to }
}

fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests;
