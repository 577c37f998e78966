//! Swedish.

mod closed;
#[cfg(feature = "ssr")]
pub(super) mod messages;
mod papers;
mod time;
mod wizard;

use super::{Frame, Helping, Notices, Problems, Session, Words};

pub(super) static WORDS: Words = Words {
    frame: FRAME,
    time: time::TIME,
    help: HELP,
    method: wizard::METHOD,
    address: wizard::ADDRESS,
    code: wizard::CODE,
    invitation: wizard::INVITATION,
    meeting: wizard::MEETING,
    room: wizard::ROOM,
    closed: closed::CLOSED,
    notices: NOTICES,
    problems: PROBLEMS,
    session: SESSION,
    accessibility: papers::ACCESSIBILITY,
    privacy: papers::PRIVACY,
};

const FRAME: Frame = Frame {
    skip: "Hoppa till innehållet",
    language: "Språk",
    languages: &["Svenska", "English"],
    steps: &["Metod", "E-post", "Kod", "Inbjudan", "Möte"],
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

const HELP: Helping = Helping {
    summary: "Jag kommer inte in",
    hints: &[
        "Titta i skräpposten om du väntar på ett mejl från oss. Det kan dröja någon minut.",
        "Använd samma e-postadress som inbjudan kom till. Har du flera adresser, prova i den \
         inkorg där du hittade mejlet.",
        "Fortsätt i samma webbläsare som du började i. Krånglar den kan du öppna länken i en annan \
         och börja om där.",
    ],
    call: |name, organisation| {
        format!("Fråga den som bjöd in dig: {name}, {organisation}. Telefon:")
    },
    switchboard: |organisation| format!("Du kan också ringa {organisation}:"),
};

const NOTICES: Notices = Notices {
    start_here: "Börja här för att komma till mötet. Har du redan börjat kan tiden ha gått ut, \
                 eller så öppnade du länken i en annan webbläsare än förut.",
    other_browser: "Du bad om koden i en annan webbläsare. Gå tillbaka dit och skriv in den, eller \
                    börja här så skickar vi en ny.",
    not_yet: "Du behöver göra det här steget först.",
    meeting_over: "Mötets tid är slut. Du kan fortfarande läsa inbjudan.",
    sent_again: "Koden är skickad. Det kan dröja någon minut innan mejlet kommer fram.",
    still_valid: "Koden som vi har skickat gäller fortfarande. Du hittar den i din e-post.",
};

const PROBLEMS: Problems = Problems {
    address_missing: "Skriv din e-postadress.",
    address_malformed: "Adressen ser inte ut som en e-postadress. Den ska ha ett @ och sluta som i \
                        namn@exempel.se.",
    code_missing: "Skriv koden som står i mejlet.",
    code_malformed: |length| {
        format!("Koden ska vara {}. Kontrollera i mejlet och skriv igen.", wizard::digits(length))
    },
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
