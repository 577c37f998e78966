//! The gallery shows each message as this code renders it, from files. `make messages` writes them.

use super::*;
use crate::model::MessageKind;
use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write,
    fs,
    path::Path,
};

/// The folder of the files.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../app/src/gallery/messages");

/// Returns the messages by the names of their states in the gallery.
fn samples() -> Vec<(&'static str, Channel, Body)> {
    use Channel::{Email, Sms};
    use Identification::{EId, EmailCode, Login, SmsCode};

    let invited = |identification| InvitationContext { identification, ..invitation() };
    let host = |identification| InvitationContext { role: Role::Host, ..invited(identification) };
    let elsewhere = || InvitationContext { lobby: false, ..host(EmailCode) };
    let of_host = || SenderNotice { role: Role::Host, ..notice() };
    let relieved = || CancelledContext { role: Role::Host, ..cancelled(true) };
    let last = || CodeContext { again_at: Some(time().ends), ..code() };
    let nameless = || SenderNotice { recipient: None, ..notice() };
    let same = || Earlier {
        sender: invitation().sender,
        sender_phone: invitation().sender_phone,
        time: invitation().time,
    };
    let changed = |earlier| ChangedContext { invitation: invitation(), earlier: Some(earlier) };
    let other = || "Lo Handläggare".to_owned();
    let earlier = || {
        let day_before = |at| at - jiff::SignedDuration::from_hours(24);
        let MeetingTime { starts, ends, zone } = time();
        MeetingTime { starts: day_before(starts), ends: day_before(ends), zone }
    };
    let report = "Knappen Fortsätt syns inte i min skärmläsare.".to_owned();
    vec![
        ("mail-invitation", Email, Body::Invitation(invited(EmailCode))),
        ("mail-invitation-sms-code", Email, Body::Invitation(invited(SmsCode))),
        ("mail-invitation-e-id", Email, Body::Invitation(invited(EId))),
        ("mail-host", Email, Body::Invitation(host(EmailCode))),
        ("mail-host-elsewhere", Email, Body::Invitation(elsewhere())),
        ("mail-host-login", Email, Body::Invitation(host(Login))),
        ("mail-host-relieved", Email, Body::Cancelled(relieved())),
        ("mail-host-reminder", Email, Body::Reminder(host(EmailCode))),
        ("mail-host-waiting", Email, Body::Waiting(host(EmailCode))),
        ("mail-code", Email, Body::Code(code())),
        ("mail-code-last", Email, Body::Code(last())),
        ("mail-changed-time", Email, Body::Changed(changed(Earlier { time: earlier(), ..same() }))),
        (
            "mail-changed-sender",
            Email,
            Body::Changed(changed(Earlier { sender: other(), ..same() })),
        ),
        ("mail-cancelled", Email, Body::Cancelled(cancelled(false))),
        ("mail-withdrawn", Email, Body::Cancelled(cancelled(true))),
        ("mail-reminder", Email, Body::Reminder(invited(EmailCode))),
        ("mail-reminder-e-id", Email, Body::Reminder(invited(EId))),
        ("mail-locked-out", Email, Body::LockedOut(lock(false))),
        ("mail-locked-out-e-id-too", Email, Body::LockedOut(lock(true))),
        ("mail-e-id-locked-out", Email, Body::EIdLockedOut(lock(false))),
        ("mail-e-id-locked-out-code-too", Email, Body::EIdLockedOut(lock(true))),
        ("mail-sender-locked", Email, Body::Locked(notice())),
        ("mail-sender-e-id-locked", Email, Body::EIdLocked(notice())),
        ("mail-sender-undelivered", Email, Body::Undelivered(notice())),
        ("mail-sender-undelivered-no-name", Email, Body::Undelivered(nameless())),
        ("mail-sender-unreached", Email, Body::Unreached(notice())),
        ("mail-sender-host-locked", Email, Body::Locked(of_host())),
        ("mail-sender-host-e-id-locked", Email, Body::EIdLocked(of_host())),
        ("mail-sender-host-undelivered", Email, Body::Undelivered(of_host())),
        ("mail-sender-host-unreached", Email, Body::Unreached(of_host())),
        ("mail-report", Email, Body::Report(report)),
        ("sms-code", Sms, Body::Code(code())),
        ("sms-code-last", Sms, Body::Code(last())),
        ("sms-reminder", Sms, Body::Reminder(invited(EmailCode))),
    ]
}

/// Returns the kind of a message in the outbox.
fn kind(channel: Channel, body: &Body) -> MessageKind {
    match body {
        Body::Invitation(_) => MessageKind::Invitation,
        Body::Changed(_) => MessageKind::Changed,
        Body::Cancelled(_) => MessageKind::Cancelled,
        Body::Reminder(_) if channel == Channel::Sms => MessageKind::ReminderSms,
        Body::Reminder(_) => MessageKind::Reminder,
        Body::Waiting(_) => MessageKind::Waiting,
        Body::Code(_) => MessageKind::Code,
        Body::LockedOut(_) => MessageKind::LockedOut,
        Body::EIdLockedOut(_) => MessageKind::EIdLockedOut,
        Body::Locked(_) => MessageKind::Locked,
        Body::EIdLocked(_) => MessageKind::EIdLocked,
        Body::Undelivered(_) | Body::Unreached(_) => MessageKind::Undelivered,
        Body::Report(_) => MessageKind::Report,
    }
}

/// Returns the files by their names: the text of each message, its HTML, and the list of all.
fn files() -> BTreeMap<String, String> {
    let gallery = SenderDetails {
        name: "Exempelby kommun".to_owned(),
        accent: [0x0b, 0x5d, 0x6e],
        ..organisation()
    };
    let mut files = BTreeMap::new();
    let mut list = String::from("// Written by `make messages`.\nmessages! {\n");
    for (name, channel, body) in samples() {
        let kim = name.starts_with("mail-sender-") || name.starts_with("mail-host");
        let to_name = if kim { "Kim Handläggare" } else { "Anna Andersson" };
        for language in Language::ALL {
            let to_name = (name != "mail-report").then(|| to_name.to_owned());
            let context = MessageContext { channel, to_name, ..context(language, body.clone()) };
            let RenderedMessage { subject, text, html, .. } = render(&gallery, &context);
            // Some e-mails are plain text too.
            let form = if html.is_empty() { "text" } else { "html" };
            let tag = language.tag();
            writeln!(list, "    {form} {name:?} {tag:?} {subject:?},").expect("written");
            files.insert(format!("{name}.{tag}.txt"), text);
            if !html.is_empty() {
                files.insert(format!("{name}.{tag}.html"), html);
            }
        }
    }
    files.insert("list.rs".to_owned(), list + "}\n");
    files
}

fn kept(folder: &Path) -> BTreeMap<String, String> {
    let file = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().expect("a name");
        (name, fs::read_to_string(entry.path()).expect("a file"))
    };
    fs::read_dir(folder).expect("the folder").map(|entry| file(entry.expect("an entry"))).collect()
}

#[test]
fn the_messages_in_the_gallery_are_fresh() {
    let (folder, fresh) = (Path::new(FOLDER), files());
    if env::var_os("ANSLUT_RENEW_MESSAGES").is_some() {
        for name in kept(folder).keys().filter(|name| !fresh.contains_key(*name)) {
            fs::remove_file(folder.join(name)).expect(name);
        }
        for (name, text) in &fresh {
            fs::write(folder.join(name), text).expect(name);
        }
    }
    let kept = kept(folder);
    let stale: BTreeSet<_> =
        fresh.keys().chain(kept.keys()).filter(|it| fresh.get(*it) != kept.get(*it)).collect();
    assert!(stale.is_empty(), "{stale:?} are of older code; `make messages` renews them");
}

#[test]
fn every_kind_of_message_is_in_the_gallery() {
    let samples = samples();
    for each in MessageKind::ALL {
        let shown = samples.iter().any(|(_, channel, body)| kind(*channel, body) == each);
        assert!(shown, "{each:?}");
    }
}
