-- What leaders start, follow and close: draws to be checked, meetings, topics, special actions; one stream of events each.
CREATE TABLE undertaking (
  locality BIGINT NOT NULL,
  id BYTEA NOT NULL,
  kind TEXT NOT NULL,
  organ BYTEA NOT NULL,
  title TEXT NOT NULL,
  from_day TEXT NOT NULL,
  until_day TEXT,
  opened_at BIGINT NOT NULL,
  done BOOLEAN NOT NULL,
  closed_at BIGINT,
  tasks BIGINT NOT NULL,
  tasks_open BIGINT NOT NULL,
  next_due TEXT,
  cases BIGINT NOT NULL,
  unchecked BIGINT NOT NULL,
  PRIMARY KEY (locality, id)
);
CREATE INDEX undertaking_list ON undertaking (locality, organ, kind, done, opened_at, id);

-- The cases, units and people each is about.
CREATE TABLE undertaking_link (
  locality BIGINT NOT NULL,
  undertaking BYTEA NOT NULL,
  what TEXT NOT NULL,
  target BYTEA NOT NULL,
  PRIMARY KEY (locality, undertaking, what, target)
)/*clustered*/;
CREATE INDEX undertaking_target ON undertaking_link (locality, what, target, undertaking);

-- Cases by when they were registered: what a window of days holds.
CREATE INDEX cases_registered ON cases (locality, organ, registered_at);
