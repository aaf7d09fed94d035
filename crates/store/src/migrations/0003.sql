-- What desks count and list, so that no count reads through the work of others: the intake's work by stage, and the work of a unit that
-- waits for someone else. Nothing asked by `intake_unit`.
DROP INDEX cases_intake_unit;
CREATE INDEX cases_stage ON cases (locality, intake_organ, done, stage, sort_at, id);
CREATE INDEX cases_waiting ON cases (locality, unit, done, sort_at, id) WHERE due_at IS NULL OR stage = 'approval';
