-- Up Migration

-- How many deployments of a National Leader of Governance a region may have in a programme. Nothing is overwritten: the newest line of a
-- programme and region counts.
CREATE TABLE governance_places (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  programme     text NOT NULL,              -- the id of a programme, whatever its version
  region        text NOT NULL,
  places        integer NOT NULL CHECK (places >= 0),
  because       text NOT NULL,
  by_person     text NOT NULL,              -- a contact id
  at            timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX governance_places_by_region ON governance_places (programme, region, id);
CREATE TRIGGER governance_places_are_append_only BEFORE UPDATE OR DELETE ON governance_places
  FOR EACH ROW EXECUTE FUNCTION refuse_matching_change();
CREATE TRIGGER governance_places_are_never_emptied BEFORE TRUNCATE ON governance_places
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_matching_change();

-- Down Migration

DROP TABLE governance_places;
