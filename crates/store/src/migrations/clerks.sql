-- The group a case belongs to (群体事件), so that its members are found; saved ways of looking at a list; the checks at the end of a day.
ALTER TABLE cases ADD COLUMN group_id BYTEA;
CREATE INDEX cases_group ON cases (locality, group_id, id) WHERE group_id IS NOT NULL;
CREATE TABLE saved_view (
  locality BIGINT NOT NULL,
  id BYTEA NOT NULL,
  owner BYTEA NOT NULL,
  unit BYTEA NOT NULL,
  shared BOOLEAN NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  PRIMARY KEY (locality, id)
);
CREATE TABLE day_check (
  locality BIGINT NOT NULL,
  unit BYTEA NOT NULL,
  on_day TEXT NOT NULL,
  checked_at BIGINT NOT NULL,
  person BYTEA,
  open_cases BIGINT NOT NULL,
  left_over TEXT NOT NULL,
  PRIMARY KEY (locality, unit, on_day, checked_at)
);
