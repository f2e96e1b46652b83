-- Up Migration

-- Letters that asked and have left, now with their rung and state: how often each call was preceded by an e-mail is counted from this index alone, in its
-- order. It takes the place of a narrower one.
CREATE INDEX messages_that_asked_by_rung ON messages (reference, step, round, rung) INCLUDE (kind, written_at, state)
  WHERE kind IN ('request', 'reminder', 'overdue') AND state IN ('accepted', 'delivered', 'bounced');
DROP INDEX messages_that_asked;
ALTER INDEX messages_that_asked_by_rung RENAME TO messages_that_asked;

-- Down Migration

DROP INDEX messages_that_asked;
CREATE INDEX messages_that_asked ON messages (reference, step, round) INCLUDE (kind, written_at)
  WHERE kind IN ('request', 'reminder', 'overdue') AND state IN ('accepted', 'delivered', 'bounced');
