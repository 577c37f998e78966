//! Identification flows, and everything that a request of one reads.

use super::{
    StoreResult, Tx,
    challenges::challenge_columns,
    invitations::invitation_columns,
    meetings::meeting_columns,
    query::{Columns, FromRow, query, row},
    sessions::session_columns,
};
use crate::{
    authenticators::Proof,
    clock::Time,
    model::{Challenge, IdentificationFlow, Invitation, Meeting, Session},
};

row!(flow_columns of flows, IdentificationFlow {
        session_id,
        invitation_id,
        generation,
        typed,
        instead,
        address,
        challenge_id,
        order_id,
        login_id,
        flash,
        level,
        method,
        name,
        proven_at,
        entered_at,
        joined_at,
        identity_matched,
        camera,
        microphone,
        connection,
        called_at,
    }
);
pub(super) use flow_columns;

/// The rows of a visitor's request for an invitation, but for counts.
#[derive(Clone, Debug)]
pub struct FlowRows {
    /// The invitation.
    pub invitation: Invitation,
    /// Its meeting.
    pub meeting: Meeting,
    /// The visitor's session. `None` without one, or if it has ended.
    pub session: Option<Session>,
    /// The session's flow for the invitation's current link.
    pub flow: Option<IdentificationFlow>,
    /// The flow's challenge.
    pub challenge: Option<Challenge>,
}

impl FromRow for FlowRows {
    fn from_row(row: &mut Columns<'_>) -> StoreResult<Self> {
        let (invitation, meeting) = FromRow::from_row(row)?;
        let (session, flow, challenge) = (row.joined()?, row.joined()?, row.joined()?);
        Ok(Self { invitation, meeting, session, flow, challenge })
    }
}

impl FromRow for (Invitation, Meeting) {
    fn from_row(row: &mut Columns<'_>) -> StoreResult<Self> {
        Ok((Invitation::from_row(row)?, Meeting::from_row(row)?))
    }
}

/// The tables of an invitation and its meeting.
macro_rules! invitation_with_meeting {
    () => {
        "invitations JOIN meetings ON meetings.id = invitations.meeting_id"
    };
}

impl Tx {
    /// Locks the invitation with this token hash, and then the session whose cookie value has a hash, until
    /// the transaction ends. Returns the rows as [`Tx::flow_rows`] does, as of when the locks were granted.
    pub async fn lock_flow(
        &mut self,
        token_hash: &[u8],
        session: Option<(&[u8], Time)>,
    ) -> StoreResult<Option<FlowRows>> {
        if !self.has_other_writers() {
            return self.flow_rows(token_hash, session).await;
        }
        // In one round trip. Rows are read in a statement after it: at READ COMMITTED this one sees other tables
        // as they were before it waited.
        let (invitation, locked): (Option<String>, Option<String>) = query(
            "WITH invitation AS MATERIALIZED (
                SELECT id FROM invitations WHERE token_hash = $1 FOR NO KEY UPDATE),
             session AS MATERIALIZED (
                SELECT id FROM sessions
                WHERE value_hash = $2 AND EXISTS (SELECT 1 FROM invitation) FOR NO KEY UPDATE)
             SELECT (SELECT id FROM invitation), (SELECT id FROM session)",
        )
        .bind(token_hash)
        .bind(session.map(|(hash, _)| hash))
        .fetch_one(self)
        .await?;
        let Some(mut rows) = self.flow_rows(token_hash, session).await? else { return Ok(None) };
        if invitation.as_ref() != Some(&rows.invitation.id) {
            return Ok(None);
        }
        // Only what was locked counts.
        if rows.session.as_ref().is_some_and(|session| locked.as_ref() != Some(&session.id)) {
            (rows.session, rows.flow, rows.challenge) = (None, None, None);
        }
        Ok(Some(rows))
    }

    /// Returns the rows of a visitor's request: of the invitation with this token hash, and of the session
    /// whose cookie value has a hash, if it was active after a time. `None` if there is no such invitation.
    ///
    /// A transaction that writes uses [`Tx::lock_flow`].
    pub async fn flow_rows(
        &mut self,
        token_hash: &[u8],
        session: Option<(&[u8], Time)>,
    ) -> StoreResult<Option<FlowRows>> {
        // PostgreSQL prepares each column of each table at every run, so tables that can't matter are left out.
        let Some((value_hash, seen_after)) = session else {
            let found: Option<(Invitation, Meeting)> = query(concat!(
                "SELECT ",
                invitation_columns!(),
                ", ",
                meeting_columns!(),
                " FROM ",
                invitation_with_meeting!(),
                " WHERE invitations.token_hash = $1"
            ))
            .bind(token_hash)
            .fetch_optional(self)
            .await?;
            return Ok(found.map(|(invitation, meeting)| FlowRows {
                invitation,
                meeting,
                session: None,
                flow: None,
                challenge: None,
            }));
        };
        query(concat!(
            "SELECT ", invitation_columns!(), ", ", meeting_columns!(), ", ", session_columns!(), ", ",
            flow_columns!(), ", ", challenge_columns!(), " FROM ", invitation_with_meeting!(),
            " LEFT JOIN sessions ON sessions.value_hash = $2 AND sessions.last_active_at > $3
             LEFT JOIN flows ON flows.session_id = sessions.id AND flows.invitation_id = invitations.id
                AND flows.generation = invitations.generation
             LEFT JOIN challenges ON challenges.id = flows.challenge_id
             WHERE invitations.token_hash = $1"
        ))
        .bind(token_hash)
        .bind(value_hash)
        .bind(seen_after)
        .fetch_optional(self)
        .await
    }

    /// Returns a session's flow for an invitation, for the contract suite.
    #[cfg(test)]
    pub async fn flow(
        &mut self,
        session: &str,
        invitation: &str,
    ) -> StoreResult<Option<IdentificationFlow>> {
        query(concat!(
            "SELECT ",
            flow_columns!(),
            " FROM flows WHERE session_id = $1 AND invitation_id = $2"
        ))
        .bind(session)
        .bind(invitation)
        .fetch_optional(self)
        .await
    }

    /// Adds or replaces a flow. A proof stays, unless the flow belongs to another generation.
    pub async fn put_flow(&mut self, flow: &IdentificationFlow) -> StoreResult<()> {
        query(
            "INSERT INTO flows (session_id, invitation_id, generation, typed, challenge_id,
                flash, entered_at, joined_at, instead, address, order_id, login_id, camera, microphone,
                connection, called_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
             ON CONFLICT (session_id, invitation_id) DO UPDATE SET
                level = CASE WHEN flows.generation = excluded.generation THEN flows.level END,
                method = CASE WHEN flows.generation = excluded.generation THEN flows.method END,
                name = CASE WHEN flows.generation = excluded.generation THEN flows.name END,
                proven_at = CASE WHEN flows.generation = excluded.generation
                    THEN flows.proven_at END,
                identity_matched = CASE WHEN flows.generation = excluded.generation
                    THEN flows.identity_matched END,
                generation = excluded.generation, typed = excluded.typed,
                challenge_id = excluded.challenge_id, flash = excluded.flash,
                entered_at = excluded.entered_at, joined_at = excluded.joined_at,
                instead = excluded.instead, address = excluded.address,
                order_id = excluded.order_id, login_id = excluded.login_id,
                camera = excluded.camera, microphone = excluded.microphone,
                connection = excluded.connection, called_at = excluded.called_at",
        )
        .bind(&flow.session_id)
        .bind(&flow.invitation_id)
        .bind(flow.generation)
        .bind(&flow.typed)
        .bind(&flow.challenge_id)
        .bind(&flow.flash)
        .bind(flow.entered_at)
        .bind(flow.joined_at)
        .bind(flow.instead)
        .bind(&flow.address)
        .bind(&flow.order_id)
        .bind(&flow.login_id)
        .bind(flow.camera)
        .bind(flow.microphone)
        .bind(flow.connection)
        .bind(flow.called_at)
        .write(self)
        .await
    }

    /// Records a session's proof for an invitation. What led to it is no longer the flow's.
    pub async fn record_proof(
        &mut self,
        session: &str,
        invitation: &str,
        proof: &Proof,
        at: Time,
    ) -> StoreResult<()> {
        query(
            "UPDATE flows SET level = $3, method = $4, name = $5, proven_at = $6, identity_matched = $7, flash = NULL,
                challenge_id = NULL, order_id = NULL, login_id = NULL
             WHERE session_id = $1 AND invitation_id = $2",
        )
        .bind(session)
        .bind(invitation)
        .bind(proof.level().name())
        .bind(proof.method())
        .bind(proof.name())
        .bind(at)
        .bind(proof.identity_matched())
        .write(self)
        .await
    }
}
