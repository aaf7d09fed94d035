-- Files that are imported at a desk: how far each has come, which submissions it brought, and the mappings kept for the next.
CREATE TABLE import_job (
  locality BIGINT NOT NULL,
  id BYTEA NOT NULL,
  person BYTEA NOT NULL,
  unit BYTEA NOT NULL,
  name TEXT NOT NULL,
  size BIGINT NOT NULL,
  wrapped BYTEA NOT NULL,
  file_kept BOOLEAN NOT NULL,
  mapping TEXT NOT NULL,
  state TEXT NOT NULL,
  open BOOLEAN NOT NULL,
  total BIGINT NOT NULL,
  done BIGINT NOT NULL,
  accepted BIGINT NOT NULL,
  known BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  rejected BIGINT NOT NULL,
  report TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (locality, id)
)/*clustered*/;
CREATE INDEX import_job_of_unit ON import_job (locality, unit, id);
CREATE INDEX import_job_open ON import_job (id) WHERE open;
CREATE TABLE import_row (
  locality BIGINT NOT NULL,
  submission BYTEA NOT NULL,
  job BYTEA NOT NULL,
  PRIMARY KEY (locality, submission)
)/*clustered*/;
CREATE INDEX import_row_of_job ON import_row (locality, job, submission);
CREATE TABLE import_mapping (
  locality BIGINT NOT NULL,
  id BYTEA NOT NULL,
  person BYTEA NOT NULL,
  unit BYTEA NOT NULL,
  name TEXT NOT NULL,
  text TEXT NOT NULL,
  shared BOOLEAN NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (locality, id)
)/*clustered*/;
