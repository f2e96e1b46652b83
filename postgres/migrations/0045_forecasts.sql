-- Up Migration

-- What was last worked out for each running deployment (rehearsal/standing-forecast.ts). Nothing follows from it: it may be emptied at any time, and is
-- worked out again.
CREATE TABLE forecasts (
  reference     text PRIMARY KEY REFERENCES deployments (reference) ON DELETE CASCADE,
  sequence      integer NOT NULL,           -- the last event that it knows
  as_of         timestamptz NOT NULL,       -- when, by the clock of the deployment
  fast_on       date,                       -- when it is over if everybody answers as fast as a quarter of the requests were answered
  usual_on      date,                       -- half of them
  slow_on       date,                       -- three quarters; null where it is not known
  plays         integer,                    -- how often it was played on; null where no step is due at the end of a term
  missed        integer,                    -- in how many of these plays such a step was late
  steps         integer NOT NULL DEFAULT 0, -- how many steps are open or still to come
  assumed       integer NOT NULL DEFAULT 0, -- for how many of them too few answers are known, so that they take the time of the programme
  calls         jsonb NOT NULL DEFAULT '{}', -- what a call helps, by open step: {"confirm-participation/1": …}
  trouble       text,                       -- why it could not be worked out
  CHECK ((plays IS NULL) = (missed IS NULL) AND missed BETWEEN 0 AND plays AND assumed BETWEEN 0 AND steps)
);

-- Down Migration

DROP TABLE forecasts;
