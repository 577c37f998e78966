//! Pages without a further step, in Swedish.

use crate::i18n::{Closed, Section};

pub(super) const CLOSED: Closed = Closed {
    locked: Section {
        heading: "Det går inte att använda fler koder",
        text: &[
            "Antalet försök är slut. Därför har vi stängt vägen in med kod, så att ingen ska kunna \
             gissa sig fram.",
            "Hör av dig till den som bjöd in dig och be om en ny inbjudan. Då får du ett nytt mejl \
             med en ny länk.",
        ],
    },
    locked_e_id: Section {
        heading: "Det går inte att identifiera sig fler gånger",
        text: &[
            "Identifieringen har inte stämt med inbjudan. Efter så många försök har vi stängt vägen \
             in, så att ingen ska kunna prova sig fram.",
            "Hör av dig till den som bjöd in dig och be om en ny inbjudan. Då får du ett nytt mejl \
             med en ny länk.",
        ],
    },
    locked_e_id_too: "Om du har en svensk e\u{2011}legitimation, till exempel BankID, kan du ändå öppna \
                      inbjudan med den.",
    over: Section {
        heading: "Mötet är slut",
        text: &[
            "Inbjudan är stängd eftersom mötet har varit.",
            "Om du missade mötet kan du höra av dig till den som bjöd in dig.",
        ],
    },
    cancelled: Section {
        heading: "Mötet är inställt",
        text: &[
            "Den som bjöd in dig har ställt in mötet. Du behöver inte göra något.",
            "Om du undrar över något kan du höra av dig. Om det blir ett nytt möte får du en ny \
             inbjudan.",
        ],
    },
    elsewhere: Section {
        heading: "Du började i en annan webbläsare",
        text: &[
            "Identifieringen hör ihop med webbläsaren som du började i, så den kan inte gå vidare \
             här. Det är för att ingen annan ska kunna använda den.",
            "Gå tillbaka till den webbläsaren och försök igen därifrån. Eller öppna länken i mejlet \
             i den här webbläsaren och identifiera dig igen.",
        ],
    },
    ended: Section {
        heading: "Du har avslutat ditt besök",
        text: &[
            "Ingen kan läsa inbjudan här utan att identifiera sig igen. Om fler använder enheten kan \
             du också stänga webbläsaren.",
        ],
    },
    open_again: "Öppna inbjudan igen",
    no_cookies: Section {
        heading: "Webbläsaren behöver ta emot en kaka",
        text: &[
            "För att känna igen dig från ett steg till nästa sparar vi en kaka (cookie) i din \
             webbläsare. Utan den kan du inte identifiera dig. Nu fick vi ingen kaka tillbaka, så \
             vi har inte gått vidare och inget har skickats.",
            "Kakan följer dig inte någon annanstans och försvinner när du stänger webbläsaren. Så här \
             kan du göra:",
        ],
    },
    no_cookies_how: &[
        "Tillåt kakor för den här webbplatsen i webbläsarens inställningar och försök igen.",
        "Eller öppna länken i mejlet i en annan webbläsare.",
    ],
    try_again: "Försök igen",
    not_found: Section {
        heading: "Länken leder inte till någon inbjudan",
        text: &["Det finns inget på den här adressen. Det kan bero på att"],
    },
    not_found_why: &[
        "hela länken inte kom med. Öppna den direkt från mejlet, eller kopiera hela raden.",
        "du har fått en nyare inbjudan till samma möte. Använd länken i det senaste mejlet.",
        "det har gått en tid sedan mötet och inbjudan är borttagen.",
    ],
    refused: Section {
        heading: "Något gick fel när sidan skickades",
        text: &[
            "Det som skickades kom inte från en sida i den här tjänsten, eller gick inte att läsa.",
            "Öppna länken i mejlet igen och försök därifrån.",
        ],
    },
    trouble: Section {
        heading: "Något gick fel hos oss",
        text: &[
            "Försök igen om en liten stund. Din inbjudan finns kvar.",
            "Om det är bråttom kan du ringa.",
        ],
    },
};
