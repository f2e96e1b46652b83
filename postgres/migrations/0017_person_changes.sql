-- Up Migration

-- Who changed a person on the pages, when, and what was known before and after. Lines are added and never changed.
CREATE TABLE person_changes (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  person        text NOT NULL REFERENCES people (id),
  by_person     text NOT NULL,              -- a contact id
  before        json,                       -- KnownPerson in postgres/views/people.ts; null: the person was added
  after         json NOT NULL,
  at            timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX person_changes_by_person ON person_changes (person, id);
CREATE FUNCTION refuse_to_change_person_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'person_changes are append-only';
END $$;
CREATE TRIGGER person_changes_are_append_only BEFORE UPDATE OR DELETE ON person_changes
  FOR EACH ROW EXECUTE FUNCTION refuse_to_change_person_changes();
CREATE TRIGGER person_changes_are_not_emptied BEFORE TRUNCATE ON person_changes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_person_changes();

-- Down Migration

DROP TABLE person_changes;
DROP FUNCTION refuse_to_change_person_changes;
