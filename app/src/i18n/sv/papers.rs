//! The accessibility statement and the privacy notice, in Swedish.

use crate::i18n::{Accessibility, Privacy, Section};

pub(super) const ACCESSIBILITY: Accessibility = Accessibility {
    title: "Tillgänglighets\u{ad}redogörelse för Anslut",
    about: |organisation| {
        format!(
            "{organisation} står bakom Anslut, den här webbplatsen. Vi vill att så många som möjligt ska \
             kunna använda den. Här beskriver vi hur Anslut uppfyller lagen om tillgänglighet till \
             digital offentlig service, vilka brister vi känner till och hur du kan rapportera \
             brister till oss."
        )
    },
    how: "Hur tillgänglig är webbplatsen?",
    full: "Anslut är helt förenlig med lagen om tillgänglighet till digital offentlig service.",
    partial: "Anslut är delvis förenlig med lagen om tillgänglighet till digital offentlig service. \
              Bristerna står under rubriken Innehåll som inte är tillgängligt.",
    none: "Anslut är inte förenlig med lagen om tillgänglighet till digital offentlig service.",
    contact: "Rapportera brister till oss",
    contact_how: "Hör av dig om något inte går att använda eller förstå, eller om du behöver innehållet \
                  i en annan form.",
    report: "Beskriv problemet",
    report_hint: "Skriv vad du försökte göra och vilka hjälpmedel du använder. Skriv hur vi når dig om du \
                  vill ha svar. Högst 2 000 tecken.",
    report_missing: "Beskriv problemet innan du skickar.",
    report_too_long: |by| format!("Texten är {by} tecken för lång. Den får ha högst 2 000 tecken."),
    too_many_reports: "Vi kan inte ta emot fler rapporter just nu. Försök igen om en timme, eller hör av dig på \
                       något av sätten nedanför.",
    send: "Skicka rapporten",
    reported: Section {
        heading: "Tack för din rapport",
        text: &[
            "Den är skickad till oss som ansvarar för Anslut.",
            "Om du skrev hur vi når dig kan vi svara. Vi ser inte vem du är på annat sätt.",
        ],
    },
    back: "Tillbaka till tillgänglighets\u{ad}redogörelsen",
    by_mail: "E\u{2011}post:",
    by_phone: "Telefon:",
    supervision: "Kontakta tillsynsmyndigheten",
    supervision_text: "Myndigheten för digital förvaltning, Digg, har tillsyn över lagen om \
                       tillgänglighet till digital offentlig service. Om du inte är nöjd med hur vi \
                       tar hand om dina synpunkter kan du anmäla det dit.",
    supervision_link: "Anmäl till Digg",
    supervision_url: "https://www.digg.se/tdosanmalan",
    shortcomings: "Innehåll som inte är tillgängligt",
    shortcomings_none: "Vi känner inte till några brister.",
    shortcomings_unlisted: "Vi har inte listat bristerna ännu.",
    reason: "Skäl:",
    tested: "Så har vi testat",
    unassessed: "Vi har inte bedömt webbplatsen ännu.",
    assessed: |date| {
        format!(
            "Vi har själva testat webbplatsen mot lagens krav. Den senaste bedömningen gjordes {date}."
        )
    },
    assessed_by: |date, assessor| {
        format!(
            "{assessor} har granskat webbplatsen mot lagens krav. Den senaste bedömningen gjordes {date}."
        )
    },
    tested_how: &[
        "Varje sida, i ljust och mörkt läge, kontrolleras med automatiska tester mot WCAG 2.2 på \
         nivå AA varje gång Anslut ändras.",
        "Vägen från inbjudan till möte testas med enbart tangentbord, på liten och stor skärm och \
         med skript avstängda.",
        "Videomötet hålls i ett annat system, som har en egen redogörelse.",
    ],
    reviewed: |date| format!("Redogörelsen uppdaterades senast {date}."),
};

pub(super) const PRIVACY: Privacy = Privacy {
    title: "Så hanterar vi personuppgifter",
    lead: |organisation| {
        format!(
            "Anslut är den tjänst som {organisation} använder för att bjuda in till videomöten. Här står \
             vilka uppgifter om dig vi behandlar och vilka rättigheter du har."
        )
    },
    controller: "Vem ansvarar för uppgifterna?",
    controller_who: |organisation| {
        format!(
            "{organisation} är personuppgiftsansvarig. Om du har frågor kan du vända dig till oss."
        )
    },
    by_phone: "Telefon:",
    officer: "Dataskyddsombud:",
    what: "Det här sparar vi",
    what_items: &[
        "ditt namn och telefonnummer, om den som bjöd in dig har angett dem, och din e\u{2011}postadress",
        "de e\u{2011}postadresser som skrivs in för att få en kod",
        "mötets rubrik, beskrivning, dag och tid och vem som bjöd in",
        "när inbjudan skickades och öppnades, när du identifierade dig och på vilket sätt, och när \
         du anslöt till mötet",
        "när du väntade i mötets väntrum, vad den som leder mötet svarade, och om din kamera, \
         mikrofon och anslutning fungerade när du testade dem",
        "ditt namn enligt e\u{2011}legitimationen, om du identifierar dig med en sådan",
    ],
    number_hashed: "ditt personnummer, om du identifierar dig med e\u{2011}legitimation eller om den som bjöd in dig har \
                    angett det, i en form som bara går att jämföra med",
    number_kept: "ditt personnummer, om du identifierar dig med e\u{2011}legitimation eller om den som bjöd in dig har \
                  angett det. Det är krypterat.",
    report: "det du skriver om du rapporterar en brist i tillgängligheten",
    source: &[
        "Uppgifterna kommer från den som bjöd in dig, från dig själv och från den som har gett ut din \
         e\u{2011}legitimation.",
        "Du måste inte lämna några uppgifter här. Om du inte gör det kan du inte komma in i mötet den här vägen. \
         Då kan du ringa den som bjöd in dig.",
    ],
    why: Section {
        heading: "Varför får vi göra det?",
        text: &[
            "Vi behöver uppgifterna för att bara rätt person ska kunna läsa inbjudan och komma in i mötet. Det är \
             ett led i en uppgift av allmänt intresse (artikel 6.1 e i dataskyddsförordningen).",
            "Inga beslut om dig fattas automatiskt.",
        ],
    },
    recipients: "Vilka får del av uppgifterna?",
    recipients_inside: |organisation| {
        format!("den som bjöd in dig och andra på {organisation} som arbetar med mötet")
    },
    recipients_more: &[
        "de som sköter driften av Anslut och av vår e\u{2011}post åt oss",
        "videomötets system, som du kommer till när du ansluter. Vi skickar inga uppgifter om dig dit.",
    ],
    recipient_sms: |company, in_usa| {
        let abroad = if in_usa {
            ". Det är ett företag i USA, utanför EU. Fråga oss hur uppgifterna skyddas där"
        } else {
            ""
        };
        format!("{company}, som skickar våra sms och får ditt telefonnummer{abroad}")
    },
    recipient_e_id: |names| {
        format!(
            "den som har gett ut din e\u{2011}legitimation ({names}), som får veta att du identifierar dig hos oss"
        )
    },
    or: "eller",
    recipients_not: "Vi säljer inga uppgifter och lämnar dem inte vidare för andra syften. De kan bli en del av en \
                     allmän handling som någon begär ut. Då prövar vi först om sekretess gäller.",
    how_long: "Hur länge sparar vi dem?",
    kept_meeting: |days| match days {
        1 => "allt om mötet: en dag efter att det har slutat".to_owned(),
        days => format!("allt om mötet: {days} dagar efter att det har slutat"),
    },
    kept_session: |time| {
        format!(
            "att du är identifierad: tills du avslutar, eller {time} efter att du senast var aktiv"
        )
    },
    kept_e_id: "påbörjade identifieringar med e\u{2011}legitimation: en dag",
    kept_report: "rapporter om tillgänglighet: tills de är skickade, högst en dag. Sedan finns de i vår e\u{2011}post.",
    kept_log: "våra loggar innehåller inga uppgifter om dig",
    cookies: Section {
        heading: "Kakor",
        text: &[
            "Anslut använder bara kakor som behövs för att det ska fungera. De följer dig inte till andra \
             webbplatser.",
        ],
    },
    cookie_items: &[
        "en kaka som håller reda på att det är du som har identifierat dig. Den slutar gälla när du \
         avslutar eller stänger webbläsaren, eller en stund efter att du slutat använda sidan",
        "en kaka som minns vilket språk du har valt, i ett år",
    ],
    rights: Section { heading: "Dina rättigheter", text: &["Du har rätt att"] },
    rights_items: &[
        "få veta vilka uppgifter vi har om dig, och få en kopia av dem",
        "få fel rättade",
        "i vissa fall få uppgifter raderade, eller begära att vi begränsar hur vi använder dem",
        "invända mot att vi använder dem",
    ],
    rights_how: "Hör av dig till oss. Det kostar ingenting.",
    authority: "Om du tycker att vi gör fel kan du klaga hos Integritetsskyddsmyndigheten, IMY.",
    authority_link: "Lämna ett klagomål till IMY",
    authority_url: "https://www.imy.se/privatperson/utfora-arenden/lamna-ett-klagomal/",
};
