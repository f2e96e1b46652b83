-- Up Migration

-- What was added to the dates that come with Chaser: bank holidays, term dates, days on which a school or trust is closed.
-- Its number is the version of the calendar book; version 0 is what comes with Chaser. Nothing is ever taken out: an
-- authority that is retired and a closure that was wrong are rows of their own.
CREATE TABLE calendar_imports (
  id            bigint PRIMARY KEY CHECK (id > 0),   -- counted by the writer, one at a time, without a gap
  kind          text NOT NULL CHECK (kind IN
                  ('bank-holidays', 'term-dates', 'closure', 'closure-withdrawn', 'authority-retired')),
  file_name     text,                       -- null when it was typed in
  content       text NOT NULL,              -- what was read, as it was given
  content_hash  text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),  -- SHA-256 of the content
  document      jsonb NOT NULL,             -- what it was read as
  changes       jsonb NOT NULL,             -- what it changed, in sentences
  because       text,                       -- why, where somebody was asked
  by_person     text NOT NULL,              -- a contact id, or the name of whoever runs the command line
  imported_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE FUNCTION refuse_calendar_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% are never changed or deleted: due dates rest on them; import the right dates instead', TG_TABLE_NAME;
END $$;
CREATE TRIGGER calendar_imports_are_kept BEFORE UPDATE OR DELETE ON calendar_imports
  FOR EACH ROW EXECUTE FUNCTION refuse_calendar_change();
CREATE TRIGGER calendar_imports_are_never_emptied BEFORE TRUNCATE ON calendar_imports
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_calendar_change();

-- A calendar that was once kept may stand behind any due date.
CREATE TRIGGER calendars_are_kept BEFORE UPDATE OR DELETE ON calendars
  FOR EACH ROW EXECUTE FUNCTION refuse_calendar_change();
CREATE TRIGGER calendars_are_never_emptied BEFORE TRUNCATE ON calendars
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_calendar_change();

-- Down Migration

DROP TRIGGER calendars_are_never_emptied ON calendars;
DROP TRIGGER calendars_are_kept ON calendars;
DROP TABLE calendar_imports;
DROP FUNCTION refuse_calendar_change;
