-- What desks count is counted in the index alone.
DROP INDEX cases_unit;
CREATE INDEX cases_unit ON cases (locality, unit, done, sort_at, id, with_unit, kind, handler, stage, due_at);
DROP INDEX cases_waiting;
CREATE INDEX cases_waiting ON cases (locality, unit, done, sort_at, id, with_unit, kind, handler, stage, due_at)
  WHERE due_at IS NULL OR stage = 'approval';
DROP INDEX cases_stage;
CREATE INDEX cases_stage ON cases (locality, intake_organ, done, stage, sort_at, id, historical, due_at);
--postgres
-- Sorting each text into the index by itself takes many times as long as sorting a round's at its end.
ALTER INDEX search_index_tokens SET (fastupdate = on);
--end
