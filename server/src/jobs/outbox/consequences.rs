//! The consequences of a message's end.

use super::writing::tells_of_meeting;
use crate::{
    clock::Time,
    keys::new_id,
    model::{Event, Invitation, InvitationStage, MessageKind, OutboxMessage, Outcome},
    state::InternalError,
    store::{NewMessage, Tx},
};

/// Locks and returns the invitation of a message. `None` if it is gone or has a newer link: an older link's
/// messages say nothing about it.
pub(crate) async fn current(
    tx: &mut Tx,
    message: &OutboxMessage,
) -> Result<Option<Invitation>, InternalError> {
    tx.lock_invitation(&message.invitation_id).await?;
    let invitation = tx.invitation(&message.invitation_id).await?;
    Ok(invitation.filter(|invitation| invitation.generation == message.generation))
}

/// Writes the consequences of a message's end.
pub(crate) async fn apply_consequences(
    tx: &mut Tx,
    invitation: &Invitation,
    kind: MessageKind,
    outcome: Outcome,
    now: Time,
) -> Result<(), InternalError> {
    let what = match (kind, outcome) {
        (MessageKind::Invitation, Outcome::Sent) => {
            tx.mark_reached(&invitation.id, InvitationStage::Sent, now).await?;
            "sent"
        }
        (MessageKind::Invitation, Outcome::Failed) => {
            tx.mark_reached(&invitation.id, InvitationStage::Failed, now).await?;
            "failed"
        }
        (MessageKind::Code, Outcome::Sent) => "code-sent",
        (MessageKind::Code, Outcome::Failed) => "code-failed",
        (MessageKind::Code, Outcome::Lapsed) => "code-dropped",
        (MessageKind::Changed, Outcome::Sent) => "change-sent",
        (MessageKind::Changed, Outcome::Failed) => "change-failed",
        (MessageKind::Cancelled, Outcome::Sent) => "cancellation-sent",
        (MessageKind::Cancelled, Outcome::Failed) => "cancellation-failed",
        (MessageKind::Reminder | MessageKind::ReminderSms, Outcome::Sent) => "reminded",
        _ => return Ok(()),
    };
    // The sender must inform the recipient instead. A reminder holds no news.
    if tells_of_meeting(kind) && outcome == Outcome::Failed {
        let (id, generation) = (&invitation.id, invitation.generation);
        tx.enqueue(NewMessage::new(&new_id()?, MessageKind::Undelivered, id, generation, now))
            .await?;
    }
    tx.add_event(&invitation.meeting_id, &Event::new(what, Some(&invitation.id), now)).await?;
    Ok(())
}
