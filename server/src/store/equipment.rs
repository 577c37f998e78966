//! Device checks days ahead, one an invitation.

use super::{StoreResult, Tx, query::query};
use app::wire::Equipment;

impl Tx {
    /// Returns the latest device check with an invitation's link of this generation.
    pub async fn equipment(
        &mut self,
        invitation: &str,
        generation: i64,
    ) -> StoreResult<Option<Equipment>> {
        let checked = query(
            "SELECT camera, microphone, connection FROM equipment
             WHERE invitation_id = $1 AND generation = $2",
        )
        .bind(invitation)
        .bind(generation)
        .fetch_optional(self)
        .await?;
        Ok(checked.map(|(camera, microphone, connection)| Equipment {
            camera,
            microphone,
            connection,
        }))
    }

    /// Keeps a device check. What it did not try stays as it was, unless it was tried with an earlier link.
    pub async fn keep_equipment(
        &mut self,
        invitation: &str,
        generation: i64,
        checked: Equipment,
    ) -> StoreResult<()> {
        query(
            "INSERT INTO equipment (invitation_id, generation, camera, microphone, connection)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (invitation_id) DO UPDATE SET
                camera = COALESCE(excluded.camera, CASE
                    WHEN equipment.generation = excluded.generation THEN equipment.camera END),
                microphone = COALESCE(excluded.microphone, CASE
                    WHEN equipment.generation = excluded.generation THEN equipment.microphone END),
                connection = COALESCE(excluded.connection, CASE
                    WHEN equipment.generation = excluded.generation THEN equipment.connection END),
                generation = excluded.generation",
        )
        .bind(invitation)
        .bind(generation)
        .bind(checked.camera)
        .bind(checked.microphone)
        .bind(checked.connection)
        .write(self)
        .await
    }
}
