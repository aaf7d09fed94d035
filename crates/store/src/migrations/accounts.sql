-- A second step at sign-in: the sealed secret and the keyed hashes of the recovery codes, as the registry's events tell; and the last step
-- that was used, so that none is used twice. A session waits until its second step is done, and says from which network it was begun.
CREATE TABLE second_step (
  locality BIGINT NOT NULL,
  person BYTEA NOT NULL,
  sealed TEXT NOT NULL,
  codes TEXT NOT NULL,
  PRIMARY KEY (locality, person)
);
CREATE TABLE second_used (
  locality BIGINT NOT NULL,
  person BYTEA NOT NULL,
  step BIGINT NOT NULL,
  PRIMARY KEY (locality, person)
);
ALTER TABLE session ADD COLUMN network TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN waiting BOOLEAN NOT NULL DEFAULT FALSE;
-- When something last happened: a key of a channel was used, the store was verified.
CREATE TABLE last_time (
  name TEXT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  detail TEXT NOT NULL
);
