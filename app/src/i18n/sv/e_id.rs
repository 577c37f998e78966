//! Identification by e-ID, in Swedish.

use crate::{
    i18n::EId,
    wire::{Failure, Stage},
};

pub(super) const E_ID: EId = EId {
    choose: "Välj identifieringsmetod",
    choose_lead: "Identifiera dig med den e\u{2011}legitimation som du har.",
    warning: "Identifiera dig bara om du själv har öppnat inbjudan. Gör det aldrig om någon ringer \
              och ber dig.",
    here: "BankID på den här enheten",
    here_hint: "Du har BankID på den telefon, surfplatta eller dator som du använder nu.",
    elsewhere: "BankID på annan enhet",
    elsewhere_hint: "Du läser av en QR\u{2011}kod med BankID\u{2011}appen i din telefon eller surfplatta.",
    provider_hint: |name| format!("Du skickas till {name} och kommer tillbaka hit efteråt."),
    no_ways: "Just nu går det inte att identifiera sig med e\u{2011}legitimation här. Försök igen om en \
              stund, eller ring så får du hjälp.",
    install: "Installera BankID",
    install_or: "Om du inte har BankID kan du skaffa BankID hos din bank.",
    code_instead: "Använd en kod i stället",
    title: "Identifiera dig med BankID",
    qr: "QR-kod",
    qr_how: &[
        "Öppna BankID\u{2011}appen i din telefon eller surfplatta.",
        "Tryck på knappen för QR\u{2011}kod i appen.",
        "Rikta kameran mot QR\u{2011}koden här.",
    ],
    qr_why: "QR\u{2011}koden kopplar ihop appen med den här sidan. Om du inte kan läsa av den kan du avbryta \
             och välja BankID på den här enheten.",
    lead_here: "Du identifierar dig i BankID\u{2011}appen. Kom sedan tillbaka till den här webbläsaren.",
    open: "Öppna BankID-appen",
    cancel: "Avbryt",
    go_on: "Fortsätt",
    leaving: |name| format!("Du skickas vidare till {name}"),
    leaving_lead: |name| {
        format!(
            "Identifiera dig hos {name}. Sedan kommer du tillbaka hit. Om inget händer kan du \
             använda länken."
        )
    },
    leaving_go: |name| format!("Gå till {name}"),
    stages,
    failures,
};

const fn stages(stage: Stage) -> &'static str {
    match stage {
        Stage::Preparing => "Vi förbereder identifieringen. Det tar bara ett ögonblick.",
        Stage::OpenApp => "Öppna BankID\u{2011}appen och läs av QR\u{2011}koden.",
        Stage::OpenHere => "Tryck på Öppna BankID\u{2011}appen och identifiera dig där.",
        Stage::SearchingComputer => {
            "Appen söker efter ditt BankID på den här datorn. Om du har BankID på kort sätter du \
             kortet i läsaren. Om inget hittas kan du avbryta och välja BankID på annan enhet."
        }
        Stage::SearchingPhone => {
            "Appen söker efter ditt BankID på enheten. Om inget hittas kan du avbryta och välja ett \
             annat sätt."
        }
        Stage::SecurityCode => "Skriv din säkerhetskod i BankID\u{2011}appen och välj Identifiera.",
        Stage::Document => {
            "Läs av ditt pass eller nationella id-kort med BankID\u{2011}appen. Följ stegen i appen."
        }
        Stage::Face => "Visa ansiktet för kameran. Följ stegen i BankID\u{2011}appen.",
        Stage::Confirm => "Välj i BankID\u{2011}appen hur du vill bekräfta att det är du.",
        Stage::InProgress => "Identifieringen pågår. Gör det som BankID\u{2011}appen ber om.",
        Stage::Done => {
            "Identifieringen är klar. Om inbjudan inte öppnas av sig själv trycker du på Fortsätt."
        }
        Stage::Return => {
            "Klart i appen. Gå vidare på sidan som BankID\u{2011}appen öppnar, i den här webbläsaren. Om \
             ingen sida öppnas avbryter du och försöker igen."
        }
        Stage::Over => "Identifieringen är avslutad. Strax ser du vad du kan göra nu.",
    }
}

const fn failures(failure: Failure) -> &'static str {
    match failure {
        Failure::NoAnswer => {
            "BankID\u{2011}appen svarar inte. Kontrollera att den är öppen och att enheten har internet. \
             Försök sedan igen."
        }
        Failure::Certificate => {
            "Ditt BankID är för gammalt eller spärrat. Skaffa ett nytt hos din bank, eller välj ett \
             annat sätt om du har ett."
        }
        Failure::CancelledInApp => {
            "Du avbröt identifieringen i BankID\u{2011}appen. Välj ett sätt här när du vill försöka igen."
        }
        Failure::Cancelled => "Identifieringen avbröts. Försök igen.",
        Failure::NoApp => {
            "BankID\u{2011}appen hittades inte på den här enheten. Välj BankID på annan enhet om du har \
             appen där."
        }
        Failure::QrUnread => {
            "QR\u{2011}koden lästes inte av i tid. Öppna BankID\u{2011}appen först och försök igen. Om du har \
             appen på den här enheten väljer du den i stället."
        }
        Failure::Busy => {
            "En annan identifiering med samma BankID pågår redan. Avbryt den i appen, vänta en \
             liten stund och försök igen."
        }
        Failure::Trouble => {
            "Något gick fel hos tjänsten som identifierar dig. Försök igen om en liten stund."
        }
        Failure::Unknown => "Något gick fel med identifieringen. Försök igen.",
        Failure::AppTooOld => {
            "Din BankID\u{2011}app är för gammal för den här identifieringen. Uppdatera appen och försök \
             igen."
        }
        Failure::Risk => {
            "Identifieringen stoppades av säkerhetsskäl. Om någon har bett dig identifiera dig, till \
             exempel i telefon, ska du låta bli. Om det var du själv kan du försöka igen."
        }
        Failure::Document => {
            "Ditt pass eller id-kort kunde inte kontrolleras. Försök igen, eller välj ett annat \
             sätt."
        }
        Failure::Face => {
            "Ansiktskontrollen lyckades inte. Försök igen där det är ljust, med hela ansiktet \
             synligt."
        }
        Failure::NoNfc => {
            "Enheten kan inte läsa av pass och id-kort. Försök igen med BankID på en annan enhet."
        }
        Failure::SeveralBankIds => {
            "Det finns flera BankID på enheten. Ta bort dem som du inte använder: i BankID\u{2011}appen, under \
             Meny och Inställningar. Eller välj BankID på annan enhet."
        }
        Failure::NotConfirmed => {
            "Bekräftelsen i BankID\u{2011}appen lyckades inte. Försök igen och följ stegen i appen."
        }
        Failure::Declined => {
            "Du svarade nej i BankID\u{2011}appen. Försök igen om det är du som vill identifiera dig."
        }
        Failure::NotInvited => {
            "Identifieringen stämmer inte med inbjudan. Kontrollera att du har skrivit adressen som \
             inbjudan kom till och att du är den som är inbjuden. Försök sedan igen, eller ring den \
             som bjöd in dig."
        }
        Failure::ProviderDown => {
            "Tjänsten som du valde svarar inte just nu. Välj ett annat sätt, eller försök igen om \
             en stund."
        }
        Failure::ProviderCancelled => {
            "Du avbröt identifieringen. Välj ett sätt här när du vill försöka igen."
        }
        Failure::ProviderWeak => {
            "Tjänsten kunde inte identifiera dig så säkert som inbjudan kräver. Välj ett annat \
             sätt, eller en säkrare e\u{2011}legitimation i tjänsten."
        }
        Failure::ProviderFailed => {
            "Vi kunde inte lita på svaret från tjänsten, så det användes inte. Försök igen, eller \
             välj ett annat sätt."
        }
    }
}
