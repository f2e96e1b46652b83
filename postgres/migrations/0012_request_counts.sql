-- Up Migration

-- How often something was asked for. All web services share these counts for their limits. A key is a hash, so the table holds
-- no address of a person or a machine. The table is unlogged: a crash empties it, and every count starts again from nought.
CREATE UNLOGGED TABLE request_counts (
  key           bytea PRIMARY KEY,
  count         integer NOT NULL,
  ends_at       timestamptz NOT NULL        -- from then on the count starts again
);
CREATE INDEX request_counts_ended ON request_counts (ends_at);

-- Browsers in which somebody has signed in. In them a person gets a link to sign in, however often others ask for one.
CREATE TABLE known_browsers (
  hash          bytea PRIMARY KEY,
  person        text NOT NULL REFERENCES people (id),
  ends_at       timestamptz NOT NULL
);
CREATE INDEX known_browsers_by_person ON known_browsers (person);

-- Down Migration

DROP TABLE known_browsers, request_counts;
