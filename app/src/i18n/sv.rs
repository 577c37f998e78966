//! Swedish.

mod closed;
mod e_id;
#[cfg(feature = "ssr")]
pub(super) mod messages;
#[cfg(not(feature = "hydrate"))]
mod papers;
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
    accessibility: "Tillgänglighetsredogörelse",
    privacy: "Så hanterar vi personuppgifter",
    run_by: |organisation| format!("{organisation} ansvarar för den här tjänsten."),
    end: "Avsluta",
    identified: "Du är identifierad. Avsluta när du är klar, särskilt om fler använder enheten.",
    offline: "Vi får ingen kontakt med tjänsten. Kontrollera din internetanslutning och försök \
              igen. Det du har skrivit finns kvar.",
    back: "Tillbaka till inbjudan",
};

const HELP: HelpTexts = HelpTexts {
    summary: "Jag kommer inte in",
    hints,
    call: |name, organisation| {
        format!("Fråga den som bjöd in dig: {name}, {organisation}. Telefon:")
    },
    switchboard: |organisation| format!("Du kan också ringa {organisation}:"),
};

const ADDRESS: &str = "Använd samma e-postadress som inbjudan kom till. Har du flera adresser, prova \
                       i den inkorg där du hittade mejlet.";
const BROWSER: &str = "Fortsätt i samma webbläsare som du började i. Krånglar den kan du öppna länken \
                       i en annan och börja om där.";

const fn hints(way: Option<Method>) -> Paragraphs {
    match way {
        Some(Method::EmailCode) => &[
            "Titta i skräpposten om du väntar på ett mejl från oss. Det kan dröja någon minut.",
            ADDRESS,
            BROWSER,
        ],
        Some(Method::SmsCode) => &[
            "Kontrollera att telefonen är på och har täckning om du väntar på ett sms från oss. Det \
             kan dröja någon minut.",
            "Har du ett annat telefonnummer nu? Ring den som bjöd in dig.",
            ADDRESS,
            BROWSER,
        ],
        Some(Method::EId) => &[
            "Uppdatera BankID-appen till den senaste versionen och försök igen.",
            "Får appen ingen kontakt? Stäng av wifi i telefonen och prova med mobildata, eller \
             tvärtom.",
            ADDRESS,
            BROWSER,
        ],
        None => &[BROWSER],
    }
}

const NOTICES: Notices = Notices {
    start_here: "Börja här för att komma till mötet. Har du redan börjat kan tiden ha gått ut, \
                 eller så öppnade du länken i en annan webbläsare än förut.",
    other_browser: "Du bad om koden i en annan webbläsare. Gå tillbaka dit och skriv in den, eller \
                    börja här så skickar vi en ny.",
    not_yet: "Du behöver göra det här steget först.",
    meeting_over: "Mötets tid är slut. Du kan fortfarande läsa inbjudan.",
    step_up: "Den här inbjudan kräver en säkrare identifiering än en kod: en svensk e-legitimation. \
              Det du redan har visat gäller fortfarande där det räcker.",
};

const PROBLEMS: Problems = Problems {
    address_missing: "Skriv din e-postadress.",
    address_malformed: "Adressen ser inte ut som en e-postadress. Den ska ha ett @ och sluta som i \
                        namn@exempel.se.",
    code_wrong: |left| format!("Koden stämmer inte. Du har {left} försök kvar med den här koden."),
    code_expired: "Koden gäller inte längre. Tryck på Skicka koden igen så får du en ny.",
    code_dead: "Koden har blivit fel för många gånger och gäller inte längre. Tryck på Skicka koden \
                igen så får du en ny.",
    too_soon: |clock, wait| {
        format!(
            "Vi skickade en kod alldeles nyss. Du kan få en ny {clock}, om {}.",
            (time::TIME.length)(wait)
        )
    },
    too_many: |at| {
        format!("Vi har skickat så många koder som är tillåtet just nu. Du kan få en ny {at}.")
    },
    too_many_addresses: |at| {
        format!(
            "Du har angett så många olika e-postadresser som du får just nu. Du kan ange en annan {at}."
        )
    },
    no_code: "Det går inte att skicka någon kod för den här inbjudan. Ring den som bjöd in dig, så kan \
              du få en ny inbjudan.",
    room_closed: "Mötesrummet har inte öppnat än.",
};

const SESSION: Session = Session {
    title: "Vill du stanna kvar?",
    soon: |length| format!("Om {length} avslutas ditt besök av säkerhetsskäl."),
    why: "Då behöver du identifiera dig igen.",
    last: "Tiden kan inte förlängas mer. Du kan identifiera dig på nytt efteråt.",
    stay: "Stanna kvar",
    close: "Stäng",
};
