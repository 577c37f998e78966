-- Times are milliseconds since 1970 (UTC). Ids are texts. Secrets are kept as hashes only.

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
    room             TEXT NOT NULL,
    sequence         BIGINT NOT NULL,
    created_at       BIGINT NOT NULL,
    cancelled_at     BIGINT,
    changed_at       BIGINT,
    -- Number of changes by the sender, so that a change may require that nobody else has made one.
    version          BIGINT NOT NULL
);
CREATE INDEX meetings_by_end ON meetings (ends_at);
CREATE INDEX meetings_by_creation ON meetings (created_at, id);
CREATE INDEX meetings_by_start ON meetings (starts_at);

-- Details of a meeting that recipients were given before it changed, by the meeting's sequence at that time.
CREATE TABLE earlier_details (
    meeting_id       TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    sequence         BIGINT NOT NULL,
    starts_at        BIGINT NOT NULL,
    ends_at          BIGINT NOT NULL,
    time_zone        TEXT NOT NULL,
    organiser_name   TEXT NOT NULL,
    organiser_phone  TEXT NOT NULL,
    PRIMARY KEY (meeting_id, sequence)
);

CREATE TABLE invitations (
    id            TEXT PRIMARY KEY,
    meeting_id    TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    role          TEXT NOT NULL,
    position      BIGINT NOT NULL,
    name          TEXT,
    email         TEXT NOT NULL,
    phone         TEXT,
    assurance     TEXT NOT NULL,
    method        TEXT NOT NULL,
    language      TEXT NOT NULL,
    generation    BIGINT NOT NULL,
    key_id        TEXT NOT NULL,
    token_hash    BLOB NOT NULL UNIQUE,
    allow_e_id    BOOLEAN NOT NULL,
    -- The keyed hash of the required number. Its key stays when the link gets another one.
    personal_number_hash   BLOB,
    personal_number_key_id TEXT,
    personal_number_sealed BLOB,
    sent_at       BIGINT,
    opened_at     BIGINT,
    identified_at BIGINT,
    waited_at     BIGINT,
    joined_at     BIGINT,
    locked_at     BIGINT,
    e_id_locked_at BIGINT,
    failed_at     BIGINT,
    withdrawn_at  BIGINT
);
CREATE INDEX invitations_by_meeting ON invitations (meeting_id, position);

CREATE TABLE sessions (
    id             TEXT PRIMARY KEY,
    value_hash     BLOB NOT NULL UNIQUE,
    created_at     BIGINT NOT NULL,
    last_active_at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_by_activity ON sessions (last_active_at);

-- One session's identification for one invitation.
CREATE TABLE flows (
    session_id    TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    invitation_id TEXT NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
    generation    BIGINT NOT NULL,
    typed         TEXT NOT NULL,
    instead       BOOLEAN NOT NULL,
    address       TEXT,
    challenge_id  TEXT,
    order_id      TEXT,
    login_id      TEXT,
    flash         TEXT,
    level         TEXT,
    method        TEXT,
    name          TEXT,
    proven_at     BIGINT,
    entered_at    BIGINT,
    joined_at     BIGINT,
    identity_matched BOOLEAN,
    -- The browser's check of its devices, and when its visitor wished to be called.
    camera        BOOLEAN,
    microphone    BOOLEAN,
    connection    BOOLEAN,
    called_at     BIGINT,
    PRIMARY KEY (session_id, invitation_id)
) WITHOUT ROWID;
CREATE INDEX flows_by_invitation ON flows (invitation_id);

-- Challenges outlive their session, because a message about one may still be in the outbox.
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
    attempts      BIGINT NOT NULL,
    consumed_at   BIGINT,
    -- When the code was seen to have expired. It stays expired, even if the clock is set back.
    expired_at    BIGINT
) WITHOUT ROWID;
CREATE INDEX challenges_by_invitation ON challenges (invitation_id);

-- Attempts are recorded before they are checked. A correct one is marked afterwards and no longer counts.
-- They refer to no session, because they must outlive it. `alone`: the attempt counts for its session only,
-- because it was made against a decoy or with an address that is not the invited one.
CREATE TABLE attempts (
    id            TEXT PRIMARY KEY,
    invitation_id TEXT NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
    generation    BIGINT NOT NULL,
    session_id    TEXT NOT NULL,
    e_id          BOOLEAN NOT NULL,
    at            BIGINT NOT NULL,
    wrong         BOOLEAN NOT NULL,
    alone         BOOLEAN NOT NULL
) WITHOUT ROWID;
CREATE INDEX attempts_by_invitation ON attempts (invitation_id, generation, alone);
CREATE INDEX attempts_by_session ON attempts (session_id);

-- `suppressed`: the message is never sent, so that it counts for its session only. `waits`: milliseconds for
-- which a message waits for the one before it. `e_id`: the address was named for an e-ID identification.
CREATE TABLE sends (
    id            TEXT PRIMARY KEY,
    invitation_id TEXT NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
    generation    BIGINT NOT NULL,
    session_id    TEXT NOT NULL,
    address_hash  BLOB NOT NULL,
    at            BIGINT NOT NULL,
    suppressed    BOOLEAN NOT NULL,
    waits         BIGINT NOT NULL,
    e_id          BOOLEAN NOT NULL
) WITHOUT ROWID;
CREATE INDEX sends_by_invitation ON sends (invitation_id, generation, suppressed, at);
CREATE INDEX sends_by_address ON sends (address_hash, suppressed, at);
CREATE INDEX sends_by_session ON sends (session_id, at);

-- Identifications with BankID. BankID's responses are sealed, and the return secret is kept as a hash. They
-- refer to no session, because an abandoned one must still be cancelled with BankID. `network` is a keyed hash.
CREATE TABLE bankid_orders (
    id            TEXT PRIMARY KEY,
    session_id    TEXT NOT NULL,
    invitation_id TEXT NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
    generation    BIGINT NOT NULL,
    address       TEXT NOT NULL,
    same_device   BOOLEAN NOT NULL,
    mobile        BOOLEAN NOT NULL,
    key_id        TEXT NOT NULL,
    return_hash   BLOB NOT NULL UNIQUE,
    device        BLOB NOT NULL,
    started       BLOB,
    completion    BLOB,
    state         TEXT NOT NULL,
    hint          TEXT NOT NULL,
    begun_at      BIGINT NOT NULL,
    issued_at     BIGINT NOT NULL,
    unreachable_since BIGINT,
    returned_at   BIGINT,
    due_at        BIGINT NOT NULL,
    leased_until  BIGINT NOT NULL,
    network       BLOB
);
CREATE INDEX bankid_orders_due ON bankid_orders (due_at) WHERE state IN ('opening', 'open', 'cancelling');
CREATE INDEX bankid_orders_by_invitation ON bankid_orders (invitation_id, begun_at);
CREATE INDEX bankid_orders_by_session ON bankid_orders (session_id);
CREATE INDEX bankid_orders_by_begin ON bankid_orders (begun_at);

-- Identifications with OpenID Connect providers, until their callback. `network` is a keyed hash.
CREATE TABLE oidc_logins (
    id            TEXT PRIMARY KEY,
    session_id    TEXT NOT NULL,
    invitation_id TEXT NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
    generation    BIGINT NOT NULL,
    address       TEXT NOT NULL,
    provider      TEXT NOT NULL,
    key_id        TEXT NOT NULL,
    state_hash    BLOB NOT NULL UNIQUE,
    url           BLOB NOT NULL,
    begun_at      BIGINT NOT NULL,
    used_at       BIGINT,
    network       BLOB
);
CREATE INDEX oidc_logins_by_invitation ON oidc_logins (invitation_id, begun_at);
CREATE INDEX oidc_logins_by_begin ON oidc_logins (begun_at);

-- Reports of accessibility problems. The text is sealed, and erased when its message has ended. The row stays for
-- an hour, because it counts.
CREATE TABLE reports (
    id         TEXT PRIMARY KEY,
    sealed     BLOB,
    written_at BIGINT NOT NULL
);

-- Messages to deliver. A message names its cause, and is rendered at delivery. A message of the kind `report` is
-- about a report, all others are about an invitation.
CREATE TABLE outbox (
    id            TEXT PRIMARY KEY,
    kind          TEXT NOT NULL,
    invitation_id TEXT REFERENCES invitations (id) ON DELETE CASCADE,
    report_id     TEXT REFERENCES reports (id) ON DELETE CASCADE,
    generation    BIGINT NOT NULL,
    challenge_id  TEXT,
    suppressed    BOOLEAN NOT NULL,
    state         TEXT NOT NULL,
    failures      BIGINT NOT NULL,
    written_at    BIGINT NOT NULL,
    due_at        BIGINT NOT NULL,
    leased_until  BIGINT NOT NULL,
    expires_at    BIGINT,
    done_at       BIGINT,
    -- The SMS gateway's id of the message, and when the gateway reported its delivery or failure.
    reference     TEXT,
    delivered_at  BIGINT,
    undelivered_at BIGINT,
    -- Sequence of the meeting that the message describes. After the delivery the one that it did describe.
    sequence      BIGINT NOT NULL,
    -- Earliest time of the next code, in the message with the last one for now.
    again_at      BIGINT,
    -- Whether the last retry was scheduled because the mail server accepted no connection, whether any was for
    -- another reason, whether the message may have been taken without an answer, and whether it expired while the
    -- mail server accepted no connection for it.
    away          BOOLEAN NOT NULL DEFAULT FALSE,
    deferred      BOOLEAN NOT NULL DEFAULT FALSE,
    doubtful      BOOLEAN NOT NULL DEFAULT FALSE,
    lapsed        BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX outbox_by_reference ON outbox (reference) WHERE reference IS NOT NULL;
-- Codes go first, then messages before decoys.
CREATE INDEX outbox_due ON outbox ((kind <> 'code'), suppressed, due_at, id) WHERE state = 'waiting';
CREATE INDEX outbox_by_invitation ON outbox (invitation_id);
CREATE INDEX outbox_by_report ON outbox (report_id) WHERE report_id IS NOT NULL;
CREATE INDEX outbox_away ON outbox (written_at) WHERE state = 'waiting' AND away;
CREATE INDEX outbox_by_challenge ON outbox (challenge_id) WHERE challenge_id IS NOT NULL;

-- Events of a meeting, in order, for its sender.
CREATE TABLE events (
    number        INTEGER PRIMARY KEY AUTOINCREMENT,
    meeting_id    TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    invitation_id TEXT,
    at            BIGINT NOT NULL,
    kind          TEXT NOT NULL,
    level         TEXT,
    method        TEXT,
    name          TEXT,
    identity_matched BOOLEAN,
    personal_number_hash   BLOB,
    personal_number_sealed BLOB,
    -- The step of a visitor who wished to be called.
    step          TEXT
);
CREATE INDEX events_by_meeting ON events (meeting_id, number);

CREATE TABLE api_tokens (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    used_at    BIGINT,
    revoked_at BIGINT
);

-- Responses to bookings with an idempotency key, so that a repeated one books nothing new.
CREATE TABLE idempotency_keys (
    key_hash   BLOB PRIMARY KEY,
    body_hash  BLOB NOT NULL,
    meeting_id TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL
);
CREATE INDEX idempotency_keys_by_meeting ON idempotency_keys (meeting_id);

-- Reminders that were enqueued, each once for a start.
CREATE TABLE reminders (
    invitation_id TEXT NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
    kind          TEXT NOT NULL,
    before        BIGINT NOT NULL,
    starts_at     BIGINT NOT NULL,
    PRIMARY KEY (invitation_id, kind, before, starts_at)
);

-- Work that one server does for all, and until when.
CREATE TABLE leases (
    name  TEXT PRIMARY KEY,
    until BIGINT NOT NULL
);

-- Built-in rooms, from the first knock or from when a host opens one. A server holds a room until its lease ends. A new
-- holder counts `epoch`. `version` counts changes of the waiting room, so that other servers see them.
CREATE TABLE rooms (
    meeting_id   TEXT PRIMARY KEY REFERENCES meetings (id) ON DELETE CASCADE,
    server       TEXT,
    epoch        BIGINT NOT NULL,
    leased_until BIGINT NOT NULL,
    locked       BOOLEAN NOT NULL,
    opened_at    BIGINT,
    ended_at     BIGINT,
    host_seen_at BIGINT,
    told_at      BIGINT,
    version      BIGINT NOT NULL,
    changed_at   BIGINT NOT NULL
);
CREATE INDEX rooms_by_change ON rooms (changed_at);
CREATE INDEX rooms_open ON rooms (opened_at) WHERE opened_at IS NOT NULL AND ended_at IS NULL;

-- Servers that hold built-in rooms. `process` is another one after each start. Two processes with one name have last
-- been seen at `shared_at`.
CREATE TABLE servers (
    name       TEXT PRIMARY KEY,
    process    TEXT NOT NULL,
    signal_url TEXT NOT NULL,
    media      BOOLEAN NOT NULL,
    people     BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    shared_at  BIGINT
);

-- The waiting room: one session's knock for one invitation. It is over with its session.
CREATE TABLE knocks (
    id            TEXT PRIMARY KEY,
    meeting_id    TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    invitation_id TEXT NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
    session_id    TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    generation    BIGINT NOT NULL,
    state         TEXT NOT NULL,
    since         BIGINT NOT NULL,
    decided_at    BIGINT,
    message       TEXT NOT NULL,
    UNIQUE (invitation_id, session_id)
);
CREATE INDEX knocks_by_meeting ON knocks (meeting_id, since);
CREATE INDEX knocks_by_session ON knocks (session_id);

-- The latest device check with an invitation's current link. It outlives the session, which ends long before the meeting.
CREATE TABLE equipment (
    invitation_id TEXT PRIMARY KEY REFERENCES invitations (id) ON DELETE CASCADE,
    generation    BIGINT NOT NULL,
    camera        BOOLEAN,
    microphone    BOOLEAN,
    connection    BOOLEAN
);
