//! Reminders that are due.

use crate::clock::Time;

/// An invitation that is due for a reminder.
#[derive(Clone, Debug)]
pub struct DueReminder {
    /// The invitation.
    pub invitation_id: String,
    /// Generation of the link.
    pub generation: i64,
    /// The recipient's phone number in E.164.
    pub phone: Option<String>,
    /// Version of the meeting.
    pub sequence: i64,
    /// Start of the meeting.
    pub starts_at: Time,
}
