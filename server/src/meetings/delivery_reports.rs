//! Delivery reports about codes.

use crate::{
    model::Event,
    state::{AppState, InternalError},
    store::Tx,
};

impl AppState {
    /// Records for the sender that a code has or has not arrived at the phone, once each. Reports about
    /// unknown or erased messages do no harm.
    pub async fn note_arrival(
        &self,
        message: Option<&str>,
        reference: &str,
        arrived: bool,
    ) -> Result<(), InternalError> {
        let now = self.clock.now();
        let (message, reference) = (message.map(str::to_owned), reference.to_owned());
        let record = async move |tx: &mut Tx| {
            let message = message.as_deref();
            if let Some(id) = tx.record_delivery_report(message, &reference, arrived, now).await?
                && let Some(invitation) = tx.invitation(&id).await?
            {
                let kind = if arrived { "code-delivered" } else { "code-undelivered" };
                let event = Event::new(kind, Some(&invitation.id), now);
                tx.add_event(&invitation.meeting_id, &event).await?;
            }
            Ok(())
        };
        self.store.write(record).await
    }
}
