-- Up Migration

-- Judgements of the overall effectiveness of schools, as Ofsted publishes them: several a school, one a day. A school may be one that the
-- register does not have yet.
CREATE TABLE inspections (
  urn           text NOT NULL,              -- the school that the judgement counts for
  inspected_on  date NOT NULL,              -- when the inspection began
  published_on  date,
  grade         smallint NOT NULL CHECK (grade BETWEEN 1 AND 4),
  urn_at_time   text NOT NULL,              -- that of its predecessor, where the judgement was carried over
  as_previous   boolean NOT NULL,           -- known only from the columns on the inspection before; a row of its own replaces it
  imported_at   timestamptz NOT NULL,
  PRIMARY KEY (urn, inspected_on)
);

-- Groups of schools, and since when a school belongs to one, as Get Information about Schools publishes them.
CREATE TABLE school_groups (
  id             text PRIMARY KEY,          -- the "Group UID", which is the code of a trust
  name           text NOT NULL,
  type           text NOT NULL,             -- "Multi-academy trust", "Single-academy trust", "Federation"
  company_number text,
  closed_on      date,
  imported_at    timestamptz NOT NULL
);
CREATE TABLE group_memberships (
  school_group  text NOT NULL REFERENCES school_groups (id),
  urn           text NOT NULL,
  joined_on     date,                       -- null where the file does not say
  left_on       date,                       -- the first day on which it no longer belongs to it
  imported_at   timestamptz NOT NULL,
  PRIMARY KEY (school_group, urn)
);
CREATE INDEX group_memberships_by_urn ON group_memberships (urn);

-- Down Migration

DROP TABLE group_memberships, school_groups, inspections;
