//! The messages of the signalling as text: written for the server, and read from it.

use crate::wire::{
    read,
    signal::{Bye, FromBrowser, FromServer, Layer, Seat},
};
use serde::Deserialize;
use std::fmt::Write as _;

/// Writes a message.
pub(crate) fn written(message: &FromBrowser) -> String {
    match message {
        FromBrowser::Hello { ticket, offer } => {
            let (ticket, offer) = (quoted(ticket), quoted(offer));
            [r#"{"type":"hello","ticket":"#, &ticket, r#","offer":"#, &offer, "}"].concat()
        }
        FromBrowser::State { audio, video, screen, hand } => {
            let mut text = r#"{"type":"state""#.to_owned();
            for (name, on) in
                [("audio", audio), ("video", video), ("screen", screen), ("hand", hand)]
            {
                let on = if *on { "true" } else { "false" };
                text.push_str(&[",\"", name, "\":", on].concat());
            }
            text + "}"
        }
        FromBrowser::See { slot, layer } => {
            let layer = match layer {
                Layer::None => "none",
                Layer::Low => "l",
                Layer::High => "h",
            };
            [r#"{"type":"see","slot":"#, &quoted(slot), r#","layer":""#, layer, "\"}"].concat()
        }
        FromBrowser::Text { text } => [r#"{"type":"text","text":"#, &quoted(text), "}"].concat(),
        FromBrowser::Mute { seat } => {
            [r#"{"type":"mute","seat":"#, &seat.to_string(), "}"].concat()
        }
    }
}

/// Returns a text as a JSON string.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter < ' ' => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// A message of any type, with the fields that it may have. A type for each would need code to read it, which weighs.
#[derive(Deserialize)]
struct Message {
    r#type: String,
    you: Option<u32>,
    answer: Option<String>,
    seats: Option<Vec<Seat>>,
    closes_at: Option<i64>,
    seat: Option<u32>,
    text: Option<String>,
    low: Option<bool>,
    reason: Option<Bye>,
}

/// Reads a message. `None` for one that this version does not know.
pub(crate) fn heard(text: &str) -> Option<FromServer> {
    let message: Message = read(text)?;
    Some(match message.r#type.as_str() {
        "welcome" => FromServer::Welcome {
            you: message.you?,
            answer: message.answer?,
            seats: message.seats?,
            closes_at: message.closes_at?,
        },
        "seats" => FromServer::Seats { seats: message.seats?, closes_at: message.closes_at? },
        "speaker" => FromServer::Speaker { seat: message.seat },
        "text" => FromServer::Text { seat: message.seat?, text: message.text? },
        "muted" => FromServer::Muted,
        "bandwidth" => FromServer::Bandwidth { low: message.low? },
        "bye" => FromServer::Bye { reason: message.reason? },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Identified, Role, signal::Slots};

    #[test]
    fn every_message_is_written_as_the_server_reads_it() {
        for message in [
            FromBrowser::Hello { ticket: "a\"b\\".into(), offer: "v=0\r\no=-\r\n".into() },
            FromBrowser::State { audio: true, video: false, screen: true, hand: false },
            FromBrowser::See { slot: "4".into(), layer: Layer::High },
            FromBrowser::See { slot: "4".into(), layer: Layer::None },
            FromBrowser::Text { text: "Hejå\u{8}\n\u{2028}</script>".into() },
            FromBrowser::Mute { seat: 7 },
        ] {
            let text = written(&message);
            assert_eq!(serde_json::from_str::<FromBrowser>(&text).ok(), Some(message), "{text}");
        }
    }

    #[test]
    fn every_message_is_read_as_the_server_writes_it() {
        let seat = |slots| Seat {
            seat: 2,
            name: "Anna \"A\" Åberg".into(),
            method: Identified::BankId,
            role: Role::Host,
            audio: true,
            video: false,
            screen: false,
            hand: true,
            away: false,
            slots,
        };
        let slots = |screen| Some(Slots { audio: "3".into(), video: "4".into(), screen });
        let seats = vec![seat(None), seat(slots(None)), seat(slots(Some("5".into())))];
        for message in [
            FromServer::Welcome {
                you: 1,
                answer: "v=0\r\n".into(),
                seats: seats.clone(),
                closes_at: 1_796_083_200,
            },
            FromServer::Seats { seats, closes_at: 1_796_083_200 },
            FromServer::Speaker { seat: Some(3) },
            FromServer::Speaker { seat: None },
            FromServer::Text { seat: 2, text: "a\u{8}\n".into() },
            FromServer::Muted,
            FromServer::Bandwidth { low: true },
            FromServer::Bye { reason: Bye::TakenOver },
        ] {
            let text = serde_json::to_string(&message).expect("json");
            assert_eq!(heard(&text), Some(message), "{text}");
        }
        assert_eq!(heard(r#"{"type":"newer","x":1}"#), None);
        assert_eq!(heard(""), None);
    }
}
