-- Up Migration

-- All that the page of a deployment's forecast tells (WholeForecast in domain/chasing/forecast.ts), with the number of its shape: another release may tell
-- more. Null where it could not be worked out, and for what was worked out before.
ALTER TABLE forecasts ADD COLUMN whole jsonb;

-- Which could not be worked out, for the watchdog and the service page. There are few.
CREATE INDEX forecasts_in_trouble ON forecasts (reference) WHERE trouble IS NOT NULL;

-- Down Migration

DROP INDEX forecasts_in_trouble;
ALTER TABLE forecasts DROP COLUMN whole;
