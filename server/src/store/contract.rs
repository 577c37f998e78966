//! The contract suite: the tests that every database must pass.

use super::{
    Attempt, Claim, Health, NewMessage, NewSend, PostgresStore, SqliteStore, Store, Transaction,
};
use crate::{
    authenticators::code::{CodeChannel, check, derive_code},
    clock::Time,
    config::Database,
    keys::Keys,
    model::{
        BankIdOrder, Challenge, Event, Hindrance, IdentificationFlow, Invitation, InvitationStage,
        Meeting, MessageKind, OidcLogin, OrderState, Outcome,
    },
    rooms::{Link, Room},
    rules::{delivery::Invited, limits::Begun},
};
use app::fields::OneTimeCode;
use std::{sync::Arc, time::Duration};
use test_support::fresh_postgres::FreshPostgres;

async fn sqlite(folder: &tempfile::TempDir) -> Arc<dyn Store> {
    Arc::new(SqliteStore::open(&folder.path().join("test.db")).await.expect("a database"))
}

async fn postgres(fresh: &FreshPostgres) -> Arc<dyn Store> {
    Arc::new(PostgresStore::open(&fresh.url).await.expect("a database"))
}

/// Runs each promise as a test against each database, which is removed afterwards.
macro_rules! promises {
    ($($promise:ident),+ $(,)?) => {
        mod on_sqlite {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $promise() {
                    let folder = tempfile::tempdir().expect("a folder");
                    super::$promise(super::sqlite(&folder).await).await;
                }
            )+
        }
        mod on_postgres {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $promise() {
                    let fresh = super::FreshPostgres::with_tables().await;
                    super::$promise(super::postgres(&fresh).await).await;
                }
            )+
        }
    };
}

promises!(
    what_is_booked_is_read_again,
    what_is_not_committed_is_undone,
    a_session_is_found_by_its_value_until_it_is_idle,
    a_session_has_one_value_at_a_time,
    a_stage_is_reached_once,
    parallel_tries_never_exceed_what_a_code_bears,
    a_code_is_consumed_once,
    tries_are_counted_by_invitation_session_and_day,
    a_right_try_does_not_count,
    sends_are_listed_oldest_first,
    a_send_that_nothing_comes_of_is_its_session_s_own,
    a_decoy_can_become_a_code_and_is_taken_after_codes,
    sends_to_an_address_are_counted_one_after_the_other,
    who_waited_for_an_invitation_or_session_finds_it_as_it_is_by_then,
    a_reader_has_one_picture,
    parallel_workers_never_take_the_same_message,
    a_message_put_off_is_due_again_later,
    what_waits_for_a_mail_server_is_recalled_oldest_first,
    a_message_that_waits_for_another_has_not_failed,
    a_message_may_have_been_taken_where_nobody_says_that_it_was_not,
    a_code_lapses_where_the_mail_server_never_let_anybody_in_for_it,
    a_code_goes_before_what_was_written_earlier,
    a_message_ends_once,
    what_became_of_a_message_is_noted_once,
    a_lease_that_ran_out_can_be_taken_again,
    a_booking_key_is_taken_once,
    erasing_a_meeting_takes_all_that_hangs_on_it,
    ending_a_session_takes_its_visits,
    of_sessions_that_named_nothing_the_last_seen_are_kept,
    a_session_that_somebody_has_in_hand_is_left_alone,
    a_token_is_known_by_its_hash_until_it_is_taken_back,
    what_was_booked_can_be_changed,
    versions_of_a_meeting_are_counted_by_themselves,
    meetings_are_listed_from_the_last_booked_on,
    a_turn_is_one_server_s_until_it_ends,
    a_reminder_is_due_from_its_time_to_the_start,
    only_who_should_come_is_reminded,
    a_reminder_is_written_once_for_a_start,
    events_stay_in_order,
    what_a_session_has_proven_is_known,
    writers_wait_for_each_other,
    what_one_leaves_undone_or_fails_at_harms_no_other,
    parallel_workers_never_take_the_same_order,
    an_order_goes_from_state_to_state,
    what_is_said_of_an_order_that_is_held_no_more_changes_nothing,
    an_order_that_was_left_is_told_to_bankid_before_another_is_opened,
    a_way_back_is_used_once,
    identifications_are_counted_and_erased,
    what_waits_and_what_is_followed_is_counted,
    tokens_that_were_taken_back_are_erased,
    after_an_erasure_all_that_is_kept_is_there,
    the_keys_that_invitations_need_are_counted,
    what_had_ended_before_the_clock_was_set_back_stays_ended,
    the_latest_time_is_the_latest_that_was_written,
);

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

fn attempt<'a>(id: &'a str, session: &'a str, at: Time) -> Attempt<'a> {
    Attempt { id, challenge: "c", invitation: "i", generation: 0, session, alone: false, at }
}

fn message(id: &str, at: Time) -> NewMessage<'_> {
    NewMessage::new(id, MessageKind::Invitation, "i", 0, at)
}

async fn write(store: &Arc<dyn Store>) -> Box<dyn Transaction> {
    store.write().await.expect("a transaction")
}

/// Adds a meeting `m` with an invitation `i`, a session `s` and a challenge `c`.
async fn ground(store: &Arc<dyn Store>) {
    let mut tx = write(store).await;
    tx.add_meeting(&meeting("m")).await.expect("added");
    tx.add_invitation(&invitation("i", "m", 0)).await.expect("added");
    tx.add_session("s", b"value of s", NOW).await.expect("added");
    tx.put_flow(&flow("s", "i")).await.expect("added");
    tx.add_challenge(&challenge("c")).await.expect("added");
    tx.commit().await.expect("committed");
}

async fn what_is_booked_is_read_again(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    tx.add_invitation(&invitation("i2", "m", 1)).await.expect("added");
    tx.commit().await.expect("committed");
    let mut tx = store.read().await.expect("a transaction");
    let read = tx.meeting("m").await.expect("read").expect("there");
    assert_eq!(format!("{read:?}"), format!("{:?}", meeting("m")));
    let read = tx.invitation_by_token(b"hash of i2").await.expect("read").expect("there");
    assert_eq!(format!("{read:?}"), format!("{:?}", invitation("i2", "m", 1)));
    let all = tx.invitations("m").await.expect("read");
    assert_eq!(all.iter().map(|i| i.id.as_str()).collect::<Vec<_>>(), ["i", "i2"]);
    assert!(tx.meeting("none").await.expect("read").is_none());
    assert!(tx.invitation_by_token(b"none").await.expect("read").is_none());
}

async fn the_keys_that_invitations_need_are_counted(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    let other = |id: &str, meeting: &str| Invitation {
        key_id: "new".to_owned(),
        ..invitation(id, meeting, 1)
    };
    tx.add_invitation(&other("i2", "m")).await.expect("added");
    let gone = Invitation { key_id: "gone".to_owned(), ..other("i3", "m") };
    tx.add_invitation(&gone).await.expect("added");
    let gone = Invitation { withdrawn_at: Some(NOW), ..gone };
    tx.put_invitation(&gone).await.expect("withdrawn");
    let off = Meeting { cancelled_at: Some(NOW), ..meeting("off") };
    tx.add_meeting(&off).await.expect("added");
    tx.add_invitation(&Invitation { key_id: "off".to_owned(), ..other("i4", "off") })
        .await
        .expect("added");
    tx.commit().await.expect("committed");
    let mut tx = store.read().await.expect("a transaction");
    // The second has a personal identity number that is hashed with the first's key.
    let needed = vec![("key".to_owned(), 2), ("new".to_owned(), 1)];
    assert_eq!(tx.keys_needed(NOW).await.expect("read"), needed);
    assert_eq!(tx.keys_needed(meeting("m").ends_at).await.expect("read"), []);
}

async fn the_latest_time_is_the_latest_that_was_written(store: Arc<dyn Store>) {
    let mut tx = write(&store).await;
    assert_eq!(tx.latest_time().await.expect("read"), None);
    for time in [after(5), NOW, after(3)] {
        tx.reach_time(time).await.expect("written");
        assert_eq!(tx.latest_time().await.expect("read"), Some(after(5)));
    }
    tx.set_back(after(5), after(4), NOW, NOW).await.expect("set back");
    assert_eq!(tx.latest_time().await.expect("read"), Some(after(4)));
    tx.commit().await.expect("committed");
}

async fn what_had_ended_before_the_clock_was_set_back_stays_ended(store: Arc<dyn Store>) {
    ground(&store).await;
    let (latest, now) = (after(700_000), after(100_000));
    let mut tx = write(&store).await;
    let open = Challenge { expires_at: after(700_001), ..challenge("open") };
    tx.add_challenge(&open).await.expect("added");
    tx.add_session("s2", b"value of s2", latest).await.expect("added");
    tx.enqueue(message("o", latest)).await.expect("posted");
    tx.record_send(
        "send",
        &attempt("send", "s", latest),
        NewSend { address_hash: b"mark", mail_at: Some(latest), e_id: false },
    )
    .await
    .expect("counted");
    tx.acquire_lease("work", latest, after(900_000)).await.expect("taken");
    tx.set_back(latest, now, NOW, NOW).await.expect("set back");
    tx.commit().await.expect("committed");

    let mut tx = write(&store).await;
    let read =
        async |tx: &mut dyn Transaction, id| tx.challenge(id).await.expect("read").expect("there");
    assert_eq!(read(&mut *tx, "c").await.expired_at, Some(latest));
    assert_eq!(read(&mut *tx, "open").await.expired_at, None);
    tx.expire("open", now).await.expect("expired");
    tx.expire("open", latest).await.expect("expired");
    assert_eq!(read(&mut *tx, "open").await.expired_at, Some(now), "the first time counts");
    assert!(tx.session(b"value of s", Time(0)).await.expect("read").is_none());
    let session = tx.session(b"value of s2", Time(0)).await.expect("read").expect("there");
    assert_eq!(session.last_active_at, now);
    assert_eq!(tx.lease(now, latest, 9, true).await.expect("taken").len(), 1, "due at once");
    let sends = tx.sends("i", 0, "s", b"mark", Time(0)).await.expect("read");
    assert_eq!(sends.invitation, [now]);
    assert!(tx.acquire_lease("work", now, latest).await.expect("taken"));
}

async fn what_is_not_committed_is_undone(store: Arc<dyn Store>) {
    let mut tx = write(&store).await;
    tx.add_meeting(&meeting("m")).await.expect("added");
    drop(tx);
    let mut tx = write(&store).await;
    assert!(tx.meeting("m").await.expect("read").is_none());
}

async fn a_session_is_found_by_its_value_until_it_is_idle(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    assert!(tx.session(b"value of s", after(-1)).await.expect("read").is_some());
    assert!(tx.session(b"value of s", NOW).await.expect("read").is_none());
    assert!(tx.session(b"another", after(-1)).await.expect("read").is_none());
    tx.touch_session("s", after(5)).await.expect("seen");
    // A server whose clock is behind shortens no session.
    tx.touch_session("s", after(1)).await.expect("seen");
    let session = tx.session(b"value of s", NOW).await.expect("read").expect("there");
    assert_eq!(session.last_active_at, after(5));
}

async fn a_session_has_one_value_at_a_time(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    assert!(tx.renew_session("s", b"value of s", b"new").await.expect("renewed"));
    assert!(!tx.renew_session("s", b"value of s", b"newer").await.expect("refused"));
    assert!(tx.session(b"value of s", after(-1)).await.expect("read").is_none());
    assert!(tx.session(b"new", after(-1)).await.expect("read").is_some());
}

async fn a_stage_is_reached_once(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    for stage in [
        InvitationStage::Sent,
        InvitationStage::Opened,
        InvitationStage::Identified,
        InvitationStage::Joined,
        InvitationStage::Locked,
        InvitationStage::Failed,
    ] {
        assert!(tx.mark_reached("i", stage, after(1)).await.expect("reached"), "{stage:?}");
        assert!(!tx.mark_reached("i", stage, after(2)).await.expect("kept"), "{stage:?}");
    }
    let read = tx.invitation("i").await.expect("read").expect("there");
    let stages = [
        read.sent_at,
        read.opened_at,
        read.identified_at,
        read.joined_at,
        read.locked_at,
        read.failed_at,
    ];
    assert_eq!(stages, [Some(after(1)); 6]);
}

async fn parallel_tries_never_exceed_what_a_code_bears(store: Arc<dyn Store>) {
    ground(&store).await;
    let attempts = (0..40).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut tx = write(&store).await;
            let id = format!("t{n}");
            let counted = tx.record_attempt(&attempt(&id, "s", NOW), 3).await.expect("counted");
            tx.commit().await.expect("committed");
            counted
        })
    });
    let counted = futures_util::future::join_all(attempts).await;
    assert_eq!(counted.into_iter().filter(|counted| *counted.as_ref().expect("ran")).count(), 3);
    let mut tx = write(&store).await;
    assert_eq!(tx.challenge("c").await.expect("read").expect("there").attempts, 3);
    assert_eq!(tx.attempts("i", 0, "s", after(-1)).await.expect("read").0.invitation_all, 3);
}

async fn a_code_is_consumed_once(store: Arc<dyn Store>) {
    ground(&store).await;
    let attempts = (0..20).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut tx = write(&store).await;
            let used = tx.consume("c", NOW).await.expect("consumed");
            tx.commit().await.expect("committed");
            used
        })
    });
    let used = futures_util::future::join_all(attempts).await;
    assert_eq!(used.into_iter().filter(|used| *used.as_ref().expect("ran")).count(), 1);
    let mut tx = write(&store).await;
    assert!(!tx.record_attempt(&attempt("t", "s", NOW), 3).await.expect("refused"));
}

async fn tries_are_counted_by_invitation_session_and_day(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    for (id, session, at, alone) in [
        ("1", "s", after(-10), false),
        ("2", "s", after(10), false),
        ("3", "other", after(10), false),
        ("4", "s", after(10), true),
        ("5", "other", after(10), true),
    ] {
        let attempt = Attempt { alone, ..attempt(id, session, at) };
        assert!(tx.record_attempt(&attempt, 99).await.expect("counted"));
    }
    let (attempts, _) = tx.attempts("i", 0, "s", NOW).await.expect("read");
    let counts = [
        attempts.invitation_day,
        attempts.invitation_all,
        attempts.session_day,
        attempts.session_all,
    ];
    assert_eq!(counts, [2, 3, 2, 3], "what a session does alone is its own");
    let (fresh, _) = tx.attempts("i", 1, "s", NOW).await.expect("read");
    assert_eq!(fresh.invitation_all, 0, "a new link has fresh counts");
}

async fn a_right_try_does_not_count(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    assert!(tx.record_attempt(&attempt("t", "s", NOW), 3).await.expect("counted"));
    tx.mark_attempt_correct("t").await.expect("excused");
    assert_eq!(tx.attempts("i", 0, "s", after(-1)).await.expect("read").0.invitation_all, 0);
}

async fn sends_are_listed_oldest_first(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    for (id, session, mark, at) in [
        ("1", "s", b"anna", after(30)),
        ("2", "other", b"anna", after(10)),
        ("3", "s", b"beda", after(20)),
        ("4", "s", b"anna", after(-10)),
    ] {
        let send = NewSend { address_hash: mark, mail_at: Some(at), e_id: false };
        tx.record_send(id, &attempt(id, session, at), send).await.expect("counted");
    }
    let sends = tx.sends("i", 0, "s", b"anna", NOW).await.expect("read");
    assert_eq!(sends.invitation, [after(10), after(20), after(30)]);
    assert_eq!(sends.session, [after(20), after(30)]);
    assert_eq!(sends.address, [after(10), after(30)]);
    assert_eq!((sends.named, sends.others), (Some(after(30)), vec![after(20)]));
}

async fn a_send_that_nothing_comes_of_is_its_session_s_own(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    for (id, session, mail_at, e_id) in [
        ("waits", "s", Some(after(70)), false),
        ("silent", "s", None, false),
        ("by e-ID", "s", None, true),
        ("of another", "other", None, false),
    ] {
        let send = NewSend { address_hash: id.as_bytes(), mail_at, e_id };
        tx.record_send(id, &attempt(id, session, after(10)), send).await.expect("counted");
    }
    let sends = tx.sends("i", 0, "s", b"waits", NOW).await.expect("read");
    assert_eq!(sends.session, [after(10), after(10)], "an address that is only named is no send");
    assert_eq!((sends.invitation, sends.address), (vec![after(70)], vec![after(70)]));
    assert_eq!((sends.named, sends.others.len()), (Some(after(10)), 2));
    let sends = tx.sends("i", 0, "other", b"silent", NOW).await.expect("read");
    assert_eq!((sends.session.len(), sends.address.len(), sends.named), (1, 0, None));
}

async fn a_decoy_can_become_a_code_and_is_taken_after_codes(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    tx.resent("c", true, after(1)).await.expect("resent");
    assert!(tx.challenge("c").await.expect("read").expect("there").decoy);
    tx.resent("c", false, after(2)).await.expect("resent");
    assert!(!tx.challenge("c").await.expect("read").expect("there").decoy);
    let code = |id, at| NewMessage { kind: MessageKind::Code, ..message(id, at) };
    tx.enqueue(NewMessage { suppressed: true, ..code("decoy", after(1)) }).await.expect("posted");
    tx.enqueue(NewMessage { again_at: Some(after(9)), ..code("code", after(2)) })
        .await
        .expect("posted");
    tx.enqueue(NewMessage { due_at: after(60), ..code("waits", after(2)) }).await.expect("posted");
    let first = tx.lease(after(3), after(4), 1, true).await.expect("leased");
    assert_eq!((first[0].id.as_str(), first[0].again_at), ("code", Some(after(9))));
    let next = tx.lease(after(3), after(4), 9, true).await.expect("leased");
    assert_eq!(next.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["decoy"]);
    let last = tx.lease(after(61), after(62), 9, true).await.expect("leased");
    assert!(last.iter().any(|it| it.id == "waits"), "when it is due");
}

async fn parallel_workers_never_take_the_same_message(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    for n in 0..50 {
        tx.enqueue(message(&format!("m{n:02}"), NOW)).await.expect("posted");
    }
    tx.commit().await.expect("committed");
    let workers = (0..10).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut tx = write(&store).await;
            let taken = tx.lease(after(1), after(1_000), 7, true).await.expect("leased");
            tx.commit().await.expect("committed");
            taken
        })
    });
    let taken = futures_util::future::join_all(workers).await;
    let mut ids: Vec<String> =
        taken.into_iter().flat_map(|taken| taken.expect("ran")).map(|message| message.id).collect();
    ids.sort();
    let count = ids.len();
    ids.dedup();
    assert_eq!((count, ids.len()), (50, 50));
}

async fn a_code_goes_before_what_was_written_earlier(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    tx.enqueue(message("first", after(1))).await.expect("posted");
    tx.enqueue(message("second", after(2))).await.expect("posted");
    tx.enqueue(NewMessage { kind: MessageKind::Code, ..message("code", after(3)) })
        .await
        .expect("posted");
    let mut taken = Vec::new();
    let codes = tx.lease(after(9), after(9), 9, false).await.expect("leased");
    assert_eq!(codes.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["code"]);
    while let Some(next) = tx.lease(after(9), after(10), 1, true).await.expect("leased").pop() {
        taken.push(next.id);
    }
    assert_eq!(taken, ["code", "first", "second"]);
}

async fn a_message_put_off_is_due_again_later(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    tx.enqueue(message("x", NOW)).await.expect("posted");
    assert_eq!(tx.lease(NOW, after(100), 9, true).await.expect("leased").len(), 1);
    tx.retry_at("x", Hindrance::Deferred, after(50)).await.expect("put off");
    assert!(tx.lease(after(49), after(100), 9, true).await.expect("leased").is_empty());
    let again = tx.lease(after(50), after(100), 9, true).await.expect("leased");
    assert_eq!(again.iter().map(|m| (m.id.as_str(), m.failures)).collect::<Vec<_>>(), [("x", 1)]);
}

async fn what_waits_for_a_mail_server_is_recalled_oldest_first(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    for (id, at) in [("old", NOW), ("new", after(2)), ("deferred", after(1)), ("sent", NOW)] {
        tx.enqueue(message(id, at)).await.expect("posted");
    }
    tx.enqueue(NewMessage {
        kind: MessageKind::Code,
        suppressed: true,
        ..message("code", after(3))
    })
    .await
    .expect("posted");
    assert_eq!(tx.lease(after(9), after(20), 9, true).await.expect("leased").len(), 5);
    for id in ["new", "code", "old", "sent"] {
        tx.retry_at(id, Hindrance::Away, after(1_000)).await.expect("put off");
    }
    tx.retry_at("deferred", Hindrance::Away, after(1_000)).await.expect("put off");
    tx.retry_at("deferred", Hindrance::Deferred, after(1_000)).await.expect("put off");
    assert!(tx.complete("sent", Outcome::Sent, None, after(10)).await.expect("ended"));
    assert!(tx.lease(after(99), after(100), 9, true).await.expect("leased").is_empty());
    assert_eq!(tx.recall_messages(1).await.expect("recalled"), 1, "no more than is asked for");
    let taken = tx.lease(after(99), after(200), 9, true).await.expect("leased");
    assert_eq!(
        taken.iter().map(|it| (it.id.as_str(), it.failures)).collect::<Vec<_>>(),
        [("old", 0)]
    );
    assert_eq!(tx.recall_messages(9).await.expect("recalled"), 2);
    assert_eq!(tx.recall_messages(9).await.expect("recalled"), 0, "each once");
    let mut taken = Vec::new();
    while let Some(next) = tx.lease(after(99), after(200), 1, true).await.expect("leased").pop() {
        taken.push(next.id);
    }
    assert_eq!(taken, ["code", "new"]);
}

async fn a_message_that_waits_for_another_has_not_failed(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    tx.enqueue(message("x", NOW)).await.expect("posted");
    assert_eq!(tx.lease(NOW, after(100), 9, true).await.expect("leased").len(), 1);
    tx.make_wait("x", after(5)).await.expect("waits");
    assert!(tx.lease(after(4), after(100), 9, true).await.expect("leased").is_empty());
    let again = tx.lease(after(5), after(100), 9, true).await.expect("leased");
    assert_eq!(again.iter().map(|m| (m.id.as_str(), m.failures)).collect::<Vec<_>>(), [("x", 0)]);
    assert!(!tx.invitation_messages("i").await.expect("read")[0].doubtful);
}

async fn a_message_may_have_been_taken_where_nobody_says_that_it_was_not(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    tx.enqueue(message("x", NOW)).await.expect("posted");
    assert_eq!(tx.lease(NOW, after(100), 9, true).await.expect("leased").len(), 1);
    let found = tx.invitation_messages("i").await.expect("read");
    let fresh = Invited {
        generation: 0,
        waits: true,
        dropped: false,
        leased_until: after(100),
        doubtful: false,
    };
    assert_eq!(found, std::slice::from_ref(&fresh));
    for why in [Hindrance::Away, Hindrance::Deferred] {
        tx.retry_at("x", why, after(1)).await.expect("put off");
        let found = tx.invitation_messages("i").await.expect("read");
        assert_eq!(found, [Invited { leased_until: Time(0), ..fresh.clone() }], "{why:?}");
    }
    tx.retry_at("x", Hindrance::Doubtful, after(1)).await.expect("put off");
    tx.retry_at("x", Hindrance::Away, after(1)).await.expect("put off");
    assert!(tx.invitation_messages("i").await.expect("read")[0].doubtful, "from then on");

    tx.enqueue(NewMessage { generation: 1, ..message("y", after(2)) }).await.expect("posted");
    tx.enqueue(NewMessage { kind: MessageKind::Cancelled, ..message("z", after(2)) })
        .await
        .expect("posted");
    assert!(tx.complete("y", Outcome::Dropped, None, after(3)).await.expect("ended"));
    let found = tx.invitation_messages("i").await.expect("read");
    assert_eq!((found.len(), found[1].generation), (2, 1));
    assert_eq!((found[1].waits, found[1].dropped, found[1].doubtful), (false, true, false));

    // A worker leased this one and never reported the outcome.
    tx.enqueue(NewMessage { generation: 2, ..message("w", after(2)) }).await.expect("posted");
    assert!(!tx.lease(after(3), after(9), 9, true).await.expect("leased").is_empty());
    assert!(!tx.invitation_messages("i").await.expect("read")[2].doubtful);
    let again = tx.lease(after(9), after(99), 9, true).await.expect("leased");
    assert!(again.iter().any(|it| it.id == "w"));
    assert!(tx.invitation_messages("i").await.expect("read")[2].doubtful);
}

async fn a_code_lapses_where_the_mail_server_never_let_anybody_in_for_it(store: Arc<dyn Store>) {
    fn code<'a>(id: &'a str, challenge: &'a str) -> NewMessage<'a> {
        let silent = challenge == "decoy";
        NewMessage {
            kind: MessageKind::Code,
            challenge: Some(challenge),
            suppressed: silent,
            ..message(id, NOW)
        }
    }
    ground(&store).await;
    let mut tx = write(&store).await;
    for challenge in ["real", "decoy"] {
        let (one, two) = (format!("{challenge} 1"), format!("{challenge} 2"));
        tx.enqueue(code(&one, challenge)).await.expect("posted");
        tx.enqueue(code(&two, challenge)).await.expect("posted");
        tx.retry_at(&one, Hindrance::Away, after(9)).await.expect("put off");
        assert!(!tx.code_lapsed(challenge).await.expect("read"));
        assert!(tx.complete(&one, Outcome::Lapsed, None, after(9)).await.expect("ended"));
        assert!(!tx.code_lapsed(challenge).await.expect("read"), "the other still waits");
        assert!(tx.complete(&two, Outcome::Lapsed, None, after(9)).await.expect("ended"));
        assert!(tx.code_lapsed(challenge).await.expect("read"));
    }
    for (challenge, outcome) in
        [("sent", Outcome::Sent), ("failed", Outcome::Failed), ("gone", Outcome::Dropped)]
    {
        tx.enqueue(code(challenge, challenge)).await.expect("posted");
        assert!(tx.complete(challenge, outcome, None, after(9)).await.expect("ended"));
        assert!(!tx.code_lapsed(challenge).await.expect("read"), "{challenge}");
    }
    // The mail server answered about this one, which it never does about a decoy.
    tx.enqueue(code("deferred", "deferred")).await.expect("posted");
    tx.retry_at("deferred", Hindrance::Deferred, after(9)).await.expect("put off");
    tx.retry_at("deferred", Hindrance::Away, after(9)).await.expect("put off");
    assert!(tx.complete("deferred", Outcome::Lapsed, None, after(9)).await.expect("ended"));
    assert!(!tx.code_lapsed("deferred").await.expect("read"));
    assert!(!tx.code_lapsed("none").await.expect("read"));
}

async fn a_message_ends_once(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    tx.enqueue(message("x", NOW)).await.expect("posted");
    tx.enqueue(message("y", after(1))).await.expect("posted");
    assert!(tx.complete("x", Outcome::Sent, Some("s1"), after(2)).await.expect("ended"));
    assert!(!tx.complete("x", Outcome::Failed, Some("s2"), after(3)).await.expect("kept"));
    assert!(tx.complete("y", Outcome::Sent, None, after(4)).await.expect("ended"));
    assert!(tx.lease(after(9), after(10), 9, true).await.expect("leased").is_empty());
    let sent = tx.sent_messages(Some(9)).await.expect("read");
    assert_eq!(sent.iter().map(|m| m.id.as_str()).collect::<Vec<_>>(), ["y", "x"]);
    for (most, count) in [(Some(1), 1), (None, 2)] {
        assert_eq!(tx.sent_messages(most).await.expect("read").len(), count, "{most:?}");
    }
    let references: Vec<_> = sent.iter().map(|m| m.reference.as_deref()).collect();
    assert_eq!(references, [None, Some("s1")]);
}

async fn what_became_of_a_message_is_noted_once(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    let code = |id| NewMessage { kind: MessageKind::Code, ..message(id, NOW) };
    tx.enqueue(code("x")).await.expect("posted");
    tx.enqueue(code("y")).await.expect("posted");
    tx.enqueue(NewMessage { suppressed: true, ..code("decoy") }).await.expect("posted");
    tx.enqueue(message("z", NOW)).await.expect("posted");
    assert!(tx.complete("x", Outcome::Sent, Some("s1"), after(1)).await.expect("ended"));
    let invitation = Some("i".to_owned());
    let noted = tx.record_delivery_report(None, "s1", true, after(2)).await.expect("noted");
    assert_eq!(noted, invitation, "by what the gateway calls it");
    assert_eq!(
        tx.record_delivery_report(Some("x"), "s1", true, after(3)).await.expect("kept"),
        None
    );
    let noted = tx.record_delivery_report(Some("x"), "s1", false, after(4)).await.expect("noted");
    assert_eq!(noted, invitation, "the one says nothing of the other");
    let noted = tx.record_delivery_report(Some("y"), "s2", false, after(5)).await.expect("noted");
    assert_eq!(noted, invitation, "by our own name, before it is known to be sent");
    for (id, reference) in [
        (Some("y"), "s2"),
        (Some("z"), "s3"),
        (Some("decoy"), "s4"),
        (None, "s9"),
        (None, ""),
        (Some("none"), ""),
    ] {
        let noted =
            tx.record_delivery_report(id, reference, false, after(6)).await.expect("nothing");
        assert_eq!(noted, None, "{id:?} {reference}");
    }
}

async fn a_lease_that_ran_out_can_be_taken_again(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    tx.enqueue(message("x", NOW)).await.expect("posted");
    assert_eq!(tx.lease(NOW, after(100), 9, true).await.expect("leased").len(), 1);
    assert!(tx.lease(after(99), after(200), 9, true).await.expect("leased").is_empty());
    assert_eq!(tx.lease(after(100), after(200), 9, true).await.expect("leased").len(), 1);
}

async fn a_booking_key_is_taken_once(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    assert!(tx.add_idempotency_key(b"key", b"body", "m", NOW).await.expect("added"));
    assert!(!tx.add_idempotency_key(b"key", b"other", "m", NOW).await.expect("refused"));
    let known = tx.idempotency_key(b"key").await.expect("read");
    assert_eq!(known, Some((b"body".to_vec(), "m".to_owned())));
    assert_eq!(tx.idempotency_key(b"none").await.expect("read"), None);
}

async fn erasing_a_meeting_takes_all_that_hangs_on_it(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    tx.enqueue(message("x", NOW)).await.expect("posted");
    let event = Event {
        number: 0,
        invitation_id: Some("i".to_owned()),
        at: NOW,
        kind: "booked".to_owned(),
        level: None,
        method: None,
        name: None,
        identity_matched: None,
        personal_number_hash: None,
        personal_number_sealed: None,
    };
    tx.add_event("m", &event).await.expect("added");
    assert!(tx.record_attempt(&attempt("t", "s", NOW), 3).await.expect("counted"));
    let send = NewSend { address_hash: b"anna", mail_at: Some(NOW), e_id: false };
    tx.record_send("n", &attempt("n", "s", NOW), send).await.expect("counted");
    let end = meeting("m").ends_at;
    assert_eq!(tx.purge_meetings(end).await.expect("kept"), 0);
    assert_eq!(tx.purge_meetings(Time(end.0 + 1)).await.expect("erased"), 1);
    assert!(tx.invitation("i").await.expect("read").is_none());
    assert!(tx.challenge("c").await.expect("read").is_none());
    assert!(tx.flow("s", "i").await.expect("read").is_none());
    assert!(tx.events("m").await.expect("read").is_empty());
    assert!(tx.lease(after(9), after(10), 9, true).await.expect("leased").is_empty());
    assert!(tx.sends("i", 0, "s", b"anna", Time(0)).await.expect("read").address.is_empty());
    assert_eq!(tx.attempts("i", 0, "s", Time(0)).await.expect("read").0.invitation_all, 0);
}

async fn ending_a_session_takes_its_visits(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    assert!(tx.record_attempt(&attempt("t", "s", NOW), 3).await.expect("counted"));
    tx.end_session("s").await.expect("ended");
    assert!(tx.session(b"value of s", Time(0)).await.expect("read").is_none());
    assert!(tx.flow("s", "i").await.expect("read").is_none());
    let (attempts, _) = tx.attempts("i", 0, "s", Time(0)).await.expect("read");
    assert_eq!(attempts.invitation_all, 1, "ending a session resets no count");
    tx.add_session("old", b"old", NOW).await.expect("added");
    assert_eq!(tx.purge_sessions(after(1)).await.expect("erased"), 1);
}

async fn of_sessions_that_named_nothing_the_last_seen_are_kept(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    tx.add_invitation(&invitation("i2", "m", 1)).await.expect("added");
    // One session for each thing that can be named, all older than those that named nothing.
    let unnamed = flow("", "i");
    let text = || Some("x".to_owned());
    let named = [
        IdentificationFlow { address: text(), ..unnamed.clone() },
        IdentificationFlow { challenge_id: text(), ..unnamed.clone() },
        IdentificationFlow { order_id: text(), ..unnamed.clone() },
        IdentificationFlow { login_id: text(), ..unnamed.clone() },
        unnamed.clone(),
    ];
    for (number, flow) in named.into_iter().enumerate() {
        let id = format!("named {number}");
        tx.add_session(&id, id.as_bytes(), after(-9)).await.expect("added");
        tx.put_flow(&IdentificationFlow { session_id: id, ..flow }).await.expect("put");
    }
    let keys = Keys::new([1; 32], &[]);
    let challenge = Challenge { key_id: keys.current_id().to_owned(), ..challenge("c") };
    let digits = derive_code(&keys, &challenge, 4).expect("a code");
    let typed = OneTimeCode::parse(&digits, 4).expect("a code");
    let proof = check(&keys, &challenge, CodeChannel::Email, false, &typed).expect("proof");
    tx.record_proof("named 4", "i", &proof, NOW).await.expect("proven");
    for number in 1..=5 {
        let id = format!("typed {number}");
        tx.add_session(&id, id.as_bytes(), after(number)).await.expect("added");
        let flow = IdentificationFlow {
            session_id: id,
            typed: "anna@".to_owned(),
            instead: true,
            ..flow("", "i")
        };
        tx.put_flow(&flow).await.expect("put");
    }
    // The oldest of them named something elsewhere. The next was active again.
    let elsewhere = IdentificationFlow { challenge_id: text(), ..flow("typed 1", "i2") };
    tx.put_flow(&elsewhere).await.expect("put");
    tx.touch_session("typed 2", after(9)).await.expect("seen");
    assert_eq!(tx.purge_unnamed_sessions("i2", 0).await.expect("erased"), 0);
    assert_eq!(tx.purge_unnamed_sessions("i", 9).await.expect("erased"), 0);
    // With the ground's session there are six, in this order: "s", 1, 3, 4, 5, 2.
    assert_eq!(tx.purge_unnamed_sessions("i", 2).await.expect("erased"), 3);
    tx.commit().await.expect("committed");
    let mut tx = store.read().await.expect("a transaction");
    for (id, kept) in [("typed 1", true), ("typed 2", true), ("typed 5", true)]
        .into_iter()
        .chain([("typed 3", false), ("typed 4", false), ("value of s", false)])
        .chain([("named 0", true), ("named 1", true), ("named 2", true)])
        .chain([("named 3", true), ("named 4", true)])
    {
        let there = tx.session(id.as_bytes(), Time(0)).await.expect("read").is_some();
        assert_eq!(there, kept, "{id}");
    }
    assert!(tx.flow("typed 3", "i").await.expect("read").is_none());
    assert!(tx.invitation("i").await.expect("read").is_some());
}

async fn a_session_that_somebody_has_in_hand_is_left_alone(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut first = write(&store).await;
    first.lock_session(b"value of s", Time(0)).await.expect("read").expect("there");
    let other = tokio::spawn({
        let store = Arc::clone(&store);
        async move {
            let mut tx = write(&store).await;
            let erased = tx.purge_unnamed_sessions("i", 0).await.expect("erased");
            tx.commit().await.expect("committed");
            erased
        }
    });
    // If writers wait for each other, this one waits and then reads what was committed.
    let waits = tokio::time::timeout(Duration::from_millis(200), async {
        while !other.is_finished() {
            tokio::task::yield_now().await;
        }
    });
    let waited = waits.await.is_err();
    let flow = IdentificationFlow { challenge_id: Some("c".to_owned()), ..flow("s", "i") };
    first.put_flow(&flow).await.expect("put");
    first.commit().await.expect("committed");
    assert_eq!(other.await.expect("an end"), 0, "waited: {waited}");
    let mut tx = store.read().await.expect("a transaction");
    assert!(tx.session(b"value of s", Time(0)).await.expect("read").is_some());
}

async fn a_token_is_known_by_its_hash_until_it_is_taken_back(store: Arc<dyn Store>) {
    let mut tx = write(&store).await;
    tx.add_token("id", "system", b"hash", NOW).await.expect("added");
    tx.add_token("other id", "other", b"of the other", after(1)).await.expect("added");
    let token = tx.token(b"hash").await.expect("read").expect("there");
    assert_eq!((token.name.as_str(), token.used_at), ("system", None));
    assert!(tx.token(b"other").await.expect("read").is_none());
    tx.use_token("id", after(5)).await.expect("used");
    assert!(tx.revoke_token("id", after(7)).await.expect("taken back"));
    assert!(!tx.revoke_token("id", after(8)).await.expect("read"));
    assert!(!tx.revoke_token("nobody's", after(8)).await.expect("read"));
    assert!(tx.token(b"hash").await.expect("read").is_none());
    let tokens = tx.tokens().await.expect("read");
    let names: Vec<&str> = tokens.iter().map(|token| token.name.as_str()).collect();
    assert_eq!(names, ["system", "other"]);
    assert_eq!((tokens[0].used_at, tokens[0].revoked_at), (Some(after(5)), Some(after(7))));
    assert_eq!((tokens[1].used_at, tokens[1].revoked_at), (None, None));
}

async fn what_was_booked_can_be_changed(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    tx.lock_meeting("m").await.expect("locked");
    let moved = Meeting {
        title: "Annat".to_owned(),
        starts_at: after(5),
        sequence: 1,
        changed_at: Some(after(1)),
        ..meeting("m")
    };
    tx.put_meeting(&moved).await.expect("written");
    let read = tx.meeting("m").await.expect("read").expect("there");
    assert_eq!(format!("{read:?}"), format!("{moved:?}"));
    let corrected = Invitation {
        email: "bo@example.org".to_owned(),
        phone: Some("+46701740605".to_owned()),
        generation: 1,
        token_hash: b"another".to_vec(),
        personal_number_hash: None,
        locked_at: Some(after(2)),
        withdrawn_at: Some(after(3)),
        ..invitation("i", "m", 0)
    };
    tx.put_invitation(&corrected).await.expect("written");
    let read = tx.invitation("i").await.expect("read").expect("there");
    assert_eq!(format!("{read:?}"), format!("{corrected:?}"));
    assert!(tx.invitation_by_token(b"hash of i").await.expect("read").is_none());
}

async fn versions_of_a_meeting_are_counted_by_themselves(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    tx.add_meeting(&meeting("n")).await.expect("added");
    tx.count_version("m").await.expect("counted");
    tx.put_meeting(&Meeting { version: 0, ..meeting("m") }).await.expect("written");
    tx.count_version("m").await.expect("counted");
    tx.count_version("none").await.expect("nothing");
    for (id, version) in [("m", 2), ("n", 0)] {
        let read = tx.meeting(id).await.expect("read").expect("there");
        assert_eq!(read.version, version, "{id}");
    }
}

async fn meetings_are_listed_from_the_last_booked_on(store: Arc<dyn Store>) {
    let mut tx = write(&store).await;
    for (id, at) in [("a", 1), ("c", 2), ("b", 2), ("d", 3)] {
        let meeting = Meeting { created_at: after(at), ..meeting(id) };
        tx.add_meeting(&meeting).await.expect("added");
    }
    let ids = |found: Vec<Meeting>| found.into_iter().map(|it| it.id).collect::<Vec<_>>();
    assert_eq!(ids(tx.meetings(None, 2).await.expect("read")), ["d", "c"]);
    let next = tx.meetings(Some((after(2), "c")), 9).await.expect("read");
    assert_eq!(ids(next), ["b", "a"]);
    assert!(tx.meetings(Some((after(1), "a")), 9).await.expect("read").is_empty());
}

async fn a_turn_is_one_server_s_until_it_ends(store: Arc<dyn Store>) {
    let takers = (0..8).map(|_| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let mut tx = write(&store).await;
            let taken = tx.acquire_lease("work", NOW, after(10)).await.expect("asked");
            tx.commit().await.expect("committed");
            taken
        })
    });
    let mut taken = 0;
    for taker in takers.collect::<Vec<_>>() {
        taken += usize::from(taker.await.expect("an end"));
    }
    assert_eq!(taken, 1);
    let mut tx = write(&store).await;
    assert!(!tx.acquire_lease("work", after(9), after(20)).await.expect("asked"));
    assert!(tx.acquire_lease("other work", after(9), after(20)).await.expect("asked"));
    assert!(tx.acquire_lease("work", after(10), after(20)).await.expect("asked"));
}

const HOUR: Duration = Duration::from_hours(1);

/// Adds a meeting `m` ten hours ahead, and an invitation `i` with a phone number whose mail was sent at once.
async fn ahead(store: &Arc<dyn Store>) {
    let mut tx = write(store).await;
    let starts_at = NOW + HOUR * 10;
    let meeting = Meeting { starts_at, ends_at: starts_at + HOUR, ..meeting("m") };
    tx.add_meeting(&meeting).await.expect("added");
    let phone = Some("+46701740605".to_owned());
    let invitation = Invitation { phone, sent_at: Some(NOW), ..invitation("i", "m", 0) };
    tx.add_invitation(&invitation).await.expect("added");
    tx.put_invitation(&invitation).await.expect("put");
    tx.commit().await.expect("committed");
}

/// Returns the number of reminders that are due two hours ahead of the start, `hours` from now.
async fn due(tx: &mut dyn Transaction, kind: MessageKind, hours: u32) -> usize {
    let now = NOW + HOUR * hours;
    tx.due_reminders(kind, HOUR * 2, now, 9).await.expect("read").len()
}

async fn a_reminder_is_due_from_its_time_to_the_start(store: Arc<dyn Store>) {
    ahead(&store).await;
    let mut tx = write(&store).await;
    for (millis, count) in [(-1, 0), (0, 1), (7_199_999, 1), (7_200_000, 0), (9_000_000, 0)] {
        let now = Time((NOW + HOUR * 8).0 + millis);
        for kind in [MessageKind::Reminder, MessageKind::ReminderSms] {
            let due = tx.due_reminders(kind, HOUR * 2, now, 9).await.expect("read");
            assert_eq!(due.len(), count, "{kind:?} {millis}");
        }
    }
    let due = tx.due_reminders(MessageKind::ReminderSms, HOUR * 2, NOW + HOUR * 9, 9).await;
    let due = due.expect("read").remove(0);
    assert_eq!((due.invitation_id.as_str(), due.generation, due.sequence), ("i", 0, 0));
    assert_eq!(due.phone.as_deref(), Some("+46701740605"));
    assert_eq!(due.starts_at, NOW + HOUR * 10);
}

async fn only_who_should_come_is_reminded(store: Arc<dyn Store>) {
    ahead(&store).await;
    let mut tx = write(&store).await;
    let i = tx.invitation("i").await.expect("read").expect("there");
    let m = tx.meeting("m").await.expect("read").expect("there");
    let late = Some(Time((NOW + HOUR * 8).0 + 1));
    let just = Some(NOW + HOUR * 8);
    for (invitation, count, why) in [
        (i.clone(), 1, "as it is"),
        (Invitation { sent_at: None, ..i.clone() }, 0, "not sent"),
        (Invitation { sent_at: late, ..i.clone() }, 0, "sent later"),
        (Invitation { sent_at: just, ..i.clone() }, 1, "sent then"),
        (Invitation { withdrawn_at: just, ..i.clone() }, 0, "withdrawn"),
        (Invitation { joined_at: just, ..i.clone() }, 0, "joined"),
        (Invitation { identified_at: just, ..i.clone() }, 1, "identified"),
    ] {
        tx.put_invitation(&invitation).await.expect("put");
        assert_eq!(due(&mut *tx, MessageKind::Reminder, 9).await, count, "{why}");
    }
    tx.put_invitation(&Invitation { phone: None, ..i.clone() }).await.expect("put");
    assert_eq!(due(&mut *tx, MessageKind::Reminder, 9).await, 1);
    assert_eq!(due(&mut *tx, MessageKind::ReminderSms, 9).await, 0, "no number");
    tx.put_invitation(&i).await.expect("put");
    for (changed_at, count) in [(late, 0), (just, 1), (None, 1)] {
        tx.put_meeting(&Meeting { changed_at, ..m.clone() }).await.expect("put");
        assert_eq!(due(&mut *tx, MessageKind::Reminder, 9).await, count, "{changed_at:?}");
    }
    assert!(tx.cancel_meeting("m", NOW).await.expect("cancelled"));
    assert_eq!(due(&mut *tx, MessageKind::Reminder, 9).await, 0, "called off");
}

async fn a_reminder_is_written_once_for_a_start(store: Arc<dyn Store>) {
    ahead(&store).await;
    let writers = (0..8).map(|_| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let mut tx = write(&store).await;
            let now = NOW + HOUR * 9;
            let due =
                tx.due_reminders(MessageKind::Reminder, HOUR * 2, now, 9).await.expect("read");
            let mut written = 0;
            for one in due {
                let first = tx.add_reminder(&one, MessageKind::Reminder, HOUR * 2).await;
                written += usize::from(first.expect("added"));
            }
            tx.commit().await.expect("committed");
            written
        })
    });
    let written = futures_util::future::join_all(writers).await;
    assert_eq!(written.into_iter().map(|count| count.expect("ran")).sum::<usize>(), 1);
    let mut tx = write(&store).await;
    assert_eq!(due(&mut *tx, MessageKind::Reminder, 9).await, 0);
    assert_eq!(due(&mut *tx, MessageKind::ReminderSms, 9).await, 1, "by SMS it was not");
    let longer = tx.due_reminders(MessageKind::Reminder, HOUR * 3, NOW + HOUR * 9, 9).await;
    assert_eq!(longer.expect("read").len(), 1, "nor that long before");
    let m = tx.meeting("m").await.expect("read").expect("there");
    let starts_at = m.starts_at + HOUR;
    tx.put_meeting(&Meeting { starts_at, ..m }).await.expect("put");
    assert_eq!(due(&mut *tx, MessageKind::Reminder, 9).await, 1, "nor for this start");
    assert_eq!(tx.purge_meetings(NOW + HOUR * 99).await.expect("erased"), 1);
}

async fn events_stay_in_order(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    let event = |kind: &str| Event {
        number: 0,
        invitation_id: None,
        at: NOW,
        kind: kind.to_owned(),
        level: None,
        method: None,
        name: None,
        identity_matched: Some(true),
        personal_number_hash: None,
        personal_number_sealed: None,
    };
    for kind in ["booked", "sent", "opened"] {
        tx.add_event("m", &event(kind)).await.expect("added");
    }
    let events = tx.events("m").await.expect("read");
    let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["booked", "sent", "opened"]);
    assert!(events.is_sorted_by_key(|event| event.number));
    // Times of the events of one invitation.
    let invitation = tx.invitation("i").await.expect("read").expect("there");
    for (of, kind, at) in [("i", "sent", 3), ("i", "sent", 2), ("j", "sent", 2), ("i", "opened", 2)]
    {
        let event = Event { invitation_id: Some(of.to_owned()), at: after(at), ..event(kind) };
        tx.add_event("m", &event).await.expect("added");
    }
    let times = tx.happened_since(&invitation, "sent", NOW).await.expect("read");
    assert_eq!(times, [after(2), after(3)]);
    let times = tx.happened_since(&invitation, "sent", after(2)).await.expect("read");
    assert_eq!(times, [after(3)]);
}

/// `true` if the session has a proof, read in both ways.
async fn identified(tx: &mut dyn Transaction) -> bool {
    let read = tx.session(b"value of s", Time(0)).await.expect("read").expect("there");
    let owned = tx.lock_session(b"value of s", Time(0)).await.expect("read").expect("there");
    assert_eq!(read.identified, owned.identified);
    read.identified
}

async fn what_a_session_has_proven_is_known(store: Arc<dyn Store>) {
    ground(&store).await;
    let keys = Keys::new([1; 32], &[]);
    let challenge = Challenge { key_id: keys.current_id().to_owned(), ..challenge("c") };
    let digits = derive_code(&keys, &challenge, 4).expect("a code");
    let typed = OneTimeCode::parse(&digits, 4).expect("a code");
    let proof = check(&keys, &challenge, CodeChannel::Email, false, &typed).expect("proof");
    let mut tx = write(&store).await;
    assert!(!identified(&mut *tx).await);
    tx.record_proof("s", "i", &proof, after(1)).await.expect("proven");
    // Later changes of the flow leave the proof alone.
    tx.put_flow(&flow("s", "i")).await.expect("put");
    assert!(identified(&mut *tx).await);
    let proven = tx.flow("s", "i").await.expect("read").expect("there");
    assert_eq!((proven.level.as_deref(), proven.proven_at), (Some("loa2"), Some(after(1))));
    // The proof belongs to the old link. A new link needs a new proof.
    tx.put_flow(&IdentificationFlow { generation: 1, ..flow("s", "i") }).await.expect("put");
    let anew = tx.flow("s", "i").await.expect("read").expect("there");
    assert_eq!((anew.level, anew.method, anew.name, anew.proven_at), (None, None, None, None));
    assert!(!identified(&mut *tx).await);
}

async fn writers_wait_for_each_other(store: Arc<dyn Store>) {
    ground(&store).await;
    // Each reads a count and writes it plus one. None may be lost.
    let writers = (0..30).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut tx = write(&store).await;
            tx.lock_invitation("i").await.expect("locked");
            let before = tx.flow("s", "i").await.expect("read").expect("there");
            let count: u32 = before.typed.parse().unwrap_or(0);
            tx.put_flow(&IdentificationFlow { typed: (count + 1).to_string(), ..before })
                .await
                .expect("put");
            tx.commit().await.expect("committed");
        })
    });
    for done in futures_util::future::join_all(writers).await {
        done.expect("ran");
    }
    let mut tx = write(&store).await;
    assert_eq!(tx.flow("s", "i").await.expect("read").expect("there").typed, "30");
}

async fn what_one_leaves_undone_or_fails_at_harms_no_other(store: Arc<dyn Store>) {
    ground(&store).await;
    let writers: Vec<_> = (0_i64..60)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut tx = write(&store).await;
                let id = format!("m{n}");
                tx.add_meeting(&Meeting { created_at: after(n), ..meeting(&id) })
                    .await
                    .expect("added");
                match n % 3 {
                    0 => tx.commit().await.expect("committed"),
                    1 => drop(tx),
                    _ => {
                        let again = tx.add_meeting(&meeting(&id)).await;
                        assert!(again.is_err(), "the same id twice");
                    }
                }
            })
        })
        .collect();
    // Some are aborted, wherever they are.
    for (n, writer) in writers.iter().enumerate() {
        if n % 12 == 1 {
            tokio::task::yield_now().await;
            writer.abort();
        }
    }
    for (n, done) in futures_util::future::join_all(writers).await.into_iter().enumerate() {
        assert!(done.is_ok() || n % 12 == 1, "{n}");
    }
    let mut tx = store.read().await.expect("a transaction");
    let there = tx.meetings(None, 100).await.expect("read");
    let mut there: Vec<String> = there.into_iter().map(|it| it.id).collect();
    there.retain(|id| id != "m");
    let kept: Vec<String> = (0..60).rev().filter(|n| n % 3 == 0).map(|n| format!("m{n}")).collect();
    assert_eq!(there, kept);
}

fn order(id: &str) -> BankIdOrder {
    BankIdOrder {
        id: id.to_owned(),
        session_id: "s".to_owned(),
        invitation_id: "i".to_owned(),
        generation: 0,
        address: "anna@example.org".to_owned(),
        same_device: true,
        mobile: false,
        key_id: "key".to_owned(),
        return_hash: format!("way back of {id}").into_bytes(),
        device: b"device".to_vec(),
        started: None,
        completion: None,
        state: OrderState::Opening,
        hint: String::new(),
        begun_at: NOW,
        issued_at: NOW,
        unreachable_since: None,
        returned_at: None,
        leased_until: Time(0),
        network: Some(b"network".to_vec()),
    }
}

fn login(id: &str) -> OidcLogin {
    OidcLogin {
        id: id.to_owned(),
        session_id: "s".to_owned(),
        invitation_id: "i".to_owned(),
        generation: 0,
        address: "anna@example.org".to_owned(),
        provider: "one".to_owned(),
        key_id: "key".to_owned(),
        state_hash: format!("state of {id}").into_bytes(),
        url: b"sealed".to_vec(),
        begun_at: NOW,
        used_at: None,
        network: Some(b"another".to_vec()),
    }
}

const fn hold(id: &str, until: Time) -> Claim<'_> {
    Claim { id, until }
}

async fn state(tx: &mut dyn Transaction, id: &str) -> OrderState {
    tx.order(id).await.expect("read").expect("there").state
}

async fn parallel_workers_never_take_the_same_order(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    for n in 0..50 {
        tx.add_order(&order(&format!("o{n:02}"))).await.expect("added");
    }
    tx.commit().await.expect("committed");
    let workers = (0..10).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut tx = write(&store).await;
            let taken = tx.lease_orders(NOW, after(15), after(2), 7).await.expect("leased");
            tx.commit().await.expect("committed");
            taken
        })
    });
    let taken = futures_util::future::join_all(workers).await;
    let mut ids: Vec<String> =
        taken.into_iter().flat_map(|taken| taken.expect("ran")).map(|order| order.id).collect();
    ids.sort();
    let count = ids.len();
    ids.dedup();
    assert_eq!((count, ids.len()), (50, 50));
}

async fn an_order_goes_from_state_to_state(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    tx.add_order(&order("o")).await.expect("added");
    let until = after(15);
    tx.lease_orders(NOW, until, after(2), 9).await.expect("leased");
    tx.order_started(hold("o", until), b"started", "hint", after(1)).await.expect("started");
    let open = tx.order("o").await.expect("read").expect("there");
    assert_eq!(
        (open.state, open.started, open.issued_at),
        (OrderState::Open, Some(b"started".to_vec()), after(1))
    );
    assert!(tx.lease_orders(after(1), until, after(2), 9).await.expect("leased").is_empty());
    tx.lease_orders(after(2), after(17), after(4), 9).await.expect("leased");
    tx.order_hint(hold("o", after(17)), "further").await.expect("noted");
    tx.lease_orders(after(4), after(19), after(6), 9).await.expect("leased");
    tx.renew_order(hold("o", after(19)), after(5)).await.expect("renewed");
    assert_eq!(state(&mut *tx, "o").await, OrderState::Opening);
    tx.lease_orders(after(5), after(20), after(7), 9).await.expect("leased");
    tx.order_started(hold("o", after(20)), b"again", "hint", after(5)).await.expect("started");
    tx.lease_orders(after(7), after(22), after(9), 9).await.expect("leased");
    assert!(tx.order_done(hold("o", after(22)), b"outcome").await.expect("done"));
    let done = tx.order("o").await.expect("read").expect("there");
    assert_eq!(
        (done.state, done.started, done.completion),
        (OrderState::Done, None, Some(b"outcome".to_vec()))
    );
    assert!(tx.end_order("o").await.expect("ended"));
    assert!(!tx.end_order("o").await.expect("kept"));
    let ended = tx.order("o").await.expect("read").expect("there");
    assert_eq!((ended.state, ended.completion), (OrderState::Ended, None));
    assert!(
        tx.lease_orders(after(99), after(100), after(101), 9).await.expect("leased").is_empty()
    );
}

async fn what_is_said_of_an_order_that_is_held_no_more_changes_nothing(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    tx.add_order(&order("o")).await.expect("added");
    tx.lease_orders(NOW, after(15), after(2), 9).await.expect("leased");
    tx.order_started(hold("o", after(15)), b"started", "hint", NOW).await.expect("started");
    tx.lease_orders(after(2), after(17), after(4), 9).await.expect("leased");
    // The claim expired, and another worker has the order.
    tx.lease_orders(after(17), after(32), after(19), 9).await.expect("leased");
    let old = hold("o", after(17));
    assert!(!tx.order_done(old, b"outcome").await.expect("refused"));
    assert!(!tx.order_failed(old, "why").await.expect("refused"));
    tx.order_hint(old, "further").await.expect("refused");
    tx.renew_order(old, after(17)).await.expect("refused");
    tx.mark_unreachable(old, after(17)).await.expect("refused");
    tx.release_orders(&[old]).await.expect("refused");
    let kept = tx.order("o").await.expect("read").expect("there");
    assert_eq!((kept.state, kept.hint.as_str()), (OrderState::Open, "hint"));
    assert_eq!((kept.leased_until, kept.unreachable_since), (after(32), None));
    assert!(tx.order_done(hold("o", after(32)), b"outcome").await.expect("done"));
}

async fn an_order_that_was_left_is_told_to_bankid_before_another_is_opened(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    tx.add_order(&order("o")).await.expect("added");
    tx.lease_orders(NOW, after(15), after(2), 9).await.expect("leased");
    // It is abandoned while the poller starts it with BankID.
    tx.abandon_order("o", after(1)).await.expect("left");
    tx.add_order(&order("p")).await.expect("added");
    tx.order_started(hold("o", after(15)), b"started", "hint", after(1)).await.expect("started");
    assert_eq!(state(&mut *tx, "o").await, OrderState::Cancelling);
    let due = tx.lease_orders(after(1), after(16), after(3), 9).await.expect("leased");
    assert_eq!(due.iter().map(|order| order.id.as_str()).collect::<Vec<_>>(), ["o"]);
    assert!(due.iter().all(|order| order.started.is_some()));
    assert!(tx.end_order("o").await.expect("ended"));
    let due = tx.lease_orders(after(1), after(16), after(3), 9).await.expect("leased");
    assert_eq!(due.iter().map(|order| order.id.as_str()).collect::<Vec<_>>(), ["p"]);
    // A done or failed order ends at once when it is abandoned.
    assert!(tx.order_failed(hold("p", after(16)), "why").await.expect("failed"));
    tx.abandon_orders_of("s", after(2)).await.expect("left");
    tx.abandon_order("p", after(2)).await.expect("left");
    assert_eq!(state(&mut *tx, "p").await, OrderState::Ended);
    // So do those of an invitation, whichever session started them.
    for id in ["q", "r"] {
        let session_id = format!("session of {id}");
        tx.add_order(&BankIdOrder { session_id, ..order(id) }).await.expect("added");
    }
    tx.abandon_orders_for(&["another"], after(3)).await.expect("left");
    assert_eq!(state(&mut *tx, "q").await, OrderState::Opening);
    tx.abandon_orders_for(&["another", "i"], after(3)).await.expect("left");
    for id in ["q", "r"] {
        assert_eq!(state(&mut *tx, id).await, OrderState::Cancelling);
    }
}

async fn a_way_back_is_used_once(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    tx.add_order(&order("o")).await.expect("added");
    assert!(tx.order_by_return(b"another").await.expect("read").is_none());
    let found = tx.order_by_return(b"way back of o").await.expect("read").expect("there");
    assert!(tx.order_returned(&found.id, after(1)).await.expect("returned"));
    assert!(!tx.order_returned(&found.id, after(2)).await.expect("kept"));
    let found = tx.order("o").await.expect("read").expect("there");
    assert_eq!(found.returned_at, Some(after(1)));
    tx.add_login(&login("l")).await.expect("added");
    assert!(tx.login_by_state(b"another").await.expect("read").is_none());
    let found = tx.login_by_state(b"state of l").await.expect("read").expect("there");
    assert!(tx.use_login(&found.id, after(1)).await.expect("used"));
    assert!(!tx.use_login(&found.id, after(2)).await.expect("refused"));
    assert_eq!(tx.login("l").await.expect("read").expect("there").used_at, Some(after(1)));
}

async fn identifications_are_counted_and_erased(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    tx.add_order(&order("o")).await.expect("added");
    tx.add_order(&BankIdOrder { session_id: "t".to_owned(), ..order("p") }).await.expect("added");
    tx.add_login(&login("l")).await.expect("added");
    let begun = tx.begun_since("i", 0, "s", b"another", after(-1)).await.expect("read");
    assert_eq!(begun, Begun { all: 3, network: 1, session: 2 });
    let begun = tx.begun_since("i", 0, "s", b"network", NOW).await.expect("read");
    assert_eq!(begun, Begun::default());
    let by_the_next_link = tx.begun_since("i", 1, "s", b"network", after(-1)).await.expect("read");
    assert_eq!(by_the_next_link, Begun::default(), "a new link has fresh counts");
    let attempt = attempt("t", "s", NOW);
    tx.record_e_id_attempt(&attempt).await.expect("counted");
    assert_eq!(tx.attempts("i", 0, "s", after(-1)).await.expect("read").1.invitation_all, 1);
    assert_eq!(tx.attempts("i", 0, "s", after(-1)).await.expect("read").0.invitation_all, 0);
    assert_eq!(tx.purge_identifications(NOW).await.expect("kept"), 0);
    assert_eq!(tx.purge_identifications(after(1)).await.expect("erased"), 3);
    tx.add_order(&order("o")).await.expect("added");
    assert_eq!(tx.purge_meetings(after(99_000_000)).await.expect("erased"), 1);
    assert!(tx.order("o").await.expect("read").is_none(), "an order goes with its meeting");
}

async fn what_waits_and_what_is_followed_is_counted(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    assert!(tx.queue_depths().await.expect("read").is_empty());
    assert!(tx.followed_orders().await.expect("read").is_empty());
    tx.enqueue(message("late", after(5))).await.expect("posted");
    tx.enqueue(message("early", after(2))).await.expect("posted");
    tx.enqueue(message("ended", NOW)).await.expect("posted");
    tx.complete("ended", Outcome::Sent, None, after(1)).await.expect("ended");
    tx.enqueue(NewMessage { kind: MessageKind::Code, ..message("code", after(3)) })
        .await
        .expect("posted");
    let mut waiting: Vec<_> = tx
        .queue_depths()
        .await
        .expect("read")
        .into_iter()
        .map(|it| (it.kind, it.messages, it.oldest))
        .collect();
    waiting.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(waiting, [("code".to_owned(), 1, after(3)), ("invitation".to_owned(), 2, after(2))]);
    for id in ["o", "p", "q"] {
        tx.add_order(&order(id)).await.expect("added");
    }
    tx.abandon_order("q", after(1)).await.expect("left");
    let mut followed = tx.followed_orders().await.expect("read");
    followed.sort();
    assert_eq!(followed, [("cancelling".to_owned(), 1), ("opening".to_owned(), 2)]);
}

async fn tokens_that_were_taken_back_are_erased(store: Arc<dyn Store>) {
    let mut tx = write(&store).await;
    tx.add_token("kept", "system", b"a", NOW).await.expect("added");
    tx.add_token("back", "other", b"b", NOW).await.expect("added");
    tx.revoke_token("back", after(7)).await.expect("taken back");
    assert_eq!(tx.purge_tokens(after(7)).await.expect("kept"), 0);
    assert_eq!(tx.purge_tokens(after(8)).await.expect("erased"), 1);
    let left = tx.tokens().await.expect("read");
    assert_eq!(left.iter().map(|token| token.id.as_str()).collect::<Vec<_>>(), ["kept"]);
}

async fn after_an_erasure_all_that_is_kept_is_there(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut tx = write(&store).await;
    tx.add_meeting(&Meeting { ends_at: after(-5), ..meeting("old") }).await.expect("added");
    tx.commit().await.expect("committed");
    let mut tx = write(&store).await;
    assert_eq!(tx.purge_meetings(NOW).await.expect("erased"), 1);
    tx.commit().await.expect("committed");
    assert!(store.after_erasure().await.expect("cleaned"));
    assert!(store.after_erasure().await.expect("cleaned again"));
    let mut tx = store.read().await.expect("a transaction");
    assert!(tx.meeting("old").await.expect("read").is_none());
    assert!(tx.meeting("m").await.expect("read").is_some());
}

async fn sends_to_an_address_are_counted_one_after_the_other(store: Arc<dyn Store>) {
    let mut tx = write(&store).await;
    tx.add_meeting(&meeting("m")).await.expect("added");
    for n in 0..10 {
        tx.add_invitation(&invitation(&format!("i{n}"), "m", n)).await.expect("added");
    }
    tx.commit().await.expect("committed");
    // Each belongs to another invitation and sends to the same address, which may receive three.
    let senders = (0..10).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            let (id, invitation) = (format!("s{n}"), format!("i{n}"));
            let mut tx = write(&store).await;
            tx.lock_invitation(&invitation).await.expect("locked");
            tx.lock_address(b"address of anna").await.expect("locked");
            let earlier = tx.sends(&invitation, 0, "s", b"address of anna", Time(0)).await;
            let sent = earlier.expect("read").address.len() < 3;
            if sent {
                let attempt = Attempt { invitation: &invitation, ..attempt(&id, "s", NOW) };
                let address_hash = b"address of anna";
                let to_anna = NewSend { address_hash, mail_at: Some(NOW), e_id: false };
                tx.record_send(&id, &attempt, to_anna).await.expect("counted");
            }
            tx.commit().await.expect("committed");
            sent
        })
    });
    let sent = futures_util::future::join_all(senders).await;
    assert_eq!(sent.into_iter().filter(|sent| *sent.as_ref().expect("ran")).count(), 3);
}

async fn who_waited_for_an_invitation_or_session_finds_it_as_it_is_by_then(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut first = write(&store).await;
    let invitation =
        first.lock_invitation_by_token(b"hash of i").await.expect("read").expect("there");
    assert!(first.lock_session(b"value of s", after(-1)).await.expect("read").is_some());
    let second = tokio::spawn({
        let store = store.clone();
        async move {
            let mut tx = write(&store).await;
            let invitation = tx.lock_invitation_by_token(b"hash of i").await.expect("read");
            let session = tx.lock_session(b"value of s", after(-1)).await.expect("read");
            (invitation.is_some(), session.is_some())
        }
    });
    assert!(first.renew_session("s", b"value of s", b"new").await.expect("renewed"));
    let link = Invitation { token_hash: b"another".to_vec(), generation: 1, ..invitation };
    first.put_invitation(&link).await.expect("written");
    tokio::task::yield_now().await;
    first.commit().await.expect("committed");
    assert_eq!(second.await.expect("ran"), (false, false));
    let mut tx = write(&store).await;
    assert!(tx.lock_session(b"new", after(-1)).await.expect("read").is_some());
    let found = tx.lock_invitation_by_token(b"another").await.expect("read").expect("there");
    assert_eq!(format!("{found:?}"), format!("{link:?}"));
}

async fn a_reader_has_one_picture(store: Arc<dyn Store>) {
    ground(&store).await;
    let mut reader = store.read().await.expect("a transaction");
    assert_eq!(reader.meeting("m").await.expect("read").expect("there").sequence, 0);
    let mut tx = write(&store).await;
    tx.put_meeting(&Meeting { sequence: 1, ..meeting("m") }).await.expect("written");
    tx.add_invitation(&invitation("i2", "m", 1)).await.expect("added");
    tx.commit().await.expect("committed");
    assert_eq!(reader.meeting("m").await.expect("read").expect("there").sequence, 0);
    assert_eq!(reader.invitations("m").await.expect("read").len(), 1);
    let mut later = store.read().await.expect("a transaction");
    assert_eq!(later.meeting("m").await.expect("read").expect("there").sequence, 1);
}

/// Opens a fresh database from many tasks at once.
async fn opened_at_once<S: Send + 'static, F>(open: impl Fn() -> F)
where
    F: Future<Output = Result<S, super::StoreError>> + Send + 'static,
{
    let opening: Vec<_> = (0..8).map(|_| tokio::spawn(open())).collect();
    for opened in opening {
        opened.await.expect("ran").map(drop).expect("opened");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_start_on_a_fresh_file_don_t_stumble_over_each_other() {
    let folder = tempfile::tempdir().expect("a folder");
    // Two must collide at one moment, which they do once in forty rounds.
    for round in 0..50 {
        let path = folder.path().join(format!("{round}.db"));
        opened_at_once(|| {
            let path = path.clone();
            async move { SqliteStore::open(&path).await }
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_start_on_a_fresh_database_don_t_stumble_over_each_other() {
    let fresh = FreshPostgres::empty().await;
    opened_at_once(|| {
        let url = fresh.url.clone();
        async move { PostgresStore::open(&url).await }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_somebody_who_hangs_is_refused_and_others_go_on() {
    let fresh = FreshPostgres::with_tables().await;
    let store = postgres(&fresh).await;
    ground(&store).await;
    let mut hanging = write(&store).await;
    hanging.lock_invitation("i").await.expect("locked");
    let waiting = tokio::spawn({
        let store = store.clone();
        async move { write(&store).await.lock_invitation("i").await }
    });
    let mut free = write(&store).await;
    free.lock_meeting("m").await.expect("locked");
    free.add_event("m", &Event::new("sent", Some("i"), NOW)).await.expect("added");
    free.commit().await.expect("committed");
    assert!(waiting.await.expect("ran").is_err());
    hanging.commit().await.expect("committed");
    write(&store).await.lock_invitation("i").await.expect("locked");
}

/// Waits until a transaction waits for another in that database, or has ended without waiting.
async fn waits_or_ends(fresh: &FreshPostgres, transaction: &tokio::task::JoinHandle<(bool, bool)>) {
    let pool = sqlx::PgPool::connect(&fresh.url).await.expect("a database");
    let waiting = "SELECT COUNT(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while !transaction.is_finished() {
        let (waiting,): (i64,) = sqlx::query_as(waiting).fetch_one(&pool).await.expect("a count");
        if waiting > 0 {
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_an_invitation_and_a_session_finds_them_as_they_are_by_then() {
    let fresh = FreshPostgres::with_tables().await;
    let store = postgres(&fresh).await;
    ground(&store).await;
    for (number, renewed, linked) in [(1, true, false), (2, false, true)] {
        let (value, link) = (format!("value {number}"), format!("link {number}"));
        let mut first = write(&store).await;
        let invitation = first.invitation("i").await.expect("read").expect("there");
        let hash = invitation.token_hash.clone();
        first.lock_invitation_by_token(&hash).await.expect("read").expect("there");
        first.lock_session(b"value of s", after(-1)).await.expect("read").expect("there");
        let second = tokio::spawn({
            let store = store.clone();
            async move {
                let mut tx = write(&store).await;
                let invitation = tx.lock_invitation_by_token(&hash).await.expect("read");
                let session = tx.lock_session(b"value of s", after(-1)).await.expect("read");
                (invitation.is_some(), session.is_some())
            }
        });
        waits_or_ends(&fresh, &second).await;
        if renewed {
            let new = value.as_bytes();
            assert!(first.renew_session("s", b"value of s", new).await.expect("renewed"));
        }
        if linked {
            let link = Invitation { token_hash: link.into_bytes(), generation: 1, ..invitation };
            first.put_invitation(&link).await.expect("written");
        }
        first.commit().await.expect("committed");
        assert_eq!(second.await.expect("ran"), (!linked, !renewed));
        if renewed {
            let mut tx = write(&store).await;
            let old = value.as_bytes();
            assert!(tx.renew_session("s", old, b"value of s").await.expect("as before"));
            tx.commit().await.expect("committed");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_erases_gives_way() {
    let fresh = FreshPostgres::with_tables().await;
    let store = postgres(&fresh).await;
    ground(&store).await;
    let mut visitor = write(&store).await;
    visitor.lock_invitation_by_token(b"hash of i").await.expect("read").expect("there");
    let eraser = tokio::spawn({
        let store = store.clone();
        async move { write(&store).await.purge_meetings(Time(i64::MAX)).await }
    });
    assert!(eraser.await.expect("ran").is_err());
    visitor.add_event("m", &Event::new("opened", Some("i"), NOW)).await.expect("added");
    visitor.commit().await.expect("committed");
    let mut tx = write(&store).await;
    assert_eq!(tx.purge_meetings(Time(i64::MAX)).await.expect("erased"), 1);
    assert_eq!(tx.purge_meetings(Time(i64::MAX)).await.expect("nothing left"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_on_a_server_is_made_looked_at_and_brought_up_to_date() {
    let fresh = FreshPostgres::empty().await;
    let database = Database::Postgres(fresh.url.clone().into());
    let all = super::postgres::upkeep::MIGRATIONS.iter().count();
    let before = super::check(&database).await.expect("looked at");
    assert_eq!(before, Health::Behind { by: all });
    let made = super::migrate(&database).await.expect("made");
    assert_eq!(made.by, all);
    let found = super::check(&database).await.expect("looked at");
    assert_eq!(found, Health::Sound { version: made.version });
    assert_eq!(super::migrate(&database).await.expect("made").by, 0);
    let nowhere = Database::Postgres("postgres://u:hemligt@127.0.0.1:9/anslut".to_owned().into());
    let wrong = super::check(&nowhere).await.expect_err("unreachable").to_string();
    assert!(wrong.contains("can't be reached") && !wrong.contains("hemligt"), "{wrong}");
}
