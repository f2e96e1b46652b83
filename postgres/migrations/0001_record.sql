-- Up Migration

-- The register: whom a deployment may support, and where.

CREATE TABLE local_authorities (
  code          text PRIMARY KEY,
  name          text NOT NULL,
  region        text NOT NULL
);

CREATE TABLE trusts (
  id            text PRIMARY KEY,           -- "Trusts (code)" of the register
  name          text NOT NULL
);

CREATE TABLE schools (
  urn           text PRIMARY KEY,
  name          text NOT NULL,
  authority     text NOT NULL REFERENCES local_authorities (code),
  trust         text REFERENCES trusts (id),
  phase         text,
  type          text,
  type_group    text,
  status        text NOT NULL,
  diocese       text,
  region        text NOT NULL,
  street        text,
  locality      text,
  town          text,
  county        text,
  postcode      text,
  telephone     text,
  website       text,
  head_name     text,
  last_inspected_on date,
  changed_on    date,
  imported_at   timestamptz NOT NULL
);
CREATE INDEX schools_by_authority ON schools (authority);
CREATE INDEX schools_by_trust ON schools (trust) WHERE trust IS NOT NULL;
CREATE INDEX schools_by_name ON schools (lower(name) text_pattern_ops);

-- The people. An area is a part of a region that one RDP coordinator looks after.

CREATE TABLE areas (
  id            text PRIMARY KEY,           -- kebab-case: "cumbria-and-lancashire"
  name          text NOT NULL,
  region        text NOT NULL
);

CREATE TABLE area_authorities (
  area          text NOT NULL REFERENCES areas (id),
  authority     text NOT NULL,
  PRIMARY KEY (area, authority)
);
CREATE INDEX area_authorities_by_authority ON area_authorities (authority);

CREATE TABLE people (
  id            text PRIMARY KEY,           -- a contact id; the only thing of a person that workflows know
  name          text NOT NULL,
  email         text NOT NULL,
  telephone     text,
  job_title     text,
  address_refused_at   timestamptz,         -- the mail system refused this address for good
  address_refused_with text,
  imported_at   timestamptz NOT NULL
);
CREATE UNIQUE INDEX people_by_email ON people (lower(email));

-- What a person may be asked to be, and where: a coordinator of an area, the head of a school.
CREATE TABLE person_roles (
  person        text NOT NULL REFERENCES people (id),
  role          text NOT NULL,              -- a role id of the programmes: "rdp", "system-leader"
  region        text NOT NULL DEFAULT '',
  area          text NOT NULL DEFAULT '',
  urn           text NOT NULL DEFAULT '',
  trust         text NOT NULL DEFAULT '',
  authority     text NOT NULL DEFAULT '',
  diocese       text NOT NULL DEFAULT '',
  PRIMARY KEY (person, role, region, area, urn, trust, authority, diocese)
);
CREATE INDEX person_roles_by_role ON person_roles (role, region, area);
CREATE INDEX person_roles_by_urn ON person_roles (urn) WHERE urn <> '';

-- What deployments are pinned to.

CREATE TABLE programmes (
  id            text NOT NULL,
  version       integer NOT NULL,
  document      jsonb NOT NULL,
  published_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (id, version)
);

CREATE TABLE calendars (
  version       text PRIMARY KEY,
  name          text NOT NULL,
  document      jsonb NOT NULL,
  kept_at       timestamptz NOT NULL DEFAULT now()
);

-- Deployments: what happened (events), and how things stand (the read model), written in one transaction.

CREATE SEQUENCE deployment_numbers;

CREATE TABLE deployments (
  reference     text PRIMARY KEY,
  subject_kind  text NOT NULL CHECK (subject_kind IN ('school', 'trust')),
  urn           text REFERENCES schools (urn),
  trust         text REFERENCES trusts (id),
  programme     text NOT NULL,
  programme_version integer NOT NULL,
  calendar_version text NOT NULL REFERENCES calendars (version),
  status        text NOT NULL CHECK (status IN ('running', 'completed', 'declined', 'withdrawn')),
  ended_as      text,
  ended_because text,
  began_at      timestamptz NOT NULL,
  ended_at      timestamptz,
  sequence      integer NOT NULL,           -- of the last event stored
  FOREIGN KEY (programme, programme_version) REFERENCES programmes (id, version),
  CHECK ((subject_kind = 'school') = (urn IS NOT NULL)),
  CHECK ((subject_kind = 'trust') = (trust IS NOT NULL))
);
CREATE INDEX deployments_by_urn ON deployments (urn);
CREATE INDEX deployments_by_status ON deployments (status, began_at);

CREATE TABLE events (
  reference     text NOT NULL,
  sequence      integer NOT NULL CHECK (sequence > 0),
  type          text NOT NULL,
  at            timestamptz NOT NULL,       -- by the clock of the deployment
  body          jsonb NOT NULL,
  recorded_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (reference, sequence)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'events are append-only: a correction is a new event';
END $$;
CREATE TRIGGER events_are_append_only BEFORE UPDATE OR DELETE ON events
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER events_are_never_emptied BEFORE TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE deployment_parties (
  reference     text NOT NULL REFERENCES deployments (reference),
  role          text NOT NULL,
  person        text NOT NULL,              -- a contact id; one that nobody has becomes a contact task
  since         timestamptz NOT NULL,
  until         timestamptz,                -- null: holds the role now
  PRIMARY KEY (reference, role, person, since)
);
CREATE INDEX parties_now ON deployment_parties (reference, role) WHERE until IS NULL;
CREATE INDEX parties_by_person ON deployment_parties (person) WHERE until IS NULL;

CREATE TABLE deployment_facts (
  reference     text NOT NULL REFERENCES deployments (reference),
  fact          text NOT NULL,
  value         text NOT NULL,
  PRIMARY KEY (reference, fact)
);

CREATE TABLE steps (
  reference     text NOT NULL REFERENCES deployments (reference),
  step          text NOT NULL,
  round         integer NOT NULL,
  stage         text NOT NULL,
  owner         text NOT NULL,              -- role id
  joint_owners  text[] NOT NULL,
  optional      boolean NOT NULL,
  state         text NOT NULL CHECK (state IN ('open', 'answered', 'overtaken', 'lapsed')),
  opened_at     timestamptz NOT NULL,
  opened_on     date NOT NULL,
  opened_by     jsonb,                      -- the answer that opened it: {step, round, answer}
  day_zero      date NOT NULL,
  due_on        date NOT NULL,
  original_due_on date NOT NULL,
  explanation   jsonb NOT NULL,
  calendar_version text NOT NULL,
  closed_at     timestamptz,
  answer        text,
  answered_by   text,
  on_behalf_of  text,
  answered_via  text,
  answer_fields jsonb,
  closed_because text,
  PRIMARY KEY (reference, step, round)
);
CREATE INDEX steps_open ON steps (due_on) WHERE state = 'open';

-- The message ledger: one row a letter, unique on its key; nothing is sent that has no row.

CREATE TABLE messages (
  key           text PRIMARY KEY,           -- reference/step/round/rung/person
  reference     text NOT NULL REFERENCES deployments (reference),
  step          text NOT NULL,
  round         integer NOT NULL,
  rung          text NOT NULL,
  kind          text NOT NULL CHECK (kind IN
                  ('request', 'notice', 'reminder', 'overdue', 'call', 'escalation', 'escalation-notice')),
  role          text NOT NULL,              -- the role in which the person is written to
  person        text NOT NULL,
  mailroom      integer NOT NULL,
  state         text NOT NULL DEFAULT 'queued' CHECK (state IN
                  ('queued', 'claimed', 'accepted', 'delivered', 'bounced', 'failed', 'suppressed')),
  written_at    timestamptz NOT NULL,       -- by the clock of the deployment
  queued_at     timestamptz NOT NULL DEFAULT clock_timestamp(),  -- by the clock on the wall
  send_after    timestamptz,                -- by the clock on the wall: when to try (again)
  attempts      integer NOT NULL DEFAULT 0,
  claim         uuid,                       -- fencing token of the attempt that holds the row
  claimed_until timestamptz,
  envelope      text,                       -- the e-mail this letter travels in: the key of its first letter
  message_id    text,
  subject       text,
  body_text     text,
  body_html     text,
  address       text,                       -- where it was sent
  accepted_at   timestamptz,
  closed_at     timestamptz,
  reason        text,                       -- why suppressed, failed or put off; what the server said
  UNIQUE (reference, step, round, rung, person, role)
);
CREATE INDEX messages_waiting ON messages (mailroom, queued_at) WHERE state IN ('queued', 'claimed');
CREATE INDEX messages_by_envelope ON messages (envelope) WHERE envelope IS NOT NULL;
CREATE INDEX messages_by_person_day ON messages (person, accepted_at) WHERE state IN ('accepted', 'delivered');
CREATE INDEX messages_by_step ON messages (reference, step, round);

-- Bells that have been rung and that the mailroom has not yet heeded: thousands of deployments tell it once.
CREATE TABLE mailroom_bells (
  mailroom      integer NOT NULL,
  urgency       text NOT NULL CHECK (urgency IN ('at-once', 'gather')),
  rung_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (mailroom, urgency)
);

CREATE TABLE call_tasks (
  reference     text NOT NULL REFERENCES deployments (reference),
  step          text NOT NULL,
  round         integer NOT NULL,
  rung          text NOT NULL,
  person        text,                       -- who telephones
  opened_at     timestamptz NOT NULL,
  closed_at     timestamptz,
  outcome       text,
  PRIMARY KEY (reference, step, round, rung)
);
CREATE INDEX call_tasks_open ON call_tasks (person, opened_at) WHERE closed_at IS NULL;

CREATE TABLE escalations (
  reference     text NOT NULL REFERENCES deployments (reference),
  step          text NOT NULL,
  round         integer NOT NULL,
  rung          text NOT NULL,
  role          text NOT NULL,
  person        text,
  opened_at     timestamptz NOT NULL,
  acknowledged_at timestamptz,
  closed_at     timestamptz,
  outcome       text,
  PRIMARY KEY (reference, step, round, rung)
);
CREATE INDEX escalations_open ON escalations (person, opened_at) WHERE closed_at IS NULL;

-- A contact to mend: an address or a letter refused for good, a contact id that is nobody's, a role that nobody holds.
CREATE TABLE contact_tasks (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reference     text NOT NULL REFERENCES deployments (reference),
  role          text NOT NULL,
  person        text,
  problem       text NOT NULL CHECK (problem IN ('address-refused', 'letter-refused', 'unknown-contact', 'nobody-holds-the-role')),
  detail        text NOT NULL,
  opened_at     timestamptz NOT NULL,
  closed_at     timestamptz,
  outcome       text
);
CREATE UNIQUE INDEX contact_tasks_once ON contact_tasks (reference, role, coalesce(person, ''), problem) WHERE closed_at IS NULL;

-- Down Migration

DROP TABLE contact_tasks, escalations, call_tasks, mailroom_bells, messages;
DROP TABLE steps, deployment_facts, deployment_parties, events, deployments;
DROP FUNCTION refuse_change;
DROP SEQUENCE deployment_numbers;
DROP TABLE calendars, programmes, person_roles, people, area_authorities, areas, schools, trusts, local_authorities;
