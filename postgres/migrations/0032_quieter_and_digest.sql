-- Up Migration

-- Links in e-mails with which somebody who is asked stops the e-mails that they need not act on. A link opens nothing once the address
-- it was sent to is no longer theirs.
CREATE TABLE quieter_links (
  hash          bytea PRIMARY KEY,
  reference     text NOT NULL REFERENCES deployments (reference),
  person        text NOT NULL,              -- a contact id
  email         text NOT NULL,
  given_at      timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX quieter_links_by_person ON quieter_links (person);

-- Who stopped such e-mails of a deployment, until the end of which day, and who had them begin again. Lines are added and never
-- changed; the newest of a person counts.
CREATE TABLE quieter (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reference     text NOT NULL REFERENCES deployments (reference),
  person        text NOT NULL,              -- whose e-mails: a contact id
  until_on      date,                       -- the last day without them; null: they come again
  by_person     text NOT NULL,              -- who decided: the same, or a member of the staff
  via           text NOT NULL CHECK (via IN ('link', 'one-click', 'command-line')),
  at            timestamptz NOT NULL        -- by the clock of the deployment
);
CREATE INDEX quieter_by_person ON quieter (reference, person, id);
CREATE FUNCTION refuse_to_change_quieter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'quieter is append-only';
END $$;
CREATE TRIGGER quieter_is_append_only BEFORE UPDATE OR DELETE ON quieter
  FOR EACH ROW EXECUTE FUNCTION refuse_to_change_quieter();
CREATE TRIGGER quieter_is_not_emptied BEFORE TRUNCATE ON quieter
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_quieter();

-- What a member of the staff wants of the e-mails that are for them. Lines are added and never changed; the newest of a person counts.
CREATE TABLE staff_preferences (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  person        text NOT NULL,              -- a contact id
  digest        boolean NOT NULL,           -- whether the summary of the week comes
  timing          text NOT NULL CHECK (timing IN ('at-once', 'daily', 'weekly')), -- when what can wait comes
  by_person     text NOT NULL,
  at            timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX staff_preferences_by_person ON staff_preferences (person, id);
CREATE FUNCTION refuse_to_change_staff_preferences() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'staff_preferences are append-only';
END $$;
CREATE TRIGGER staff_preferences_are_append_only BEFORE UPDATE OR DELETE ON staff_preferences
  FOR EACH ROW EXECUTE FUNCTION refuse_to_change_staff_preferences();
CREATE TRIGGER staff_preferences_are_not_emptied BEFORE TRUNCATE ON staff_preferences
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_staff_preferences();

-- Whose summary of which week is decided: it was queued, or left out because there was nothing to say. One a person and week.
CREATE TABLE digests (
  person        text NOT NULL,              -- a contact id
  week          date NOT NULL,              -- its Monday
  queued        boolean NOT NULL,           -- false: left out
  at            timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (person, week)
);

ALTER TABLE notes DROP CONSTRAINT notes_kind_check;
ALTER TABLE notes ADD CONSTRAINT notes_kind_check
  CHECK (kind IN ('sign-in', 'answer-copy', 'answer-outcome', 'fresh-links', 'considered', 'not-chosen', 'profile', 'closed-days',
                  'problem-copy', 'pass-on', 'digest'));

-- How many e-mails a person may get in a day, over all kinds. Lines are added and never changed; the newest counts.
CREATE TABLE post_caps (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  most          integer CHECK (most BETWEEN 1 AND 100), -- null: as many as there are
  because       text NOT NULL,
  by_person     text NOT NULL,
  at            timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE FUNCTION refuse_to_change_post_caps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'post_caps are append-only';
END $$;
CREATE TRIGGER post_caps_are_append_only BEFORE UPDATE OR DELETE ON post_caps
  FOR EACH ROW EXECUTE FUNCTION refuse_to_change_post_caps();
CREATE TRIGGER post_caps_are_not_emptied BEFORE TRUNCATE ON post_caps
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_post_caps();

-- The day, on the clock of its deployment, for which a claimed letter has its place among those that its recipient may get.
ALTER TABLE messages ADD place_on date;
CREATE INDEX messages_perhaps_sent ON messages (person) WHERE state = 'perhaps-sent';
ALTER TABLE notes ADD place_on date;

-- It has waited for the moment at which its recipient, a member of the staff, gets together what can wait. The others of that moment share its e-mail.
ALTER TABLE messages ADD gathered boolean NOT NULL DEFAULT false;

-- Down Migration

ALTER TABLE messages DROP gathered;
ALTER TABLE notes DROP place_on;
DROP INDEX messages_perhaps_sent;
ALTER TABLE messages DROP place_on;
DROP TABLE post_caps;
DROP FUNCTION refuse_to_change_post_caps;
DELETE FROM notes WHERE kind = 'digest';
ALTER TABLE notes DROP CONSTRAINT notes_kind_check;
ALTER TABLE notes ADD CONSTRAINT notes_kind_check
  CHECK (kind IN ('sign-in', 'answer-copy', 'answer-outcome', 'fresh-links', 'considered', 'not-chosen', 'profile', 'closed-days',
                  'problem-copy', 'pass-on'));
DROP TABLE digests, staff_preferences;
DROP FUNCTION refuse_to_change_staff_preferences;
DROP TABLE quieter, quieter_links;
DROP FUNCTION refuse_to_change_quieter;
