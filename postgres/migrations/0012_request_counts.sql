-- Up Migration

-- How often something was asked for, for the limits that all web services share. A key is a hash: no address of a person or
-- a machine is kept. Not logged: after a crash the counts begin anew, and nothing else is lost.
CREATE UNLOGGED TABLE request_counts (
  key           bytea PRIMARY KEY,
  count         integer NOT NULL,
  ends_at       timestamptz NOT NULL        -- from then on the key counts from nought
);
CREATE INDEX request_counts_ended ON request_counts (ends_at);

-- Browsers in which somebody has signed in. Whatever others do, a link can still be asked for there.
CREATE TABLE known_browsers (
  hash          bytea PRIMARY KEY,
  person        text NOT NULL REFERENCES people (id),
  ends_at       timestamptz NOT NULL
);
CREATE INDEX known_browsers_by_person ON known_browsers (person);

-- Down Migration

DROP TABLE known_browsers, request_counts;
