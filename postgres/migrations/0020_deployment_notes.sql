-- Up Migration

-- What staff write down about a deployment: who, when, and what. Everybody who may see the deployment reads it; no e-mail says it.
-- Lines are added and never changed.
CREATE TABLE deployment_notes (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  once_as       uuid NOT NULL UNIQUE,       -- the same form sent twice is kept once
  reference     text NOT NULL REFERENCES deployments (reference),
  by_person     text NOT NULL,              -- a contact id
  words         text NOT NULL CHECK (words <> ''),
  at            timestamptz NOT NULL        -- by the clock of the deployment
);
CREATE INDEX deployment_notes_by_deployment ON deployment_notes (reference, id);
CREATE FUNCTION refuse_to_change_deployment_notes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'deployment_notes are append-only';
END $$;
CREATE TRIGGER deployment_notes_are_append_only BEFORE UPDATE OR DELETE ON deployment_notes
  FOR EACH ROW EXECUTE FUNCTION refuse_to_change_deployment_notes();
CREATE TRIGGER deployment_notes_are_not_emptied BEFORE TRUNCATE ON deployment_notes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_deployment_notes();

-- What pages ask of every running deployment: its open steps; what happened at a time, so that those whose clock was moved on are found
-- without a look at each; and the deployments of a trust.
CREATE INDEX steps_open_by_deployment ON steps (reference, opened_at, due_on) WHERE state = 'open';
CREATE INDEX events_by_time ON events (at);
CREATE INDEX deployments_by_trust ON deployments (trust);

-- Down Migration

DROP INDEX steps_open_by_deployment, events_by_time, deployments_by_trust;
DROP TABLE deployment_notes;
DROP FUNCTION refuse_to_change_deployment_notes;
