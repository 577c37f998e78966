//! Benchmark of the upkeep of built-in rooms: what one server's renewal of 500 leases costs, and its question whether
//! 1,500 people inside may stay.
//!
//! It runs the store's statements on PostgreSQL, which `ANSLUT_TEST_POSTGRES` names, and on SQLite. It prints shares of a
//! core: of this process and of the database's own processes that serve it.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement that can't go on fails"
)]

#[path = "ways/postgres.rs"]
mod postgres;

use server::{
    clock::Time,
    config::Database,
    model::{HeldRoom, IdentificationFlow, Invitation, Knock, Meeting},
    rooms::Room,
    rules::room::KnockState,
    store::{Store, StoreError, Tx, counts},
};
use sqlx::{Connection, PgConnection};
use std::{env, fs, time::Instant};

/// Rooms that the server holds, and people in each.
const ROOMS: usize = 500;
const PEOPLE: usize = 3;

/// Rounds, and repeats in each. Processor time is counted in hundredths of a second.
const ROUNDS: usize = 5;
const REPEATS: u32 = 40;

/// Time between two renewals and between two questions. In seconds.
const RENEWED_EVERY: f64 = 3.0;
const ASKED_EVERY: f64 = 1.0;

/// Clock ticks a second in `/proc`.
const TICKS: f64 = 100.0;

const NOW: Time = Time(1_800_000_000_000);

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    println!("Upkeep of {ROOMS} built-in rooms of {PEOPLE} people");
    println!("SQLite, synchronous=FULL");
    measure(&Database::Sqlite(folder.path().join("bench.db")), None).await;
    match env::var("ANSLUT_TEST_POSTGRES") {
        Ok(server) => {
            println!("PostgreSQL");
            let url = postgres::make(&server).await;
            measure(&Database::Postgres(url.clone().into()), Some(&url)).await;
            postgres::drop(&server, &url).await;
        }
        Err(_) => println!("PostgreSQL: ANSLUT_TEST_POSTGRES names no server"),
    }
}

async fn measure(database: &Database, url: Option<&str>) {
    let store = Store::open(database).await.expect("a database");
    fill(&store).await;
    let rooms: Vec<_> = (0..ROOMS).map(held).collect();
    let renew = async || {
        let rooms = rooms.clone();
        let times = (NOW, Time(NOW.0 + 10_000), Time(NOW.0 - 15_000));
        let job = async move |tx: &mut Tx| tx.renew_rooms("one", &rooms, times).await;
        assert_eq!(store.write(job).await.expect("renewed").len(), ROOMS);
    };
    let people: Vec<_> = (0..ROOMS * PEOPLE).map(|it| (invited(it), session(it))).collect();
    let ask = async || {
        let ids =
            people.iter().map(|(invitation, session)| (invitation.as_str(), session.as_str()));
        let mut tx = store.read_once().await.expect("a transaction");
        let rows = tx.seat_rows(ids, Time(0)).await.expect("read");
        assert!(rows.iter().all(|rows| rows.as_ref().is_some_and(|rows| rows.knock.is_some())));
    };
    print("leases renewed", RENEWED_EVERY, url, renew).await;
    print("people asked about", ASKED_EVERY, url, ask).await;
}

/// Measures some work that is done at an interval, and prints what it costs.
async fn print(name: &str, every: f64, url: Option<&str>, work: impl AsyncFn()) {
    work().await;
    let mut shares = Vec::new();
    let mut took = Vec::new();
    let mut statements = 0;
    for _ in 0..ROUNDS {
        let (before, asked, begun) = (cpu(url).await, counts().statements, now());
        for _ in 0..REPEATS {
            work().await;
        }
        let repeats = f64::from(REPEATS);
        took.push(begun.elapsed().as_secs_f64() * 1000.0 / repeats);
        statements = (counts().statements - asked) / u64::from(REPEATS);
        let after = cpu(url).await;
        shares.push([0, 1].map(|part| (after[part] - before[part]) / repeats / every * 100.0));
    }
    let of = |figure: fn(&[f64; 2]) -> f64| {
        let mut figures: Vec<_> = shares.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        let at = |place: usize| figures.get(place).copied().unwrap_or(f64::NAN);
        format!("{:>5.2} % ({:.2} to {:.2})", at(ROUNDS / 2), at(0), at(ROUNDS - 1))
    };
    took.sort_by(f64::total_cmp);
    println!("  {name}, each {every} s: {statements} statement");
    println!("    share of a core, this process   {}", of(|it| it[0]));
    println!("    share of a core, the database's {}", of(|it| it[1]));
    println!("    share of a core, both           {}", of(|it| it[0] + it[1]));
    println!(
        "    once                            {:>5.1} ms",
        took.get(ROUNDS / 2).unwrap_or(&f64::NAN)
    );
}

/// Adds meetings with rooms that one server holds, with people inside.
async fn fill(store: &Store) {
    for room in 0..ROOMS {
        let job = async move |tx: &mut Tx| {
            let id = format!("meeting {room}");
            tx.add_meeting(&meeting(&id)).await?;
            for number in 0..PEOPLE {
                let person = room * PEOPLE + number;
                let (invitation_id, session_id) = (invited(person), session(person));
                tx.add_invitation(&invitation(&invitation_id, &id, number)).await?;
                tx.add_session(&session_id, session_id.as_bytes(), NOW).await?;
                tx.put_flow(&IdentificationFlow {
                    session_id: session_id.clone(),
                    invitation_id: invitation_id.clone(),
                    ..IdentificationFlow::default()
                })
                .await?;
                tx.put_knock(&Knock {
                    id: format!("knock {person}"),
                    meeting_id: id.clone(),
                    invitation_id,
                    session_id,
                    generation: 0,
                    state: KnockState::Admitted,
                    since: NOW,
                    decided_at: Some(NOW),
                    message: String::new(),
                })
                .await?;
            }
            tx.take_room(&id, "one", NOW, Time(NOW.0 + 10_000)).await.map(drop)
        };
        store.write::<(), StoreError>(job).await.expect("added");
    }
}

fn held(room: usize) -> HeldRoom {
    HeldRoom { meeting_id: format!("meeting {room}"), epoch: 1, has_host: true }
}

fn invited(person: usize) -> String {
    format!("00000000-0000-4000-8000-{person:012}")
}

fn session(person: usize) -> String {
    format!("10000000-0000-4000-8000-{person:012}")
}

fn meeting(id: &str) -> Meeting {
    Meeting {
        id: id.to_owned(),
        title: "Uppföljningsmöte".to_owned(),
        description: "Vi går igenom planen.".to_owned(),
        starts_at: NOW,
        ends_at: Time(NOW.0 + 2_700_000),
        time_zone: "Europe/Stockholm".to_owned(),
        organiser_name: "Kim Handläggare".to_owned(),
        organiser_email: "kim@kommun.example".to_owned(),
        organiser_phone: "+46300834000".to_owned(),
        organiser_language: "sv".to_owned(),
        room: Room::Builtin,
        sequence: 0,
        created_at: NOW,
        cancelled_at: None,
        changed_at: None,
        version: 0,
    }
}

fn invitation(id: &str, meeting: &str, position: usize) -> Invitation {
    Invitation {
        id: id.to_owned(),
        meeting_id: meeting.to_owned(),
        role: app::wire::Role::Guest,
        position: i64::try_from(position).unwrap_or_default(),
        name: Some("Anna Andersson".to_owned()),
        email: "anna@example.org".to_owned(),
        phone: None,
        assurance: "loa2".to_owned(),
        method: "email-code".to_owned(),
        language: "sv".to_owned(),
        generation: 0,
        key_id: "key".to_owned(),
        token_hash: id.as_bytes().to_vec(),
        allow_e_id: true,
        personal_number_hash: None,
        personal_number_key_id: None,
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

/// Returns the processor time that this process and the database's have used, in seconds.
async fn cpu(url: Option<&str>) -> [f64; 2] {
    let own = cpu_of("self");
    let Some(url) = url else { return [own, 0.0] };
    let mut connection = PgConnection::connect(url).await.expect("a connection");
    let processes: Vec<(i32,)> = sqlx::query_as(
        "SELECT pid FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'anslut'",
    )
    .fetch_all(&mut connection)
    .await
    .expect("the connections");
    connection.close().await.ok();
    [own, processes.iter().map(|(process,)| cpu_of(&process.to_string())).sum()]
}

fn cpu_of(process: &str) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).expect("the process");
    let after = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<f64> = after.split_whitespace().skip(1).flat_map(str::parse).collect();
    fields.iter().skip(10).take(2).sum::<f64>() / TICKS
}

#[expect(clippy::disallowed_methods, reason = "a measurement takes the time by itself")]
fn now() -> Instant {
    Instant::now()
}
