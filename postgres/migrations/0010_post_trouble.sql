-- Up Migration

-- Set just before a letter is handed to a mail server, and emptied when the server's answer is known: whatever happens
-- between the two, the letter has perhaps been sent.
ALTER TABLE messages
  ADD COLUMN perhaps_sent_at timestamptz,
  ADD COLUMN doubts integer NOT NULL DEFAULT 0;  -- how often the server spoke of us, or of itself, while others got through
ALTER TABLE messages DROP CONSTRAINT messages_state_check;
ALTER TABLE messages ADD CONSTRAINT messages_state_check CHECK (state IN
  ('queued', 'claimed', 'accepted', 'delivered', 'bounced', 'failed', 'suppressed', 'perhaps-sent'));

-- What the mail server says of us, or of itself, since it last took an e-mail. At most one row.
CREATE TABLE mail_trouble (
  only_row      boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  kind          text NOT NULL CHECK (kind IN ('we-are-refused', 'no-server')),
  said          text NOT NULL,
  since         timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  recipients    text[] NOT NULL,            -- whose e-mails met it; the second one makes it believed
  believed_at   timestamptz
);

-- Down Migration

DROP TABLE mail_trouble;
UPDATE messages SET state = 'suppressed' WHERE state = 'perhaps-sent';
ALTER TABLE messages DROP CONSTRAINT messages_state_check;
ALTER TABLE messages ADD CONSTRAINT messages_state_check CHECK (state IN
  ('queued', 'claimed', 'accepted', 'delivered', 'bounced', 'failed', 'suppressed'));
ALTER TABLE messages DROP COLUMN doubts, DROP COLUMN perhaps_sent_at;
