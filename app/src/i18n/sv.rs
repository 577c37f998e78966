//! Swedish.

mod closed;
mod e_id;
#[cfg(feature = "ssr")]
pub(super) mod messages;
#[cfg(not(feature = "hydrate"))]
mod papers;
#[cfg(not(feature = "hydrate"))]
pub(super) mod room;
mod time;
mod wizard;

use super::{Frame, HelpTexts, Notices, Paragraphs, Problems, Session, Texts};
use crate::{steps::Track, wire::Method};

pub(super) static TEXTS: Texts = Texts {
    frame: FRAME,
    time: time::TIME,
    help: HELP,
    method: wizard::METHOD,
    address: wizard::ADDRESS,
    code: wizard::CODE,
    e_id: e_id::E_ID,
    invitation: wizard::INVITATION,
    meeting: wizard::MEETING,
    room: wizard::ROOM,
    closed: closed::CLOSED,
    notices: NOTICES,
    problems: PROBLEMS,
    session: SESSION,
    #[cfg(not(feature = "hydrate"))]
    in_app: IN_APP,
    #[cfg(not(feature = "hydrate"))]
    room_page: room::PAGE,
    #[cfg(not(feature = "hydrate"))]
    accessibility: papers::ACCESSIBILITY,
    #[cfg(not(feature = "hydrate"))]
    privacy: papers::PRIVACY,
};

const FRAME: Frame = Frame {
    skip: "Hoppa till innehållet",
    language: "Språk",
    languages: &["Svenska", "English"],
    steps: |track| match track {
        Track::Code => &["Metod", "E-post", "Kod", "Inbjudan", "Möte"],
        Track::EId => &["E-post", "Metod", "Identifiering", "Inbjudan", "Möte"],
        Track::EIdInstead => &["Metod", "E-post", "Identifiering", "Inbjudan", "Möte"],
    },
    step_of: |number| format!("Steg {number} av 5"),
    step_done: "klart",
    error: "Fel: ",
    footer: "Om webbplatsen",
    accessibility: "Tillgänglighets\u{ad}redogörelse",
    privacy: "Så hanterar vi personuppgifter",
    run_by: |organisation| format!("{organisation} ansvarar för den här tjänsten."),
    end: "Avsluta",
    identified: "Du är identifierad. Avsluta när du är klar, särskilt om fler använder enheten.",
    identified_elsewhere: "Du har en annan inbjudan öppen i den här webbläsaren. Avsluta om du är \
                           klar med den.",
    offline: "Vi får ingen kontakt med tjänsten. Kontrollera din internetanslutning och försök \
              igen. Det du har skrivit finns kvar.",
    back: "Tillbaka till inbjudan",
};

const HELP: HelpTexts = HelpTexts {
    cannot_get_in: "Jag kommer inte in",
    hints,
    need_help: "Behöver du hjälp?",
    ring_me: "Jag kommer inte in – ring mig",
    room_hints: |opens| {
        let room = match opens {
            Some(at) => format!(
                "Mötesrummet öppnar {at}. Du kan låta sidan vara öppen, eller komma tillbaka genom \
                 länken i mejlet."
            ),
            None => {
                "Mötesrummet är öppet. Du kan låta sidan vara öppen tills du vill ansluta.".into()
            }
        };
        let devices = "Om bild eller ljud saknas i mötet: låt webbläsaren använda kamera och mikrofon, \
                       och stäng andra program som använder dem.";
        [room, devices.into()]
    },
    call: |name, organisation| {
        format!("Fråga den som bjöd in dig: {name}, {organisation}. Telefon:")
    },
    switchboard: |organisation| format!("Du kan också ringa {organisation}:"),
    switchboard_alone: |organisation| format!("Behöver du hjälp? Ring {organisation}:"),
};

const ADDRESS: &str = "Använd samma e\u{2011}postadress som inbjudan kom till. Har du flera adresser? Skriv \
                       den som hör till inkorgen där mejlet kom.";
const BROWSER: &str = "Fortsätt i samma webbläsare som du började i. Om den krånglar kan du öppna \
                       länken i en annan och börja om där.";

const fn hints(way: Method) -> Paragraphs {
    match way {
        Method::EmailCode => &[
            "Titta i skräpposten om du väntar på ett mejl från oss. Det kan dröja någon minut.",
            ADDRESS,
            BROWSER,
        ],
        Method::SmsCode => &[
            "Kontrollera att telefonen är på och har täckning om du väntar på ett sms från oss. Det \
             kan dröja någon minut.",
            "Om du har ett annat telefonnummer nu kan du ringa den som bjöd in dig.",
            ADDRESS,
            BROWSER,
        ],
        Method::EId => &[
            "Uppdatera BankID\u{2011}appen till den senaste versionen och försök igen.",
            "Om appen inte får kontakt: stäng av wifi i telefonen och prova med mobildata, eller \
             tvärtom.",
            ADDRESS,
            BROWSER,
        ],
    }
}

const NOTICES: Notices = Notices {
    start_here: "Du behöver börja om från början. Det kan bero på att tiden har gått ut eller att du \
                 har bytt webbläsare.",
    other_browser: "Du bad om koden i en annan webbläsare. Gå tillbaka dit och skriv in den, eller \
                    börja här så skickar vi en ny.",
    not_yet: "Du behöver göra det här steget först.",
    meeting_over: "Mötets tid är slut. Du kan fortfarande läsa inbjudan.",
    step_up: "Den här inbjudan kräver en säkrare identifiering än en kod: en svensk e\u{2011}legitimation. \
              Inbjudningar som du har öppnat med kod kan du fortfarande läsa.",
    call_wanted: "Avsändaren kan nu se att du vill bli uppringd. Du kan också ringa själv: numret står längst ned \
                  på sidan.",
};

const PROBLEMS: Problems = Problems {
    address_missing: "Skriv din e\u{2011}postadress.",
    address_malformed: "Adressen ser inte ut som en e\u{2011}postadress. Den ska ha ett @ och sluta som i \
                        namn@exempel.se.",
    code_wrong: |left| format!("Koden stämmer inte. Du har {left} försök kvar med den här koden."),
    too_soon: |clock, wait| {
        format!(
            "Vi skickade en kod alldeles nyss. Du kan få en ny {clock}, om {}.",
            (time::TIME.length)(wait)
        )
    },
    too_many: |at| format!("Vi kan inte skicka fler koder just nu. Du kan få en ny {at}."),
    too_many_addresses: |at| {
        format!("Du har angett för många olika e\u{2011}postadresser. Du kan ange en annan {at}.")
    },
    no_code: "Det går inte att skicka någon kod för den här inbjudan. Ring den som bjöd in dig, så \
              kan du få en ny inbjudan.",
    too_many_identifications: |clock| {
        format!(
            "Du har försökt för många gånger. Försök igen efter {clock}, eller ring den som bjöd in dig."
        )
    },
    room_closed: "Mötesrummet har inte öppnat än.",
};

const SESSION: Session = Session {
    title: "Vill du stanna kvar?",
    soon: |length| format!("Om {length} avslutas ditt besök av säkerhetsskäl."),
    why: "Då behöver du identifiera dig igen.",
    last: "Tiden kan inte förlängas mer. Du kan identifiera dig igen efteråt.",
    stay: "Stanna kvar",
    close: "Stäng",
};

#[cfg(not(feature = "hydrate"))]
const IN_APP: super::InApp = super::InApp {
    why: "Du läser det här inne i en app, där mötets kamera och mikrofon kanske inte fungerar. Öppna hellre länken \
          i Safari, Chrome eller en annan webbläsare.",
    copy: "Kopiera länken",
    label: "Länken till inbjudan",
    copied: "Länken är kopierad. Klistra in den i webbläsarens adressfält.",
};
