-- Times are milliseconds since 1970 (UTC), ids are texts, secrets are kept as hashes only.

CREATE TABLE meetings (
    id               TEXT PRIMARY KEY,
    title            TEXT NOT NULL,
    description      TEXT NOT NULL,
    starts_at        BIGINT NOT NULL,
    ends_at          BIGINT NOT NULL,
    time_zone        TEXT NOT NULL,
    organiser_name   TEXT NOT NULL,
    organiser_email  TEXT NOT NULL,
    organiser_phone  TEXT NOT NULL,
    organiser_language TEXT NOT NULL,
    room_kind        TEXT NOT NULL,
    room_url         TEXT NOT NULL,
    sequence         BIGINT NOT NULL,
    created_at       BIGINT NOT NULL,
    cancelled_at     BIGINT
);
CREATE INDEX meetings_by_end ON meetings (ends_at);

CREATE TABLE invitations (
    id            TEXT PRIMARY KEY,
    meeting_id    TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    position      BIGINT NOT NULL,
    name          TEXT,
    email         TEXT NOT NULL,
    phone         TEXT,
    assurance     TEXT NOT NULL,
    method        TEXT NOT NULL,
    language      TEXT NOT NULL,
    generation    BIGINT NOT NULL,
    key_id        TEXT NOT NULL,
    token_hash    BYTEA NOT NULL UNIQUE,
    allow_e_id    BOOLEAN NOT NULL,
    person_mark   BYTEA,
    person_sealed BYTEA,
    sent_at       BIGINT,
    opened_at     BIGINT,
    identified_at BIGINT,
    joined_at     BIGINT,
    locked_at     BIGINT,
    e_id_locked_at BIGINT,
    failed_at     BIGINT
);
CREATE INDEX invitations_by_meeting ON invitations (meeting_id, position);

CREATE TABLE sessions (
    id         TEXT PRIMARY KEY,
    value_hash BYTEA NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL
);
CREATE INDEX sessions_by_seen ON sessions (seen_at);

-- What one session has done with one invitation.
CREATE TABLE visits (
    session_id    TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    invitation_id TEXT NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
    generation    BIGINT NOT NULL,
    typed         TEXT NOT NULL,
    instead       BOOLEAN NOT NULL,
    address       TEXT,
    challenge_id  TEXT,
    order_id      TEXT,
    login_id      TEXT,
    remark        TEXT,
    level         TEXT,
    how           TEXT,
    who           TEXT,
    proven_at     BIGINT,
    entered_at    BIGINT,
    joined_at     BIGINT,
    PRIMARY KEY (session_id, invitation_id)
);
CREATE INDEX visits_by_invitation ON visits (invitation_id);

-- They outlive their session, since the message about one may still be on its way.
CREATE TABLE challenges (
    id            TEXT PRIMARY KEY,
    session_id    TEXT NOT NULL,
    invitation_id TEXT NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
    address       TEXT NOT NULL,
    decoy         BOOLEAN NOT NULL,
    key_id        TEXT NOT NULL,
    made_at       BIGINT NOT NULL,
    sent_at       BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    sends         BIGINT NOT NULL,
    tries         BIGINT NOT NULL,
    consumed_at   BIGINT
);
CREATE INDEX challenges_by_invitation ON challenges (invitation_id);

-- Counted before they are judged; a right one is marked afterwards and counts no more. They refer
-- to no session, since they must outlive it.
CREATE TABLE tries (
    id            TEXT PRIMARY KEY,
    invitation_id TEXT NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
    generation    BIGINT NOT NULL,
    session_id    TEXT NOT NULL,
    e_id          BOOLEAN NOT NULL,
    at            BIGINT NOT NULL,
    wrong         BOOLEAN NOT NULL
);
CREATE INDEX tries_by_invitation ON tries (invitation_id, generation);

CREATE TABLE sends (
    id            TEXT PRIMARY KEY,
    invitation_id TEXT NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
    generation    BIGINT NOT NULL,
    session_id    TEXT NOT NULL,
    address_mark  BYTEA NOT NULL,
    at            BIGINT NOT NULL
);
CREATE INDEX sends_by_invitation ON sends (invitation_id, generation, at);
CREATE INDEX sends_by_address ON sends (address_mark, at);

-- Identifications with BankID. What BankID answered is sealed; where the browser comes back to is kept as
-- a hash. They refer to no session, since one that was left must still be called off.
CREATE TABLE orders (
    id            TEXT PRIMARY KEY,
    session_id    TEXT NOT NULL,
    invitation_id TEXT NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
    generation    BIGINT NOT NULL,
    address       TEXT NOT NULL,
    here          BOOLEAN NOT NULL,
    handheld      BOOLEAN NOT NULL,
    key_id        TEXT NOT NULL,
    return_hash   BYTEA NOT NULL UNIQUE,
    device        BYTEA NOT NULL,
    started       BYTEA,
    outcome       BYTEA,
    state         TEXT NOT NULL,
    hint          TEXT NOT NULL,
    begun_at      BIGINT NOT NULL,
    issued_at     BIGINT NOT NULL,
    troubled_at   BIGINT,
    returned_at   BIGINT,
    due_at        BIGINT NOT NULL,
    leased_until  BIGINT NOT NULL
);
CREATE INDEX orders_due ON orders (due_at) WHERE state IN ('opening', 'open', 'cancelling');
CREATE INDEX orders_by_invitation ON orders (invitation_id, begun_at);
CREATE INDEX orders_by_session ON orders (session_id);
CREATE INDEX orders_by_begin ON orders (begun_at);

-- Identifications with other providers: between leaving for one and coming back.
CREATE TABLE logins (
    id            TEXT PRIMARY KEY,
    session_id    TEXT NOT NULL,
    invitation_id TEXT NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
    generation    BIGINT NOT NULL,
    address       TEXT NOT NULL,
    provider      TEXT NOT NULL,
    key_id        TEXT NOT NULL,
    state_hash    BYTEA NOT NULL UNIQUE,
    url           BYTEA NOT NULL,
    begun_at      BIGINT NOT NULL,
    used_at       BIGINT
);
CREATE INDEX logins_by_invitation ON logins (invitation_id, begun_at);
CREATE INDEX logins_by_begin ON logins (begun_at);

-- A message to be delivered: it names its cause and is written out at delivery.
CREATE TABLE outbox (
    id            TEXT PRIMARY KEY,
    kind          TEXT NOT NULL,
    invitation_id TEXT NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
    generation    BIGINT NOT NULL,
    challenge_id  TEXT,
    silent        BOOLEAN NOT NULL,
    state         TEXT NOT NULL,
    failures      BIGINT NOT NULL,
    written_at    BIGINT NOT NULL,
    due_at        BIGINT NOT NULL,
    leased_until  BIGINT NOT NULL,
    expires_at    BIGINT,
    done_at       BIGINT,
    -- What the SMS gateway calls it, and when the gateway said that it did or didn't arrive.
    reference     TEXT,
    delivered_at  BIGINT,
    undelivered_at BIGINT
);
CREATE INDEX outbox_by_reference ON outbox (reference) WHERE reference IS NOT NULL;
CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'waiting';
CREATE INDEX outbox_by_invitation ON outbox (invitation_id);

-- What happened, for the sender, in order.
CREATE TABLE events (
    number        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    meeting_id    TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    invitation_id TEXT,
    at            BIGINT NOT NULL,
    kind          TEXT NOT NULL,
    level         TEXT,
    how           TEXT,
    who           TEXT,
    identity_matched BOOLEAN,
    person_mark   BYTEA,
    person_sealed BYTEA
);
CREATE INDEX events_by_meeting ON events (meeting_id, number);

CREATE TABLE api_tokens (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);

-- Answers to bookings that named a key, so that a repeated one books nothing new.
CREATE TABLE bookings (
    key_hash   BYTEA PRIMARY KEY,
    body_hash  BYTEA NOT NULL,
    meeting_id TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL
);
CREATE INDEX bookings_by_meeting ON bookings (meeting_id);
