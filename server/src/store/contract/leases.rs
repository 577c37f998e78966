//! The contract of leases, tokens and idempotency keys.

use super::{NOW, after, ground, write};
use crate::store::Store;

promises!(
    a_booking_key_is_taken_once,
    a_token_is_known_by_its_hash_until_it_is_taken_back,
    a_turn_is_one_server_s_until_it_ends,
    tokens_that_were_taken_back_are_erased,
);

async fn a_booking_key_is_taken_once(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        assert!(tx.add_idempotency_key(b"key", b"body", "m", NOW).await.expect("added"));
        assert!(!tx.add_idempotency_key(b"key", b"other", "m", NOW).await.expect("refused"));
        let known = tx.idempotency_key(b"key").await.expect("read");
        assert_eq!(known, Some((b"body".to_vec(), "m".to_owned())));
        assert_eq!(tx.idempotency_key(b"none").await.expect("read"), None);
    })
    .await;
}

async fn a_turn_is_one_server_s_until_it_ends(store: Store) {
    let takers = (0..8).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            write(&store, async move |tx| {
                tx.acquire_lease("work", NOW, after(10)).await.expect("asked")
            })
            .await
        })
    });
    let mut taken = 0;
    for taker in takers.collect::<Vec<_>>() {
        taken += usize::from(taker.await.expect("an end"));
    }
    assert_eq!(taken, 1);
    write(&store, async move |tx| {
        assert!(!tx.acquire_lease("work", after(9), after(20)).await.expect("asked"));
        assert!(tx.acquire_lease("other work", after(9), after(20)).await.expect("asked"));
        assert!(tx.acquire_lease("work", after(10), after(20)).await.expect("asked"));
    })
    .await;
}

async fn a_token_is_known_by_its_hash_until_it_is_taken_back(store: Store) {
    write(&store, async move |tx| {
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
    })
    .await;
}

async fn tokens_that_were_taken_back_are_erased(store: Store) {
    write(&store, async move |tx| {
        tx.add_token("kept", "system", b"a", NOW).await.expect("added");
        tx.add_token("back", "other", b"b", NOW).await.expect("added");
        tx.revoke_token("back", after(7)).await.expect("taken back");
        assert_eq!(tx.purge_tokens(after(7)).await.expect("kept"), 0);
        assert_eq!(tx.purge_tokens(after(8)).await.expect("erased"), 1);
        let left = tx.tokens().await.expect("read");
        assert_eq!(left.iter().map(|token| token.id.as_str()).collect::<Vec<_>>(), ["kept"]);
    })
    .await;
}
