//! The contract suite: the tests that every database must pass, by subject.

/// Runs each promise as a test against each database, which is removed afterwards.
macro_rules! promises {
    ($($promise:ident),+ $(,)?) => {
        mod on_sqlite {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $promise() {
                    let folder = tempfile::tempdir().expect("a folder");
                    super::$promise(crate::store::contract::sqlite(&folder).await).await;
                }
            )+
        }
        mod on_postgres {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $promise() {
                    let fresh = crate::store::contract::FreshPostgres::with_tables().await;
                    super::$promise(crate::store::contract::postgres(&fresh).await).await;
                }
            )+
        }
    };
}

mod codes;
mod equipment;
mod identifications;
mod knocks;
mod leases;
mod meetings;
mod outbox;
mod reminders;
mod reports;
mod room_servers;
mod rooms;
mod servers;
mod sessions;
mod transactions;

use super::{Attempt, NewMessage, PostgresStore, SqliteStore, Store, StoreError, Tx};
use crate::{
    authenticators::{
        Proof,
        code::{CodeChannel, check, derive_code},
    },
    clock::Time,
    keys::Keys,
    model::{Challenge, IdentificationFlow, Invitation, Meeting, MessageKind},
    rooms::{Link, Room},
};
use app::fields::OneTimeCode;
use app::wire::Role;
use test_support::fresh_postgres::FreshPostgres;

async fn sqlite(folder: &tempfile::TempDir) -> Store {
    Store::Sqlite(SqliteStore::open(&folder.path().join("test.db")).await.expect("a database"))
}

async fn postgres(fresh: &FreshPostgres) -> Store {
    Store::Postgres(PostgresStore::open(&fresh.url).await.expect("a database"))
}

const NOW: Time = Time(1_800_000_000_000);

fn after(millis: i64) -> Time {
    Time(NOW.0 + millis)
}

fn meeting(id: &str) -> Meeting {
    Meeting {
        id: id.to_owned(),
        title: "Möte 🙂".to_owned(),
        description: "rad 1\nrad 2".to_owned(),
        starts_at: NOW,
        ends_at: after(2_700_000),
        time_zone: "Europe/Stockholm".to_owned(),
        organiser_name: "Kim".to_owned(),
        organiser_email: "kim@kommun.example".to_owned(),
        organiser_phone: "+46300834000".to_owned(),
        organiser_language: "sv".to_owned(),
        room: Room::Link(Link { url: "https://video.example/rum".to_owned() }),
        sequence: 0,
        created_at: NOW,
        cancelled_at: None,
        changed_at: None,
        version: 0,
    }
}

fn invitation(id: &str, meeting: &str, position: i64) -> Invitation {
    Invitation {
        id: id.to_owned(),
        meeting_id: meeting.to_owned(),
        role: Role::Guest,
        position,
        name: None,
        email: "anna@example.org".to_owned(),
        phone: None,
        assurance: "loa2".to_owned(),
        method: "email-code".to_owned(),
        language: "sv".to_owned(),
        generation: 0,
        key_id: "key".to_owned(),
        token_hash: format!("hash of {id}").into_bytes(),
        allow_e_id: true,
        personal_number_hash: Some(b"mark".to_vec()),
        personal_number_key_id: Some("key".to_owned()),
        personal_number_sealed: None,
        sent_at: None,
        opened_at: None,
        identified_at: None,
        waited_at: None,
        joined_at: None,
        locked_at: None,
        e_id_locked_at: None,
        failed_at: None,
        withdrawn_at: None,
    }
}

fn flow(session: &str, invitation: &str) -> IdentificationFlow {
    IdentificationFlow {
        session_id: session.to_owned(),
        invitation_id: invitation.to_owned(),
        ..IdentificationFlow::default()
    }
}

fn challenge(id: &str) -> Challenge {
    Challenge {
        id: id.to_owned(),
        session_id: "s".to_owned(),
        invitation_id: "i".to_owned(),
        address: "anna@example.org".to_owned(),
        decoy: false,
        key_id: "key".to_owned(),
        made_at: NOW,
        sent_at: NOW,
        expires_at: after(600_000),
        sends: 1,
        attempts: 0,
        consumed_at: None,
        expired_at: None,
    }
}

/// Returns the proof of a code by e-mail.
fn proof() -> Proof {
    let keys = Keys::new([1; 32], &[]);
    let challenge = Challenge { key_id: keys.current_id().to_owned(), ..challenge("c") };
    let digits = derive_code(&keys, &challenge, 4).expect("a code");
    let typed = OneTimeCode::parse(&digits, 4).expect("a code");
    check(&keys, &challenge, CodeChannel::Email, false, &typed).expect("a proof")
}

fn attempt<'a>(id: &'a str, session: &'a str, at: Time) -> Attempt<'a> {
    Attempt { id, challenge: "c", invitation: "i", generation: 0, session, alone: false, at }
}

fn message(id: &str, at: Time) -> NewMessage<'_> {
    NewMessage::new(id, MessageKind::Invitation, "i", 0, at)
}

/// Runs a job in a writing transaction and commits.
async fn write<T: Send + 'static>(
    store: &Store,
    job: impl AsyncFnOnce(&mut Tx) -> T + Send + 'static,
) -> T {
    let job = async move |tx: &mut Tx| Ok::<_, StoreError>(job(tx).await);
    store.write(job).await.expect("committed")
}

/// Adds a meeting `m` with an invitation `i`, a session `s` and a challenge `c`.
async fn ground(store: &Store) {
    write(store, async |tx| {
        tx.add_meeting(&meeting("m")).await.expect("added");
        tx.add_invitation(&invitation("i", "m", 0)).await.expect("added");
        tx.add_session("s", b"value of s", NOW).await.expect("added");
        tx.put_flow(&flow("s", "i")).await.expect("added");
        tx.add_challenge(&challenge("c")).await.expect("added");
    })
    .await;
}
