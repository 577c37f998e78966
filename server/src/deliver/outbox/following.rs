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

/// The invitation that a message is about, kept off others, unless it has got another link meanwhile: what
/// became of the old one's messages says nothing of it.
pub(super) async fn current(
    tx: &mut dyn Tx,
    message: &Outgoing,
) -> Result<Option<Invitation>, Fault> {
    tx.lock_invitation(&message.invitation_id).await?;
    let invitation = tx.invitation(&message.invitation_id).await?;
    Ok(invitation.filter(|invitation| invitation.generation == message.generation))
}

/// Writes down what follows when a message has ended.
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
    // Of these the recipient must learn some other way; a reminder tells nothing new.
    if tells_of_meeting(kind) && outcome == Outcome::Failed {
        let (id, generation) = (&invitation.id, invitation.generation);
        tx.post(Message::new(&new_id()?, Kind::Undelivered, id, generation, now)).await?;
    }
    tx.add_event(&invitation.meeting_id, &happened(what, Some(&invitation.id), now)).await?;
    Ok(())
}
