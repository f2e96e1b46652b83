-- Up Migration

-- What the watchdog found wrong: each begins once and ends once. Ended ones are kept for a while.
CREATE TABLE watchdog_findings (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind          text NOT NULL,              -- which check found it
  about         text NOT NULL,              -- what of: a deployment, a step of it, a mailroom, an authority
  reference     text,                       -- the deployment; null when it is about none
  says          text NOT NULL,
  remedy        text NOT NULL,
  began_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at      timestamptz
);
CREATE UNIQUE INDEX watchdog_findings_standing ON watchdog_findings (kind, about) WHERE ended_at IS NULL;
CREATE INDEX watchdog_findings_ended ON watchdog_findings (ended_at) WHERE ended_at IS NOT NULL;

-- The last round of the watchdog, and how far its sweep over all deployments has come. At most one row.
CREATE TABLE watchdog_rounds (
  only_row      boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  round_at      timestamptz NOT NULL,       -- when the last one began
  swept_to      text NOT NULL,              -- the reference up to which this sweep has looked; '' at its beginning
  sweep_began_at timestamptz NOT NULL,
  swept_at      timestamptz                 -- when a sweep had last looked at every deployment
);

-- Down Migration

DROP TABLE watchdog_rounds;
DROP TABLE watchdog_findings;
