-- Up Migration

-- Where a school is, in metres of the National Grid (OSGB36), and how the register classes its surroundings.
ALTER TABLE schools
  ADD easting integer,
  ADD northing integer,
  ADD urban_rural text;

-- What is known of each system leader. Nothing is overwritten: the newest line of a leader counts, and the ones before say what was
-- known, when, by whom and why it changed.
CREATE TABLE leader_profiles (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  leader        text NOT NULL REFERENCES people (id),
  profile       jsonb NOT NULL,             -- domain/matching/profile.ts
  by_person     text,                       -- a contact id; null when a file gave it
  because       text NOT NULL,
  at            timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX leader_profiles_by_leader ON leader_profiles (leader, id);

-- What stands between a leader and a school or trust, or speaks for them. Ended by a further line with the effect "none".
CREATE TABLE leader_relationships (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  leader        text NOT NULL REFERENCES people (id),
  urn           text NOT NULL DEFAULT '',
  trust         text NOT NULL DEFAULT '',
  effect        text NOT NULL CHECK (effect IN ('bars', 'warns', 'favours', 'none')),
  what          text NOT NULL,              -- in words: "is a governor there"
  by_person     text NOT NULL,              -- who declared it
  at            timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK ((urn = '') <> (trust = ''))
);
CREATE INDEX leader_relationships_by_leader ON leader_relationships (leader, id);

-- Whom a coordinator chose for a deployment, with the shortlist as it stood then.
CREATE TABLE match_choices (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reference     text NOT NULL REFERENCES deployments (reference),
  step          text NOT NULL,
  round         integer NOT NULL,
  leader        text NOT NULL,
  then_leaders  text[] NOT NULL,            -- who is asked next if the one before cannot, in this order
  days          double precision NOT NULL CHECK (days > 0 AND days * 2 = floor(days * 2)),
  because       text NOT NULL,
  shortlist     jsonb NOT NULL,
  by_person     text NOT NULL,
  at            timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX match_choices_by_reference ON match_choices (reference, id);

-- Who was told that they are being considered, and so hears if somebody else is asked.
CREATE TABLE leaders_considered (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reference     text NOT NULL REFERENCES deployments (reference),
  step          text NOT NULL,
  round         integer NOT NULL,
  leader        text NOT NULL REFERENCES people (id),
  by_person     text NOT NULL,
  at            timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (reference, step, round, leader)
);

CREATE FUNCTION refuse_matching_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: a correction is a new line', TG_TABLE_NAME;
END $$;
CREATE TRIGGER leader_profiles_are_append_only BEFORE UPDATE OR DELETE ON leader_profiles
  FOR EACH ROW EXECUTE FUNCTION refuse_matching_change();
CREATE TRIGGER leader_profiles_are_never_emptied BEFORE TRUNCATE ON leader_profiles
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_matching_change();
CREATE TRIGGER leader_relationships_are_append_only BEFORE UPDATE OR DELETE ON leader_relationships
  FOR EACH ROW EXECUTE FUNCTION refuse_matching_change();
CREATE TRIGGER leader_relationships_are_never_emptied BEFORE TRUNCATE ON leader_relationships
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_matching_change();
CREATE TRIGGER match_choices_are_append_only BEFORE UPDATE OR DELETE ON match_choices
  FOR EACH ROW EXECUTE FUNCTION refuse_matching_change();
CREATE TRIGGER match_choices_are_never_emptied BEFORE TRUNCATE ON match_choices
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_matching_change();
CREATE TRIGGER leaders_considered_are_append_only BEFORE UPDATE OR DELETE ON leaders_considered
  FOR EACH ROW EXECUTE FUNCTION refuse_matching_change();
CREATE TRIGGER leaders_considered_are_never_emptied BEFORE TRUNCATE ON leaders_considered
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_matching_change();

ALTER TABLE notes DROP CONSTRAINT notes_kind_check;
ALTER TABLE notes ADD CONSTRAINT notes_kind_check
  CHECK (kind IN ('sign-in', 'answer-copy', 'answer-outcome', 'fresh-links', 'considered', 'not-chosen'));

-- Down Migration

DELETE FROM notes WHERE kind IN ('considered', 'not-chosen');
ALTER TABLE notes DROP CONSTRAINT notes_kind_check;
ALTER TABLE notes ADD CONSTRAINT notes_kind_check CHECK (kind IN ('sign-in', 'answer-copy', 'answer-outcome', 'fresh-links'));
DROP TABLE leaders_considered, match_choices, leader_relationships, leader_profiles;
DROP FUNCTION refuse_matching_change;
ALTER TABLE schools DROP easting, DROP northing, DROP urban_rural;
