-- Supervision: who is waited for and who answers for a case, in its row; notices of inspections and orders, a row for each who was told or
-- has to act; the inspections themselves.
ALTER TABLE cases ADD COLUMN asked BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE cases ADD COLUMN responsible BYTEA;
UPDATE cases SET asked = TRUE WHERE done = FALSE AND (EXISTS (SELECT 1 FROM marker m
  WHERE m.locality = cases.locality AND m.case_id = cases.id AND m.kind = 'asked')
  OR (stage = 'deciding' AND EXISTS (SELECT 1 FROM event e
      WHERE e.locality = cases.locality AND e.stream = cases.id AND e.type = 'IdentityAsked')
    AND NOT EXISTS (SELECT 1 FROM event e
      WHERE e.locality = cases.locality AND e.stream = cases.id AND e.type = 'IdentityProved')));
UPDATE cases SET responsible = COALESCE((SELECT e.unit FROM event e
  WHERE e.locality = cases.locality AND e.stream = cases.id AND e.type = 'Opened' ORDER BY e.seq DESC LIMIT 1), intake_unit)
  WHERE done = FALSE;
CREATE INDEX cases_open_stage ON cases (locality, unit, stage, sort_at, id) WHERE done = FALSE;
CREATE INDEX cases_asked ON cases (locality, unit, sort_at, id) WHERE done = FALSE AND asked = TRUE;
CREATE INDEX cases_responsible ON cases (locality, responsible, sort_at, id) WHERE done = FALSE;
CREATE TABLE supervision (
  locality BIGINT NOT NULL,
  case_id BYTEA NOT NULL,
  what TEXT NOT NULL,
  n BIGINT NOT NULL,
  owner BYTEA NOT NULL,
  grade TEXT NOT NULL,
  state TEXT NOT NULL,
  at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  issuer BYTEA,
  PRIMARY KEY (locality, case_id, what, n, owner)
)/*clustered*/;
CREATE INDEX supervision_owner ON supervision (locality, owner, what, due_at, case_id) WHERE state = 'open';
CREATE INDEX supervision_state ON supervision (locality, what, state, due_at, case_id, n);
CREATE INDEX supervision_at ON supervision (locality, what, at, case_id, n);
CREATE TABLE inspection (
  locality BIGINT NOT NULL,
  organ BYTEA NOT NULL,
  at BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (locality, organ, at)
);
