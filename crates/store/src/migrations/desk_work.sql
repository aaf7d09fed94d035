-- What desks are reminded of: appointments, questions open and answered, requests to handle again, closed cases already followed up.
CREATE TABLE marker (
  locality BIGINT NOT NULL,
  case_id BYTEA NOT NULL,
  kind TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (locality, case_id, kind)
)/*clustered*/;
CREATE INDEX marker_kind ON marker (locality, kind, at, case_id);
-- What a locality arranges for its work: absences and deputies, phrases, hand-overs; small, read whole with the registry.
CREATE TABLE arrangement (
  locality BIGINT NOT NULL,
  id BYTEA NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (locality, id)
);
