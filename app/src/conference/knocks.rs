//! News of the waiting room: in words for the host, and worth a sound for a guest.

use crate::{
    i18n::room::HostTexts,
    wire::{GuestLobby, HostLobby, Knock},
};

/// Returns what is new for a host: who has knocked, and who wishes to be called. Empty if nobody.
pub(crate) fn host_news(before: Option<&HostLobby>, now: &HostLobby, texts: &HostTexts) -> String {
    let named = |name: &str| if name.is_empty() { texts.unnamed } else { name }.to_owned();
    let known = |id: &str| before.is_some_and(|it| it.waiting.iter().any(|old| old.guest == id));
    let knocks = now.waiting.iter().filter(|guest| !known(&guest.guest));
    let mut news: Vec<_> = knocks.map(|guest| (texts.knocks)(&named(&guest.name))).collect();
    // What was wished before the host came is on the list.
    if let Some(before) = before {
        let calls = now.calls.iter().filter(|call| !before.calls.contains(call));
        news.extend(calls.map(|call| (texts.call_wanted)(&named(&call.name))));
    }
    news.join(" ")
}

/// `true` if there is something new that a guest waits for: an admission, or a message.
pub(crate) fn rings(before: Option<&GuestLobby>, now: &GuestLobby) -> bool {
    let let_in = |lobby: &GuestLobby| lobby.state == Knock::Admitted;
    // What was there when the page was opened is nothing new.
    before.is_some_and(|before| {
        let said = !now.message.is_empty() && now.message != before.message;
        said || let_in(now) && !let_in(before)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        gallery::conferences::{guest_lobby, host_lobby},
        i18n::room_texts,
        wire::{Call, Language},
    };

    #[test]
    fn each_knock_and_each_wish_is_told_once() {
        let texts = &room_texts(Language::Swedish).host;
        let all = host_lobby();
        let both =
            "Anna Maria Andersson väntar på att bli insläppt. Bo Berg väntar på att bli insläppt.";
        assert_eq!(host_news(None, &all, texts), both);
        assert_eq!(host_news(Some(&all), &all, texts), "");
        let mut fewer = host_lobby();
        fewer.waiting.remove(0);
        assert_eq!(host_news(Some(&all), &fewer, texts), "");
        let call = Call { name: String::new(), step: "code".to_owned(), at: all.waiting[0].since };
        let called = HostLobby { calls: vec![call], ..host_lobby() };
        assert_eq!(host_news(Some(&all), &called, texts), "Gäst utan namn vill bli uppringd.");
        assert_eq!(host_news(Some(&called), &called, texts), "");
    }

    #[test]
    fn a_guest_hears_an_admission_and_a_message() {
        let waits = guest_lobby();
        let admitted = GuestLobby { state: Knock::Admitted, ..guest_lobby() };
        let message = GuestLobby { message: "Strax.".to_owned(), ..guest_lobby() };
        assert!(rings(Some(&waits), &admitted));
        assert!(!rings(Some(&admitted), &admitted));
        assert!(rings(Some(&waits), &message));
        assert!(!rings(Some(&message), &message));
        assert!(
            !rings(None, &message) && !rings(None, &admitted) && !rings(Some(&message), &waits)
        );
        let refused = GuestLobby { state: Knock::Refused, ..guest_lobby() };
        assert!(!rings(Some(&waits), &refused));
    }
}
