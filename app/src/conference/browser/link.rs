//! A connection to a room: a WebSocket for messages, and the media beside it.

use super::{
    conference::{Conference, Ear, Heard, SENT},
    livekit::LiveKit,
    rtc::Rtc,
    script::on,
};
use crate::{
    conference::talk::{heard, written},
    wire::signal::{FromBrowser, FromServer, PROTOCOL, RoomTicket},
};
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::JsCast;
use web_sys::{CloseEvent, Event, MediaStreamTrack, MessageEvent, WebSocket};

/// A connection to a room.
pub(super) struct Link {
    /// The media.
    pub(super) media: Rc<dyn Conference>,
    socket: WebSocket,
    open: Rc<Cell<bool>>,
}

impl Link {
    /// Begins to enter a room. `None` if the browser can't.
    pub(super) async fn enter(
        ticket: RoomTicket,
        people: u8,
        tracks: [Option<MediaStreamTrack>; SENT],
        ear: Ear,
    ) -> Option<Self> {
        let (media, offer): (Rc<dyn Conference>, _) = if ticket.livekit {
            (LiveKit::new(&tracks)?, String::new())
        } else {
            let (media, offer) = Rtc::new(&ticket, people, &tracks).await?;
            (media, offer)
        };
        let socket = WebSocket::new_with_str(&ticket.signal, PROTOCOL).ok()?;
        let link = Self { media, socket, open: Rc::new(Cell::new(true)) };
        link.listen(&ear, written(&FromBrowser::Hello { ticket: ticket.ticket, offer }));
        Some(link)
    }

    fn listen(&self, ear: &Ear, hello: String) {
        let socket = self.socket.clone();
        let opened = move |_: Event| drop(socket.send_with_str(&hello));
        on(&self.socket, "open", Rc::new(opened));

        let end = self.end(ear);
        let (ends, hears, open) = (Rc::clone(&end), Rc::clone(ear), Rc::clone(&self.open));
        let news: Ear = Rc::new(move |news| match news {
            Heard::Closed(code) => ends(code),
            news if open.get() => hears(news),
            _ => {}
        });
        self.media.listen(Rc::clone(&news));

        let media = Rc::clone(&self.media);
        let said = move |event: Event| {
            let event: &MessageEvent = event.unchecked_ref();
            let message = event.data().as_string().and_then(|text| heard(&text));
            let Some(message) = message else { return };
            if let FromServer::Welcome { answer, .. } = &message {
                media.answered(answer, &news);
            }
            news(Heard::Said(message));
        };
        on(&self.socket, "message", Rc::new(said));

        let closed = move |event: Event| end(event.unchecked_ref::<CloseEvent>().code());
        on(&self.socket, "close", Rc::new(closed));
    }

    /// Returns what ends the connection from outside, once.
    fn end(&self, ear: &Ear) -> Rc<dyn Fn(u16)> {
        let (ear, open) = (Rc::clone(ear), Rc::clone(&self.open));
        let (media, socket) = (Rc::clone(&self.media), self.socket.clone());
        Rc::new(move |code| {
            if open.replace(false) {
                media.leave();
                let _ = socket.close();
                ear(Heard::Closed(code));
            }
        })
    }

    /// Sends a message.
    pub(super) fn say(&self, message: &FromBrowser) {
        let text = written(message);
        let kept = matches!(message, FromBrowser::See { .. }) && self.media.see(&text);
        if !kept && self.socket.ready_state() == WebSocket::OPEN {
            let _ = self.socket.send_with_str(&text);
        }
    }

    /// Ends the connection. Nothing is heard of it afterwards.
    pub(super) fn leave(&self) {
        self.open.set(false);
        let _ = self.socket.close_with_code(1_000);
        self.media.leave();
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.leave();
    }
}
