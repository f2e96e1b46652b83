-- Up Migration

-- A programme is published by somebody, or kept when a deployment first began with a version that comes with Chaser.
ALTER TABLE programmes ADD COLUMN published_by text;

-- Down Migration

ALTER TABLE programmes DROP COLUMN published_by;
