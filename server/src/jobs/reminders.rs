//! Reminders of meetings that are near.
//!
//! Each reminder is written once for a start, together with its message. After an outage a recipient gets
//! only the nearest of the missed reminders.
//!
//! Each time of `reminder.mail` and `reminder.sms` is handled, the shortest first. Every due recipient gets a
//! row in `reminders`, together with the message. The row makes sure that each reminder is written once for a
//! start.

use crate::{
    clock::Time,
    config::Reminder,
    keys::new_ordered_id,
    model::{DueReminder, MessageKind},
    rules::phone,
    state::{AppState, InternalError},
    store::{NewMessage, Tx},
};
use std::time::Duration;

/// Time between two checks for due reminders.
pub const REMIND_EVERY: Duration = Duration::from_secs(30);

/// Duration of the lease. Shorter than the time until the same server looks again.
const LEASE: Duration = Duration::from_secs(25);

/// Number of reminders in one transaction. Others can use the store between two.
const BATCH: u32 = 100;

/// Enqueues the reminders that are due, unless another server holds the lease.
pub async fn remind(state: &AppState) -> Result<(), InternalError> {
    let Reminder { mail, sms } = &state.settings.reminding;
    if mail.is_empty() && sms.is_empty() {
        return Ok(());
    }
    if !state.acquire_lease("reminders", LEASE).await? {
        return Ok(());
    }
    let mut written = 0;
    for (kind, times) in [(MessageKind::Reminder, mail), (MessageKind::ReminderSms, sms)] {
        // The shortest comes first: it replaces the longer ones that were not written.
        let mut rest = times.as_slice();
        while !rest.is_empty() {
            let (found, posted) = state.remind_some(kind, rest).await?;
            written += posted;
            if found < BATCH as usize {
                rest = rest.get(1..).unwrap_or_default();
            }
        }
    }
    if written > 0 {
        tracing::info!(reminders = written, "written");
    }
    Ok(())
}

impl AppState {
    /// Writes a batch of the reminders due by the first of these times, and marks the other times as written.
    /// Returns how many were due, and the number of messages.
    async fn remind_some(
        &self,
        kind: MessageKind,
        times: &[Duration],
    ) -> Result<(usize, usize), InternalError> {
        let Some(before) = times.first() else { return Ok((0, 0)) };
        let now = self.clock.now();
        let due = self.store.read().await?.due_reminders(kind, *before, now, BATCH).await?;
        if due.is_empty() {
            return Ok((0, 0));
        }
        let found = due.len();
        let times = times.to_vec();
        let job = async move |tx: &mut Tx| enqueue(tx, kind, &times, &due, now).await;
        let posted = self.store.write(job).await?;
        if posted > 0 {
            self.posted.notify_one();
        }
        Ok((found, posted))
    }
}

/// Enqueues reminders, each with its rows. Returns the number of messages.
async fn enqueue(
    tx: &mut Tx,
    kind: MessageKind,
    times: &[Duration],
    due: &[DueReminder],
    now: Time,
) -> Result<usize, InternalError> {
    let mut posted = 0;
    for one in due {
        let mut first = false;
        for (place, time) in times.iter().enumerate() {
            first |= tx.add_reminder(one, kind, *time).await? && place == 0;
        }
        // Another server may have written it, and not every phone takes SMS.
        if !first || (kind == MessageKind::ReminderSms && !takes_sms(one.phone.as_deref())) {
            continue;
        }
        let id = new_ordered_id(now)?;
        tx.enqueue(NewMessage {
            sequence: one.sequence,
            expires_at: Some(one.starts_at),
            ..NewMessage::new(&id, kind, &one.invitation_id, one.generation, now)
        })
        .await?;
        posted += 1;
    }
    Ok(posted)
}

fn takes_sms(number: Option<&str>) -> bool {
    number.is_some_and(|number| phone::recipient(number).is_ok_and(|phone| phone.takes_sms))
}
