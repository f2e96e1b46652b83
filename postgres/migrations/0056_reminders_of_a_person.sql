-- Up Migration

-- How many reminders somebody has had on a day: asked for every letter that leaves, and answered from this index alone.
CREATE INDEX messages_that_reminded_somebody ON messages (person, written_at) INCLUDE (envelope)
  WHERE kind IN ('reminder', 'overdue') AND state IN ('accepted', 'delivered', 'perhaps-sent');

-- Down Migration

DROP INDEX messages_that_reminded_somebody;
