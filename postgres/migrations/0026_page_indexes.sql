-- Up Migration

-- What pages ask of the open steps of thousands of deployments is answered from this index alone. It takes the place of a narrower one.
DROP INDEX steps_open_by_deployment;
CREATE INDEX steps_open_by_deployment ON steps (reference, opened_at, due_on, step) INCLUDE (round, stage, owner, optional) WHERE state = 'open';

-- The schools of one region, which are those that a coordinator's pages are about, without reading the register from end to end.
CREATE INDEX schools_by_region ON schools (region, urn);

-- Who holds a role in any deployment: the system leaders among whom a list is filtered.
CREATE INDEX parties_by_role ON deployment_parties (role, reference) INCLUDE (person) WHERE until IS NULL;

-- Rounds of one step of the programmes in every deployment, and the stages that were reached: figures, and who has used a place for governance.
CREATE INDEX steps_by_step ON steps (step, reference, round) INCLUDE (stage, optional, opened_on, due_on, closed_at);

-- Due dates that moved: few events of many, and what figures of an earlier day have to know.
CREATE INDEX events_of_moved_dates ON events (reference) WHERE type = 'due-date-moved';

-- Down Migration

DROP INDEX events_of_moved_dates, steps_by_step, parties_by_role, schools_by_region, steps_open_by_deployment;
CREATE INDEX steps_open_by_deployment ON steps (reference, opened_at, due_on) WHERE state = 'open';
