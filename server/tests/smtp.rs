//! Mail over SMTP to a real server. Its faults are distinguished.

#![expect(clippy::expect_used, reason = "a test that can't go on fails")]

use app::wire::{Language, Role};
use jiff::tz::TimeZone;
use mail_parser::{Addr, Address, MessageParser, MimeHeaders};
use server::messages::{
    DeliveryError, Mailer, Refusal, Trouble,
    content::{
        Body, CancelledContext, Channel, CodeContext, Identification, InvitationContext,
        MeetingTime, MessageContext, SenderDetails,
    },
    render::{RenderedMessage, render},
    smtp::SmtpMailer,
};
use std::time::Duration;
use test_support::mail_server::{Answer, Behaviour, Encryption, MailServer};

/// Long enough for a server on this machine, however busy it is.
const PATIENCE: Duration = Duration::from_secs(20);
/// For servers that never answer.
const IMPATIENCE: Duration = Duration::from_millis(200);
const FROM: &str = "noreply@kommun.example";

fn organisation() -> SenderDetails {
    SenderDetails {
        name: "Mölndals stad".to_owned(),
        phone: None,
        accent: [0, 80, 120],
        origin: "https://mote.kommun.example".to_owned(),
        address: FROM.to_owned(),
    }
}

fn invitation() -> MessageContext {
    let zone = TimeZone::get("Europe/Stockholm").expect("a zone");
    MessageContext {
        channel: Channel::Email,
        to: "anna@example.org".to_owned(),
        to_name: Some("Anna Åström".to_owned()),
        language: Language::Swedish,
        message_id: "7.invitation@mote.kommun.example".to_owned(),
        written_at: "2026-11-24T08:00:00Z".parse().expect("a time"),
        sequence: 0,
        content: Body::Invitation(InvitationContext {
            lobby: true,
            role: Role::Guest,
            link: "https://mote.kommun.example/m/abcdefghijklmnopqrstuvwxyz1".to_owned(),
            identification: Identification::EmailCode,
            sender: "Kim Handläggare".to_owned(),
            sender_phone: "+46300834000".to_owned(),
            time: MeetingTime {
                starts: "2026-12-01T08:00:00Z".parse().expect("a time"),
                ends: "2026-12-01T08:45:00Z".parse().expect("a time"),
                zone,
            },
            uid: "7@mote.kommun.example".to_owned(),
            sequence: 0,
        }),
    }
}

fn code() -> MessageContext {
    MessageContext {
        content: Body::Code(CodeContext {
            code: "0427".to_owned(),
            word: "björk".to_owned(),
            valid_until: "2026-11-24T08:10:00Z".parse().expect("a time"),
            zone: TimeZone::get("Europe/Stockholm").expect("a zone"),
            link: "https://mote.kommun.example/m/abcdefghijklmnopqrstuvwxyz1/code".to_owned(),
            sender: "Kim Handläggare".to_owned(),
            sender_phone: "+46300834000".to_owned(),
            again_at: None,
        }),
        ..invitation()
    }
}

fn mailer(server: &MailServer) -> SmtpMailer {
    to(&format!("smtp://{}", server.address))
}

fn to(url: &str) -> SmtpMailer {
    SmtpMailer::new(url, FROM).expect("a mailer").within(PATIENCE)
}

async fn send(mailer: &SmtpMailer, letter: &MessageContext) -> Result<(), DeliveryError> {
    mailer.deliver(letter, &render(&organisation(), letter)).await
}

async fn outcome(behaviour: Behaviour) -> Result<(), DeliveryError> {
    let server = MailServer::start(behaviour).await;
    send(&mailer(&server), &invitation()).await
}

fn only<'a>(address: Option<&'a Address<'a>>) -> &'a Addr<'a> {
    let list = address.and_then(Address::as_list).expect("a list of addresses");
    assert_eq!(list.len(), 1, "addresses");
    &list[0]
}

#[tokio::test]
async fn an_invitation_arrives_whole() {
    let server = MailServer::start(Behaviour::default()).await;
    let letter = invitation();
    send(&mailer(&server), &letter).await.expect("it is taken");

    let caught = server.only();
    assert_eq!((caught.from.as_str(), caught.to.as_str()), (FROM, "anna@example.org"));
    assert!(caught.data.is_ascii(), "any server can take it");
    let mail = MessageParser::new().parse(&caught.data).expect("a message");
    let RenderedMessage { subject, text, html, calendar, .. } = render(&organisation(), &letter);
    assert_eq!(mail.subject(), Some(subject.as_str()));
    assert_eq!(only(mail.from()).name(), Some("Mölndals stad"));
    assert_eq!(only(mail.from()).address(), Some(FROM));
    assert_eq!(only(mail.to()).name(), Some("Anna Åström"));
    assert_eq!(only(mail.to()).address(), Some("anna@example.org"));
    assert_eq!(mail.message_id(), Some("7.invitation@mote.kommun.example"));
    let date = mail.date().map(mail_parser::DateTime::to_timestamp);
    assert_eq!(date, Some(letter.written_at.as_second()));
    assert_eq!(mail.header_raw("Auto-Submitted").map(str::trim), Some("auto-generated"));
    assert_eq!(mail.header_raw("Content-Language").map(str::trim), Some("sv"));

    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(lines(&mail.body_text(0).expect("plain text")), lines(&text));
    assert_eq!(lines(&mail.body_html(0).expect("HTML")), lines(&html));
    // As an alternative form of the message, where calendar programs look for it, and as a file.
    let attachments: Vec<_> = mail.attachments().collect();
    let [entry, file] = &attachments[..] else { panic!("an entry and a file") };
    let text = calendar.expect("an entry").text;
    for part in [entry, file] {
        let kind = part.content_type().expect("a kind");
        assert_eq!((kind.ctype(), kind.subtype()), ("text", Some("calendar")));
        assert_eq!(kind.attribute("method"), Some("REQUEST"));
        assert_eq!(part.text_contents(), Some(text.as_str()));
    }
    assert!(entry.content_disposition().is_none());
    assert_eq!(file.attachment_name(), Some("videomote.ics"));
    let alternatives = mail
        .parts
        .iter()
        .find(|part| part.content_type().is_some_and(|kind| kind.subtype() == Some("alternative")));
    let alternatives = alternatives.and_then(|part| part.sub_parts()).expect("alternatives");
    let kinds = alternatives.iter().map(|id| {
        let kind = mail.part(*id).and_then(MimeHeaders::content_type).expect("a kind");
        kind.subtype().unwrap_or_default().to_owned()
    });
    assert_eq!(kinds.collect::<Vec<_>>(), ["plain", "html", "calendar"]);
    for line in ["ORGANIZER;CN=\"Mölndals stad\":mailto:noreply@kommun.example", "METHOD:REQUEST"]
    {
        assert!(text.contains(&format!("\r\n{line}\r\n")), "{line}: {text}");
    }
}

#[tokio::test]
async fn the_entry_of_a_meeting_that_is_called_off_arrives_as_a_cancellation() {
    let server = MailServer::start(Behaviour::default()).await;
    let letter = invitation();
    let Body::Invitation(was) = letter.content.clone() else { unreachable!() };
    let cancelled = CancelledContext {
        role: Role::Guest,
        part: false,
        sender: was.sender,
        sender_phone: was.sender_phone,
        time: was.time,
        uid: was.uid,
        sequence: 1,
    };
    let letter = MessageContext { content: Body::Cancelled(cancelled), ..letter };
    send(&mailer(&server), &letter).await.expect("it is taken");
    let caught = server.only();
    let mail = MessageParser::new().parse(&caught.data).expect("a message");
    let attachment = mail.attachments().next().expect("an entry");
    let kind = attachment.content_type().expect("a kind");
    assert_eq!((kind.ctype(), kind.subtype()), ("text", Some("calendar")));
    assert_eq!(kind.attribute("method"), Some("CANCEL"));
    let text = attachment.text_contents().expect("text");
    for line in ["METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:1"] {
        assert!(text.contains(&format!("\r\n{line}\r\n")), "{line}: {text}");
    }
}

#[tokio::test]
async fn a_code_stands_alone_on_its_line_in_what_arrives() {
    let server = MailServer::start(Behaviour::default()).await;
    send(&mailer(&server), &code()).await.expect("it is taken");
    let caught = server.only();
    let mail = MessageParser::new().parse(&caught.data).expect("a message");
    assert_eq!(mail.attachment_count(), 0);
    let text = mail.body_text(0).expect("plain text");
    let digits = |line: &&str| !line.is_empty() && line.chars().all(|c| c.is_ascii_digit());
    assert_eq!(text.lines().filter(digits).collect::<Vec<_>>(), ["0427"]);
}

#[tokio::test]
async fn a_letter_sent_again_has_the_same_identity_and_date() {
    let server = MailServer::start(Behaviour::default()).await;
    for _ in 0..2 {
        send(&mailer(&server), &code()).await.expect("it is taken");
    }
    let caught = server.caught();
    let header = |of: usize, name: &str| {
        let mail = MessageParser::new().parse(&caught[of].data).expect("a message");
        mail.header_raw(name).map(str::to_owned).expect("a header")
    };
    for name in ["Message-ID", "Date", "Subject"] {
        assert_eq!(header(0, name), header(1, name));
    }
}

#[tokio::test]
async fn a_name_can_not_write_headers() {
    for name in [
        "Anna\r\nBcc: spy@example.net\r\n\r\nHej",
        "Anna\nBcc: spy@example.net",
        "Anna\" <spy@example.net>, \"",
        "Anna <spy@example.net>",
        "spy@example.net, Anna",
        "=?utf-8?q?Anna=0D=0ABcc=3A_spy@example.net?=",
        "Anna\u{2028}\u{0}\u{7f}Åström (spy@example.net)",
        "\\",
        &"Åsa \u{1f469} ".repeat(200),
    ] {
        let server = MailServer::start(Behaviour::default()).await;
        let mut card = organisation();
        name.clone_into(&mut card.name);
        let letter = MessageContext { to_name: Some(name.to_owned()), ..invitation() };
        mailer(&server).deliver(&letter, &render(&card, &letter)).await.expect("it is taken");
        let caught = server.only();
        assert_eq!(caught.to, "anna@example.org", "{name}");
        let mail = MessageParser::new().parse(&caught.data).expect("a message");
        assert!(mail.bcc().is_none(), "{name}");
        assert_eq!(only(mail.to()).address(), Some("anna@example.org"), "{name}");
        assert_eq!(only(mail.from()).address(), Some(FROM), "{name}");
        let kept: Vec<_> = name.split(|c: char| !c.is_alphanumeric()).collect();
        let shown = only(mail.to()).name().unwrap_or_default();
        if !name.starts_with("=?") {
            for word in kept.iter().filter(|word| word.chars().all(char::is_alphabetic)) {
                assert!(shown.contains(word), "{word} of {name} in {shown}");
            }
        }
    }
}

#[tokio::test]
async fn the_sender_may_have_a_name_of_its_own() {
    let server = MailServer::start(Behaviour::default()).await;
    let url = format!("smtp://{}", server.address);
    let mailer = SmtpMailer::new(&url, "Videomöten <noreply@kommun.example>").expect("a mailer");
    send(&mailer, &invitation()).await.expect("it is taken");
    let caught = server.only();
    let mail = MessageParser::new().parse(&caught.data).expect("a message");
    assert_eq!(only(mail.from()).name(), Some("Videomöten"));
}

#[tokio::test]
async fn what_a_server_refuses_for_good_is_refused() {
    let unknown = Answer::Say("550 5.1.1 anna@example.org unknown");
    let error = outcome(Behaviour::good_but("RCPT", unknown)).await;
    assert_eq!(error, Err(DeliveryError::Refused(Refusal::Recipient(550))));
    let told = error.expect_err("refused").to_string();
    assert_eq!(told, "refused: the recipient was refused with 550", "no address, no foreign words");

    let error = outcome(Behaviour::good_but(".", Answer::Say("554 5.7.1 looks bad"))).await;
    assert_eq!(error, Err(DeliveryError::Refused(Refusal::Message(554))));
}

#[tokio::test]
async fn what_is_wrong_with_us_or_the_server_is_tried_again() {
    for (at, answer, trouble) in [
        ("CONNECT", "421 busy", Trouble::Later(421)),
        ("CONNECT", "554 go away", Trouble::Sender(554)),
        ("MAIL", "550 not you", Trouble::Sender(550)),
        ("MAIL", "530 log in", Trouble::Sender(530)),
        ("RCPT", "450 greylisted", Trouble::Later(450)),
        ("DATA", "451 no room", Trouble::Later(451)),
        (".", "452 no room", Trouble::Later(452)),
    ] {
        let error = outcome(Behaviour::good_but(at, Answer::Say(answer))).await;
        assert_eq!(error, Err(DeliveryError::Temporary(trouble)), "{answer} at {at}");
    }
}

#[tokio::test]
async fn a_silent_server_holds_nobody() {
    for at in ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "."] {
        let server = MailServer::start(Behaviour::good_but(at, Answer::Silence)).await;
        let error = send(&mailer(&server).within(IMPATIENCE), &invitation()).await;
        assert_eq!(error, Err(DeliveryError::Temporary(Trouble::Silent)), "{at}");
    }
}

#[tokio::test]
async fn a_server_that_hangs_up_is_told_from_one_that_refuses() {
    for (at, answer) in [
        ("CONNECT", Answer::HangUp),
        ("EHLO", Answer::HangUp),
        ("MAIL", Answer::HangUp),
        ("RCPT", Answer::HangUp),
        ("MESSAGE", Answer::HangUp),
        (".", Answer::HangUp),
        ("RCPT", Answer::Say("what?")),
    ] {
        let error = outcome(Behaviour::good_but(at, answer)).await;
        assert_eq!(error, Err(DeliveryError::Temporary(Trouble::Broken)), "{at}");
    }
}

#[tokio::test]
async fn a_mail_that_was_taken_stays_taken_when_the_goodbye_fails() {
    for answer in [Answer::Silence, Answer::HangUp] {
        let server = MailServer::start(Behaviour::good_but("QUIT", answer)).await;
        assert_eq!(send(&mailer(&server), &invitation()).await, Ok(()));
        server.only();
    }
}

#[tokio::test]
async fn nobody_there_is_trouble_for_now() {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = free.local_addr().expect("an address");
    drop(free);
    let error = send(&to(&format!("smtp://{address}")), &invitation()).await;
    assert_eq!(error, Err(DeliveryError::Temporary(Trouble::Unreachable)));
}

#[tokio::test]
async fn mail_is_encrypted_with_a_server_whose_certificate_is_trusted() {
    for (encryption, scheme, query) in [
        (Encryption::StartTls, "smtp", "?tls=required"),
        (Encryption::StartTls, "smtp", "?tls=opportunistic"),
        (Encryption::Wrapper, "smtps", ""),
    ] {
        let server = MailServer::start(Behaviour { encryption, ..Behaviour::default() }).await;
        let url = format!("{scheme}://localhost:{}{query}", server.address.port());
        let mailer = to(&url).trusting(server.certificate.as_bytes()).expect("a certificate");
        assert_eq!(send(&mailer, &invitation()).await, Ok(()), "{url}");
        assert!(server.only().encrypted);
    }
}

#[tokio::test]
async fn nothing_goes_to_a_server_whose_certificate_is_not_trusted() {
    for (encryption, scheme, query) in [
        (Encryption::StartTls, "smtp", "?tls=required"),
        (Encryption::StartTls, "smtp", "?tls=opportunistic"),
        (Encryption::Wrapper, "smtps", ""),
    ] {
        let login = Some(("anslut", "secret"));
        let server =
            MailServer::start(Behaviour { encryption, login, ..Behaviour::default() }).await;
        let url = format!("{scheme}://anslut:secret@localhost:{}{query}", server.address.port());
        let error = send(&to(&url), &invitation()).await;
        assert_eq!(error, Err(DeliveryError::Temporary(Trouble::Encryption)), "{url}");
        assert!(!server.heard().iter().any(|verb| verb == "AUTH" || verb == "MAIL"), "{url}");
    }
}

#[tokio::test]
async fn a_certificate_in_another_name_is_not_trusted() {
    let behaviour = Behaviour {
        encryption: Encryption::Wrapper,
        name: "other.example",
        ..Behaviour::default()
    };
    let server = MailServer::start(behaviour).await;
    let mailer = to(&format!("smtps://localhost:{}", server.address.port()))
        .trusting(server.certificate.as_bytes())
        .expect("a certificate");
    let error = send(&mailer, &invitation()).await;
    assert_eq!(error, Err(DeliveryError::Temporary(Trouble::Encryption)));
}

#[tokio::test]
async fn nothing_goes_out_in_clear_where_encryption_is_required() {
    let login = Some(("anslut", "secret"));
    let server = MailServer::start(Behaviour { login, ..Behaviour::default() }).await;
    for url in [
        format!("smtp://anslut:secret@{}?tls=required", server.address),
        format!("smtps://anslut:secret@{}", server.address),
    ] {
        let error = send(&to(&url), &invitation()).await;
        assert_eq!(error, Err(DeliveryError::Temporary(Trouble::Encryption)), "{url}");
    }
    assert!(!server.heard().iter().any(|verb| verb == "AUTH" || verb == "MAIL"));
}

#[tokio::test]
async fn a_login_is_used_and_its_refusal_blames_no_recipient() {
    let login = Some(("kommun@relay", "s:e/c%r?t"));
    let server = MailServer::start(Behaviour { login, ..Behaviour::default() }).await;
    let right = format!("smtp://kommun%40relay:s%3Ae%2Fc%25r%3Ft@{}", server.address);
    assert_eq!(send(&to(&right), &invitation()).await, Ok(()));
    let wrong = format!("smtp://kommun%40relay:wrong@{}", server.address);
    let error = send(&to(&wrong), &invitation()).await;
    assert_eq!(error, Err(DeliveryError::Temporary(Trouble::Credentials(535))));

    let server = MailServer::start(Behaviour::default()).await;
    let needless = format!("smtp://anslut:secret@{}", server.address);
    let error = send(&to(&needless), &invitation()).await;
    assert_eq!(error, Err(DeliveryError::Temporary(Trouble::Login)));
}

#[tokio::test]
async fn an_address_that_can_not_be_written_is_refused_without_asking_the_server() {
    let server = MailServer::start(Behaviour::default()).await;
    for address in [
        "",
        "anna",
        "anna@",
        "@example.org",
        "anna@exa mple.org",
        "anna@example.org\r\nRCPT TO:<spy@example.net>",
        "anna@example.org>\r\nRCPT TO:<spy@example.net",
        "\"anna\r\nRCPT TO:<spy@example.net>\"@example.org",
        "anna>@example.org",
        "anna, spy@example.net",
    ] {
        let letter = MessageContext { to: address.to_owned(), ..invitation() };
        let error = send(&mailer(&server), &letter).await;
        assert_eq!(error, Err(DeliveryError::Refused(Refusal::Address)), "{address}");
    }
    assert!(server.heard().is_empty());
}

#[tokio::test]
async fn addresses_in_other_scripts_go_where_servers_know_them() {
    let letter = MessageContext { to: "anna@räksmörgås.example".to_owned(), ..invitation() };
    let server = MailServer::start(Behaviour::default()).await;
    assert_eq!(send(&mailer(&server), &letter).await, Ok(()));
    assert_eq!(server.only().to, "anna@xn--rksmrgs-5wao1o.example");

    let letter = MessageContext { to: "åsa@example.org".to_owned(), ..invitation() };
    let error = send(&mailer(&server), &letter).await;
    assert_eq!(error, Err(DeliveryError::Refused(Refusal::Address)));
    let behaviour = Behaviour { offers: &["8BITMIME", "SMTPUTF8"], ..Behaviour::default() };
    let server = MailServer::start(behaviour).await;
    assert_eq!(send(&mailer(&server), &letter).await, Ok(()));
    assert_eq!(server.only().to, "åsa@example.org");
}

#[tokio::test]
async fn a_connection_is_kept_for_the_next_mail_where_the_last_was_taken() {
    let server = MailServer::start(Behaviour::default()).await;
    let mailer = mailer(&server);
    for _ in 0..3 {
        assert_eq!(send(&mailer, &code()).await, Ok(()));
    }
    assert_eq!(server.caught().len(), 3);
    let heard = server.heard();
    assert_eq!(heard.iter().filter(|verb| *verb == "EHLO").count(), 1);
    assert!(!heard.iter().any(|verb| verb == "QUIT"));

    let refusing = Behaviour::good_but("RCPT", Answer::Say("550 5.1.1 unknown"));
    let server = MailServer::start(refusing).await;
    let mailer = to(&format!("smtp://{}", server.address));
    for _ in 0..2 {
        assert!(send(&mailer, &code()).await.is_err());
    }
    assert_eq!(server.heard().iter().filter(|verb| *verb == "EHLO").count(), 2);
}

#[tokio::test]
async fn a_connection_that_was_closed_meanwhile_loses_no_mail() {
    let server = MailServer::start(Behaviour { patience: 1, ..Behaviour::default() }).await;
    let mailer = mailer(&server);
    for _ in 0..3 {
        assert_eq!(send(&mailer, &code()).await, Ok(()));
    }
    assert_eq!(server.caught().len(), 3, "each once");
}

#[tokio::test]
async fn only_the_code_of_a_reply_decides() {
    for (at, code) in [
        ("CONNECT", "220"),
        ("EHLO", "250"),
        ("MAIL", "250"),
        ("RCPT", "250"),
        ("DATA", "354"),
        (".", "250"),
    ] {
        for (before, after) in [
            (&b""[..], &b""[..]),
            (b"", b" "),
            (b"", b" p\xe5 v\xe4g"),
            (b"", b" \x00\x1b\xff\xfe"),
            (b"-", b""),
            (b"-k\xf6 3\r\nutan kod", b" klart"),
        ] {
            let mut words = Vec::new();
            if !before.is_empty() {
                words.extend_from_slice(&[code.as_bytes(), before, b"\r\n"].concat());
            }
            words.extend_from_slice(&[code.as_bytes(), after].concat());
            let answer = Answer::SayBytes(words.leak());
            let server = MailServer::start(Behaviour::good_but(at, answer)).await;
            assert_eq!(send(&mailer(&server), &invitation()).await, Ok(()), "{answer:?} at {at}");
            assert_eq!(server.caught().len(), 1, "{answer:?} at {at}");
        }
    }
    for (at, answer, expected) in [
        ("RCPT", &b"550"[..], DeliveryError::Refused(Refusal::Recipient(550))),
        ("RCPT", b"451 sn\xe4lla v\xe4nta", DeliveryError::Temporary(Trouble::Later(451))),
        (".", b"554", DeliveryError::Refused(Refusal::Message(554))),
        ("MAIL", b"452", DeliveryError::Temporary(Trouble::Later(452))),
        ("CONNECT", b"554", DeliveryError::Temporary(Trouble::Sender(554))),
    ] {
        let error = outcome(Behaviour::good_but(at, Answer::SayBytes(answer))).await;
        assert_eq!(error, Err(expected), "at {at}");
    }
}

#[tokio::test]
async fn a_server_that_knows_helo_alone_is_spoken_to_where_nothing_more_is_asked_for() {
    for refusal in ["500 what?", "502", "504 no", "550-no\r\n550 no"] {
        let server = MailServer::start(Behaviour::good_but("EHLO", Answer::Say(refusal))).await;
        assert_eq!(send(&mailer(&server), &invitation()).await, Ok(()), "{refusal}");
        server.only();
        let required = to(&format!("smtp://{}?tls=required", server.address));
        let error = send(&required, &invitation()).await;
        assert_eq!(error, Err(DeliveryError::Temporary(Trouble::Encryption)), "{refusal}");
        let login = to(&format!("smtp://anslut:secret@{}", server.address));
        let error = send(&login, &invitation()).await;
        assert_eq!(error, Err(DeliveryError::Temporary(Trouble::Login)), "{refusal}");
        assert!(!server.heard().iter().any(|verb| verb == "AUTH"), "{refusal}");
    }
}

#[tokio::test]
async fn what_is_said_in_clear_before_encryption_is_not_believed() {
    let behaviour = Behaviour {
        encryption: Encryption::StartTls,
        at: Some(("STARTTLS", Answer::Say("220 go on\r\n250 and be welcome"))),
        ..Behaviour::default()
    };
    let server = MailServer::start(behaviour).await;
    let mailer = to(&format!("smtp://localhost:{}?tls=required", server.address.port()))
        .trusting(server.certificate.as_bytes())
        .expect("a certificate");
    let error = send(&mailer, &invitation()).await;
    assert_eq!(error, Err(DeliveryError::Temporary(Trouble::Encryption)));
}

#[tokio::test]
async fn a_sender_in_a_domain_with_swedish_letters_is_written_in_ascii() {
    for offers in [&[][..], &["8BITMIME", "SMTPUTF8"]] {
        for (from, wire) in [
            ("mote@åmål.example", "mote@xn--ml-xiab.example"),
            ("Möten <mote@A\u{30a}mål.Example>", "mote@xn--ml-xiab.example"),
            ("mote@åmål.kommun.example", "mote@xn--ml-xiab.kommun.example"),
        ] {
            let server = MailServer::start(Behaviour { offers, ..Behaviour::default() }).await;
            let url = format!("smtp://{}", server.address);
            let mailer = SmtpMailer::new(&url, from).expect("a mailer").within(PATIENCE);
            assert_eq!(send(&mailer, &invitation()).await, Ok(()), "{from}");
            let caught = server.only();
            assert_eq!(caught.from, wire);
            assert!(caught.data.is_ascii(), "{from}");
            let mail = MessageParser::new().parse(&caught.data).expect("a message");
            assert_eq!(only(mail.from()).address(), Some(wire));
            let letter = MessageContext { to: "kim@åmål.example".to_owned(), ..invitation() };
            assert_eq!(send(&mailer, &letter).await, Ok(()), "an organiser's address");
            assert_eq!(server.caught()[1].to, "kim@xn--ml-xiab.example");
        }
    }
}

#[tokio::test]
async fn a_sender_that_the_server_can_not_carry_is_no_recipient_s_fault() {
    let mailer = |server: &MailServer| {
        let url = format!("smtp://{}", server.address);
        SmtpMailer::new(&url, "möte@åmål.example").expect("a mailer").within(PATIENCE)
    };
    let server = MailServer::start(Behaviour::default()).await;
    for to in ["anna@example.org", "åsa@example.org", "anna@åmål.example"] {
        let letter = MessageContext { to: to.to_owned(), ..invitation() };
        let error = send(&mailer(&server), &letter).await;
        assert_eq!(error, Err(DeliveryError::Temporary(Trouble::From)), "{to}");
    }
    assert_eq!(mailer(&server).check().await, Err(Trouble::From));
    assert!(mailer(&server).test_connection().await.is_err(), "a decoy waits too");
    let old = MailServer::start(Behaviour::good_but("EHLO", Answer::Say("502"))).await;
    let error = send(&mailer(&old), &invitation()).await;
    assert_eq!(error, Err(DeliveryError::Temporary(Trouble::From)));

    let behaviour = Behaviour { offers: &["8BITMIME", "SMTPUTF8"], ..Behaviour::default() };
    let server = MailServer::start(behaviour).await;
    assert_eq!(mailer(&server).check().await, Ok(()));
    assert_eq!(send(&mailer(&server), &invitation()).await, Ok(()));
    assert_eq!(server.only().from, "möte@xn--ml-xiab.example");
}

#[tokio::test]
async fn to_greet_is_to_say_who_writes_and_nothing_more() {
    let server = MailServer::start(Behaviour::default()).await;
    let mailer = mailer(&server);
    for _ in 0..2 {
        assert_eq!(mailer.test_connection().await, Ok(()));
    }
    assert_eq!(send(&mailer, &invitation()).await, Ok(()));
    let heard = server.heard();
    let expected = ["EHLO", "MAIL", "RSET", "MAIL", "RSET", "MAIL", "RCPT", "DATA"];
    assert_eq!(heard, expected, "over one connection");
    for answer in ["452 no room", "550 not you"] {
        let server = MailServer::start(Behaviour::good_but("MAIL", Answer::Say(answer))).await;
        assert!(
            to(&format!("smtp://{}", server.address)).test_connection().await.is_err(),
            "{answer}"
        );
    }
}
