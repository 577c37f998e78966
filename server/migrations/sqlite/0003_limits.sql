-- What counts for one session alone, and what for the invitation over all of them. What is older, or is written by
-- a server that does not know the difference yet, counts for both.

-- A wrong try at a decoy, or with another address than the invited one, counts for its session alone.
ALTER TABLE tries ADD COLUMN alone BOOLEAN NOT NULL DEFAULT FALSE;
DROP INDEX tries_by_invitation;
CREATE INDEX tries_by_invitation ON tries (invitation_id, generation, alone);
CREATE INDEX tries_by_session ON tries (session_id);

-- A send that nothing comes of counts for its session alone. Of the others: how long the message waits for the one
-- before it. An address that is named on the way by e-identification is kept here too.
ALTER TABLE sends ADD COLUMN silent BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE sends ADD COLUMN waits BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sends ADD COLUMN e_id BOOLEAN NOT NULL DEFAULT FALSE;
DROP INDEX sends_by_invitation;
DROP INDEX sends_by_address;
CREATE INDEX sends_by_invitation ON sends (invitation_id, generation, silent, at);
CREATE INDEX sends_by_address ON sends (address_mark, silent, at);
CREATE INDEX sends_by_session ON sends (session_id, at);

-- From when another code can be had, in the message with the last one for now.
ALTER TABLE outbox ADD COLUMN again_at BIGINT;

-- What is handed over goes before what only looks so.
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox ((kind <> 'code'), silent, due_at, id) WHERE state = 'waiting';

-- The keyed form of the network that an identification is begun from.
ALTER TABLE orders ADD COLUMN network BLOB;
ALTER TABLE logins ADD COLUMN network BLOB;
