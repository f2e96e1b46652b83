-- Up Migration

-- Pages and rehearsals name roles, steps and ends in the order in which a programme was written; jsonb forgets it.
ALTER TABLE programmes ALTER COLUMN document TYPE json;

-- Down Migration

ALTER TABLE programmes ALTER COLUMN document TYPE jsonb;
