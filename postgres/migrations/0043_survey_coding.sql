-- Up Migration

-- The codes of open questions, in versions. A version never has other codes.
CREATE TABLE survey_code_frames (
  survey        text NOT NULL,
  question      text NOT NULL,
  version       integer NOT NULL,
  codes         jsonb NOT NULL,             -- [{ id, label }], in order
  made_by       text NOT NULL,              -- a contact id
  made_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (survey, question, version)
);
CREATE FUNCTION refuse_to_change_survey_code_frames() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'survey_code_frames are append-only: a change is a new version';
END $$;
CREATE TRIGGER survey_code_frames_are_append_only BEFORE UPDATE OR DELETE ON survey_code_frames
  FOR EACH ROW EXECUTE FUNCTION refuse_to_change_survey_code_frames();
CREATE TRIGGER survey_code_frames_are_not_emptied BEFORE TRUNCATE ON survey_code_frames
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_survey_code_frames();

-- The coding of the answers to one open question of a wave that has ended.
CREATE TABLE survey_codings (
  id            integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  wave          integer NOT NULL REFERENCES survey_waves (id),
  survey        text NOT NULL,
  question      text NOT NULL,
  frame         integer NOT NULL,           -- the version of its codes
  begun_by      text NOT NULL,              -- a contact id
  begun_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  FOREIGN KEY (survey, question, frame) REFERENCES survey_code_frames (survey, question, version)
);
CREATE INDEX survey_codings_by_wave ON survey_codings (wave);

-- The two who code, each without the other's codes until both have finished.
CREATE TABLE survey_coders (
  coding        integer NOT NULL REFERENCES survey_codings (id),
  person        text NOT NULL,              -- a contact id of the staff
  finished_at   timestamptz,
  PRIMARY KEY (coding, person)
);

-- The answers that are coded, copied from the responses in a random order. Nothing leads back to a response, nor from one answer of a
-- respondent to another.
CREATE TABLE survey_open_answers (
  coding        integer NOT NULL REFERENCES survey_codings (id),
  place         integer NOT NULL,           -- in the random order
  audience      text,                       -- null where too few share it
  words         text NOT NULL,
  PRIMARY KEY (coding, place)
);

CREATE TABLE survey_codes (
  coding        integer NOT NULL,
  place         integer NOT NULL,
  coder         text NOT NULL,
  codes         text[] NOT NULL,            -- empty: none of them fits
  PRIMARY KEY (coding, place, coder),
  FOREIGN KEY (coding, place) REFERENCES survey_open_answers (coding, place),
  FOREIGN KEY (coding, coder) REFERENCES survey_coders (coding, person)
);

-- What was decided where the two differ.
CREATE TABLE survey_code_decisions (
  coding        integer NOT NULL,
  place         integer NOT NULL,
  codes         text[] NOT NULL,
  decided_by    text NOT NULL,              -- a contact id of the staff
  PRIMARY KEY (coding, place),
  FOREIGN KEY (coding, place) REFERENCES survey_open_answers (coding, place)
);

-- What may be quoted: the words that somebody cleared, who checked that nobody can be recognised by them.
CREATE TABLE survey_quotes (
  coding        integer NOT NULL,
  place         integer NOT NULL,
  cleared       text,                       -- null: it may not be quoted
  cleared_by    text NOT NULL,              -- a contact id of the staff
  cleared_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (coding, place),
  FOREIGN KEY (coding, place) REFERENCES survey_open_answers (coding, place)
);

-- Down Migration

DROP TABLE survey_quotes, survey_code_decisions, survey_codes, survey_open_answers, survey_coders, survey_codings, survey_code_frames;
DROP FUNCTION refuse_to_change_survey_code_frames;
