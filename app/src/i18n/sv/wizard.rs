//! The pages of the steps, in Swedish.

use crate::{
    i18n::{
        Address, Channel, Code, Invitation, Meeting, MethodPage, MethodTexts, Room, Section,
        sv::time::TIME,
    },
    wire::Method,
};

/// Returns a number of digits in words.
pub(super) fn digits(count: u8) -> String {
    match count {
        4 => "fyra siffror".into(),
        5 => "fem siffror".into(),
        6 => "sex siffror".into(),
        7 => "sju siffror".into(),
        8 => "åtta siffror".into(),
        _ => format!("{count} siffror"),
    }
}

pub(super) const METHOD: MethodPage = MethodPage {
    title: "Identifiera dig för att öppna inbjudan",
    lead: |organisation| {
        format!(
            "{organisation} har bjudit in dig till ett videomöte. Inbjudan är personlig, så du \
             behöver visa att det är du innan du kan läsa den."
        )
    },
    card: "Så här identifierar du dig",
    email_code: MethodTexts {
        way: "Kod via e-post",
        chosen: "Den som bjöd in dig har valt att du identifierar dig med en engångskod till din \
                 e-postadress.",
        steps: |length| {
            [
                "Du skriver e-postadressen som inbjudan kom till.".into(),
                format!("Du får ett mejl med en kod på {}.", digits(length)),
                "Du skriver koden här. Sedan öppnas inbjudan.".into(),
            ]
        },
    },
    sms_code: MethodTexts {
        way: "Kod via sms",
        chosen: "Den som bjöd in dig har valt att du identifierar dig med en engångskod i ett \
                 sms.",
        steps: |length| {
            [
                "Du skriver e-postadressen som inbjudan kom till.".into(),
                format!("Du får ett sms med en kod på {}.", digits(length)),
                "Du skriver koden här. Sedan öppnas inbjudan.".into(),
            ]
        },
    },
    e_id: MethodTexts {
        way: "Svensk e-legitimation",
        chosen: "Den som bjöd in dig har valt att du identifierar dig med en svensk \
                 e-legitimation. Den visar säkert att det är du.",
        steps: |_| {
            [
                "Du väljer vilken e-legitimation du vill använda.".into(),
                "Du identifierar dig med den, till exempel i en app i telefonen.".into(),
                "Sedan öppnas inbjudan här.".into(),
            ]
        },
    },
    what_happens: "Det här händer",
    sms_to: "Koden går till",
    e_id_what: Section {
        heading: "Vad är en svensk e-legitimation?",
        text: &[
            "Det är en id-handling som du använder på nätet, oftast i en app. BankID är den \
             vanligaste. Du får den av till exempel din bank och behöver ett svenskt personnummer.",
            "Har du ingen e-legitimation? Ring den som bjöd in dig.",
        ],
    },
    e_id_too: "Har du en svensk e-legitimation, till exempel BankID, kan du använda den i stället \
               för en kod.",
    use_e_id: "Identifiera med e-legitimation",
    go_on: "Fortsätt",
};

pub(super) const ADDRESS: Address = Address {
    title: "Vilken e-postadress kom inbjudan till?",
    lead: |way| match way {
        Method::EmailCode => {
            "Vi skickar en engångskod till adressen, så att ingen annan kan öppna din inbjudan."
        }
        Method::SmsCode => {
            "Stämmer adressen skickar vi en engångskod till din telefon, så att ingen annan kan \
             öppna din inbjudan."
        }
        Method::EId => {
            "Inbjudan är personlig. Med adressen och din e-legitimation kontrollerar vi att den \
             öppnas av rätt person."
        }
    },
    label: "E-postadress",
    hint: "Samma adress som mejlet med inbjudan skickades till.",
    go_on: "Fortsätt",
};

pub(super) const CODE: Code = Code {
    email: Channel {
        title: "Skriv koden från mejlet",
        word_why: "Samma ord står i mejlet. Stämmer det kommer mejlet från oss.",
        look: "Vänta någon minut och titta i skräpposten. Kontrollera också att adressen är rätt. \
               Går det inte att skicka fler koder står det i det senaste mejlet från oss. Kommer det ändå ingen kod kan du ringa den som bjöd in dig.",
        missing: "Skriv koden som står i mejlet.",
        malformed: |length| {
            format!("Koden ska vara {}. Kontrollera i mejlet och skriv igen.", digits(length))
        },
        sent_again: "Koden är skickad. Det kan dröja någon minut innan mejlet kommer fram.",
        still_valid: "Koden som vi har skickat gäller fortfarande. Du hittar den i din e-post.",
    },
    sms: Channel {
        title: "Skriv koden från sms:et",
        word_why: "Samma ord står i sms:et. Stämmer det kommer sms:et från oss.",
        look: "Vänta någon minut och kontrollera att telefonen är på och har täckning. Kontrollera \
               också att adressen är rätt. Går det inte att skicka fler koder står det i det senaste \
               meddelandet från oss. Kommer det ändå ingen kod kan du ringa den som bjöd in dig.",
        missing: "Skriv koden som står i sms:et.",
        malformed: |length| {
            format!("Koden ska vara {}. Kontrollera i sms:et och skriv igen.", digits(length))
        },
        sent_again: "Koden är skickad. Det kan dröja någon minut innan sms:et kommer fram.",
        still_valid: "Koden som vi har skickat gäller fortfarande. Du hittar den bland dina sms.",
    },
    sent_to: "Skickad till",
    sent_if: "Du får koden om det är den adressen som inbjudan gick till.",
    sent_at: "Skickad",
    change: "Ändra adress",
    word: "Kontrollord",
    valid_until: |clock, seconds| format!("Gäller till {clock} ({} kvar)", (TIME.length)(seconds)),
    invalid: "Gäller inte längre. Be om en ny kod.",
    label: "Kod",
    hint: |length| format!("Koden är {}.", digits(length)),
    tries: |left| format!("Du har {left} försök."),
    identify: "Identifiera",
    slow: "E-posten går långsamt just nu, så det kan dröja innan koden kommer. Låt sidan vara öppen och \
           vänta. Har du bråttom kan du ringa den som bjöd in dig.",
    unsent: "Inget mejl med den här koden har skickats. E-posten låg nere tills koden slutade gälla. Be om \
             en ny kod. Har du bråttom kan du ringa den som bjöd in dig.",
    none_came: "Har du inte fått någon kod?",
    resend_from: |clock, seconds| {
        format!("Du kan få en ny kod {clock}, om {}.", (TIME.length)(seconds))
    },
    resend_now: "Du kan få koden igen nu.",
    resend: "Skicka koden igen",
};

pub(super) const INVITATION: Invitation = Invitation {
    title: "Du är inbjuden till ett videomöte",
    hello: |name| format!("Hej {name}!"),
    lead: |name, organisation| format!("{name} på {organisation} vill träffa dig i ett videomöte."),
    matter: "Möte",
    when: "Dag och tid",
    your_time: |span| format!("Hos dig: {span}"),
    from: "Från",
    phone: "Telefon",
    description: "Beskrivning",
    calendar: "Lägg till i kalendern",
    opens: |at| format!("Mötesrummet öppnar {at}. Du kan gå vidare redan nu och vänta där."),
    open: "Mötesrummet är öppet.",
    who_sees: "Vem ser vad?",
    who_sees_what: &[
        "Inbjudan kan bara läsas av den som har identifierat sig. Länken i mejlet räcker inte.",
        "Den som bjöd in dig ser när du har öppnat inbjudan, identifierat dig och anslutit.",
        "Kalenderposten innehåller länken hit, aldrig adressen till mötesrummet.",
    ],
    connect: "Anslut till videomöte",
};

pub(super) const MEETING: Meeting = Meeting {
    title_closed: "Mötesrummet har inte öppnat än",
    title_open: "Mötesrummet är öppet",
    opens: |at| format!("Det öppnar {at}."),
    by_itself: "Låt sidan vara öppen. Knappen för att ansluta kommer av sig själv när det är dags.",
    lead_open: "Allt är klart. Anslut när du vill.",
    opened: "Mötesrummet är öppet. Nu kan du ansluta.",
    before: "Innan du ansluter",
    tips: &[
        "Sätt dig där ingen annan hör, eller använd hörlurar.",
        "Låt webbläsaren använda kamera och mikrofon när den frågar.",
        "Stäng andra program som använder kameran.",
    ],
    join: "Anslut till mötet",
};

pub(super) const ROOM: Room = Room {
    title: "Du skickas vidare till mötet",
    lead: "Mötet öppnas strax. Händer inget kan du använda länken.",
    go: "Gå till mötet",
};
