//! The built-in room, in English.

use crate::{
    i18n::{
        en::time::TIME,
        room::{
            CallTexts, CheckTexts, HostTexts, OverTexts, RoomPage, RoomTexts, TroubleTexts,
            WaitingTexts, section,
        },
    },
    wire::{Browser, Identified, System},
};

pub(super) const PAGE: RoomPage = RoomPage {
    title: "Check picture and sound",
    lead: "Try your camera and microphone before you join. Nobody sees or hears you yet.",
    hosts: "Host of the meeting",
    host: |name, method| format!("{name}, {}", identified(method)),
    absent: |name| format!("{name}, has not identified yet"),
    closes: |at| format!("The meeting closes at {at} at the latest."),
    who_sees: section(
        "Who sees what?",
        &[
            "Everybody in the meeting sees your name and how you identified.",
            "The service doesn’t record the meeting, and keeps nothing that is written.",
            "Somebody else in the meeting could still record it, or take a picture of their screen.",
        ],
    ),
    without_scripts: "The meeting needs JavaScript, which is turned off in your browser. Turn it on and reload \
                      the page, or call the person who invited you.",
    late: "The page doesn’t start. Reload it, or open the link in a recent version of Chrome, Edge, Firefox or Safari.",
    needs: section(
        "What you need",
        &[
            "A recent version of Chrome, Edge, Firefox or Safari.",
            "Loudspeakers or headphones. A camera and a microphone help, but you can also write.",
        ],
    ),
    stuck: "Can’t get in?",
    stuck_lead: "Press the button to let the host know. You can also call.",
    ring_me: "I can’t get in – call me",
    test_lead: "Try your camera, microphone and connection before the meeting. Nobody sees or hears you here.",
    allow: |machine| match (machine.system, machine.browser) {
        (System::Ios, Browser::Safari) => {
            "Press the symbol in the address field, choose the website’s settings, allow it and reload the page."
        }
        (System::Ios, _) => {
            "Allow it in the phone’s settings for the browser, and reload the page."
        }
        (System::Android, _) => {
            "Press the symbol to the left of the address, choose Permissions and allow it."
        }
        (_, Browser::Chromium) => "Press the symbol to the left of the address and allow it.",
        (_, Browser::Firefox) => {
            "Press the crossed-out symbol to the left of the address, remove the block and try again."
        }
        (_, Browser::Safari) => {
            "Choose the website’s settings beside the address or in the menu Safari, allow it and reload the page."
        }
        _ => "Open the settings beside the address and allow it.",
    },
    allow_browser: |machine| match machine.system {
        System::Windows => {
            "Open Settings in Windows, choose Privacy & security, and allow it for the browser."
        }
        System::Mac => {
            "Open System Settings, choose Privacy & Security, and allow it for the browser."
        }
        System::Ios => "Open Settings, choose the browser among the apps and allow it.",
        System::Android => {
            "Open Settings, choose the browser among the apps, then Permissions, and allow it."
        }
        System::Other => "Allow it in the device’s settings.",
    },
    test_sees: section(
        "Who sees the result?",
        &[
            "The host of the meeting sees if camera, microphone and connection work, and nothing else.",
            "Picture and sound of the test are neither passed on nor kept.",
        ],
    ),
};

pub(crate) const fn identified(method: Identified) -> &'static str {
    match method {
        Identified::EmailCode => "identified by a code by e-mail",
        Identified::SmsCode => "identified by a code by text message",
        Identified::BankId => "identified with BankID",
        Identified::EId => "identified with an e-ID",
    }
}

pub(crate) static TEXTS: RoomTexts = RoomTexts {
    clock: TIME.clock,
    identified,
    check: CheckTexts {
        why: "Your browser asks if it may use the camera and the microphone. Say yes to see yourself here.",
        turn_on: "Turn on camera and microphone",
        asking: "Answer your browser’s question.",
        picture: "Your picture",
        level: "Microphone level",
        camera: "Camera",
        microphone: "Microphone",
        speaker: "Loudspeaker",
        unnamed: |number| format!("Device {number}"),
        test_sound: "Play a test sound",
        join: "Join the meeting",
        join_without_camera: "Join without camera",
        join_without_microphone: "Join without microphone",
        join_hint: "All three ways are fine. You can also write in the meeting.",
        offline: "We can’t reach the service. Check your internet connection and try again.",
        way_works: "The connection to the meeting works",
        way_fails: "Sound and picture don’t get through from this network. Try another one, such as your \
                    phone’s, or call the person who invited you.",
        way_tried: "We are trying the connection …",
        try_way: "Try the connection again",
    },
    trouble: TroubleTexts {
        denied: ["The browser may not use the camera.", "The browser may not use the microphone."],
        dismissed: [
            "The question about the camera was closed without an answer. Press the button again and say yes.",
            "The question about the microphone was closed without an answer. Press the button again and say yes.",
        ],
        system: [
            "Your computer or phone doesn’t let the browser use the camera.",
            "Your computer or phone doesn’t let the browser use the microphone.",
        ],
        in_use: [
            "Another program uses the camera. Close it and try again.",
            "Another program uses the microphone. Close it and try again.",
        ],
        missing: [
            "We find no camera. Plug it in, or join without camera.",
            "We find no microphone. Plug it in, or join without microphone.",
        ],
        insecure: "This page is not secure, so the browser doesn’t offer the camera and the microphone. Open the \
                   link in the e-mail again.",
        old: "This browser can’t take part in video meetings. Open the link in a recent version of Chrome, Edge, \
              Firefox or Safari.",
        other: [
            "The camera doesn’t start. Try again, or join without camera.",
            "The microphone doesn’t start. Try again, or join without microphone.",
        ],
        ended: [
            "The camera was turned off. Plug it in again, or choose another one.",
            "The microphone was turned off. Plug it in again, or choose another one.",
        ],
        silent: "The microphone is on but we hear nothing. Speak louder, check that it isn’t muted on its cable, or \
                 choose another one.",
    },
    waiting: WaitingTexts {
        title: "Waiting room",
        host: "The host",
        seen: |host, since| {
            format!("{host} sees that you have waited since {since}, and will admit you.")
        },
        not_here: |host| format!("{host} is not here yet. We will tell you when you are admitted."),
        by_itself: "Keep this page open. The page opens the meeting when you are admitted.",
        locked: |host| {
            format!(
                "{host} has locked the meeting. You can keep waiting, or call the person who invited you."
            )
        },
        left: |host| {
            format!("{host} has left the meeting. You can wait, or call whoever invited you.")
        },
        late: |host| {
            format!(
                "{host} is not here yet, although the meeting should have begun. You can wait, or call:"
            )
        },
        full: "The meeting is full at the moment. You are let in, but every seat is taken.",
        full_host: "The meeting is full at the moment. You get in when somebody leaves, or when you remove somebody.",
        full_by_itself: "Keep this page open. It opens the meeting when a seat is free.",
        chime: "Sound when something happens",
        message: |host, text| format!("{host} writes: {text}"),
        leave: "Leave the waiting room",
    },
    host: HostTexts {
        title: "The waiting room",
        waiting: "Waiting",
        nobody: "Nobody is waiting.",
        inside: "Admitted",
        calls: "Wish to be called",
        calls_hint: "Call a number that you already have. Whoever has the link can press the button, so it doesn’t \
                     show who it is.",
        call_wanted: |name| format!("{name} wishes to be called."),
        stuck_at: |step| match step {
            "code" => "Doesn’t get past the code",
            "meeting" => "Doesn’t get into the meeting",
            "invitation" | "check" => "Is identified, but not in the meeting",
            _ => "Is not identified",
        },
        unnamed: "Guest without a name",
        admit: |name| format!("Admit {name}"),
        refuse: |name| format!("Refuse {name}"),
        tell: |name| format!("Message to {name}"),
        ready_made: "I’ll be ready in a moment. Please wait, and I’ll admit you.",
        mute: |name| format!("Turn off the microphone of {name}"),
        wait: |name| format!("Move {name} to the waiting room"),
        remove: |name| format!("Remove {name}"),
        lock: "Lock the meeting",
        end: "End the meeting for everybody",
        end_sure: "Do you want to end the meeting for everybody?",
        end_what: "Everybody leaves the meeting now, and nobody can come back.",
        end_yes: "Yes, end it for everybody",
        cancel: "Cancel",
        send: "Send",
        knocks: |name| format!("{name} is waiting to be admitted."),
        chime: "Sound when somebody waits",
        since: |clock| format!("Waiting since {clock}"),
        name_proven: "Name confirmed by an e-ID",
        name_booked: "Name as the sender wrote it",
        level: |level| {
            if level == "loa3" { "High assurance" } else { "Code to the person’s address" }
        },
        number_matches: "The personal identity number matches",
        number_unchecked: "The personal identity number is not checked",
        works: ["The camera works", "The microphone works", "The connection works"],
        fails: ["No camera", "No microphone", "The connection doesn’t work"],
        failed: "That could not be changed just now. Try again.",
    },
    call: CallTexts {
        title: "The meeting",
        buttons: "Buttons of the meeting",
        microphone: "Microphone",
        camera: "Camera",
        screen: "Share screen",
        hand: "Raise hand",
        text: "Text",
        people: "People",
        settings: "Settings",
        leave: "Leave the meeting",
        connecting: "Connecting to the meeting …",
        broken: "The connection broke. We are connecting you again.",
        back: "You are connected again.",
        hear: "Press to hear",
        low: "The connection is weak. Pictures are off until it gets better.",
        sound_only: "Sound only",
        sound_only_hint: "Turns off your camera and the others' pictures. It uses less data.",
        sound_only_chosen: "You have chosen sound only. Turn it off in the settings to see pictures.",
        plugged: |name| format!("{name} is connected."),
        unplugged: |name| format!("{name} is disconnected."),
        muted_by_host: "The host has turned off your microphone.",
        you: "You",
        own: |name| format!("{name} (you)"),
        host: "host",
        speaks: "speaks",
        muted: "microphone off",
        camera_off: "camera off",
        hand_up: "raises a hand",
        away: "lost the connection",
        shared_by: |name| format!("Screen of {name}"),
        came: |name| format!("{name} has joined."),
        went: |name| format!("{name} has left."),
        raised: |name| format!("{name} raises a hand."),
        shares: |name| format!("{name} shares the screen."),
        stopped_sharing: |name| format!("{name} no longer shares the screen."),
        alone: "You are alone in the meeting so far.",
        log: "Text conversation",
        write: "Write",
        write_hint: "The others see each letter while you write. Nothing is kept.",
        send: "New line",
        no_screen: "This browser can’t share the screen.",
        soon_over: |minutes| {
            let unit = if minutes == 1 { "minute" } else { "minutes" };
            format!("The meeting closes in {minutes} {unit}.")
        },
    },
    over: OverTexts {
        left: section(
            "You have left the meeting",
            &["The meeting may not be over yet. You can come back."],
        ),
        ended: section(
            "The meeting has ended",
            &[
                "The host has ended the meeting, or its time is over. There is nothing more for you to do.",
            ],
        ),
        removed: section(
            "You are no longer in the meeting",
            &[
                "The host has removed you from the meeting. Call the person who invited you if you wonder why.",
            ],
        ),
        refused: section(
            "You were not admitted",
            &["The host has not admitted you. Call the person who invited you if you wonder why."],
        ),
        taken_over: section(
            "The meeting is open in another window",
            &["You have joined the meeting in another window, so it is closed here."],
        ),
        signed_out: section(
            "You are no longer identified",
            &["Your identification has ended. Open the invitation again and identify."],
        ),
        unreachable: section(
            "The meeting can’t be opened right now",
            &["Try again in a moment, or call the person who invited you."],
        ),
        rejoin: "Join the meeting again",
        take_back: "Continue in this window",
    },
};
