//! A server in the place of LiveKit: the calls of its `RoomService`, as far as a room of ours uses them. It answers as
//! LiveKit does, or misbehaves as the test says. No media pass through it.

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::{
    collections::{BTreeMap, BTreeSet},
    future::pending,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{net::TcpListener, time};

/// The key's name.
pub const KEY: &str = "APIanslut";

/// The key's secret.
pub const SECRET: &str = "a secret of a key at LiveKit, long enough";

/// Time limit of a wait for a call.
const PATIENCE: Duration = Duration::from_secs(10);

/// The way in which it answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Manner {
    /// As LiveKit does.
    #[default]
    Right,
    /// It refuses every call, as LiveKit does if it does not know the key.
    Refuses,
    /// It answers with something else than JSON, and a success.
    Nonsense,
    /// It does not answer.
    Silent,
}

/// A running server. It ends with the test.
pub struct LiveKitServer {
    /// Its address.
    pub address: SocketAddr,
    state: Arc<Mutex<Memory>>,
}

#[derive(Default)]
struct Memory {
    manner: Manner,
    /// The identities in each room, and those who send sound.
    rooms: BTreeMap<String, BTreeSet<String>>,
    sounding: BTreeSet<String>,
    calls: Vec<(String, Value)>,
}

impl LiveKitServer {
    /// Starts a server without rooms.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(Memory::default()));
        let router = Router::new()
            .route("/twirp/livekit.RoomService/{call}", post(called))
            .with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, state }
    }

    /// Returns its address for the configuration.
    pub fn url(&self) -> String {
        format!("ws://{}", self.address)
    }

    /// Answers in another way from now on.
    pub fn answers(&self, manner: Manner) {
        self.memory().manner = manner;
    }

    /// Lets somebody into a room, as the client with a token does. Such a client sends sound.
    pub fn joins(&self, room: &str, identity: &str) {
        let mut memory = self.memory();
        memory.rooms.entry(room.to_owned()).or_default().insert(identity.to_owned());
        memory.sounding.insert(identity.to_owned());
    }

    /// Returns the identities in a room. `None` if there is no such room.
    pub fn inside(&self, room: &str) -> Option<Vec<String>> {
        self.memory().rooms.get(room).map(|it| it.iter().cloned().collect())
    }

    /// Returns the calls of a name so far: the content of each.
    pub fn calls(&self, name: &str) -> Vec<Value> {
        let memory = self.memory();
        memory.calls.iter().filter(|it| it.0 == name).map(|it| it.1.clone()).collect()
    }

    /// Waits until something is so.
    pub async fn waits(&self, what: &str, so: impl Fn(&Self) -> bool) {
        let so = async {
            while !so(self) {
                time::sleep(Duration::from_millis(5)).await;
            }
        };
        time::timeout(PATIENCE, so).await.unwrap_or_else(|_| panic!("{what}"));
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        locked(&self.state)
    }
}

fn locked(state: &Mutex<Memory>) -> MutexGuard<'_, Memory> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the content of a token that is signed with the key. The rules are those of RFC 7515 and RFC 7518.
pub fn claims(token: &str) -> Value {
    let mut parts = token.split('.');
    let [head, body, signature] = [(); 3].map(|()| parts.next().expect("three parts"));
    assert_eq!(parts.next(), None, "{token}");
    let read = |part: &str| URL_SAFE_NO_PAD.decode(part).expect("base64url without padding");
    let header: Value = serde_json::from_slice(&read(head)).expect("JSON");
    assert_eq!((&header["alg"], &header["typ"]), (&json!("HS256"), &json!("JWT")));
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("a key");
    mac.update(format!("{head}.{body}").as_bytes());
    mac.verify_slice(&read(signature)).expect("the signature of the key");
    let claims: Value = serde_json::from_slice(&read(body)).expect("JSON");
    assert_eq!(claims["iss"], KEY);
    claims
}

async fn called(
    State(state): State<Arc<Mutex<Memory>>>,
    Path(call): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let manner = locked(&state).manner;
    match manner {
        Manner::Right => {}
        Manner::Refuses => return refused(StatusCode::UNAUTHORIZED, "unauthenticated"),
        Manner::Nonsense => return "<html>LiveKit".into_response(),
        Manner::Silent => return pending().await,
    }
    let bearer = headers[header::AUTHORIZATION].to_str().expect("text");
    let claims = claims(bearer.strip_prefix("Bearer ").expect("a bearer"));
    let video = &claims["video"];
    let asked: Value = serde_json::from_slice(&body).expect("JSON");
    locked(&state).calls.push((call.clone(), asked.clone()));
    let grant = match call.as_str() {
        "CreateRoom" | "DeleteRoom" => "roomCreate",
        "ListRooms" => "roomList",
        _ => "roomAdmin",
    };
    assert_eq!(video[grant], true, "{call}");
    if grant == "roomAdmin" {
        assert_eq!(video["room"], asked["room"], "{call}");
    }
    answer(&mut locked(&state), &call, &asked)
}

fn answer(memory: &mut Memory, call: &str, asked: &Value) -> Response {
    let text = |name: &str| asked[name].as_str().expect(name).to_owned();
    if call == "CreateRoom" {
        memory.rooms.entry(text("name")).or_default();
        return success(&json!({ "sid": "RM_1", "name": text("name") }));
    }
    if call == "ListRooms" {
        return success(&json!({ "rooms": [] }));
    }
    let Some(inside) = memory.rooms.get_mut(&text("room")) else {
        return refused(StatusCode::NOT_FOUND, "not_found");
    };
    match call {
        "DeleteRoom" => {
            memory.rooms.remove(&text("room"));
            success(&json!({}))
        }
        "ListParticipants" => {
            let person = |identity: &String| {
                let muted = !memory.sounding.contains(identity);
                let track = json!({ "sid": "TR_1", "type": "AUDIO", "source": "MICROPHONE", "muted": muted });
                json!({ "sid": "PA_1", "identity": identity, "state": "ACTIVE", "tracks": [track] })
            };
            let people: Vec<_> = inside.iter().map(person).collect();
            success(&json!({ "participants": people }))
        }
        "RemoveParticipant" if inside.remove(&text("identity")) => success(&json!({})),
        "MutePublishedTrack" => {
            assert_eq!((&asked["track_sid"], &asked["muted"]), (&json!("TR_1"), &json!(true)));
            memory.sounding.remove(&text("identity"));
            success(&json!({ "track": { "sid": "TR_1", "muted": true } }))
        }
        _ => refused(StatusCode::NOT_FOUND, "not_found"),
    }
}

fn success(body: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

fn refused(status: StatusCode, code: &str) -> Response {
    (status, json!({ "code": code, "msg": code }).to_string()).into_response()
}
