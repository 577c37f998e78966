-- When a code's time was seen to have run out: it stays so, also where the clock goes back.

ALTER TABLE challenges ADD COLUMN expired_at BIGINT;
