//! Maximum lengths of the API's members, and the body limit that follows from them.

use app::fields::EmailAddress;

/// The maximum number of recipients of a meeting.
pub(super) const RECIPIENTS: usize = 200;

/// The maximum number of hosts of a meeting. A room takes at most 16 people, and one of them is a recipient.
pub(super) const HOSTS: usize = 15;

/// The maximum length of a title. In characters.
pub(super) const TITLE: usize = 200;

/// The maximum length of a description. In characters.
pub(super) const DESCRIPTION: usize = 5_000;

/// The maximum length of a person's name. In characters.
pub(super) const NAME: usize = 200;

/// The maximum length of a room's address. In characters.
pub(super) const URL: usize = 2_000;

/// The maximum length of a word from a closed set. In characters.
pub(super) const WORD: usize = 20;

/// The total length of the formatted members of the meeting, its sender and its room, such as times with a
/// zone. In characters.
const FORMS: usize = 320;

/// The total length of the formatted members of a recipient: numbers, words, an id. In characters.
const RECIPIENT_FORMS: usize = 128;

/// The maximum bytes of a character, if a library escapes all it can: two code units of six bytes.
const CHARACTER: usize = 12;

/// The maximum bytes of an escaped ASCII character, and of each byte of UTF-8.
const BYTE: usize = 6;

/// The bytes around a member: its name, also escaped, quotes, colon, comma, line break and indents.
const AROUND: usize = 128;

/// The maximum bytes of a recipient, in eleven members.
const RECIPIENT: usize =
    NAME * CHARACTER + (EmailAddress::MAX + RECIPIENT_FORMS) * BYTE + 11 * AROUND;

/// The maximum bytes of a recipient's removal.
const REMOVED: usize = 40 * BYTE + 3 * AROUND;

/// The maximum bytes of the meeting, its sender and its room.
const MEETING: usize = (TITLE + DESCRIPTION + NAME + URL) * CHARACTER
    + (EmailAddress::MAX + FORMS) * BYTE
    + 14 * AROUND;

/// The maximum bytes of a booking or a change: every member at its maximum, however it is written. A change
/// may remove every recipient and add as many. Hosts add nothing: they are in built-in rooms only, and
/// take the places of recipients there.
pub const LARGEST: usize = MEETING + RECIPIENTS * (RECIPIENT + REMOVED);

// The operators' guide and the example for nginx name this limit.
const _: () = assert!(LARGEST <= 1_500_000);
