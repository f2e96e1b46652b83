-- Up Migration

-- What came of a call is evidence of how somebody was chased: a correction is a further note, as a correction of an
-- event is a further event.
CREATE FUNCTION refuse_call_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'call notes are append-only: a correction is a new note';
END $$;
CREATE TRIGGER call_notes_are_append_only BEFORE UPDATE OR DELETE ON call_notes
  FOR EACH ROW EXECUTE FUNCTION refuse_call_note_change();
CREATE TRIGGER call_notes_are_never_emptied BEFORE TRUNCATE ON call_notes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_call_note_change();

-- Down Migration

DROP TRIGGER call_notes_are_never_emptied ON call_notes;
DROP TRIGGER call_notes_are_append_only ON call_notes;
DROP FUNCTION refuse_call_note_change;
