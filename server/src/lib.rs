//! Anslut: from an invitation in the mail to a secure video meeting.

pub mod config;
