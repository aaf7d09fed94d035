-- An organ above sees what it distributed to an intake below; a unit's version says why it is so and what it became part of.
ALTER TABLE cases ADD COLUMN above_organ BYTEA;
CREATE INDEX cases_above ON cases (locality, above_organ, done, sort_at, id) WHERE above_organ IS NOT NULL;
ALTER TABLE unit ADD COLUMN merged_into BYTEA;
ALTER TABLE unit ADD COLUMN why TEXT NOT NULL DEFAULT '';
