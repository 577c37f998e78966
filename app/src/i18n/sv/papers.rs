//! The accessibility statement and the privacy notice, in Swedish.

use crate::i18n::{Accessibility, Privacy, Section};

pub(super) const ACCESSIBILITY: Accessibility = Accessibility {
    title: "Tillgänglighetsredogörelse",
    about: |organisation| {
        format!(
            "{organisation} står bakom den här webbplatsen. Vi vill att så många som möjligt ska \
             kunna använda den. Här beskriver vi hur webbplatsen uppfyller lagen om tillgänglighet \
             till digital offentlig service, vilka brister vi känner till och hur du kan rapportera \
             brister till oss."
        )
    },
    how: "Hur tillgänglig är webbplatsen?",
    full: "Webbplatsen uppfyller kraven i lagen. Vi känner inte till några brister i \
           tillgängligheten.",
    partial: "Webbplatsen uppfyller kraven i lagen delvis. Under rubriken Kända brister står vad \
              som återstår.",
    none: "Webbplatsen är inte färdiggranskad mot kraven i lagen.",
    contact: "Kontakta oss om du hittar brister",
    contact_how: "Berätta om något inte går att använda eller förstå, eller om du behöver \
                  innehållet i en annan form. Beskriv gärna vad du försökte göra och vilka \
                  hjälpmedel du använder.",
    by_mail: "E-post:",
    by_phone: "Telefon:",
    supervision: "Tillsyn",
    supervision_text: "Myndigheten för digital förvaltning, Digg, har tillsyn över lagen om \
                       tillgänglighet till digital offentlig service. Är du inte nöjd med hur vi \
                       tar hand om dina synpunkter kan du anmäla det dit.",
    supervision_link: "Anmäl till Digg",
    supervision_url: "https://www.digg.se/tdosanmalan",
    shortcomings: "Kända brister",
    shortcomings_none: "Vi känner inte till några brister just nu.",
    shortcomings_untested: "Vi har inte granskat klart, så vi vet ännu inte vilka brister som finns.",
    tested: "Så har vi testat",
    tested_how: &[
        "Varje sida, i ljust och mörkt läge, kontrolleras med automatiska tester mot WCAG 2.2 på \
         nivå AA varje gång tjänsten ändras.",
        "Vägen från inbjudan till möte testas med enbart tangentbord, på liten och stor skärm och \
         med skript avstängda.",
        "Videomötet hålls i ett annat system, som har en egen redogörelse.",
    ],
    reviewed: |date| format!("Redogörelsen gicks senast igenom {date}."),
};

pub(super) const PRIVACY: Privacy = Privacy {
    title: "Så hanterar vi personuppgifter",
    lead: |organisation| {
        format!(
            "{organisation} är personuppgiftsansvarig för det som du lämnar här och för det som den \
             som bjöd in dig har skrivit in."
        )
    },
    what: "Det här sparar vi",
    what_items: &[
        "ditt namn och telefonnummer, om den som bjöd in dig har angett dem, och din e-postadress",
        "de e-postadresser som skrivs in för att få en kod",
        "mötets rubrik, beskrivning, dag och tid och vem som bjöd in",
        "när inbjudan skickades och öppnades, när du identifierade dig och på vilket sätt, och när \
         du anslöt till mötet",
        "ditt namn enligt e-legitimationen, om du identifierar dig med en sådan. Ditt personnummer \
         sparar vi i en form som bara går att jämföra med, eller krypterat om organisationen har \
         bestämt det.",
    ],
    why: Section {
        heading: "Varför",
        text: &[
            "Uppgifterna behövs för att bara rätt person ska kunna läsa inbjudan och komma in i \
             mötet. Vi behandlar dem som ett led i en uppgift av allmänt intresse (artikel 6.1 e i \
             dataskyddsförordningen). Den som skickar våra sms får \
             ditt telefonnummer, och den som utfärdat din e-legitimation får veta att du identifierar \
             dig här. Vi lämnar dem inte vidare för andra syften.",
        ],
    },
    how_long: "Hur länge",
    how_long_text: |days| {
        format!("Uppgifterna raderas senast {days} dagar efter att mötet har slutat.")
    },
    cookies: Section {
        heading: "Kakor",
        text: &[
            "Tjänsten använder bara kakor som behövs för att den ska fungera. De följer dig inte \
             till andra webbplatser.",
        ],
    },
    cookie_items: &[
        "en kaka som håller reda på att det är du som har identifierat dig. Den slutar gälla när du \
         avslutar, eller en stund efter att du slutat använda sidan",
        "en kaka som minns vilket språk du valt.",
    ],
    rights: Section {
        heading: "Dina rättigheter",
        text: &[
            "Du har rätt att få veta vilka uppgifter vi har om dig, att få dem rättade och i vissa \
             fall raderade, och att invända mot hur vi använder dem. Hör av dig till \
             dataskyddsombudet.",
        ],
    },
    officer: "Dataskyddsombud:",
    authority: "Tycker du att vi gör fel kan du klaga till Integritetsskyddsmyndigheten, IMY.",
    authority_link: "Lämna ett klagomål till IMY",
    authority_url: "https://www.imy.se/privatperson/utfora-arenden/lamna-ett-klagomal/",
};
