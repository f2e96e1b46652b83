-- Up Migration

-- The school that gives a deployment its region and authority: its own, or the first open one of its trust; null where the trust has none. It is kept by the
-- triggers below, and by nothing else, so that the deployments of a place are found by an index (docs/decisions/0082).
ALTER TABLE deployments ADD COLUMN place_urn text;

CREATE FUNCTION place_of(its_urn text, its_trust text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(its_urn, (
    SELECT first.urn FROM schools first WHERE first.trust = its_trust
    ORDER BY first.status NOT LIKE 'Open%', length(first.urn), first.urn LIMIT 1))
$$;

UPDATE deployments SET place_urn = place_of(urn, trust);
CREATE INDEX deployments_by_place ON deployments (place_urn, status);

-- The trust is locked, so that whoever changes its schools meanwhile comes before or after, and each sees what the other wrote.
CREATE FUNCTION place_deployment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM trusts WHERE id = NEW.trust FOR SHARE;
  NEW.place_urn := place_of(NEW.urn, NEW.trust);
  RETURN NEW;
END $$;
CREATE TRIGGER deployments_that_are_placed BEFORE INSERT OR UPDATE OF urn, trust, place_urn ON deployments
  FOR EACH ROW EXECUTE FUNCTION place_deployment();

-- Schools came, went, opened or closed, or changed their trust: few of the register, and few trusts have deployments.
CREATE FUNCTION place_deployments_of_trusts(changed text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM trusts WHERE id = ANY (changed) ORDER BY id FOR NO KEY UPDATE;
  UPDATE deployments d SET place_urn = place_of(d.urn, d.trust)
  WHERE d.trust = ANY (changed) AND d.place_urn IS DISTINCT FROM place_of(d.urn, d.trust);
END $$;

CREATE FUNCTION schools_came_or_went() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM place_deployments_of_trusts(array_agg(DISTINCT trust)) FROM moved WHERE trust IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER schools_that_come AFTER INSERT ON schools REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION schools_came_or_went();
CREATE TRIGGER schools_that_go AFTER DELETE ON schools REFERENCING OLD TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION schools_came_or_went();

CREATE FUNCTION schools_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM place_deployments_of_trusts(array_agg(DISTINCT trusts.id))
  FROM was JOIN became USING (urn) CROSS JOIN LATERAL (VALUES (was.trust), (became.trust)) AS trusts (id)
  WHERE trusts.id IS NOT NULL AND (was.trust, was.status) IS DISTINCT FROM (became.trust, became.status);
  RETURN NULL;
END $$;
CREATE TRIGGER schools_that_change AFTER UPDATE ON schools REFERENCING OLD TABLE AS was NEW TABLE AS became
  FOR EACH STATEMENT EXECUTE FUNCTION schools_changed();

-- Whether there is any promise of an escalation is asked by every Today.
CREATE INDEX escalations_promised ON escalations (promised_on) WHERE closed_at IS NULL AND promised_on IS NOT NULL;

-- Down Migration

DROP INDEX escalations_promised;
DROP TRIGGER schools_that_change ON schools;
DROP TRIGGER schools_that_go ON schools;
DROP TRIGGER schools_that_come ON schools;
DROP TRIGGER deployments_that_are_placed ON deployments;
DROP FUNCTION schools_changed, schools_came_or_went, place_deployments_of_trusts, place_deployment;
ALTER TABLE deployments DROP COLUMN place_urn;
DROP FUNCTION place_of;
