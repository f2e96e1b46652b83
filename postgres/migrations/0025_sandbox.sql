-- Up Migration

-- A training copy: a database in which whoever tries Chaser out moves time on (docs/decisions/0031). Real services have no row here.
CREATE TABLE sandbox (
  singleton     boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  since         timestamptz NOT NULL DEFAULT clock_timestamp(),
  moved_by      interval NOT NULL DEFAULT '0 seconds'
);

CREATE FUNCTION refuse_time_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.moved_by >= OLD.moved_by THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the time of a training copy goes forward only, and a training copy stays one';
END $$;
CREATE TRIGGER sandbox_goes_forward BEFORE UPDATE OR DELETE ON sandbox FOR EACH ROW EXECUTE FUNCTION refuse_time_back();

-- Each move of time that somebody asked for. One at a time is carried out, by whichever process claims it.
CREATE TABLE time_moves (
  id            uuid PRIMARY KEY,           -- made with the form, so that a form that is sent twice moves time once
  kind          text NOT NULL CHECK (kind IN ('to', 'until-something')),
  by_person     text REFERENCES people (id),  -- none: from the command line
  asked_at      timestamptz NOT NULL DEFAULT clock_timestamp(),  -- by the clock on the wall
  from_at       timestamptz NOT NULL,       -- by the moved clock
  to_at         timestamptz,                -- by the moved clock; none for 'until-something'
  reached_at    timestamptz NOT NULL,       -- by the moved clock: how far it is
  wake_ups      integer NOT NULL DEFAULT 0,
  waits_for     text,                       -- why it does not go on
  stop_asked    boolean NOT NULL DEFAULT false,
  settled_at    timestamptz,                -- by the clock on the wall
  outcome       text,
  claim         uuid,
  claimed_until timestamptz,
  CHECK ((kind = 'to') = (to_at IS NOT NULL))
);
CREATE UNIQUE INDEX one_time_move ON time_moves ((settled_at IS NULL)) WHERE settled_at IS NULL;

-- Who takes the guided tour, and since when. What they have done is told from what is recorded since.
CREATE TABLE sandbox_tours (
  person        text PRIMARY KEY REFERENCES people (id),
  began_at      timestamptz NOT NULL DEFAULT clock_timestamp()   -- by the clock on the wall
);

-- Down Migration

DROP TABLE sandbox_tours, time_moves, sandbox;
DROP FUNCTION refuse_time_back;
