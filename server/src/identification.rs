//! Recipients' actions: the flow from the link to the room.
//!
//! Every action follows one pattern. It reads the `FlowContext` in a transaction that locks the invitation,
//! and asks the rules. It writes, enqueues messages and commits. Then it shows the page reached. A wrong code
//! commits too: the attempt stays counted, and the flow keeps a flash for the next page.

mod calendar;
pub(crate) mod callbacks;
mod calls;
mod codes;
pub(crate) mod context;
pub(crate) mod e_id;
mod events;
mod flow;
mod join;
mod leading;
pub(crate) mod lobby;
pub(crate) mod logins;
mod matching;
mod page;
pub(crate) mod progress;
mod reports;
pub mod seats;
pub(crate) mod tickets;
