-- Up Migration

-- Files of people and of schools that somebody chose on a page: kept from the look at what they would change until they are imported, so that
-- exactly what was looked at is imported. The content goes when it is imported, or a day later. The line stays.
CREATE TABLE import_files (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind          text NOT NULL CHECK (kind IN ('people', 'schools')),
  name          text NOT NULL,              -- the file's name, as the browser said it
  hash          text NOT NULL,              -- SHA-256 of the content, in hex
  content       bytea,
  by_person     text NOT NULL,              -- a contact id
  uploaded_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  preview       jsonb NOT NULL,             -- ImportReport or PeopleReport of register/import-report.ts
  imported_at   timestamptz,
  imported_by   text
);
-- The content is read a piece at a time, which is cheap only where it is not compressed.
ALTER TABLE import_files ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX import_files_with_content ON import_files (uploaded_at) WHERE content IS NOT NULL;

-- Down Migration

DROP TABLE import_files;
