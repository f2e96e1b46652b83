-- Up Migration

-- Which claim a workflow was started under is told to the engine. So two starts at once can tell a deployment that one of
-- them has started from one that had the number before.
ALTER TABLE starting ADD COLUMN claim uuid NOT NULL DEFAULT gen_random_uuid();

-- Down Migration

ALTER TABLE starting DROP COLUMN claim;
