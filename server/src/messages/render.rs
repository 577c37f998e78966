//! Rendering of messages: subject, text, HTML and calendar entry.

use super::{
    calendar::{Entry, File, Person, State},
    content::{
        Body, CancelledContext, ChangedContext, Channel, CodeContext, Earlier, Identification,
        InvitationContext, LockContext, MeetingTime, MessageContext, SenderDetails, SenderNotice,
        moment,
    },
    html::html,
    page::{Block, Fact, Page, line},
    sms,
    text::text,
};
use app::{
    i18n::{
        messages::{self, LockedOutWords, MessageWords, NoticeWords},
        readable_phone, texts,
    },
    steps::ACCESSIBILITY_PATH,
    wire::{Language, Role},
};
use jiff::{Timestamp, tz::TimeZone};

/// A rendered message. It holds links and codes in clear, so it has no `Debug` and is never stored.
#[derive(Clone)]
pub struct RenderedMessage {
    /// The name that the message is from: the organisation's.
    pub from_name: String,
    /// The subject. Empty for an SMS.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same content as HTML. Empty for an SMS and for a report.
    pub html: String,
    /// The calendar entry, if the message has one.
    pub calendar: Option<File>,
    /// The links in the message, in order.
    pub links: Vec<String>,
}

/// Renders a message in its language and in the organisation's name.
pub fn render(organisation: &SenderDetails, context: &MessageContext) -> RenderedMessage {
    let writer = Writer {
        words: messages::of(context.language),
        language: context.language,
        organisation,
        name: line(&organisation.name),
    };
    let name = &organisation.name;
    let said = match (context.channel, &context.content) {
        (Channel::Sms, Body::Code(code)) => Some(sms::code(organisation, context.language, code)),
        (Channel::Sms, Body::Reminder(reminder)) => {
            Some(sms::reminder(name, context.language, &reminder.time))
        }
        _ => None,
    };
    if let Some(text) = said {
        return plain(writer.name, String::new(), text);
    }
    let (subject, mut page) = match &context.content {
        Body::Invitation(invitation) => writer.invitation(invitation),
        Body::Changed(changed) => writer.changed(changed),
        Body::Cancelled(cancelled) => writer.cancelled(cancelled),
        Body::Reminder(invitation) => writer.reminder(invitation),
        Body::Waiting(invitation) => writer.waiting(invitation),
        Body::Code(code) => writer.code(code),
        Body::LockedOut(lock) => writer.locked_out(&writer.words.locked_out, lock),
        Body::EIdLockedOut(lock) => writer.locked_out(&writer.words.e_id_locked_out, lock),
        Body::Locked(notice) => {
            writer.notice((&writer.words.locked, &writer.words.host.locked), notice)
        }
        Body::EIdLocked(notice) => {
            writer.notice((&writer.words.e_id_locked, &writer.words.host.e_id_locked), notice)
        }
        Body::Undelivered(notice) => {
            writer.notice((&writer.words.undelivered, &writer.words.host.undelivered), notice)
        }
        Body::Unreached(notice) => {
            writer.notice((&writer.words.unreached, &writer.words.host.unreached), notice)
        }
        Body::Report(report) => {
            let (subject, text) = writer.report(report);
            return plain(writer.name, subject, text);
        }
    };
    let to_name = context.to_name.as_deref().map(line).filter(|name| !name.is_empty());
    page.blocks.insert(0, Block::Text((writer.words.greeting)(to_name.as_deref())));
    page.blocks.extend(writer.farewell());
    let calendar = match &context.content {
        Body::Invitation(invitation) => Some(writer.planned(context, invitation)),
        Body::Changed(changed) => Some(writer.planned(context, &changed.invitation)),
        Body::Cancelled(cancelled) => Some(writer.called_off(context, cancelled)),
        _ => None,
    };
    RenderedMessage {
        text: text(&page),
        html: html(organisation, context.language.tag(), &subject, &page),
        links: page.links(),
        from_name: writer.name,
        subject,
        calendar,
    }
}

/// Returns a message that is plain text alone.
fn plain(from_name: String, subject: String, text: String) -> RenderedMessage {
    RenderedMessage {
        from_name,
        subject,
        text,
        html: String::new(),
        calendar: None,
        links: Vec::new(),
    }
}

struct Writer<'a> {
    words: &'static MessageWords,
    language: Language,
    organisation: &'a SenderDetails,
    name: String,
}

impl Writer<'_> {
    fn invitation(&self, context: &InvitationContext) -> (String, Page) {
        let (words, host) = (&self.words.invitation, &self.words.host);
        let sender = line(&context.sender);
        let (subject, heading, lead, matter) = match context.role {
            Role::Guest => {
                let lead = (words.lead)(&sender, &self.name);
                (words.subject, words.heading, lead, words.matter)
            }
            Role::Host => (host.subject, host.heading, (host.lead)(&self.name), host.matter),
        };
        let mut blocks = vec![
            Block::Text(lead),
            self.facts(self.words.labels.when, &context.time, &sender, &context.sender_phone),
            self.door(context),
            Block::Text(words.personal.to_owned()),
        ];
        if context.role == Role::Host {
            let part = if context.lobby { host.part } else { host.part_elsewhere };
            blocks.push(Block::Text(part.to_owned()));
        }
        blocks.push(self.unsuitable(context, self.words.unsuitable));
        blocks.push(Block::Text(matter.to_owned()));
        blocks.extend(self.needs(context));
        blocks.extend(self.genuine());
        blocks.push(Block::Text(words.attached.to_owned()));
        let page = Page { preview: self.when(&context.time), heading: heading.to_owned(), blocks };
        (subject(&self.name), page)
    }

    /// Returns the advice if the time does not suit. A recipient is advised in these words.
    fn unsuitable(&self, context: &InvitationContext, words: fn(&str, &str) -> String) -> Block {
        Block::Text(match context.role {
            Role::Guest => {
                let phone = readable_phone(&line(&context.sender_phone));
                words(&line(&context.sender), &phone)
            }
            Role::Host => self.words.host.unsuitable.to_owned(),
        })
    }

    fn changed(&self, changed: &ChangedContext) -> (String, Page) {
        let words = &self.words.changed;
        let context = &changed.invitation;
        let news = News::of(changed);
        let leads = match context.role {
            Role::Guest => &words.lead,
            Role::Host => &self.words.host.changed,
        };
        let lead = match (news.time.is_some(), news.sender) {
            (true, false) => leads.time,
            (false, true) => leads.sender,
            (true, true) => leads.both,
            (false, false) => leads.other,
        };
        let mut blocks = vec![
            Block::Text(lead.to_owned()),
            self.new_facts(context, &news),
            Block::Text(words.superseded.to_owned()),
            self.unsuitable(context, self.words.unsuitable),
            self.door(context),
            Block::Text(words.same_link.to_owned()),
        ];
        blocks.extend(self.genuine());
        blocks.push(Block::Text(words.attached.to_owned()));
        let page =
            Page { preview: self.when(&context.time), heading: words.heading.to_owned(), blocks };
        ((words.subject)(&self.name), page)
    }

    fn reminder(&self, context: &InvitationContext) -> (String, Page) {
        let words = &self.words.reminder;
        let sender = line(&context.sender);
        let lead = match context.role {
            Role::Guest => (words.lead)(&sender, &self.name),
            Role::Host => (self.words.host.reminder)(&self.name),
        };
        let mut blocks = vec![
            Block::Text(lead),
            self.facts(self.words.labels.when, &context.time, &sender, &context.sender_phone),
            self.door(context),
            Block::Text(words.early.to_owned()),
            self.unsuitable(context, words.unable),
        ];
        blocks.extend(self.needs(context));
        blocks.extend(self.genuine());
        let page =
            Page { preview: self.when(&context.time), heading: words.heading.to_owned(), blocks };
        ((words.subject)(&self.name), page)
    }

    fn waiting(&self, context: &InvitationContext) -> (String, Page) {
        let words = &self.words.host.waiting;
        let mut blocks = vec![
            Block::Text(words.lead.to_owned()),
            self.facts(
                self.words.labels.when,
                &context.time,
                &line(&context.sender),
                &context.sender_phone,
            ),
            self.door(context),
        ];
        blocks.extend(self.genuine());
        let page =
            Page { preview: words.lead.to_owned(), heading: words.heading.to_owned(), blocks };
        ((words.subject)(&self.name), page)
    }

    fn cancelled(&self, context: &CancelledContext) -> (String, Page) {
        let (words, host) = (&self.words.cancelled, &self.words.host);
        let what = match (context.role, context.part) {
            (Role::Guest, false) => &words.meeting,
            (Role::Guest, true) => &words.part,
            (Role::Host, false) => &host.cancelled,
            (Role::Host, true) => &host.relieved,
        };
        let sender = line(&context.sender);
        let phone = readable_phone(&line(&context.sender_phone));
        let lead = (what.lead)(&self.name);
        let page = Page {
            preview: lead.clone(),
            heading: what.heading.to_owned(),
            blocks: vec![
                Block::Text(lead),
                self.facts(
                    self.words.labels.planned,
                    &context.time,
                    &sender,
                    &context.sender_phone,
                ),
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

    /// Returns the facts of a meeting after a change. Their labels say what is new.
    fn new_facts(&self, context: &InvitationContext, news: &News<'_>) -> Block {
        let labels = &self.words.labels;
        let when = self.when(&context.time);
        let mut facts = match news.time {
            Some(earlier) => vec![
                Fact::new(labels.new_when, when),
                Fact::past(labels.earlier_when, self.when(earlier)),
            ],
            None => vec![Fact::new(labels.when, when)],
        };
        let sender = if news.sender { labels.new_sender } else { labels.sender };
        let phone = if news.phone { labels.new_phone } else { labels.phone };
        facts.push(Fact::new(sender, line(&context.sender)));
        facts.push(Fact::phone(phone, &context.sender_phone));
        Block::Facts(facts)
    }

    /// Returns the link to the invitation.
    fn door(&self, context: &InvitationContext) -> Block {
        let words = &self.words.invitation;
        let label = match (context.role, context.identification) {
            (Role::Host, _) => self.words.host.start,
            (Role::Guest, Identification::EmailCode | Identification::SmsCode) => {
                words.open_with_code
            }
            (Role::Guest, Identification::EId | Identification::Login) => words.open_with_e_id,
        };
        Block::Door { label, hint: self.words.labels.link, link: context.link.clone() }
    }

    /// Returns what the recipient should have ready.
    fn needs(&self, context: &InvitationContext) -> [Block; 2] {
        let words = &self.words.invitation;
        let needs = match context.identification {
            Identification::EmailCode => words.needs_for_code,
            Identification::SmsCode => words.needs_for_sms_code,
            Identification::EId => words.needs_for_e_id,
            Identification::Login => self.words.host.needs_for_login,
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

    fn code(&self, context: &CodeContext) -> (String, Page) {
        let words = &self.words.code;
        let labels = &self.words.labels;
        let sender = line(&context.sender);
        let phone = readable_phone(&line(&context.sender_phone));
        let mut blocks = vec![
            Block::Text(words.lead.to_owned()),
            Block::Code(context.code.clone()),
            Block::Facts(vec![
                Fact::new(labels.valid_until, self.clock(context.valid_until, &context.zone)),
                Fact::new(labels.word, line(&context.word)),
            ]),
            Block::Text(words.compare.to_owned()),
        ];
        // The page doesn't say this: it shows the same to everybody who has the link.
        blocks.extend(context.again_at.map(|at| {
            let when = self.point(at, &context.zone);
            Block::Text((words.last)(&when, &sender, &phone))
        }));
        blocks.extend([
            Block::Door { label: words.back, hint: labels.link, link: context.link.clone() },
            Block::Text(words.same_browser.to_owned()),
            Block::Text(words.secret.to_owned()),
            Block::Text((words.unasked)(&sender, &phone)),
        ]);
        let page =
            Page { preview: words.secret.to_owned(), heading: words.heading.to_owned(), blocks };
        ((words.subject)(&self.name), page)
    }

    fn locked_out(&self, words: &LockedOutWords, context: &LockContext) -> (String, Page) {
        let sender = line(&context.sender);
        let phone = readable_phone(&line(&context.sender_phone));
        let mut blocks = vec![
            Block::Text(words.lead.to_owned()),
            self.facts(self.words.labels.when, &context.time, &sender, &context.sender_phone),
            Block::Text((words.call)(&sender, &phone)),
        ];
        if context.other_way {
            blocks.push(Block::Text(words.other_way.to_owned()));
        }
        blocks.push(Block::Text(words.page.to_owned()));
        let page =
            Page { preview: words.lead.to_owned(), heading: words.heading.to_owned(), blocks };
        ((words.subject)(&self.name), page)
    }

    /// Returns a notice in the words about a recipient, or in those about a host.
    fn notice(
        &self,
        (of_recipient, of_host): (&NoticeWords, &NoticeWords),
        notice: &SenderNotice,
    ) -> (String, Page) {
        let labels = &self.words.labels;
        let (words, label) = match notice.role {
            Role::Guest => (of_recipient, labels.recipient),
            Role::Host => (of_host, self.words.host.label),
        };
        let name = notice.recipient.as_deref().map(line).filter(|name| !name.is_empty());
        let recipient = name.unwrap_or_else(|| line(&notice.recipient_address));
        let when = self.when(&notice.time);
        let page = Page {
            preview: when.clone(),
            heading: words.subject.to_owned(),
            blocks: vec![
                Block::Text((words.lead)(&recipient)),
                Block::Facts(vec![Fact::new(labels.when, when), Fact::new(label, recipient)]),
                Block::List(owned(words.advice)),
            ],
        };
        (words.subject.to_owned(), page)
    }

    /// Returns the subject and the text of a report. Each of its lines is quoted, so that none passes for ours.
    fn report(&self, report: &str) -> (String, String) {
        let words = &self.words.report;
        let quoted: Vec<_> = report.lines().map(|line| format!("> {line}")).collect();
        let statement = format!("{}{ACCESSIBILITY_PATH}", self.organisation.origin);
        let parts = [
            words.lead.to_owned(),
            quoted.join("\n"),
            (words.origin)(&statement),
            (self.words.automatic)(&self.name),
        ];
        (words.subject.to_owned(), parts.join("\n\n") + "\n")
    }

    fn farewell(&self) -> Vec<Block> {
        let phone = self.organisation.phone.as_deref();
        let switchboard = phone
            .map(|phone| Block::Facts(vec![Fact::phone(self.words.labels.switchboard, phone)]));
        let automatic = Block::Text((self.words.automatic)(&self.name));
        switchboard.into_iter().chain([automatic]).collect()
    }

    fn planned(&self, context: &MessageContext, invitation: &InvitationContext) -> File {
        Entry {
            uid: &invitation.uid,
            sequence: invitation.sequence,
            written_at: context.written_at,
            time: &invitation.time,
            state: State::Planned(&invitation.link),
            organisation: &self.name,
            sender: &self.organisation.address,
            recipient: recipient(context),
            language: self.language,
        }
        .file()
    }

    fn called_off(&self, context: &MessageContext, cancelled: &CancelledContext) -> File {
        Entry {
            uid: &cancelled.uid,
            sequence: cancelled.sequence,
            written_at: context.written_at,
            time: &cancelled.time,
            state: State::CalledOff,
            organisation: &self.name,
            sender: &self.organisation.address,
            recipient: recipient(context),
            language: self.language,
        }
        .file()
    }

    fn when(&self, time: &MeetingTime) -> String {
        let how = &texts(self.language).time;
        let span = (how.span)(&moment(time.starts, &time.zone), &moment(time.ends, &time.zone));
        format!("{span} ({})", self.zone(time.starts, &time.zone))
    }

    fn clock(&self, at: Timestamp, zone: &TimeZone) -> String {
        let clock = (texts(self.language).time.clock)(&moment(at, zone));
        format!("{clock} ({})", self.zone(at, zone))
    }

    fn point(&self, at: Timestamp, zone: &TimeZone) -> String {
        let point = (texts(self.language).time.point)(&moment(at, zone));
        format!("{point} ({})", self.zone(at, zone))
    }

    fn zone(&self, at: Timestamp, zone: &TimeZone) -> String {
        match zone.iana_name() {
            Some(name) => (texts(self.language).time.zone)(name),
            None => format!("UTC{}", zone.to_offset(at)),
        }
    }
}

/// The news in a message about a change.
#[derive(Default)]
struct News<'a> {
    /// The earlier time, if the time is new.
    time: Option<&'a MeetingTime>,
    /// `true` if the sender is new.
    sender: bool,
    /// `true` if the sender is the same, with a new phone number.
    phone: bool,
}

impl<'a> News<'a> {
    fn of(changed: &'a ChangedContext) -> Self {
        let Some(Earlier { sender, sender_phone, time }) = &changed.earlier else {
            return Self::default();
        };
        let now = &changed.invitation;
        let new_sender = *sender != now.sender;
        Self {
            time: Some(time).filter(|time| **time != now.time),
            sender: new_sender,
            phone: !new_sender && *sender_phone != now.sender_phone,
        }
    }
}

/// Returns the person that a message is addressed to.
fn recipient(context: &MessageContext) -> Person<'_> {
    Person { name: context.to_name.as_deref(), address: &context.to }
}

fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests;
