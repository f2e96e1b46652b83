-- Up Migration

-- A note is held by a lease while it is sent, and not by a lock: no transaction is open while the mail server is talked to.
-- It may change entries in its reader's calendar; what they say is gone once it is sent.
ALTER TABLE notes
  ADD claim uuid,
  ADD claimed_until timestamptz,
  ADD entries jsonb NOT NULL DEFAULT '[]';

-- Fresh links, for whoever asked for them with one that is spent.
ALTER TABLE notes DROP CONSTRAINT notes_kind_check;
ALTER TABLE notes ADD CONSTRAINT notes_kind_check CHECK (kind IN ('sign-in', 'answer-copy', 'answer-outcome', 'fresh-links'));

-- A session has a name of its own that opens nothing, and says in which browser it was opened.
ALTER TABLE sessions
  ADD id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  ADD browser text NOT NULL DEFAULT '';     -- "Firefox on Windows"; empty when it was not told

-- Who ended somebody's sessions, when and why. Lines are added and never changed.
CREATE TABLE session_endings (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  person        text NOT NULL,              -- whose sessions they were
  by_person     text NOT NULL,              -- a contact id
  because       text NOT NULL,
  sessions      integer NOT NULL,           -- how many were ended
  sign_in_links integer NOT NULL,           -- links to sign in that had not been used
  at            timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX session_endings_by_person ON session_endings (person, id);
CREATE FUNCTION refuse_to_change_session_endings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'session_endings are append-only';
END $$;
CREATE TRIGGER session_endings_are_append_only BEFORE UPDATE OR DELETE ON session_endings
  FOR EACH ROW EXECUTE FUNCTION refuse_to_change_session_endings();
CREATE TRIGGER session_endings_are_not_emptied BEFORE TRUNCATE ON session_endings
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_session_endings();

-- Down Migration

DROP TABLE session_endings;
DROP FUNCTION refuse_to_change_session_endings;
ALTER TABLE sessions DROP id, DROP browser;
DELETE FROM notes WHERE kind = 'fresh-links';
ALTER TABLE notes DROP CONSTRAINT notes_kind_check;
ALTER TABLE notes ADD CONSTRAINT notes_kind_check CHECK (kind IN ('sign-in', 'answer-copy', 'answer-outcome'));
ALTER TABLE notes DROP entries, DROP claim, DROP claimed_until;
