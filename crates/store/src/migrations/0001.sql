-- The first schema. The locality leads the key of every large table (design.md, Storage); ids are time-ordered.
-- Every column is declared in columns.toml.

-- Streams of events, chained by hash: cases, submissions, registries.
CREATE TABLE event (
  locality BIGINT NOT NULL,
  stream BYTEA NOT NULL,
  seq BIGINT NOT NULL,
  family TEXT NOT NULL,
  type TEXT NOT NULL,
  schema BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  effective_at BIGINT NOT NULL,
  actor BYTEA,
  unit BYTEA,
  organ BYTEA,
  body TEXT NOT NULL,
  prev BYTEA NOT NULL,
  hash BYTEA NOT NULL,
  PRIMARY KEY (locality, stream, seq)
)/*clustered*/;

-- Who read what personal data: one chain per reader, apart from the cases' versions.
CREATE TABLE access_log (
  locality BIGINT NOT NULL,
  reader BYTEA NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  reader_kind TEXT NOT NULL,
  case_id BYTEA NOT NULL,
  fields TEXT NOT NULL,
  purpose TEXT NOT NULL,
  prev BYTEA NOT NULL,
  hash BYTEA NOT NULL,
  PRIMARY KEY (locality, reader, seq)
)/*clustered*/;
CREATE INDEX access_by_case ON access_log (locality, case_id, at);

-- Committed but not yet given a position by the sequencer: `from_seq`..`to_seq` of one stream of events, or (`access`) of one reader:
-- a submitter's reader id is the id of their submission.
CREATE TABLE unsequenced (
  locality BIGINT NOT NULL,
  stream BYTEA NOT NULL,
  from_seq BIGINT NOT NULL,
  to_seq BIGINT NOT NULL,
  access BOOLEAN NOT NULL,
  PRIMARY KEY (locality, stream, access, from_seq)
)/*clustered*/;

-- The one order of everything committed, and the RFC 6962 tree over it.
CREATE TABLE log (
  pos BIGINT NOT NULL PRIMARY KEY,
  locality BIGINT NOT NULL,
  stream BYTEA NOT NULL,
  seq BIGINT NOT NULL,
  access BOOLEAN NOT NULL,
  leaf BYTEA NOT NULL
);
CREATE UNIQUE INDEX log_by_stream ON log (access, locality, stream, seq);
CREATE TABLE tree_node (
  level BIGINT NOT NULL,
  idx BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  PRIMARY KEY (level, idx)
)/*clustered*/;
-- Each head signs the size of the one before, so that none can be taken out of the middle.
CREATE TABLE tree_head (
  size BIGINT NOT NULL PRIMARY KEY,
  previous BIGINT NOT NULL,
  root BYTEA NOT NULL,
  at BIGINT NOT NULL,
  signature BYTEA NOT NULL
);

-- Submissions (来件) as their events tell.
CREATE TABLE submission (
  locality BIGINT NOT NULL,
  id BYTEA NOT NULL,
  receipt TEXT NOT NULL,
  code BYTEA,
  channel TEXT NOT NULL,
  series TEXT,
  external_id TEXT,
  received_at BIGINT,
  recorded_at BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  PRIMARY KEY (locality, id)
)/*clustered*/;
CREATE UNIQUE INDEX submission_receipt ON submission (receipt);
-- hash(locality, channel, series, external id) gives idempotency; small, apart, keyed by a random-looking hash.
CREATE TABLE intake_key (
  key BYTEA NOT NULL PRIMARY KEY,
  locality BIGINT NOT NULL,
  submission BYTEA NOT NULL,
  body BYTEA NOT NULL
);
CREATE TABLE evidence (
  locality BIGINT NOT NULL,
  id BYTEA NOT NULL,
  submission BYTEA NOT NULL,
  media_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  plain_sha256 BYTEA NOT NULL,
  sealed_sha256 BYTEA NOT NULL,
  added_at BIGINT NOT NULL,
  PRIMARY KEY (locality, id)
)/*clustered*/;
CREATE INDEX evidence_by_submission ON evidence (locality, submission);

-- Cases (诉求) as their events tell.
CREATE TABLE cases (
  locality BIGINT NOT NULL,
  id BYTEA NOT NULL,
  submission BYTEA NOT NULL,
  token TEXT NOT NULL,
  number TEXT NOT NULL,
  kind TEXT NOT NULL,
  regime TEXT,
  stage TEXT NOT NULL,
  done BOOLEAN NOT NULL,
  historical BOOLEAN NOT NULL,
  urgent BOOLEAN NOT NULL,
  channel TEXT NOT NULL,
  series TEXT,
  organ BYTEA,
  unit BYTEA,
  intake_organ BYTEA,
  intake_unit BYTEA,
  handler BYTEA,
  with_unit BOOLEAN NOT NULL,
  platform_at BIGINT,
  organ_at BIGINT,
  desk_at BIGINT,
  registered_at BIGINT NOT NULL,
  due_at BIGINT,
  due_clock TEXT,
  provisional BOOLEAN NOT NULL,
  sort_at BIGINT NOT NULL,
  respondent TEXT NOT NULL,
  demands TEXT NOT NULL,
  amount BIGINT,
  outcome TEXT,
  untrue BOOLEAN,
  level TEXT,
  recovered BIGINT,
  closed_at BIGINT,
  merged_into BYTEA,
  erased BOOLEAN NOT NULL,
  seq BIGINT NOT NULL,
  head BYTEA NOT NULL,
  last_recorded_at BIGINT NOT NULL,
  projection BIGINT NOT NULL,
  PRIMARY KEY (locality, id)
)/*clustered*/;
CREATE UNIQUE INDEX cases_token ON cases (token);
CREATE UNIQUE INDEX cases_number ON cases (locality, number);
CREATE INDEX cases_submission ON cases (locality, submission);
CREATE INDEX cases_unit ON cases (locality, unit, done, sort_at, id);
CREATE INDEX cases_handler ON cases (locality, handler, done, sort_at, id);
CREATE INDEX cases_organ ON cases (locality, organ, done, sort_at, id);
CREATE INDEX cases_intake ON cases (locality, intake_organ, done, sort_at, id);
CREATE INDEX cases_intake_unit ON cases (locality, intake_unit, done, with_unit, sort_at, id);
CREATE INDEX cases_series ON cases (locality, channel, series, id);
-- Letters kept for the record have no intake; PostgreSQL does not take `IS NULL` for a constant when it looks for an order.
CREATE INDEX cases_letters ON cases (locality, done, sort_at, id) WHERE intake_organ IS NULL;

CREATE TABLE clock (
  locality BIGINT NOT NULL,
  case_id BYTEA NOT NULL,
  name TEXT NOT NULL,
  basis TEXT NOT NULL,
  start_at BIGINT NOT NULL,
  span TEXT NOT NULL,
  due_at BIGINT NOT NULL,
  due_on TEXT NOT NULL,
  provisional BOOLEAN NOT NULL,
  calendar TEXT NOT NULL,
  state TEXT NOT NULL,
  state_at BIGINT,
  lapsed BOOLEAN NOT NULL,
  PRIMARY KEY (locality, case_id, name)
)/*clustered*/;
-- The sweep finds what has ended; the calendar's arrival finds what is open.
CREATE INDEX clock_due ON clock (due_at) WHERE state = 'running' AND NOT lapsed;
CREATE INDEX clock_open ON clock (locality, due_at) WHERE state = 'running' OR state = 'suspended';

-- Personal values, each once, under a key of its stream (a case or a submission); the key wrapped by a master key.
CREATE TABLE stream_key (
  locality BIGINT NOT NULL,
  stream BYTEA NOT NULL,
  wrapped BYTEA NOT NULL,
  PRIMARY KEY (locality, stream)
)/*clustered*/;
CREATE TABLE sealed (
  locality BIGINT NOT NULL,
  stream BYTEA NOT NULL,
  field TEXT NOT NULL,
  version BIGINT NOT NULL,
  ciphertext BYTEA NOT NULL,
  PRIMARY KEY (locality, stream, field, version)
)/*clustered*/;
-- Equality search over sealed values: phone, its last four, full name, ID.
CREATE TABLE blind (
  locality BIGINT NOT NULL,
  kind TEXT NOT NULL,
  hash BYTEA NOT NULL,
  case_id BYTEA NOT NULL,
  PRIMARY KEY (locality, kind, hash, case_id)
)/*clustered*/;
CREATE INDEX blind_by_case ON blind (locality, case_id);
-- The plain title of imported letters for lists; erasable.
CREATE TABLE case_title (
  locality BIGINT NOT NULL,
  case_id BYTEA NOT NULL,
  title TEXT NOT NULL,
  PRIMARY KEY (locality, case_id)
)/*clustered*/;

-- Registry: small reference tables, versioned by valid_from.
CREATE TABLE locality (
  code BIGINT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  name_en TEXT NOT NULL,
  registry BYTEA NOT NULL
);
CREATE TABLE pack (
  locality BIGINT NOT NULL,
  valid_from TEXT NOT NULL,
  pack_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  texts TEXT NOT NULL,
  PRIMARY KEY (locality, valid_from)
);
CREATE TABLE organ (
  locality BIGINT NOT NULL,
  id BYTEA NOT NULL,
  valid_from TEXT NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  short TEXT NOT NULL,
  parent BYTEA,
  intake_unit BYTEA,
  market_regulator BOOLEAN NOT NULL,
  PRIMARY KEY (locality, id, valid_from)
);
CREATE TABLE unit (
  locality BIGINT NOT NULL,
  id BYTEA NOT NULL,
  valid_from TEXT NOT NULL,
  organ BYTEA NOT NULL,
  parent BYTEA,
  code TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  phone TEXT NOT NULL,
  address TEXT NOT NULL,
  closed BOOLEAN NOT NULL,
  PRIMARY KEY (locality, id, valid_from)
);
CREATE TABLE person (
  locality BIGINT NOT NULL,
  id BYTEA NOT NULL,
  login TEXT NOT NULL,
  name TEXT NOT NULL,
  active BOOLEAN NOT NULL,
  PRIMARY KEY (locality, id)
);
CREATE UNIQUE INDEX person_login ON person (login);
CREATE TABLE role (
  locality BIGINT NOT NULL,
  person BYTEA NOT NULL,
  role TEXT NOT NULL,
  unit BYTEA NOT NULL,
  PRIMARY KEY (locality, person, role, unit)
);
CREATE TABLE credential (
  locality BIGINT NOT NULL,
  person BYTEA NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (locality, person)
);
CREATE TABLE notice (
  year BIGINT NOT NULL,
  loaded_at BIGINT NOT NULL,
  locality BIGINT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (locality, loaded_at)
);
-- Numbers without gaps: organ, form class, year.
CREATE TABLE sequence (
  locality BIGINT NOT NULL,
  organ BYTEA NOT NULL,
  form TEXT NOT NULL,
  year BIGINT NOT NULL,
  last BIGINT NOT NULL,
  PRIMARY KEY (locality, organ, form, year)
);

-- Not part of the record: sessions, throttles, leases.
CREATE TABLE session (
  token BYTEA NOT NULL PRIMARY KEY,
  locality BIGINT NOT NULL,
  person BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  agent TEXT NOT NULL
);
CREATE INDEX session_person ON session (locality, person);
CREATE TABLE throttle (
  key BYTEA NOT NULL PRIMARY KEY,
  since BIGINT NOT NULL,
  count BIGINT NOT NULL
);
CREATE TABLE lease (
  name TEXT NOT NULL PRIMARY KEY,
  holder BYTEA NOT NULL,
  until BIGINT NOT NULL
);
