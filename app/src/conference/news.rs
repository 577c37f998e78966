//! News of the room, for the live region: who came, left, shares, raised a hand.

use crate::{i18n::room::CallTexts, wire::signal::Seat};

/// Returns what has changed between two lists, about everybody but the visitor.
pub(crate) fn news(before: &[Seat], after: &[Seat], you: u32, texts: &CallTexts) -> Vec<String> {
    let mut news = Vec::new();
    for seat in after.iter().filter(|it| it.seat != you) {
        let Some(old) = before.iter().find(|it| it.seat == seat.seat) else {
            news.push((texts.came)(&seat.name));
            continue;
        };
        if seat.hand && !old.hand {
            news.push((texts.raised)(&seat.name));
        }
        if seat.screen != old.screen {
            let text = if seat.screen { texts.shares } else { texts.stopped_sharing };
            news.push(text(&seat.name));
        }
        if seat.away && !old.away {
            news.push([&seat.name, " ", texts.away, "."].concat());
        }
    }
    for seat in before.iter().filter(|it| it.seat != you) {
        if !after.iter().any(|it| it.seat == seat.seat) {
            news.push((texts.went)(&seat.name));
        }
    }
    news
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        i18n::room_texts,
        wire::{Identified, Language, Role},
    };

    fn seat(seat: u32, name: &str) -> Seat {
        Seat {
            seat,
            name: name.to_owned(),
            method: Identified::BankId,
            role: Role::Guest,
            audio: true,
            video: true,
            screen: false,
            hand: false,
            away: false,
            slots: None,
        }
    }

    fn told(before: &[Seat], after: &[Seat]) -> Vec<String> {
        news(before, after, 1, &room_texts(Language::Swedish).call)
    }

    #[test]
    fn what_others_do_is_told_once() {
        let [kim, anna] = [[seat(1, "Kim")], [seat(2, "Anna")]];
        let both = [kim.clone(), anna.clone()].concat();
        assert_eq!(told(&[], &both), ["Anna har kommit."]);
        assert_eq!(told(&both, &kim), ["Anna har gått."]);
        let busy = [Seat { hand: true, screen: true, away: true, ..seat(2, "Anna") }];
        assert_eq!(
            told(&anna, &busy),
            ["Anna räcker upp handen.", "Anna delar sin skärm.", "Anna tappade anslutningen."]
        );
        assert_eq!(told(&busy, &busy), Vec::<String>::new());
        assert_eq!(told(&busy, &anna), ["Anna delar inte längre sin skärm."]);
    }

    #[test]
    fn nobody_is_told_what_they_do_themselves() {
        let (kim, busy) = ([seat(1, "Kim")], [Seat { hand: true, ..seat(1, "Kim") }]);
        assert_eq!(told(&kim, &busy), Vec::<String>::new());
        assert_eq!(told(&[], &kim), Vec::<String>::new());
    }
}
