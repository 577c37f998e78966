//! The pages of the steps, in Swedish.

use crate::{
    i18n::{
        Address, Channel, Code, Invitation, Meeting, MethodPage, MethodTexts, Room, Section,
        sv::time::TIME,
    },
    wire::Method,
};

/// Returns a number in words, within a sentence and at its beginning. `None` if it is written with figures.
const fn words(count: u8) -> Option<(&'static str, &'static str)> {
    Some(match count {
        4 => ("fyra", "Fyra"),
        5 => ("fem", "Fem"),
        6 => ("sex", "Sex"),
        7 => ("sju", "Sju"),
        8 => ("åtta", "Åtta"),
        _ => return None,
    })
}

/// Returns a number of digits, within a sentence.
fn digits(count: u8) -> String {
    let count = words(count).map_or_else(|| count.to_string(), |(within, _)| within.to_owned());
    [&count, " siffror"].concat()
}

/// Returns a number of digits, as a sentence.
fn digits_first(count: u8) -> String {
    let count = words(count).map_or_else(|| count.to_string(), |(_, first)| first.to_owned());
    [&count, " siffror."].concat()
}

const CHOSEN: &str = "Det har den som bjöd in dig valt.";

pub(super) const METHOD: MethodPage = MethodPage {
    title: "Identifiera dig för att öppna inbjudan",
    lead: |organisation| {
        format!("{organisation} har bjudit in dig till ett videomöte – visa först att det är du.")
    },
    card: "Så här identifierar du dig",
    email_code: MethodTexts {
        way: "Kod via e-post",
        chosen: CHOSEN,
        steps: |length| {
            [
                "Du skriver e\u{2011}postadressen som inbjudan kom till.".into(),
                format!("Du får ett mejl med en kod på {}.", digits(length)),
                "Du skriver koden här. Sedan öppnas inbjudan.".into(),
            ]
        },
    },
    sms_code: MethodTexts {
        way: "Kod via sms",
        chosen: CHOSEN,
        steps: |length| {
            [
                "Du skriver e\u{2011}postadressen som inbjudan kom till.".into(),
                format!("Du får ett sms med en kod på {}.", digits(length)),
                "Du skriver koden här. Sedan öppnas inbjudan.".into(),
            ]
        },
    },
    e_id: MethodTexts {
        way: "Svensk e-legitimation",
        chosen: "Det har den som bjöd in dig valt. Då kan ingen annan utge sig för att vara du.",
        steps: |_| {
            [
                "Du väljer vilken e\u{2011}legitimation du vill använda.".into(),
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
            "Om du inte har någon e\u{2011}legitimation kan du ringa den som bjöd in dig.",
        ],
    },
    e_id_too: "Om du har en svensk e\u{2011}legitimation, till exempel BankID, kan du använda den i stället \
               för en kod.",
    use_e_id: "Identifiera med e-legitimation",
    use_e_id_instead: "Använd e-legitimation i stället",
    go_on: "Fortsätt",
};

pub(super) const ADDRESS: Address = Address {
    title: "Vilken e-postadress kom inbjudan till?",
    lead: |way| match way {
        Method::EmailCode => {
            "Vi skickar en engångskod till adressen, så att ingen annan kan öppna din inbjudan."
        }
        Method::SmsCode => {
            "Om adressen stämmer skickar vi en engångskod till din telefon, så att ingen annan kan \
             öppna din inbjudan."
        }
        Method::EId => {
            "Inbjudan är personlig. Med adressen och din e\u{2011}legitimation kontrollerar vi att den \
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
        word_where: "samma ord ska stå i mejlet.",
        look: "Vänta någon minut och titta i skräpposten. Kontrollera också att adressen är rätt. \
               Om det inte går att skicka fler koder står det i det senaste mejlet från oss. Om det \
               ändå inte kommer någon kod kan du ringa den som bjöd in dig.",
        missing: "Skriv koden som står i mejlet.",
        malformed: |length| {
            format!("Koden ska ha {}. Kontrollera i mejlet och skriv igen.", digits(length))
        },
        sent_again: "Koden är skickad. Det kan dröja någon minut innan mejlet kommer fram.",
        still_valid: "Koden som vi har skickat gäller fortfarande. Du hittar den i din e\u{2011}post.",
    },
    sms: Channel {
        title: "Skriv koden från sms:et",
        word_where: "samma ord ska stå i sms:et.",
        look: "Vänta någon minut och kontrollera att telefonen är på och har täckning. Kontrollera \
               också att adressen är rätt. Om det inte går att skicka fler koder står det i det \
               senaste meddelandet från oss. Om det ändå inte kommer någon kod kan du ringa den som \
               bjöd in dig.",
        missing: "Skriv koden som står i sms:et.",
        malformed: |length| {
            format!("Koden ska ha {}. Kontrollera i sms:et och skriv igen.", digits(length))
        },
        sent_again: "Koden är skickad. Det kan dröja någon minut innan sms:et kommer fram.",
        still_valid: "Koden som vi har skickat gäller fortfarande. Du hittar den bland dina sms.",
    },
    goes_to: |address| format!("Koden kommer till {address} om inbjudan gick dit."),
    goes_to_phone: |phone, address| {
        format!("Koden kommer till {phone} om adressen {address} är rätt.")
    },
    change: "Ändra adress",
    word: "Kontrollord",
    label: "Kod",
    digits: digits_first,
    valid_until: |clock, seconds| {
        format!("Koden gäller till {clock} ({} kvar).", (TIME.length)(seconds))
    },
    dead: "Du har skrivit fel kod för många gånger, så koden gäller inte längre.",
    expired: |clock| format!("Koden gällde till {clock}."),
    tries: |left| format!("Du har {left} försök kvar."),
    identify: "Identifiera",
    slow: "E\u{2011}posten går långsamt just nu, så det kan dröja innan koden kommer. Låt sidan vara öppen och \
           vänta. Om du har bråttom kan du ringa den som bjöd in dig.",
    unsent: "Inget mejl med den här koden har skickats. E\u{2011}posten låg nere tills koden slutade gälla. Be om \
             en ny kod. Om du har bråttom kan du ringa den som bjöd in dig.",
    none_came: "Har du inte fått någon kod?",
    resend_from: |clock, seconds| {
        format!("Du kan få en ny kod {clock}, om {}.", (TIME.length)(seconds))
    },
    resend_now: "Du kan få koden igen nu.",
    renew_now: "Du kan få en ny kod nu.",
    resend: "Skicka koden igen",
};

pub(super) const INVITATION: Invitation = Invitation {
    title: "Du är inbjuden till ett videomöte",
    hello: |name| name.map_or_else(|| "Hej!".to_owned(), |name| format!("Hej {name}!")),
    lead: |name, organisation| format!("{name} på {organisation} vill träffa dig."),
    done: |name| {
        let done = "Klart, du är identifierad";
        name.map_or_else(|| done.to_owned(), |name| format!("{done} som {name}"))
    },
    your_time: |span| format!("Hos dig: {span}"),
    from: "Från",
    phone: "Telefon",
    description: "Beskrivning",
    calendar: "Lägg till i kalendern",
    opens: |at| format!("Mötesrummet öppnar {at}. Du kan gå vidare och vänta där."),
    open: "Mötesrummet är öppet.",
    unsuitable: |name| format!("Passar inte tiden? Ring {name} på"),
    who_sees: "Vem ser vad?",
    who_sees_what: &[
        "Inbjudan kan bara läsas av den som har identifierat sig. Länken i mejlet räcker inte.",
        "Den som bjöd in dig ser när du har öppnat inbjudan, identifierat dig och anslutit.",
        "Kalenderposten innehåller länken hit, aldrig adressen till mötesrummet.",
    ],
    connect: "Anslut till videomöte",
    test: "Testa din utrustning",
};

pub(super) const MEETING: Meeting = Meeting {
    title_closed: "Mötesrummet har inte öppnat än",
    title_open: "Mötesrummet är öppet",
    opens: |at| format!("Det öppnar {at}."),
    by_itself: "Låt sidan vara öppen. Knappen för att ansluta kommer av sig själv när det är dags.",
    lead_open: "Allt är klart. Anslut när du vill.",
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
    lead: "Mötet öppnas strax. Om inget händer kan du använda länken.",
    go: "Gå till mötet",
    fails: "Kommer du inte in i mötet? Ring, så får du hjälp.",
};
