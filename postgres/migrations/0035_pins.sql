-- Up Migration

-- The programmes and calendars that Temporal's histories name by hash instead of holding them: each once, for ever.
CREATE TABLE pins (
  hash          text PRIMARY KEY,
  content       text NOT NULL,              -- JSON, with its keys in the order in which they were given: the order of steps counts
  kept_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT pins_hash_is_of_content CHECK (hash = encode(sha256(convert_to(content, 'UTF8')), 'hex'))
);

CREATE FUNCTION refuse_pin_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'pins are never changed or deleted: deployments that run and deployments that have ended are read with them';
END $$;
CREATE TRIGGER pins_are_kept BEFORE UPDATE OR DELETE ON pins FOR EACH ROW EXECUTE FUNCTION refuse_pin_change();
CREATE TRIGGER pins_are_never_emptied BEFORE TRUNCATE ON pins FOR EACH STATEMENT EXECUTE FUNCTION refuse_pin_change();

-- Workflows that needed a pin which is not there. Each tells it again while it waits, so one that was told long ago waits no more.
CREATE TABLE missing_pins (
  hash          text NOT NULL,
  workflow      text NOT NULL,              -- a workflow's id; empty where it is not known
  name          text NOT NULL,              -- "programme" or "calendar"
  told_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (hash, workflow)
);

-- Down Migration

-- Without its pins no deployment that began since goes on, so this stops where there are any.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pins) THEN
    RAISE EXCEPTION 'the table pins is in use: deployments would stop without it. Go back to a backup of both stores instead';
  END IF;
END $$;
DROP TABLE missing_pins, pins;
DROP FUNCTION refuse_pin_change;
