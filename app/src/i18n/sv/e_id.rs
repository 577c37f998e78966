//! Identification by e-ID, in Swedish.

use crate::{
    i18n::EId,
    wire::{Failure, Stage},
};

pub(super) const E_ID: EId = EId {
    choose: "Välj identifieringsmetod",
    choose_lead: "Identifiera dig med den e-legitimation som du har.",
    here: "BankID på den här enheten",
    here_hint: "Du har BankID på den telefon, surfplatta eller dator som du använder nu.",
    elsewhere: "BankID på annan enhet",
    elsewhere_hint: "Du läser av en QR-kod med BankID-appen i din telefon eller surfplatta.",
    provider_hint: |name| format!("Du skickas till {name} och kommer tillbaka hit efteråt."),
    no_ways: "Just nu går det inte att identifiera sig med e-legitimation här. Försök igen om en \
              stund, eller ring så får du hjälp.",
    code_instead: "Använd en kod i stället",
    title: "Identifiera dig med BankID",
    qr: "QR-kod",
    qr_how: &[
        "Öppna BankID-appen i din telefon eller surfplatta.",
        "Tryck på knappen för QR-kod i appen.",
        "Rikta kameran mot QR-koden här.",
    ],
    qr_why: "QR-koden kopplar ihop appen med den här sidan. Kan du inte läsa av den? Avbryt och \
             välj BankID på den här enheten.",
    lead_here: "Du identifierar dig i BankID-appen. Kom sedan tillbaka till den här webbläsaren.",
    open: "Öppna BankID-appen",
    cancel: "Avbryt",
    go_on: "Fortsätt",
    leaving: |name| format!("Du skickas vidare till {name}"),
    leaving_lead: |name| {
        format!(
            "Identifiera dig hos {name}. Sedan kommer du tillbaka hit. Händer inget kan du använda \
             länken."
        )
    },
    leaving_go: |name| format!("Gå till {name}"),
    stages,
    failures,
};

const fn stages(stage: Stage) -> &'static str {
    match stage {
        Stage::Preparing => "Vi förbereder identifieringen. Det tar bara ett ögonblick.",
        Stage::OpenApp => "Öppna BankID-appen och läs av QR-koden.",
        Stage::OpenHere => "Tryck på Öppna BankID-appen och identifiera dig där.",
        Stage::SearchingComputer => {
            "Appen söker efter ditt BankID på den här datorn. Hittas inget kan du avbryta och välja \
             BankID på annan enhet."
        }
        Stage::SearchingPhone => {
            "Appen söker efter ditt BankID på enheten. Hittas inget kan du avbryta och välja ett \
             annat sätt."
        }
        Stage::SecurityCode => "Skriv din säkerhetskod i BankID-appen och välj Identifiera.",
        Stage::Document => {
            "Läs av ditt pass eller nationella id-kort med BankID-appen. Följ stegen i appen."
        }
        Stage::Face => "Visa ansiktet för kameran. Följ stegen i BankID-appen.",
        Stage::Confirm => "Välj i BankID-appen hur du vill bekräfta att det är du.",
        Stage::InProgress => "Identifieringen pågår. Gör det som BankID-appen ber om.",
        Stage::Done => {
            "Identifieringen är klar. Öppnas inte inbjudan av sig själv trycker du på Fortsätt."
        }
        Stage::Return => {
            "Klart i appen. Gå vidare på sidan som BankID-appen öppnar, i den här webbläsaren. \
             Öppnas ingen sida avbryter du och försöker igen."
        }
        Stage::Over => "Identifieringen är avslutad. Strax ser du vad du kan göra nu.",
    }
}

const fn failures(failure: Failure) -> &'static str {
    match failure {
        Failure::NoAnswer => {
            "BankID-appen svarar inte. Kontrollera att den är öppen och att enheten har internet. \
             Försök sedan igen."
        }
        Failure::Certificate => {
            "Ditt BankID är för gammalt eller spärrat. Skaffa ett nytt hos din bank, eller välj ett \
             annat sätt om du har ett."
        }
        Failure::CancelledInApp => {
            "Du avbröt identifieringen i BankID-appen. Välj ett sätt här när du vill försöka igen."
        }
        Failure::Cancelled => "Identifieringen avbröts. Försök igen.",
        Failure::NoApp => {
            "BankID-appen hittades inte på den här enheten. Installera den, eller välj BankID på \
             annan enhet om du har appen där."
        }
        Failure::QrUnread => {
            "QR-koden lästes inte av i tid. Öppna BankID-appen först och försök igen. Har du appen \
             på den här enheten väljer du den i stället."
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
            "Din BankID-app är för gammal för den här identifieringen. Uppdatera appen och försök \
             igen."
        }
        Failure::Risk => {
            "Identifieringen stoppades av säkerhetsskäl. Har någon bett dig identifiera dig, till \
             exempel i telefon, ska du låta bli. Var det du själv kan du försöka igen."
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
            "Det finns flera BankID på enheten. Ta bort de som du inte använder, eller välj BankID \
             på annan enhet."
        }
        Failure::NotConfirmed => {
            "Bekräftelsen i BankID-appen lyckades inte. Försök igen och följ stegen i appen."
        }
        Failure::Declined => {
            "Du svarade nej i BankID-appen. Försök igen om det är du som vill identifiera dig."
        }
        Failure::NotInvited => {
            "Identifieringen stämmer inte med inbjudan. Kontrollera att du har skrivit adressen som \
             inbjudan kom till och att du är den som är inbjuden. Försök sedan igen, eller ring den \
             som bjöd in dig."
        }
        Failure::TooOften => {
            "Du har börjat identifiera dig så många gånger som är tillåtet på en timme. Vänta en \
             stund och försök igen."
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
             sätt, eller en säkrare e-legitimation i tjänsten."
        }
        Failure::ProviderFailed => {
            "Vi kunde inte lita på svaret från tjänsten, så det användes inte. Försök igen, eller \
             välj ett annat sätt."
        }
    }
}
