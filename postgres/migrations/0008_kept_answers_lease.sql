-- Up Migration

-- Whoever delivers a kept answer holds it by a lease and not by a lock: no transaction is open while the engine is asked.
-- A lease that has run out belonged to a service that died; the answer is delivered again, under the same update id.
ALTER TABLE kept_answers ADD claim uuid, ADD claimed_until timestamptz;

-- Down Migration

ALTER TABLE kept_answers DROP claim, DROP claimed_until;
