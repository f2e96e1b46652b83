-- Up Migration

-- Answers that say how many days of support were given: few of many, and what a shortlist asks of every deployment.
CREATE INDEX steps_with_days_delivered ON steps (reference, closed_at) WHERE answer_fields ->> 'daysDelivered' <> '';

-- What people answered, by when: what figures and Today ask of thousands of answers is read from this index alone.
CREATE INDEX steps_answered_by_people ON steps (closed_at) INCLUDE (reference, step, round, owner, opened_on, calendar_version)
  WHERE state = 'answered' AND answered_by <> 'chaser';

-- What a search compares with the names of schools, worked out when the register is imported and not for every search.
ALTER TABLE schools ADD COLUMN searched_name text NOT NULL GENERATED ALWAYS AS (searchable(name)) STORED;

-- Escalations that were passed on, by when: whether a promise has passed is asked of each that is open.
CREATE INDEX events_of_passed_escalations ON events (reference, at) WHERE type = 'escalation-passed';

-- Down Migration

ALTER TABLE schools DROP COLUMN searched_name;
DROP INDEX events_of_passed_escalations, steps_answered_by_people, steps_with_days_delivered;
