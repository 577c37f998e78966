//! The consequences of a message's end.

use super::writing::tells_of_meeting;
use crate::{
    clock::Time,
    desk::{Fault, booking::happened},
    keys::new_id,
    store::{
        Message, Stage, Tx,
        records::{Invitation, Kind, Outcome, Outgoing},
    },
};

/// Locks and returns the invitation of a message. `None` if it is gone or has a newer link: an older link's
/// messages say nothing about it.
pub(super) async fn current(
    tx: &mut dyn Tx,
    message: &Outgoing,
) -> Result<Option<Invitation>, Fault> {
    tx.lock_invitation(&message.invitation_id).await?;
    let invitation = tx.invitation(&message.invitation_id).await?;
    Ok(invitation.filter(|invitation| invitation.generation == message.generation))
}

/// Writes the consequences of a message's end.
pub(super) async fn follow(
    tx: &mut dyn Tx,
    invitation: &Invitation,
    kind: Kind,
    outcome: Outcome,
    now: Time,
) -> Result<(), Fault> {
    let what = match (kind, outcome) {
        (Kind::Invitation, Outcome::Sent) => {
            tx.reach(&invitation.id, Stage::Sent, now).await?;
            "sent"
        }
        (Kind::Invitation, Outcome::Failed) => {
            tx.reach(&invitation.id, Stage::Failed, now).await?;
            "failed"
        }
        (Kind::Code, Outcome::Sent) => "code-sent",
        (Kind::Code, Outcome::Failed) => "code-failed",
        (Kind::Code, Outcome::Lapsed) => "code-dropped",
        (Kind::Changed, Outcome::Sent) => "change-sent",
        (Kind::Changed, Outcome::Failed) => "change-failed",
        (Kind::Cancelled, Outcome::Sent) => "cancellation-sent",
        (Kind::Cancelled, Outcome::Failed) => "cancellation-failed",
        (Kind::Reminder | Kind::ReminderSms, Outcome::Sent) => "reminded",
        _ => return Ok(()),
    };
    // The recipient must learn of these some other way. A reminder holds no news.
    if tells_of_meeting(kind) && outcome == Outcome::Failed {
        let (id, generation) = (&invitation.id, invitation.generation);
        tx.post(Message::new(&new_id()?, Kind::Undelivered, id, generation, now)).await?;
    }
    tx.add_event(&invitation.meeting_id, &happened(what, Some(&invitation.id), now)).await?;
    Ok(())
}
