mod gallery;

use super::*;
use proptest::prelude::*;

const LINK: &str = "https://mote.kommun.example/m/abcdefghijklmnopqrstuvwxyz1";

fn organisation() -> SenderDetails {
    SenderDetails {
        name: "Kungsbacka kommun".to_owned(),
        phone: Some("+46300834000".to_owned()),
        accent: [0, 80, 120],
        origin: "https://mote.kommun.example".to_owned(),
        address: "mote@kommun.example".to_owned(),
    }
}

fn time() -> MeetingTime {
    MeetingTime {
        starts: "2026-12-01T08:00:00Z".parse().expect("a time"),
        ends: "2026-12-01T08:45:00Z".parse().expect("a time"),
        zone: TimeZone::get("Europe/Stockholm").expect("a zone"),
    }
}

fn context(language: Language, content: Body) -> MessageContext {
    MessageContext {
        channel: Channel::Email,
        to: "anna@example.org".to_owned(),
        to_name: Some("Anna Andersson".to_owned()),
        language,
        message_id: "1@mote.kommun.example".to_owned(),
        written_at: "2026-11-24T08:00:00Z".parse().expect("a time"),
        sequence: 0,
        content,
    }
}

fn invitation() -> InvitationContext {
    InvitationContext {
        role: Role::Guest,
        lobby: true,
        link: LINK.to_owned(),
        identification: Identification::EmailCode,
        sender: "Kim Handläggare".to_owned(),
        sender_phone: "+46300834001".to_owned(),
        time: time(),
        uid: "7@mote.kommun.example".to_owned(),
        sequence: 0,
    }
}

fn code() -> CodeContext {
    CodeContext {
        code: "0427".to_owned(),
        word: "björk".to_owned(),
        valid_until: "2026-12-01T08:10:00Z".parse().expect("a time"),
        zone: time().zone,
        link: format!("{LINK}/code"),
        sender: "Kim Handläggare".to_owned(),
        sender_phone: "+46300834001".to_owned(),
        again_at: None,
    }
}

fn lock(other_way: bool) -> LockContext {
    LockContext {
        sender: "Kim Handläggare".to_owned(),
        sender_phone: "+46300834001".to_owned(),
        time: time(),
        other_way,
    }
}

fn cancelled(part: bool) -> CancelledContext {
    CancelledContext {
        role: Role::Guest,
        part,
        sender: "Kim Handläggare".to_owned(),
        sender_phone: "+46300834001".to_owned(),
        time: time(),
        uid: "7@mote.kommun.example".to_owned(),
        sequence: 3,
    }
}

fn notice() -> SenderNotice {
    SenderNotice {
        role: Role::Guest,
        recipient: Some("Anna Andersson".to_owned()),
        recipient_address: "anna@example.org".to_owned(),
        time: time(),
    }
}

fn swedish(content: Body) -> RenderedMessage {
    render(&organisation(), &context(Language::Swedish, content))
}

fn assert_says(rendered: &RenderedMessage, texts: &[&str]) {
    for text in texts {
        assert!(rendered.text.contains(text), "no {text} in\n{}", rendered.text);
        assert!(rendered.html.contains(text), "no {text} in\n{}", rendered.html);
    }
}

#[test]
fn a_host_is_told_to_lead_the_meeting_and_how_to_start_it() {
    let host = InvitationContext { role: Role::Host, ..invitation() };
    let rendered = swedish(Body::Invitation(host.clone()));
    assert_eq!(rendered.subject, "Du leder ett videomöte med Kungsbacka kommun");
    assert_says(
        &rendered,
        &[
            "Kungsbacka kommun har bokat ett videomöte som du leder.",
            "tisdag 1 december 2026 kl. 09.00–09.45 (svensk tid)",
            "Starta mötet",
            LINK,
            "Ändra det där mötet är bokat.",
            "Vi skickar en kod dit som visar att det är du.",
        ],
    );
    assert!(!rendered.text.contains("inbjuden"), "{}", rendered.text);
    assert!(rendered.calendar.is_some());
    assert!(rendered.text.contains("släpper in dem"), "{}", rendered.text);
    let elsewhere = InvitationContext { lobby: false, ..host.clone() };
    let rendered = swedish(Body::Invitation(elsewhere));
    assert_says(&rendered, &["Mötet hålls i en annan videotjänst."]);
    assert!(!rendered.text.contains("väntrum"), "{}", rendered.text);
    let login = InvitationContext { identification: Identification::Login, ..host.clone() };
    let rendered = swedish(Body::Invitation(login));
    assert_says(&rendered, &["Inloggningen som din organisation har valt"]);
    assert!(!rendered.text.contains("BankID"), "{}", rendered.text);
    let english = context(Language::English, Body::Reminder(host));
    let rendered = render(&organisation(), &english);
    assert_says(&rendered, &["Start the meeting", "You will soon lead a video meeting"]);
}

#[test]
fn a_sender_reads_of_a_host_in_the_words_for_hosts() {
    let host = || SenderNotice { role: Role::Host, ..notice() };
    for (body, words) in [
        (Body::Locked(host()), "Någon har skrivit fel kod för många gånger."),
        (Body::EIdLocked(host()), "kan inte längre logga in till mötet."),
        (Body::Undelivered(host()), "låt någon annan leda mötet."),
        (Body::Unreached(host()), "att någon annan leder det."),
    ] {
        let rendered = swedish(body);
        assert_says(&rendered, &[words, "Leder mötet"]);
        assert!(!rendered.text.to_lowercase().contains("mottagare"), "{}", rendered.text);
    }
}

#[test]
fn a_host_is_told_of_the_end_of_the_meeting_or_of_the_task() {
    let called_off = |part| CancelledContext { role: Role::Host, ..cancelled(part) };
    let rendered = swedish(Body::Cancelled(called_off(false)));
    assert_eq!(rendered.subject, "Inställt videomöte med Kungsbacka kommun");
    assert_says(&rendered, &["har ställt in videomötet som du skulle leda."]);
    let rendered = swedish(Body::Cancelled(called_off(true)));
    assert_eq!(rendered.subject, "Du leder inte längre ett videomöte med Kungsbacka kommun");
    assert_says(&rendered, &["Du leder det inte längre."]);
}

#[test]
fn an_invitation_says_who_when_and_how_to_get_in() {
    let rendered = swedish(Body::Invitation(invitation()));
    assert_eq!(rendered.subject, "Inbjudan till videomöte från Kungsbacka kommun");
    assert_eq!(rendered.from_name, "Kungsbacka kommun");
    assert_says(
        &rendered,
        &[
            "Hej Anna Andersson!",
            "Kim Handläggare, Kungsbacka kommun, bjuder in dig till ett videomöte.",
            "tisdag 1 december 2026 kl. 09.00–09.45 (svensk tid)",
            "0300-83 40 01",
            "Öppna mötesinbjudan",
            LINK,
            "Länken börjar med https://mote.kommun.example/",
            "växeln. Leta själv upp numret",
            "Passar inte tiden? Ring Kim Handläggare på 0300-83 40 01.",
            "Av hänsyn till dig står det inte här vad mötet handlar om.",
            "bankuppgifter",
            "Vi skickar en kod",
        ],
    );
    assert_eq!(rendered.links, [LINK]);
    assert!(rendered.calendar.is_some_and(|calendar| calendar.text.contains("BEGIN:VEVENT")));
}

#[test]
fn an_invitation_that_asks_for_an_e_identification_says_so() {
    let rendered = swedish(Body::Invitation(InvitationContext {
        identification: Identification::EId,
        ..invitation()
    }));
    assert_says(&rendered, &["Öppna meddelande", "En svensk e-legitimation"]);
    assert!(!rendered.text.contains("Öppna mötesinbjudan"));
    assert!(!rendered.text.contains("kod"), "{}", rendered.text);
}

#[test]
fn a_message_is_in_the_letters_language() {
    let rendered =
        render(&organisation(), &context(Language::English, Body::Invitation(invitation())));
    assert_eq!(rendered.subject, "Invitation to a video meeting from Kungsbacka kommun");
    assert_says(
        &rendered,
        &[
            "Hello Anna Andersson,",
            "Swedish time",
            "Open the meeting invitation",
            "If the time does not suit you, call Kim Handläggare on 0300-83 40 01.",
        ],
    );
    assert!(rendered.html.contains("<html lang=\"en\">"));
    assert!(
        rendered
            .calendar
            .is_some_and(|calendar| calendar.text.contains("SUMMARY:Video meeting with"))
    );
}

#[test]
fn a_code_comes_with_its_word_its_end_and_the_way_back() {
    let rendered = swedish(Body::Code(code()));
    assert_eq!(rendered.subject, "Din kod till videomötet med Kungsbacka kommun");
    assert!(!rendered.subject.contains("0427"));
    assert!(rendered.text.contains("\n\n0427\n\n"), "{}", rendered.text);
    assert_says(
        &rendered,
        &[
            "0427",
            "björk",
            "kl. 09.10 (svensk tid)",
            "/code",
            "Ge inte koden till någon annan. Vi ringer aldrig och frågar efter den.",
        ],
    );
    assert!(rendered.text.contains("Kontrollord: björk"));
    assert_eq!(rendered.links, [format!("{LINK}/code")]);
    assert!(rendered.calendar.is_none());
}

#[test]
fn the_last_code_says_from_when_another_can_be_had_and_whom_to_call() {
    let last = CodeContext { again_at: Some(time().ends), ..code() };
    let says = "Vi kan skicka en ny tidigast tisdag 1 december kl. 09.45 (svensk tid). Om du inte \
                kommer in innan dess, ring Kim Handläggare på 0300-83 40 01.";
    assert_says(&swedish(Body::Code(last.clone())), &["sista koden", says]);
    let rendered = render(&organisation(), &context(Language::English, Body::Code(last)));
    assert_says(
        &rendered,
        &["the last code for now", "Tuesday 1 December at 09:45 (Swedish time)"],
    );
    assert!(!swedish(Body::Code(code())).text.contains("sista koden"));
}

#[test]
fn who_is_locked_out_is_told_whom_to_call_and_is_led_nowhere() {
    let (by_e_id, by_code) =
        ("Om du har en svensk e-legitimation", "Du kan ändå öppna inbjudan med en kod.");
    for (content, lead, other_way) in [
        (Body::LockedOut(lock(false)), "att öppna den med kod.", None),
        (Body::LockedOut(lock(true)), "att öppna den med kod.", Some(by_e_id)),
        (Body::EIdLockedOut(lock(false)), "att öppna den med e-legitimation.", None),
        (Body::EIdLockedOut(lock(true)), "att öppna den med e-legitimation.", Some(by_code)),
    ] {
        let english = render(&organisation(), &context(Language::English, content.clone()));
        assert_says(&english, &["Call Kim Handläggare on 0300-83 40 01", "a new invitation"]);
        let rendered = swedish(content);
        let when = "tisdag 1 december 2026 kl. 09.00–09.45 (svensk tid)";
        let call = "Ring Kim Handläggare på 0300-83 40 01 och be om en ny inbjudan";
        assert_says(&rendered, &["Hej Anna Andersson!", lead, when, call]);
        for way in [by_e_id, by_code] {
            assert_eq!(rendered.text.contains(way), other_way == Some(way), "{}", rendered.text);
        }
        assert!(rendered.links.is_empty() && !rendered.html.contains("http"));
        assert!(rendered.calendar.is_none());
    }
}

#[test]
fn a_code_by_sms_is_plain_text_alone() {
    let context = MessageContext {
        channel: Channel::Sms,
        to: "+46701740605".to_owned(),
        ..context(Language::Swedish, Body::Code(code()))
    };
    let rendered = render(&organisation(), &context);
    assert!(rendered.text.contains("Kungsbacka kommun:\n0427\nKontrollord: björk\n"));
    for absent in ["Kim", "Anna", "http", LINK, "tel:"] {
        assert!(!rendered.text.contains(absent), "{}", rendered.text);
    }
    assert_eq!((rendered.subject, rendered.html), (String::new(), String::new()));
    assert!(rendered.links.is_empty() && rendered.calendar.is_none());
}

#[test]
fn an_invitation_that_asks_for_a_code_by_sms_says_so() {
    let rendered = swedish(Body::Invitation(InvitationContext {
        identification: Identification::SmsCode,
        ..invitation()
    }));
    assert_says(&rendered, &["Öppna mötesinbjudan", "Din mobiltelefon när du ansluter."]);
    assert!(!rendered.text.contains("Tillgång till din e-post"), "{}", rendered.text);
}

#[test]
fn a_change_says_what_holds_now_and_leads_to_the_same_link() {
    let invitation = InvitationContext { sequence: 2, ..invitation() };
    let rendered = swedish(Body::Changed(ChangedContext { invitation, earlier: None }));
    assert_eq!(rendered.subject, "Ändrat videomöte med Kungsbacka kommun");
    assert_says(
        &rendered,
        &[
            "Ditt videomöte är ändrat",
            "Uppgifterna om videomötet som du är inbjuden till har ändrats. Det här gäller nu:",
            "tisdag 1 december 2026 kl. 09.00–09.45 (svensk tid)",
            "Kim Handläggare",
            "Öppna mötesinbjudan",
            LINK,
            "Länken är samma som i inbjudan.",
            "Passar inte tiden? Ring Kim Handläggare på 0300-83 40 01.",
            "Länken börjar med https://mote.kommun.example/",
        ],
    );
    assert_eq!(rendered.links, [LINK]);
    let calendar = rendered.calendar.expect("an entry").text;
    for line in ["METHOD:REQUEST", "UID:7@mote.kommun.example", "SEQUENCE:2"] {
        assert!(calendar.contains(&format!("\r\n{line}\r\n")), "{line}: {calendar}");
    }
}

#[test]
fn a_change_says_what_is_new_and_how_it_was() {
    let new = "tisdag 1 december 2026 kl. 09.00–09.45 (svensk tid)";
    let old = "måndag 30 november 2026 kl. 13.00–13.45 (svensk tid)";
    let there = "tisdag 1 december 2026 kl. 10.00–10.45 (tidszon Europe/Helsinki)";
    let facts = |when: &[&str], sender: &str, phone: &str| {
        let mut facts: Vec<_> = when.iter().map(ToString::to_string).collect();
        facts.push(format!("{sender}: Kim Handläggare"));
        facts.push(format!("{phone}: 0300-83 40 01"));
        facts.join("\n")
    };
    let (is_new, was) = (format!("Ny tid: {new}"), format!("Tidigare tid: {old}"));
    let elsewhere = format!("Tidigare tid: {there}");
    let same = format!("Tid: {new}");
    let time_of = |starts: &str, ends: &str, zone: &str| MeetingTime {
        starts: starts.parse().expect("a time"),
        ends: ends.parse().expect("a time"),
        zone: TimeZone::get(zone).expect("a zone"),
    };
    let earlier_time = time_of("2026-11-30T12:00:00Z", "2026-11-30T12:45:00Z", "Europe/Stockholm");
    let elsewhere_time = MeetingTime {
        zone: time_of("2026-11-30T12:00:00Z", "2026-11-30T12:45:00Z", "Europe/Helsinki").zone,
        ..time()
    };
    let kim = || ("Kim Handläggare", "+46300834001");
    for (time, (sender, sender_phone), lead, facts) in [
        (
            earlier_time.clone(),
            kim(),
            "en ny tid. Det",
            facts(&[&is_new, &was], "Avsändare", "Telefon"),
        ),
        (
            elsewhere_time,
            kim(),
            "en ny tid. Det",
            facts(&[&is_new, &elsewhere], "Avsändare", "Telefon"),
        ),
        (
            time(),
            ("Kai Ek", "+46300834001"),
            "en ny avsändare. Det",
            facts(&[&same], "Ny avsändare", "Telefon"),
        ),
        (
            time(),
            ("Kai Ek", "+46300834000"),
            "en ny avsändare. Det",
            facts(&[&same], "Ny avsändare", "Telefon"),
        ),
        (
            earlier_time,
            ("Kai Ek", "+46300834000"),
            "en ny tid och en ny avsändare. Det",
            facts(&[&is_new, &was], "Ny avsändare", "Telefon"),
        ),
        (
            time(),
            ("Kim Handläggare", "+46300834000"),
            "har ändrats. Det",
            facts(&[&same], "Avsändare", "Nytt nummer"),
        ),
        (time(), kim(), "har ändrats. Det", facts(&[&same], "Avsändare", "Telefon")),
    ] {
        let earlier =
            Earlier { sender: sender.to_owned(), sender_phone: sender_phone.to_owned(), time };
        let content = ChangedContext { invitation: invitation(), earlier: Some(earlier) };
        let rendered = swedish(Body::Changed(content.clone()));
        assert!(rendered.text.contains(&format!("\n\n{facts}\n\n")), "{facts}\n{}", rendered.text);
        assert_says(&rendered, &[lead, "här gäller nu:"]);
        for fact in facts.lines() {
            let (label, value) = fact.split_once(": ").expect("a fact");
            assert_says(&rendered, &[label, value]);
            let struck = rendered.html.split("line-through;\">").nth(1);
            assert_eq!(struck.is_some(), facts.contains("Tidigare tid"), "{}", rendered.html);
            if label == "Tidigare tid" {
                assert!(struck.is_some_and(|rest| rest.starts_with(value)), "{}", rendered.html);
            }
        }
        let english = render(&organisation(), &context(Language::English, Body::Changed(content)));
        assert_says(&english, &["These are the new details:"]);
        assert_eq!(english.text.contains("\nPrevious time: "), facts.contains("Tidigare tid"));
        assert_eq!(english.text.contains("\nNew sender: "), facts.contains("Ny avsändare"));
    }
}

#[test]
fn what_is_called_off_leads_nowhere_and_says_whom_to_ring() {
    for (part, subject, heading, lead) in [
        (
            false,
            "Inställt videomöte med Kungsbacka kommun",
            "Videomötet är inställt",
            "Kungsbacka kommun har ställt in videomötet som du var inbjuden till.",
        ),
        (
            true,
            "Återkallad inbjudan till videomöte med Kungsbacka kommun",
            "Din inbjudan är återkallad",
            "Kungsbacka kommun har återkallat din inbjudan till ett videomöte.",
        ),
    ] {
        let rendered = swedish(Body::Cancelled(cancelled(part)));
        assert_eq!(rendered.subject, subject);
        let when = "tisdag 1 december 2026 kl. 09.00–09.45 (svensk tid)";
        let ring = "Undrar du över något? Ring Kim Handläggare på 0300-83 40 01.";
        assert_says(&rendered, &[heading, lead, "Planerad tid", when, ring]);
        assert!(rendered.links.is_empty());
        let calendar = rendered.calendar.as_ref().expect("an entry");
        assert!(calendar.media_type().ends_with("method=CANCEL"));
        for line in ["METHOD:CANCEL", "UID:7@mote.kommun.example", "SEQUENCE:3"] {
            assert!(calendar.text.contains(&format!("\r\n{line}\r\n")), "{line}");
        }
        for text in [&rendered.text, &rendered.html, &calendar.text] {
            assert!(!text.contains("http"), "{text}");
        }
    }
}

#[test]
fn a_reminder_says_when_what_to_have_at_hand_and_leads_in() {
    let rendered = swedish(Body::Reminder(invitation()));
    assert_eq!(rendered.subject, "Påminnelse om videomöte med Kungsbacka kommun");
    assert_says(
        &rendered,
        &[
            "tisdag 1 december 2026 kl. 09.00–09.45 (svensk tid)",
            "Öppna mötesinbjudan",
            "Det här behöver du",
            "Vi skickar en kod",
            "Kan du inte vara med? Ring Kim Handläggare på 0300-83 40 01.",
            "Länken börjar med https://mote.kommun.example/",
        ],
    );
    assert_eq!(rendered.links, [LINK]);
    assert!(rendered.calendar.is_none(), "the entry is in the calendar already");
    let e_id = InvitationContext { identification: Identification::EId, ..invitation() };
    assert_says(&swedish(Body::Reminder(e_id)), &["Öppna meddelande", "En svensk e-legitimation"]);
}

#[test]
fn a_reminder_by_sms_is_plain_text_without_a_link() {
    let context = MessageContext {
        channel: Channel::Sms,
        to: "+46701740605".to_owned(),
        ..context(Language::English, Body::Reminder(invitation()))
    };
    let rendered = render(&organisation(), &context);
    assert!(rendered.text.contains("Tuesday 1 December at 09:00"), "{}", rendered.text);
    for absent in ["Kim", "Anna", "http", "/m/", "mote.kommun", "\n"] {
        assert!(!rendered.text.contains(absent), "{}", rendered.text);
    }
    assert_eq!((rendered.subject, rendered.html), (String::new(), String::new()));
    assert!(rendered.links.is_empty() && rendered.calendar.is_none());
}

#[test]
fn news_is_in_the_recipient_s_language() {
    for (content, subject, says) in [
        (
            Body::Changed(ChangedContext { invitation: invitation(), earlier: None }),
            "Changed video meeting with Kungsbacka kommun",
            "If the time does not suit you, call Kim Handläggare on",
        ),
        (
            Body::Cancelled(cancelled(false)),
            "Cancelled video meeting with Kungsbacka kommun",
            "The link in earlier emails no longer works.",
        ),
        (
            Body::Cancelled(cancelled(true)),
            "Withdrawn invitation to a video meeting with Kungsbacka kommun",
            "Your invitation is withdrawn",
        ),
        (
            Body::Reminder(invitation()),
            "Reminder of a video meeting with Kungsbacka kommun",
            "Open the invitation in good time",
        ),
    ] {
        let rendered = render(&organisation(), &context(Language::English, content));
        assert_eq!(rendered.subject, subject);
        assert_says(&rendered, &[says, "Tuesday 1 December 2026, 09:00–09:45 (Swedish time)"]);
        assert!(rendered.html.contains("<html lang=\"en\">"));
    }
}

#[test]
fn a_notice_names_the_recipient_and_holds_no_link() {
    for content in [
        Body::Locked(notice()),
        Body::EIdLocked(notice()),
        Body::Undelivered(notice()),
        Body::Unreached(notice()),
    ] {
        let rendered = swedish(content);
        assert_says(&rendered, &["Anna Andersson", "tisdag 1 december 2026 kl. 09.00–09.45"]);
        assert!(!rendered.text.contains("anna@example.org"), "{}", rendered.text);
        assert!(!rendered.html.contains("http"));
        assert!(rendered.links.is_empty());
        assert!(rendered.calendar.is_none());
    }
}

#[test]
fn a_notice_falls_back_on_the_address_of_a_recipient_without_a_name() {
    for recipient in [None, Some(" ".to_owned())] {
        let rendered = swedish(Body::Undelivered(SenderNotice { recipient, ..notice() }));
        assert_says(&rendered, &["Mejlet till anna@example.org gick inte att leverera."]);
    }
}

#[test]
fn a_report_is_plain_text_and_every_line_of_it_is_quoted() {
    let report = "Knappen syns inte.\n\nAnna <b>\n1234\nMejlet skickades automatiskt";
    let rendered = swedish(Body::Report(report.to_owned()));
    assert_eq!(rendered.subject, "Rapport om tillgängligheten i Anslut");
    let quoted =
        "\n\n> Knappen syns inte.\n> \n> Anna <b>\n> 1234\n> Mejlet skickades automatiskt\n\n";
    assert!(rendered.text.contains(quoted), "{}", rendered.text);
    assert!(rendered.text.contains("på https://mote.kommun.example/accessibility."));
    assert!(rendered.html.is_empty() && rendered.links.is_empty() && rendered.calendar.is_none());
}

#[test]
fn what_somebody_wrote_is_text_in_html() {
    let mut content = invitation();
    content.sender = "<script>alert(1)</script>\"'&".to_owned();
    let html = swedish(Body::Invitation(content)).html;
    assert!(!html.contains("<script"), "{html}");
    assert!(html.contains("&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#38;"), "{html}");
}

#[test]
fn html_loads_nothing_and_leads_nowhere_else() {
    for content in [
        Body::Invitation(invitation()),
        Body::Changed(ChangedContext { invitation: invitation(), earlier: None }),
        Body::Cancelled(cancelled(false)),
        Body::Reminder(invitation()),
        Body::Code(code()),
        Body::Code(CodeContext { again_at: Some(time().ends), ..code() }),
        Body::LockedOut(lock(true)),
        Body::EIdLockedOut(lock(false)),
    ] {
        let RenderedMessage { html, links, .. } = swedish(content);
        for loading in ["src=", "url(", "<img", "<link", "@import", "background=", "<script"] {
            assert!(!html.contains(loading), "{loading} in {html}");
        }
        for address in html.split("href=\"").skip(1) {
            let address = address.split_once('"').map_or(address, |(address, _)| address);
            let known = links.iter().any(|link| link == address);
            let number = ["tel:+46300834000", "tel:+46300834001"].contains(&address);
            assert!(known || number, "{address}");
        }
    }
}

proptest! {
    #[test]
    fn no_other_line_than_the_code_is_only_digits(
        name in "\\PC*|([0-9]|\r|\n|\u{2028}|\u{85}|\u{b}){0,9}",
        sender in "([0-9]|\r|\n|\u{2028}|\u{85}|\u{c}| ){0,9}",
        phone in "([0-9]|\n){0,9}",
        word in "([0-9]|\n|a){0,9}",
        organisation_name in "([0-9]|\n){0,9}",
        english: bool,
        last: bool,
    ) {
        let language = if english { Language::English } else { Language::Swedish };
        let again_at = last.then(|| time().ends);
        let content = CodeContext { again_at, sender, sender_phone: phone.clone(), word, ..code() };
        let context = MessageContext { to_name: Some(name), ..context(language, Body::Code(content)) };
        let sender = SenderDetails { name: organisation_name, phone: Some(phone), ..organisation() };
        let text = render(&sender, &context).text;
        let only_digits = |line: &&str| {
            !line.trim().is_empty() && line.trim().chars().all(char::is_numeric)
        };
        let breaks = ['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
        let found: Vec<_> = text.split(breaks).filter(only_digits).collect();
        prop_assert_eq!(found, vec!["0427"], "{}", text);
    }
}
