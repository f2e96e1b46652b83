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

-- What one person proposes and another decides on, where that is asked for (SECOND_PERSON). Both are kept for ever:
-- who let a programme be published or dates be counted on is asked years later.
CREATE TABLE proposals (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind          text NOT NULL CHECK (kind IN ('programme', 'dates', 'move')),
  about         text NOT NULL,              -- a hash, the same of two that exclude each other while both are open
  title         text NOT NULL,              -- what it is, in words
  document      json NOT NULL,              -- what is to be done
  content       text NOT NULL,              -- as it was written
  by_person     text NOT NULL,              -- a contact id
  proposed_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE proposal_decisions (
  proposal      bigint PRIMARY KEY REFERENCES proposals (id),
  decision      text NOT NULL CHECK (decision IN ('approved', 'declined')),
  by_person     text NOT NULL,
  because       text,
  decided_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Nobody approves what they proposed themselves, whatever asks for it.
CREATE FUNCTION refuse_own_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.decision = 'approved' AND EXISTS (SELECT FROM proposals WHERE id = NEW.proposal AND by_person = NEW.by_person) THEN
    RAISE EXCEPTION 'a proposal is approved by somebody other than whoever made it';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER proposals_are_approved_by_another BEFORE INSERT ON proposal_decisions
  FOR EACH ROW EXECUTE FUNCTION refuse_own_approval();

CREATE FUNCTION refuse_proposal_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'proposals and decisions are append-only';
END $$;
CREATE TRIGGER proposals_are_append_only BEFORE UPDATE OR DELETE ON proposals
  FOR EACH ROW EXECUTE FUNCTION refuse_proposal_change();
CREATE TRIGGER proposals_are_never_emptied BEFORE TRUNCATE ON proposals
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_proposal_change();
CREATE TRIGGER decisions_are_append_only BEFORE UPDATE OR DELETE ON proposal_decisions
  FOR EACH ROW EXECUTE FUNCTION refuse_proposal_change();
CREATE TRIGGER decisions_are_never_emptied BEFORE TRUNCATE ON proposal_decisions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_proposal_change();

-- The second person; null where none was needed.
ALTER TABLE programmes ADD COLUMN approved_by text;
ALTER TABLE calendar_imports ADD COLUMN approved_by text;

-- Down Migration

ALTER TABLE calendar_imports DROP COLUMN approved_by;
ALTER TABLE programmes DROP COLUMN approved_by;
DROP TABLE proposal_decisions, proposals;
DROP FUNCTION refuse_proposal_change, refuse_own_approval;
DROP TRIGGER call_notes_are_never_emptied ON call_notes;
DROP TRIGGER call_notes_are_append_only ON call_notes;
DROP FUNCTION refuse_call_note_change;
