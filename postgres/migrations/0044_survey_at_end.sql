-- Up Migration

-- A survey is put to a population on a day, or to whoever had a part in a deployment once it has ended.
ALTER TABLE survey_waves ADD COLUMN kind text NOT NULL DEFAULT 'wave' CHECK (kind IN ('wave', 'at-end'));

-- At the end of deployments each has days of their own.
ALTER TABLE survey_members
  ADD COLUMN asked_on  date,                -- the day for which their invitation is planned; null: that on which the wave opens
  ADD COLUMN closes_on date,                -- the last day on which they may answer; null: that of the wave
  DROP CONSTRAINT survey_members_left_out_check,
  ADD CONSTRAINT survey_members_left_out_check CHECK (left_out IN ('no-address', 'address-refused', 'opted-out', 'staff', 'surveyed-lately',
    'clock-stopped', 'not-matched-yet', 'declined-or-withdrawn', 'no-days'));

-- A response at the end of a deployment has no day: few are asked at a time, and it would tell whose it is.
ALTER TABLE survey_responses ALTER COLUMN submitted_on DROP NOT NULL;

CREATE INDEX deployments_completed ON deployments (ended_at) WHERE status = 'completed';

-- Down Migration

DROP INDEX deployments_completed;
UPDATE survey_responses response SET submitted_on = w.cut_off_on FROM survey_waves w WHERE w.id = response.wave AND response.submitted_on IS NULL;
ALTER TABLE survey_responses ALTER COLUMN submitted_on SET NOT NULL;
UPDATE survey_members SET left_out = 'surveyed-lately' WHERE left_out = 'no-days';
ALTER TABLE survey_members
  DROP COLUMN asked_on,
  DROP COLUMN closes_on,
  DROP CONSTRAINT survey_members_left_out_check,
  ADD CONSTRAINT survey_members_left_out_check CHECK (left_out IN ('no-address', 'address-refused', 'opted-out', 'staff', 'surveyed-lately',
    'clock-stopped', 'not-matched-yet', 'declined-or-withdrawn'));
ALTER TABLE survey_waves DROP COLUMN kind;
