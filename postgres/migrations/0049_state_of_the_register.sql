-- Up Migration

-- What a version says of matching, beside its document: a query that asks for a word of it need not take the whole document apart for each row.
ALTER TABLE programmes ADD COLUMN rematch json GENERATED ALWAYS AS (document #> '{changes,rematch}') STORED;

-- How the register stands: another value each time that a statement writes to what decides who is eligible and where. What is worked out of the
-- register is kept under it. A value never comes again, so a restored database has that of its own rows.
CREATE TABLE register_state (
  one           boolean PRIMARY KEY DEFAULT true CHECK (one),
  state         uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO register_state DEFAULT VALUES;

CREATE FUNCTION register_is_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE register_state SET state = gen_random_uuid();
  RETURN NULL;
END $$;
CREATE TRIGGER register_state_by_schools AFTER INSERT OR UPDATE OR DELETE ON schools
  FOR EACH STATEMENT EXECUTE FUNCTION register_is_written();
CREATE TRIGGER register_state_by_trusts AFTER INSERT OR UPDATE OR DELETE ON trusts
  FOR EACH STATEMENT EXECUTE FUNCTION register_is_written();
CREATE TRIGGER register_state_by_authorities AFTER INSERT OR UPDATE OR DELETE ON local_authorities
  FOR EACH STATEMENT EXECUTE FUNCTION register_is_written();
CREATE TRIGGER register_state_by_groups AFTER INSERT OR UPDATE OR DELETE ON school_groups
  FOR EACH STATEMENT EXECUTE FUNCTION register_is_written();
CREATE TRIGGER register_state_by_memberships AFTER INSERT OR UPDATE OR DELETE ON group_memberships
  FOR EACH STATEMENT EXECUTE FUNCTION register_is_written();
CREATE TRIGGER register_state_by_inspections AFTER INSERT OR UPDATE OR DELETE ON inspections
  FOR EACH STATEMENT EXECUTE FUNCTION register_is_written();

-- Down Migration

DROP TRIGGER register_state_by_inspections ON inspections;
DROP TRIGGER register_state_by_memberships ON group_memberships;
DROP TRIGGER register_state_by_groups ON school_groups;
DROP TRIGGER register_state_by_authorities ON local_authorities;
DROP TRIGGER register_state_by_trusts ON trusts;
DROP TRIGGER register_state_by_schools ON schools;
DROP FUNCTION register_is_written();
DROP TABLE register_state;
ALTER TABLE programmes DROP COLUMN rematch;
