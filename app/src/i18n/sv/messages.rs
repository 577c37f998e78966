//! The texts of messages in Swedish.

use crate::i18n::messages::{
    CalendarWords, CalledOff, CancelledWords, ChangedLeads, ChangedWords, CodeWords, HostWords,
    InvitationWords, Labels, LockedOutWords, MessageWords, NoticeWords, ReminderWords, ReportWords,
    SmsFacts, SmsWords, WaitingWords,
};

pub(in crate::i18n) static WORDS: MessageWords = MessageWords {
    greeting: |name| name.map_or_else(|| "Hej!".to_owned(), |name| format!("Hej {name}!")),
    automatic: |organisation| {
        format!("Mejlet skickades automatiskt av {organisation}. Det går inte att svara på det.")
    },
    unsuitable: |sender, phone| format!("Passar inte tiden? Ring {sender} på {phone}."),
    labels: Labels {
        when: "Tid",
        new_when: "Ny tid",
        earlier_when: "Tidigare tid",
        planned: "Planerad tid",
        sender: "Avsändare",
        new_sender: "Ny avsändare",
        phone: "Telefon",
        new_phone: "Nytt nummer",
        switchboard: "Växel",
        recipient: "Mottagare",
        word: "Kontrollord",
        valid_until: "Gäller till",
        link: "Om knappen inte fungerar, kopiera adressen till webbläsaren",
    },
    invitation: InvitationWords {
        subject: |organisation| format!("Inbjudan till videomöte från {organisation}"),
        heading: "Du är inbjuden till ett videomöte",
        lead: |sender, organisation| {
            format!("{sender}, {organisation}, bjuder in dig till ett videomöte.")
        },
        open_with_code: "Öppna mötesinbjudan",
        open_with_e_id: "Öppna meddelande",
        needs: "Det här behöver du",
        needs_for_code: &[
            "E-postadressen som det här mejlet skickades till.",
            "Tillgång till din e-post när du ansluter. Vi skickar en kod dit som visar att det är du.",
        ],
        needs_for_sms_code: &[
            "E-postadressen som det här mejlet skickades till.",
            "Din mobiltelefon när du ansluter. Vi skickar ett sms med en kod som visar att det är du.",
        ],
        needs_for_e_id: &[
            "E-postadressen som det här mejlet skickades till.",
            "En svensk e-legitimation, till exempel BankID.",
        ],
        matter: "Av hänsyn till dig står det inte här vad mötet handlar om. Det ser du när du har \
                 identifierat dig.",
        genuine: "Så vet du att mejlet är äkta",
        genuine_link: |origin| {
            format!(
                "Länken börjar med {origin}/ och samma adress står i webbläsaren när du har öppnat den."
            )
        },
        genuine_more: &[
            "Om du är osäker kan du ringa oss via växeln. Leta själv upp numret, till exempel på vår \
             webbplats.",
            "Vi frågar aldrig efter bankuppgifter, kortnummer eller lösenord.",
        ],
        personal: "Länken är bara till för dig. Skicka den inte vidare.",
        attached: "Den bifogade filen lägger in mötet i din kalender.",
    },
    host: HostWords {
        subject: |organisation| format!("Du leder ett videomöte med {organisation}"),
        heading: "Du leder ett videomöte",
        lead: |organisation| format!("{organisation} har bokat ett videomöte som du leder."),
        start: "Starta mötet",
        part: "De andra väntar i väntrummet tills du släpper in dem. Du ser hur var och en har visat vem hen \
               är.",
        part_elsewhere: "Mötet hålls i en annan videotjänst. Var och en visar vem hen är innan hen skickas dit.",
        unsuitable: "Passar inte tiden, eller ska någon annan leda mötet? Ändra det där mötet är bokat.",
        matter: "Av hänsyn till mottagarna står det inte här vad mötet handlar om. Det ser du när du har \
                 identifierat dig.",
        needs_for_login: &[
            "E-postadressen som det här mejlet skickades till.",
            "Inloggningen som din organisation har valt för den som leder möten.",
        ],
        changed: ChangedLeads {
            time: "Videomötet som du leder har fått en ny tid. Det här gäller nu:",
            sender: "Videomötet som du leder har fått en ny avsändare. Det här gäller nu:",
            both: "Videomötet som du leder har fått en ny tid och en ny avsändare. Det här gäller nu:",
            other: "Uppgifterna om videomötet som du leder har ändrats. Det här gäller nu:",
        },
        cancelled: CalledOff {
            subject: |organisation| format!("Inställt videomöte med {organisation}"),
            heading: "Videomötet är inställt",
            lead: |organisation| {
                format!("{organisation} har ställt in videomötet som du skulle leda.")
            },
        },
        relieved: CalledOff {
            subject: |organisation| {
                format!("Du leder inte längre ett videomöte med {organisation}")
            },
            heading: "Du leder inte längre mötet",
            lead: |organisation| {
                format!(
                    "{organisation} har ändrat ett videomöte som du skulle leda. Du leder det inte längre."
                )
            },
        },
        reminder: |organisation| format!("Du leder snart ett videomöte med {organisation}."),
        waiting: WaitingWords {
            subject: |organisation| {
                format!("Någon väntar på dig i ett videomöte med {organisation}")
            },
            heading: "Någon väntar på dig i mötet",
            lead: "En deltagare väntar i väntrummet till videomötet som du leder. Starta mötet, så kan du släppa \
                   in deltagaren.",
        },
        label: "Leder mötet",
        locked: NoticeWords {
            subject: "Den som leder videomötet kommer inte in",
            lead: |host| {
                format!(
                    "Det går inte längre att öppna inbjudan till {host} med kod. Någon har skrivit fel kod för \
                     många gånger."
                )
            },
            advice: &[
                "Ta reda på vem som försökte.",
                "Skicka en ny inbjudan där mötet är bokat. Den har en ny länk, och den gamla länken slutar att \
                 gälla.",
            ],
        },
        e_id_locked: NoticeWords {
            subject: "Den som leder videomötet kommer inte in",
            lead: |host| {
                format!(
                    "{host} kan inte längre logga in till mötet. Någon har försökt för många gånger med en \
                     inloggning som inte stämmer med inbjudan."
                )
            },
            advice: &[
                "Kontrollera att e-postadressen är den som inloggningen har.",
                "Skicka en ny inbjudan där mötet är bokat. Den har en ny länk, och den gamla länken slutar att \
                 gälla.",
            ],
        },
        undelivered: NoticeWords {
            subject: "Ett mejl om videomötet kom inte fram",
            lead: |host| format!("Mejlet till {host} gick inte att leverera."),
            advice: &[
                "Kontrollera att e-postadressen är rätt.",
                "Skicka en ny inbjudan där mötet är bokat, eller låt någon annan leda mötet.",
            ],
        },
        unreached: NoticeWords {
            subject: "Ett mejl om videomötet kom inte fram",
            lead: |host| {
                format!(
                    "Mejlet till {host} gick inte att leverera. Hen vet kanske inte att mötet är inställt, eller \
                     att någon annan leder det."
                )
            },
            advice: &["Ring och berätta det."],
        },
    },
    code: CodeWords {
        subject: |organisation| format!("Din kod till videomötet med {organisation}"),
        heading: "Din kod till videomötet",
        lead: "Skriv in den här koden på sidan där du bad om den:",
        compare: "Samma kontrollord ska stå på sidan där du skriver in koden. Om det står ett annat \
                  ord där ska du inte använda koden.",
        last: |from, sender, phone| {
            format!(
                "Det här är den sista koden för tillfället. Vi kan skicka en ny tidigast {from}. Om du \
                 inte kommer in innan dess, ring {sender} på {phone}."
            )
        },
        back: "Tillbaka till sidan för koden",
        same_browser: "Koden fungerar bara i den webbläsare där du bad om den.",
        secret: "Ge inte koden till någon annan. Vi ringer aldrig och frågar efter den.",
        unasked: |sender, phone| {
            format!(
                "Om du inte har bett om någon kod behöver du inte göra något. Om du undrar över \
                 något, ring {sender} på {phone}."
            )
        },
    },
    sms: SmsWords {
        code: |SmsFacts { organisation, code, word, until }| {
            format!(
                "Din kod till videomötet med {organisation}:\n{code}\nKontrollord: {word}\n\
                 Gäller till {until}. Ge den inte till någon."
            )
        },
        brief: |SmsFacts { organisation, code, word, until }| {
            format!("{organisation}:\n{code}\nKontrollord: {word}\nTill {until}")
        },
        last: |from| format!("\nSista koden. Ny tidigast {from}."),
    },
    changed: ChangedWords {
        subject: |organisation| format!("Ändrat videomöte med {organisation}"),
        heading: "Ditt videomöte är ändrat",
        lead: ChangedLeads {
            time: "Videomötet som du är inbjuden till har fått en ny tid. Det här gäller nu:",
            sender: "Videomötet som du är inbjuden till har fått en ny avsändare. Det här gäller nu:",
            both: "Videomötet som du är inbjuden till har fått en ny tid och en ny avsändare. Det här \
                   gäller nu:",
            other: "Uppgifterna om videomötet som du är inbjuden till har ändrats. Det här gäller nu:",
        },
        superseded: "Det som står här gäller i stället för det som står i tidigare mejl.",
        same_link: "Länken är samma som i inbjudan. Den är bara till för dig.",
        attached: "Den bifogade filen uppdaterar mötet i din kalender. Om den gamla tiden ligger kvar \
                   kan du ta bort den.",
    },
    cancelled: CancelledWords {
        meeting: CalledOff {
            subject: |organisation| format!("Inställt videomöte med {organisation}"),
            heading: "Videomötet är inställt",
            lead: |organisation| {
                format!("{organisation} har ställt in videomötet som du var inbjuden till.")
            },
        },
        part: CalledOff {
            subject: |organisation| {
                format!("Återkallad inbjudan till videomöte med {organisation}")
            },
            heading: "Din inbjudan är återkallad",
            lead: |organisation| {
                format!("{organisation} har återkallat din inbjudan till ett videomöte.")
            },
        },
        done: "Du behöver inte göra något. Länken i tidigare mejl fungerar inte längre.",
        questions: |sender, phone| format!("Undrar du över något? Ring {sender} på {phone}."),
        attached: "Den bifogade filen tar bort mötet ur din kalender. Om det ligger kvar kan du ta \
                   bort det själv.",
    },
    reminder: ReminderWords {
        subject: |organisation| format!("Påminnelse om videomöte med {organisation}"),
        heading: "Påminnelse om ditt videomöte",
        lead: |sender, organisation| {
            format!(
                "Du har snart ett videomöte som {sender}, {organisation}, har bjudit in dig till."
            )
        },
        early: "Öppna inbjudan i god tid, så hinner du visa vem du är innan mötet börjar.",
        unable: |sender, phone| format!("Kan du inte vara med? Ring {sender} på {phone}."),
        sms: |organisation, when| {
            format!(
                "Påminnelse från {organisation}: du har ett videomöte {when}. Öppna länken i mejlet \
                 med inbjudan."
            )
        },
        brief: |organisation, when| format!("{organisation}: videomöte {when}. Se mejlet."),
    },
    locked_out: LockedOutWords {
        subject: |organisation| {
            format!("Det går inte att använda fler koder till videomötet med {organisation}")
        },
        heading: "Det går inte att använda fler koder",
        lead: "Någon har skrivit fel kod till din inbjudan för många gånger. Därför går det inte längre \
               att öppna den med kod.",
        call: |sender, phone| {
            format!(
                "Ring {sender} på {phone} och be om en ny inbjudan, även om det inte var du som försökte. \
                 Då får du ett nytt mejl med en ny länk."
            )
        },
        other_way: "Om du har en svensk e-legitimation, till exempel BankID, kan du ändå öppna inbjudan \
                    med den.",
        page: "Sidan för koden visar inte att det är stängt. Den som försöker gissa ska inte få veta \
               något.",
    },
    e_id_locked_out: LockedOutWords {
        subject: |organisation| {
            format!("Det går inte att identifiera sig för videomötet med {organisation}")
        },
        heading: "Det går inte att identifiera sig fler gånger",
        lead: "Någon har försökt öppna din inbjudan för många gånger med en e-legitimation som inte \
               stämmer. Därför går det inte längre att öppna den med e-legitimation.",
        call: |sender, phone| {
            format!(
                "Ring {sender} på {phone} och be om en ny inbjudan, även om det inte var du som försökte. \
                 Då får du ett nytt mejl med en ny länk."
            )
        },
        other_way: "Du kan ändå öppna inbjudan med en kod.",
        page: "Sidan visar inte att det är stängt. Den som prövar sig fram ska inte få veta något.",
    },
    e_id_locked: NoticeWords {
        subject: "En mottagare kommer inte in i videomötet",
        lead: |recipient| {
            format!(
                "Det går inte längre att öppna inbjudan till {recipient} med e-legitimation. Någon har \
                 försökt för många gånger med en e-legitimation som inte stämmer med inbjudan."
            )
        },
        advice: &[
            "Ring mottagaren och fråga om det var hen som försökte. Kontrollera e-postadressen, och \
             personnumret om du angav ett.",
            "Skicka en ny inbjudan om mottagaren ska vara med. Den har en ny länk, och den gamla \
             länken slutar att gälla.",
        ],
    },
    locked: NoticeWords {
        subject: "En mottagare kommer inte in i videomötet",
        lead: |recipient| {
            format!(
                "Det går inte längre att öppna inbjudan till {recipient} med kod. Någon har skrivit fel \
                 kod för många gånger."
            )
        },
        advice: &[
            "Ring mottagaren och fråga om det var hen som försökte.",
            "Skicka en ny inbjudan om mottagaren ska vara med. Den har en ny länk, och den gamla \
             länken slutar att gälla.",
        ],
    },
    undelivered: NoticeWords {
        subject: "Ett mejl om videomötet kom inte fram",
        lead: |recipient| format!("Mejlet till {recipient} gick inte att leverera."),
        advice: &[
            "Kontrollera att e-postadressen är rätt.",
            "Ring mottagaren och skicka en ny inbjudan.",
        ],
    },
    unreached: NoticeWords {
        subject: "Ett mejl om videomötet kom inte fram",
        lead: |recipient| {
            format!(
                "Mejlet till {recipient} gick inte att leverera. Mottagaren vet kanske inte att mötet \
                 är inställt, eller att inbjudan är återkallad."
            )
        },
        advice: &["Ring mottagaren och berätta det."],
    },
    report: ReportWords {
        subject: "Rapport om tillgängligheten i Anslut",
        lead: "Någon har rapporterat ett problem med tillgängligheten. Så här står det i rapporten:",
        origin: |address| {
            format!(
                "Rapporten är skriven i formuläret på {address}. Den som skrev har fått veta att rapporten är \
                 skickad. Om det står hur ni når personen kan ni svara."
            )
        },
    },
    calendar: CalendarWords {
        summary: |organisation| format!("Videomöte med {organisation}"),
        called_off: |organisation| format!("Inställt: videomöte med {organisation}"),
        description: "Öppna mötesinbjudan för att ansluta. Där visar du vem du är.",
        file: "videomote.ics",
    },
};
