-- Up Migration

-- What reports ask of an event, as text: its kind, its step ('' where it has none), and the rest, with U+001F between. Of the events of steps, of which
-- there are most, the rest is some parts of the body in a fixed order; of all others it is the body as JSON. Null for kinds that no report counts.
-- No id holds such a character, and JSON never has it unescaped. postgres/views/logged-events.ts reads it.
CREATE FUNCTION logged_event(kind text, body jsonb) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE kind
    WHEN 'step-opened' THEN concat_ws(chr(31), kind, body ->> 'step', body ->> 'at', body ->> 'round', body ->> 'on', body ->> 'dueOn',
      coalesce(body ->> 'originalDueOn', ''))
    WHEN 'step-answered' THEN concat_ws(chr(31), kind, body ->> 'step', body ->> 'at', body ->> 'round', body ->> 'answer', body ->> 'by',
      coalesce(body ->> 'onBehalfOf', ''), (body -> 'fields')::text)
    WHEN 'step-overtaken' THEN concat_ws(chr(31), kind, body ->> 'step', body ->> 'at', body ->> 'round')
    WHEN 'step-lapsed' THEN concat_ws(chr(31), kind, body ->> 'step', body ->> 'at', body ->> 'round')
    WHEN 'due-date-moved' THEN concat_ws(chr(31), kind, body ->> 'step', body ->> 'at', body ->> 'round', body ->> 'dueOn',
      coalesce(body ->> 'originalDueOn', ''))
    WHEN 'party-named' THEN concat_ws(chr(31), kind, '', body ->> 'at', body ->> 'role', body ->> 'person')
    WHEN 'deployment-began' THEN concat_ws(chr(31), kind, '', body ->> 'at', body ->> 'reference', body -> 'subject' ->> 'kind',
      coalesce(body -> 'subject' ->> 'urn', body -> 'subject' ->> 'trust'), body -> 'programme' ->> 'id', body -> 'programme' ->> 'version',
      body ->> 'calendarVersion', (body -> 'parties')::text, coalesce((body -> 'facts')::text, '{}'))
    ELSE CASE WHEN kind IN ('deployment-taken-in', 'deployment-ended', 'deployment-reopened', 'answer-taken-back', 'fact-recorded', 'fact-corrected',
                            'calendar-adopted', 'clock-stopped', 'clock-resumed', 'party-changed', 'person-merged', 'rematched')
      THEN concat_ws(chr(31), kind, coalesce(body ->> 'step', ''), (body - '{explanation,tells,moves,because,note}'::text[])::text) END
  END $$;

-- The events of each deployment that reports count, in their order, with U+001E between. Events are dozens to a deployment, long, and spread over the whole
-- table; this is one short row of each. It is kept by the trigger below, and by nothing else (docs/decisions/0065).
CREATE TABLE logged_lives (
  reference     text PRIMARY KEY REFERENCES deployments (reference),
  log           text NOT NULL
-- A row grows where it stands. Long ones are compressed, and stay in the table: they are read together.
) WITH (fillfactor = 80);
ALTER TABLE logged_lives ALTER COLUMN log SET STORAGE MAIN;

INSERT INTO logged_lives (reference, log)
SELECT reference, string_agg(event, chr(30) ORDER BY sequence)
FROM (SELECT reference, sequence, logged_event(type, body) AS event FROM events OFFSET 0) logged
WHERE event IS NOT NULL GROUP BY reference ORDER BY reference;

CREATE FUNCTION log_lives() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO logged_lives (reference, log)
  SELECT reference, string_agg(event, chr(30) ORDER BY sequence) FROM (SELECT reference, sequence, logged_event(type, body) AS event FROM stored) logged
  WHERE event IS NOT NULL GROUP BY reference
  ON CONFLICT (reference) DO UPDATE SET log = logged_lives.log || chr(30) || excluded.log;
  RETURN NULL;
END $$;
CREATE TRIGGER events_are_logged AFTER INSERT ON events
  REFERENCING NEW TABLE AS stored FOR EACH STATEMENT EXECUTE FUNCTION log_lives();

-- Down Migration

DROP TRIGGER events_are_logged ON events;
DROP FUNCTION log_lives();
DROP TABLE logged_lives;
DROP FUNCTION logged_event(text, jsonb);
