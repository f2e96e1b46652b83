-- Up Migration

-- Who held the post of what, from when until when, and who released it. A row is never taken away: together they are the log.
CREATE TABLE post_holds (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  scope         text NOT NULL CHECK (scope IN ('service', 'region', 'programme', 'deployment')),
  place         text NOT NULL,              -- the region, the id of the programme or the reference of the deployment; '' for the service
  because       text NOT NULL,
  held_by       text NOT NULL,              -- a contact id
  held_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  until_at      timestamptz,                -- null: until somebody releases it
  released_by   text,
  released_at   timestamptz,
  released_because text,
  CHECK ((scope = 'service') = (place = '')),
  CHECK ((released_at IS NULL) = (released_by IS NULL))
);
CREATE INDEX post_holds_not_released ON post_holds (scope, place) WHERE released_at IS NULL;

-- A programme whose deployments are all paused, those too that start while the pause lasts. It stands once its job is confirmed, until
-- the job that undoes it is.
CREATE TABLE programme_pauses (
  job           uuid PRIMARY KEY REFERENCES many_jobs (id),
  programme     text NOT NULL,
  undo_job      uuid REFERENCES many_jobs (id)
);

-- Down Migration

DROP TABLE programme_pauses, post_holds;
