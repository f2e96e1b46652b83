-- Up Migration

-- Filters of the list of deployments under a name. One that is shared can be opened by all staff, each of whom sees their own places.
CREATE TABLE saved_views (
  id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  owner         text NOT NULL REFERENCES people (id),
  name          text NOT NULL,
  query         text NOT NULL,              -- of the address of the list: "late=yes&region=London"
  shared        boolean NOT NULL,
  saved_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (owner, name)
);

-- Who watches which deployment, and since when.
CREATE TABLE watches (
  person        text NOT NULL REFERENCES people (id),
  reference     text NOT NULL REFERENCES deployments (reference),
  since         timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (person, reference)
);
CREATE INDEX watches_by_reference ON watches (reference);

-- Something done to many deployments at once. Each line is looked at, confirmed by whoever asked for it, and then carried out, by
-- whichever web service claims it.
CREATE TABLE many_jobs (
  id            uuid PRIMARY KEY,           -- made with the form, so that a form that is sent twice makes one job
  kind          text NOT NULL,              -- a kind of change, or "start"
  by_person     text NOT NULL REFERENCES people (id),
  said          jsonb NOT NULL,             -- the values of the form, by field
  words         jsonb NOT NULL,             -- the form in words: [{label, value}]
  programme     text,                       -- for "start": what is started
  programme_version integer,
  made_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  confirmed_at  timestamptz,
  cancelled_at  timestamptz
);
CREATE INDEX many_jobs_by_person ON many_jobs (by_person, made_at);

CREATE TABLE many_lines (
  job           uuid NOT NULL REFERENCES many_jobs (id),
  number        integer NOT NULL,           -- from 1
  target        text NOT NULL,              -- the reference of a deployment; for "start", the URN as it was given, or the code of a trust
  name          text NOT NULL,              -- of the school or trust; "" where there is none
  given         jsonb NOT NULL,             -- for "start": what is known of it: {kind, facts, warnings}
  state         text NOT NULL CHECK (state IN
                  ('to-check', 'possible', 'not-possible', 'left-out', 'waiting', 'done', 'refused', 'cancelled')),
  commands      jsonb,                      -- what is carried out, decided when the line was looked at
  preview       jsonb NOT NULL DEFAULT '[]',  -- what would follow, in sentences
  outcome       text,                       -- why it is not possible, was refused, or what became of it
  reference     text,                       -- the deployment that was changed or started
  attempts      integer NOT NULL DEFAULT 0,
  try_after     timestamptz NOT NULL DEFAULT clock_timestamp(),
  claim         uuid,                       -- fencing token of the service that holds the line
  claimed_until timestamptz,
  settled_at    timestamptz,
  PRIMARY KEY (job, number)
);
CREATE INDEX many_lines_open ON many_lines (try_after) WHERE state IN ('to-check', 'waiting');

-- Down Migration

DROP TABLE many_lines, many_jobs, watches, saved_views;
