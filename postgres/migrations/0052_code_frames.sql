-- Up Migration

-- Code frames from files, as they were when a coding first began with them. A version never says anything else.
CREATE TABLE code_frames (
  frame         text NOT NULL,
  version       integer NOT NULL,
  document      jsonb NOT NULL,
  sha256        text NOT NULL,              -- of what it says, in hexadecimal
  kept_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (frame, version)
);
CREATE FUNCTION refuse_to_change_code_frames() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'code_frames are append-only: a change is a new version';
END $$;
CREATE TRIGGER code_frames_are_append_only BEFORE UPDATE OR DELETE ON code_frames
  FOR EACH ROW EXECUTE FUNCTION refuse_to_change_code_frames();
CREATE TRIGGER code_frames_are_not_emptied BEFORE TRUNCATE ON code_frames
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_code_frames();

-- The code frame that the codes of a coding come from; null: somebody typed them. Its codes stand in survey_code_frames either way.
ALTER TABLE survey_codings
  ADD COLUMN from_frame text,
  ADD COLUMN from_version integer,
  ADD FOREIGN KEY (from_frame, from_version) REFERENCES code_frames (frame, version),
  ADD CHECK ((from_frame IS NULL) = (from_version IS NULL));

-- Down Migration

ALTER TABLE survey_codings DROP COLUMN from_version, DROP COLUMN from_frame;
DROP TABLE code_frames;
DROP FUNCTION refuse_to_change_code_frames;
