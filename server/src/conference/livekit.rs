//! LiveKit: tokens that let browsers in, and the calls of its `RoomService`.
//!
//! This program decides who may be inside. LiveKit admits any browser with a token of ours, and ends the rooms and connections that we name.
//! Tokens and calls are those of LiveKit's server API (docs.livekit.io, "Tokens and grants" and "Server APIs").

use crate::{
    clock::Time,
    config,
    http_client::{CallError, HttpClient, HttpResponse, TlsConfigError, Trust},
    metrics::Meter,
};
use axum::http::{HeaderValue, Request, header};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use tokio::time::timeout;

/// Time limit of a call. A visitor waits for some of them.
const LONGEST: Duration = Duration::from_secs(3);

/// Life of a token for a call of ours.
const CALL: Duration = Duration::from_mins(1);

/// The difference that LiveKit's clock may have.
const CLOCKS: Duration = Duration::from_secs(30);

/// Seconds after which LiveKit ends a room that nobody is in.
const EMPTY: u32 = 60;

/// The sources that a person may send.
const SOURCES: [&str; 3] = ["microphone", "camera", "screen_share"];

/// Reason why LiveKit did not carry out a call. It repeats nothing of the call, so it may be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LiveKitError {
    /// No answer.
    #[error(transparent)]
    Call(#[from] CallError),
    /// It refuses the key, or the call.
    #[error("it answers with status {0}")]
    Refused(u16),
    /// The answer can't be read.
    #[error("its answer can't be read")]
    Nonsense,
    /// The token could not be made.
    #[error("no token can be made")]
    Token,
}

/// A LiveKit server.
#[derive(Debug)]
pub struct LiveKit {
    config: config::LiveKit,
    key: Key,
    client: HttpClient,
    /// `true` since a failure that the log reports.
    failing: AtomicBool,
}

/// The key that signs tokens.
struct Key(EncodingKey);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

/// Somebody in a room at LiveKit.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Participant {
    /// The identity in the token.
    pub identity: String,
    /// The tracks that the person sends.
    #[serde(default)]
    tracks: Vec<Track>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Track {
    sid: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    muted: bool,
}

#[derive(Deserialize)]
struct Participants {
    #[serde(default)]
    participants: Vec<Participant>,
}

/// The content of a token.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    sub: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'a str,
    nbf: i64,
    exp: i64,
    video: Value,
}

/// The address that a browser connects to, and the token that admits it.
#[derive(Serialize)]
struct Access<'a> {
    url: &'a str,
    token: String,
}

impl LiveKit {
    /// Creates a client.
    ///
    /// # Errors
    /// Fails if TLS can't be set up.
    pub fn new(config: config::LiveKit, meter: Meter) -> Result<Self, TlsConfigError> {
        let client = HttpClient::new(&Trust::default())?.measured(meter);
        let key = Key(EncodingKey::from_secret(config.secret()));
        Ok(Self { config, key, client, failing: AtomicBool::new(false) })
    }

    /// Returns what lets a browser into a room, as JSON: the address and a token. The name is the one that others may
    /// read. The token holds until a time.
    ///
    /// # Errors
    /// Fails if the token can't be made.
    pub fn access(
        &self,
        room: &str,
        (identity, name): (&str, &str),
        (now, until): (Time, Time),
    ) -> Result<String, LiveKitError> {
        let grants = json!({
            "room": room,
            "roomJoin": true,
            "canPublish": true,
            "canPublishSources": SOURCES,
            "canPublishData": false,
            "canSubscribe": true,
            "canUpdateOwnMetadata": false,
        });
        let token = self.token((identity, name), (now, until), grants)?;
        let access = Access { url: &self.config.browsers, token };
        serde_json::to_string(&access).map_err(|_| LiveKitError::Token)
    }

    /// Returns the origins to which a browser connects.
    pub fn origins(&self) -> String {
        [self.config.browsers.as_str(), " ", &self.config.calls].concat()
    }

    /// Creates a room for so many people. A room that is there stays as it is.
    ///
    /// # Errors
    /// Fails if LiveKit does not do it in time.
    pub async fn create_room(
        &self,
        room: &str,
        most: usize,
        now: Time,
    ) -> Result<(), LiveKitError> {
        // A browser that enters again is there twice for a moment.
        let most = u32::try_from(most).unwrap_or(u32::MAX).saturating_mul(2);
        let asked = json!({ "name": room, "empty_timeout": EMPTY, "max_participants": most });
        let created = self.call("CreateRoom", asked, json!({ "roomCreate": true }), now);
        created.await.map(drop)
    }

    /// Ends a room, with everybody in it. One that is not there is ended.
    ///
    /// # Errors
    /// Fails if LiveKit does not do it in time.
    pub async fn delete_room(&self, room: &str, now: Time) -> Result<(), LiveKitError> {
        let asked = json!({ "room": room });
        absent(self.call("DeleteRoom", asked, json!({ "roomCreate": true }), now).await).map(drop)
    }

    /// Returns everybody in a room.
    ///
    /// # Errors
    /// Fails if LiveKit does not answer in time.
    pub async fn participants(
        &self,
        room: &str,
        now: Time,
    ) -> Result<Vec<Participant>, LiveKitError> {
        let asked = json!({ "room": room });
        let answer = self.call("ListParticipants", asked, admin(room), now).await;
        match absent(answer)? {
            Some(answer) => serde_json::from_value::<Participants>(answer)
                .map(|it| it.participants)
                .map_err(|_| LiveKitError::Nonsense),
            None => Ok(Vec::new()),
        }
    }

    /// Ends the connection of somebody. One who is not there is gone.
    ///
    /// # Errors
    /// Fails if LiveKit does not do it in time.
    pub async fn remove(&self, room: &str, identity: &str, now: Time) -> Result<(), LiveKitError> {
        let asked = json!({ "room": room, "identity": identity });
        absent(self.call("RemoveParticipant", asked, admin(room), now).await).map(drop)
    }

    /// Turns off the microphone of somebody.
    ///
    /// # Errors
    /// Fails if LiveKit does not do it in time.
    pub async fn mute(&self, room: &str, who: &Participant, now: Time) -> Result<(), LiveKitError> {
        for track in who.tracks.iter().filter(|it| it.source == "MICROPHONE" && !it.muted) {
            let asked = json!({
                "room": room, "identity": who.identity, "track_sid": track.sid, "muted": true,
            });
            absent(self.call("MutePublishedTrack", asked, admin(room), now).await)?;
        }
        Ok(())
    }

    /// Checks that LiveKit answers and takes the key.
    ///
    /// # Errors
    /// Fails if it does not, in time.
    pub async fn check(&self, now: Time) -> Result<(), LiveKitError> {
        self.call("ListRooms", json!({}), json!({ "roomList": true }), now).await.map(drop)
    }

    /// Sends a call. Returns the answer.
    async fn call(
        &self,
        name: &str,
        asked: Value,
        grants: Value,
        now: Time,
    ) -> Result<Value, LiveKitError> {
        let done = self.called(name, asked, grants, now).await;
        match done {
            Ok(_) | Err(LiveKitError::Refused(404)) => {
                if self.failing.swap(false, Ordering::SeqCst) {
                    tracing::info!("LiveKit works again");
                }
            }
            Err(error) => {
                if !self.failing.swap(true, Ordering::SeqCst) {
                    tracing::error!(%error, call = name, "LiveKit fails: nobody comes into its rooms");
                }
            }
        }
        done
    }

    async fn called(
        &self,
        name: &str,
        asked: Value,
        grants: Value,
        now: Time,
    ) -> Result<Value, LiveKitError> {
        let token = self.token(("", ""), (now, now + CALL), grants)?;
        let bearer = HeaderValue::from_str(&format!("Bearer {token}"));
        let request =
            Request::post(format!("{}/twirp/livekit.RoomService/{name}", self.config.calls))
                .header(header::AUTHORIZATION, bearer.map_err(|_| LiveKitError::Token)?)
                .header(header::CONTENT_TYPE, "application/json")
                .body(asked.to_string().into_bytes())
                .map_err(|_| LiveKitError::Token)?;
        let answer = timeout(LONGEST, self.client.call(request)).await;
        match answer.map_err(|_| CallError::Timeout)?? {
            HttpResponse { status: 200, body, .. } => {
                serde_json::from_slice(&body).map_err(|_| LiveKitError::Nonsense)
            }
            HttpResponse { status, .. } => Err(LiveKitError::Refused(status)),
        }
    }

    fn token(
        &self,
        (sub, name): (&str, &str),
        (now, until): (Time, Time),
        video: Value,
    ) -> Result<String, LiveKitError> {
        let claims = Claims {
            iss: &self.config.api_key,
            sub,
            name,
            nbf: (now - CLOCKS).unix_seconds(),
            exp: until.unix_seconds(),
            video,
        };
        encode(&Header::new(Algorithm::HS256), &claims, &self.key.0)
            .map_err(|_| LiveKitError::Token)
    }
}

/// Returns the grants to look after a room.
fn admin(room: &str) -> Value {
    json!({ "room": room, "roomAdmin": true })
}

/// Returns `None` for something that is not there.
fn absent(answer: Result<Value, LiveKitError>) -> Result<Option<Value>, LiveKitError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(LiveKitError::Refused(404)) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs;
    use std::{
        io,
        net::TcpListener,
        sync::{Arc, Mutex},
    };

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("a lock").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn the_log_has_one_line_of_an_outage_and_nothing_of_the_call() {
        let lines = Lines::default();
        let writer = lines.clone();
        let _log =
            tracing::subscriber::set_default(logs::subscriber(false, move || writer.clone()));
        let free = TcpListener::bind("127.0.0.1:0").and_then(|port| port.local_addr());
        let address = free.expect("a free port");
        let config = config::LiveKit {
            browsers: format!("ws://{address}"),
            calls: format!("http://{address}"),
            api_key: "APIanslut".to_owned(),
            api_secret: "a secret of LiveKit, long enough".into(),
        };
        let livekit = LiveKit::new(config, Meter::default()).expect("a client");
        for _ in 0..3 {
            let done = livekit.remove("the-room", "1-7", Time(0)).await;
            assert_eq!(done, Err(LiveKitError::Call(CallError::Unreachable)));
        }
        let text = String::from_utf8(lines.0.lock().expect("a lock").clone()).expect("text");
        assert_eq!(text.matches("LiveKit fails").count(), 1, "{text}");
        assert!(text.contains("RemoveParticipant") && text.contains("can't be reached"), "{text}");
        for secret in ["the-room", "1-7", "APIanslut", "long enough", "eyJ"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }
}
