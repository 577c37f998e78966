//! Names of people and their tiles, for those who see and those who hear.

use crate::{
    i18n::room::RoomTexts,
    wire::{Role, signal::Seat},
};

/// Returns a person's name, with a mark at the visitor's own.
pub(crate) fn name_of(texts: &RoomTexts, seat: &Seat, you: u32) -> String {
    let name = if seat.name.is_empty() { texts.host.unnamed } else { &seat.name };
    if you == seat.seat { (texts.call.own)(name) } else { name.to_owned() }
}

/// Returns the states of a seat in words.
pub(crate) fn states(texts: &RoomTexts, seat: &Seat, speaker: Option<u32>) -> Vec<&'static str> {
    let texts = &texts.call;
    [
        (seat.role == Role::Host, texts.host),
        (!seat.audio, texts.muted),
        (!seat.video, texts.camera_off),
        (seat.hand, texts.hand_up),
        (seat.away, texts.away),
        (speaker == Some(seat.seat), texts.speaks),
    ]
    .into_iter()
    .filter_map(|(so, text)| so.then_some(text))
    .collect()
}

/// Returns the name of a tile: the person, how they identified, and the state.
pub(crate) fn label(texts: &RoomTexts, seat: &Seat, you: u32, speaker: Option<u32>) -> String {
    let name = name_of(texts, seat, you);
    let mut parts = vec![name.as_str(), (texts.identified)(seat.method)];
    parts.extend(states(texts, seat, speaker));
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        i18n::room_texts,
        wire::{Identified, Language},
    };

    #[test]
    fn a_tile_is_named_by_person_method_and_state() {
        let anna = Seat {
            seat: 2,
            name: "Anna Andersson".to_owned(),
            method: Identified::BankId,
            role: Role::Guest,
            audio: false,
            video: true,
            screen: false,
            hand: false,
            away: false,
            slots: None,
        };
        let named =
            |seat: &Seat, you, speaker| label(room_texts(Language::Swedish), seat, you, speaker);
        assert_eq!(
            named(&anna, 1, None),
            "Anna Andersson, identifierad med BankID, mikrofonen avstängd"
        );
        let mine = Seat { audio: true, ..anna.clone() };
        assert_eq!(named(&mine, 2, None), "Anna Andersson (du), identifierad med BankID");
        let all = Seat {
            name: String::new(),
            method: Identified::SmsCode,
            role: Role::Host,
            video: false,
            hand: true,
            away: true,
            ..anna
        };
        assert_eq!(
            named(&all, 1, Some(2)),
            "Gäst utan namn, identifierad med kod via sms, värd, mikrofonen avstängd, kameran avstängd, \
             räcker upp handen, tappade anslutningen, talar"
        );
    }
}
