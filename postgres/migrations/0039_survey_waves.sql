-- Up Migration

-- The surveys that waves ask, as they read when the first wave of a version was made. A version never has other content.
CREATE TABLE survey_versions (
  survey        text NOT NULL,
  version       integer NOT NULL,
  document      jsonb NOT NULL,
  hash          text NOT NULL,              -- SHA-256 of the document, in hexadecimal digits
  kept_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (survey, version)
);
CREATE FUNCTION refuse_to_change_survey_versions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'survey_versions are append-only: a change is a new version';
END $$;
CREATE TRIGGER survey_versions_are_append_only BEFORE UPDATE OR DELETE ON survey_versions
  FOR EACH ROW EXECUTE FUNCTION refuse_to_change_survey_versions();
CREATE TRIGGER survey_versions_are_not_emptied BEFORE TRUNCATE ON survey_versions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_survey_versions();

-- Waves: a survey put to a population between two days.
CREATE TABLE survey_waves (
  id            integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  survey        text NOT NULL,
  version       integer NOT NULL,
  programmes    text[] NOT NULL,            -- whose deployments it asks about
  opens_on      date NOT NULL,
  closes_on     date NOT NULL,              -- the last day on which it can be answered
  cut_off_on    date NOT NULL,              -- the last day of valid responses
  state         text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'open', 'closed', 'called-off')),
  letter_kinds  text[] NOT NULL,            -- the letters that were planned when it was made, for anybody,
  letter_days   date[] NOT NULL,            -- and the day of each
  made_by       text NOT NULL,              -- a contact id
  made_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  called_off_by text,
  called_off_because text,
  begun_at      timestamptz,                -- when its workflow was started; null: not yet
  as_of         timestamptz,                -- its own clock when it last woke
  woken_at      timestamptz,                -- the clock on the wall at that moment
  FOREIGN KEY (survey, version) REFERENCES survey_versions (survey, version),
  CHECK (opens_on <= closes_on AND cut_off_on BETWEEN opens_on AND closes_on)
);
CREATE INDEX survey_waves_to_begin ON survey_waves (id) WHERE begun_at IS NULL;

-- The population of a wave, frozen when it was made: who is asked, and who is left out and why.
CREATE TABLE survey_members (
  wave          integer NOT NULL REFERENCES survey_waves (id),
  person        text NOT NULL,              -- a contact id
  audiences     text[] NOT NULL,
  left_out      text CHECK (left_out IN ('no-address', 'address-refused', 'opted-out', 'staff', 'surveyed-lately', 'clock-stopped',
                                         'not-matched-yet', 'declined-or-withdrawn')),
  strata        jsonb NOT NULL,             -- only what at least ten members share
  open_days     date[] NOT NULL,            -- the days on which they may be written to
  PRIMARY KEY (wave, person)
);
CREATE INDEX survey_members_by_person ON survey_members (person);

-- How far somebody has come. Of one that is submitted nothing is kept but that it is: no day, and nothing that leads to the response.
CREATE TABLE survey_invitations (
  wave          integer NOT NULL,
  person        text NOT NULL,
  link_hash     bytea UNIQUE,               -- null until the invitation is written
  state         text NOT NULL DEFAULT 'queued' CHECK (state IN
                  ('queued', 'sent', 'bounced', 'opened', 'started', 'submitted', 'opted-out', 'lapsed')),
  PRIMARY KEY (wave, person)
);

-- The letters of a wave. Planned when it is made; each goes once. Those that tell who had not answered yet are deleted a day later.
CREATE TABLE survey_letters (
  wave          integer NOT NULL REFERENCES survey_waves (id),
  person        text NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('invitation', 'reminder-1', 'reminder-2', 'last-reminder')),
  due_at        timestamptz NOT NULL,       -- by the clock of the wave
  note          bigint,                     -- the e-mail, once it is queued
  written_at    timestamptz,                -- by the clock of the wave
  PRIMARY KEY (wave, person, kind)
);
CREATE INDEX survey_letters_due ON survey_letters (wave, due_at) WHERE note IS NULL;
CREATE UNIQUE INDEX survey_letters_by_note ON survey_letters (note) WHERE note IS NOT NULL;

-- Answers that are not submitted yet. Deleted when they are, and when the wave closes.
CREATE TABLE survey_drafts (
  wave          integer NOT NULL,
  person        text NOT NULL,
  body          jsonb NOT NULL,
  PRIMARY KEY (wave, person)
);

-- What was answered. No person, no deployment, no link, no time but the day. The rows of a wave are written anew, in a random order, with
-- each response that joins them, so that neither their place nor the transaction that wrote them tells whose they are.
CREATE TABLE survey_responses (
  id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  wave          integer NOT NULL,
  audiences     text[] NOT NULL,            -- as the respondent ticked them
  strata        jsonb NOT NULL,             -- as those of the member
  submitted_on  date NOT NULL,
  excluded_because text CHECK (excluded_because IN ('after-cut-off')),  -- null: it is valid
  answers       jsonb NOT NULL
);
CREATE INDEX survey_responses_by_wave ON survey_responses (wave);

-- Where somebody who said that they may be asked more can be reached. It leads to no response.
CREATE TABLE survey_contacts (
  id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  wave          integer NOT NULL,
  contact       text NOT NULL
);
CREATE INDEX survey_contacts_by_wave ON survey_contacts (wave);

-- Who wants no surveys any more.
CREATE TABLE survey_opt_outs (
  person        text PRIMARY KEY            -- a contact id
);

ALTER TABLE notes DROP CONSTRAINT notes_kind_check;
ALTER TABLE notes ADD CONSTRAINT notes_kind_check
  CHECK (kind IN ('sign-in', 'answer-copy', 'answer-outcome', 'fresh-links', 'considered', 'not-chosen', 'profile', 'closed-days',
                  'problem-copy', 'pass-on', 'digest', 'survey'));

-- Down Migration

DELETE FROM notes WHERE kind = 'survey';
ALTER TABLE notes DROP CONSTRAINT notes_kind_check;
ALTER TABLE notes ADD CONSTRAINT notes_kind_check
  CHECK (kind IN ('sign-in', 'answer-copy', 'answer-outcome', 'fresh-links', 'considered', 'not-chosen', 'profile', 'closed-days',
                  'problem-copy', 'pass-on', 'digest'));
DROP TABLE survey_opt_outs, survey_contacts, survey_responses, survey_drafts, survey_letters, survey_invitations, survey_members,
  survey_waves, survey_versions;
DROP FUNCTION refuse_to_change_survey_versions;
