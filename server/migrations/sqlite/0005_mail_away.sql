-- What came with mail servers that are away: what waits for one goes out when it is back, and nothing is told
-- of what nobody has heard of.

-- Whether a message was put off the last time since the mail server let nobody in; whether it ever was for
-- another reason; whether it may have been taken though nobody said so; and whether its time ended with the
-- mail server having let nobody in for it.
ALTER TABLE outbox ADD COLUMN away BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE outbox ADD COLUMN deferred BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE outbox ADD COLUMN doubtful BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE outbox ADD COLUMN lapsed BOOLEAN NOT NULL DEFAULT FALSE;
-- Nobody knows any more why these were put off.
UPDATE outbox SET deferred = TRUE, doubtful = TRUE WHERE failures > 0;
CREATE INDEX outbox_away ON outbox (written_at) WHERE state = 'waiting' AND away;
CREATE INDEX outbox_by_challenge ON outbox (challenge_id) WHERE challenge_id IS NOT NULL;
