-- Up Migration

-- All that reports tell requests apart by, but for days, as one number. `outcome`: 0 a person answered, 1 it closed without such an answer, 2 open. `followed`: of
-- the approaches (domain/measures/timeliness.ts) the place of the furthest that went before the answer; null unless a person answered.
CREATE FUNCTION request_as_number(outcome integer, late boolean, late_by_original boolean, paused boolean, more_time boolean, followed integer)
RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT outcome + CASE WHEN late THEN 3 ELSE 0 END + CASE WHEN late_by_original THEN 6 ELSE 0 END + CASE WHEN paused THEN 12 ELSE 0 END
       + CASE WHEN more_time THEN 24 ELSE 0 END + 48 * coalesce(followed + 1, 0)
$$;

-- The rounds of steps that have closed, each judged once instead of for every report. It is kept by the triggers below, and by nothing else
-- (docs/decisions/0073).
CREATE TABLE ended_rounds (
  reference     text NOT NULL,
  step          text NOT NULL,
  round         integer NOT NULL,
  owner         text NOT NULL,
  optional      boolean NOT NULL,
  calendar_version text NOT NULL,
  opened_on     date NOT NULL,
  due_on        date NOT NULL,
  closed_on     date NOT NULL,              -- in London, as are all days here
  settled_on    date NOT NULL,              -- from the end of this day on it stands as it does here: when it closed, or when the last was told of its dates
  answered      boolean NOT NULL,           -- by a person
  judged        smallint NOT NULL,          -- request_as_number, which says so as well
  PRIMARY KEY (reference, step, round)      -- of a row of steps, which is never deleted
);
CREATE INDEX ended_rounds_by_day ON ended_rounds (settled_on);
-- Requests that are open, which change from day to day: few of many.
CREATE INDEX steps_open_requests ON steps (reference, step, round) INCLUDE (owner, calendar_version, opened_on, due_on, original_due_on, extended_to)
  WHERE state = 'open' AND NOT optional;
-- On which calendars the requests of a period are counted.
CREATE INDEX ended_rounds_by_calendar ON ended_rounds (calendar_version, opened_on) WHERE NOT optional;
CREATE INDEX steps_open_by_calendar ON steps (calendar_version, opened_on) WHERE state = 'open' AND NOT optional;

-- How each round that has closed is judged: for the triggers, to fill the table, and to compare it. A caller's conditions reach the table of steps.
CREATE FUNCTION judged_rounds() RETURNS SETOF ended_rounds LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT s.reference, s.step, s.round, s.owner, s.optional, s.calendar_version, s.opened_on, coalesce(moved.due_on, s.due_on), ended.closed_on,
         greatest(ended.closed_on, moved.told_on, extended.told_on), ended.answered,
         request_as_number(
           CASE WHEN ended.answered THEN 0 ELSE 1 END, ended.closed_on > coalesce(moved.due_on, s.due_on), ended.closed_on > s.original_due_on,
           EXISTS (SELECT FROM clock_stops stop WHERE stop.reference = s.reference AND (stop.step IS NULL OR stop.step = s.step AND stop.round = s.round)
                     AND stop.from_on <= ended.closed_on AND (stop.resumed_on IS NULL OR stop.resumed_on > s.opened_on)),
           extended.told_on IS NOT NULL,
           -- An answer followed the furthest of what came before it. Letters count when a mail server took them.
           CASE WHEN ended.answered THEN CASE
             WHEN EXISTS (SELECT FROM escalations e WHERE e.reference = s.reference AND e.step = s.step AND e.round = s.round AND e.opened_at < s.closed_at) THEN 5
             WHEN EXISTS (SELECT FROM call_tasks c WHERE c.reference = s.reference AND c.step = s.step AND c.round = s.round AND c.opened_at < s.closed_at) THEN 4
             ELSE coalesce((
               SELECT max(CASE m.kind WHEN 'overdue' THEN 3 WHEN 'reminder' THEN 2 ELSE 1 END) FROM messages m
               WHERE m.reference = s.reference AND m.step = s.step AND m.round = s.round AND m.written_at < s.closed_at
                 AND m.kind IN ('request', 'reminder', 'overdue') AND m.state IN ('accepted', 'delivered', 'bounced')), 0) END END)::smallint
  FROM steps s
  CROSS JOIN LATERAL (
    SELECT (s.closed_at AT TIME ZONE 'Europe/London')::date AS closed_on, coalesce(s.state = 'answered' AND s.answered_by <> 'chaser', false) AS answered OFFSET 0) ended
  -- The due date as it was told last, and on which day.
  CROSS JOIN LATERAL (
    SELECT (array_agg((e.body ->> 'dueOn')::date ORDER BY e.sequence DESC))[1] AS due_on, max((e.at AT TIME ZONE 'Europe/London')::date) AS told_on
    FROM events e WHERE e.reference = s.reference AND e.type = 'due-date-moved' AND e.body ->> 'step' = s.step AND (e.body ->> 'round')::integer = s.round) moved
  CROSS JOIN LATERAL (
    SELECT min((e.at AT TIME ZONE 'Europe/London')::date) AS told_on
    FROM events e WHERE s.extended_to IS NOT NULL AND e.reference = s.reference AND e.type = 'extension-agreed' AND e.body ->> 'step' = s.step
      AND (e.body ->> 'round')::integer = s.round) extended
  WHERE s.state <> 'open'
$$;

-- A round closed, or what is known of one that had closed became something else.
CREATE FUNCTION keep_ended_round() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ended_rounds
  SELECT judged.* FROM judged_rounds() judged WHERE judged.reference = NEW.reference AND judged.step = NEW.step AND judged.round = NEW.round
  ON CONFLICT (reference, step, round) DO UPDATE
    SET (owner, optional, calendar_version, opened_on, due_on, closed_on, settled_on, answered, judged)
      = ROW (excluded.owner, excluded.optional, excluded.calendar_version, excluded.opened_on, excluded.due_on, excluded.closed_on, excluded.settled_on,
             excluded.answered, excluded.judged);
  RETURN NULL;
END $$;
CREATE TRIGGER rounds_that_come_closed AFTER INSERT ON steps
  FOR EACH ROW WHEN (NEW.state <> 'open') EXECUTE FUNCTION keep_ended_round();
CREATE TRIGGER rounds_that_close AFTER UPDATE ON steps
  FOR EACH ROW WHEN (NEW.state <> 'open') EXECUTE FUNCTION keep_ended_round();

CREATE FUNCTION forget_ended_round() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM ended_rounds WHERE reference = NEW.reference AND step = NEW.step AND round = NEW.round;
  RETURN NULL;
END $$;
CREATE TRIGGER rounds_that_open_again AFTER UPDATE OF state ON steps
  FOR EACH ROW WHEN (OLD.state <> 'open' AND NEW.state = 'open') EXECUTE FUNCTION forget_ended_round();

-- Something went out for a step, or did not after all. Most such steps are open, and nothing is kept of them yet. A letter waits for nobody here. One that is
-- marked while its round closes may be missed: neither transaction sees the other, and a worker puts it right within minutes.
CREATE FUNCTION judge_ended_round() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM ended_rounds WHERE reference = NEW.reference AND step = NEW.step AND round = NEW.round FOR UPDATE SKIP LOCKED;
  IF FOUND THEN
    UPDATE ended_rounds kept SET judged = anew.judged FROM judged_rounds() anew
    WHERE kept.reference = NEW.reference AND kept.step = NEW.step AND kept.round = NEW.round
      AND anew.reference = NEW.reference AND anew.step = NEW.step AND anew.round = NEW.round AND anew.judged <> kept.judged;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER letters_that_come_sent AFTER INSERT ON messages
  FOR EACH ROW WHEN (NEW.state IN ('accepted', 'delivered', 'bounced') AND NEW.kind IN ('request', 'reminder', 'overdue')) EXECUTE FUNCTION judge_ended_round();
CREATE TRIGGER letters_that_go_out AFTER UPDATE OF state, kind, written_at ON messages
  FOR EACH ROW WHEN (NEW.kind IN ('request', 'reminder', 'overdue')
    AND ((OLD.state IN ('accepted', 'delivered', 'bounced')) <> (NEW.state IN ('accepted', 'delivered', 'bounced'))
         OR OLD.kind <> NEW.kind OR OLD.written_at <> NEW.written_at)) EXECUTE FUNCTION judge_ended_round();
CREATE TRIGGER calls_that_are_asked_for AFTER INSERT ON call_tasks FOR EACH ROW EXECUTE FUNCTION judge_ended_round();
CREATE TRIGGER escalations_that_begin AFTER INSERT ON escalations FOR EACH ROW EXECUTE FUNCTION judge_ended_round();

-- A clock that is stopped or goes again covers what had closed on that day, or later than it says.
CREATE FUNCTION judge_ended_rounds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE ended_rounds kept SET judged = anew.judged FROM judged_rounds() anew
  WHERE kept.reference = NEW.reference AND anew.reference = NEW.reference AND anew.step = kept.step AND anew.round = kept.round AND anew.judged <> kept.judged;
  RETURN NULL;
END $$;
CREATE TRIGGER clocks_that_stop AFTER INSERT ON clock_stops FOR EACH ROW EXECUTE FUNCTION judge_ended_rounds();
CREATE TRIGGER clocks_that_go_again AFTER UPDATE OF from_on, resumed_on ON clock_stops FOR EACH ROW EXECUTE FUNCTION judge_ended_rounds();

INSERT INTO ended_rounds SELECT * FROM judged_rounds() ORDER BY closed_on, reference, step, round;

-- The stages that a deployment reached, from the index alone.
CREATE INDEX steps_by_stage ON steps (reference, stage);

-- Down Migration

DROP INDEX steps_by_stage, steps_open_by_calendar, steps_open_requests;
DROP TRIGGER clocks_that_go_again ON clock_stops;
DROP TRIGGER clocks_that_stop ON clock_stops;
DROP TRIGGER escalations_that_begin ON escalations;
DROP TRIGGER calls_that_are_asked_for ON call_tasks;
DROP TRIGGER letters_that_go_out ON messages;
DROP TRIGGER letters_that_come_sent ON messages;
DROP TRIGGER rounds_that_open_again ON steps;
DROP TRIGGER rounds_that_close ON steps;
DROP TRIGGER rounds_that_come_closed ON steps;
DROP FUNCTION judge_ended_rounds();
DROP FUNCTION judge_ended_round();
DROP FUNCTION forget_ended_round();
DROP FUNCTION keep_ended_round();
DROP FUNCTION judged_rounds();
DROP TABLE ended_rounds;
DROP FUNCTION request_as_number(integer, boolean, boolean, boolean, boolean, integer);
