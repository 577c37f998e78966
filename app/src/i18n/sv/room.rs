//! The built-in room, in Swedish.

use crate::{
    i18n::{
        room::{
            CallTexts, CheckTexts, HostTexts, OverTexts, RoomPage, RoomTexts, TroubleTexts,
            WaitingTexts, section,
        },
        sv::time::TIME,
    },
    wire::{Browser, Identified, System},
};

pub(super) const PAGE: RoomPage = RoomPage {
    title: "Kontrollera bild och ljud",
    lead: "Prova kameran och mikrofonen innan du ansluter. Ingen annan ser eller hör dig än.",
    hosts: "Värd för mötet",
    host: |name, method| format!("{name}, {}", identified(method)),
    absent: |name| format!("{name}, har inte identifierat sig än"),
    closes: |at| format!("Mötet stängs senast {at}."),
    who_sees: section(
        "Vem ser vad?",
        &[
            "Alla i mötet ser ditt namn och hur du har identifierat dig.",
            "Tjänsten spelar inte in mötet och sparar inte det som skrivs.",
            "Någon annan i mötet kan ändå spela in eller ta en bild av sin skärm.",
        ],
    ),
    without_scripts: "Mötet behöver JavaScript, och det är avstängt i din webbläsare. Slå på det och ladda om \
                      sidan, eller ring den som bjöd in dig.",
    late: "Sidan kommer inte igång. Ladda om den, eller öppna länken i en ny version av Chrome, Edge, Firefox eller Safari.",
    needs: section(
        "Det här behöver du",
        &[
            "En ny version av Chrome, Edge, Firefox eller Safari.",
            "Högtalare eller hörlurar. Kamera och mikrofon är bra att ha, men du kan också skriva.",
        ],
    ),
    stuck: "Kommer du inte in?",
    stuck_lead: "Tryck på knappen så får den som håller i mötet veta det. Du kan också ringa själv.",
    ring_me: "Jag kommer inte in – ring mig",
    test_lead: "Prova kameran, mikrofonen och anslutningen före mötet. Ingen ser eller hör dig här.",
    allow: |machine| match (machine.system, machine.browser) {
        (System::Ios, Browser::Safari) => {
            "Tryck på symbolen i adressfältet, välj webbplatsens inställningar, tillåt den och ladda om sidan."
        }
        (System::Ios, _) => {
            "Tillåt den i telefonens inställningar för webbläsaren och ladda om sidan."
        }
        (System::Android, _) => {
            "Tryck på symbolen till vänster om adressen, välj Behörigheter och tillåt den."
        }
        (_, Browser::Chromium) => "Tryck på symbolen till vänster om adressen och tillåt den.",
        (_, Browser::Firefox) => {
            "Tryck på den överstrukna symbolen till vänster om adressen, ta bort spärren och försök igen."
        }
        (_, Browser::Safari) => {
            "Välj webbplatsens inställningar vid adressen eller i menyn Safari, tillåt den och ladda om sidan."
        }
        _ => "Öppna inställningarna vid adressfältet och tillåt den.",
    },
    allow_browser: |machine| match machine.system {
        System::Windows => {
            "Öppna Inställningar i Windows, välj Sekretess och säkerhet, och tillåt den för webbläsaren."
        }
        System::Mac => {
            "Öppna Systeminställningar, välj Integritet och säkerhet, och tillåt den för webbläsaren."
        }
        System::Ios => "Öppna Inställningar, välj webbläsaren bland apparna och tillåt den.",
        System::Android => {
            "Öppna Inställningar, välj webbläsaren bland apparna, sedan Behörigheter, och tillåt den."
        }
        System::Other => "Tillåt det i enhetens inställningar.",
    },
    test_sees: section(
        "Vem ser resultatet?",
        &[
            "Den som leder mötet ser om kamera, mikrofon och anslutning fungerar, och inget annat.",
            "Bild och ljud från testet skickas inte vidare och sparas inte.",
        ],
    ),
};

pub(crate) const fn identified(method: Identified) -> &'static str {
    match method {
        Identified::EmailCode => "identifierad med kod via e\u{2011}post",
        Identified::SmsCode => "identifierad med kod via sms",
        Identified::BankId => "identifierad med BankID",
        Identified::EId => "identifierad med e\u{2011}legitimation",
    }
}

pub(crate) static TEXTS: RoomTexts = RoomTexts {
    clock: TIME.clock,
    identified,
    check: CheckTexts {
        why: "Webbläsaren frågar om den får använda kameran och mikrofonen. Svara ja, så ser du dig själv här.",
        turn_on: "Slå på kamera och mikrofon",
        asking: "Svara på webbläsarens fråga.",
        picture: "Din bild",
        level: "Mikrofonnivå",
        camera: "Kamera",
        microphone: "Mikrofon",
        speaker: "Högtalare",
        unnamed: |number| format!("Enhet {number}"),
        test_sound: "Spela upp testljud",
        join: "Anslut till mötet",
        join_without_camera: "Anslut utan kamera",
        join_without_microphone: "Anslut utan mikrofon",
        join_hint: "Alla tre sätten går lika bra. I mötet kan du också skriva.",
        offline: "Vi får ingen kontakt med tjänsten. Kontrollera din internetanslutning och försök igen.",
        way_works: "Anslutningen till mötet fungerar",
        way_fails: "Ljud och bild kommer inte fram från det här nätet. Prova ett annat nät, till exempel \
                    mobilens, eller ring den som bjöd in dig.",
        way_tried: "Vi provar anslutningen …",
        try_way: "Prova anslutningen igen",
    },
    trouble: TroubleTexts {
        denied: [
            "Webbläsaren får inte använda kameran.",
            "Webbläsaren får inte använda mikrofonen.",
        ],
        dismissed: [
            "Frågan om kameran stängdes utan svar. Tryck på knappen igen och svara ja.",
            "Frågan om mikrofonen stängdes utan svar. Tryck på knappen igen och svara ja.",
        ],
        system: [
            "Datorn eller telefonen låter inte webbläsaren använda kameran.",
            "Datorn eller telefonen låter inte webbläsaren använda mikrofonen.",
        ],
        in_use: [
            "Kameran används av ett annat program. Stäng det och försök igen.",
            "Mikrofonen används av ett annat program. Stäng det och försök igen.",
        ],
        missing: [
            "Vi hittar ingen kamera. Sätt i den om den är lös, eller anslut utan kamera.",
            "Vi hittar ingen mikrofon. Sätt i den om den är lös, eller anslut utan mikrofon.",
        ],
        insecure: "Sidan är inte säker, och då släpper webbläsaren inte fram kameran och mikrofonen. Öppna \
                   länken i mejlet igen.",
        old: "Den här webbläsaren klarar inte videomöten. Öppna länken i en ny version av Chrome, Edge, Firefox \
              eller Safari.",
        other: [
            "Kameran startar inte. Försök igen, eller anslut utan kamera.",
            "Mikrofonen startar inte. Försök igen, eller anslut utan mikrofon.",
        ],
        ended: [
            "Kameran stängdes av. Sätt i den igen, eller välj en annan.",
            "Mikrofonen stängdes av. Sätt i den igen, eller välj en annan.",
        ],
        silent: "Mikrofonen är på men vi hör inget. Prata lite högre, kontrollera att den inte är avstängd på \
                 sladden, eller välj en annan.",
    },
    waiting: WaitingTexts {
        title: "Väntrum",
        host: "Värden",
        seen: |host, since| {
            format!("{host} ser att du har väntat sedan {since}. Du släpps in härifrån.")
        },
        not_here: |host| format!("{host} är inte här än. Vi säger till när du släpps in."),
        by_itself: "Låt sidan vara öppen. Sidan öppnar mötet när du släpps in.",
        locked: |host| {
            format!("{host} har låst mötet. Du kan vänta kvar, eller ringa den som bjöd in dig.")
        },
        left: |host| {
            format!(
                "{host} är inte kvar i mötet. Du kan vänta kvar, eller ringa den som bjöd in dig."
            )
        },
        late: |host| {
            format!(
                "{host} är inte här än, fast mötet skulle ha börjat. Du kan vänta kvar, eller ringa:"
            )
        },
        full: "Mötet är fullt just nu. Du är insläppt, men alla platser är tagna.",
        full_host: "Mötet är fullt just nu. Du kommer in när någon går, eller när du tar bort någon.",
        full_by_itself: "Låt sidan vara öppen. Sidan öppnar mötet när en plats blir ledig.",
        chime: "Ljud när något händer",
        message: |host, text| format!("{host} skriver: {text}"),
        leave: "Lämna väntrummet",
    },
    host: HostTexts {
        title: "Väntrummet",
        waiting: "Väntar",
        nobody: "Ingen väntar.",
        inside: "Insläppta",
        calls: "Vill bli uppringda",
        calls_hint: "Ring ett nummer som du redan har. Den som har länken kan trycka på knappen, så det visar inte \
                     vem det är.",
        call_wanted: |name| format!("{name} vill bli uppringd."),
        stuck_at: |step| match step {
            "code" => "Kommer inte förbi koden",
            "meeting" => "Kommer inte in i mötet",
            "invitation" | "check" => "Är identifierad, men inte i mötet",
            _ => "Är inte identifierad",
        },
        unnamed: "Gäst utan namn",
        admit: |name| format!("Släpp in {name}"),
        refuse: |name| format!("Avvisa {name}"),
        tell: |name| format!("Meddelande till {name}"),
        ready_made: "Jag är strax klar. Vänta kvar, så släpper jag in dig.",
        mute: |name| format!("Stäng av mikrofonen för {name}"),
        wait: |name| format!("Flytta {name} till väntrummet"),
        remove: |name| format!("Ta bort {name}"),
        lock: "Lås mötet",
        end: "Avsluta mötet för alla",
        end_sure: "Vill du avsluta mötet för alla?",
        end_what: "Alla lämnar mötet nu, och ingen kan komma in igen.",
        end_yes: "Ja, avsluta för alla",
        cancel: "Avbryt",
        send: "Skicka",
        knocks: |name| format!("{name} väntar på att bli insläppt."),
        chime: "Ljud när någon väntar",
        since: |clock| format!("Väntar sedan {clock}"),
        name_proven: "Namnet är bekräftat med e\u{2011}legitimation",
        name_booked: "Namnet har den som bokade skrivit",
        level: |level| if level == "loa3" { "Hög tillit" } else { "Kod till personens adress" },
        number_matches: "Personnumret stämmer",
        number_unchecked: "Personnumret är inte kontrollerat",
        works: ["Kameran fungerar", "Mikrofonen fungerar", "Anslutningen fungerar"],
        fails: ["Ingen kamera", "Ingen mikrofon", "Anslutningen fungerar inte"],
        failed: "Det gick inte att ändra just nu. Försök igen.",
    },
    call: CallTexts {
        title: "Mötet",
        buttons: "Mötets knappar",
        microphone: "Mikrofon",
        camera: "Kamera",
        screen: "Dela skärm",
        hand: "Räck upp handen",
        text: "Text",
        people: "Deltagare",
        settings: "Inställningar",
        leave: "Lämna mötet",
        connecting: "Ansluter till mötet …",
        broken: "Anslutningen bröts. Vi ansluter dig igen.",
        back: "Du är ansluten igen.",
        hear: "Tryck för att höra",
        low: "Anslutningen är svag. Bilderna är avstängda tills den blir bättre.",
        sound_only: "Bara ljud",
        sound_only_hint: "Stänger av din kamera och de andras bilder. Det går åt mindre data.",
        sound_only_chosen: "Du har valt bara ljud. Stäng av det i inställningarna för att se bilder.",
        plugged: |name| format!("{name} är inkopplad."),
        unplugged: |name| format!("{name} är urkopplad."),
        muted_by_host: "Värden har stängt av din mikrofon.",
        you: "Du",
        own: |name| format!("{name} (du)"),
        host: "värd",
        speaks: "talar",
        muted: "mikrofonen avstängd",
        camera_off: "kameran avstängd",
        hand_up: "räcker upp handen",
        away: "tappade anslutningen",
        shared_by: |name| format!("Skärm från {name}"),
        came: |name| format!("{name} har kommit."),
        went: |name| format!("{name} har gått."),
        raised: |name| format!("{name} räcker upp handen."),
        shares: |name| format!("{name} delar sin skärm."),
        stopped_sharing: |name| format!("{name} delar inte längre sin skärm."),
        alone: "Du är ensam i mötet än så länge.",
        log: "Textsamtal",
        write: "Skriv",
        write_hint: "De andra ser varje bokstav medan du skriver. Inget sparas.",
        send: "Ny rad",
        no_screen: "Den här webbläsaren kan inte dela skärmen.",
        soon_over: |minutes| {
            let unit = if minutes == 1 { "minut" } else { "minuter" };
            format!("Mötet stängs om {minutes} {unit}.")
        },
    },
    over: OverTexts {
        left: section(
            "Du har lämnat mötet",
            &["Mötet pågår kanske fortfarande. Du kan komma in igen."],
        ),
        ended: section(
            "Mötet är avslutat",
            &[
                "Värden har avslutat mötet, eller så är dess tid slut. Du behöver inte göra något mer.",
            ],
        ),
        removed: section(
            "Du är inte kvar i mötet",
            &[
                "Värden har tagit bort dig från mötet. Ring den som bjöd in dig om du undrar varför.",
            ],
        ),
        refused: section(
            "Du blev inte insläppt",
            &["Värden har inte släppt in dig. Ring den som bjöd in dig om du undrar varför."],
        ),
        taken_over: section(
            "Mötet är öppet i ett annat fönster",
            &["Du har gått in i mötet i ett annat fönster. Därför är det stängt här."],
        ),
        signed_out: section(
            "Du är inte längre identifierad",
            &["Identifieringen gäller inte längre. Öppna inbjudan igen och identifiera dig."],
        ),
        unreachable: section(
            "Mötet går inte att öppna just nu",
            &["Försök igen om en stund, eller ring den som bjöd in dig."],
        ),
        rejoin: "Gå in i mötet igen",
        take_back: "Fortsätt i det här fönstret",
    },
};
