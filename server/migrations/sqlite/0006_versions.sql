-- Which version of a meeting its sender has: counted with each change of the sender's, so that a change may
-- depend on nobody else having made one.

ALTER TABLE meetings ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
