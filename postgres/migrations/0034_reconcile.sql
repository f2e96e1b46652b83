-- Up Migration

-- The kinds of events that were ever written. A version that does not know one of them does not start on this database.
CREATE TABLE event_kinds (
  type          text PRIMARY KEY,
  since         timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO event_kinds (type) SELECT DISTINCT type FROM events;

-- What was mended between the record and the engine, by whom and why. Never changed.
CREATE TABLE reconciliations (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reference     text NOT NULL,              -- the deployment; '' for the letters of a mailroom
  found         text NOT NULL,              -- the difference, in words
  did           text NOT NULL,              -- what was done about it, in words
  because       text NOT NULL,
  by_person     text NOT NULL,              -- a contact id
  made_at       timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX reconciliations_by_reference ON reconciliations (reference, id);
CREATE FUNCTION refuse_to_change_reconciliations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'reconciliations are append-only: what was mended stays on record';
END $$;
CREATE TRIGGER reconciliations_are_append_only BEFORE UPDATE OR DELETE ON reconciliations
  FOR EACH ROW EXECUTE FUNCTION refuse_to_change_reconciliations();
CREATE TRIGGER reconciliations_are_not_emptied BEFORE TRUNCATE ON reconciliations
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_reconciliations();

-- Down Migration

DROP TABLE reconciliations;
DROP FUNCTION refuse_to_change_reconciliations;
DROP TABLE event_kinds;
