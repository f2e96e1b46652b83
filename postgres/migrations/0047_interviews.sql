-- Up Migration

-- Interview schedules as they were when somebody was first asked by them. A version never says anything else.
CREATE TABLE interview_schedules (
  schedule      text NOT NULL,
  version       integer NOT NULL,
  document      jsonb NOT NULL,
  kept_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (schedule, version)
);
CREATE FUNCTION refuse_to_change_interview_schedules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'interview_schedules are append-only: a change is a new version';
END $$;
CREATE TRIGGER interview_schedules_are_append_only BEFORE UPDATE OR DELETE ON interview_schedules
  FOR EACH ROW EXECUTE FUNCTION refuse_to_change_interview_schedules();
CREATE TRIGGER interview_schedules_are_not_emptied BEFORE TRUNCATE ON interview_schedules
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_interview_schedules();

-- Interviews. Nothing says who was interviewed: only what the schedule asks about them.
CREATE TABLE interviews (
  id            integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  schedule      text NOT NULL,
  version       integer NOT NULL,
  held_on       date NOT NULL,
  facts         jsonb NOT NULL,             -- { tier, phase, type, region }: those that the schedule has
  begun_by      text NOT NULL,              -- a contact id of the staff
  begun_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_by   text,
  finished_at   timestamptz,
  FOREIGN KEY (schedule, version) REFERENCES interview_schedules (schedule, version),
  CHECK ((finished_by IS NULL) = (finished_at IS NULL))
);

-- What was kept of each answer. The newest row of a question holds; a correction, or a consent that is taken back, is a new row.
CREATE TABLE interview_answers (
  id            integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  interview     integer NOT NULL REFERENCES interviews (id),
  question      integer NOT NULL,
  options       text[] NOT NULL,
  note          text NOT NULL,
  quote         text NOT NULL,              -- their own words; empty where there are none
  consent       boolean,                    -- whether they agreed to be quoted
  kept_by       text NOT NULL,              -- a contact id of the staff
  kept_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK ((quote = '') = (consent IS NULL))
);
CREATE INDEX interview_answers_by_question ON interview_answers (interview, question, id DESC);
CREATE FUNCTION refuse_to_change_interview_answers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'interview_answers are append-only: a correction is a new row';
END $$;
CREATE TRIGGER interview_answers_are_append_only BEFORE UPDATE OR DELETE ON interview_answers
  FOR EACH ROW EXECUTE FUNCTION refuse_to_change_interview_answers();
CREATE TRIGGER interview_answers_are_not_emptied BEFORE TRUNCATE ON interview_answers
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_interview_answers();

-- Down Migration

DROP TABLE interview_answers, interviews, interview_schedules;
DROP FUNCTION refuse_to_change_interview_schedules, refuse_to_change_interview_answers;
