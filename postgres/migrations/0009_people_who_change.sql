-- Up Migration

-- A contact id whose address or person changed, and a deployment in which links of theirs were ended by it: the engine is
-- to ask them anew. Written with the change in one transaction, and delivered under a lease as kept answers are.
CREATE TABLE asks_anew (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reference     text NOT NULL REFERENCES deployments (reference),
  person        text NOT NULL,
  because       text NOT NULL CHECK (because IN ('address-changed', 'person-changed')),
  steps         jsonb NOT NULL,             -- what their links led to: [{step, round}]
  made_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  claim         uuid,
  claimed_until timestamptz,
  settled_at    timestamptz,
  outcome       text                        -- why nothing was asked; null when it was
);
CREATE INDEX asks_anew_waiting ON asks_anew (id) WHERE settled_at IS NULL;
CREATE INDEX answer_links_by_person ON answer_links (person) WHERE revoked_at IS NULL;

-- Down Migration

DROP INDEX answer_links_by_person;
DROP TABLE asks_anew;
