-- Up Migration

-- System leaders who were asked, once and once more in each term, to confirm what is known of them. The link goes with the address: whoever
-- has another one is asked again, and the link of the one before no longer works.
CREATE TABLE profile_asks (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  leader        text NOT NULL REFERENCES people (id),
  term          text NOT NULL,              -- "Autumn 2026"
  kind          text NOT NULL CHECK (kind IN ('ask', 'reminder')),
  email         text NOT NULL,
  link_hash     bytea NOT NULL,
  until         date NOT NULL,              -- the last school day of the term, on which the link still works
  at            timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (leader, term, kind, email)
);
CREATE INDEX profile_asks_by_link ON profile_asks (link_hash);

-- What is known of a leader was confirmed for a term: as it stood, or with changes that are a line of leader_profiles.
CREATE TABLE profile_confirmations (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  leader        text NOT NULL REFERENCES people (id),
  term          text NOT NULL,
  changed       boolean NOT NULL,
  at            timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX profile_confirmations_by_leader ON profile_confirmations (leader, term);

CREATE TRIGGER profile_asks_are_append_only BEFORE UPDATE OR DELETE ON profile_asks
  FOR EACH ROW EXECUTE FUNCTION refuse_matching_change();
CREATE TRIGGER profile_asks_are_never_emptied BEFORE TRUNCATE ON profile_asks
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_matching_change();
CREATE TRIGGER profile_confirmations_are_append_only BEFORE UPDATE OR DELETE ON profile_confirmations
  FOR EACH ROW EXECUTE FUNCTION refuse_matching_change();
CREATE TRIGGER profile_confirmations_are_never_emptied BEFORE TRUNCATE ON profile_confirmations
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_matching_change();

ALTER TABLE notes DROP CONSTRAINT notes_kind_check;
ALTER TABLE notes ADD CONSTRAINT notes_kind_check
  CHECK (kind IN ('sign-in', 'answer-copy', 'answer-outcome', 'fresh-links', 'considered', 'not-chosen', 'profile'));

-- Down Migration

DELETE FROM notes WHERE kind = 'profile';
ALTER TABLE notes DROP CONSTRAINT notes_kind_check;
ALTER TABLE notes ADD CONSTRAINT notes_kind_check
  CHECK (kind IN ('sign-in', 'answer-copy', 'answer-outcome', 'fresh-links', 'considered', 'not-chosen'));
DROP TABLE profile_confirmations, profile_asks;
