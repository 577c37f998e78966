//! The consequences of a message's end.

use super::writing::tells_of_meeting;
use crate::{
    clock::Time,
    keys::new_ordered_id,
    model::{Event, InvitationStage, MessageKind, OutboxMessage, Outcome},
    state::InternalError,
    store::{NewMessage, Tx},
};

/// Writes the end of a message and its consequences. A report's text is erased, whatever the end.
///
/// The invitation is locked only if its row changes. That a code was sent is written beside a visitor who has
/// it locked.
pub(crate) async fn complete(
    tx: &mut Tx,
    message: &OutboxMessage,
    kind: Option<MessageKind>,
    outcome: Outcome,
    reference: Option<&str>,
    now: Time,
) -> Result<(), InternalError> {
    let Some(id) = &message.invitation_id else {
        if tx.complete(&message.id, outcome, reference, now).await?
            && let Some(report) = &message.report_id
        {
            tx.erase_report(report).await?;
        }
        return Ok(());
    };
    let stage = kind.and_then(|kind| stage(kind, outcome));
    if stage.is_some() {
        tx.lock_invitation(id).await?;
    }
    if !tx.complete(&message.id, outcome, reference, now).await? {
        return Ok(());
    }
    let Some((kind, happened)) = kind.and_then(|kind| Some((kind, event(kind, outcome)?))) else {
        return Ok(());
    };
    let news_failed = tells_of_meeting(kind) && outcome == Outcome::Failed;
    if stage.is_none() && !news_failed {
        let link = (id.as_str(), message.generation);
        return Ok(tx.add_event_of_link(link, happened, now).await?);
    }
    // A message with an older link says nothing about the invitation.
    let invitation = tx.invitation(id).await?;
    let Some(invitation) = invitation.filter(|it| it.generation == message.generation) else {
        return Ok(());
    };
    if let Some(stage) = stage {
        tx.mark_reached(&invitation.id, stage, now).await?;
    }
    // The sender must inform the recipient instead. A reminder holds no news.
    if news_failed {
        let (id, generation) = (&invitation.id, invitation.generation);
        tx.enqueue(NewMessage::new(
            &new_ordered_id(now)?,
            MessageKind::Undelivered,
            id,
            generation,
            now,
        ))
        .await?;
    }
    tx.add_event(&invitation.meeting_id, &Event::new(happened, Some(&invitation.id), now)).await?;
    Ok(())
}

/// Returns the stage that an invitation reaches with a message's end.
const fn stage(kind: MessageKind, outcome: Outcome) -> Option<InvitationStage> {
    match (kind, outcome) {
        (MessageKind::Invitation, Outcome::Sent) => Some(InvitationStage::Sent),
        (MessageKind::Invitation, Outcome::Failed) => Some(InvitationStage::Failed),
        _ => None,
    }
}

/// Returns the event that reports a message's end to the sender.
const fn event(kind: MessageKind, outcome: Outcome) -> Option<&'static str> {
    Some(match (kind, outcome) {
        (MessageKind::Invitation, Outcome::Sent) => "sent",
        (MessageKind::Invitation, Outcome::Failed) => "failed",
        (MessageKind::Code, Outcome::Sent) => "code-sent",
        (MessageKind::Code, Outcome::Failed) => "code-failed",
        (MessageKind::Code, Outcome::Lapsed) => "code-dropped",
        (MessageKind::Changed, Outcome::Sent) => "change-sent",
        (MessageKind::Changed, Outcome::Failed) => "change-failed",
        (MessageKind::Cancelled, Outcome::Sent) => "cancellation-sent",
        (MessageKind::Cancelled, Outcome::Failed) => "cancellation-failed",
        (MessageKind::Reminder | MessageKind::ReminderSms, Outcome::Sent) => "reminded",
        _ => return None,
    })
}
