//! Identification by e-ID, in English.

use crate::{
    i18n::EId,
    wire::{Failure, Stage},
};

pub(super) const E_ID: EId = EId {
    choose: "Choose how to identify yourself",
    choose_lead: "Identify yourself with the Swedish e-ID that you have.",
    warning: "Only identify yourself if you opened the invitation yourself. Never do it because someone \
              calls and asks you to.",
    here: "BankID on this device",
    here_hint: "You have BankID on the phone, tablet or computer that you are using now.",
    elsewhere: "BankID on another device",
    elsewhere_hint: "You scan a QR code with the BankID app on your phone or tablet.",
    provider_hint: |name| format!("You are taken to {name} and come back here afterwards."),
    no_ways: "It is not possible to identify yourself with an e-ID here just now. Try again in a \
              while, or call for help.",
    install: "Install BankID",
    install_or: "If you don't have BankID, you can get BankID from your bank.",
    code_instead: "Use a code instead",
    title: "Identify yourself with BankID",
    qr: "QR code",
    qr_how: &[
        "Open the BankID app on your phone or tablet.",
        "Press the button for QR codes in the app.",
        "Point the camera at the QR code here.",
    ],
    qr_why: "The QR code connects the app with this page. If you can't scan it, cancel and choose \
             BankID on this device.",
    lead_here: "You identify yourself in the BankID app. Then come back to this browser.",
    open: "Open the BankID app",
    cancel: "Cancel",
    go_on: "Continue",
    leaving: |name| format!("You are being taken to {name}"),
    leaving_lead: |name| {
        format!(
            "Identify yourself at {name}. Then you come back here. If nothing happens, use the link."
        )
    },
    leaving_go: |name| format!("Go to {name}"),
    stages,
    failures,
};

const fn stages(stage: Stage) -> &'static str {
    match stage {
        Stage::Preparing => "We are preparing the identification. It only takes a moment.",
        Stage::OpenApp => "Open the BankID app and scan the QR code.",
        Stage::OpenHere => "Press Open the BankID app and identify yourself there.",
        Stage::SearchingComputer => {
            "The app is looking for your BankID on this computer. If you have BankID on a card, put \
             the card in the reader. If none is found, cancel and choose BankID on another device."
        }
        Stage::SearchingPhone => {
            "The app is looking for your BankID on the device. If none is found, cancel and choose \
             another way."
        }
        Stage::SecurityCode => "Enter your security code in the BankID app and choose Identify.",
        Stage::Document => {
            "Scan your passport or national identity card with the BankID app. Follow the steps in \
             the app."
        }
        Stage::Face => "Show your face to the camera. Follow the steps in the BankID app.",
        Stage::Confirm => "Choose in the BankID app how to confirm that it is you.",
        Stage::InProgress => "Identification in progress. Do what the BankID app asks for.",
        Stage::Done => {
            "The identification is done. If the invitation doesn't open by itself, press Continue."
        }
        Stage::Return => {
            "Done in the app. Continue on the page that the BankID app opens, in this browser. If \
             no page opens, cancel and try again."
        }
        Stage::Over => "The identification has ended. You will soon see what you can do now.",
    }
}

const fn failures(failure: Failure) -> &'static str {
    match failure {
        Failure::NoAnswer => {
            "The BankID app is not answering. Check that it is open and that the device is online. \
             Then try again."
        }
        Failure::Certificate => {
            "Your BankID is too old or blocked. Get a new one from your bank, or choose another way \
             if you have one."
        }
        Failure::CancelledInApp => {
            "You cancelled the identification in the BankID app. Choose a way here when you want to \
             try again."
        }
        Failure::Cancelled => "The identification was cancelled. Try again.",
        Failure::NoApp => {
            "The BankID app was not found on this device. Choose BankID on another device if you \
             have the app there."
        }
        Failure::QrUnread => {
            "The QR code was not scanned in time. Open the BankID app first and try again. If you \
             have the app on this device, choose that instead."
        }
        Failure::Busy => {
            "Another identification with the same BankID is already in progress. Cancel it in the \
             app, wait a little and try again."
        }
        Failure::Trouble => {
            "Something went wrong in the service that identifies you. Try again in a little while."
        }
        Failure::Unknown => "Something went wrong with the identification. Try again.",
        Failure::AppTooOld => {
            "Your BankID app is too old for this identification. Update the app and try again."
        }
        Failure::Risk => {
            "The identification was stopped for your security. If somebody has asked you to \
             identify yourself, by phone for instance, don't. If it was you, you can try again."
        }
        Failure::Document => {
            "Your passport or identity card could not be checked. Try again, or choose another way."
        }
        Failure::Face => {
            "The face check did not succeed. Try again where it is light, with your whole face \
             showing."
        }
        Failure::NoNfc => {
            "The device can't read passports and identity cards. Try again with BankID on another \
             device."
        }
        Failure::SeveralBankIds => {
            "There are several BankIDs on the device. Remove those that you don't use: in the BankID \
             app, under Menu (Meny) and Settings (Inställningar). Or choose BankID on another device."
        }
        Failure::NotConfirmed => {
            "The confirmation in the BankID app did not succeed. Try again and follow the steps in \
             the app."
        }
        Failure::Declined => {
            "You answered no in the BankID app. Try again if it is you who want to identify \
             yourself."
        }
        Failure::NotInvited => {
            "The identification doesn't match the invitation. Check that you entered the address \
             that the invitation was sent to and that you are the person who was invited. Then try \
             again, or call the person who invited you."
        }
        Failure::ProviderDown => {
            "The service that you chose is not answering just now. Choose another way, or try again \
             in a while."
        }
        Failure::ProviderCancelled => {
            "You cancelled the identification. Choose a way here when you want to try again."
        }
        Failure::ProviderWeak => {
            "The service could not identify you as securely as the invitation needs. Choose another \
             way, or a more secure e-ID in the service."
        }
        Failure::ProviderFailed => {
            "We could not rely on the answer from the service, so it was not used. Try again, or \
             choose another way."
        }
    }
}
