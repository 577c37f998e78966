//! The contract of device checks days ahead.

use super::{ground, write};
use crate::store::Store;
use app::wire::Equipment;

promises!(a_check_belongs_to_one_link_of_an_invitation, a_check_keeps_what_it_did_not_try,);

const CHECKED: Equipment =
    Equipment { camera: Some(true), microphone: Some(false), connection: None };

async fn a_check_keeps_what_it_did_not_try(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        assert_eq!(tx.equipment("i", 0).await.expect("read"), None);
        tx.keep_equipment("i", 0, CHECKED).await.expect("kept");
        assert_eq!(tx.equipment("i", 0).await.expect("read"), Some(CHECKED));
        let later = Equipment { microphone: Some(true), connection: Some(false), camera: None };
        tx.keep_equipment("i", 0, later).await.expect("kept");
        let both = Equipment { camera: Some(true), ..later };
        assert_eq!(tx.equipment("i", 0).await.expect("read"), Some(both));
    })
    .await;
}

async fn a_check_belongs_to_one_link_of_an_invitation(store: Store) {
    ground(&store).await;
    write(&store, async move |tx| {
        tx.keep_equipment("i", 0, CHECKED).await.expect("kept");
        assert_eq!(tx.equipment("i", 1).await.expect("read"), None);
        assert_eq!(tx.equipment("other", 0).await.expect("read"), None);
        let next = Equipment { connection: Some(true), ..Equipment::default() };
        tx.keep_equipment("i", 1, next).await.expect("kept");
        assert_eq!(tx.equipment("i", 1).await.expect("read"), Some(next));
        assert_eq!(tx.equipment("i", 0).await.expect("read"), None);
    })
    .await;
}
