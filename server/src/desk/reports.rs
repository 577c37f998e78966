//! What a gateway tells of the codes that it has taken.

use super::{Desk, Fault, booking::happened};

impl Desk {
    /// Notes for the sender that a code has arrived at the phone, or has not, once each. Tells of what
    /// is not known, or no longer, are no harm.
    pub async fn note_arrival(
        &self,
        message: Option<&str>,
        reference: &str,
        arrived: bool,
    ) -> Result<(), Fault> {
        let now = self.clock.now();
        let mut tx = self.store.write().await?;
        if let Some(id) = tx.report(message, reference, arrived, now).await?
            && let Some(invitation) = tx.invitation(&id).await?
        {
            let kind = if arrived { "code-delivered" } else { "code-undelivered" };
            let event = happened(kind, Some(&invitation.id), now);
            tx.add_event(&invitation.meeting_id, &event).await?;
        }
        Ok(tx.commit().await?)
    }
}
