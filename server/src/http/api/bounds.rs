//! How much each member may hold, and so how large a body may be that says something.

use app::fields::EmailAddress;

/// The most recipients of one meeting.
pub(super) const RECIPIENTS: usize = 200;

/// The longest title, in characters.
pub(super) const TITLE: usize = 200;

/// The longest description.
pub(super) const DESCRIPTION: usize = 5_000;

/// The longest name of somebody.
pub(super) const NAME: usize = 200;

/// The longest address of a room.
pub(super) const URL: usize = 2_000;

/// The longest of the words that there is a choice of.
pub(super) const WORD: usize = 20;

/// What has a form and is said of the meeting, its sender and its room: times with a zone, and so on; in characters.
const FORMS: usize = 320;

/// What has a form and is said of a recipient: numbers, words, an id.
const RECIPIENT_FORMS: usize = 128;

/// The bytes of a character where a library escapes what it can: two code units of six bytes.
const CHARACTER: usize = 12;

/// The bytes of a character of ASCII likewise, and the most that a byte of UTF-8 becomes.
const BYTE: usize = 6;

/// The bytes around a member: its name, also escaped, quotes, colon, comma, a line's end, and indents.
const AROUND: usize = 128;

/// All that can be said of a recipient, in eleven members.
const RECIPIENT: usize =
    NAME * CHARACTER + (EmailAddress::MAX + RECIPIENT_FORMS) * BYTE + 11 * AROUND;

/// All that is said of a recipient who is taken off.
const REMOVED: usize = 40 * BYTE + 3 * AROUND;

/// All that can be said of the meeting, its sender and its room.
const MEETING: usize = (TITLE + DESCRIPTION + NAME + URL) * CHARACTER
    + (EmailAddress::MAX + FORMS) * BYTE
    + 14 * AROUND;

/// The largest body of a booking or a change: every member as long as it may be, however it is written. A change may
/// take all off who are invited, and bring as many.
pub const LARGEST: usize = MEETING + RECIPIENTS * (RECIPIENT + REMOVED);

// What the operators' guide and the example for nginx say.
const _: () = assert!(LARGEST <= 1_500_000);
