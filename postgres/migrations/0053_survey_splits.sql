-- Up Migration

-- What the figures of a survey are split by first: a stratum, or a split of the survey. Chosen when it is made and never changed, for what is shown of the
-- first leaves less to be shown of the next, and two orders could be subtracted from each other.
ALTER TABLE survey_waves ADD COLUMN first_split text NOT NULL DEFAULT 'region';

-- The answer by which a quotation is listed, such as the kind of school; null where too few share it.
ALTER TABLE survey_open_answers ADD COLUMN listed_by text;

-- Down Migration

ALTER TABLE survey_open_answers DROP COLUMN listed_by;
ALTER TABLE survey_waves DROP COLUMN first_split;
