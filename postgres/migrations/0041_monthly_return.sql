-- Up Migration

-- What brings a deployment into the stock of a monthly return and out of it, and what stops its clock: a few of the dozens of events of each.
CREATE INDEX events_of_stock ON events (reference, sequence)
  WHERE type IN ('deployment-began', 'deployment-taken-in', 'deployment-ended', 'deployment-reopened');
CREATE INDEX events_of_stops ON events (reference) WHERE type IN ('clock-stopped', 'clock-resumed');
CREATE INDEX events_of_answers_taken_back ON events (reference) WHERE type = 'answer-taken-back';

-- Down Migration

DROP INDEX events_of_stock, events_of_stops, events_of_answers_taken_back;
