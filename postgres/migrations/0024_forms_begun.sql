-- Up Migration

-- The day on which a form was begun, by the clock of its deployment: letters and calls say it. A draft goes with its step: those of steps that
-- have closed were of no more use.
DELETE FROM answer_drafts draft WHERE NOT EXISTS (
  SELECT FROM steps s WHERE s.reference = draft.reference AND s.step = draft.step AND s.round = draft.round AND s.state = 'open');
ALTER TABLE answer_drafts ADD begun_at timestamptz;
UPDATE answer_drafts SET begun_at = saved_at;
ALTER TABLE answer_drafts ALTER begun_at SET NOT NULL;

-- What somebody who is asked told the coordinator instead of answering, in their own words, and how it ended. It answers nothing and stops
-- nothing. Lines are added and never changed.
CREATE TABLE problems (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  once_as       uuid NOT NULL UNIQUE,       -- the same form sent twice is kept once
  reference     text NOT NULL REFERENCES deployments (reference),
  step          text NOT NULL,
  round         integer NOT NULL,
  role          text NOT NULL,              -- in which they are asked
  person        text NOT NULL,              -- a contact id
  words         text NOT NULL CHECK (words <> ''),
  at            timestamptz NOT NULL        -- by the clock of the deployment
);
CREATE INDEX problems_by_deployment ON problems (reference, id);
CREATE TABLE problem_endings (
  problem       bigint PRIMARY KEY REFERENCES problems (id),
  by_person     text NOT NULL,              -- a contact id
  words         text NOT NULL CHECK (words <> ''),
  at            timestamptz NOT NULL        -- by the clock of the deployment
);
CREATE FUNCTION refuse_problem_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'problems and their endings are append-only';
END $$;
CREATE TRIGGER problems_are_append_only BEFORE UPDATE OR DELETE ON problems
  FOR EACH ROW EXECUTE FUNCTION refuse_problem_change();
CREATE TRIGGER problems_are_never_emptied BEFORE TRUNCATE ON problems
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_problem_change();
CREATE TRIGGER problem_endings_are_append_only BEFORE UPDATE OR DELETE ON problem_endings
  FOR EACH ROW EXECUTE FUNCTION refuse_problem_change();
CREATE TRIGGER problem_endings_are_never_emptied BEFORE TRUNCATE ON problem_endings
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_problem_change();

ALTER TABLE notes DROP CONSTRAINT notes_kind_check;
ALTER TABLE notes ADD CONSTRAINT notes_kind_check
  CHECK (kind IN ('sign-in', 'answer-copy', 'answer-outcome', 'fresh-links', 'considered', 'not-chosen', 'profile', 'closed-days', 'problem-copy'));

-- Forms of staff that were sent after their session had ended. They come back to the same person when they sign in, and go a day later.
CREATE TABLE kept_forms (
  id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  person        text NOT NULL REFERENCES people (id),
  address       text NOT NULL,              -- the page of this service to which it was sent
  fields        jsonb NOT NULL,             -- name and value of each input, in order
  kept_at       timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX kept_forms_by_person ON kept_forms (person, kept_at);

-- Whose session a page came from, for a day after the session ended: a form that is sent from that page belongs to that person.
CREATE TABLE ended_sessions (
  csrf_hash     bytea PRIMARY KEY,
  person        text NOT NULL REFERENCES people (id),
  ended_at      timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE FUNCTION remember_ended_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ended_sessions (csrf_hash, person) VALUES (sha256(convert_to(OLD.csrf, 'UTF8')), OLD.person) ON CONFLICT DO NOTHING;
  RETURN OLD;
END $$;
CREATE TRIGGER ended_sessions_are_remembered AFTER DELETE ON sessions FOR EACH ROW EXECUTE FUNCTION remember_ended_session();

-- Down Migration

DROP TRIGGER ended_sessions_are_remembered ON sessions;
DROP FUNCTION remember_ended_session;
DROP TABLE ended_sessions, kept_forms;
DELETE FROM notes WHERE kind = 'problem-copy';
ALTER TABLE notes DROP CONSTRAINT notes_kind_check;
ALTER TABLE notes ADD CONSTRAINT notes_kind_check
  CHECK (kind IN ('sign-in', 'answer-copy', 'answer-outcome', 'fresh-links', 'considered', 'not-chosen', 'profile', 'closed-days'));
DROP TABLE problem_endings, problems;
DROP FUNCTION refuse_problem_change;
ALTER TABLE answer_drafts DROP begun_at;
