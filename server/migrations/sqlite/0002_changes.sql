-- What came with changing what was booked, with reminders, with tokens that are taken back, and with
-- several servers on one database.

ALTER TABLE meetings ADD COLUMN changed_at BIGINT;
CREATE INDEX meetings_by_creation ON meetings (created_at, id);
CREATE INDEX meetings_by_start ON meetings (starts_at);
CREATE INDEX bookings_by_meeting ON bookings (meeting_id);

-- A recipient who is invited no more, and the key of the personal number's keyed form, which stays when
-- the link gets another.
ALTER TABLE invitations ADD COLUMN withdrawn_at BIGINT;
ALTER TABLE invitations ADD COLUMN person_key_id TEXT;
UPDATE invitations SET person_key_id = key_id WHERE person_mark IS NOT NULL;

-- Which version of the meeting a message tells of.
ALTER TABLE outbox ADD COLUMN sequence BIGINT NOT NULL DEFAULT 0;

-- Somebody waits for a code: it goes before all that was written earlier.
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox ((kind <> 'code'), due_at, id) WHERE state = 'waiting';

ALTER TABLE api_tokens ADD COLUMN used_at BIGINT;
ALTER TABLE api_tokens ADD COLUMN revoked_at BIGINT;

-- Reminders that were written, each once for a start.
CREATE TABLE reminders (
    invitation_id TEXT NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
    kind          TEXT NOT NULL,
    before        BIGINT NOT NULL,
    starts_at     BIGINT NOT NULL,
    PRIMARY KEY (invitation_id, kind, before, starts_at)
);

-- Work that one server does for all: whose turn it is not, until when.
CREATE TABLE turns (
    name  TEXT PRIMARY KEY,
    until BIGINT NOT NULL
);
