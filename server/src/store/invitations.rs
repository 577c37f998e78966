//! Invitations.

use super::{
    StoreResult, Tx,
    query::{Value, query, row},
};
use crate::{
    clock::Time,
    model::{Invitation, InvitationStage},
};

row!(invitation_columns of invitations, Invitation {
        id,
        meeting_id,
        role,
        position,
        name,
        email,
        phone,
        assurance,
        method,
        language,
        generation,
        key_id,
        token_hash,
        allow_e_id,
        personal_number_hash,
        personal_number_key_id,
        personal_number_sealed,
        sent_at,
        opened_at,
        identified_at,
        waited_at,
        joined_at,
        locked_at,
        e_id_locked_at,
        failed_at,
        withdrawn_at,
    }
);
pub(super) use invitation_columns;

/// Returns what the sender and the link say of an invitation, in the order of its statements.
fn details(invitation: &Invitation) -> [Value<'_>; 13] {
    [
        (&invitation.name).into(),
        (&invitation.email).into(),
        (&invitation.phone).into(),
        (&invitation.assurance).into(),
        (&invitation.method).into(),
        (&invitation.language).into(),
        invitation.generation.into(),
        (&invitation.key_id).into(),
        (&invitation.token_hash).into(),
        invitation.allow_e_id.into(),
        (&invitation.personal_number_hash).into(),
        (&invitation.personal_number_sealed).into(),
        (&invitation.personal_number_key_id).into(),
    ]
}

impl Tx {
    /// Adds an invitation.
    pub async fn add_invitation(&mut self, invitation: &Invitation) -> StoreResult<()> {
        query(
            "INSERT INTO invitations (id, meeting_id, role, position, name, email, phone, assurance,
                method, language, generation, key_id, token_hash, allow_e_id, personal_number_hash,
                personal_number_sealed, personal_number_key_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        )
        .bind(&invitation.id)
        .bind(&invitation.meeting_id)
        .bind(invitation.role.name())
        .bind(invitation.position)
        .bind_all(details(invitation))
        .write(self)
        .await
    }

    /// Returns the invitation with this token hash, for the contract suite.
    #[cfg(test)]
    pub async fn invitation_by_token(
        &mut self,
        token_hash: &[u8],
    ) -> StoreResult<Option<Invitation>> {
        query(concat!("SELECT ", invitation_columns!(), " FROM invitations WHERE token_hash = $1"))
            .bind(token_hash)
            .fetch_optional(self)
            .await
    }

    /// Returns the invitation with this id.
    pub async fn invitation(&mut self, id: &str) -> StoreResult<Option<Invitation>> {
        query(concat!("SELECT ", invitation_columns!(), " FROM invitations WHERE id = $1"))
            .bind(id)
            .fetch_optional(self)
            .await
    }

    /// Locks an invitation until the transaction ends.
    pub async fn lock_invitation(&mut self, id: &str) -> StoreResult<()> {
        if self.has_other_writers() {
            query("SELECT id FROM invitations WHERE id = $1 FOR NO KEY UPDATE")
                .bind(id)
                .execute(self)
                .await?;
        }
        Ok(())
    }

    /// Returns a meeting's invitations, in the order of the booking.
    pub async fn invitations(&mut self, meeting: &str) -> StoreResult<Vec<Invitation>> {
        query(concat!(
            "SELECT ",
            invitation_columns!(),
            " FROM invitations WHERE meeting_id = $1 ORDER BY position"
        ))
        .bind(meeting)
        .fetch_all(self)
        .await
    }

    /// Writes the columns of an invitation that can change, its stages included. The caller must hold its
    /// lock.
    pub async fn put_invitation(&mut self, invitation: &Invitation) -> StoreResult<()> {
        query(
            "UPDATE invitations SET name = $2, email = $3, phone = $4, assurance = $5, method = $6,
                language = $7, generation = $8, key_id = $9, token_hash = $10, allow_e_id = $11,
                personal_number_hash = $12, personal_number_sealed = $13, personal_number_key_id = $14, sent_at = $15,
                opened_at = $16, identified_at = $17, joined_at = $18, locked_at = $19,
                e_id_locked_at = $20, failed_at = $21, withdrawn_at = $22, waited_at = $23
             WHERE id = $1",
        )
        .bind(&invitation.id)
        .bind_all(details(invitation))
        .bind(invitation.sent_at)
        .bind(invitation.opened_at)
        .bind(invitation.identified_at)
        .bind(invitation.joined_at)
        .bind(invitation.locked_at)
        .bind(invitation.e_id_locked_at)
        .bind(invitation.failed_at)
        .bind(invitation.withdrawn_at)
        .bind(invitation.waited_at)
        .write(self)
        .await
    }

    /// Returns the keys that invitations depend on, with the number of uses of each: to derive a link token,
    /// or to hash a personal identity number. Only invitations that are not cancelled, to meetings that end
    /// after this time.
    pub async fn keys_needed(&mut self, ends_after: Time) -> StoreResult<Vec<(String, i64)>> {
        let needed = query(
            "WITH open AS (
                SELECT invitations.key_id, invitations.personal_number_key_id
                FROM meetings JOIN invitations ON invitations.meeting_id = meetings.id
                WHERE meetings.ends_at > $1 AND meetings.cancelled_at IS NULL
                    AND invitations.withdrawn_at IS NULL)
             SELECT key_id, COUNT(*) FROM (
                SELECT key_id FROM open
                UNION ALL
                SELECT personal_number_key_id FROM open
                WHERE personal_number_key_id IS NOT NULL AND personal_number_key_id <> key_id) AS used
             GROUP BY key_id ORDER BY key_id",
        );
        needed.bind(ends_after).fetch_all(self).await
    }

    /// Records that an invitation has reached a stage. The first time stays.
    pub async fn mark_reached(
        &mut self,
        invitation: &str,
        stage: InvitationStage,
        at: Time,
    ) -> StoreResult<()> {
        query(match stage {
            InvitationStage::Sent => {
                "UPDATE invitations SET sent_at = $2 WHERE id = $1 AND sent_at IS NULL"
            }
            InvitationStage::Opened => {
                "UPDATE invitations SET opened_at = $2 WHERE id = $1 AND opened_at IS NULL"
            }
            InvitationStage::Identified => {
                "UPDATE invitations SET identified_at = $2
                 WHERE id = $1 AND identified_at IS NULL"
            }
            InvitationStage::Waited => {
                "UPDATE invitations SET waited_at = $2 WHERE id = $1 AND waited_at IS NULL"
            }
            InvitationStage::Joined => {
                "UPDATE invitations SET joined_at = $2 WHERE id = $1 AND joined_at IS NULL"
            }
            InvitationStage::Locked => {
                "UPDATE invitations SET locked_at = $2 WHERE id = $1 AND locked_at IS NULL"
            }
            InvitationStage::EIdLocked => {
                "UPDATE invitations SET e_id_locked_at = $2
                 WHERE id = $1 AND e_id_locked_at IS NULL"
            }
            InvitationStage::Failed => {
                "UPDATE invitations SET failed_at = $2 WHERE id = $1 AND failed_at IS NULL"
            }
        })
        .bind(invitation)
        .bind(at)
        .write(self)
        .await
    }
}
