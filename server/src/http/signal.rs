//! The WebSocket between a browser and its room.
//!
//! A connection that breaks the rules ends alone, with a code that says why. Nothing of a message is logged.

mod media;
mod trial;

use super::{
    client_ip::ClientIp,
    pages::Pages,
    serve::{Stopping, stopped},
};
use crate::{
    clock::{Stopwatch, Time, every},
    conference::{
        Conferences, Entered, Inside, NoPlace, Outgoing, Pace, Stranger,
        seats::{MediaId, Person, Sends},
        ticket::Opens,
    },
    model::HeldRoom,
    rooms::Engine,
    rules::room::Standing,
    state::{AppState, InternalError},
};
use ::sfu::{Event, Layer as MediaLayer, Mid, RoomId};
use app::wire::{
    Role,
    signal::{Bye, Close, FromBrowser, FromServer, Layer, PROTOCOL, Seat},
};
use axum::{
    Extension,
    body::Bytes,
    extract::{
        Path, State,
        ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::mpsc,
    time::{Interval, timeout},
};

/// The time that a browser has for its first message.
const HELLO: Duration = Duration::from_secs(5);

/// The maximum size of the first message, with the offer. In bytes.
const LARGEST_HELLO: usize = 64 * 1024;

/// The maximum size of every other message. In bytes.
const LARGEST: usize = 4 * 1024;

/// Time limit of the question whether somebody may enter. Much shorter than a lease, which is prolonged meanwhile.
const ASKED: Duration = Duration::from_secs(4);

/// The interval at which the time is compared with that at which the room closes.
const LOOKED_EVERY: Duration = Duration::from_secs(1);

/// The interval at which a browser is asked for a sign of life.
const PINGED_EVERY: Duration = Duration::from_secs(5);

/// The number of signs of life that may be missed.
const MISSED: u32 = 3;

/// The time that a browser has to say that it has left, once its media have ended.
const LAST_WORD: Duration = Duration::from_millis(500);

/// The time after which a first picture is late because nobody asked for it. A browser whose media have not connected
/// by then is given up.
const FIRST_PICTURE: Duration = Duration::from_secs(30);

/// The time that a browser has to take a message. One that reads nothing must not delay its own end.
const TAKEN: Duration = Duration::from_secs(2);

/// Opens the WebSocket of a room of this process.
pub(super) async fn signal(
    State(pages): State<Pages>,
    Path(server): Path<String>,
    client: Option<ClientIp>,
    stopping: Option<Extension<Stopping>>,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Response {
    let Some(conferences) = pages.state.conferences.clone() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if server != conferences.server {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Ok(upgrade) = upgrade else { return StatusCode::BAD_REQUEST.into_response() };
    let place = match conferences.sockets.stranger(client.map(|client| client.0)) {
        Ok(place) => place,
        Err(reason) => {
            pages.state.metrics.rooms.refused_stranger();
            let status = match reason {
                NoPlace::OfNetwork => StatusCode::TOO_MANY_REQUESTS,
                NoPlace::InAll => StatusCode::SERVICE_UNAVAILABLE,
            };
            return status.into_response();
        }
    };
    let upgrade =
        upgrade.protocols([PROTOCOL]).max_message_size(LARGEST_HELLO).max_frame_size(LARGEST_HELLO);
    if upgrade.selected_protocol().is_none() {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let state = pages.state.clone();
    let opened = Stopwatch::start();
    upgrade.on_upgrade(async move |mut socket| {
        let stopping = stopping.map(|Extension(stopping)| stopping);
        let end = converse(&state, &conferences, &mut socket, (place, opened), stopping).await;
        state.metrics.rooms.closed(end.close());
        close(&mut socket, end).await;
    })
}

/// The end of a connection.
enum End {
    /// The browser has closed it, or it broke.
    Gone,
    /// This side closes it.
    Closed(Close, Option<Bye>),
}

impl End {
    const fn close(&self) -> Option<Close> {
        match self {
            Self::Gone => None,
            Self::Closed(close, _) => Some(*close),
        }
    }
}

impl From<Close> for End {
    fn from(close: Close) -> Self {
        Self::Closed(close, None)
    }
}

async fn close(socket: &mut WebSocket, end: End) {
    let End::Closed(close, bye) = end else { return };
    if let Some(reason) = bye {
        send(socket, &FromServer::Bye { reason }).await.ok();
    }
    let frame = CloseFrame { code: close as u16, reason: "".into() };
    timeout(TAKEN, socket.send(Message::Close(Some(frame)))).await.ok();
    // The browser answers with its own close frame.
    timeout(HELLO, async { while let Some(Ok(_)) = socket.recv().await {} }).await.ok();
}

async fn converse(
    state: &AppState,
    conferences: &Arc<Conferences>,
    socket: &mut WebSocket,
    (stranger, opened): (Stranger, Stopwatch),
    stopping: Option<Stopping>,
) -> End {
    let (ticket, offer) = match timeout(HELLO, hello(socket)).await {
        Ok(Ok(hello)) => hello,
        Ok(Err(end)) => return end,
        Err(_) => return Close::Silent.into(),
    };
    let Some(ticket) = conferences.tickets.take(&state.keys, &ticket, state.clock.now()) else {
        return Close::Ticket.into();
    };
    let Some(_known) = stranger.known() else { return Close::Moved.into() };
    match ticket.opens.clone() {
        Opens::Check { engine } => {
            trial::hold(state, conferences, socket, (&ticket, engine), &offer).await
        }
        Opens::Room { meeting, epoch, engine } => {
            let person = ticket.person;
            let conversation =
                Conversation { state, conferences, meeting, epoch, engine, person, opened };
            conversation.run(socket, &offer, stopping).await
        }
    }
}

/// Reads the first message.
async fn hello(socket: &mut WebSocket) -> Result<(String, String), End> {
    match read(socket, LARGEST_HELLO).await? {
        Some(FromBrowser::Hello { ticket, offer }) => Ok((ticket, offer)),
        Some(_) | None => Err(Close::Malformed.into()),
    }
}

/// Reads a message. `None` for a sign of life.
async fn read(socket: &mut WebSocket, largest: usize) -> Result<Option<FromBrowser>, End> {
    match socket.recv().await {
        Some(Ok(Message::Text(text))) if text.len() > largest => Err(Close::TooLarge.into()),
        Some(Ok(Message::Text(text))) => {
            serde_json::from_str(&text).map(Some).map_err(|_| Close::Malformed.into())
        }
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(None),
        Some(Ok(Message::Binary(_))) => Err(Close::Malformed.into()),
        Some(Ok(Message::Close(frame))) => {
            // A page that is left for good says so. One that is reloaded does not.
            let left = frame.is_some_and(|frame| frame.code == close_code::NORMAL);
            Err(if left { End::Closed(Close::Left, None) } else { End::Gone })
        }
        Some(Err(error)) if is_too_large(&error) => Err(Close::TooLarge.into()),
        Some(Err(_)) | None => Err(End::Gone),
    }
}

/// `true` if a message exceeded the limit of the socket. axum does not say so in any other way.
fn is_too_large(error: &axum::Error) -> bool {
    error.to_string().contains("too")
}

async fn send(socket: &mut WebSocket, message: &FromServer) -> Result<(), End> {
    let text = serde_json::to_string(message).map_err(|_| End::Gone)?;
    write(socket, Message::Text(text.into())).await
}

async fn write(socket: &mut WebSocket, message: Message) -> Result<(), End> {
    match timeout(TAKEN, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(End::Gone),
    }
}

/// Somebody's time in a room.
struct Conversation<'a> {
    state: &'a AppState,
    conferences: &'a Arc<Conferences>,
    meeting: String,
    /// The epoch in which this process holds the room.
    epoch: i64,
    engine: Engine,
    person: Person,
    /// The time since the connection was asked for.
    opened: Stopwatch,
}

impl Conversation<'_> {
    async fn run(self, socket: &mut WebSocket, offer: &str, stopping: Option<Stopping>) -> End {
        // Without a timely answer from the database nobody comes in. The browser tries again.
        let (standing, held) = match timeout(ASKED, self.may_enter()).await {
            Ok(Ok(entry)) => entry,
            Ok(Err(fault)) => {
                fault.log();
                return Close::Moved.into();
            }
            Err(_) => return Close::Moved.into(),
        };
        let closes_at = match stays(standing) {
            Ok(closes_at) => closes_at,
            Err(end) => return end,
        };
        let entered = self.conferences.enter(
            (&self.meeting, self.engine),
            self.person.clone(),
            standing,
            held,
        );
        let Ok(entered) = entered else {
            return Close::Moved.into();
        };
        let media = entered.media;
        let end = self.inside(socket, offer, entered, closes_at, stopping).await;
        let broken = match &end {
            End::Gone => true,
            End::Closed(close, _) => matches!(close, Close::Silent | Close::Moved),
        };
        let now = self.state.clock.now();
        if let Some(person) = self.conferences.leave(&self.meeting, media, broken, now)
            && let Err(fault) = self.note_left(&person).await
        {
            fault.log();
        }
        end
    }

    async fn inside(
        &self,
        socket: &mut WebSocket,
        offer: &str,
        entered: Entered,
        mut closes_at: Time,
        mut stopping: Option<Stopping>,
    ) -> End {
        let Entered { media, seat, anew: entered_anew, mut outbox, mut standing } = entered;
        let (sender, mut events) = mpsc::unbounded_channel();
        let joined = match self.engine {
            Engine::Sfu => {
                let room = RoomId::from(self.meeting.as_str());
                media::join(self.conferences, room, media, offer, sender.clone()).await
            }
            Engine::LiveKit => self.let_in(media, closes_at).await,
        };
        let answer = match joined {
            Ok(answer) => answer,
            Err(end) => return end,
        };
        // The SFU keeps a sender. Without another one, its end would not be noticed.
        let _kept = (self.engine == Engine::LiveKit).then_some(sender);
        // Until the browser says what it sends, nobody hears or sees it. Without the answer it can't send yet.
        self.conferences.set_sends(&self.meeting, media, Sends::default());
        if entered_anew && let Err(fault) = self.note_joined().await {
            fault.log();
        }
        let seats = self.conferences.told(&self.meeting, media);
        let is_shown = |other: &Seat| other.seat != seat && !other.away && other.video;
        let mut awaits_picture = seats.iter().any(is_shown);
        let welcome =
            FromServer::Welcome { you: seat, answer, seats, closes_at: closes_at.unix_seconds() };
        if let Err(end) = send(socket, &welcome).await {
            return end;
        }
        self.conferences.tell_all(&self.meeting);
        let mut pace = Pace::new(self.state.clock.now());
        let mut looked = after_each(LOOKED_EVERY);
        let mut pinged = after_each(PINGED_EVERY);
        let mut unanswered = 0;
        loop {
            tokio::select! {
                // What is said last, such as that another window has the seat, is heard before the media's end.
                biased;
                Ok(()) = standing.changed() => {
                    let standing = *standing.borrow_and_update();
                    if let Err(end) = self.may_stay(Some(standing), &mut closes_at) {
                        return end;
                    }
                }
                outgoing = outbox.recv() => match outgoing {
                    Some(Outgoing::Message(message)) => {
                        if let Err(end) = send(socket, &message).await {
                            return end;
                        }
                    }
                    Some(Outgoing::End(close, bye)) => return End::Closed(close, Some(bye)),
                    None => return Close::Silent.into(),
                },
                () = stopped(&mut stopping) => {
                    return End::Closed(Close::Moved, Some(Bye::Moved));
                }
                _ = looked.tick() => {
                    if let Err(end) = self.may_stay(None, &mut closes_at) {
                        return end;
                    }
                }
                read = read(socket, LARGEST) => {
                    let message = match read {
                        Ok(message) => message,
                        Err(end) => return end,
                    };
                    unanswered = 0;
                    if !pace.allows(self.state.clock.now()) {
                        return Close::TooMany.into();
                    }
                    if let Some(message) = message
                        && let Err(end) = self.take(media, message)
                    {
                        return end;
                    }
                }
                event = events.recv() => match event {
                    Some(Event::FirstPicture) => {
                        if std::mem::take(&mut awaits_picture) {
                            self.note_first_picture();
                        }
                    }
                    Some(event) => {
                        if let Err(end) = self.follow(socket, media, event).await {
                            return end;
                        }
                    }
                    None => return Close::Silent.into(),
                },
                _ = pinged.tick() => {
                    if unanswered >= MISSED {
                        return End::Gone;
                    }
                    unanswered += 1;
                    if let Err(end) = write(socket, Message::Ping(Bytes::new())).await {
                        return end;
                    }
                }
            }
        }
    }

    /// Lets the person into the room at LiveKit.
    async fn let_in(&self, media: MediaId, until: Time) -> Result<String, End> {
        let found = self.conferences.at_livekit(&self.meeting, media);
        let (room, identity) = found.ok_or(Close::Moved)?;
        let person = (room.as_str(), identity.as_str(), self.person.name.as_str());
        media::let_in(self.conferences, person, (self.state.clock.now(), until)).await
    }

    /// Acts on a message. One that is out of order, or not this person's to send, ends the connection.
    fn take(&self, media: MediaId, message: FromBrowser) -> Result<(), End> {
        let (conferences, meeting) = (self.conferences, self.meeting.as_str());
        match message {
            FromBrowser::Hello { .. } => return Err(Close::Malformed.into()),
            FromBrowser::State { audio, video, screen, hand } => {
                conferences.set_sends(meeting, media, Sends { audio, video, screen, hand });
            }
            FromBrowser::See { slot, layer } => {
                // At LiveKit the browser asks itself.
                if let Some(sfu) = &conferences.engines.sfu {
                    sfu.see(media, Mid::from(slot.as_str()), asked_for(layer));
                }
            }
            FromBrowser::Text { text } => {
                let message = |seat| FromServer::Text { seat, text: text.clone() };
                conferences.pass_on(meeting, media, message);
            }
            FromBrowser::Mute { seat } if self.person.role == Role::Host => {
                conferences.mute(meeting, seat);
            }
            FromBrowser::Mute { .. } => return Err(Close::Removed.into()),
        }
        Ok(())
    }

    /// Follows what the SFU reports of this connection.
    async fn follow(
        &self,
        socket: &mut WebSocket,
        media: MediaId,
        event: Event,
    ) -> Result<(), End> {
        let (conferences, meeting) = (self.conferences, self.meeting.as_str());
        match event {
            Event::Slots(slots) => conferences.set_slots(meeting, media, slots),
            Event::Silent(silent) => conferences.set_silent(meeting, media, silent),
            Event::Speaker(speaker) => {
                let seat = speaker.and_then(|seat| conferences.seat_of(meeting, seat));
                send(socket, &FromServer::Speaker { seat }).await?;
            }
            Event::Bandwidth { low } => send(socket, &FromServer::Bandwidth { low }).await?,
            Event::Connected(_) | Event::FirstPicture => {}
            Event::Closed => return Err(last_word(socket).await),
        }
        Ok(())
    }

    /// Records the time to somebody's first picture. A later one was not wanted before.
    fn note_first_picture(&self) {
        let took = self.opened.elapsed();
        if took <= FIRST_PICTURE {
            self.state.metrics.rooms.first_frame(took);
        }
    }

    /// Ends the connection of somebody who may not be inside any more, or whose room has closed. Keeps the time at which
    /// it closes, and notifies everybody inside when it is another one: the sender may move the meeting.
    fn may_stay(&self, told: Option<Standing>, closes_at: &mut Time) -> Result<(), End> {
        if let Some(standing) = told {
            let now_closes_at = stays(standing)?;
            if std::mem::replace(closes_at, now_closes_at) != now_closes_at {
                self.conferences.set_closes_at(&self.meeting, now_closes_at);
            }
        }
        if self.state.clock.now() >= *closes_at {
            return Err(End::Closed(Close::Ended, Some(Bye::Ended)));
        }
        Ok(())
    }

    /// Asks whether the person may be inside, and prolongs the lease if so. It may have ended since the ticket was given.
    async fn may_enter(&self) -> Result<(Standing, (i64, Stopwatch)), InternalError> {
        let media = Some(self.conferences.next_media());
        let (meeting, person) = (self.meeting.clone(), self.person.clone());
        let inside = Inside { meeting, epoch: self.epoch, person, media };
        let (standings, active) = self.state.standings(&[inside]).await?;
        let standing = standings.first().copied().unwrap_or(Standing::SignedOut);
        let begun = Stopwatch::start();
        if !matches!(standing, Standing::Holds { .. }) {
            return Ok((standing, (self.epoch, begun)));
        }
        self.state.note_active(active).await;
        let held =
            HeldRoom { meeting_id: self.meeting.clone(), epoch: self.epoch, has_host: false };
        let renewed = self.state.renew_rooms(vec![held]).await?;
        let standing = if renewed.is_empty() { Standing::Moved } else { standing };
        Ok((standing, (self.epoch, begun)))
    }

    async fn note_left(&self, person: &Person) -> Result<(), InternalError> {
        self.state.note_left(&self.meeting, &person.invitation).await?;
        if person.role == Role::Host && !self.conferences.has_host(&self.meeting) {
            self.state.mark_host_away(&self.meeting).await?;
        }
        Ok(())
    }

    async fn note_joined(&self) -> Result<(), InternalError> {
        self.state.note_joined(&self.meeting, &self.person.invitation).await?;
        if self.person.role == Role::Host {
            self.state.mark_host_seen(&self.meeting).await?;
        }
        Ok(())
    }
}

/// Returns the time at which the room closes for somebody who may stay. The error is the end of anybody else.
const fn stays(standing: Standing) -> Result<Time, End> {
    let (close, bye) = match standing {
        Standing::Holds { closes_at } => return Ok(closes_at),
        Standing::Ended => (Close::Ended, Bye::Ended),
        Standing::Removed => (Close::Removed, Bye::Removed),
        Standing::Waiting => (Close::Removed, Bye::Waiting),
        Standing::SignedOut => (Close::Removed, Bye::SignedOut),
        Standing::Moved => (Close::Moved, Bye::Moved),
    };
    Err(End::Closed(close, Some(bye)))
}

/// Returns the end of a connection whose media have ended. A page that is left ends its media and its web socket at
/// the same moment, in any order.
async fn last_word(socket: &mut WebSocket) -> End {
    let said = async {
        loop {
            if let Err(end) = read(socket, LARGEST).await {
                return end;
            }
        }
    };
    timeout(LAST_WORD, said).await.unwrap_or_else(|_| Close::Silent.into())
}

/// Returns turns of which the first is due after a period.
fn after_each(period: Duration) -> Interval {
    let mut turns = every(period);
    turns.reset();
    turns
}

const fn asked_for(layer: Layer) -> MediaLayer {
    match layer {
        Layer::None => MediaLayer::None,
        Layer::Low => MediaLayer::Low,
        Layer::High => MediaLayer::High,
    }
}
