-- Up Migration

-- Two entries of one person. The one that was merged stays, so that history keeps the name that was said then, and has no address of its
-- own any more: a letter that is still on its way to it goes to the address that stays.
ALTER TABLE people ADD merged_into text REFERENCES people (id) CHECK (merged_into <> id);
DROP INDEX people_by_email;
CREATE UNIQUE INDEX people_by_email ON people (lower(email)) WHERE merged_into IS NULL;

-- Who merged whom, when and why, with what was known of both before and of the person now. Lines are added and never changed.
CREATE TABLE person_merges (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  merged        text NOT NULL UNIQUE REFERENCES people (id),
  kept          text NOT NULL REFERENCES people (id),
  because       text NOT NULL CHECK (because <> ''),
  by_person     text NOT NULL,              -- a contact id
  before_merged json NOT NULL,              -- KnownPerson in postgres/views/people.ts
  before_kept   json NOT NULL,
  after         json NOT NULL,
  at            timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK (merged <> kept)
);
CREATE INDEX person_merges_by_kept ON person_merges (kept);
CREATE FUNCTION refuse_to_change_person_merges() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'person_merges are append-only';
END $$;
CREATE TRIGGER person_merges_are_append_only BEFORE UPDATE OR DELETE ON person_merges
  FOR EACH ROW EXECUTE FUNCTION refuse_to_change_person_merges();
CREATE TRIGGER person_merges_are_not_emptied BEFORE TRUNCATE ON person_merges
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_person_merges();

-- The deployments in which the engine is still to put the one in the place of the other. Written with the merge in one transaction, and
-- delivered under a lease, as asks_anew are.
CREATE TABLE merge_parts (
  merge         bigint NOT NULL REFERENCES person_merges (id),
  reference     text NOT NULL REFERENCES deployments (reference),
  claim         uuid,
  claimed_until timestamptz,
  settled_at    timestamptz,
  outcome       text,                       -- why nothing was changed; null when it was
  PRIMARY KEY (merge, reference)
);
CREATE INDEX merge_parts_waiting ON merge_parts (merge) WHERE settled_at IS NULL;

-- Nobody approves what they proposed themselves, under whichever entry.
CREATE OR REPLACE FUNCTION refuse_own_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.decision = 'approved' AND EXISTS (
    SELECT FROM proposals WHERE id = NEW.proposal
      AND coalesce((SELECT merged_into FROM people WHERE people.id = by_person), by_person)
        = coalesce((SELECT merged_into FROM people WHERE people.id = NEW.by_person), NEW.by_person)) THEN
    RAISE EXCEPTION 'a proposal is approved by somebody other than whoever made it';
  END IF;
  RETURN NEW;
END $$;

-- The first and the last day on which a role counts, both inclusive; null: it counts already, or without an end.
ALTER TABLE person_roles ADD from_on date, ADD until_on date, ADD CHECK (from_on <= until_on);

-- Days on which a school is closed besides its holidays, as somebody at the school entered them from a link of theirs, and what was decided.
CREATE TABLE closed_days (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reference     text NOT NULL REFERENCES deployments (reference),  -- whose link it was
  urn           text,                       -- whose days they are: of a school,
  trust         text,                       -- or of every school of a trust
  days          date[] NOT NULL CHECK (cardinality(days) > 0),
  name          text NOT NULL,              -- "INSET day"
  person        text NOT NULL,              -- who entered them: a contact id
  at            timestamptz NOT NULL DEFAULT clock_timestamp(),
  decision      text CHECK (decision IN ('accepted', 'refused')),
  decided_by    text,
  decided_at    timestamptz,
  because       text,
  CHECK ((urn IS NULL) <> (trust IS NULL)),
  CHECK ((decision IS NULL) = (decided_at IS NULL))
);
CREATE INDEX closed_days_by_urn ON closed_days (urn);
CREATE INDEX closed_days_open ON closed_days (id) WHERE decision IS NULL;

ALTER TABLE notes DROP CONSTRAINT notes_kind_check;
ALTER TABLE notes ADD CONSTRAINT notes_kind_check
  CHECK (kind IN ('sign-in', 'answer-copy', 'answer-outcome', 'fresh-links', 'considered', 'not-chosen', 'profile', 'closed-days'));

-- Down Migration

DELETE FROM notes WHERE kind = 'closed-days';
ALTER TABLE notes DROP CONSTRAINT notes_kind_check;
ALTER TABLE notes ADD CONSTRAINT notes_kind_check
  CHECK (kind IN ('sign-in', 'answer-copy', 'answer-outcome', 'fresh-links', 'considered', 'not-chosen', 'profile'));
DROP TABLE closed_days;
ALTER TABLE person_roles DROP from_on, DROP until_on;
CREATE OR REPLACE FUNCTION refuse_own_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.decision = 'approved' AND EXISTS (SELECT FROM proposals WHERE id = NEW.proposal AND by_person = NEW.by_person) THEN
    RAISE EXCEPTION 'a proposal is approved by somebody other than whoever made it';
  END IF;
  RETURN NEW;
END $$;
DROP TABLE merge_parts, person_merges;
DROP FUNCTION refuse_to_change_person_merges;
UPDATE people SET email = id || '@merged.invalid' WHERE merged_into IS NOT NULL;
DROP INDEX people_by_email;
CREATE UNIQUE INDEX people_by_email ON people (lower(email));
ALTER TABLE people DROP merged_into;
