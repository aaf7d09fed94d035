-- Notices to be sent, written with the event each tells of; up to when a person has read theirs on the page; and mails that came in.
CREATE TABLE outbox (
  locality BIGINT NOT NULL,
  case_id BYTEA NOT NULL,
  seq BIGINT NOT NULL,
  channel TEXT NOT NULL,
  step TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  done_at BIGINT,
  error TEXT NOT NULL,
  PRIMARY KEY (locality, case_id, seq, channel)
)/*clustered*/;
CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'waiting';
CREATE INDEX outbox_state ON outbox (locality, state, created_at, case_id, seq);
CREATE TABLE notice_read (
  locality BIGINT NOT NULL,
  submission BYTEA NOT NULL,
  read_at BIGINT NOT NULL,
  PRIMARY KEY (locality, submission)
)/*clustered*/;
CREATE TABLE mail_in (
  locality BIGINT NOT NULL,
  id BYTEA NOT NULL,
  mail_key BYTEA NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  wrapped BYTEA,
  head BYTEA,
  file_kept BOOLEAN NOT NULL,
  size BIGINT NOT NULL,
  files BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  submission BYTEA,
  maybe TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  person BYTEA,
  decided_at BIGINT,
  PRIMARY KEY (locality, id)
)/*clustered*/;
CREATE UNIQUE INDEX mail_in_key ON mail_in (locality, mail_key);
CREATE INDEX mail_in_state ON mail_in (locality, state, id);
CREATE INDEX mail_in_submission ON mail_in (locality, submission, id) WHERE submission IS NOT NULL;
