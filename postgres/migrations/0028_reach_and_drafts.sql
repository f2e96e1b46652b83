-- Up Migration

-- Where new deployments may begin with a version of a programme: each line is a decision, and the last of a version counts. A version
-- without a line counts everywhere: it came with Chaser, or was published before there were pilots.
CREATE TABLE programme_reach (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  programme     text NOT NULL,
  version       integer NOT NULL,
  regions       text[],                     -- null: everywhere; empty: nowhere, it is withdrawn; else a pilot
  by_person     text NOT NULL,              -- a contact id
  approved_by   text,                       -- the second person; null where none was needed
  because       text,
  at            timestamptz NOT NULL DEFAULT clock_timestamp(),
  FOREIGN KEY (programme, version) REFERENCES programmes (id, version)
);
CREATE INDEX programme_reach_by_version ON programme_reach (programme, version, id);
CREATE FUNCTION refuse_reach_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'programme_reach is append-only: another decision is another line';
END $$;
CREATE TRIGGER programme_reach_is_append_only BEFORE UPDATE OR DELETE ON programme_reach
  FOR EACH ROW EXECUTE FUNCTION refuse_reach_change();
CREATE TRIGGER programme_reach_is_never_emptied BEFORE TRUNCATE ON programme_reach
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_reach_change();

-- The text as it was written, to begin the next version from. Null: it came with Chaser, or was published before texts were kept.
ALTER TABLE programmes ADD COLUMN content text;

-- A programme that somebody is writing. One for each person and programme.
CREATE TABLE programme_drafts (
  person        text NOT NULL REFERENCES people (id),
  programme     text NOT NULL,
  began_from    integer NOT NULL,           -- the version
  content       text NOT NULL,
  revision      integer NOT NULL DEFAULT 1, -- counts up with each save, so that two windows cannot overwrite each other unseen
  saved_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (person, programme)
);

-- Down Migration

DROP TABLE programme_drafts;
ALTER TABLE programmes DROP COLUMN content;
DROP TABLE programme_reach;
DROP FUNCTION refuse_reach_change;
